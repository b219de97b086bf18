//! A book goes out, and what differs follows.

use yokoten_exchange::publish::google_docs::{Change, Pictures, Place};

use super::body::Slot;
use super::fixture::{Author, RICH, book, rich};

#[test]
fn a_whole_book_arrives_as_it_is() {
    for greedy in [false, true] {
        let mut author = Author::new();
        author.server.state().greedy = greedy;
        let plan = author.plan(&rich());
        assert!(plan.document.is_none() && plan.chapters.iter().all(|chapter| chapter.place == Place::New));
        let outcome = author.publish(&rich());
        assert_eq!(outcome.plan.count(Change::Added), plan.count(Change::Added));
        assert_eq!(outcome.left.count(Change::Same), plan.count(Change::Added), "all of it is as published");
        let texts = author.texts();
        assert_eq!(texts.keys().collect::<Vec<_>>(), ["確認", "誤連絡"], "the first tab became a chapter");
        insta::assert_snapshot!("chapter", visible(&texts["誤連絡"]));
        insta::assert_snapshot!("questions", visible(&texts["確認"]));
    }
}

/// Text with its structure made visible.
fn visible(text: &str) -> String {
    text.replace('\u{2}', "‖").replace('\u{3}', "│").replace('\u{b}', "↵")
}

#[test]
fn looks_arrive_too() {
    let mut author = Author::new();
    author.publish(&rich());
    let id = author.document();
    let state = author.server.state();
    let tab = state.documents[&id].tabs.iter().find(|tab| tab.title == "誤連絡").unwrap();
    let body = &tab.body;
    let style = |text: &str| match &body.slots[body.find(text)] {
        Slot::Unit { style, .. } => style.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(style("監視")["bold"], true);
    assert_eq!(style("から通知"), serde_json::json!({}), "what follows is plain");
    assert_eq!(style("開いた")["italic"], true);
    assert_eq!(style("手順書")["link"]["url"], "https://example.com/手順");
    assert_eq!(style("取り消し")["strikethrough"], true);
    assert_eq!(style("ls -l")["weightedFontFamily"]["fontFamily"], "Roboto Mono");
    assert_eq!(style("時刻")["bold"], true, "the head of a table is strong");
    assert_eq!(style("架電")["bold"], true);
    assert_eq!(style("02:31"), serde_json::json!({}));
    let newline = |text: &str| {
        let at = body.find(text);
        let newline = body.slots[at..].iter().find(|slot| matches!(slot, Slot::Newline { .. }));
        let Some(Slot::Newline { paragraph, bullet, .. }) = newline else { panic!() };
        (paragraph.clone(), bullet.clone().map(|(_, preset, level)| (preset, level)))
    };
    assert_eq!(newline("誤連絡").0["namedStyleType"], "HEADING_1");
    assert_eq!(newline("状況").0["namedStyleType"], "HEADING_2");
    assert_eq!(newline("夜間").0["namedStyleType"], "NORMAL_TEXT");
    assert_eq!(newline("もっと内側").1, Some(("BULLET_DISC_CIRCLE_SQUARE".to_owned(), 2)));
    assert_eq!(newline("二つ目").1, Some(("BULLET_DISC_CIRCLE_SQUARE".to_owned(), 0)));
    assert_eq!(newline("後").1, Some(("NUMBERED_DECIMAL_NESTED".to_owned(), 0)));
    assert_eq!(newline("確かめる").1, Some(("BULLET_CHECKBOX".to_owned(), 0)));
    assert!(newline("引用の文").0["borderLeft"].is_object());
    assert!(newline("echo 1").0["shading"].is_object());
    assert_eq!(newline("最後の段落").1, None);
    assert_eq!(newline("架電").0["alignment"], "CENTER");
}

#[test]
fn what_is_unchanged_costs_one_look() {
    let mut author = Author::new();
    author.publish(&rich());
    let before = author.texts();
    let outcome = author.publish(&rich());
    assert_eq!((outcome.traffic.reads, outcome.traffic.writes), (1, 0));
    assert_eq!(author.texts(), before);
}

#[test]
fn a_changed_book_looks_like_one_published_anew() {
    let start = rich();
    let texts = [
        RICH.replace("二つ目", "二つ目を直す"),
        RICH.replace("## 状況", "## 状況と前提"),
        RICH.replace("**監視**", "監視"),
        RICH.replace("👨‍👩‍👧‍👦", "👨‍👩‍👧"),
        RICH.replace("𠮷田", "𠮶田"),
        RICH.replace("https://example.com/手順", "https://example.com/別"),
        RICH.replace("| 02:31 | |", "| 02:31 | 気づく |"),
        RICH.replace("| 02:31 | |\n", ""),
        RICH.replace("\techo 2", "\techo 2\nexit"),
        RICH.replace("- 二つ目\n", "- 二つ目\n- 三つ目\n"),
        RICH.replace("最後の段落。\n", ""),
        RICH.replace("最後の段落。\n", "最後の段落。\n\n追伸。\n\n- 増えた\n"),
        RICH.replace("1. 先\n2. 後\n", "3. 先\n4. 後\n"),
        RICH.replace("夜間、", "前置き。\n\n夜間、"),
        format!("| a |\n|---|\n| b |\n\n{RICH}"),
        "すべて別の話。\n".to_owned(),
        RICH.replace("\n\n---\n\n", "\n\n"),
    ];
    for greedy in [false, true] {
        for text in &texts {
            let mut end = book(&[("c1", "誤連絡", text)]);
            let second = start.blocks.iter().position(
                |block| matches!(block, yokoten_model::report::Block::Heading { id, .. } if id == "c2"),
            );
            end.blocks.extend(start.blocks[second.unwrap()..].iter().cloned());
            let (mut author, mut anew) = (Author::new(), Author::new());
            author.server.state().greedy = greedy;
            author.publish(&start);
            let outcome = author.publish(&end);
            anew.publish(&end);
            same_looks(&author, &anew, text);
            assert_eq!((outcome.traffic.reads, outcome.traffic.writes), (2, 1), "{text}");
            assert_eq!(outcome.left.questions().count(), 0);
            // And back again.
            author.publish(&start);
            anew.publish(&start);
            same_looks(&author, &anew, text);
        }
    }
}

pub fn same_looks(one: &Author, other: &Author, context: &str) {
    let looks = |author: &Author| {
        let id = author.document();
        let state = author.server.state();
        let tabs = state.documents[&id].tabs.iter();
        tabs.map(|tab| (tab.title.clone(), tab.body.looks(), tab.body.text())).collect::<Vec<_>>()
    };
    let (one, other) = (looks(one), looks(other));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(visible(&one.2), visible(&other.2), "{context}");
        for (at, (slot, expected)) in one.1.iter().zip(&other.1).enumerate() {
            assert_eq!(slot, expected, "index {at} of {} in {context}", visible(&one.2));
        }
    }
    assert_eq!(one, other, "{context}");
}

