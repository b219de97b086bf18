//! Long work that is stopped, at whichever step, leaves everything as it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use uuid::Uuid;
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_model::{Assignment, Step};
use yokoten_store::attachments::Arriving;
use yokoten_store::progress::{Part, Watch};
use yokoten_store::{Arrived, Author, Change, DATABASE, Error, Progress, Store, salvage};

const NOW: i64 = 1_795_000_000_000;
const PICTURE: &[u8] = b"\x89PNG a picture that comes from elsewhere";

/// Someone who stops the work at a certain step, and remembers what was told.
struct Impatient {
    stop_at: u64,
    steps: AtomicU64,
    told: Mutex<Vec<(Part, u64, u64)>>,
}

impl Impatient {
    fn after(stop_at: u64) -> Arc<Self> {
        Arc::new(Self { stop_at, steps: AtomicU64::new(0), told: Mutex::default() })
    }
}

impl Watch for Impatient {
    fn at(&self, part: Part, done: u64, of: u64) {
        self.steps.fetch_add(1, Ordering::Relaxed);
        self.told.lock().unwrap().push((part, done, of));
    }

    fn is_stopped(&self) -> bool {
        self.steps.load(Ordering::Relaxed) >= self.stop_at
    }
}

fn author() -> Author {
    Author { name: "森".into(), team: None }
}

fn entry(serial: u8, picture: Option<&str>) -> Postmortem {
    let id = format!("019aa1b2-0000-7000-8000-0000000000{serial:02x}");
    let attachments: Vec<_> =
        picture.into_iter().map(|hash| json!({"hash": hash, "name": "p.png"})).collect();
    let problem = "手順3の連絡先表で旧版を参照し、B社窓口へ架電";
    from_json(
        json!({"id": id, "title": format!("記事{serial}"), "customer": "顧客A社", "attachments": attachments,
               "sections": {"problem": problem}}),
        &mut || "n".into(),
    )
    .unwrap()
}

/// A workspace of entries, each of two changes, with a picture.
fn workspace(folder: &Path, serials: std::ops::Range<u8>, picture: &[u8]) -> Store {
    let mut store = Store::open(folder, true).unwrap();
    let hash = store.keep_attachment(picture).unwrap();
    let entries: Vec<Postmortem> = serials.map(|serial| entry(serial, Some(&hash))).collect();
    store.put_all(&entries, &author(), NOW).unwrap();
    for entry in &entries {
        let set = vec![Assignment { path: vec![Step::Key("title".into())], value: "改めた題".into() }];
        let edit = |document: &mut yokoten_model::Document| {
            let base = document.revision()?;
            Ok(document.edit(&base, set, &mut || "n".into())?)
        };
        store.edit(entry.id.parse().unwrap(), &author(), NOW + 1, edit).unwrap();
    }
    store
}

fn all_changes(store: &Store) -> Vec<Change> {
    let documents: Vec<Uuid> = store.documents().unwrap();
    let histories = documents.into_iter().map(|id| store.history(id).unwrap());
    histories.flatten().map(|row| row.change).collect()
}

/// Every row of every table, and every other file: the neighbours of the database are SQLite's own affair.
fn state(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut state = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                state.insert(path.clone(), Vec::new());
                folders.push(path);
            } else if name == DATABASE {
                let rows = rows(&path).unwrap_or_else(|_| fs::read(&path).unwrap());
                state.insert(path, rows);
            } else if !name.starts_with(DATABASE) && name != ".lock" {
                state.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    state
}

fn rows(database: &Path) -> rusqlite::Result<Vec<u8>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut tables =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut all = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                all.extend(format!("{table}{:?}\n", row.get_ref(column)?).into_bytes());
            }
        }
    }
    Ok(all)
}

