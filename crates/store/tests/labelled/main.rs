//! Judged by labelled sets: families of entries with one mechanism in different words (`families.jsonl`, 44 of four;
//! `sealed.jsonl`, 24 and 12 entries that belong to none; `second_hand.jsonl` to `sixth_hand.jsonl`, 30 of three and 40
//! that belong to none), and 120 queries with graded relevance (`queries.jsonl`).
//!
//! Constants were chosen on `families.jsonl` and `second_hand.jsonl`. `sealed.jsonl` was written before any rule was
//! looked at. The others were made apart from rules, tellings and each other. The second to the fourth were read while
//! rules changed; the fifth was first read when vectors had been learnt (0.91), the sixth when nothing was left to change
//! (0.96). Nothing was told after reading any of them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde_json::{Value, json};
use yokoten_model::Postmortem;
use yokoten_model::postmortem::from_json;
use yokoten_store::search::similar::Because;
use yokoten_store::search::{Order, Request, Searcher};
use yokoten_store::{Author, Store};

fn lines(text: &str) -> Vec<Value> {
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

struct Set {
    families: Vec<Value>,
    /// The set's own id by UUID, and back.
    names: HashMap<String, String>,
    entries: HashMap<String, Postmortem>,
    searcher: Searcher,
    _folder: tempfile::TempDir,
    _store: Store,
}

fn set(families: &str) -> Set {
    let families = lines(families);
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    let (mut names, mut entries) = (HashMap::new(), HashMap::new());
    for (index, one) in families.iter().enumerate() {
        let category = |key: &str| one[key].as_str().filter(|code| !code.is_empty());
        let measures: Vec<Value> =
            one["countermeasures"].as_array().unwrap().iter().map(|text| json!({"text": text})).collect();
        let document = json!({
            "id": format!("019aa1b2-0000-7000-8000-{:012x}", index + 1),
            "title": one["title"], "customer": one["customer"], "service": one["service"],
            "alert": {"name": one["alert"]}, "runbook": {"step": one["step"]},
            "occurrence_category": category("occurrence_category"), "escape_category": category("escape_category"),
            "sections": {"overview": one["overview"], "problem": one["problem"], "lessons": one["lessons"],
                "occurrence_cause": one["occurrence_cause"], "escape_cause": one["escape_cause"]},
            "countermeasures": measures,
        });
        let mut count = 0;
        let entry = from_json(document, &mut || {
            count += 1;
            format!("n{count}")
        })
        .unwrap();
        names.insert(entry.id.clone(), one["id"].as_str().unwrap().to_owned());
        entries.insert(one["id"].as_str().unwrap().to_owned(), entry);
    }
    let mut all: Vec<&Postmortem> = entries.values().collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    let all: Vec<Postmortem> = all.into_iter().cloned().collect();
    store.put_all(&all, &Author { name: "森".into(), team: None }, 1).unwrap();
    let searcher = Searcher::open(store.folder()).unwrap();
    Set { families, names, entries, searcher, _folder: folder, _store: store }
}

/// Of the others of its family, how many of an entry's are among the first five; by family, in the order of the file.
fn recall(set: &mut Set, marked: bool) -> BTreeMap<String, Vec<f64>> {
    let mut recall: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let family = |one: &Value| one["family"].as_str().unwrap().to_owned();
    let families: HashMap<String, String> =
        set.families.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), family(one))).collect();
    for one in set.families.clone() {
        let others = set.families.iter().filter(|other| family(other) == family(&one)).count() - 1;
        if others == 0 || one["unseen"] != marked {
            continue;
        }
        let own = one["id"].as_str().unwrap();
        let found = set.searcher.similar(&set.entries[own], 5).unwrap();
        let there = found.iter().filter(|hit| families[&set.names[&hit.id]] == family(&one)).count();
        recall.entry(family(&one)).or_default().push(there as f64 / others as f64);
        if std::env::var_os("LABELLED").is_some() && there < 2 && !marked {
            let found =
                found.iter().map(|hit| (&set.names[&hit.id], (hit.score * 100.0) as i32, &hit.because));
            println!("{own}: {:?}", found.collect::<Vec<_>>());
        }
    }
    recall
}

fn mean(recall: &BTreeMap<String, Vec<f64>>) -> f64 {
    let all: Vec<f64> = recall.values().flatten().copied().collect();
    all.iter().sum::<f64>() / all.len() as f64
}

/// Families of one mechanism in different words, among each other.
#[test]
fn entries_of_one_mechanism_are_found_alike() {
    let mut set = set(include_str!("families.jsonl"));
    let (seen, unseen) = (mean(&recall(&mut set, false)), mean(&recall(&mut set, true)));
    println!("recall@5: seen {seen:.3}, unseen {unseen:.3}");
    assert!(unseen >= RECALL, "recall@5 of unseen families fell to {unseen:.3}");
}

