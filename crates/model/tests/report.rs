//! The frozen report: what stands in an entry stands in it, in the template's order and the catalogue's words.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_model::report::{Block, Inline, Labels, Property, Report, Why, plain, postmortem, root_tags};
use yokoten_model::template::Template;

/// The app's words, read from its catalogue.
struct Words(toml::Table, &'static str);

impl Labels for Words {
    fn lang(&self) -> &str {
        self.1
    }

    fn label(&self, key: &str) -> String {
        let text = self.0.get(&format!("report.{key}")).unwrap_or_else(|| panic!("no label `{key}`"));
        text[self.1].as_str().unwrap().to_owned()
    }
}

fn read(mut json: Value) -> Postmortem {
    json["format"] = "yokoten/postmortem/1".into();
    let mut ids = 0;
    let mut next = || {
        ids += 1;
        format!("made-{ids}")
    };
    from_json(json, &mut next).unwrap()
}

fn freeze_in(json: Value, lang: &'static str) -> Report {
    let words = Words(include_str!("../../app/catalogue/report.toml").parse().unwrap(), lang);
    postmortem(&read(json), &Template::builtin(), &words, "2025-11-20T09:30:00+09:00")
}

fn freeze(json: Value) -> Report {
    freeze_in(json, "ja")
}

fn headings(report: &Report) -> Vec<(u8, String)> {
    let heading = |block: &Block| match block {
        Block::Heading { level, text, .. } => Some((*level, plain(text))),
        _ => None,
    };
    report.blocks.iter().filter_map(heading).collect()
}

/// The rows of the table after a heading; of the facts where the heading is empty.
fn table(report: &Report, heading: &str) -> Vec<Vec<String>> {
    let is = |block: &&Block| matches!(block, Block::Heading { text, .. } if plain(text) == heading);
    let after = report.blocks.iter().skip_while(|block| !heading.is_empty() && !is(block));
    let rows = after.into_iter().find_map(|block| match block {
        Block::Table { rows, .. } => Some(rows),
        _ => None,
    });
    rows.unwrap().iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect()
}

#[test]
fn an_empty_entry_is_its_number_and_state() {
    let report = freeze(json!({"number": "PM-0001", "title": "題"}));
    assert_eq!(headings(&report), []);
    assert_eq!(table(&report, ""), [["番号", "PM-0001"], ["状態", "下書き"]]);
}

#[test]
fn times_are_those_of_japan() {
    let report =
        freeze(json!({"occurred_at": "2025-11-13T18:12:00Z", "noticed_at": "2025-11-14T03:30:59.5+09:00"}));
    let facts = table(&report, "");
    assert!(facts.contains(&vec!["発生".into(), "2025-11-14 03:12 JST".into()]), "{facts:?}");
    assert!(facts.contains(&vec!["気づき".into(), "2025-11-14 03:30 JST".into()]), "{facts:?}");
    // What programs read keeps its own offset.
    let at = ("occurred_at", Property::Text("2025-11-13T18:12:00Z".into()));
    assert!(report.properties.contains(&at), "{:?}", report.properties);
}

#[test]
fn categories_bear_their_names_and_unknown_ones_their_codes() {
    let facts = table(&freeze(json!({"occurrence_category": "O6", "escape_category": "E99"})), "");
    assert!(facts.contains(&vec!["発生の分類".into(), "O6 操作誤り".into()]), "{facts:?}");
    assert!(facts.contains(&vec!["流出の分類".into(), "E99".into()]), "{facts:?}");
}

#[test]
fn the_sections_are_chapters_in_order() {
    let all = json!({
        "sections": {"overview": "a", "problem": "b", "occurrence_cause": "c", "escape_cause": "d", "lessons": "e"},
        "countermeasures": [{"text": "f"}], "timeline": [{"text": "g"}], "applies_to": [{"target": "h"}],
        "reviews": [{"reviewer": "i"}], "comments": [{"on": "title", "text": "内輪の話"}],
    });
    let report = freeze(all.clone());
    let titles: Vec<String> = headings(&report).into_iter().map(|(_, title)| title).collect();
    assert_eq!(
        titles,
        [
            "1 アラートと一次対処手順の概要",
            "2 問題の概要",
            "3 原因分析",
            "発生原因",
            "流出原因",
            "4 再発防止策",
            "学び",
            "時系列",
            "横展開",
            "レビュー"
        ]
    );
    assert!(!format!("{report:?}").contains("内輪の話"), "comments are talk between the writers");
    assert_eq!(headings(&freeze_in(all, "en"))[5].1, "4 Countermeasures");
}

#[test]
fn headings_in_prose_stand_below_their_chapter_and_skip_no_level() {
    let report = freeze(json!({"sections": {"overview": "### a\n\n##### b\n\n# c\n\n###### d"}}));
    let levels: Vec<u8> = headings(&report).into_iter().map(|(level, _)| level).collect();
    assert_eq!(levels, [1, 2, 3, 2, 3]);
}

fn trees() -> Value {
    json!({
        "causes": {
            "occurrence": [
                {"id": "a", "text": "一", "children": [
                    {"id": "b", "text": "二", "root": true, "children": [{"id": "c", "text": "三", "root": true, "kind": "assumption"}]},
                    {"id": "d", "text": "四"}]},
                {"id": "e", "text": "五", "root": true, "evidence": "記録"}],
            "escape": [{"id": "f", "text": "六", "root": true}],
        },
        "countermeasures": [
            {"text": "自動で照合する", "causes": ["c", "f", "gone"], "method": "replace", "owner": "二次運用", "due": "2026-01-31",
             "link": "https://b.example/1", "exception": "理由"},
            {"side": "escape", "text": "危ない先", "link": "javascript:alert(1)", "method": "inform", "strength": 2},
        ],
    })
}

#[test]
fn root_causes_are_numbered_in_reading_order() {
    let tags = root_tags(&read(trees()));
    let tag = |id: &str| tags.get(id).map(String::as_str);
    assert_eq!(
        [tag("b"), tag("c"), tag("e"), tag("f"), tag("a")],
        [Some("発1"), Some("発2"), Some("発3"), Some("流1"), None]
    );
}

#[test]
fn a_why_says_how_deep_it_is_and_what_shows_it() {
    let report = freeze(trees());
    let found: Vec<&Vec<Why>> = report
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::WhyTree(whys) => Some(whys),
            _ => None,
        })
        .collect();
    let root = &found[0][0].children[0];
    assert_eq!((root.label.as_str(), root.text.as_str(), root.tag.as_deref()), ("なぜ2", "二", Some("発1")));
    assert_eq!((root.children[0].label.as_str(), root.children[0].note.as_str()), ("なぜ3", "推定"));
    assert_eq!(found[0][1].note, "事実: 記録");
    assert_eq!(found[1][0].tag.as_deref(), Some("流1"));
}

