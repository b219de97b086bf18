//! The document: what goes in comes out, edits are differences, and what two people write apart comes together.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

mod generate;

use proptest::prelude::*;
use serde_json::{Value, json};
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_model::{Assignment, Document, Error, Revision, Step};

fn read(json: Value) -> Postmortem {
    from_json(json, &mut ids()).unwrap()
}

fn ids() -> impl FnMut() -> String {
    let mut count = 0;
    move || {
        count += 1;
        format!("n{count}")
    }
}

fn plain(document: &Document) -> Value {
    serde_json::to_value(document.postmortem().unwrap()).unwrap()
}

fn set(path: &[&str], value: impl Into<Value>) -> Assignment {
    let step = |text: &&str| text.parse().map_or_else(|_| Step::Key((*text).to_owned()), Step::Index);
    Assignment { path: path.iter().map(step).collect(), value: value.into() }
}

fn edit(document: &mut Document, base: &Revision, path: &[&str], value: impl Into<Value>) -> Vec<u8> {
    document.edit(base, vec![set(path, value)], &mut ids()).unwrap().update.unwrap()
}

fn example(title: &str) -> Value {
    json!({"id": "019aa1b2-0000-7000-8000-000000000001", "number": "PM-0001", "title": title})
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_to_document_to_json_is_the_identity(json in generate::postmortem()) {
        let (document, _) = Document::create(&read(json.clone())).unwrap();
        prop_assert_eq!(plain(&document), json.clone());
        let reopened = Document::from_bytes(&document.snapshot().unwrap()).unwrap();
        prop_assert_eq!(plain(&reopened), json);
    }

    #[test]
    fn put_makes_any_document_of_any_other_by_difference(
        before in generate::postmortem(),
        after in generate::postmortem(),
    ) {
        let (mut document, created) = Document::create(&read(before.clone())).unwrap();
        let revision = document.revision().unwrap();
        let edited = document.put(&read(after.clone())).unwrap();
        prop_assert_eq!(plain(&document), after.clone());
        prop_assert_eq!(
            serde_json::to_value(document.at(&revision).unwrap()).unwrap(), before,
            "the earlier state is still there"
        );

        let mut replica = Document::empty();
        for update in [created.update, edited.update].into_iter().flatten() {
            replica.import(&update).unwrap();
        }
        prop_assert_eq!(plain(&replica), after);
    }

    #[test]
    fn replicas_that_wrote_apart_agree_in_whatever_order_they_meet(
        base in generate::postmortem(),
        ours in generate::postmortem(),
        theirs in generate::postmortem(),
    ) {
        let (mut left, created) = Document::create(&read(base)).unwrap();
        let mut right = Document::from_bytes(&created.update.unwrap()).unwrap();
        let ours = left.put(&read(ours)).unwrap().update;
        let theirs = right.put(&read(theirs)).unwrap().update;
        theirs.map(|update| left.import(&update).unwrap());
        ours.map(|update| right.import(&update).unwrap());
        prop_assert_eq!(plain(&left), plain(&right));
    }
}

#[test]
fn the_same_document_created_in_two_offices_is_one() {
    let postmortem = read(example("二度届いた同じ見本"));
    let (mut ours, created) = Document::create(&postmortem).unwrap();
    let (theirs, again) = Document::create(&postmortem).unwrap();
    assert_eq!(created.update, again.update);
    ours.import(&theirs.snapshot().unwrap()).unwrap();
    assert_eq!(ours.postmortem().unwrap().title, "二度届いた同じ見本");
}

#[test]
fn a_stale_base_merges_with_what_came_since() {
    let (mut document, _) = Document::create(&read(example("手順3で架電した"))).unwrap();
    let seen = document.revision().unwrap();
    edit(&mut document, &seen, &["title"], "手順3でB社に架電した");
    // Another window, which has not seen that yet, edits the same field and a list.
    let edited = document
        .edit(
            &seen,
            vec![set(&["title"], "02:14、手順3で架電した"), set(&["tags"], json!(["架電"]))],
            &mut ids(),
        )
        .unwrap();
    let merged = document.postmortem().unwrap();
    assert_eq!(merged.title, "02:14、手順3でB社に架電した");
    assert_eq!(merged.tags, ["架電"]);
    assert_eq!(
        document.at(&edited.branch).unwrap().title,
        "02:14、手順3で架電した",
        "the branch holds only its own"
    );
}

