//! What people wrote is never lost, and never asked about twice.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use yokoten_exchange::publish::google_docs::{Answer, Change, Choice, Place};
use yokoten_model::report::{Block, Inline, Report};

use super::body::{Body, Slot};
use super::fixture::{Author, RICH, book, rich};

fn one(text: &str) -> Report {
    book(&[("c", "章", text)])
}

/// Answers every question that the plan asks.
fn answer_all(author: &mut Author, book: &Report, choice: Choice) {
    let plan = author.plan(book);
    for (_, block) in plan.questions() {
        author.answers.insert(block.key.clone(), Answer { choice, print: block.print.clone() });
    }
    for chapter in plan.chapters.iter().filter(|chapter| chapter.place == Place::TabGone) {
        author.answers.insert(chapter.id.clone(), Answer { choice, print: None });
    }
}

fn type_at(body: &mut Body, before: &str, text: &str) {
    let at = body.find(before);
    body.insert_text(at, text, None).unwrap();
}

fn questions(author: &Author, book: &Report) -> Vec<(Change, Option<String>, Option<String>)> {
    let plan = author.plan(book);
    plan.questions().map(|(_, block)| (block.change, block.before.clone(), block.after.clone())).collect()
}

#[test]
fn what_one_writes_around_the_blocks_stays() {
    for greedy in [false, true] {
        let mut author = Author::new();
        author.server.state().greedy = greedy;
        author.publish(&one("いち\n\nに\n\nさん\n"));
        author.person("章", |body| {
            let end = body.slots.len() - 1;
            body.insert_text(end, "末尾のメモ\n続き", None).unwrap();
            type_at(body, "に", "間のメモ\n");
            type_at(body, "章", "先頭のメモ\n");
        });
        let changed = one("いち改\n\nに\n\nさん改\n\nよん\n");
        author.publish(&changed);
        let text = author.texts()["章"].clone();
        for memo in ["先頭のメモ\n", "間のメモ\n", "末尾のメモ\n続き", "いち改\n", "さん改\n", "よん\n"]
        {
            assert_eq!(text.matches(memo).count(), 1, "{memo} in {text}");
        }
        assert_eq!(author.publish(&changed).traffic.writes, 0);
    }
}

/// A person's table right behind a block, and text in the paragraph that is never ours.
#[test]
fn new_blocks_find_room_beside_what_people_made() {
    let mut author = Author::new();
    author.publish(&one("いち\n"));
    author.person("章", |body| {
        let end = body.slots.len() - 1;
        body.insert_text(end, "末尾", None).unwrap();
        let at = body.find("末尾");
        body.insert_table(at, 1, 1).unwrap();
        // Without the empty paragraph that came with it.
        body.delete(at - 1..at).unwrap();
    });
    let more = one("いち\n\nに\n\n- さん\n\nよん\n");
    author.publish(&more);
    let text = author.texts()["章"].clone();
    assert!(text.starts_with("\u{2}章\nいち\nに\nさん\nよん\n\n\u{3}") && text.ends_with("末尾\n"), "{text}");
    assert_eq!(author.publish(&more).traffic.writes, 0);
    let fewer = one("いち\n\nよん改\n");
    author.publish(&fewer);
    let text = author.texts()["章"].clone();
    assert!(text.starts_with("\u{2}章\nいち\nよん改\n\n\u{3}") && text.ends_with("末尾\n"), "{text}");
    author.publish(&one("ぜろ\n"));
    assert!(author.texts()["章"].starts_with("\u{2}章\nぜろ\n\n\u{3}"), "{}", author.texts()["章"]);
}

