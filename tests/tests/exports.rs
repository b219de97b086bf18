//! Files out: opened by other programs, with nothing lost and nothing live.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use yokoten_tests::Home;

/// A one-pixel PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac\xfc\xcf\xc0P\x0f\0\x04\x85\x01\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82";

fn entry() -> Value {
    let hash = blake3::hash(PNG).to_hex();
    json!({
        "title": "ALB 5xx アラートで、正常な EC2 を再起動した",
        "customer": "青葉商店", "service": "EC サイト", "occurred_at": "2026-11-14T03:12:00+09:00",
        "found_by": "customer", "customer_impact": "affected", "occurrence_category": "O1", "escape_category": "E1",
        "alert": {"source": "CloudWatch", "name": "a-ec-prd-alb-5xx", "url": "https://example.com/alarm"},
        "sections": {
            "overview": format!("手順の要点。\n\n| 手順 | すること |\n|---|---|\n| 3 | unhealthy を**特定**する |\n| 4 | その1台を再起動する |\n\n1. 見る\n2. 決める\n\n![ターゲットの画面](blob:{hash})\n"),
            "problem": "03:14、手順4で `web-03` を再起動した。\n\n```\n$ reboot web-03\n```\n",
            "lessons": "名前ではなく、状態で選ぶ。[手順](https://example.com/rb)"},
        "causes": {
            "occurrence": [{"id": "o1", "text": "手順に web-03 と書いてあった", "evidence": "RB-A-017 改訂6",
                "children": [{"id": "o2", "text": "構成変更の完了条件に手順の見直しがない", "root": true}]}],
            "escape": [{"id": "e1", "text": "対象を画面と照合する地点がない", "root": true, "kind": "assumption"}]},
        "countermeasures": [
            {"text": "unhealthy だけを表示するスクリプトに替える", "causes": ["o2"], "method": "replace", "owner": "二次運用", "due": "2026-12-01"},
            {"text": "再起動の前に状態を照合して止める", "side": "escape", "causes": ["e1"], "method": "detect"},
            {"text": "朝礼で共有する", "causes": ["o2"], "method": "inform", "term": "interim", "exception": "恒久策までのつなぎ"}],
        "timeline": [{"at": "2026-11-14T03:14:00+09:00", "actor": "MSP一次担当", "text": "web-03 を再起動"}],
        "attachments": [{"hash": hash.as_str(), "name": "図.png", "caption": "ターゲットの画面", "media_type": "image/png"}]
    })
}

/// What must be readable in every form.
const TEXTS: [&str; 14] = [
    "ALB 5xx アラートで、正常な EC2 を再起動した",
    "青葉商店",
    "2026-11-14 03:12 JST",
    "アラートと一次対処手順の概要",
    "問題の概要",
    "原因分析",
    "再発防止策",
    "手順に web-03 と書いてあった",
    "構成変更の完了条件に手順の見直しがない",
    "対象を画面と照合する地点がない",
    "unhealthy だけを表示するスクリプトに替える",
    "恒久策までのつなぎ",
    "$ reboot web-03",
    "名前ではなく、状態で選ぶ。",
];

fn filled() -> Home {
    let home = Home::new();
    home.feed_json(&["put", "-"], entry().to_string().as_bytes());
    let picture = home.path().join("図.png");
    fs::write(&picture, PNG).unwrap();
    home.json(&["attach", "PM-0001", picture.to_str().unwrap()]);
    home
}

fn export(home: &Home, format: &str, name: &str) -> Vec<u8> {
    let path = home.path().join(name);
    let said = home.json(&["export", "PM-0001", "--format", format, "-o", path.to_str().unwrap()]);
    let bytes = fs::read(&path).unwrap();
    assert_eq!(said["bytes"], bytes.len());
    bytes
}

