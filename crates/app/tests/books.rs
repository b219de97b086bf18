//! Books, as both faces use them: edits that merge, decisions, masking, learning by oneself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;
use yokoten_app::ipc::call;
use yokoten_app::{Clock, Workspace};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-11-27 12:00 in Japan.
const NOON: i64 = 1_795_748_400_000;

struct Office {
    workspace: Workspace,
    now: Arc<AtomicI64>,
    _home: TempDir,
}

fn office() -> Office {
    let home = TempDir::new().unwrap();
    let now = Arc::new(AtomicI64::new(NOON));
    let hand = Arc::clone(&now);
    let clock = Clock::new(move || hand.fetch_add(1, Ordering::Relaxed));
    let workspace = Workspace::open(&home.path().join("ws"), clock).unwrap();
    Office { workspace, now, _home: home }
}

impl Office {
    fn call(&self, name: &str, args: Value) -> Value {
        call(&self.workspace, name, args).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
    }

    /// A book with a chapter of one entry; both ids.
    fn book(&self) -> (String, String) {
        let entry =
            self.call("create", json!({"title": "取り違え"}))["document"]["id"].as_str().unwrap().to_owned();
        self.write(&entry, "lessons", "正は一か所に置く。Tanakaさんは web-03 を見た。");
        let id = self.call("book_new", json!({"title": "実例集"}))["id"].as_str().unwrap().to_owned();
        self.call("book_add", json!({"id": id, "entries": [entry], "together": false}));
        (id, entry)
    }

    fn write(&self, entry: &str, section: &str, text: &str) {
        let base = self.call("open", json!({"id": entry}))["revision"].clone();
        self.call(
            "edit",
            json!({"id": entry, "base": base, "set": [{"path": ["sections", section], "value": text}]}),
        );
    }
}

#[test]
fn a_change_is_decided_once_and_an_edit_of_the_chapter_stays() {
    let office = office();
    let (id, entry) = office.book();
    let opened = office.call("book_open", json!({"id": id}));
    let chapter = opened["document"]["chapters"][0]["id"].as_str().unwrap().to_owned();
    let path = json!(["chapters", 0, "parts", "why"]);
    let edited = office.call(
        "book_edit",
        json!({"id": id, "base": opened["revision"], "set": [{"path": path, "value": "章だけの文"}]}),
    );
    assert_eq!(edited["document"]["chapters"][0]["parts"]["why"], "章だけの文");
    office.write(&entry, "lessons", "写しは古くなる。");
    office.write(&entry, "occurrence_cause", "表が古かった。");
    let waiting = office.call("book_open", json!({"id": id}));
    assert_eq!(waiting["summary"]["chapters"][0]["state"], "entry_changed");
    let slots: Vec<&Value> =
        waiting["changes"][0]["changes"].as_array().unwrap().iter().map(|c| &c["slot"]).collect();
    assert_eq!(slots, [&json!("why"), &json!("lessons")]);
    assert_eq!(waiting["changes"][0]["changes"][0]["merged"], Value::Null, "both wrote there");
    let decide = |slot: &str, decision: Value| {
        office.call("book_decide", json!({"id": id, "chapter": chapter, "slot": slot, "decision": decision}))
    };
    decide("why", json!("leave"));
    let done = decide("lessons", json!({"edit": "自分のことば"}));
    assert_eq!(
        (&done["changes"], &done["summary"]["chapters"][0]["state"]),
        (&json!([]), &json!("unpublished"))
    );
    assert_eq!(done["document"]["chapters"][0]["parts"]["lessons"], "自分のことば");
    assert_eq!(
        office.call("open", json!({"id": entry}))["document"]["sections"]["lessons"],
        "写しは古くなる。"
    );
    // What does not reach a chapter is no change of it.
    let base = office.call("open", json!({"id": entry}))["revision"].clone();
    office.call("edit", json!({"id": entry, "base": base, "set": [{"path": ["tags"], "value": ["夜間"]}]}));
    assert_eq!(office.call("book_open", json!({"id": id}))["changes"], json!([]));
    office.call("book_delete", json!({"id": id, "deleted": true}));
    assert_eq!(office.call("books", json!({})), json!([]));
    office.call("book_delete", json!({"id": id, "deleted": false}));
    assert_eq!(office.call("books", json!({}))[0]["title"], "実例集");
}

#[test]
fn a_book_goes_out_when_everything_was_decided_about() {
    let office = office();
    let (id, _) = office.book();
    office.call("members_set", json!({"members": [{"name": "大西", "team": null}]}));
    office.call("masking_words_set", json!({"words": [" 一か所 ", "", "一か所"]}));
    assert_eq!(office.call("masking_words", json!({})), json!(["一か所"]));
    let file = office.workspace.folder().join("b.html");
    let export = json!({"id": id, "format": "html", "path": file});
    let refused = call(&office.workspace, "export", export.clone()).unwrap_err();
    assert_eq!((refused.kind.as_str(), file.exists()), ("unreviewed", false));
    assert!(refused.hints[0].contains("--accept-masking"), "{:?}", refused.hints);
    let review = office.call("book_review", json!({"id": id}));
    let hits = review["hits"].as_array().unwrap();
    let texts: Vec<&Value> = hits.iter().map(|hit| &hit["text"]).collect();
    assert_eq!(texts, ["一か所", "Tanaka", "web-03"]);
    let masks: Vec<Value> = hits
        .iter()
        .map(|hit| json!({"text": hit["text"], "kind": hit["kind"], "mask": "〇〇", "keep": hit["kind"] == "host"}))
        .collect();
    assert_eq!(office.call("book_mask", json!({"id": id, "masks": masks}))["unreviewed"], 0);
    office.call("export", export);
    let html = std::fs::read_to_string(&file).unwrap();
    assert!(html.contains("web-03") && html.contains("正は〇〇に置く"), "{html}");
    assert!(!html.contains("Tanaka"));
    assert_eq!(office.call("book_unmask", json!({"id": id, "text": "Tanaka"}))["unreviewed"], 1);
}

#[test]
fn the_question_of_the_day_stays_for_the_day_and_answers_are_kept() {
    let office = office();
    assert_eq!(office.call("question_of_the_day", json!({})), Value::Null);
    let (id, _) = office.book();
    let base = office.call("book_open", json!({"id": id}))["revision"].clone();
    let questions: Vec<Value> =
        (0..3).map(|n| json!({"id": format!("q{n}"), "prompt": format!("問い{n}")})).collect();
    office.call("book_edit", json!({"id": id, "base": base, "set": [{"path": ["chapters", 0, "parts", "check"], "value": questions}]}));
    let mut asked = Vec::new();
    for _ in 0..3 {
        let today = office.call("question_of_the_day", json!({}));
        assert_eq!(today["answer"], Value::Null);
        let question = today["question"]["id"].as_str().unwrap().to_owned();
        let answers = office
            .call("study_answer", json!({"chapter": today["chapter"], "question": question, "choice": ""}));
        assert_eq!(answers.as_object().unwrap().len(), asked.len() + 1);
        asked.push(question.clone());
        let again = office.call("question_of_the_day", json!({}));
        assert_eq!(again["question"]["id"], question, "answered, it is still today's");
        assert!(again["answer"]["at"].is_string());
        office.now.fetch_add(DAY, Ordering::Relaxed);
    }
    asked.sort();
    assert_eq!(asked, ["q0", "q1", "q2"], "each once before any comes again");
    assert!(office.call("question_of_the_day", json!({}))["question"]["id"].is_string());
}