#[test]
fn inside_a_paragraph_only_the_middle_changes() {
    let mut author = Author::new();
    author.publish(&book(&[("c", "章", "## 古い見出し\n\n02:14に、旧版の表を参照した。\n")]));
    // A person's mark on the first and last words: it would be lost if they were written anew.
    let mark = serde_json::json!({ "smallCaps": true });
    author.person("章", |body| {
        for word in ["02:14", "参照した"] {
            let at = body.find(word);
            body.text_style(at..at + 1, &mark, "smallCaps").unwrap();
        }
    });
    // What one marks is an edit, so take it as it is.
    let plan = author.plan(&book(&[("c", "章", "## 古い見出し\n\n02:14に、旧版の表を参照した。\n")]));
    let (_, edited) = plan.questions().next().unwrap();
    let answer = yokoten_exchange::publish::google_docs::Answer {
        choice: yokoten_exchange::publish::google_docs::Choice::TakeBack,
        print: edited.print.clone(),
    };
    author.answers.insert(edited.key.clone(), answer);
    author.publish(&book(&[("c", "章", "## 新しい見出し\n\n02:14に、新版の一覧を参照した。\n")]));
    author.person("章", |body| {
        assert!(body.text().contains("新しい見出し\n02:14に、新版の一覧を参照した。"), "{}", body.text());
        for word in ["02:14", "参照した"] {
            let Slot::Unit { style, .. } = &body.slots[body.find(word)] else { panic!() };
            assert_eq!(style["smallCaps"], true, "{word} was not touched");
        }
    });
}

