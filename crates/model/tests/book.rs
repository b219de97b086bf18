//! Books: what is drafted by rule, what changes in an entry, what is masked, and what is published.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use yokoten_model::book::{
    self, Book, Chapter, Decision, Mask, Parts, SeenImage, Slot, changes, decide, draft, take,
};
use yokoten_model::masking::{Hit, HitKind, Known, Masks, Review, review};
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_model::report::{Block, Inline, Labels, Report, book as publish, book_as_written, plain};
use yokoten_model::{Assignment, Document, Step};

/// The app's words, read from its catalogue.
struct Words(toml::Table);

impl Labels for Words {
    fn lang(&self) -> &str {
        "ja"
    }

    fn label(&self, key: &str) -> String {
        let text = self.0.get(&format!("report.{key}")).unwrap_or_else(|| panic!("no label `{key}`"));
        text["ja"].as_str().unwrap().to_owned()
    }
}

fn words() -> Words {
    Words(include_str!("../../app/catalogue/report.toml").parse().unwrap())
}

fn entry() -> Postmortem {
    let json = json!({
        "id": "019d6a9f-de97-7ea8-9429-d33f026f4c84", "title": "別の会社に電話した", "customer": "青葉商店",
        "runbook": {"title": "RB-NW-012", "step": "手順3", "steps": [
            {"id": "s1", "text": "損失率を見る"}, {"id": "s2", "text": "障害情報を見る"}, {"id": "s3", "text": "台帳を顧客コードで引く"}]},
        "sections": {"overview": "青葉商店の VPN です。", "problem": "別の窓口へ架電した。", "lessons": "正は一か所に置く。"},
        "causes": {
            "occurrence": [{"id": "o1", "text": "別の窓口に電話した。", "children": [
                {"id": "o2", "text": "旧版の表を見た", "children": [{"id": "o3", "text": "添付が残っていた", "root": true}]},
                {"id": "o4", "text": "同じ拠点名があった", "root": true}]}],
            "escape": [{"id": "e1", "text": "止まらなかった", "children": [{"id": "e2", "text": "照合する地点がない", "root": true}]}]},
        "countermeasures": [
            {"id": "m1", "text": "添付をなくす", "method": "eliminate"},
            {"id": "m2", "side": "escape", "text": "宛先を自動で照合する", "method": "detect"},
            {"id": "m3", "text": "周知する", "method": "inform"},
            {"id": "m4", "text": "やめた対策", "method": "replace", "state": "dropped"}],
        "timeline": [
            {"id": "t2", "at": "2026-04-07T17:14:00Z", "actor": "MSP一次担当", "text": "添付の表で架電", "step": "s3", "step_outcome": "out_of_order"},
            {"id": "t1", "at": "2026-04-08T02:06:00+09:00", "actor": "Zabbix", "text": "損失 38 %", "step": "s1", "step_outcome": "done"},
            {"id": "t3", "at": "2026-04-08T02:31:00+09:00", "actor": "二次運用", "text": "食い違いを指摘"}]
    });
    let mut ids = 0;
    from_json(json, &mut || {
        ids += 1;
        format!("made-{ids}")
    })
    .unwrap()
}

fn chapter(parts: Parts) -> Chapter {
    Chapter { id: "c1".into(), title: "第1章".into(), taken: parts.clone(), parts, ..Chapter::default() }
}

