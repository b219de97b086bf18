//! The store: durable edits, derived rows, backups, and what happens when the file is damaged.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::path::Path;

use serde_json::json;
use uuid::Uuid;
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_model::{Assignment, Step};
use yokoten_store::list::Query;
use yokoten_store::search::{Order, Request, Searcher, Total};
use yokoten_store::verify::Fault;
use yokoten_store::{Arrived, Author, Change, DATABASE, Error, Progress, Received, Store, backup, salvage};

const NOW: i64 = 1_795_000_000_000;

fn author(name: &str) -> Author {
    Author { name: name.to_owned(), team: None }
}

fn entry(serial: u8, title: &str) -> Postmortem {
    let id = format!("019aa1b2-0000-7000-8000-0000000000{serial:02x}");
    from_json(
        json!({"id": id, "title": title, "customer": "顧客A社", "sections": {"problem": "手順3で架電した"}}),
        &mut || "n".into(),
    )
    .unwrap()
}

fn open(folder: &Path) -> Store {
    Store::open(folder, true).unwrap()
}

fn put(store: &mut Store, postmortem: &Postmortem) -> Uuid {
    store.put_all(std::slice::from_ref(postmortem), &author("森"), NOW).unwrap();
    postmortem.id.parse().unwrap()
}

/// Takes in what came, which nobody watches.
fn receive(store: &mut Store, changes: &[Change], now: i64) -> yokoten_store::Result<Received> {
    store.receive(Arrived { changes, origin: "test", ..Arrived::default() }, now, &Progress::default())
}

fn set_title(store: &mut Store, uuid: Uuid, title: &str, now: i64) -> i64 {
    let set = vec![Assignment { path: vec![Step::Key("title".into())], value: title.into() }];
    let written = store.edit(uuid, &author("大西"), now, |document| {
        let base = document.revision()?;
        Ok(document.edit(&base, set, &mut || "n".into())?)
    });
    written.unwrap().change.unwrap()
}

fn titles(store: &Store) -> Vec<String> {
    let (_, items) = store.list(&Query { limit: 100, ..Query::default() }, None).unwrap();
    items.into_iter().map(|item| item.title).collect()
}

#[test]
fn an_edit_is_there_when_the_workspace_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let uuid = put(&mut open(folder.path()), &entry(1, "はじめ"));
    set_title(&mut open(folder.path()), uuid, "つぎ", NOW + 1);
    let mut store = open(folder.path());
    let (postmortem, _, _) = store.read(uuid).unwrap();
    assert_eq!((postmortem.title.as_str(), postmortem.number.as_str()), ("つぎ", "PM-0001"));
    let history = store.history(uuid).unwrap();
    assert_eq!(history.iter().map(|row| row.change.author.name.as_str()).collect::<Vec<_>>(), ["森", "大西"]);
    assert_eq!(store.as_of(uuid, history[0].seq).unwrap().title, "はじめ");
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn two_programs_share_a_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, mut terminal) = (open(folder.path()), open(folder.path()));
    let uuid = put(&mut window, &entry(1, "窓"));
    let version = window.data_version().unwrap();
    set_title(&mut terminal, uuid, "窓と端末", NOW);
    assert_ne!(window.data_version().unwrap(), version, "the window can see that something changed");
    assert_eq!(window.changes_since(1).unwrap(), [(2, uuid)]);
    assert_eq!(window.read(uuid).unwrap().0.title, "窓と端末");
    set_title(&mut window, uuid, "窓と端末と窓", NOW);
    assert_eq!(terminal.read(uuid).unwrap().0.title, "窓と端末と窓");
}

