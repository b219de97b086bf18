//! Whatever a scan of the folded texts would find is found, in the same order, whatever was edited or deleted before.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;
use yokoten_model::{Assignment, Postmortem, Step};

use super::*;
use crate::{Author, Store};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 25).unwrap()
}

fn ask(searcher: &mut Searcher, query: &str) -> Vec<String> {
    let request = Request { query, order: Order::Best, offset: 0, limit: 1000, today: today() };
    let found = searcher.search(&request, &|| false).unwrap();
    let ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
    if found.total != Total::Exactly(ids.len()) {
        panic!("{:?} of {}: {query}", found.total, ids.len());
    }
    let facets = searcher.facets(&request, &|| false).unwrap();
    assert_eq!(facets.total, ids.len());
    assert_eq!(facets.months, months(&ids));
    // Asked without a search before it, the same is counted.
    searcher.last = None;
    assert_eq!(searcher.facets(&request, &|| false).unwrap(), facets);
    ids
}

/// How many of these entries happened in each month, as [`entry`] makes them.
fn months(ids: &[String]) -> Vec<Facet> {
    let mut counts = std::collections::BTreeMap::new();
    for id in ids {
        let serial = usize::from_str_radix(&id[24..], 16).unwrap();
        *counts.entry(format!("2026-{:02}", serial % 12 + 1)).or_default() += 1;
    }
    counts.into_iter().map(|(value, count)| Facet { value, count }).collect()
}

/// What a plain scan finds, with nothing but the fold and the patterns in common.
fn scan(searcher: &mut Searcher, query: &str) -> Vec<String> {
    let scan = Scan::of(searcher).unwrap();
    scan.search(searcher, query, usize::MAX).unwrap().1.into_iter().map(|(id, _)| id).collect()
}

const PIECES: [&str; 46] = [
    "手順",
    "手順書",
    "再起動",
    "対象",
    "切り替え",
    "切替",
    "サーバー",
    "サーバ",
    "ｻｰﾊﾞ",
    "さーばー",
    "ALB",
    "ａｌｂ",
    "ec2",
    "web server",
    "閾値",
    "しきい値",
    "監視",
    "の",
    "を",
    "が",
    "した",
    "していなかった",
    "、",
    "。",
    " ",
    "\n",
    "　",
    "連絡先",
    "連絡先表",
    "一次",
    "三回",
    "3回",
    "A社",
    "😀",
    "𠮷",
    "<b>",
    "\"",
    "-",
    "架電",
    "電話連絡",
    "-web",
    "03:12",
    "ec-prd",
    ".",
    "見て",
    "再起動後",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(&PIECES[..]), 0..14).prop_map(|parts| parts.concat())
}

fn query() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::collection::vec(select(&PIECES[..]), 1..4).prop_map(|parts| parts.concat()),
        1 => select(&["てじゅん", "tejun", "さいきどう", "手", "順書", "バー", "せず", "ー"][..]).prop_map(str::to_owned),
        1 => prop::collection::vec(select(&PIECES[..]), 1..3).prop_map(|parts| format!("\"{}\"", parts.concat())),
        1 => select(&PIECES[..]).prop_map(|piece| format!("-{piece}")),
    ];
    prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
}

#[derive(Clone, Debug)]
enum Act {
    New(String, String, String),
    Edit(usize, &'static str, String),
    Delete(usize),
    Ask(String),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (text(), text(), text()).prop_map(|(a, b, c)| Act::New(a, b, c)),
        3 => (any::<usize>(), select(&["overview", "problem", "escape_cause", "lessons"][..]), text())
            .prop_map(|(entry, field, text)| Act::Edit(entry, field, text)),
        1 => any::<usize>().prop_map(Act::Delete),
        4 => query().prop_map(Act::Ask),
    ]
}

fn author() -> Author {
    Author { name: "森".into(), team: None }
}

fn entry(serial: usize, title: &str, problem: &str, cause: &str) -> Postmortem {
    let json = serde_json::json!({
        "id": format!("019aa1b2-0000-7000-8000-{serial:012x}"), "title": title,
        "occurred_at": format!("2026-{:02}-14T03:12:00+09:00", serial % 12 + 1),
        "sections": {"problem": problem, "occurrence_cause": cause},
    });
    yokoten_model::postmortem::from_json(json, &mut String::new).unwrap()
}

fn edit(store: &mut Store, id: &str, field: &str, text: &str) {
    let set = vec![Assignment {
        path: vec![Step::Key("sections".into()), Step::Key(field.into())],
        value: text.into(),
    }];
    store
        .edit(id.parse().unwrap(), &author(), 5, |document| {
            let base = document.revision()?;
            Ok(document.edit(&base, set, &mut String::new)?)
        })
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn what_a_scan_finds_is_found(acts in prop::collection::vec(act(), 1..30)) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
        let mut searcher = Searcher::open(store.folder()).unwrap();
        let mut ids: Vec<String> = Vec::new();
        for act in acts {
            match act {
                Act::New(title, problem, cause) => {
                    let entry = entry(ids.len() + 1, &title, &problem, &cause);
                    store.put_all(std::slice::from_ref(&entry), &author(), 1).unwrap();
                    ids.push(entry.id);
                }
                Act::Edit(which, field, text) if !ids.is_empty() => edit(&mut store, &ids[which % ids.len()], field, &text),
                Act::Delete(which) if !ids.is_empty() => {
                    let id = ids[which % ids.len()].parse().unwrap();
                    store.edit(id, &author(), 9, |document| Ok(document.set_deleted_at(Some("2026-11-25T00:00:00Z"))?)).unwrap();
                }
                Act::Ask(query) => {
                    let found = ask(&mut searcher, &query);
                    prop_assert_eq!(&found, &scan(&mut searcher, &query), "{}", query);
                }
                _ => {}
            }
        }
        let report = store.verify(&crate::Progress::default()).unwrap();
        prop_assert_eq!(report.faults, []);
    }
}