#[test]
fn a_first_draft_comes_from_the_entry_by_rule() {
    let parts = draft(&[entry()], &words());
    assert_eq!(
        parts.situation, "青葉商店の VPN です。\n\n- 02:06　Zabbix　損失 38 %",
        "overview, and what was before"
    );
    let think = &parts.think[0];
    assert!(think.prompt.contains("02:14"), "{}", think.prompt);
    let mut choices: Vec<(&str, bool)> = think.choices.iter().map(|c| (c.text.as_str(), c.right)).collect();
    choices.sort_unstable();
    let wanted = [
        ("台帳を顧客コードで引く", true),
        ("手を止めて、二次運用に連絡する", true),
        ("添付の表で架電", false),
    ];
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    assert_eq!(choices, wanted);
    assert_eq!(
        parts.happened,
        "- 02:06　Zabbix　損失 38 %\n- 02:14　MSP一次担当　添付の表で架電(順序違い)\n- 02:31　二次運用　食い違いを指摘"
    );
    assert_eq!(
        parts.why,
        "**なぜ起きたか**\n\n- 添付が残っていた。だから、旧版の表を見た。だから、別の窓口に電話した。\n\
         - 同じ拠点名があった。だから、別の窓口に電話した。\n\n\
         **なぜ止められなかったか**\n\n- 照合する地点がない。だから、止まらなかった。"
    );
    assert_eq!(
        parts.lessons,
        "正は一か所に置く。\n\nしくみはこう変わりました。\n\n- 添付をなくす\n- 宛先を自動で照合する",
        "strong ones that are meant to be done"
    );
    let asked: Vec<&str> = parts.check.iter().map(|q| q.id.split('-').next().unwrap()).collect();
    assert_eq!(asked, ["divergence", "checkpoint", "runbook"]);
    assert!(parts.check[0].answer.contains("台帳を顧客コードで引く"));
    assert_eq!(parts.check[1].answer, "- 照合する地点がない\n- 宛先を自動で照合する");
    assert_eq!(parts.check[2].answer, "台帳を顧客コードで引く");
}

#[test]
fn an_empty_entry_makes_an_empty_draft() {
    assert_eq!(draft(&[Postmortem::default()], &words()), Parts::default());
    assert_eq!(chapter(Parts::default()).reading_minutes(), 1);
}

#[test]
fn reading_time_is_by_characters_or_as_it_was_set() {
    let mut long = chapter(Parts { happened: "字".repeat(1_001), ..Parts::default() });
    assert_eq!(long.reading_minutes(), 3);
    long.minutes = Some(7);
    assert_eq!(long.reading_minutes(), 7);
}

#[test]
fn each_change_of_an_entry_is_taken_edited_or_left() {
    let labels = words();
    let mut chapter = chapter(draft(&[entry()], &labels));
    let mut changed = entry();
    changed.sections.overview = "青葉商店の VPN です。店舗は120あります。".into();
    changed.sections.lessons = "写しは古くなる。".into();
    changed.runbook.steps[2].text = "台帳を二つの鍵で引く".into();
    let fresh = draft(&[changed], &labels);

    let found = changes(&chapter, &fresh, None);
    let id = entry().id;
    let slots: Vec<&Slot> = found.iter().map(|change| &change.slot).collect();
    let wanted = [
        Slot::Situation,
        Slot::Think(format!("think-{id}")),
        Slot::Lessons,
        Slot::Check(format!("divergence-{id}")),
        Slot::Check(format!("runbook-{id}")),
    ];
    assert_eq!(slots, wanted.iter().collect::<Vec<_>>());
    assert!(found[0].before.contains("VPN です。") && found[0].after.contains("120"));

    decide(&mut chapter, &fresh, &wanted[0], Decision::Take).unwrap();
    assert!(chapter.parts.situation.contains("120"));
    decide(&mut chapter, &fresh, &wanted[2], Decision::Edit("自分のことば".into())).unwrap();
    assert_eq!(chapter.parts.lessons, "自分のことば");
    decide(&mut chapter, &fresh, &wanted[4], Decision::Leave).unwrap();
    assert_eq!(chapter.parts.check[2].answer, "台帳を顧客コードで引く");
    assert!(decide(&mut chapter, &fresh, &wanted[1], Decision::Edit("x".into())).is_err());
    let left: Vec<Slot> = changes(&chapter, &fresh, None).into_iter().map(|change| change.slot).collect();
    assert_eq!(left, [wanted[1].clone(), wanted[3].clone()], "what was decided does not come again");
    assert_eq!(take(&mut chapter, &fresh, None).unwrap(), []);
    assert_eq!(changes(&chapter, &fresh, None), []);
    assert!(chapter.parts.think[0].choices.iter().any(|choice| choice.text == "台帳を二つの鍵で引く"));
}