#[test]
fn an_edited_block_is_shown_and_left_until_someone_decides() {
    let mut author = Author::new();
    let (first, second) = (one("元の文。\n\n次の文。\n"), one("本の新しい文。\n\n次の文、改。\n"));
    author.publish(&first);
    author.person("章", |body| type_at(body, "文。", "手で直した"));
    assert_eq!(
        questions(&author, &first),
        [(Change::Edited, Some("元の手で直した文。".to_owned()), Some("元の文。".to_owned()))]
    );
    let outcome = author.publish(&second);
    assert_eq!((outcome.plan.count(Change::Conflict), outcome.plan.count(Change::Changed)), (1, 1));
    assert!(author.texts()["章"].contains("元の手で直した文。\n次の文、改。"), "the rest goes on");
    assert_eq!(author.publish(&second).traffic.writes, 0, "asked again, nothing sent");

    // A decision about another text than what is there now is none.
    answer_all(&mut author, &second, Choice::Overwrite);
    author.person("章", |body| type_at(body, "文。", "もう一度"));
    author.publish(&second);
    assert!(author.texts()["章"].contains("手で直したもう一度文。"));

    answer_all(&mut author, &second, Choice::Overwrite);
    let outcome = author.publish(&second);
    assert_eq!(outcome.left.questions().count(), 0);
    assert!(author.texts()["章"].contains("章\n本の新しい文。\n次の文、改。\n"));
}

#[test]
fn what_one_keeps_is_not_asked_again_until_the_book_changes() {
    let mut author = Author::new();
    author.publish(&one("元の文。\n"));
    author.person("章", |body| type_at(body, "文。", "手で直した"));
    let second = one("本の文。\n");
    answer_all(&mut author, &second, Choice::Keep);
    author.publish(&second);
    author.answers.clear();
    let changes = |author: &Author, book| questions(author, book).iter().map(|one| one.0).collect::<Vec<_>>();
    assert_eq!(changes(&author, &second), [Change::Edited], "said, but no conflict");
    assert_eq!(changes(&author, &one("本の文、さらに。\n")), [Change::Conflict]);
    assert!(author.texts()["章"].contains("元の手で直した文。"));
}

#[test]
fn what_one_wrote_there_can_be_taken_back_into_the_chapter() {
    let mut author = Author::new();
    let first = one("元の**強い**文。\n\n- 甲\n- 乙\n");
    author.publish(&first);
    author.person("章", |body| type_at(body, "。", "を手で直した"));
    let plan = author.plan(&first);
    let (_, block) = plan.questions().next().unwrap();
    let paragraph = |end: &str| {
        let strong = Inline::Strong(vec![Inline::text("強い")]);
        vec![Block::Paragraph(vec![Inline::text("元の"), strong, Inline::text(end)])]
    };
    let [theirs] = author.theirs(&first).try_into().unwrap();
    assert_eq!(theirs.key, format!("{}@{}", block.key, block.print.as_deref().unwrap()));
    assert_eq!((theirs.origin, theirs.suggested), (Some(vec![1]), false));
    assert_eq!((theirs.ours, theirs.theirs), (paragraph("文。"), paragraph("文を手で直した。")));
    answer_all(&mut author, &first, Choice::TakeBack);
    let taken = one("元の**強い**文を手で直した。\n\n- 甲\n- 乙\n");
    let before = author.texts();
    author.publish(&taken);
    author.answers.clear();
    assert_eq!(author.texts(), before, "it was there already");
    assert_eq!(questions(&author, &taken), []);
    assert_eq!(author.publish(&taken).traffic.writes, 0);
}

#[test]
fn a_pending_suggestion_is_an_edit() {
    let suggest_insert = |body: &mut Body| {
        let at = body.find("文。");
        body.insert_text(at, "提案", Some("s.1")).unwrap();
    };
    let suggest_delete = |body: &mut Body| {
        let at = body.find("元の");
        if let Slot::Unit { deleted, .. } = &mut body.slots[at] {
            *deleted = Some("s.2".to_owned());
        }
    };
    let suggestions: [&dyn Fn(&mut Body); 2] = [&suggest_insert, &suggest_delete];
    for suggest in suggestions {
        let mut author = Author::new();
        author.publish(&one("元の文。\n\n次。\n"));
        author.person("章", |body| suggest(body));
        let second = one("本の文。\n\n次、改。\n");
        let outcome = author.publish(&second);
        assert_eq!(outcome.left.count(Change::Conflict), 1);
        author.person("章", |body| {
            let open = |slot: &&Slot| matches!(slot, Slot::Unit { inserted, deleted, .. } if inserted.is_some() || deleted.is_some());
            assert!(body.slots.iter().any(|slot| open(&slot)), "the suggestion is still open");
        });
        assert!(author.texts()["章"].contains("次、改。"));
    }
}

