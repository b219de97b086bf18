//! Finding among 10,000 entries in the real window, as one types.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use yokoten_tests::wait::until;
use yokoten_tests::{Home, root};

use crate::composition::compose;
use crate::window::{Person, Window};

/// Changes with what is written here and with what is derived of it, so that no older workspace is searched.
const EDITION: u32 = 4;
const ENTRIES: usize = 10_000;

/// Every hundredth entry tells of it, in its problem alone.
const RARE: &str = "閏年";
/// One title has it.
const SINGLE: &str = "閏秒";

/// One of the words that most entries are made of.
fn word(serial: usize, place: usize) -> &'static str {
    let words = [
        "連絡先",
        "監視",
        "証明書",
        "再起動",
        "対象",
        "通知",
        "権限",
        "抑止",
        "台帳",
        "夜間",
        "引き継ぎ",
        "切り替え",
    ];
    words[(serial * 7 + place * 5 + serial / words.len()) % words.len()]
}

fn entry(serial: usize) -> Value {
    let word = |place| word(serial, place);
    let title = match serial {
        4_321 => format!("{SINGLE}の補正で時計が戻った"),
        _ => format!("{}と{}を取り違えた", word(0), word(1)),
    };
    let rare = if serial.is_multiple_of(100) {
        format!("{RARE}の暦を見ていなかった。")
    } else {
        String::new()
    };
    let status = ["draft", "in_review", "published", "verified"][serial % 4];
    json!({
        "id": format!("019aa1b2-{:04x}-7000-8000-{serial:012x}", serial % 0x1_0000), "title": title,
        "customer": format!("顧客{}社", serial % 80), "service": "EC サイト",
        "status": status,
        "occurred_at": format!("{}-{:02}-{:02}T03:12:00+09:00", 2020 + serial % 6, serial % 12 + 1, serial % 28 + 1),
        "sections": {
            "overview": format!("{}が三分続くと鳴る。手順{}で{}のあて先を見る。", word(2), serial % 9, word(3)),
            "problem": format!("03:{:02}、{}の{}を見て{}と判断した。{rare}", serial % 60, word(4), word(5), word(6)),
            "occurrence_cause": format!("{}の{}に{}がなく、前の値が残った。", word(7), word(8), word(9)),
            "escape_cause": format!("{}を確かめる段がなかった。", word(10)),
        },
    })
}

/// Gives a home its workspace: a copy of one that is written once and kept below `target`.
fn fill(home: &Home) {
    let kept = root().join(format!("target/tmp/window-search-{ENTRIES}-{EDITION}"));
    if !kept.exists() {
        write(home, kept.clone());
    }
    let copied = Command::new("cp").arg("--recursive").arg(&kept).arg(home.workspace()).status().unwrap();
    assert!(copied.success(), "the workspace cannot be copied");
}

/// Writes the workspace in one go, beside its place: a half written one is never taken for it.
fn write(home: &Home, kept: PathBuf) {
    let making = kept.with_extension(format!("{}", std::process::id()));
    std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
    let mut put = home.command(&["put", "-"]);
    put.env("YOKOTEN_WORKSPACE", &making).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut put = put.spawn().unwrap();
    let entries: Vec<Value> = (0..ENTRIES).map(entry).collect();
    serde_json::to_writer(put.stdin.take().unwrap(), &entries).unwrap();
    assert!(put.wait().unwrap().success(), "the entries cannot be written");
    // Another test may have been faster.
    if std::fs::rename(&making, kept).is_err() {
        std::fs::remove_dir_all(making).unwrap();
    }
}

/// What an element shows, once it is there.
fn shown(window: &Window<'_>, css: &str) -> String {
    window.css(css);
    let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
    window.run(script, &json!([css])).as_str().unwrap_or_default().trim().to_owned()
}

fn until_shown(window: &Window<'_>, css: &str, text: &str) {
    until(&format!("`{css}` shows `{text}`"), || (shown(window, css) == text).then_some(()));
}

/// How many rows stand in the page.
fn rows(window: &Window<'_>) -> u64 {
    let script = "return document.querySelectorAll('.hits [data-test=row]').length";
    window.run(script, &json!([])).as_u64().unwrap_or_default()
}

fn scroll_to_the_end(window: &Window<'_>) {
    window
        .run("const list = document.querySelector('.hits'); list.scrollTop = list.scrollHeight", &json!([]));
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn the_library_finds_as_one_types_among_ten_thousand() {
    let person = Person::new();
    fill(&person.home);
    let window = person.open();
    window.click("place-library");
    until_shown(&window, ".cnt", "10000件");

    // A list of any length: its end is one movement away, and the page holds only what is in view.
    scroll_to_the_end(&window);
    window.css("[data-test=row][aria-posinset='10000']");
    assert!(rows(&window) < 100, "{} rows in the page", rows(&window));

    // Key by key, in kanji: the count is exact, the preview stands at the place.
    window.click("search");
    window.focused("search");
    window.type_text(RARE);
    until_shown(&window, ".cnt", "100件見つかりました");
    until_shown(&window, ".prev .place mark", RARE);
    assert_eq!(shown(&window, ".prev .place h3"), "問題の概要");
    assert!(shown(&window, ".hits [data-test=row]").contains(RARE), "the snippet shows the place");
    window.css(".facets .bars button");
    window.picture("search-library");

    // Narrowed by what the hits have in common: as many are left as were told.
    let customer = ".facets .value[title^='顧客']";
    let count = shown(&window, &format!("{customer} small"));
    assert_eq!(count, "25", "entries of a fourth of the hundred");
    window.click_css(customer);
    until_shown(&window, ".cnt", "25件見つかりました");
    assert!(window.texts("search")[0].contains("顧客:顧客"), "{:?}", window.texts("search"));

    // Kana that was not converted finds the kanji; more comes as one scrolls, without a change of page.
    empty(&window);
    window.type_text("てじゅん");
    until_shown(&window, ".hits mark", "手順");
    until("the rest comes as one scrolls", || {
        scroll_to_the_end(&window);
        (rows(&window) >= 300).then_some(())
    });
    window.picture("search-scrolled");

    // While an input method composes, its keys are no keys of ours; what it confirms is searched.
    empty(&window);
    compose(&window);
    assert_eq!(window.texts("search"), ["あ"]);
    window.focused("search");
    window.css(".hits [data-test=row] .s mark");
}

/// Leaves the search box empty, with the cursor in it.
fn empty(window: &Window<'_>) {
    window.click("search");
    window.focused("search");
    until("the box is empty", || {
        window.press("Escape");
        (window.texts("search") == [""]).then_some(())
    });
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn the_palette_finds_one_entry_among_ten_thousand_and_opens_it() {
    let person = Person::new();
    fill(&person.home);
    let window = person.open();
    window.find("place-library");
    window.press("mod+k");
    window.focused("palette-input");
    window.type_text(RARE);
    until_shown(&window, "dialog[open] .head", "書庫　100件");

    // What is typed next takes the place of what was asked before.
    for _ in RARE.chars() {
        window.press("Backspace");
    }
    window.type_text(SINGLE);
    until_shown(&window, "dialog[open] .head", "書庫　1件");
    until_shown(&window, "dialog[open] [role=option][aria-selected=true] mark", SINGLE);
    window.picture("search-palette");
    window.press("Enter");
    window.find("title");
    assert_eq!(window.texts("title"), [format!("{SINGLE}の補正で時計が戻った")]);
}
