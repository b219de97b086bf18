//! Every screen and state of the window as a picture, for a person to lay beside the design.
//!
//! `cargo xtask shots FOLDER` takes them in both themes, sizes and languages; without a folder one of each is taken, and
//! what does not fit the window fails.

use std::path::{Path, PathBuf};

use serde_json::json;
use yokoten_tests::root;

use crate::window::{Person, Window};
use yokoten_tests::wait::until;

/// How the window looks: theme, language, width and height.
type Look = (&'static str, &'static str, u32, u32);
type State = (&'static str, fn(&Window<'_>));

const LOOKS: [Look; 8] = [
    ("light", "ja", 1440, 900),
    ("dark", "ja", 1440, 900),
    ("light", "ja", 1100, 720),
    ("dark", "ja", 1100, 720),
    ("light", "en", 1440, 900),
    ("dark", "en", 1440, 900),
    ("light", "en", 1100, 720),
    ("dark", "en", 1100, 720),
];

const STATES: [State; 32] = [
    ("today", |window| drop(window.find("row"))),
    ("library", |window| {
        window.click("place-library");
        window.find("open");
    }),
    ("library-facets", |window| search(window, "証明書", ".facets .bars")),
    ("library-nothing-found", |window| search(window, "ない言葉だけ", ".none")),
    ("trash", |window| {
        window.click("place-library");
        window.click("trash");
        window.css(".none");
    }),
    ("actions", |window| {
        window.click("place-actions");
        window.find("action");
    }),
    ("actions-editing", |window| {
        window.click("place-actions");
        window.find("action");
        window.press("F2");
        window.find("action-owner");
    }),
    ("settings", |window| {
        window.click("place-settings");
        window.find("settings-name");
    }),
    ("palette", |window| {
        window.press("mod+k");
        window.focused("palette-input");
        window.type_text("証明書");
        window.css("dialog[open] [role=option]");
    }),
    ("help", |window| {
        window.click("help-open");
        window.find("help");
    }),
    ("editor", |window| edit(window, "PM-0001")),
    ("editor-unfolded", |window| {
        edit(window, "PM-0001");
        unfold(window, "overview");
        unfold(window, "problem");
    }),
    ("editor-timeline", |window| {
        edit(window, "PM-0001");
        unfold(window, "problem");
        window.show(".timeline");
    }),
    ("editor-causes", |window| {
        edit(window, "PM-0001");
        window.click("why-occurrence");
    }),
    ("editor-measures", |window| {
        edit(window, "PM-0001");
        window.show("#sec-countermeasure");
    }),
    ("editor-measure-unfolded", |window| {
        edit(window, "PM-0001");
        window.click("measure-details");
    }),
    ("editor-proven", |window| {
        edit(window, "PM-0012");
        window.click("proven-open");
        window.find("quote");
    }),
    ("editor-reading", |window| {
        edit(window, "PM-0001");
        window.show("[data-test=reading]");
    }),
    ("editor-recurrence", |window| {
        edit(window, "PM-0012");
        window.find("recurrences");
    }),
    ("editor-guide", |window| tab(window, "guide", ".rail")),
    ("editor-similar", |window| tab(window, "similar", "[data-test=similar]")),
    ("editor-evidence", |window| tab(window, "evidence", ".rail")),
    ("editor-history", |window| tab(window, "history", "[data-test=change]")),
    ("editor-export", |window| {
        edit(window, "PM-0001");
        window.click("export-open");
        window.find("export-docx");
    }),
    ("editor-asked", |window| {
        edit(window, "PM-0014");
        unfold(window, "lessons");
        window.click("section-lessons");
        window.type_text("担当者の確認不足だった。");
        window.click_css("[data-test=section-lessons] .weak");
        window.find("hint-memo");
    }),
    ("editor-review", |window| tab(window, "review", "[data-test=point]")),
    ("editor-comments", |window| tab(window, "comments", "[data-test=comment-new]")),
    ("interview", |window| {
        window.click("new-entry");
        window.click("interview-begin");
        window.find("interview");
    }),
    ("training", |window| {
        window.click("place-training");
        window.find("today");
    }),
    ("training-book", |window| {
        window.click("place-training");
        window.click("book");
        window.find("part-lessons");
    }),
    ("new-entry", |window| {
        window.click("new-entry");
        window.focused("title");
    }),
    ("new-entry-written", |window| {
        window.click("new-entry");
        window.focused("title");
        window.type_text("夜間のバッチ通知で、旧い窓口へ架電した");
        window.click("add-why-occurrence");
        window.type_into("why-occurrence", "連絡先の台帳が二つあった");
        window.press("mod+g");
        window.wait_until_saved();
    }),
];

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn every_screen_and_state_fits_the_window() {
    let named = std::env::var_os("YOKOTEN_PICTURES").map(PathBuf::from);
    let looks = if named.is_some() { &LOOKS[..] } else { &LOOKS[2..3] };
    let only = std::env::var("YOKOTEN_PICTURES_ONLY").unwrap_or_default();
    let folder = named.unwrap_or_else(|| root().join("tests/artifacts/states"));
    std::fs::create_dir_all(&folder).unwrap();
    let person = Person::new();
    welcome(&person, &folder, looks);
    person.home.json(&["sample"]);
    person.home.json(&["--lang", "ja", "book", "new", "一次対応 実例集"]);
    person.home.json(&["--lang", "ja", "book", "add", "一次対応 実例集", "PM-0001", "PM-0006"]);
    let window = person.open();
    for look in looks {
        put_on(&window, *look);
        for (name, reach) in STATES.iter().filter(|(name, _)| name.contains(&only)) {
            // The window would else open in the entry that was shown last.
            window.again();
            window.click("place-today");
            window.css("main.home");
            reach(&window);
            take(&window, &folder, name, *look);
        }
    }
}

