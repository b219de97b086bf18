//! Advice as the window asks for it, and what was left as it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};
use yokoten_app::{Clock, Workspace, ipc};

/// 2026-11-25 12:00 in Japan.
const NOON: i64 = 1_795_575_600_000;

#[test]
fn the_window_is_asked_and_what_it_leaves_is_kept_in_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| NOON)).unwrap();
    let call = |name: &str, args: Value| ipc::call(&workspace, name, args).unwrap();
    let entry = json!({
        "sections": {"occurrence_cause": "甲の確認不足。乙の確認不足。"},
        "causes": {"occurrence": [{"id": "a", "text": "B社へ架電した", "children": [
            {"id": "b", "text": "旧版の表が手順書に残っていた", "root": true}]}]},
        "countermeasures": [{"id": "m", "text": "宛先を台帳と自動で照合し、違えば発信を止める", "side": "escape", "causes": ["b"], "strength": 4}]
    });
    let id = workspace.put(entry.to_string().as_bytes()).unwrap().0.remove(0).id;
    let opened = call("open", json!({"id": id}));
    let advised = call("advise", json!({"document": opened["document"]}));
    let starts = |advised: &Value| -> Vec<u64> {
        advised["advice"].as_array().unwrap().iter().map(|hint| hint["start"].as_u64().unwrap()).collect()
    };
    assert_eq!(starts(&advised), [2, 9]);
    assert_eq!(advised["chains"][0]["sentence"], "旧版の表が手順書に残っていた。だから、B社へ架電した。");
    assert_eq!(advised["proposals"]["m"]["method"], "detect");

    let hint = &advised["advice"][1];
    let left = json!([{"code": hint["code"], "field": hint["field"], "found": hint["found"], "node": "", "sentence": hint["sentence"]}]);
    let set = json!([{"path": ["dismissed"], "value": left}]);
    let edited = call("edit", json!({"id": id, "base": opened["revision"], "set": set}));
    assert_eq!(starts(&call("advise", json!({"document": edited["document"]}))), [2]);
    let again = workspace.advise(&id, yokoten_app::Lang::En).unwrap();
    assert_eq!(again.advice.len(), 1, "stored, and so for good");
    assert!(again.advice[0].question.starts_with("What should"), "{}", again.advice[0].question);
}

#[test]
fn a_chain_that_holds_is_kept_in_the_document_until_its_words_change() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| NOON)).unwrap();
    let call = |name: &str, args: Value| ipc::call(&workspace, name, args).unwrap();
    let entry = json!({"causes": {"escape": [{"id": "a", "text": "朝まで届いた", "children": [
        {"id": "b", "text": "照合する地点がない", "root": true}]}]}});
    let id = workspace.put(entry.to_string().as_bytes()).unwrap().0.remove(0).id;
    let agreed = || workspace.advise(&id, yokoten_app::Lang::Ja).unwrap().chains[0].agreed;
    assert!(!agreed());
    let opened = call("open", json!({"id": id}));
    let chain = &call("advise", json!({"document": opened["document"]}))["chains"][0];
    let set = json!([{"path": ["agreed"], "value": [{"side": chain["side"], "text": chain["text"]}]}]);
    let edited = call("edit", json!({"id": id, "base": opened["revision"], "set": set}));
    assert!(agreed(), "stored");
    let changed =
        json!([{"path": ["causes", "escape", 0, "children", 0, "text"], "value": "照合する手順がない"}]);
    call("edit", json!({"id": id, "base": edited["revision"], "set": changed}));
    assert!(!agreed(), "other words are asked about anew");
}

#[test]
fn a_team_adds_words_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| NOON)).unwrap();
    let asked = || {
        let advice =
            workspace.advise_text("occurrence_cause", "夜勤者のポチり違いだった。", yokoten_app::Lang::Ja);
        advice.unwrap().into_iter().map(|hint| hint.found).collect::<Vec<_>>()
    };
    assert!(!asked().contains(&"ポチり違い".to_owned()));
    let text = workspace.template_text(yokoten_app::Lang::Ja).unwrap().text;
    workspace
        .set_template(&text.replacen("words = [\"確認不足\"", "words = [\"ポチり違い\", \"確認不足\"", 1))
        .unwrap();
    assert!(asked().contains(&"ポチり違い".to_owned()), "{:?}", asked());
}
