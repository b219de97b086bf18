//! Books on the command line: made of entries, kept up to date, masked in every form.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use yokoten_tests::Home;

fn put(home: &Home, document: &Value) {
    home.feed_json(&["put", "-"], document.to_string().as_bytes());
}

fn entry() -> Value {
    json!({
        "id": "019d6a9f-de97-7ea8-9429-d33f026f4c84", "title": "青葉商店の窓口を取り違えた", "customer": "青葉商店",
        "sections": {
            "overview": "青葉商店の`web-03`です。[画面](https://aoba.example.com/%E9%9D%92%E8%91%89%E5%95%86%E5%BA%97)",
            "problem": "佐伯さんが 03-1234-5678 に電話した", "lessons": "正は一か所に置く。青葉**商店**も。"},
        "runbook": {"title": "RB-1", "step": "手順1", "steps": [{"id": "s1", "text": "台帳を見る"}, {"id": "s2", "text": "10.0.3.12 に入る"}]},
        "causes": {"occurrence": [{"id": "a", "text": "取り違えた", "children": [{"id": "b", "text": "青葉商店の表が古い", "root": true}]}]},
        "timeline": [
            {"id": "t1", "at": "2026-04-08T02:06:00+09:00", "text": "アラート", "step": "s1", "step_outcome": "done"},
            {"id": "t2", "at": "2026-04-08T02:14:00+09:00", "actor": "MSP一次担当", "text": "ops@aoba.example.com へ送った", "step": "s2", "step_outcome": "skipped"}]
    })
}

fn state(summary: &Value) -> &str {
    summary["chapters"][0]["state"].as_str().unwrap()
}

#[test]
fn a_book_follows_its_entries() {
    let home = Home::new();
    put(&home, &entry());
    let made = home.json(&["book", "new", "実例集"]);
    assert_eq!((&made["title"], &made["chapters"]), (&json!("実例集"), &json!([])));
    let id = made["id"].as_str().unwrap();
    let book = home.json(&["book", "add", id, "PM-0001"]);
    assert_eq!(book["chapters"][0]["title"], "青葉商店の窓口を取り違えた");
    assert_eq!(book["chapters"][0]["entries"], json!(["PM-0001"]));
    assert_eq!(state(&book), "unpublished");
    assert_eq!(home.json(&["book", "show", "実例集"]), book, "a book is found by its title, too");
    assert_eq!(home.json(&["book", "list"])["items"], json!([book]));
    assert_eq!(home.json(&["list"])["total"], 1, "a book is no entry");

    let before = home.json(&["show", "PM-0001"]);
    let mut changed = entry();
    changed["sections"]["lessons"] = "二つの資料で見る。".into();
    changed["tags"] = json!(["夜間"]);
    put(&home, &changed);
    let stale = home.json(&["book", "show", id]);
    assert_eq!((state(&stale), &stale["chapters"][0]["changes"]), ("entry_changed", &json!(1)));
    assert_eq!(state(&home.json(&["book", "take", id, "--chapter", "1"])), "unpublished");
    let file = home.path().join("b.json");
    home.json(&["export", id, "--format", "json", "--accept-masking", "-o", file.to_str().unwrap()]);
    assert!(fs::read_to_string(&file).unwrap().contains("二つの資料で見る。"));
    assert_ne!(home.json(&["show", "PM-0001"]), before);
    assert_eq!(home.json(&["history", "PM-0001"])["total"], 2, "the book never writes to an entry");

    assert_eq!(home.refused(&["book", "take", id, "--chapter", "2"], b"")["kind"], "not_found");
    assert_eq!(home.refused(&["book", "add", id, "PM-0404"], b"")["kind"], "not_found");
    assert_eq!(home.refused(&["book", "show", "PM-0001"], b"")["kind"], "not_found");
    assert_eq!(home.json(&["verify"])["faults"], json!([]));
    home.json(&["rebuild"]);
    assert_eq!(home.json(&["book", "show", id])["chapters"].as_array().unwrap().len(), 1);
}

#[test]
fn a_book_is_handed_on_with_its_pictures() {
    let (here, there) = (Home::new(), Home::new());
    here.json(&["sample"]);
    here.json(&["book", "new", "実例集"]);
    let book = here.json(&["book", "add", "実例集", "PM-0001"]);
    let file = here.path().join("b.zip");
    here.json(&["bundle", book["id"].as_str().unwrap(), "PM-0001", "-o", file.to_str().unwrap()]);
    there.json(&["import", "bundle", file.to_str().unwrap()]);
    assert_eq!(there.json(&["book", "show", "実例集"])["chapters"], book["chapters"]);
    assert_eq!(there.json(&["verify"])["faults"], json!([]));
}

