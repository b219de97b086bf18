//! Books: a title page, contents that lead to the chapters, and questions.
#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]

use std::process::Command;

use crate::whole::{docx, html, markdown};
use scraper::{Html, Selector};
use yokoten_model::report::Block;

use crate::fixture::{Album, album, book};

const CHAPTERS: [&str; 2] = ["正常な EC2 を再起動した", "旧い連絡先表で架電した"];

fn select<'a>(page: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: scraper::ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

#[test]
fn the_contents_of_a_page_lead_to_its_chapters() {
    let page = Html::parse_document(&html::render(&book(), &album()));
    assert_eq!(select(&page, "h1").len(), 1);
    assert_eq!(text(select(&page, "header")[0]), "一次対処 新人教材\n入社した人へ\n全2章");
    let links = select(&page, "nav a");
    assert_eq!(links.iter().map(|link| text(*link)).collect::<Vec<_>>(), CHAPTERS);
    for link in links {
        let id = link.value().attr("href").unwrap().strip_prefix('#').unwrap();
        let target = select(&page, &format!("h2[id=\"{id}\"]"));
        assert_eq!(target.iter().map(|heading| text(*heading)).collect::<Vec<_>>(), [text(link)]);
    }
}

#[test]
fn chapters_without_or_with_the_same_id_are_still_reached() {
    let mut report = book();
    for block in &mut report.blocks {
        if let Block::Heading { level: 1, id, .. } = block {
            "same".clone_into(id);
        }
    }
    let page = Html::parse_document(&html::render(&report, &album()));
    let links: Vec<_> =
        select(&page, "nav a").iter().map(|link| link.value().attr("href").unwrap()).collect();
    assert_eq!(links, ["#same", "#chapter-2"]);
    assert_eq!(select(&page, "[id=\"chapter-2\"]").len(), 1);
}

#[test]
fn a_question_reveals_its_answer_without_script_or_network() {
    let source = html::render(&book(), &album());
    assert!(source.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""));
    let page = Html::parse_document(&source);
    assert!(select(&page, "script, link, iframe, object").is_empty());
    let questions = select(&page, ".question");
    assert_eq!(questions.len(), 3);
    let first = questions[0];
    let inputs: Vec<_> = first.select(&Selector::parse("input[type=radio]").unwrap()).collect();
    assert_eq!(inputs.len(), 2);
    assert_eq!(inputs[0].value().attr("name"), inputs[1].value().attr("name"), "one of them");
    let right: Vec<_> = first.select(&Selector::parse("input + span.right").unwrap()).map(text).collect();
    assert_eq!(right, ["コンソールの状態"]);
    let answers: Vec<_> = first.select(&Selector::parse("details").unwrap()).collect();
    assert_eq!(answers.len(), 1);
    assert!(answers[0].value().attr("open").is_none() && text(answers[0]).starts_with("答え"));
    assert!(text(answers[0]).contains("名前は構成変更で古くなる"));
    let names: std::collections::HashSet<_> =
        select(&page, "input").iter().map(|input| input.value().attr("name").unwrap().to_owned()).collect();
    assert_eq!(names.len(), 2, "each question chooses for itself");
}

#[test]
fn a_browser_marks_the_choice_once_it_is_made() {
    // The style that does it: a mark only behind a box that is checked.
    let source = html::render(&book(), &album());
    let style = source.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    for mark in [
        ".choices input:checked+.right::after{content:\" ○\"",
        ".choices input:checked+.wrong::after{content:\" ×\"",
    ] {
        assert!(style.contains(mark), "{mark}");
    }
    assert!(style.contains(".book h2{break-before:page"), "a chapter begins a page in print");
}

#[test]
fn markdown_has_a_title_page_contents_and_open_questions() {
    let text = markdown::render(&book(), &Album::default(), "images").text;
    assert!(text.contains("# 一次対処 新人教材\n\n入社した人へ\n\n全2章\n\n## 目次\n\n1. [正常な EC2 を再起動した](#正常な-ec2-を再起動した)\n2. [旧い連絡先表で架電した](#旧い連絡先表で架電した)\n"), "{text:.900}");
    assert!(text.contains("- [ ] コンソールの状態"));
    assert!(text.contains("> **答え**"));
}

#[test]
fn a_word_book_has_its_parts() {
    let parts = crate::docx::parts(&docx::render(&book(), &album()).unwrap());
    let document = &parts["word/document.xml"];
    assert!(document.contains("TOC \\o &quot;1-1&quot; \\h"), "a field that lists the chapters");
    assert_eq!(document.matches("<w:bookmarkStart ").count(), 2);
    assert_eq!(document.matches("w:anchor=\"_Toc0000000").count(), 2, "the contents lead to the chapters");
    assert_eq!(document.matches("PAGEREF _Toc0000000").count(), 2);
    assert!(document.matches("<w:pageBreakBefore />").count() >= 3, "contents and chapters begin pages");
    assert!(document.contains("<w:titlePg"), "nothing in the margins of the title page");
    assert!(
        parts.iter().any(|(name, xml)| name.starts_with("word/header") && xml.contains("一次対処 新人教材"))
    );
    assert!(parts.iter().any(|(name, xml)| name.starts_with("word/footer") && xml.contains("PAGE")));
    let begins = document.matches("w:fldCharType=\"begin\"").count();
    assert_eq!(begins, document.matches("w:fldCharType=\"end\"").count(), "every field ends");
}

#[test]
fn libreoffice_opens_a_book() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("skipped: LibreOffice (`soffice`) is not installed, so the file was not read back");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("entry.docx"), docx::render(&book(), &album()).unwrap()).unwrap();
    crate::docx::convert(folder.path(), "pdf", "pdf");
    let file = std::fs::read(folder.path().join("entry.pdf")).unwrap();
    let pages: Vec<String> = crate::pdf::text(&file).split('\u{c}').map(str::to_owned).collect();
    assert!(pages[0].contains("一次対処 新人教材") && !pages[0].contains("目次"), "{}", pages[0]);
    assert!(pages[1].contains("目次"), "{}", pages[1]);
    for title in CHAPTERS {
        assert!(pages[1].contains(title), "{}", pages[1]);
        // Above it only the running title.
        let begins =
            |page: &&String| page.lines().filter(|line| !line.is_empty()).take(2).any(|line| line == title);
        assert_eq!(pages[2..].iter().filter(begins).count(), 1, "{title} begins a page: {pages:?}");
    }
    let html = crate::docx::convert(folder.path(), "html:HTML:EmbedImages", "html");
    assert_eq!(html.matches("<h1").count(), 2, "chapters");
    assert_eq!(html.matches("<img ").count(), 3, "pictures");
}