#[test]
fn what_one_took_out_is_a_question_and_not_made_again() {
    let cut = |body: &mut Body| {
        let at = body.find("に\n");
        body.delete(at..at + 2).unwrap();
    };
    let unname = |body: &mut Body| {
        let at = body.find("に\n");
        body.ranges.retain(|range| range.span.start != at || range.name.starts_with("yk1:g"));
    };
    let ways: [&dyn Fn(&mut Body); 2] = [&cut, &unname];
    for (number, way) in ways.iter().enumerate() {
        let mut author = Author::new();
        let first = one("いち\n\nに\n\nさん\n");
        author.publish(&first);
        author.person("章", |body| way(body));
        assert_eq!(questions(&author, &first), [(Change::Gone, None, Some("に".to_owned()))]);
        let changed = one("いち\n\nに、改\n\nさん、改\n");
        author.publish(&changed);
        assert!(!author.texts()["章"].contains("に、改"), "not without being asked");
        answer_all(&mut author, &changed, Choice::Keep);
        author.publish(&changed);
        author.answers.clear();
        assert_eq!(questions(&author, &changed), [], "it stays out");
        assert_eq!(author.publish(&changed).traffic.writes, 0);
        let mut author = Author::new();
        author.publish(&first);
        author.person("章", |body| way(body));
        answer_all(&mut author, &changed, Choice::Overwrite);
        author.publish(&changed);
        let text = author.texts()["章"].clone();
        assert!(text.contains("いち\nに、改\n"), "in its place: {text}");
        assert_eq!(text.contains("に\n"), number == 1, "a text that lost its name is a person's");
    }
}

#[test]
fn a_tab_that_one_removed_is_a_question() {
    let two = book(&[("a", "甲", "一\n"), ("b", "乙", "二\n")]);
    let remove = |author: &Author| {
        let id = author.document();
        let mut state = author.server.state();
        let document = state.documents.get_mut(&id).unwrap();
        document.tabs.retain(|tab| tab.title != "乙");
        document.revision += 1;
    };
    for choice in [Choice::Keep, Choice::Overwrite] {
        let mut author = Author::new();
        author.publish(&two);
        remove(&author);
        assert_eq!(author.plan(&two).chapters[1].place, Place::TabGone);
        assert_eq!(author.publish(&two).traffic.writes, 0, "not made again by itself");
        answer_all(&mut author, &two, choice);
        author.publish(&two);
        author.answers.clear();
        let place = author.plan(&two).chapters[1].place;
        let there = author.texts().contains_key("乙");
        match choice {
            Choice::Keep => assert_eq!((place, there), (Place::Declined, false)),
            _ => assert_eq!((place, there), (Place::There, true)),
        }
        assert_eq!(author.publish(&two).traffic.writes, 0);
    }
}

#[test]
fn a_removed_chapter_leaves_what_people_wrote() {
    let mut author = Author::new();
    author.publish(&book(&[("a", "甲", "一\n"), ("b", "乙", "二\n\n三\n")]));
    author.person("乙", |body| {
        let end = body.slots.len() - 1;
        body.insert_text(end, "手書き", None).unwrap();
        type_at(body, "二", "直");
    });
    author.publish(&book(&[("a", "甲", "一\n")]));
    let text = author.texts()["乙"].clone();
    assert!(text.contains("手書き") && text.contains("直二") && !text.contains('三'), "{text}");
    answer_all(&mut author, &book(&[("a", "甲", "一\n")]), Choice::Keep);
    author.publish(&book(&[("a", "甲", "一\n")]));
    assert_eq!(author.journal().chapters.keys().collect::<Vec<_>>(), ["a"], "theirs from now on");
    assert!(author.texts()["乙"].contains("直二"));
}