/// Stops `work` at its first step, its second and so on, until it comes through: each time, what is in `folder` is as
/// it was. Returns what it told when it came through.
fn stopped_at_every_step(
    folder: &Path,
    mut work: impl FnMut(&Progress) -> Result<(), Error>,
) -> Vec<(Part, u64, u64)> {
    let before = state(folder);
    for stop_at in 1..500 {
        let watch = Impatient::after(stop_at);
        match work(&Progress::to(Arc::clone(&watch) as Arc<dyn Watch>)) {
            Ok(()) => {
                assert!(stop_at > 5, "there was nothing to stop");
                let told = watch.told.lock().unwrap().clone();
                assert!(told.iter().all(|(_, done, of)| *of == 0 || done <= of), "{told:?}");
                return told;
            }
            Err(error) => assert!(matches!(error, Error::Cancelled), "step {stop_at}: {error}"),
        }
        assert!(state(folder) == before, "stopped at step {stop_at}, it left something behind");
    }
    panic!("it never comes to an end");
}

fn parts(told: &[(Part, u64, u64)]) -> Vec<Part> {
    let mut parts: Vec<Part> = told.iter().map(|(part, ..)| *part).collect();
    parts.dedup();
    parts
}

#[test]
fn taking_in_what_another_office_wrote() {
    let place = tempfile::tempdir().unwrap();
    let (here, there) = (place.path().join("ここ"), place.path().join("あちら"));
    let theirs = workspace(&there, 4..12, PICTURE);
    let changes = all_changes(&theirs);
    let mut ours = workspace(&here, 1..6, b"\x89PNG ours");
    let known = entry(5, None).id.parse().unwrap();
    let before = ours.read(known).unwrap().0;
    let hash = blake3::hash(PICTURE).to_hex();
    let templates = [("team@2".to_owned(), "id = 'team'".to_owned())];

    stopped_at_every_step(&here, |progress| {
        // What is open in memory is as it was, too.
        assert_eq!(ours.read(known)?.0, before);
        let mut attachments = Arriving::new(&here)?;
        attachments.add(&hash, PICTURE)?;
        let arrived = Arrived {
            changes: &changes,
            origin: "test",
            attachments: Some(attachments),
            templates: &templates,
            ..Arrived::default()
        };
        let received = ours.receive(arrived, NOW + 2, progress)?;
        assert_eq!((received.added.len(), received.updated.len()), (6, 2));
        Ok(())
    });
    assert_eq!(ours.attachment(&hash).unwrap(), PICTURE);
    assert_eq!(ours.template_version("team@2").unwrap().as_deref(), Some("id = 'team'"));
    assert_eq!(ours.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn writing_everything_into_one_file() {
    let place = tempfile::tempdir().unwrap();
    let (folder, outside) = (place.path().join("元"), place.path().join("外"));
    fs::create_dir(&outside).unwrap();
    let store = workspace(&folder, 1..6, PICTURE);
    let file = outside.join("全部.yokoten-backup");
    fs::write(&file, b"the backup of yesterday").unwrap();

    let told = stopped_at_every_step(place.path(), |progress| {
        let made = store.backup_to(&file, progress)?;
        assert_eq!(made.changes, 10);
        Ok(())
    });
    assert_eq!(parts(&told), [Part::Database, Part::Changes, Part::Packing]);
    let copy = place.path().join("写し");
    yokoten_store::backup::restore(&file, &copy).unwrap();
    assert_eq!(all_changes(&Store::open(&copy, false).unwrap()), all_changes(&store));
}

#[test]
fn the_backup_of_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let store = workspace(folder.path(), 1..6, PICTURE);
    fs::create_dir(folder.path().join(yokoten_store::backup::FOLDER)).unwrap();
    stopped_at_every_step(folder.path(), |progress| {
        store.backup_of_day("2026-11-28", progress).map(|made| assert!(made.is_some()))
    });
}

#[test]
fn checking_and_making_rows_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = workspace(folder.path(), 1..6, PICTURE);
    let told = stopped_at_every_step(folder.path(), |progress| {
        store.verify(progress).map(|report| assert_eq!((report.documents, report.faults), (5, vec![])))
    });
    let all =
        [Part::Database, Part::Changes, Part::Database, Part::Entries, Part::Attachments, Part::Entries];
    assert_eq!(parts(&told), all);
    stopped_at_every_step(folder.path(), |progress| {
        store.rebuild(progress).map(|entries| assert_eq!(entries, 5))
    });
}

