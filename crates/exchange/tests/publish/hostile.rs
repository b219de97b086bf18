//! Markup in every field, in every form: it is read, never live.

use crate::whole::{anki, docx, html, markdown};
use serde_json::Value;
use yokoten_model::report::{Block, Inline, Report};

use crate::fixture::{Album, book, entry, freeze, hash};

const PAYLOADS: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/track.png)",
    "</style><iframe src=https://evil.example>",
    "]]></w:t><w:p onload=\"x\">&amp;<!-- -->",
    "#panic(\"x\") #link(\"javascript:alert(1)\")[x] $x$ @x",
    "\u{1f}{{Front}}<hr id=answer>::x",
];

/// The entry with every text of it, ids and hashes apart, ended by a payload.
fn poisoned(payload: &str) -> Report {
    fn poison(value: &mut Value, payload: &str) {
        match value {
            Value::String(text) => text.push_str(payload),
            Value::Array(all) => all.iter_mut().for_each(|value| poison(value, payload)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let kept = [
                        "format",
                        "id",
                        "number",
                        "status",
                        "found_by",
                        "customer_impact",
                        "kind",
                        "side",
                        "term",
                        "method",
                        "state",
                        "verdict",
                        "source",
                        "step_outcome",
                        "decision",
                        "team",
                        "hash",
                        "causes_of",
                        "due",
                        "check_on",
                        "at",
                        "occurred_at",
                        "noticed_at",
                        "reported_at",
                        "resolved_at",
                        "step",
                    ];
                    // The alert's `source` is free text, the timeline's is not.
                    if !(kept.contains(&key.as_str()) || key == "causes" && value.is_array()) {
                        poison(value, payload);
                    }
                }
            }
            _ => {}
        }
    }
    let mut entry = entry();
    poison(&mut entry, payload);
    entry["alert"]["source"] = payload.into();
    entry["alert"]["url"] = format!("javascript:alert(1)//{payload}").into();
    entry["runbook"]["url"] = format!("https://a.jp/{payload}").into();
    freeze(entry, "ja")
}

/// A book with every text of it ended by a payload, links apart: those were found safe before.
fn poisoned_book(payload: &str) -> Report {
    fn inlines(all: &mut [Inline], payload: &str) {
        for inline in all {
            match inline {
                Inline::Text(text)
                | Inline::Code(text)
                | Inline::Tag(text)
                | Inline::Image { caption: text, .. } => {
                    text.push_str(payload);
                }
                Inline::Strong(inner)
                | Inline::Emphasis(inner)
                | Inline::Strike(inner)
                | Inline::Link { text: inner, .. } => inlines(inner, payload),
                Inline::Break => {}
            }
        }
    }
    fn blocks(all: &mut [Block], payload: &str) {
        for block in all {
            match block {
                Block::Heading { text, id, .. } => {
                    inlines(text, payload);
                    id.push_str(payload);
                }
                Block::Paragraph(text) => inlines(text, payload),
                Block::List { items, .. } => {
                    items.iter_mut().for_each(|item| blocks(&mut item.blocks, payload));
                }
                Block::Table { head, rows, .. } => {
                    head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| inlines(cell, payload));
                }
                Block::Quote(inner) => blocks(inner, payload),
                Block::Code { text, .. } | Block::Image { caption: text, .. } => text.push_str(payload),
                Block::Question(question) => {
                    question.label.push_str(payload);
                    question.answer_label.push_str(payload);
                    blocks(&mut question.prompt, payload);
                    question.choices.iter_mut().for_each(|choice| inlines(&mut choice.text, payload));
                    blocks(&mut question.answer, payload);
                }
                Block::Rule | Block::WhyTree(_) => {}
            }
        }
    }
    let mut report = book();
    report.title.push_str(payload);
    report.number.push_str(payload);
    if let Some(cover) = &mut report.cover {
        cover.contents.push_str(payload);
        cover.lines.iter_mut().for_each(|line| line.push_str(payload));
    }
    blocks(&mut report.blocks, payload);
    report
}

/// Both, for every payload.
fn all_poisoned() -> impl Iterator<Item = (&'static str, Report)> {
    PAYLOADS.into_iter().flat_map(|payload| [(payload, poisoned(payload)), (payload, poisoned_book(payload))])
}

#[test]
fn nothing_is_live_in_html() {
    for (payload, report) in all_poisoned() {
        let page = html::render(&report, &crate::fixture::album());
        inert(&scraper::Html::parse_document(&page), payload);
    }
}

/// Only elements of ours, no handlers, and addresses that lead nowhere bad, as a browser would read them.
fn inert(page: &scraper::Html, payload: &str) {
    let known = "html head meta title style body main header nav p h1 h2 h3 h4 h5 h6 table thead tbody tr th td ul ol li \
                 blockquote pre code figure figcaption img a span div strong em s br hr details summary label input";
    for element in page.root_element().descendent_elements() {
        let name = element.value().name();
        assert!(
            known.split_whitespace().any(|known| known == name),
            "{:.300} from {payload}",
            element.html()
        );
        for (attribute, value) in element.value().attrs() {
            match attribute {
                "href" => assert!(
                    ["https://", "#", "mailto:"].iter().any(|start| value.starts_with(start)),
                    "{:.300} from {payload}",
                    element.html()
                ),
                "src" => assert!(
                    ["data:image/", "yokoten-"].iter().any(|start| value.starts_with(start)),
                    "{:.300} from {payload}",
                    element.html()
                ),
                attribute => assert!(!attribute.starts_with("on"), "{:.300} from {payload}", element.html()),
            }
        }
    }
}

