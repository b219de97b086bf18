//! Advice on whole postmortems.

use serde_json::{Value, json};
use yokoten_model::Postmortem;
use yokoten_model::guidance::{Coach, Hinted, read_back};
use yokoten_model::postmortem::from_json;

fn review(document: Value) -> Vec<Hinted> {
    Coach::builtin().review(&read(document), "ja")
}

fn read(document: Value) -> Postmortem {
    from_json(document, &mut String::new).unwrap()
}

fn codes(hints: &[Hinted]) -> Vec<(&str, Option<&str>)> {
    hints.iter().map(|hint| (hint.code.as_str(), hint.node.as_deref())).collect()
}

#[test]
fn every_text_is_read_with_its_place() {
    let hints = review(json!({
        "sections": {"problem": "担当者の確認不足で誤連絡した", "lessons": "今後は気をつける"},
        "causes": {"occurrence": [{"id": "o", "text": "思い込みで進めた", "root": true}]},
        "countermeasures": [{"id": "m", "text": "全員に周知徹底する", "causes": ["o"], "exception": "移行までの間"}]
    }));
    assert_eq!(
        codes(&hints),
        [
            ("cause_in_problem", None),
            ("weak_attention", Some("o")),
            ("weak_action", Some("m")),
            ("resolve_only", None)
        ]
    );
    assert_eq!((hints[0].start, hints[0].end, hints[0].found.as_str()), (4, 8, "確認不足"));
    assert!(hints.iter().all(|hint| !hint.question.is_empty()));
}

#[test]
fn an_error_that_has_a_why_below_it_is_answered_but_names_are_not() {
    let tree = |text: &str| {
        let hints = review(json!({"causes": {"occurrence": [
            {"id": "o", "text": text, "children": [{"id": "p", "text": "台帳に版の日付の欄がなかった", "root": true}]}]},
            "countermeasures": [{"id": "m", "causes": ["p"], "exception": "x"}]}));
        hints.into_iter().map(|hint| hint.code).collect::<Vec<_>>()
    };
    assert_eq!(tree("宛先の確認不足"), Vec::<String>::new());
    assert_eq!(tree("田中さんの確認不足"), ["blamed_person"]);
}

#[test]
fn what_was_left_as_it_is_silences_one_occurrence() {
    let document = |dismissed: Value| json!({"sections": {"occurrence_cause": "A社の確認不足だった。B社の確認不足だった。"}, "dismissed": dismissed});
    let once = json!({"code": "weak_check", "field": "occurrence_cause", "found": "確認不足"});
    assert_eq!(review(document(json!([]))).len(), 2);
    assert_eq!(review(document(json!([once]))).iter().map(|hint| hint.start).collect::<Vec<_>>(), [14]);
    assert_eq!(review(document(json!([once, once]))), []);
    let mut second = once.clone();
    second["sentence"] = "B社の確認不足だった。".into();
    assert_eq!(review(document(json!([second]))).iter().map(|hint| hint.start).collect::<Vec<_>>(), [3]);
    let mut elsewhere = once;
    elsewhere["field"] = "escape_cause".into();
    assert_eq!(review(document(json!([elsewhere]))).len(), 2);
}

#[test]
fn an_escape_cause_that_repeats_the_occurrence_is_asked_where_it_should_have_stopped() {
    let hints = review(json!({"sections": {
        "occurrence_cause": "手順書の添付が旧版のまま残っていた。",
        "escape_cause": "旧版の添付が手順書に残っていた。"}}));
    assert_eq!(codes(&hints), [("escape_repeats_occurrence", None)]);
    let other = review(json!({"sections": {
        "occurrence_cause": "手順書の添付が旧版のまま残っていた。",
        "escape_cause": "手順書の添付と台帳を照らす地点がなかった。"}}));
    assert_eq!(other, []);
}