#[test]
fn opening_what_an_older_program_wrote() {
    let folder = tempfile::tempdir().unwrap();
    drop(workspace(folder.path(), 1..8, PICTURE));
    let database = folder.path().join(DATABASE);
    let age = |sql: &str| Connection::open(&database).unwrap().execute_batch(sql).unwrap();
    // Its rows tell less, and what it had learnt of mechanisms is other.
    age("UPDATE meta SET value = 'older' WHERE key = 'mechanisms'; DELETE FROM mechanism;");
    stopped_at_every_step(folder.path(), |progress| {
        let mut store = Store::open_watched(folder.path(), false, progress)?;
        assert_eq!(store.verify(&Progress::default())?.faults, []);
        Ok(())
    });
}

#[test]
fn saving_what_a_damaged_database_still_says() {
    let folder = tempfile::tempdir().unwrap();
    drop(workspace(folder.path(), 1..6, PICTURE));
    let database = folder.path().join(DATABASE);
    Connection::open(&database).unwrap().pragma_update(None, "journal_mode", "DELETE").unwrap();
    let mut bytes = fs::read(&database).unwrap();
    bytes[..16].copy_from_slice(b"no database here");
    // Its header is gone; the automatic backup holds everything.
    let backup = folder.path().join(yokoten_store::backup::FOLDER).join("2026-11-27");
    fs::create_dir_all(&backup).unwrap();
    fs::copy(&database, backup.join(DATABASE)).unwrap();
    fs::write(&database, bytes).unwrap();
    stopped_at_every_step(folder.path(), |progress| {
        let report = salvage::salvage(folder.path(), "label", NOW, progress)?;
        assert_eq!((report.documents, report.changes), (5, 10));
        Ok(())
    });
    let mut store = Store::open(folder.path(), false).unwrap();
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
}

#[test]
fn who_writes_does_not_wait_for_who_checks_or_copies() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("ws");
    let writer = Mutex::new(workspace(&folder, 1..6, PICTURE));
    writer.lock().unwrap().set_patience(std::time::Duration::ZERO).unwrap();
    /// Writes at every step of another's work; a database that is held would refuse at once.
    struct Writes(Mutex<Store>, AtomicU64);
    impl Watch for Writes {
        fn at(&self, _: Part, _: u64, _: u64) {
            let step = self.1.fetch_add(1, Ordering::Relaxed);
            let title = format!("書いた{step}");
            let set = vec![Assignment { path: vec![Step::Key("title".into())], value: title.into() }];
            let edit = |document: &mut yokoten_model::Document| {
                let base = document.revision()?;
                Ok(document.edit(&base, set, &mut || "n".into())?)
            };
            let id = entry(1, None).id.parse().unwrap();
            let at = NOW + 10 + i64::try_from(step).unwrap();
            self.0.lock().unwrap().edit(id, &author(), at, edit).unwrap();
        }

        fn is_stopped(&self) -> bool {
            false
        }
    }
    let watch = Arc::new(Writes(writer, AtomicU64::new(0)));
    let progress = Progress::to(Arc::clone(&watch) as Arc<dyn Watch>);
    let mut other = Store::open(&folder, false).unwrap();
    assert_eq!(other.verify(&progress).unwrap().faults, []);
    let file = place.path().join("b.zip");
    other.backup_to(&file, &progress).unwrap();
    assert!(watch.1.load(Ordering::Relaxed) > 40, "much was written meanwhile");
    yokoten_store::backup::restore(&file, &place.path().join("写し")).unwrap();
    assert_eq!(other.verify(&Progress::default()).unwrap().faults, []);
}