#[test]
fn a_heading_keeps_its_id_and_so_the_links_to_it() {
    let mut author = Author::new();
    author.publish(&book(&[("c", "章", "## 見出し\n\n文。\n")]));
    let id = |author: &Author| {
        author.person("章", |body| {
            let at = body.find("見出し");
            let newline = body.slots[at..].iter().find(|slot| matches!(slot, Slot::Newline { .. }));
            let Some(Slot::Newline { paragraph, .. }) = newline else { panic!() };
            paragraph["headingId"].as_str().unwrap().to_owned()
        })
    };
    let before = id(&author);
    author.publish(&book(&[("c", "章", "## 新しい見出し二\n\n文。\n")]));
    assert_eq!(id(&author), before);
}

#[test]
fn chapters_come_and_go_and_are_renamed() {
    let mut author = Author::new();
    author.publish(&book(&[("a", "甲", "一\n"), ("b", "乙", "二\n")]));
    let outcome = author.publish(&book(&[("a", "甲", "一\n"), ("n", "新", "間\n"), ("b", "丙", "二\n")]));
    assert_eq!(outcome.left.questions().count(), 0);
    let titles = |author: &Author| {
        let id = author.document();
        let state = author.server.state();
        state.documents[&id].tabs.iter().map(|tab| tab.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&author), ["甲", "新", "丙"], "in the book's order");
    let plan = author.plan(&book(&[("b", "丙", "二\n")]));
    assert_eq!(plan.chapters.iter().filter(|chapter| chapter.place == Place::Removed).count(), 2);
    author.publish(&book(&[("b", "丙", "二\n")]));
    assert_eq!(titles(&author), ["丙"]);
    assert_eq!(author.journal().chapters.keys().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn chapters_of_one_title_get_tabs_of_their_own() {
    let mut author = Author::new();
    let long = "とても長い題名".repeat(20);
    let same =
        book(&[("a", "同じ", "一\n"), ("b", "同じ", "二\n"), ("c", &long, "三\n"), ("d", &long, "四\n")]);
    author.publish(&same);
    assert_eq!(author.texts().len(), 4);
    let outcome = author.publish(&same);
    assert_eq!(outcome.traffic.writes, 0, "their titles are not fought over");
}

#[test]
fn a_chosen_document_keeps_what_it_holds() {
    let mut author = Author::new();
    author.publish(&book(&[("a", "甲", "一\n")]));
    let theirs = author.document();
    author.person("甲", |body| {
        let end = body.slots.len() - 1;
        body.insert_text(end, "講師の手書き", None).unwrap();
    });
    // Another book, into the same document.
    author.disk = serde_json::to_string(&yokoten_exchange::publish::google_docs::Journal::default()).unwrap();
    author.chosen = Some(theirs.clone());
    author.publish(&book(&[("x", "甲", "別の本\n")]));
    assert_eq!(author.document(), theirs);
    let texts = author.texts();
    assert!(texts["甲"].contains("講師の手書き") && texts["甲"].contains('一'));
    assert!(texts["甲 (2)"].contains("別の本"));
    assert_eq!(author.server.state().documents.len(), 1);
}

#[test]
fn pictures_are_private_unless_wished_otherwise_and_then_for_a_moment() {
    let mut author = Author::new();
    author.publish(&rich());
    {
        let state = author.server.state();
        let file = state.files.iter().find(|file| file.name.starts_with("figure-")).unwrap();
        assert!(!file.public && state.ever_public.is_empty() && file.bytes > 60, "{file:?}");
    }
    assert!(author.texts()["確認"].contains("🖼 画面の写し"));

    let mut author = Author::new();
    author.pictures = Pictures::Inline;
    author.publish(&rich());
    assert!(author.texts()["確認"].contains('\u{fffc}'), "it stands in the text");
    let state = author.server.state();
    assert_eq!((state.ever_public.len(), state.files.iter().filter(|file| file.public).count()), (1, 0));
}