/// Converts with LibreOffice, in a profile of its own.
fn libre_office(home: &Home, file: &Path, to: &str) -> String {
    let profile = format!("-env:UserInstallation=file://{}", home.path().join("profile").display());
    let output = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", to, "--outdir"])
        .arg(home.path().join("converted"))
        .arg(file)
        .output()
        .expect("LibreOffice is installed by `cargo xtask test`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let extension = to.split(':').next().unwrap();
    let made = home.path().join("converted").join(file.file_stem().unwrap()).with_extension(extension);
    fs::read_to_string(made).unwrap()
}

#[test]
fn word_is_read_back_by_libre_office_with_nothing_lost() {
    let home = filled();
    export(&home, "docx", "記事.docx");
    let file = home.path().join("記事.docx");
    let text = libre_office(&home, &file, "txt:Text (encoded):UTF8");
    for wanted in TEXTS {
        assert!(text.contains(wanted), "`{wanted}` is missing in\n{text}");
    }
    let html = libre_office(&home, &file, "html:HTML:EmbedImages");
    let (headings, tables, images) =
        (html.matches("<h1").count(), html.matches("<table").count(), html.matches("<img").count());
    assert_eq!(headings, 6, "four chapters, lessons and the timeline are real headings");
    assert!(html.matches("<h2").count() >= 2, "both causes are headings below");
    assert_eq!((tables, images), (4, 1), "facts, steps, countermeasures, timeline; one picture");
    assert!(html.contains("<ol"), "the numbered list is a list");
    assert!(html.contains("href=\"https://example.com/rb\""), "the link is live");
}

#[test]
fn pdf_is_read_back_by_poppler_with_nothing_lost() {
    let home = filled();
    export(&home, "pdf", "記事.pdf");
    let output = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(home.path().join("記事.pdf"))
        .arg("-")
        .output();
    let output = output.expect("poppler is installed by `cargo xtask test`");
    // A line that goes on is one text.
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    let text = squeeze(&String::from_utf8(output.stdout).unwrap());
    for wanted in TEXTS {
        assert!(text.contains(&squeeze(wanted)), "`{wanted}` is missing in\n{text}");
    }
}

#[test]
fn html_is_one_file_without_script_or_network() {
    let home = filled();
    let html = String::from_utf8(export(&home, "html", "記事.html")).unwrap();
    for wanted in TEXTS {
        assert!(html.contains(wanted), "`{wanted}` is missing");
    }
    assert!(html.contains("data:image/png;base64,"), "the picture is inside");
    assert!(html.contains("@media print"), "it can be printed");
    assert!(!html.contains("<script") && !html.contains("<link"), "nothing is loaded or run");
}

#[test]
fn markdown_has_front_matter_and_its_pictures_beside_it() {
    let home = filled();
    let text = String::from_utf8(export(&home, "markdown", "記事.md")).unwrap();
    assert!(text.starts_with("---\nid: "), "{text}");
    assert!(text.contains("occurrence_category: \"O1\""));
    assert!(text.contains("![ターゲットの画面](記事-images/01.png)"), "{text}");
    assert_eq!(fs::read(home.path().join("記事-images/01.png")).unwrap(), PNG);
    for wanted in TEXTS {
        assert!(text.contains(wanted), "`{wanted}` is missing in\n{text}");
    }
}

#[test]
fn json_is_the_document() {
    let home = filled();
    let json: Value = serde_json::from_slice(&export(&home, "json", "a.json")).unwrap();
    assert_eq!(json, home.json(&["show", "PM-0001"]));
}

#[test]
fn nothing_hostile_becomes_live_in_any_form() {
    let evil = "<script>alert(1)</script> [x](javascript:alert(2)) ![y](https://evil.example.com/z.png) \
                <img src=x onerror=alert(3)> [d](data:text/html,<script>4</script>) \"><svg onload=alert(5)>\n\n<iframe src=//evil>\n";
    let mut entry = entry();
    for key in ["overview", "problem", "occurrence_cause", "escape_cause", "lessons"] {
        entry["sections"][key] = evil.into();
    }
    for key in ["title", "customer", "service"] {
        entry[key] = evil.into();
    }
    entry["alert"]["url"] = "javascript:alert(6)".into();
    entry["causes"]["escape"][0]["text"] = evil.into();
    entry["countermeasures"][0]["text"] = evil.into();
    entry["countermeasures"][0]["link"] = "data:text/html,<script>7</script>".into();
    entry["timeline"][0]["text"] = evil.into();
    let home = Home::new();
    home.feed_json(&["put", "-"], entry.to_string().as_bytes());

    let html = String::from_utf8(export(&home, "html", "e.html")).unwrap();
    for live in [
        "<script",
        "<iframe",
        "<svg",
        "onerror=alert(3)>\n",
        "href=\"javascript",
        "href=\"data",
        "src=\"http",
    ] {
        assert!(!html.contains(live), "`{live}` is live");
    }
    assert!(!html.contains("<img src=x"));
    let markdown = String::from_utf8(export(&home, "markdown", "e.md")).unwrap();
    // What stands behind a backslash is text.
    let body = markdown.split_once("\n# ").unwrap().1.replace("\\]", "").replace("\\<", "");
    for live in ["](javascript", "](data", "](https://evil", "<script", "<img", "<iframe", "<svg"] {
        assert!(!body.contains(live), "`{live}` is live in\n{body}");
    }
    export(&home, "docx", "e.docx");
    let back = libre_office(&home, &home.path().join("e.docx"), "html:HTML:EmbedImages");
    for live in ["<script", "href=\"javascript", "href=\"data"] {
        assert!(!back.contains(live), "`{live}` is live in the Word file");
    }
}
