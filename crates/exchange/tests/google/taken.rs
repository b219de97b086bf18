//! What people wrote in the document goes back into the chapter it belongs to, and into nothing else.

use serde_json::json;
use yokoten_exchange::publish::markdown;
use yokoten_model::book::{Book, Mask, Written, from_json, take_back};
use yokoten_model::masking::{HitKind, Known, review};
use yokoten_model::report::{self, Labels, Report};

use super::fixture::Author;

struct Words(toml::Table);

impl Labels for Words {
    fn lang(&self) -> &str {
        "ja"
    }

    fn label(&self, key: &str) -> String {
        self.0[&format!("report.{key}")]["ja"].as_str().unwrap().to_owned()
    }
}

fn words() -> Words {
    Words(include_str!("../../../app/catalogue/report.toml").parse().unwrap())
}

fn book() -> Book {
    let question = |id: &str| {
        json!({"id": id, "prompt": "青葉商店へ、つぎに何をしますか。\n\nよく考えて。", "answer": "止まって聞く。\n\n理由は一つ。",
            "choices": [{"id": "a", "text": "**再起動**する"}, {"id": "b", "text": "聞く", "right": true}]})
    };
    let mut ids = 0;
    let json = json!({"id": "019d6a9f-de97-7ea8-9429-d33f026f4c84", "title": "実例集", "chapters": [{
        "id": "c1", "title": "青葉商店の件", "parts": {
            "situation": "青葉商店の*監視*です。\n行は続く。\n\n## 経緯\n\n* 一つ\n* 二つ\n    * 内側\n\n> 引用の文。\n>\n> もう一つ。\n",
            "think": [question("q1")],
            "happened": "1. 先\n2. 後\n\n- [x] 済み\n- [ ] まだ\n\n![画面](blob:".to_owned() + &"a".repeat(64) + ")\n\n```sh\nls -l\n```\n",
            "why": "| 時刻 | 出来事 |\n|---|:-:|\n| 02:14 | 青葉商店へ架電 |\n",
            "lessons": "[手順書](https://example.com/a)を見る。", "check": [question("q2"), question("q3")]}}]});
    from_json(json, &mut || {
        ids += 1;
        format!("made-{ids}")
    })
    .unwrap()
}

fn frozen(book: &Book) -> Report {
    let mut masked = book.clone();
    let mask = Mask {
        text: "青葉商店".to_owned(),
        kind: HitKind::Customer,
        mask: "A社".to_owned(),
        ..Mask::default()
    };
    masked.masks = vec![mask];
    let written = report::book_as_written(&masked, &words(), "");
    let known = Known { customers: vec!["青葉商店".to_owned()], ..Known::default() };
    report::book(&masked, &review(&masked, &written, &known, &words()), &words(), "")
}

/// One edit, the field that changes by it, and what it says then.
fn taken(find: &str, nth: usize, typed: &str, field: &str, says: &str) {
    let mut author = Author::new();
    author.shelf.0.insert("a".repeat(64), include_bytes!("dot.png").to_vec());
    let book = book();
    author.publish(&frozen(&book));
    author.person("A社の件", |body| {
        let text = body.text();
        let units = |text: &str| text.encode_utf16().count();
        let (at, _) =
            text.match_indices(find).nth(nth).unwrap_or_else(|| panic!("no {nth} `{find}` in {text}"));
        body.insert_text(units(&text[..at]) + units(find), typed, None).unwrap();
    });
    let [theirs] = author.theirs(&frozen(&book)).try_into().unwrap_or_else(|all| panic!("one edit: {all:?}"));
    let written = Written { at: theirs.origin.unwrap(), ours: theirs.ours, theirs: theirs.theirs };
    let chapters = take_back(&book, &words(), &[written], &markdown::blocks).unwrap();
    let mut wanted = serde_json::to_value(&book.chapters).unwrap();
    *wanted.pointer_mut(&format!("/0/{field}")).unwrap() = json!(says);
    assert_eq!(serde_json::to_value(&chapters).unwrap(), wanted, "{find}{typed}");

    // The chapter now says what the document says: nothing to send, nothing to ask.
    let next = Book { chapters, ..book };
    let texts = author.texts();
    let outcome = author.publish(&frozen(&next));
    let renamed = u32::from(field == "title");
    assert_eq!((outcome.left.questions().count(), outcome.traffic.writes), (0, renamed), "{find}{typed}");
    assert!(author.texts().into_values().eq(texts.into_values()), "but the tab's title");
    assert!(author.theirs(&frozen(&next)).is_empty());
}

