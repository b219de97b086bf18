//! Finding, by the command line: the workspace's own words, and an index that nothing disturbs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::io::Write;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use yokoten_tests::Home;

fn titles(hits: &Value) -> Vec<&str> {
    hits["hits"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap()).collect()
}

#[test]
fn words_that_mean_the_same_are_found_below_the_word_itself() {
    let home = Home::new();
    let titles_of = ["当直を巡回に出した", "夜回りの記録が欠けていた", "夜回りの順路を誤った"];
    let documents: Vec<Value> = titles_of.iter().map(|title| json!({"title": title})).collect();
    home.feed_json(&["put", "-"], Value::from(documents).to_string().as_bytes());
    assert_eq!(home.json(&["search", "巡回"])["total"], 1, "nobody has said yet that they mean the same");

    let set = home.feed_json(&["synonyms", "-"], "巡回 ＝ 夜回り\n一人\n\n当直=宿直=当直\n".as_bytes());
    assert_eq!(set, json!({"groups": [["巡回", "夜回り"], ["当直", "宿直"]]}), "a group of one is none");
    assert_eq!(home.json(&["synonyms"]), set);
    let found = home.json(&["search", "巡回"]);
    assert_eq!(found["total"], 3);
    assert_eq!(titles(&found)[0], titles_of[0], "the word itself comes first");
    assert!(
        found["hits"][1]["snippet"].as_str().unwrap().is_empty() || found["widened"] != json!([]),
        "{found}"
    );
    assert_eq!(home.json(&["search", "\"巡回\""])["total"], 1, "a phrase is looked for as it is");
    home.feed_json(&["synonyms", "-"], b"");
    assert_eq!(home.json(&["search", "巡回"])["total"], 1);
    let error = home.refused(&["synonyms", "-"], &[0xff, 0xfe]);
    assert_eq!(error["kind"], "io");
}

/// An import, begun.
fn import(home: &Home, count: usize) -> Child {
    let entries: Vec<Value> = (0..count)
        .map(|n| {
            json!({"id": format!("019aa1b2-0000-7000-8000-{n:012x}"), "title": format!("{n}件目の取り込み"),
                "sections": {"problem": format!("手順{}で対象{}を再起動した。", n % 9, n % 70)}})
        })
        .collect();
    let mut child = home.command(&["put", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(Value::from(entries).to_string().as_bytes()).unwrap();
    child
}

/// A transaction of this size does not stay in memory: pages of it are on their way to the disk.
fn is_writing(home: &Home) -> bool {
    fs::metadata(home.workspace().join("yokoten.db-wal")).is_ok_and(|file| file.len() > 4_000_000)
}

#[test]
fn an_import_neither_stops_searches_nor_leaves_half_an_index() {
    let home = Home::new();
    home.feed_json(&["put", "-"], json!({"title": "先にあった再起動"}).to_string().as_bytes());

    // While ten thousand entries come in, searches are answered from what was there; then the import is killed.
    let mut child = import(&home, 10_000);
    let mut during = 0;
    while during < 5 {
        assert!(child.try_wait().unwrap().is_none(), "the import ended before it was seen to write");
        during += usize::from(is_writing(&home));
        assert_eq!(home.json(&["search", "再起動"])["total"], 1);
    }
    child.kill().unwrap();
    child.wait().unwrap();

    // Nothing of it is there, and the index says so, too.
    assert_eq!(home.json(&["search", "再起動"])["total"], 1);
    assert_eq!(home.json(&["verify"])["faults"], json!([]));

    let count = 500;
    assert!(import(&home, count).wait().unwrap().success());
    let holds = |n: &usize| n % 9 == 3 && n % 70 == 30;
    let expected = (0..count).filter(holds).count();
    assert!(expected > 0);
    assert_eq!(home.json(&["search", "手順3で 対象30を 再起動"])["total"], expected);
    assert_eq!(home.json(&["search", "再起動"])["total"], count + 1);
    assert_eq!(home.json(&["verify"])["faults"], json!([]));
}
