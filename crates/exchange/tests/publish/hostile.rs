//! Markup in every field, in every form: it is read, never live.

use serde_json::Value;
use yokoten_exchange::publish::{docx, html, markdown};
use yokoten_model::report::Report;

use crate::fixture::{Album, entry, freeze, hash};

const PAYLOADS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/track.png)",
    "</style><iframe src=https://evil.example>",
    "]]></w:t><w:p onload=\"x\">&amp;<!-- -->",
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

#[test]
fn nothing_is_live_in_html() {
    for payload in PAYLOADS {
        let page = html::render(&poisoned(payload), &crate::fixture::album());
        let page = page.split_once("</style>").unwrap().1;
        for tag in page.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap();
            let name = tag.trim_start_matches('/').split_whitespace().next().unwrap();
            let known = [
                "head",
                "body",
                "main",
                "header",
                "p",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "ul",
                "ol",
                "li",
                "blockquote",
                "pre",
                "code",
                "figure",
                "figcaption",
                "img",
                "a",
                "span",
                "div",
                "strong",
                "em",
                "s",
                "br",
                "hr",
                "html",
            ];
            assert!(known.contains(&name), "<{tag}> from {payload}");
            assert!(!tag.contains(" on") || tag.contains("alt=\""), "<{tag}> from {payload}");
            if let Some((_, href)) = tag.split_once("href=\"") {
                assert!(
                    href.starts_with("https://") || href.starts_with("mailto:"),
                    "<{tag}> from {payload}"
                );
            }
            if let Some((_, src)) = tag.split_once("src=\"") {
                assert!(src.starts_with("data:image/"), "<{tag}> from {payload}");
            }
        }
    }
}

#[test]
fn nothing_is_live_in_markdown() {
    for payload in PAYLOADS {
        let text = markdown::render(&poisoned(payload), &Album::default(), "").text;
        let (_, body) = text.split_once("\n---\n").unwrap();
        let options = yokoten_model::markdown::options();
        for event in pulldown_cmark::Parser::new_ext(body, options) {
            use pulldown_cmark::{Event, Tag};
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{html} from {payload}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(yokoten_model::markdown::is_safe_link(&dest_url), "{dest_url} from {payload}");
                }
                Event::Start(Tag::Image { dest_url, .. }) => panic!("a picture of {dest_url} from {payload}"),
                _ => {}
            }
        }
    }
}

#[test]
fn nothing_is_live_in_word() {
    for payload in PAYLOADS {
        let file = docx::render(&poisoned(payload), &crate::fixture::album()).unwrap();
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
