//! Books live in the log: durable, with history, merged, backed up, and rebuilt.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use tempfile::TempDir;
use uuid::Uuid;
use yokoten_model::book::{Book, Chapter, Parts};
use yokoten_model::{Assignment, Postmortem, Step};
use yokoten_store::{Arrived, Author, Change, Error, Progress, Received, Store, backup, salvage};

const ID: &str = "019d6a9f-de97-7ea8-9429-d33f026f4c99";

fn open(home: &TempDir) -> Store {
    Store::open(&home.path().join("ws"), true).unwrap()
}

fn author() -> Author {
    Author { name: "森".into(), team: None }
}

fn id() -> Uuid {
    Uuid::try_parse(ID).unwrap()
}

fn book() -> Book {
    let parts = Parts { lessons: "正は一か所に".into(), ..Parts::default() };
    let chapter = Chapter { id: "c1".into(), title: "一".into(), parts, ..Chapter::default() };
    Book { id: ID.into(), title: "実例集".into(), chapters: vec![chapter], ..Book::default() }
}

/// Takes in what came, which nobody watches.
fn receive(store: &mut Store, changes: &[Change], now: i64) -> yokoten_store::Result<Received> {
    store.receive(Arrived { changes, origin: "test", ..Arrived::default() }, now, &Progress::default())
}

fn set_title(store: &mut Store, title: &str, now: i64) {
    let (_, base) = store.read_book(id()).unwrap();
    let set = vec![Assignment { path: vec![Step::Key("title".into())], value: title.into() }];
    let edit = |document: &mut yokoten_model::Document| Ok(document.edit(&base, set, &mut String::new)?);
    assert!(store.edit_book(id(), &author(), now, edit).unwrap().change.is_some());
}

fn changes(store: &Store) -> Vec<Change> {
    store.history(id()).unwrap().into_iter().map(|row| row.change).collect()
}

#[test]
fn a_book_is_kept_with_its_history_and_is_no_entry() {
    let home = TempDir::new().unwrap();
    let mut store = open(&home);
    store.create_book(&book(), &author(), 1_000).unwrap();
    assert!(matches!(store.create_book(&book(), &author(), 1_001), Err(Error::Exists { .. })));
    set_title(&mut store, "改題", 2_000);
    drop(store);
    let mut store = open(&home);
    assert_eq!(store.read_book(id()).unwrap().0, Book { title: "改題".into(), ..book() });
    let items = store.books().unwrap();
    assert_eq!((items.len(), items[0].chapters, items[0].created, items[0].updated), (1, 1, 1_000, 2_000));
    assert_eq!(store.find_book("改題").unwrap(), id());
    assert_eq!(changes(&store).len(), 2);
    assert!(matches!(store.find(ID), Err(Error::NotFound { .. })), "an entry's commands do not meet it");
    assert!(matches!(store.read(id()), Err(Error::NotFound { .. })));
    // Numbers go on as if it were not there.
    let entry = Postmortem { id: "019d6a9f-de97-7ea8-9429-d33f026f4c01".into(), ..Postmortem::default() };
    let written = store.put_all(&[entry], &author(), 3_000).unwrap();
    assert_eq!(written[0].postmortem.number, "PM-0001");
    assert!(matches!(store.find_book("019d6a9f-de97-7ea8-9429-d33f026f4c01"), Err(Error::NotFound { .. })));
    assert_eq!(store.rebuild(&Progress::default()).unwrap(), 1, "one entry");
    assert_eq!(store.read_book(id()).unwrap().0.title, "改題");
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn a_book_is_handed_on_in_any_order_and_merged() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (mut here, mut there) = (open(&one), open(&other));
    here.create_book(&book(), &author(), 1_000).unwrap();
    set_title(&mut here, "改題", 2_000);
    let sent = changes(&here);
    // The later change first: what it belongs to is not known yet.
    receive(&mut there, &sent[1..], 5_000).unwrap();
    assert_eq!(there.books().unwrap(), []);
    receive(&mut there, &sent[..1], 5_001).unwrap();
    assert_eq!(there.read_book(id()).unwrap().0.title, "改題");
    assert_eq!(
        there.list(&yokoten_store::list::Query { limit: 9, ..Default::default() }, None).unwrap().0,
        0
    );
    assert_eq!(there.verify(&Progress::default()).unwrap().faults, []);
    set_title(&mut there, "向こうの題", 6_000);
    let back = receive(&mut here, &changes(&there), 7_000).unwrap();
    assert_eq!(back.updated, [id()]);
    assert_eq!(here.read_book(id()).unwrap().0, there.read_book(id()).unwrap().0);
}

#[test]
fn a_book_survives_backup_and_salvage() {
    let home = TempDir::new().unwrap();
    let mut store = open(&home);
    store.create_book(&book(), &author(), 1_000).unwrap();
    let file = home.path().join("all.zip");
    store.backup_to(&file, &Progress::default()).unwrap();
    drop(store);
    backup::restore(&file, &home.path().join("again")).unwrap();
    let mut again = Store::open(&home.path().join("again"), false).unwrap();
    assert_eq!(again.read_book(id()).unwrap().0, book());
    salvage::salvage(&home.path().join("ws"), "now", 9_000, &Progress::default()).unwrap();
    let mut saved = open(&home);
    assert_eq!(saved.read_book(id()).unwrap().0, book());
    assert_eq!(saved.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn a_picture_of_a_book_that_is_gone_is_a_fault() {
    let home = TempDir::new().unwrap();
    let mut store = open(&home);
    let hash = "5".repeat(64);
    let mut book = book();
    book.chapters[0].parts.situation = format!("![画面](blob:{hash})");
    store.create_book(&book, &author(), 1_000).unwrap();
    let faults = store.verify(&Progress::default()).unwrap().faults;
    assert_eq!(faults, [yokoten_store::verify::Fault::MissingAttachment(hash, "実例集".into())]);
}