#[test]
fn a_renamed_tab_keeps_its_name() {
    let mut author = Author::new();
    author.publish(&one("一\n"));
    let id = author.document();
    {
        let mut state = author.server.state();
        let document = state.documents.get_mut(&id).unwrap();
        document.tabs[0].title = "講師の付けた名".to_owned();
        document.revision += 1;
    }
    author.publish(&book(&[("c", "章の新しい題", "一\n")]));
    assert!(author.texts()["講師の付けた名"].contains("章の新しい題"));
}

#[test]
fn another_machine_takes_over_without_a_copy() {
    let mut author = Author::new();
    let first = one("いち\n\nに\n\n| a |\n|---|\n| b |\n");
    author.publish(&first);
    author.person("章", |body| type_at(body, "に", "手"));
    author.chosen = Some(author.document());
    author.disk = "{}".to_owned();
    assert_eq!(
        questions(&author, &first),
        [(Change::Conflict, Some("手に".to_owned()), Some("に".to_owned()))],
        "what says the same is the same, the rest is a question"
    );
    author.publish(&one("いち改\n\nに\n\n| a |\n|---|\n| c |\n"));
    let text = author.texts()["章"].clone();
    assert_eq!((text.matches("いち").count(), text.matches('に').count()), (1, 1), "{text}");
}

/// People do anything, anywhere; then the book changes. Every character that they typed is still there.
#[test]
fn whatever_people_type_survives() {
    let mut random = StdRng::seed_from_u64(7);
    for round in 0..60 {
        let mut author = Author::new();
        author.server.state().greedy = round % 2 == 0;
        author.publish(&rich());
        let mut typed = 0;
        for _ in 0..random.random_range(1..6) {
            author.person("誤連絡", |body| {
                let at = random.random_range(1..body.slots.len());
                match random.random_range(0..4) {
                    0 => {
                        let end = at + random.random_range(1..12);
                        let lost = body
                            .slots
                            .get(at..end)
                            .into_iter()
                            .flatten()
                            .filter(|slot| is_mark(slot))
                            .count();
                        if body.delete(at..end).is_ok() {
                            typed -= lost;
                        }
                    }
                    1 => typed += usize::from(body.insert_text(at, "\n¶", None).is_ok()),
                    _ => typed += usize::from(body.insert_text(at, "¶", None).is_ok()),
                }
            });
        }
        let marks = |author: &Author| author.texts()["誤連絡"].matches('¶').count();
        assert_eq!(marks(&author), typed);
        let mut changed = book(&[("c1", "誤連絡", &RICH.replace('。', "、改。").replace("つ目", "個目"))]);
        let second = rich()
            .blocks
            .into_iter()
            .skip_while(|block| !matches!(block, Block::Heading { id, .. } if id == "c2"));
        changed.blocks.extend(second);
        let outcome = author.publish(&changed);
        assert_eq!(marks(&author), typed, "round {round}: {}", author.texts()["誤連絡"]);
        assert_eq!(author.publish(&changed).traffic.writes, 0, "round {round}");
        // Whatever was left open is settled in the book's favour, once, and nothing is there twice.
        if outcome.left.questions().count() > 0 {
            answer_all(&mut author, &changed, Choice::Overwrite);
            let outcome = author.publish(&changed);
            assert_eq!(outcome.left.questions().count(), 0, "round {round}");
        }
        let text = author.texts()["誤連絡"].clone();
        for part in [
            "開いた、改。",
            "一個目\n",
            "もっと内側\n",
            "引用の文 取り消し\n",
            "最後の段落、改。\n",
            "架電 😀\n",
        ] {
            assert_eq!(text.matches(part).count(), 1, "round {round}: {part} in {text}");
        }
    }
}

fn is_mark(slot: &Slot) -> bool {
    matches!(slot, Slot::Unit { unit, .. } if *unit == u16::try_from('¶').unwrap_or(0))
}