#[test]
fn what_a_person_wrote_is_never_overwritten_by_itself() {
    let labels = words();
    let mut chapter = chapter(draft(&[entry()], &labels));
    chapter.parts.lessons = chapter.parts.lessons.replace("正は一か所に置く。", "正は、一か所だけ。");
    chapter.parts.happened.push_str("\n- 02:44　訂正の電話");
    let mut changed = entry();
    changed.sections.lessons = "写しは古くなる。".into();
    changed.timeline[1].text = "損失 40 %".into();
    let fresh = draft(&[changed], &labels);
    let open = take(&mut chapter, &fresh, None).unwrap();
    assert_eq!(open, [Slot::Lessons], "the same line: a person decides");
    assert!(chapter.parts.lessons.starts_with("正は、一か所だけ。"));
    assert!(
        chapter.parts.happened.contains("損失 40 %") && chapter.parts.happened.ends_with("02:44　訂正の電話")
    );
    // A question that a person took out does not come back by itself.
    let id = chapter.parts.check.remove(0).id;
    let mut again = entry();
    again.timeline[0].text = "別の表で架電".into();
    let fresh = draft(&[again], &labels);
    assert!(take(&mut chapter, &fresh, None).unwrap().contains(&Slot::Check(id)));
}

#[test]
fn what_the_rules_say_anew_is_no_change_of_an_entry() {
    let labels = words();
    let mut chapter = chapter(draft(&[entry()], &labels));
    chapter.taken.why = "older rules".into();
    let now = draft(&[entry()], &labels);
    assert_eq!(changes(&chapter, &now, Some(&now)), []);
    assert_eq!(changes(&chapter, &now, None).len(), 1);
}