fn welcome(person: &Person, folder: &Path, looks: &[Look]) {
    let window = person.open();
    for look in looks {
        put_on(&window, *look);
        window.again();
        window.find("door-write");
        take(&window, folder, "welcome", *look);
    }
}

/// Theme and language are settings, so they are there when the page is loaded again.
fn put_on(window: &Window<'_>, (theme, language, width, height): Look) {
    let call = |name: &str, args| window.invoke("call", &json!({ "name": name, "args": args })).unwrap();
    let mut settings = call("start", json!({}))["settings"].clone();
    settings["theme"] = json!(theme);
    settings["language"] = json!(language);
    settings["name"] = json!("森下 あおい");
    settings["team"] = json!("msp");
    call("settings_set", json!({ "settings": settings }));
    window.resize(width, height);
}

fn take(window: &Window<'_>, folder: &Path, name: &str, (theme, language, width, _): Look) {
    // Fonts, pictures and the last frame.
    window.come_to_rest();
    let wide = window.run(
        "return [...document.querySelectorAll('html, body, main, .topbar, .keys')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1)
            .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}`)",
        &json!([]),
    );
    window.picture_in(folder, &format!("{name}-{theme}-{language}-{width}"));
    assert_eq!(wide, json!([]), "{name} does not fit {width} pixels in {language}");
}

fn search(window: &Window<'_>, text: &str, found: &str) {
    window.click("place-library");
    window.write("search", text);
    window.css(found);
}

fn edit(window: &Window<'_>, number: &str) {
    window.press("mod+k");
    window.focused("palette-input");
    window.type_text(number);
    let script = "return document.querySelector('dialog[open] [aria-selected=true]')?.innerText ?? ''";
    until("the palette has found it", || {
        window.run(script, &json!([])).as_str()?.contains(number).then_some(())
    });
    window.press("Enter");
    window.find("title");
}

fn unfold(window: &Window<'_>, section: &str) {
    window.css(&format!("#h-{section}"));
    if !window.is_there(&format!("[data-test='section-{section}']")) {
        window.click_css(&format!("#h-{section} button"));
    }
    window.find(&format!("section-{section}"));
}

fn tab(window: &Window<'_>, name: &str, shown: &str) {
    edit(window, "PM-0012");
    if !window.is_there(&format!("[data-test='tab-{name}'][aria-expanded='true']")) {
        window.click(&format!("tab-{name}"));
    }
    window.css(shown);
}
