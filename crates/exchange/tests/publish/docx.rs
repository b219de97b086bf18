#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::process::Command;

use crate::whole::docx;

use crate::fixture::{Album, album, freeze, long, report};

/// The parts of a file, by name.
pub fn parts(file: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: &String| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    names.iter().map(|name| (name.clone(), read(name))).collect()
}

#[test]
fn a_word_file_uses_words_own_styles() {
    let file = docx::render(&report(), &album()).unwrap();
    let parts = parts(&file);
    let document = &parts["word/document.xml"];
    for style in ["Title", "Heading1", "Heading2", "Code", "Quote", "Caption"] {
        assert!(document.contains(&format!("<w:pStyle w:val=\"{style}\" />")), "no paragraph is {style}");
        assert!(
            parts["word/styles.xml"].contains(&format!("w:styleId=\"{style}\"")),
            "{style} is not a style"
        );
    }
    assert!(document.contains("<w:numPr>") && document.contains("<w:tblHeader />"));
    assert!(document.contains("descr=\"構成図: ALB の下に3台\""));
    assert!(parts["word/styles.xml"].contains("w:eastAsia=\"ja-JP\""));
    assert!(parts["word/styles.xml"].contains("w:eastAsia=\"游ゴシック\""));
    assert!(parts["docProps/core.xml"].contains("<dc:title>構成変更のあとも"));
    assert!(
        parts.iter().any(|(name, xml)| name.starts_with("word/footer") && xml.contains("PAGE")),
        "page numbers"
    );
    assert!(document.contains("w:w=\"11906\""), "A4");
}

#[test]
fn a_link_keeps_its_address() {
    let file = docx::render(&report(), &album()).unwrap();
    let rels = &parts(&file)["word/_rels/document.xml.rels"];
    assert!(rels.contains("Target=\"https://wiki.example.jp/a?x=1&amp;y=2\""), "{rels}");
}

#[test]
fn a_picture_keeps_its_own_bytes_and_type() {
    let album = album();
    let file = docx::render(&report(), &album).unwrap();
    let parts = parts(&file);
    let types = &parts["[Content_Types].xml"];
    assert!(types.contains("<Default ContentType=\"image/jpeg\" Extension=\"jpeg\" />"), "{types}");
    assert!(parts.contains_key("word/media/2.jpeg"), "{:?}", parts.keys());
    for bytes in album.0.values() {
        assert!(file.windows(bytes.len()).any(|window| window == bytes), "a picture was made anew");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (report, album) = (long(2), album());
    let first = docx::render(&report, &album).unwrap();
    for _ in 0..3 {
        assert!(docx::render(&report, &album).unwrap() == first, "the bytes differ");
    }
}

#[test]
fn what_xml_cannot_hold_is_left_out() {
    let text = "端末\u{1b}[31m赤\u{0}\u{fffe}終わり";
    let entry = serde_json::json!({"format": "yokoten/postmortem/1", "title": text, "sections": {"problem": text},
        "alert": {"name": "x", "url": format!("https://a.jp/{text}")}, "tags": [text],
        "causes": {"escape": [{"text": text, "root": true, "evidence": text}]}});
    let file = docx::render(&freeze(entry, "ja"), &Album::default()).unwrap();
    for (name, xml) in parts(&file) {
        assert!(!xml.contains(['\u{1b}', '\u{0}', '\u{fffe}']), "{name}");
    }
}

#[test]
fn libreoffice_reads_everything_back() {
    if Command::new("soffice").arg("--version").output().is_err() {
        eprintln!("skipped: LibreOffice (`soffice`) is not installed, so the file was not read back");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("entry.docx");
    std::fs::write(&path, docx::render(&report(), &album()).unwrap()).unwrap();
    let html = convert(folder.path(), "html:HTML:EmbedImages", "html");
    let text = convert(folder.path(), "txt:Text (encoded):UTF8", "txt");

    assert_eq!(count(&html, "<img "), 2, "pictures");
    assert_eq!(count(&html, "<table"), 6, "tables");
    assert!(count(&html, "<h1") >= 9 && count(&html, "<h2") >= 3, "headings:\n{html:.3000}");
    assert!(count(&html, "<ol") >= 1 && count(&html, "<ul") >= 3, "lists");
    assert!(html.contains("https://wiki.example.jp/a?x=1&amp;y=2"), "links");
    for words in words(&report().blocks) {
        // A line break of ours is a line break of theirs; spaces at its sides are not.
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        assert!(squeeze(&text).contains(&squeeze(&words)), "`{words}` is lost in\n{text}");
    }
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

/// What LibreOffice makes of a file; empty where it is no text.
pub fn convert(folder: &std::path::Path, form: &str, extension: &str) -> String {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let output = Command::new("soffice")
        .args(["--headless", &profile, "--convert-to", form, "--outdir"])
        .args([folder, &folder.join("entry.docx")])
        .output()
        .unwrap();
    let file = folder.join("entry").with_extension(extension);
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Every piece of text of a report.
pub fn words(blocks: &[yokoten_model::report::Block]) -> Vec<String> {
    use yokoten_model::report::{Block, Why, plain};
    fn whys(all: &[Why], out: &mut Vec<String>) {
        for why in all {
            out.extend([why.text.clone(), why.note.clone()]);
            out.extend(why.tag.clone());
            whys(&why.children, out);
        }
    }
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => out.push(plain(text)),
            Block::List { items, .. } => items.iter().for_each(|item| out.extend(words(&item.blocks))),
            Block::Table { head, rows, .. } => {
                out.extend(head.iter().chain(rows.iter().flatten()).map(|cell| plain(cell)));
            }
            Block::Quote(inner) => out.extend(words(inner)),
            Block::Question(question) => out.extend(words(&question.open())),
            Block::Code { text, .. } => out.push(text.clone()),
            Block::Image { caption, .. } => out.push(caption.clone()),
            Block::WhyTree(all) => whys(all, &mut out),
            Block::Rule => {}
        }
    }
    out
}