/// The names and bytes of everything that an export wrote, the parts of archives one by one.
fn written(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            all.push((name, Vec::new()));
            all.extend(written(&entry.path()));
            continue;
        }
        let bytes = fs::read(entry.path()).unwrap();
        if let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
            for index in 0..zip.len() {
                let mut part = zip.by_index(index).unwrap();
                let mut inside = Vec::new();
                part.read_to_end(&mut inside).unwrap();
                all.push((part.name().unwrap().into_owned(), inside));
            }
        }
        if name.ends_with(".pdf") {
            // Its texts are packed: what others read in it, and what it says of itself.
            for (program, args) in [("pdftotext", &["-", "-"][..]), ("pdfinfo", &["-"])] {
                let mut child = Command::new(program)
                    .args(args)
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .expect("poppler is installed by `cargo xtask test`");
                let mut input = child.stdin.take().unwrap();
                let file = bytes.clone();
                let feeding = std::thread::spawn(move || input.write_all(&file));
                all.push((program.to_owned(), child.wait_with_output().unwrap().stdout));
                feeding.join().unwrap().unwrap();
            }
        }
        all.push((name, bytes));
    }
    all
}

#[test]
fn a_masked_name_is_nowhere_in_any_form() {
    let home = Home::new();
    put(&home, &entry());
    let picture = home.path().join("青葉商店.png");
    fs::copy(yokoten_tests::root().join("crates/app/sample/images/call-history.png"), &picture).unwrap();
    let hash =
        home.json(&["attach", "PM-0001", picture.to_str().unwrap()])["hash"].as_str().unwrap().to_owned();
    let mut with_picture = home.json(&["show", "PM-0001"]);
    let overview = format!(
        "![青葉商店の画面](blob:{hash})\n\n{}",
        with_picture["sections"]["overview"].as_str().unwrap()
    );
    with_picture["sections"]["overview"] = overview.into();
    put(&home, &with_picture);
    home.json(&["book", "new", "青葉商店の実例集"]);
    let book = home.json(&["book", "add", "青葉商店の実例集", "PM-0001"]);
    let id = book["id"].as_str().unwrap();

    let review = home.json(&["book", "mask", id]);
    let hits = review["hits"].as_array().unwrap();
    for (text, kind) in [
        ("青葉商店", "customer"),
        ("佐伯", "person"),
        ("web-03", "host"),
        ("10.0.3.12", "ip"),
        ("ops@aoba.example.com", "mail"),
        ("aoba.example.com", "host"),
    ] {
        // 問題の概要 goes into a chapter only where there is no timeline.
        let found = hits.iter().any(|hit| hit["text"] == text && hit["kind"] == kind);
        assert_eq!(found, kind != "person", "{text}: {hits:?}");
    }
    assert_eq!(
        (&review["images"][0]["hash"], &review["images"][0]["reviewed"]),
        (&json!(hash), &json!(false))
    );
    assert_eq!(review["unreviewed"], hits.len() + 1);

    for format in ["markdown", "html", "docx", "pdf", "anki", "json"] {
        let folder = home.path().join(format);
        fs::create_dir(&folder).unwrap();
        let export = |args: &[&str]| {
            let output = home
                .command(&[&["export", id, "--format", format], args].concat())
                .current_dir(&folder)
                .output();
            output.unwrap()
        };
        let refused = export(&[]);
        assert_eq!(refused.status.code(), Some(1), "{format}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("--accept-masking"), "{format}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{format}: nothing half-written");
        assert!(export(&["--accept-masking"]).status.success(), "{format}");
        let all = written(&folder);
        let text: String =
            all.iter().map(|(name, bytes)| format!("{name}\n{}\n", String::from_utf8_lossy(bytes))).collect();
        // A line that goes on is one text.
        let text: String = text.split_whitespace().collect();
        for secret in ["青葉", "%E9%9D%92", "aoba", "web-03", "10.0.3.12"] {
            assert!(!text.contains(secret), "{format} says `{secret}`");
        }
        assert!(text.contains("A社"), "{format} says the mask instead");
        if format != "json" {
            assert!(text.contains("あなたなら"), "{format} asks");
            assert!(format == "anki" || text.contains("確認問題"), "{format} has a part of questions");
        }
    }
}