#[test]
fn nothing_is_live_in_markdown() {
    for (payload, report) in all_poisoned() {
        let text = markdown::render(&report, &Album::default(), "").text;
        let (_, body) = text.split_once("\n---\n").unwrap();
        let options = yokoten_model::markdown::options();
        for event in pulldown_cmark::Parser::new_ext(body, options) {
            use pulldown_cmark::{Event, Tag};
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{html} from {payload}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let inside = dest_url.starts_with('#');
                    assert!(
                        inside || yokoten_model::markdown::is_safe_link(&dest_url),
                        "{dest_url} from {payload}"
                    );
                }
                Event::Start(Tag::Image { dest_url, .. }) => panic!("a picture of {dest_url} from {payload}"),
                _ => {}
            }
        }
    }
}

#[test]
fn nothing_is_live_in_word() {
    for (_, report) in all_poisoned() {
        let file = docx::render(&report, &crate::fixture::album()).unwrap();
        let parts = crate::docx::parts(&file);
        for (name, xml) in parts.iter().filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels"))
        {
            assert!(
                !xml.contains("<script") && !xml.contains("<iframe") && !xml.contains("onload=\"x\""),
                "{name}"
            );
            assert!(!xml.contains("Target=\"javascript:") && !xml.contains("Target=\"data:"), "{name}");
            well_formed(name, xml);
        }
    }
}

#[test]
fn nothing_is_live_in_pdf() {
    // Laying pages out takes a while: all payloads at once.
    for (payloads, report) in
        [(&PAYLOADS[3..4], poisoned(PAYLOADS[3])), (&PAYLOADS[..], poisoned_book(&PAYLOADS.concat()))]
    {
        let file = crate::pdf::render(&report, &crate::fixture::album());
        let urls = crate::pdf::poppler("pdfinfo", &["-url", "-"], &file);
        let addresses = urls.lines().skip(1).filter_map(|line| line.split_whitespace().nth(2));
        let addresses: Vec<&str> = addresses.collect();
        assert!(addresses.contains(&"https://wiki.example.jp/a?x=1&y=2"), "{urls}");
        assert!(addresses.iter().all(|url| url.starts_with("https://")), "{urls}");
        let scripts = crate::pdf::poppler("pdfinfo", &["-js", "-"], &file);
        assert!(scripts.trim().is_empty(), "{scripts}");
        let text: String = crate::pdf::text(&file).split_whitespace().collect();
        for payload in payloads {
            let payload: String =
                payload.split_whitespace().filter(|word| !word.contains('\u{1f}')).collect();
            assert!(text.contains(&payload), "`{payload}` is text");
        }
    }
}

#[test]
fn nothing_is_live_in_a_deck() {
    for (payload, report) in all_poisoned() {
        let file = anki::render(&report, &crate::fixture::album()).unwrap();
        let mut cards = 0;
        crate::anki::fields(&file, |fields| {
            assert_eq!(fields.len(), 2, "{payload} makes no field of its own");
            fields.iter().for_each(|field| inert(&scraper::Html::parse_fragment(field), payload));
            cards += 1;
        });
        assert!(cards == if report.cover.is_some() { 3 } else { 0 });
    }
}

/// Every tag is closed by its own end.
fn well_formed(name: &str, xml: &str) {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: <{tag:.200}"));
        assert!(!text.contains("]]>"), "{name}: {text}");
        if let Some(end) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(end), "{name}");
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

#[test]
fn a_picture_that_can_hold_a_script_is_its_caption() {
    let svg =
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(1)</script></svg>"
            .to_vec();
    let album = Album([(hash('a'), svg), (hash('b'), b"MZ not a picture".to_vec())].into());
    let page = html::render(&freeze(entry(), "ja"), &album);
    assert!(!page.contains("<img") && !page.contains("svg+xml") && page.contains("構成図: ALB の下に3台"));
    let rendered = markdown::render(&freeze(entry(), "ja"), &album, "images");
    assert!(rendered.files.is_empty() && rendered.text.contains("構成図: ALB の下に3台"));
    let file = docx::render(&freeze(entry(), "ja"), &album).unwrap();
    assert!(!crate::docx::parts(&file).keys().any(|name| name.starts_with("word/media/")));
}

#[test]
fn a_picture_that_claims_to_be_huge_fits_the_page() {
    let mut png = crate::fixture::picture(8, 8, image::ImageFormat::Png);
    png[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let album = Album([(hash('a'), png)].into());
    docx::render(&freeze(entry(), "ja"), &album).unwrap();
}