#[test]
fn branches_go_on_without_seeing_the_merge() {
    let (mut document, _) = Document::create(&read(example("a"))).unwrap();
    let mut branch = document.revision().unwrap();
    for (index, letter) in ["b", "c", "d"].iter().enumerate() {
        let seen = document.revision().unwrap();
        edit(&mut document, &seen, &["customer"], format!("顧客{index}"));
        let text = format!("{}{letter}", document.at(&branch).unwrap().title);
        branch = document.edit(&branch, vec![set(&["title"], text)], &mut ids()).unwrap().branch;
    }
    assert_eq!(document.postmortem().unwrap().title, "abcd");
    assert_eq!(document.postmortem().unwrap().customer, "顧客2");
}

#[test]
fn moving_a_why_keeps_what_a_colleague_types_into_it() {
    let mut json = example("木");
    json["causes"] = json!({"escape": [
        {"id": "a", "text": "二人目の確認でも見つからなかった", "children": [{"id": "b", "text": "照合がない"}]},
        {"id": "c", "text": "再起動のあと"}]});
    let (mut ours, created) = Document::create(&read(json)).unwrap();
    let mut theirs = Document::from_bytes(&created.update.unwrap()).unwrap();
    let base = ours.revision().unwrap();

    let mut moved = serde_json::to_value(ours.postmortem().unwrap()).unwrap()["causes"]["escape"].clone();
    let node = moved[0]["children"].as_array_mut().unwrap().remove(0);
    moved[1]["children"] = json!([node]);
    let ours_update = edit(&mut ours, &base, &["causes", "escape"], moved);
    let typed =
        edit(&mut theirs, &base, &["causes", "escape", "0", "children", "0", "text"], "対象の照合がない");
    ours.import(&typed).unwrap();
    theirs.import(&ours_update).unwrap();
    let merged = ours.postmortem().unwrap().causes.escape;
    assert_eq!(merged, theirs.postmortem().unwrap().causes.escape);
    assert!(merged[0].children.is_empty());
    assert_eq!(merged[1].children[0].text, "対象の照合がない");
}

#[test]
fn a_small_edit_is_a_small_update() {
    let mut json = example("t");
    json["sections"] = json!({"problem": "02:14、手順3の連絡先表で旧版を参照し、B社窓口へ架電。".repeat(80)});
    let (mut document, _) = Document::create(&read(json)).unwrap();
    let base = document.revision().unwrap();
    let text = document.postmortem().unwrap().sections.problem + "正しくはA社。";
    let update = edit(&mut document, &base, &["sections", "problem"], text);
    assert!(update.len() < 200, "{} bytes", update.len());
}

mod traps {
    //! What the CRDT does to those who trust it: each measured once, each kept from coming back.
    use super::*;

    /// Bytes that break the reader must not end the process, and what was there must stay loadable.
    #[test]
    fn hostile_bytes_are_an_error() {
        let mut json = example("壊れた更新");
        json["causes"] = json!({"occurrence": [{"text": "なぜ"}, {"text": "なぜなら"}]});
        let (document, created) = Document::create(&read(json)).unwrap();
        let (snapshot, update) = (document.snapshot().unwrap(), created.update.unwrap());
        let mut refused = 0;
        for good in [snapshot, update] {
            for at in 0..good.len() {
                let mut bad = good.clone();
                bad[at] ^= 0x10;
                refused += usize::from(Document::from_bytes(&bad).is_err());
            }
            for length in 0..good.len() {
                refused += usize::from(Document::from_bytes(&good[..length]).is_err());
            }
        }
        assert!(refused > 100, "only {refused} refused");
        let mut victim = Document::from_bytes(&document.snapshot().unwrap()).unwrap();
        let _ = victim.import(b"loro is not here");
        assert_eq!(Document::from_bytes(&document.snapshot().unwrap()).unwrap().json(), document.json());
    }