#[test]
fn profiles_of_mechanisms_follow_what_the_program_knows_of_them() {
    let folder = tempfile::tempdir().unwrap();
    put(&mut open(folder.path()), &entry(1, "監視の抑止を戻し忘れた"));
    let database = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    let profile = || -> [Vec<u8>; 3] {
        let columns = "SELECT kinds, weights, vector FROM mechanism";
        database.query_row(columns, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap()
    };
    let written = profile();
    assert_eq!(written.each_ref().map(Vec::len), [80, 40, 64]);
    assert!(written.iter().all(|column| column.iter().any(|byte| *byte > 0)), "nothing was recognised");

    for spoilt in ["kinds = zeroblob(80)", "weights = zeroblob(40)", "vector = zeroblob(64)"] {
        database.execute_batch(&format!("UPDATE mechanism SET {spoilt}")).unwrap();
        let mut store = open(folder.path());
        assert_eq!(store.verify(&Progress::default()).unwrap().faults, [Fault::Derived("mechanism")]);
        drop(store);

        // As an older version would have left it.
        database.execute_batch("UPDATE meta SET value = '' WHERE key = 'mechanisms'").unwrap();
        let mut store = open(folder.path());
        assert_eq!(profile(), written);
        assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
    }
}

#[test]
fn rebuild_makes_the_same_rows_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    for serial in 1..20 {
        let uuid = put(&mut store, &entry(serial, &format!("架電先の取り違え {serial}")));
        set_title(&mut store, uuid, &format!("架電先を取り違えた {serial}"), NOW + i64::from(serial));
    }
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
    let request = Request { query: "架電 取り違え", order: Order::Best, offset: 0, limit: 50, today };
    let answers = |store: &Store| {
        (
            store.list(&Query { limit: 50, ..Query::default() }, None).unwrap(),
            Searcher::open(store.folder()).unwrap().search(&request, &|| false).unwrap(),
            store.terms("customer", 9).unwrap(),
        )
    };
    let before = answers(&store);
    assert_eq!(before.1.total, Total::Exactly(19));
    assert_eq!(store.rebuild(&Progress::default()).unwrap(), 19);
    assert_eq!(answers(&store), before);
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);

    let spoil = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    spoil.execute("UPDATE postmortem SET title = 'x' WHERE doc = 3", []).unwrap();
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, [Fault::Derived("postmortem")]);
    store.rebuild(&Progress::default()).unwrap();
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn the_log_refuses_to_be_edited() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    put(&mut store, &entry(1, "t"));
    let other = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    assert!(other.execute("UPDATE change SET at = 0", []).is_err());
    assert!(other.execute("DELETE FROM change", []).is_err());
}

#[test]
fn numbers_never_change_and_doubles_are_told_apart() {
    let (left, right) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut ours, mut theirs) = (open(left.path()), open(right.path()));
    put(&mut ours, &entry(1, "こちら"));
    put(&mut theirs, &entry(2, "あちら"));
    let changes = |store: &Store, uuid: Uuid| -> Vec<Change> {
        store.history(uuid).unwrap().into_iter().map(|row| row.change).collect()
    };
    let (a, b): (Uuid, Uuid) = (entry(1, "").id.parse().unwrap(), entry(2, "").id.parse().unwrap());
    let (from_ours, from_theirs) = (changes(&ours, a), changes(&theirs, b));
    receive(&mut ours, &from_theirs, NOW).unwrap();
    receive(&mut theirs, &from_ours, NOW).unwrap();
    for store in [&mut ours, &mut theirs] {
        assert_eq!(store.find("PM-0001").unwrap(), a, "the earlier UUID keeps the number");
        assert_eq!(store.find("PM-0001-2").unwrap(), b, "the later one is shown with a 2");
        assert_eq!(store.read(b).unwrap().0.number, "PM-0001-2");
        let third = put(store, &entry(3, "つぎ"));
        assert_eq!(store.read(third).unwrap().0.number, "PM-0002");
    }
    let again = receive(&mut ours, &from_theirs, NOW).unwrap();
    assert_eq!(
        (again.skipped.as_slice(), again.added.len()),
        ([b].as_slice(), 0),
        "duplicates are passed over"
    );
}