#[test]
fn a_countermeasure_bears_the_tags_of_its_causes() {
    let report = freeze(trees());
    let rows = table(&report, "4 再発防止策");
    assert_eq!(
        rows[0][..7],
        ["発2 流1", "自動で照合する", "4 代替化", "恒久", "二次運用", "2026-01-31", "未完了"]
    );
    assert_eq!(
        rows[1][1], "危ない先 javascript:alert(1)",
        "an address that is refused is read, not followed"
    );
    assert_eq!(rows[1][2], "2 教育・周知", "a person's strength counts, not the method's");
    let links: Vec<&str> = report
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table { rows, .. } => Some(rows.iter().flatten().flatten()),
            _ => None,
        })
        .flatten()
        .filter_map(|inline| match inline {
            Inline::Link { url, .. } => Some(url.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(links, ["https://b.example/1"]);
    assert!(
        report
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Paragraph(text) if plain(text).contains("理由")))
    );
}

#[test]
fn attachments_that_no_section_shows_come_last() {
    let hash = |letter: &str| letter.repeat(64);
    let report = freeze(json!({
        "sections": {"problem": format!("![中](blob:{})", hash("a"))},
        "attachments": [
            {"hash": hash("a"), "name": "a.png", "media_type": "image/png"},
            {"hash": hash("b"), "name": "b.png", "caption": "外", "media_type": "image/png"},
            {"hash": hash("c"), "name": "c.log", "media_type": "text/plain"}],
    }));
    let images: Vec<(String, String)> = report
        .images()
        .into_iter()
        .map(|(hash, caption)| (hash[..1].to_owned(), caption.to_owned()))
        .collect();
    assert_eq!(images, [("a".into(), "中".into()), ("b".into(), "外".into())]);
    assert!(matches!(report.blocks.last(), Some(Block::Paragraph(text)) if plain(text) == "c.log"));
}

/// A label that is missing would panic here: every value of every choice is asked for.
#[test]
fn every_choice_has_a_word_in_both_languages() {
    use yokoten_model::postmortem as p;
    let all = p::Status::ALL.iter().map(|value| ("status", value.as_str()));
    let all = all.chain(p::FoundBy::ALL.iter().map(|value| ("found_by", value.as_str())));
    let all = all.chain(p::CustomerImpact::ALL.iter().map(|value| ("customer_impact", value.as_str())));
    let all = all.chain(p::Term::ALL.iter().map(|value| ("term", value.as_str())));
    let all = all.chain(p::ActionState::ALL.iter().map(|value| ("state", value.as_str())));
    let all = all.chain(p::Verdict::ALL.iter().map(|value| ("verdict", value.as_str())));
    let all = all.chain(p::StepOutcome::ALL.iter().map(|value| ("outcome", value.as_str())));
    let all = all.chain(p::Decision::ALL.iter().map(|value| ("decision", value.as_str())));
    let all = all.chain(p::Team::ALL.iter().map(|value| ("team", value.as_str())));
    let all = all.chain(p::ReviewVerdict::ALL.iter().map(|value| ("review", value.as_str())));
    let catalogue: toml::Table = include_str!("../../app/catalogue/report.toml").parse().unwrap();
    for (group, value) in all {
        for lang in ["ja", "en"] {
            let text = &catalogue[&format!("report.{group}.{value}")][lang];
            assert!(!text.as_str().unwrap().is_empty(), "{group}.{value} in {lang}");
        }
    }
}
