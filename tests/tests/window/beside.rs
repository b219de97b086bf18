//! The window beside other programs on the same workspace.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::programs::desktop;
use crate::window::{Person, processes};
use yokoten_tests::wait::{until, within};

const NUMBER: &str = "PM-0001";

fn document() -> Value {
    json!({
        "title": "再起動の手順が終わる前に、監視を戻した",
        "sections": { "problem": "再起動の完了を待たずに監視を戻した。" },
    })
}

fn put(person: &Person, document: &Value) -> Value {
    person.home.feed_json(&["put", "-"], document.to_string().as_bytes())
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn the_window_shows_within_a_second_what_the_command_line_writes() {
    let person = Person::new();
    let created = put(&person, &document());
    let window = person.open();
    window.click("continue");
    window.find("section-problem");

    let mut edited = person.home.json(&["show", NUMBER]);
    edited["sections"]["problem"] = json!("監視を戻したあとに、二度目の再起動がはじまった。");
    assert_eq!(put(&person, &edited)["id"], created["id"], "an edit, not a second entry");
    let start = Instant::now();
    let wanted = edited["sections"]["problem"].as_str().unwrap();
    let shown =
        within(Duration::from_secs(5), || (window.texts("section-problem") == [wanted]).then_some(()));
    assert!(shown.is_some(), "the page shows {:?}", window.texts("section-problem"));
    println!("the window shows it after {} ms", start.elapsed().as_millis());
    assert!(start.elapsed() < Duration::from_secs(1), "it took {:?}", start.elapsed());

    // And the other way round, with both changes kept.
    window.write("section-lessons", "完了の合図は、画面に出るまで待つ。");
    window.wait_until_saved();
    let kept = person.home.json(&["show", NUMBER]);
    assert_eq!(kept["sections"]["lessons"], "完了の合図は、画面に出るまで待つ。");
    assert_eq!(kept["sections"]["problem"], wanted);
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_second_launch_raises_the_first_window() {
    let person = Person::new();
    let window = person.open();
    let first = processes(&person.home);
    assert_eq!(first.len(), 1);
    let mut second = Command::new(desktop())
        .arg("--workspace")
        .arg(person.home.workspace())
        .env("HOME", person.home.path())
        .spawn()
        .unwrap();
    let status = until("the second launch ends by itself", || second.try_wait().unwrap());
    assert!(status.success(), "{status}");
    assert_eq!(processes(&person.home), first);
    window.click("door-write");
    window.find("title");
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_workspace_that_cannot_be_opened_leaves_a_window_that_says_why() {
    let person = Person::new();
    let missing = person.home.path().join("drive-that-is-gone/workspace");
    let window = person.open_at(&missing);
    window.css("main.failed");
    window.picture("gone");
    let said = window.run("return document.querySelector('main.failed').innerText", &json!([]));
    let said = said.as_str().unwrap();
    assert!(said.contains("drive-that-is-gone"), "it says which: {said}");
    assert!(!missing.exists(), "nothing is made where nothing should be");
    // The drive is back.
    std::fs::create_dir(missing.parent().unwrap()).unwrap();
    window.click_css("main.failed button");
    window.find("door-write");
}
