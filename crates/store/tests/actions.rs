//! What lists beside the entries are made of: countermeasures, readings, recurrences.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;
use yokoten_model::postmortem::{Postmortem, Team, from_json};
use yokoten_store::measures::{MeasureQuery, MeasureSort, View};
use yokoten_store::reading::ReadMark;
use yokoten_store::{Author, DATABASE, Progress, Store, salvage};

const NOW: i64 = 1_795_000_000_000;

fn person(name: &str) -> Author {
    Author { name: name.to_owned(), team: Some(Team::Msp) }
}

fn entry(serial: u8, mut document: Value) -> Postmortem {
    document["id"] = format!("019aa1b2-0000-7000-8000-0000000000{serial:02x}").into();
    from_json(document, &mut || "n".into()).unwrap()
}

fn put(store: &mut Store, postmortem: &Postmortem) -> Uuid {
    store.put_all(std::slice::from_ref(postmortem), &person("森"), NOW).unwrap();
    postmortem.id.parse().unwrap()
}

fn open(folder: &Path) -> Store {
    Store::open(folder, true).unwrap()
}

fn with_measures() -> Postmortem {
    entry(
        1,
        json!({"title": "ALB の再起動", "countermeasures": [
            {"id": "late", "text": "対象を選ばせる", "owner": "佐伯", "due": "2026-11-20", "method": "replace"},
            {"id": "soon", "text": "表にする", "owner": "二次運用", "due": "2026-12-01", "side": "escape"},
            {"id": "far", "text": "廃止する", "due": "2027-06-01", "strength": 5},
            {"id": "stopgap", "text": "当面は二人で", "term": "interim", "state": "done", "due": "2026-11-01", "causes": ["x"]},
            {"id": "judged", "state": "done", "effect": {"verdict": "effective"}},
            {"id": "wait", "state": "done", "effect": {"check_on": "2026-11-01", "judge": "森下"}},
            {"id": "gone", "state": "dropped", "due": "2026-01-01"}
        ]}),
    )
}

fn ids(store: &Store, query: &MeasureQuery) -> Vec<String> {
    let query = MeasureQuery { today: "2026-11-25".into(), limit: 100, ..query.clone() };
    let (total, found) = store.measures(&query).unwrap();
    assert_eq!(total, found.len());
    found.into_iter().map(|measure| measure.id).collect()
}

#[test]
fn each_view_holds_what_it_is_named_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let uuid = put(&mut store, &with_measures());
    let view = |view| MeasureQuery { view, ..MeasureQuery::default() };
    assert_eq!(ids(&store, &view(View::All)).len(), 7);
    assert_eq!(ids(&store, &view(View::Overdue)), ["late"]);
    assert_eq!(ids(&store, &view(View::Due)), ["soon"]);
    assert_eq!(ids(&store, &view(View::Interim)), ["stopgap"]);
    assert_eq!(ids(&store, &view(View::Checks)), ["wait"]);
    let mine = |words: &[&str]| MeasureQuery {
        view: View::Mine,
        mine: words.iter().map(|word| (*word).to_owned()).collect(),
        ..MeasureQuery::default()
    };
    assert_eq!(ids(&store, &mine(&["佐伯"])), ["late"]);
    assert_eq!(ids(&store, &mine(&["森下"])), ["wait"], "the judge has something to do, too");
    assert_eq!(ids(&store, &mine(&[])), [""; 0]);
    store
        .edit(uuid, &person("森"), NOW, |document| Ok(document.set_deleted_at(Some("2026-11-25T00:00:00Z"))?))
        .unwrap();
    assert_eq!(ids(&store, &view(View::All)), [""; 0], "the trash is no place of work");
}