#[test]
fn a_book_is_read_strictly_and_keeps_what_it_does_not_know() {
    let mut ids = 0;
    let mut next = || {
        ids += 1;
        format!("made-{ids}")
    };
    let json = json!({"title": "実例集", "later": {"a": 1}, "chapters": [{"title": "一", "colour": "blue",
        "parts": {"check": [{"prompt": "?", "choices": [{"text": "x", "right": true}]}]}}]});
    let book = book::from_json(json, &mut next).unwrap();
    assert_eq!(book.extra["later"], json!({"a": 1}));
    assert_eq!(book.chapters[0].extra["colour"], "blue");
    let question = &book.chapters[0].parts.check[0];
    assert!(!question.id.is_empty() && !question.choices[0].id.is_empty());
    for (json, path) in [
        (json!({"chapters": [{"minutes": "3"}]}), "chapters[0].minutes"),
        (json!({"format": "yokoten/postmortem/1"}), "format"),
        (json!({"id": "x"}), "id"),
        (json!({"masks": [{"kind": "planet"}]}), "masks[0].kind"),
        (json!([]), "."),
    ] {
        let error = book::from_json(json, &mut String::new).unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{path}`")), "{error}");
    }
    let newer = book::from_json(json!({"format": "yokoten/book/2"}), &mut String::new).unwrap_err();
    assert!(newer.to_string().contains("newer"));
}

#[test]
fn two_people_edit_a_book_apart_and_merge() {
    let book = Book {
        id: "019d6a9f-de97-7ea8-9429-d33f026f4c99".into(),
        title: "実例集".into(),
        chapters: vec![chapter(draft(&[entry()], &words()))],
        ..Book::default()
    };
    let (mut one, first) = Document::create_book(&book).unwrap();
    let mut other = Document::from_bytes(&first.update.unwrap()).unwrap();
    assert_eq!(other.book().unwrap(), book, "the plain form comes back whole");
    assert!(other.postmortem().is_err());
    let key = |key: &str| Step::Key(key.into());
    let path = |last: &str| vec![key("chapters"), Step::Index(0), key("parts"), key(last)];
    let base = one.revision().unwrap();
    let set = |value: Value, last| vec![Assignment { path: path(last), value }];
    let mine = one.edit(&base, set("一人目".into(), "lessons"), &mut String::new).unwrap();
    let theirs = other.edit(&base, set("二人目".into(), "situation"), &mut String::new).unwrap();
    one.import(&theirs.update.unwrap()).unwrap();
    other.import(&mine.update.unwrap()).unwrap();
    assert_eq!(one.book().unwrap(), other.book().unwrap());
    let merged = one.book().unwrap();
    assert_eq!(
        (merged.chapters[0].parts.lessons.as_str(), merged.chapters[0].parts.situation.as_str()),
        ("一人目", "二人目")
    );
}

const HASH: &str = "585c95e84037a345ed9cb129ef322977fdb27e573e2330433041367390ca483e";

/// A book in which a name stands wherever a text can stand.
fn poisoned() -> Book {
    let parts = Parts {
        situation: format!(
            "青葉商店の[窓口 青葉 商店](https://aoba.example.com/%E9%9D%92%E8%91%89%E5%95%86%E5%BA%97)。青葉**商店**、青葉\n商店\n\n\
             ![青葉商店の画面](blob:{HASH})\n\n`青葉商店` は 10.0.3.12、１０．０．３．１２\n\n\
             | 青葉商店 | b |\n|---|---|\n| x | **青葉商店** |\n\n> 引用 青葉商店\n\n```青葉商店\n青葉商店 ops@aoba.example.com\n```\n\n\
             # 見出し 青葉商店\n\n1. &#x9752;葉商店"
        ),
        think: vec![
            serde_json::from_value(json!({"id": "q1", "prompt": "佐伯さんは", "answer": "青葉商店へ",
            "choices": [{"id": "a", "text": "**青葉**商店に電話", "right": true}]}))
            .unwrap(),
        ],
        happened: "佐伯が 090-1234-5678 から。鍵は AKIAIOSFODNN7EXAMPLE".into(),
        ..Parts::default()
    };
    let mut chapter = chapter(parts);
    chapter.title = "青葉商店の夜".into();
    Book { title: "青葉商店の実例集".into(), chapters: vec![chapter], ..Book::default() }
}

fn known() -> Known {
    Known { customers: vec!["株式会社青葉商店".into()], ..Known::default() }
}

fn look(book: &Book) -> (Report, Review) {
    let labels = words();
    let written = book_as_written(book, &labels, "2026-11-27T00:00:00Z");
    let review = review(book, &written, &known(), &labels);
    (written, review)
}

fn hit<'a>(review: &'a Review, text: &str) -> &'a Hit {
    let found = review.hits.iter().find(|hit| hit.text == text);
    found.unwrap_or_else(|| {
        panic!("no hit `{text}` in {:?}", review.hits.iter().map(|h| &h.text).collect::<Vec<_>>())
    })
}

#[test]
fn the_same_name_has_one_mask_however_it_is_spelled_and_every_place_is_shown() {
    let (_, review) = look(&poisoned());
    let customer = hit(&review, "青葉商店");
    assert_eq!((customer.kind, customer.mask.as_str()), (HitKind::Customer, "A社"));
    assert_eq!(customer.places.len(), 18, "{:?}", customer.places);
    assert_eq!(hit(&review, "10.0.3.12").places.len(), 2, "full width is the same address");
    let person = hit(&review, "佐伯");
    assert_eq!((person.mask.as_str(), person.places[0].after.as_str()), ("担当者1", "さんは"));
    assert_eq!(person.places.len(), 2, "also where no さん stands");
    assert_eq!(review.images.len(), 1);
    assert_eq!(review.open(), review.hits.len() + 1);
}

#[test]
fn a_masked_name_is_nowhere_in_the_report_nor_in_the_json() {
    let book = poisoned();
    let (_, review) = look(&book);
    let report = publish(&book, &review, &words(), "2026-11-27T00:00:00Z");
    let all = format!("{report:?}");
    for secret in [
        "青葉",
        "商店",
        "%E9%9D%92",
        "aoba",
        "10.0.3.12",
        "１０．０",
        "佐伯",
        "090-1234",
        "AKIAIOSFODNN7EXAMPLE",
    ] {
        assert!(!all.contains(secret), "`{secret}` shows in {all}");
    }
    assert!(all.contains("A社") && all.contains("担当者1"));
    let json = Masks::of(&review).book(&book).to_string();
    for secret in ["青葉", "aoba", "%E9%9D%92", "&#x9752;", "10.0.3.12", "佐伯", "090-1234", "AKIA"] {
        assert!(!json.contains(secret), "`{secret}` shows in {json}");
    }
}

#[test]
fn what_was_decided_stands_and_the_next_proposal_is_another() {
    let mut book = poisoned();
    let mask =
        |text: &str, mask: &str, keep| Mask { text: text.into(), mask: mask.into(), keep, ..Mask::default() };
    book.masks = vec![mask("ＡＫＩＡIOSFODNN7EXAMPLE", "", true), mask("佐伯", "A社", false)];
    book.images = vec![SeenImage { hash: HASH.into(), ..SeenImage::default() }];
    let (_, review) = look(&book);
    assert!(hit(&review, "AKIAIOSFODNN7EXAMPLE").keep, "the same text in another width");
    assert_eq!(hit(&review, "青葉商店").mask, "B社", "A社 is taken");
    assert!(review.images[0].reviewed);
    let report = publish(&book, &review, &words(), "");
    let all = format!("{report:?}");
    assert!(
        all.contains("AKIAIOSFODNN7EXAMPLE") && all.contains("A社さんは") && all.contains("B社の夜"),
        "{all}"
    );
}

#[test]
fn a_mask_never_says_what_it_hides_nor_what_is_said_otherwise() {
    let of = |customers: &[&str], text: &str| {
        let book = Book {
            chapters: vec![chapter(Parts { happened: text.into(), ..Parts::default() })],
            ..Book::default()
        };
        let known = Known {
            customers: customers.iter().map(|name| (*name).to_owned()).collect(),
            ..Known::default()
        };
        let labels = words();
        let written = book_as_written(&book, &labels, "");
        let review = review(&book, &written, &known, &labels);
        review.hits.iter().map(|hit| hit.mask.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["A社", "ゆり"], "A社とゆり"), ["B社", "C社"], "A社 is a name here");
    assert_eq!(of(&["ゆり"], "ゆりとA社"), ["B社"]);
    assert_eq!(of(&["顧客B社", "ゆり"], "顧客B社とゆり"), ["B社", "A社"], "a role keeps its own letter");
    assert_eq!(
        of(&["青葉商店EC"], "青葉商店の窓口、株式会社青葉商店、青葉商店EC"),
        ["A社"; 2],
        "one company"
    );
    // A short Latin name is no part of another word, カ no part of ガ.
    assert_eq!(of(&["NEC", "タカ"], "CONNECT と タガ"), Vec::<String>::new());
    assert_eq!(of(&["NEC", "ﾀｶ"], "NECのタカ").len(), 2);
}

#[test]
fn a_book_freezes_into_chapters_parts_and_questions() {
    let mut parts = draft(&[entry()], &words());
    parts.lessons = "## 大\n\n正は一か所".into();
    let mut chapter = chapter(parts);
    chapter.level = "入社".into();
    let book = Book {
        title: "実例集".into(),
        levels: vec!["入社".into(), "独り立ち".into()],
        chapters: vec![chapter],
        ..Book::default()
    };
    let report = publish(&book, &Review::default(), &words(), "2026-11-27T00:00:00Z");
    let cover = report.cover.as_ref().unwrap();
    assert_eq!(
        (cover.lines[0].as_str(), cover.lines[1].as_str(), cover.contents.as_str()),
        ("入社", "全1章", "目次")
    );
    let heads: Vec<(u8, String, String)> = report
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { level, text, id } => Some((*level, plain(text), id.clone())),
            _ => None,
        })
        .collect();
    let titles: Vec<(u8, &str)> = heads.iter().map(|(level, text, _)| (*level, text.as_str())).collect();
    assert_eq!(
        titles,
        [
            (1, "第1章"),
            (2, "状況"),
            (2, "考えてみよう"),
            (2, "何が起きたか"),
            (2, "なぜ"),
            (2, "学び"),
            (3, "大"),
            (2, "確認問題")
        ]
    );
    assert_eq!(heads[0].2, "c1");
    let questions: Vec<_> = report
        .blocks
        .iter()
        .filter_map(|block| if let Block::Question(q) = block { Some(q) } else { None })
        .collect();
    assert_eq!(questions.len(), 4);
    assert_eq!(questions[0].choices.iter().filter(|choice| choice.right).count(), 2);
    assert_eq!(questions[2].label, "問2");
    assert!(questions.iter().all(|question| question.answer_label == "答え" && !question.answer.is_empty()));
    assert!(matches!(&report.blocks[1], Block::Paragraph(text) if matches!(text[0], Inline::Emphasis(_))));
}