#[test]
fn odd_queries_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    store.put_all(&[entry(1, "再起動の対象 \"x\" OR 😀", "手順3", "")], &author(), 1).unwrap();
    let mut searcher = Searcher::open(store.folder()).unwrap();
    for query in [
        "\"",
        "\"\"",
        "-",
        "--",
        ":",
        "顧客:",
        "期間:昨日",
        "OR",
        "NEAR(",
        "*",
        "%",
        "_",
        "\u{0}",
        "😀",
        "'; DROP TABLE posting; --",
    ] {
        ask(&mut searcher, query);
    }
    assert_eq!(ask(&mut searcher, "😀").len(), 1);
    assert_eq!(ask(&mut searcher, &"再".repeat(100_000)).len(), 0);
    assert_eq!(ask(&mut searcher, "pm-0001").len(), 1);
    assert_eq!(ask(&mut searcher, "ＰＭ－０００１").len(), 1);
    assert_eq!(ask(&mut searcher, "状態:draft").len(), 1);
    assert_eq!(ask(&mut searcher, "期間:2026-02 再起動").len(), 1);
    assert_eq!(ask(&mut searcher, "期間:2025").len(), 0);
}

#[test]
fn pages_follow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    let entries: Vec<Postmortem> = (1..40)
        .map(|n| {
            entry(n, &format!("{n}件目"), "取り違えた見落とし", if n % 3 == 0 { "見落とし" } else { "" })
        })
        .collect();
    store.put_all(&entries, &author(), 1).unwrap();
    let mut searcher = Searcher::open(store.folder()).unwrap();
    let all = ask(&mut searcher, "見落とし");
    let mut paged = Vec::new();
    for offset in (0..40).step_by(7) {
        let request = Request { query: "見落とし", order: Order::Best, offset, limit: 7, today: today() };
        paged.extend(searcher.search(&request, &|| false).unwrap().hits.into_iter().map(|hit| hit.id));
    }
    assert_eq!(all, paged);
    let request = Request { query: "見落とし", order: Order::Best, offset: 0, limit: 7, today: today() };
    assert!(matches!(searcher.search(&request, &|| true), Err(Error::Stopped)));
}

#[test]
fn a_word_within_very_many_words_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    let kana = |number: u32| char::from_u32(0x30a1 + number).unwrap();
    let words: Vec<String> = (0..2400).map(|n| format!("サーバー{}{}", kana(n / 60), kana(n % 60))).collect();
    let texts = words.chunks(100).map(|words| words.join("、")).chain(["サー、ーバ、バー".to_owned()]);
    let entries: Vec<Postmortem> =
        texts.enumerate().map(|(n, text)| entry(n + 1, "見落とし", &text, "")).collect();
    store.put_all(&entries, &author(), 1).unwrap();
    let mut searcher = Searcher::open(store.folder()).unwrap();
    for (query, count) in [("サーバー", 24), ("\"サーバー\"", 24), ("見落とし -サーバー", 1)]
    {
        let found = ask(&mut searcher, query);
        assert_eq!(found, scan(&mut searcher, query));
        assert_eq!(found.len(), count);
    }
}

#[test]
fn many_texts_are_read_on_all_cores() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    // Of some only the parts are there, some hold it otherwise written.
    let texts =
        ["電話に出たら切れた", "出た、たら", "電話ニ出タラ", "出たら", "手順", "電話に出た たら、に出"];
    let entries: Vec<Postmortem> =
        (1..1500).map(|n| entry(n, "見落とし", texts[n % texts.len()], "")).collect();
    store.put_all(&entries, &author(), 1).unwrap();
    let mut searcher = Searcher::open(store.folder()).unwrap();
    let request = |query| Request { query, order: Order::Best, offset: 0, limit: 1, today: today() };
    for query in ["出たら", "見落とし 出たら -電話ニ", "\"出たら\"", "に出 出たら"] {
        let found = scan(&mut searcher, query);
        let facets = searcher.facets(&request(query), &|| false).unwrap();
        assert_eq!(facets.months, months(&found), "{query}");
        assert_eq!(facets.total, found.len(), "{query}");
        assert!(found.len() > 200, "{query}");
        assert_eq!(searcher.search(&request(query), &|| false).unwrap().total, Total::Exactly(found.len()));
    }
    // Where somebody writes in the meantime, the others see another state and do not help.
    let state = (searcher.generation, searcher.columns.seen());
    let helping = |helpers: &mut [rusqlite::Connection]| Ok(helpers.len());
    let all = searcher.helpers.with(state, helping).unwrap();
    assert_eq!(all, std::thread::available_parallelism().unwrap().get().min(4));
    store.put_all(&[entry(9999, "", "", "")], &author(), 1).unwrap();
    assert_eq!(searcher.helpers.with(state, helping).unwrap(), 0);
}