#[test]
fn refused_bytes_are_quarantined_and_late_ones_wait() {
    let (left, right) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut ours, mut theirs) = (open(left.path()), open(right.path()));
    let uuid = put(&mut theirs, &entry(1, "はじめ"));
    set_title(&mut theirs, uuid, "あとから", NOW + 5);
    let changes: Vec<Change> = theirs.history(uuid).unwrap().into_iter().map(|row| row.change).collect();
    let hostile = Change { body: b"not an update".to_vec(), replica_seq: 99, ..changes[0].clone() };

    let received = receive(&mut ours, &[hostile], NOW).unwrap();
    assert_eq!(received.refused.len(), 1);
    let kept: i64 = rusqlite::Connection::open(left.path().join(DATABASE))
        .unwrap()
        .query_row("SELECT count(*) FROM quarantine WHERE CAST(body AS TEXT) = 'not an update'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(kept, 1, "refused bytes are kept");

    receive(&mut ours, &changes[1..], NOW).unwrap();
    assert_eq!(ours.read(uuid).unwrap().0.title, "", "it waits for what it stands on");
    drop(ours);
    let mut ours = open(left.path());
    receive(&mut ours, &changes[..1], NOW).unwrap();
    assert_eq!(ours.read(uuid).unwrap().0.title, "あとから");
    assert_eq!(ours.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn a_copied_folder_and_its_original_merge_like_two_offices() {
    let place = tempfile::tempdir().unwrap();
    let (here, there) = (place.path().join("元"), place.path().join("写し"));
    let uuid = put(&mut open(&here), &entry(1, "t"));
    fs::create_dir(&there).unwrap();
    fs::copy(here.join(DATABASE), there.join(DATABASE)).unwrap();
    let (mut ours, mut theirs) = (open(&here), open(&there));
    let changes = |store: &Store| -> Vec<Change> {
        store.history(uuid).unwrap().into_iter().map(|row| row.change).collect()
    };
    for round in 0..2 {
        for (store, word) in [(&mut ours, "元"), (&mut theirs, "写し")] {
            let title = store.read(uuid).unwrap().0.title;
            set_title(store, uuid, &format!("{title} {word}{round}"), NOW);
        }
        let (from_ours, from_theirs) = (changes(&ours), changes(&theirs));
        assert_eq!(receive(&mut ours, &from_theirs, NOW).unwrap().refused, []);
        assert_eq!(receive(&mut theirs, &from_ours, NOW).unwrap().refused, []);
        assert_eq!(ours.read(uuid).unwrap().0, theirs.read(uuid).unwrap().0, "both read the same");
        let title = ours.read(uuid).unwrap().0.title;
        assert!(title.contains(&format!("元{round}")) && title.contains(&format!("写し{round}")), "{title}");
    }
    assert_eq!(ours.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn snapshots_shorten_opening_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let uuid = put(&mut store, &entry(1, "t"));
    for round in 0..100 {
        set_title(&mut store, uuid, &format!("t{round}"), NOW);
    }
    store.tidy().unwrap();
    set_title(&mut store, uuid, "あと", NOW);
    drop(store);
    let snapshots: i64 = rusqlite::Connection::open(folder.path().join(DATABASE))
        .unwrap()
        .query_row("SELECT count(*) FROM snapshot WHERE seq = 101", [], |row| row.get(0))
        .unwrap();
    assert_eq!(snapshots, 1);
    let mut store = open(folder.path());
    assert_eq!(store.read(uuid).unwrap().0.title, "あと");
    assert_eq!(store.as_of(uuid, 51).unwrap().title, "t49", "history is whole behind a snapshot");
}

#[test]
fn a_workspace_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    put(&mut open(folder.path()), &entry(1, "t"));
    let path = folder.path().join(DATABASE);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open(folder.path(), true), Err(Error::NewerWorkspace { found: 99, .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_held_database_is_said_to_be_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    let uuid = put(&mut store, &entry(1, "t"));
    let holder = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    store.set_patience(std::time::Duration::ZERO).unwrap();
    let edit = |store: &mut Store| {
        store.edit(uuid, &author("森"), NOW, |document| Ok(document.set_deleted_at(Some("x"))?))
    };
    assert!(matches!(edit(&mut store), Err(Error::Locked)));
    holder.execute_batch("COMMIT").unwrap();
    edit(&mut store).unwrap();
}

mod backups {
    use super::*;

    #[test]
    fn fourteen_days_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        put(&mut store, &entry(1, "t"));
        let hash = store.keep_attachment(b"\x89PNG").unwrap();
        for day in 1..=20 {
            assert!(
                store.backup_of_day(&format!("2026-11-{day:02}"), &Progress::default()).unwrap().is_some()
            );
        }
        assert!(store.backup_of_day("2026-11-20", &Progress::default()).unwrap().is_none(), "one a day");
        let kept = backup::automatic(folder.path());
        assert_eq!(kept.len(), backup::KEPT);
        assert!(kept[0].ends_with("2026-11-07"));
        let restored = tempfile::tempdir().unwrap();
        let target = restored.path().join("新しい場所");
        backup::restore(&kept[0], &target).unwrap();
        let store = open(&target);
        assert_eq!(titles(&store), ["t"]);
        assert_eq!(store.attachment(&hash).unwrap(), b"\x89PNG");
    }

    #[test]
    fn a_file_restores_into_an_empty_place_only_and_writes_as_someone_new() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        let uuid = put(&mut store, &entry(1, "t"));
        let hash = store.keep_attachment(b"bytes").unwrap();
        let file = folder.path().join("全部.zip");
        assert_eq!(store.backup_to(&file, &Progress::default()).unwrap().changes, 1);

        assert!(matches!(backup::restore(&file, folder.path()), Err(Error::Exists { .. })));
        let place = tempfile::tempdir().unwrap();
        backup::restore(&file, place.path()).unwrap();
        let mut copy = open(place.path());
        assert_eq!(copy.attachment(&hash).unwrap(), b"bytes");
        set_title(&mut copy, uuid, "t copy", NOW);
        set_title(&mut store, uuid, "t original", NOW);
        let theirs: Vec<Change> = copy.history(uuid).unwrap().into_iter().map(|row| row.change).collect();
        let received = receive(&mut store, &theirs, NOW).unwrap();
        assert_eq!(received.refused, [], "two replicas, two numberings");
        let title = store.read(uuid).unwrap().0.title;
        assert!(title.contains("copy") && title.contains("original"), "{title}");
    }

    #[test]
    fn what_is_no_backup_leaves_nothing_behind() {
        let place = tempfile::tempdir().unwrap();
        let bad = place.path().join("x.zip");
        fs::write(&bad, b"PK\x03\x04 not a zip").unwrap();
        let target = place.path().join("ws");
        assert!(matches!(backup::restore(&bad, &target), Err(Error::Damaged { .. })));
        assert!(!target.exists());
    }
}

mod damage {
    use super::*;

    /// A workspace with a backup in the middle of its life, and edits after it.
    fn workspace(folder: &Path) -> Vec<Uuid> {
        let mut store = open(folder);
        let mut uuids = Vec::new();
        for serial in 1..=30 {
            let mut postmortem = entry(serial, &format!("記事{serial}"));
            postmortem.sections.overview = "監視".repeat(600);
            uuids.push(put(&mut store, &postmortem));
            if serial == 20 {
                store.backup_of_day("2026-11-24", &Progress::default()).unwrap();
            }
        }
        uuids
    }

    /// Checkpoints, so that the database file itself holds everything.
    fn flush(folder: &Path) {
        let connection = rusqlite::Connection::open(folder.join(DATABASE)).unwrap();
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }

    #[test]
    fn a_truncated_database_is_set_aside_and_the_rest_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        workspace(folder.path());
        flush(folder.path());
        let path = folder.path().join(DATABASE);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();

        let report = salvage::salvage(folder.path(), "20261125-031200", NOW, &Progress::default()).unwrap();
        assert!(report.documents >= 20, "at least what the backup held: {report:?}");
        assert_eq!(
            fs::read(report.set_aside.join(DATABASE)).unwrap().len(),
            bytes.len() / 2,
            "the original is kept"
        );
        assert_eq!(report.changes + report.lost.len(), 30, "each change is saved or said to be lost");
        let mut store = open(folder.path());
        assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
        assert_eq!(titles(&store).len(), report.documents);
    }

    #[test]
    fn a_flipped_byte_is_found_and_the_backup_heals_it() {
        let folder = tempfile::tempdir().unwrap();
        let uuids = workspace(folder.path());
        flush(folder.path());
        let path = folder.path().join(DATABASE);
        let mut bytes = fs::read(&path).unwrap();
        // Inside the stored row of the third entry, which the backup holds.
        let needle: Vec<u8> = rusqlite::Connection::open(&path)
            .unwrap()
            .query_row("SELECT hash FROM change WHERE seq = 3", [], |row| row.get(0))
            .unwrap();
        // A page that was split may hold an old copy, too.
        let places: Vec<usize> =
            (0..bytes.len() - needle.len()).filter(|at| bytes[*at..*at + needle.len()] == needle).collect();
        for at in places {
            bytes[at + 5] ^= 1;
        }
        fs::write(&path, &bytes).unwrap();

        let mut store = open(folder.path());
        assert!(matches!(store.read(uuids[2]), Err(Error::Damaged { .. })));
        assert_eq!(store.verify(&Progress::default()).unwrap().faults, [Fault::Change(3)]);
        assert!(
            store.backup_of_day("2026-11-25", &Progress::default()).is_err(),
            "a damaged log is no backup"
        );
        assert!(
            matches!(salvage::salvage(folder.path(), "a", NOW, &Progress::default()), Err(Error::Locked)),
            "not while it is open"
        );
        drop(store);

        let report = salvage::salvage(folder.path(), "a", NOW, &Progress::default()).unwrap();
        assert_eq!((report.documents, report.lost.as_slice()), (30, [].as_slice()));
        assert!(report.from_backup.is_some());
        let mut store = open(folder.path());
        assert_eq!(store.read(uuids[2]).unwrap().0.title, "記事3");
        assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
    }

    #[test]
    fn every_flipped_byte_is_noticed_or_harmless() {
        let folder = tempfile::tempdir().unwrap();
        let uuids = {
            let mut store = open(folder.path());
            [put(&mut store, &entry(1, "一件目")), put(&mut store, &entry(2, "二件目"))]
        };
        flush(folder.path());
        let path = folder.path().join(DATABASE);
        let good = fs::read(&path).unwrap();
        let expected: Vec<Postmortem> =
            uuids.iter().map(|uuid| open(folder.path()).read(*uuid).unwrap().0).collect();
        for at in (0..good.len()).step_by(97) {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            fs::write(&path, &bad).unwrap();
            for suffix in ["-wal", "-shm"] {
                let _ = fs::remove_file(folder.path().join(format!("{DATABASE}{suffix}")));
            }
            let Ok(mut store) = Store::open(folder.path(), false) else { continue };
            for (uuid, expected) in uuids.iter().zip(&expected) {
                // Derived values (the number) may be wrong until `verify`; the document itself never is.
                if let Ok((mut read, ..)) = store.read(*uuid) {
                    read.number.clone_from(&expected.number);
                    assert_eq!(&read, expected, "byte {at} changed what is read, unnoticed");
                }
            }
        }
    }

    #[test]
    fn what_is_no_database_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        workspace(folder.path());
        flush(folder.path());
        fs::write(folder.path().join(DATABASE), "これはデータベースではない".repeat(500)).unwrap();
        assert!(Store::open(folder.path(), true).unwrap_err().is_damage());
        let report = salvage::salvage(folder.path(), "b", NOW, &Progress::default()).unwrap();
        assert_eq!(report.documents, 20, "what the last automatic backup held");
        assert!(report.from_backup.is_some());
    }

    #[test]
    fn a_snapshot_fills_what_the_log_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        let uuid = put(&mut store, &entry(1, "t"));
        for round in 0..80 {
            set_title(&mut store, uuid, &format!("t{round}"), NOW);
        }
        store.tidy().unwrap();
        drop(store);
        let connection = rusqlite::Connection::open(folder.path().join(DATABASE)).unwrap();
        connection
            .execute_batch(
                "DROP TRIGGER change_is_never_edited; UPDATE change SET body = x'00' WHERE seq = 40",
            )
            .unwrap();
        drop(connection);
        let report = salvage::salvage(folder.path(), "c", NOW, &Progress::default()).unwrap();
        assert_eq!((report.lost.as_slice(), report.incomplete.as_slice()), ([40].as_slice(), [].as_slice()));
        assert_eq!(open(folder.path()).read(uuid).unwrap().0.title, "t79", "the snapshot held it");
    }
}