/// The same for families that were written beforehand or by another hand, among entries of the same customers and
/// services that are alike in nothing else.
#[test]
fn entries_of_one_mechanism_are_found_alike_where_nobody_looked() {
    for (name, families, floor) in UNSEEN {
        let recall = recall(&mut set(families), true);
        for (family, each) in &recall {
            println!("{name} {family} {:.2}", each.iter().sum::<f64>() / each.len() as f64);
        }
        let mean = mean(&recall);
        println!("recall@5: {name} {mean:.3}");
        assert!(mean >= floor, "recall@5 of the families {name} fell to {mean:.3}");
    }
}

/// The graded order of what is found, against the best order there is.
#[test]
fn queries_find_what_matters_first() {
    let mut set = set(include_str!("families.jsonl"));
    let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
    let mut gains: BTreeMap<bool, Vec<f64>> = BTreeMap::new();
    for one in lines(include_str!("queries.jsonl")) {
        let query = one["query"].as_str().unwrap();
        let request = Request { query, order: Order::Best, offset: 0, limit: 10, today };
        let found = set.searcher.search(&request, &|| false).unwrap();
        let relevant: HashMap<&str, f64> = one["relevant"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(id, grade)| (id.as_str(), grade.as_f64().unwrap()))
            .collect();
        let gain = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
            grades
                .take(10)
                .enumerate()
                .map(|(rank, grade)| (2_f64.powf(grade) - 1.0) / (rank as f64 + 2.0).log2())
                .sum()
        };
        let ours = gain(
            &mut found
                .hits
                .iter()
                .map(|hit| relevant.get(set.names[&hit.id].as_str()).copied().unwrap_or(0.0)),
        );
        let mut best: Vec<f64> = relevant.values().copied().collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let ndcg = ours / gain(&mut best.into_iter());
        if std::env::var_os("LABELLED").is_some() && ndcg < 0.8 {
            println!(
                "{ndcg:.2} {query} {:?} wanted {:?}",
                found.hits.iter().map(|hit| &set.names[&hit.id]).collect::<Vec<_>>(),
                relevant
            );
        }
        gains.entry(one["unseen"].as_bool().unwrap()).or_default().push(ndcg);
    }
    let mean = |unseen: bool| gains[&unseen].iter().sum::<f64>() / gains[&unseen].len() as f64;
    println!("nDCG@10: seen {:.3}, unseen {:.3}", mean(false), mean(true));
    assert!(mean(true) >= NDCG, "nDCG@10 of unseen queries fell to {:.3}", mean(true));
}

/// Alike in why it came about says more than the same customer, alert and runbook step.
#[test]
fn the_mechanism_says_more_than_the_customer() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("ws"), true).unwrap();
    let mut entry = |serial: u8, customer: &str, title: &str, cause: &str| {
        let document = json!({"id": format!("019aa1b2-0000-7000-8000-0000000000{serial:02x}"), "title": title,
            "customer": customer, "alert": {"name": format!("{customer} HTTP 5xx")},
            "sections": {"problem": "02:14、夜間に対応した。", "occurrence_cause": cause}});
        let entry = from_json(document, &mut || "n".into()).unwrap();
        store.put_all(std::slice::from_ref(&entry), &Author { name: "森".into(), team: None }, 1).unwrap();
        entry
    };
    entry(
        1,
        "A社",
        "監視を黙らせたまま朝になった",
        "ミュートに期限がなく、作業の後に解除する段が次の頁にあった。",
    );
    entry(2, "B社", "違う会社へ電話した", "社名が一文字違いの二社が電話帳で並び、先頭を選んだ。");
    let draft = entry(
        3,
        "B社",
        "抑止を戻さず、障害の通報がなかった",
        "ダウンタイムは終了未定で作られ、戻したかを報告する欄がない。",
    );
    let found = Searcher::open(store.folder()).unwrap().similar(&draft, 5).unwrap();
    assert!(found[0].id.ends_with("01"), "{found:?}");
    assert!(found[0].because.contains(&Because::Mechanism("アラート抑止の解除を忘れた")), "{found:?}");
}

/// Floors, a little below what was measured.
const RECALL: f64 = 0.75;
const UNSEEN: [(&str, &str, f64); 6] = [
    ("sealed", include_str!("sealed.jsonl"), 0.83),
    ("second hand", include_str!("second_hand.jsonl"), 0.89),
    ("third hand", include_str!("third_hand.jsonl"), 0.69),
    ("fourth hand", include_str!("fourth_hand.jsonl"), 0.85),
    ("fifth hand", include_str!("fifth_hand.jsonl"), 0.87),
    ("sixth hand", include_str!("sixth_hand.jsonl"), 0.92),
];
const NDCG: f64 = 0.95;