const SITUATION: &str = "青葉商店の*監視*です。\n行は続く。\n\n## 経緯\n\n* 一つ\n* 二つ\n    * 内側\n\n> 引用の文。\n>\n> もう一つ。\n";

#[test]
fn a_title_a_paragraph_a_heading_a_list_and_a_quotation() {
    let situation = |find, nth, typed, from: &str, to: &str| {
        assert!(SITUATION.contains(from));
        taken(find, nth, typed, "parts/situation", &SITUATION.replace(from, to));
    };
    taken("A社", 0, "ほか", "title", "青葉商店ほかの件");
    situation("監視", 0, "と通報", "*監視*", "*監視と通報*");
    situation("A社", 1, "(本社)", "青葉商店", "青葉商店(本社)");
    situation("内側", 0, "の内側", "* 一つ\n* 二つ\n    * 内側", "- 一つ\n- 二つ\n  - 内側の内側");
    situation("引用", 0, "した", "引用の文", "引用したの文");
    situation("もう一つ", 0, "ある", "もう一つ。", "もう一つある。");
    situation("経緯", 0, "など", "経緯", "経緯など");
}

#[test]
fn numbers_boxes_pictures_code_tables_and_links() {
    let happened = book().chapters[0].parts.happened.clone();
    let change = |find, typed, from: &str, to: &str| {
        assert!(happened.contains(from));
        taken(find, 0, typed, "parts/happened", &happened.replace(from, to));
    };
    change("後", "に", "2. 後", "2. 後に");
    change("済み", "です", "- [x] 済み", "- [x] 済みです");
    change("画面", "の写し", "![画面]", "![画面の写し]");
    change("ls", " -a", "ls -l", "ls -a -l");
    let why = "| 時刻 | 出来事 |\n| --- | :-: |\n| 02:14 | 青葉商店へまた架電 |\n";
    taken("A社へ", 1, "また", "parts/why", why);
    taken("手順書", 0, "の表", "parts/lessons", "[手順書](https://example.com/a)の表を見る。");
}

#[test]
fn questions_their_choices_and_answers() {
    taken(
        "つぎに",
        0,
        "まず",
        "parts/think/0/prompt",
        "青葉商店へ、つぎにまず何をしますか。\n\nよく考えて。",
    );
    taken("よく", 1, "よく", "parts/check/0/prompt", "青葉商店へ、つぎに何をしますか。\n\nよくよく考えて。");
    taken("再起動", 2, "だけ", "parts/check/1/choices/0/text", "**再起動だけ**する");
    taken("理由は", 2, "ただ", "parts/check/1/answer", "止まって聞く。\n\n理由はただ一つ。");
}

/// A label, a heading that every chapter has, and a suggestion stay where they are.
#[test]
fn what_no_field_holds_is_said() {
    for (find, nth, suggestion) in [("考えてみよう", 0, None), ("監視", 0, Some("s.1"))] {
        let mut author = Author::new();
        let book = book();
        author.publish(&frozen(&book));
        author.person("A社の件", |body| {
            let at = body.find(find) + nth;
            body.insert_text(at + 1, "X", suggestion).unwrap();
        });
        let [theirs] = author.theirs(&frozen(&book)).try_into().unwrap();
        assert_eq!(theirs.suggested, suggestion.is_some());
        let written = Written { at: theirs.origin.unwrap(), ours: theirs.ours, theirs: theirs.theirs };
        let taken = take_back(&book, &words(), &[written], &markdown::blocks);
        assert_eq!(taken.is_err(), suggestion.is_none(), "{find}");
    }
}