#[test]
fn measures_are_filtered_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    put(&mut store, &with_measures());
    let with = |change: &dyn Fn(&mut MeasureQuery)| {
        let mut query = MeasureQuery::default();
        change(&mut query);
        ids(&store, &query)
    };
    assert_eq!(with(&|query| query.text = "alb 佐伯".into()), ["late"]);
    assert_eq!(with(&|query| query.text = "%' OR 1=1 --".into()), [""; 0]);
    assert_eq!(with(&|query| query.owner = "二次運用".into()), ["soon"]);
    assert_eq!(with(&|query| query.side = Some(yokoten_model::postmortem::Side::Escape)), ["soon"]);
    assert_eq!(with(&|query| query.sort = MeasureSort::Strength)[..2], ["far", "late"]);
    assert_eq!(with(&|query| query.sort = MeasureSort::Due)[..3], ["late", "soon", "far"]);
    assert_eq!(store.measures_of("019aa1b2-0000-7000-8000-000000000001").unwrap().len(), 7);
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn a_workspace_of_the_first_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    put(&mut open(folder.path()), &with_measures());
    let database = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    database
        .execute_batch("DROP TABLE book; DROP TABLE awaiting; DROP TABLE mechanism; DROP TABLE posting; DROP TABLE word; DROP TABLE measure; DROP TABLE site; DROP TABLE read_mark; DROP TABLE alert_count; DROP TABLE passage; CREATE TABLE passage (doc, field, text); PRAGMA user_version = 1")
        .unwrap();
    drop(database);
    let mut store = open(folder.path());
    assert_eq!(ids(&store, &MeasureQuery::default()).len(), 7);
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn a_published_entry_is_unread_until_each_has_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    put(&mut store, &entry(1, json!({"title": "下書き"})));
    let lesson = put(&mut store, &entry(2, json!({"title": "公開", "status": "published"})));
    let unread = |store: &Store, name: &str| {
        store.unread(&person(name), 10).unwrap().1.into_iter().map(|item| item.title).collect::<Vec<_>>()
    };
    assert_eq!(unread(&store, "大西"), ["公開"]);
    let mark = |name: &str, at| ReadMark { entry: lesson, reader: person(name), at };
    store.add_read_marks(&[mark("大西", NOW)]).unwrap();
    assert_eq!((unread(&store, "大西").len(), unread(&store, "森").len()), (0, 1));

    // Marks of another office meet as a set, in any order, and reading twice is reading once.
    store.add_read_marks(&[mark("大西", NOW - 5), mark("藤井", NOW)]).unwrap();
    store.add_read_marks(&[mark("大西", NOW + 5)]).unwrap();
    let marks = store.read_marks().unwrap();
    assert_eq!(
        marks.iter().map(|mark| (mark.reader.name.as_str(), mark.at)).collect::<Vec<_>>(),
        [("大西", NOW - 5), ("藤井", NOW)]
    );
    assert_eq!(store.readers(lesson).unwrap().len(), 2);
    store.rebuild(&Progress::default()).unwrap();
    assert_eq!(store.read_marks().unwrap().len(), 2, "a mark is no derived row");

    drop(store);
    salvage::salvage(folder.path(), "20261125-000000", NOW, &Progress::default()).unwrap();
    assert_eq!(open(folder.path()).read_marks().unwrap().len(), 2, "nor is it lost with a damaged index");
}

#[test]
fn a_defect_at_the_same_step_with_a_shared_category_may_be_a_recurrence() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let defect = |serial, category: &str, step: &str, at: &str| {
        entry(
            serial,
            json!({"title": format!("{serial}"), "occurrence_category": category, "escape_category": "E3",
            "occurred_at": at, "runbook": {"title": "RB-A-017", "step": step}}),
        )
    };
    let older = put(&mut store, &defect(1, "O1", "手順4", "2026-04-01T00:00:00+09:00"));
    let newer = put(&mut store, &defect(2, "O3", "手順 ４：再起動", "2026-10-01T00:00:00+09:00"));
    put(&mut store, &defect(3, "O1", "手順5", "2026-10-02T00:00:00+09:00"));
    let mut other = defect(4, "O9", "手順4", "2026-03-01T00:00:00+09:00");
    other.escape_category = Some("E1".into());
    put(&mut store, &other);
    let mut near_miss = defect(5, "O1", "手順4", "2026-03-01T00:00:00+09:00");
    near_miss.defect = false;
    put(&mut store, &near_miss);

    let found = store.recurrences_of(newer).unwrap();
    assert_eq!(found.iter().map(|pair| pair.older.title.as_str()).collect::<Vec<_>>(), ["1"]);
    assert_eq!(store.recurrences_of(older).unwrap(), [], "the older one repeats nothing");
    assert_eq!(store.open_recurrences().unwrap().len(), 1);
}