    /// Two people who fill the same empty field apart from each other keep both texts.
    #[test]
    fn first_words_in_the_same_field_are_both_kept() {
        let (mut ours, created) = Document::create(&read(example("t"))).unwrap();
        let mut theirs = Document::from_bytes(&created.update.unwrap()).unwrap();
        let base = ours.revision().unwrap();
        for path in [&["sections", "problem"][..], &["alert", "name"], &["customer"], &["runbook", "title"]] {
            let (a, b) = (edit(&mut ours, &base, path, "A書いた"), edit(&mut theirs, &base, path, "B書いた"));
            ours.import(&b).unwrap();
            theirs.import(&a).unwrap();
        }
        let merged = ours.postmortem().unwrap();
        assert_eq!(merged, theirs.postmortem().unwrap());
        for text in [merged.sections.problem, merged.alert.name, merged.customer, merged.runbook.title] {
            assert!(text.contains("A書いた") && text.contains("B書いた"), "`{text}` lost a word");
        }
    }

    /// A peer id is never used by two sessions: each opening writes under its own.
    #[test]
    fn every_session_has_a_peer_of_its_own() {
        let (document, _) = Document::create(&read(example("t"))).unwrap();
        let snapshot = document.snapshot().unwrap();
        let (mut one, mut two) =
            (Document::from_bytes(&snapshot).unwrap(), Document::from_bytes(&snapshot).unwrap());
        let base = one.revision().unwrap();
        let (a, b) = (edit(&mut one, &base, &["title"], "taaa"), edit(&mut two, &base, &["title"], "tbbb"));
        one.import(&b).unwrap();
        two.import(&a).unwrap();
        assert_eq!(
            one.postmortem().unwrap(),
            two.postmortem().unwrap(),
            "replicas differ: a peer id was reused"
        );
        assert!(
            one.postmortem().unwrap().title.contains("aaa")
                && one.postmortem().unwrap().title.contains("bbb")
        );

        // The first update has a peer drawn from the content; the session that goes on must have left it.
        let (mut creator, created) = Document::create(&read(example("t"))).unwrap();
        let (mut other, _) = Document::create(&read(example("t"))).unwrap();
        let a = edit(&mut creator, &base, &["title"], "tx");
        let b = edit(&mut other, &base, &["title"], "ty");
        creator.import(&b).unwrap();
        other.import(&a).unwrap();
        assert_eq!(creator.postmortem().unwrap(), other.postmortem().unwrap());
        assert!(created.update.is_some());
    }

    /// An update that came before the one it stands on waits, visibly.
    #[test]
    fn a_gap_is_reported_as_pending() {
        let (mut document, created) = Document::create(&read(example("t"))).unwrap();
        let base = document.revision().unwrap();
        let later = edit(&mut document, &base, &["title"], "あとで");
        let mut other = Document::empty();
        assert!(other.import(&later).unwrap().pending);
        assert_eq!(other.postmortem().unwrap().title, "");
        assert!(!other.import(&created.update.unwrap()).unwrap().pending);
        assert_eq!(other.postmortem().unwrap().title, "あとで");
    }

    /// Rewriting a very long text ends, and says what it should.
    #[test]
    fn a_long_text_can_be_rewritten() {
        let text = |seed: u32| {
            let mut state = seed;
            let mut next = move || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from_u32(0x4e00 + state % 2000).unwrap()
            };
            (0..60_000).map(|_| next()).collect::<String>()
        };
        let (mut document, _) = Document::create(&read(example("t"))).unwrap();
        for seed in [1, 2] {
            let base = document.revision().unwrap();
            edit(&mut document, &base, &["sections", "overview"], text(seed));
            assert_eq!(document.postmortem().unwrap().sections.overview, text(seed));
        }
    }

    /// History is never trimmed: an edit made apart on a very old state still arrives, after a reload from disk.
    #[test]
    fn an_old_edit_arrives_late_and_whole() {
        let (mut document, created) = Document::create(&read(example("t"))).unwrap();
        let mut old = Document::from_bytes(&created.update.unwrap()).unwrap();
        let late = edit(&mut old, &document.revision().unwrap(), &["customer"], "遅れて届いた");
        for round in 0..200 {
            let base = document.revision().unwrap();
            edit(&mut document, &base, &["title"], format!("t{round}"));
        }
        let mut document = Document::from_bytes(&document.snapshot().unwrap()).unwrap();
        assert!(!document.import(&late).unwrap().pending);
        assert_eq!(document.postmortem().unwrap().customer, "遅れて届いた");
    }
}