#[test]
fn the_structure_of_trees_is_read() {
    let hints = review(json!({
        "causes": {
            "occurrence": [{"id": "a", "text": "手順3で旧版の表を開いた", "kind": "assumption", "children": [
                {"id": "b", "text": "手順書に旧版が添付されていた", "root": true},
                {"id": "c", "text": "題名が同じだった"}]}],
            "escape": [{"id": "d", "text": " ", "children": [{"id": "e", "text": "照合する地点がなかった", "root": true}]},
                {"id": "f", "text": "宛先の欄が自由記入だった", "children": [{"id": "g", "text": "宛先欄が自由な記入だった", "root": true}]}]
        },
        "countermeasures": [
            {"id": "m", "text": "添付を外す", "term": "interim", "strength": 5, "causes": ["b"]},
            {"id": "n", "text": "照合の地点を置く", "strength": 3, "causes": ["e"]},
            {"id": "p", "text": "欄を選ぶ形にする", "strength": 2, "causes": ["g"], "exception": "様式の改訂まで"}
        ]
    }));
    assert_eq!(
        codes(&hints),
        [
            ("assumption_without_evidence", Some("a")),
            ("root_without_measure", Some("b")),
            ("open_leaf", Some("c")),
            ("broken_chain", Some("e")),
            ("broken_chain", Some("f")),
        ]
    );
}

#[test]
fn chains_are_read_back_from_the_root() {
    let chains = read_back(
        &read(json!({"causes": {"occurrence": [{"id": "a", "text": "B社へ架電した。", "children": [
            {"id": "b", "text": "旧版の表を開いた", "children": [{"id": "c", "text": "添付が残っていた", "root": true}]},
            {"id": "d", "text": "", "root": true}]}]}})),
        "ja",
    );
    let read: Vec<&str> = chains.iter().map(|chain| chain.sentence.as_str()).collect();
    assert_eq!(
        read,
        ["添付が残っていた。だから、旧版の表を開いた。だから、B社へ架電した。", "…。だから、B社へ架電した。"]
    );
    assert_eq!(chains[0].nodes, ["c", "b", "a"]);
}

#[test]
fn an_agreement_holds_until_a_word_of_its_chain_changes() {
    let chain = |top: &str, lang: &str| {
        let document = json!({
            "causes": {"occurrence": [{"id": "a", "text": top, "children": [{"id": "b", "text": "添付が\n残っていた", "root": true}]}]},
            "agreed": [{"side": "occurrence", "text": "添付が 残っていた\nB社へ架電した", "by": "森"}]});
        read_back(&read(document), lang).remove(0)
    };
    assert!(chain("B社へ架電した。", "ja").agreed, "a full stop is no word");
    assert!(chain("B社へ架電した", "en").agreed, "in whatever language it is read");
    assert!(!chain("A社へ架電した", "ja").agreed);
    assert_eq!(chain("A社へ架電した", "en").text, "添付が 残っていた\nA社へ架電した");
    let other = json!({
        "causes": {"escape": [{"text": "B社へ架電した", "children": [{"text": "添付が 残っていた", "root": true}]}]},
        "agreed": [{"side": "occurrence", "text": "添付が 残っていた\nB社へ架電した"}]});
    assert!(!read_back(&read(other), "ja")[0].agreed, "the other tree is asked about by itself");
}

/// The sample's entries were written to be good examples; what is found in them are questions too many.
#[test]
fn good_entries_are_left_in_peace_and_their_strengths_are_guessed() {
    let (mut texts, mut hints, mut right, mut measures) = (0, 0, 0, 0);
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/sample")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let document = read(serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
        let found = Coach::builtin().review(&document, "ja");
        let structural = ["open_leaf", "root_without_measure", "assumption_without_evidence", "broken_chain"];
        for hint in found.iter().filter(|hint| !structural.contains(&hint.code.as_str())) {
            println!("{} {} {:?} {} | {}", document.number, hint.code, hint.node, hint.found, hint.sentence);
            hints += 1;
        }
        texts += 5 + document.countermeasures.len();
        for measure in &document.countermeasures {
            measures += 1;
            let proposal = Coach::builtin().propose_strength(&measure.text, measure.side);
            let level = proposal.as_ref().map(|one| one.strength);
            if level == measure.strength.map(yokoten_model::postmortem::Strength::level) {
                right += 1;
            } else {
                println!("strength {:?} {:?} for {}", measure.strength, proposal, measure.text);
            }
        }
    }
    println!("{hints} hints in {texts} texts, {right} of {measures} strengths");
    assert!(hints * 20 <= texts, "{hints} hints in {texts} texts");
    assert!(right * 10 >= measures * 6, "{right} of {measures}");
}