#[test]
fn what_is_not_of_the_format_is_refused_with_its_path() {
    let check = |json: Value, path: &str| {
        let error = from_json(json, &mut ids()).unwrap_err();
        assert!(matches!(&error, Error::Invalid { path: at, .. } if at == path), "{error} (wanted `{path}`)");
    };
    check(json!([]), ".");
    check(json!({"format": "other"}), "format");
    check(json!({"title": 1}), "title");
    check(json!({"id": "x"}), "id");
    check(json!({"number": "142"}), "number");
    check(json!({"status": "done"}), "status");
    check(json!({"occurred_at": "昨日"}), "occurred_at");
    check(
        json!({"causes": {"escape": [{"text": "a"}, {"children": [{"text": 5}]}]}}),
        "causes.escape[1].children[0].text",
    );
    check(json!({"countermeasures": [{"strength": 6}]}), "countermeasures[0].strength");
    check(json!({"countermeasures": [{"effect": {"verdict": "yes"}}]}), "countermeasures[0].effect.verdict");
    check(json!({"countermeasures": [{"due": "2026-02-30"}]}), "countermeasures[0].due");
    assert!(matches!(
        from_json(json!({"format": "yokoten/postmortem/2"}), &mut ids()),
        Err(Error::NewerFormat { .. })
    ));
}

#[test]
fn a_tree_is_fifty_deep_at_most() {
    let deep = |levels: usize| {
        let tree = (0..levels).fold(json!([]), |below, _| json!([{"text": "なぜ", "children": below}]));
        from_json(json!({"causes": {"occurrence": tree}}), &mut ids())
    };
    assert!(deep(50).is_ok());
    let Err(Error::TooDeep { path, limit: 50 }) = deep(51) else { panic!("51 levels should be refused") };
    assert_eq!(path.matches("children").count(), 50);
    assert!(matches!(deep(200), Err(Error::TooDeep { .. })));
}

#[test]
fn missing_keys_take_their_defaults() {
    let postmortem =
        read(json!({"countermeasures": [{"method": "replace"}, {"method": "ease", "strength": null}]}));
    let json = serde_json::to_value(&postmortem).unwrap();
    assert_eq!(json["status"], "draft");
    assert_eq!(json["defect"], true);
    assert_eq!(json["occurred_at"], Value::Null);
    assert_eq!(json["countermeasures"][0]["strength"], 4, "the method proposes it");
    assert_eq!(json["countermeasures"][1]["strength"], Value::Null, "said to be open");
    assert_eq!(json["countermeasures"][0]["term"], "permanent");
    assert_ne!(
        json["countermeasures"][0]["id"], json["countermeasures"][1]["id"],
        "ids are made when absent"
    );
}

#[test]
fn a_refused_edit_leaves_the_document_as_it_was() {
    let (mut document, _) = Document::create(&read(example("そのまま"))).unwrap();
    let (before, base) = (document.json().clone(), document.revision().unwrap());
    for (path, value) in [
        (vec!["status"], json!("done")),
        (vec!["id"], json!("x")),
        (vec!["timeline", "3", "text"], json!("x")),
        (vec!["title"], json!("長".repeat(2_000_001))),
    ] {
        assert!(
            document.edit(&base, vec![set(&path, value)], &mut ids()).is_err(),
            "{path:?} should be refused"
        );
        assert_eq!((document.json(), document.revision().unwrap()), (&before, base.clone()));
    }
    let elsewhere = Document::create(&read(example("別の文書"))).unwrap().0.revision().unwrap();
    for unknown in [elsewhere, Revision::new("ffffff".into()), Revision::new("まだない".into())] {
        assert!(
            matches!(document.edit(&unknown, vec![], &mut ids()), Err(Error::UnknownRevision)),
            "{unknown:?}"
        );
    }
    assert_eq!(document.at(&base).unwrap().title, "そのまま");
}

#[test]
fn the_trash_is_a_mark_that_can_be_taken_back() {
    let (mut document, _) = Document::create(&read(example("t"))).unwrap();
    document.set_deleted_at(Some("2026-11-25T00:00:00Z")).unwrap();
    assert_eq!(document.deleted_at().as_deref(), Some("2026-11-25T00:00:00Z"));
    document.set_deleted_at(None).unwrap();
    assert_eq!(document.deleted_at(), None);
}
