//! A damaged database: set it aside, and save what its log and the last automatic backup still say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use uuid::Uuid;

use crate::alerts::{self, AlertCount};
use crate::log::{Author, Change};
use crate::progress::{Part, Progress};
use crate::reading::{self, ReadMark};
use crate::{DATABASE, Error, Result, backup, files, log, open, projection};

/// Where damaged databases are kept.
pub const FOLDER: &str = "damaged";

/// What was saved and what was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Where the damaged file is now.
    pub set_aside: PathBuf,
    /// Documents in the new database.
    pub documents: usize,
    /// Changes in the new database.
    pub changes: usize,
    /// The backup that filled gaps, if one did.
    pub from_backup: Option<PathBuf>,
    /// Changes, by their place of arrival, that nothing held any more.
    pub lost: Vec<i64>,
    /// Documents of which an earlier change was lost, so that later ones cannot be shown. Their changes are kept.
    pub incomplete: Vec<Uuid>,
}

/// What is left of a database.
#[derive(Default)]
struct Remains {
    changes: BTreeMap<i64, Change>,
    snapshots: Vec<(Uuid, Vec<u8>)>,
    settings: Vec<(String, String)>,
    read_marks: Vec<ReadMark>,
    alert_counts: Vec<AlertCount>,
    last: i64,
}

/// Sets the workspace's database aside and makes a new one of what can be read. `label` names the folder it goes to
/// and is a moment that was passed in, such as `20261125-031200`.
///
/// # Errors
/// [`Error::Locked`] while another program has the workspace open, [`Error::Full`], [`Error::Io`],
/// [`Error::Cancelled`]. The damaged file is then where it was, or in `damaged`, but never lost.
pub fn salvage(folder: &Path, label: &str, now: i64, progress: &Progress) -> Result<Report> {
    let _alone = crate::open::lock_alone(folder)?;
    let work =
        tempfile::Builder::new().prefix(".recovering-").tempdir_in(folder).map_err(Error::io(folder))?;
    // SQLite writes into what it opens (a leftover log is replayed): read a copy, keep the original as it was.
    let reading = work.path().join("damaged");
    files::create_folder(&reading)?;
    for suffix in ["", "-wal"] {
        let name = format!("{DATABASE}{suffix}");
        if folder.join(&name).exists() {
            fs::copy(folder.join(&name), reading.join(&name)).map_err(Error::io(folder))?;
        }
    }
    let mut remains = remains(&reading.join(DATABASE), progress)?;
    let from_backup = fill_from_backup(folder, &mut remains, progress)?;
    let report = rebuild(work.path(), remains, now, progress)?;
    // Whatever went wrong or was stopped until here has left everything as it was.
    let aside = set_aside(folder, label)?;
    fs::rename(work.path().join(DATABASE), folder.join(DATABASE)).map_err(Error::io(folder))?;
    files::sync_folder(folder);
    Ok(Report { set_aside: aside, from_backup, ..report })
}

/// Moves the damaged database out of the way. Returns where it is.
fn set_aside(folder: &Path, label: &str) -> Result<PathBuf> {
    let aside = (1..)
        .map(|n| folder.join(FOLDER).join(if n == 1 { label.to_owned() } else { format!("{label}-{n}") }))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(FOLDER).join(label));
    files::create_folder(&aside)?;
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("{DATABASE}{suffix}");
        if folder.join(&name).exists() {
            fs::rename(folder.join(&name), aside.join(&name)).map_err(Error::io(&aside))?;
        }
    }
    files::sync_folder(folder);
    Ok(aside)
}

/// Fills gaps from the newest automatic backup that holds anything. Returns it where it held what was missing.
fn fill_from_backup(folder: &Path, remains: &mut Remains, progress: &Progress) -> Result<Option<PathBuf>> {
    for candidate in backup::automatic(folder).into_iter().rev() {
        let held = self::remains(&candidate.join(DATABASE), progress)?;
        if !held.changes.is_empty() {
            return Ok(fill(remains, held).then_some(candidate));
        }
    }
    Ok(None)
}

/// Reads what can be read, row by row: one bad page must not hide the others.
fn remains(path: &Path, progress: &Progress) -> Result<Remains> {
    let mut remains = Remains::default();
    let Ok(connection) = Connection::open(path) else { return Ok(remains) };
    // SQLite refuses a file that is shorter than its header says, unless this is on; then the rest can be read.
    let _ = connection.pragma_update(None, "writable_schema", true);
    let last = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).ok().flatten();
    remains.last = last("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
        .max(last("SELECT max(seq) FROM change"))
        .unwrap_or(0);
    for seq in 1..=remains.last {
        progress.step(Part::Changes, seq.unsigned_abs(), remains.last.unsigned_abs())?;
        if let Some(row) = log::one(&connection, seq) {
            remains.changes.insert(seq, row.change);
        }
    }
    let ids: Vec<(i64, Uuid)> = connection
        .prepare("SELECT id, uuid FROM doc")
        .and_then(|mut statement| {
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get::<_, [u8; 16]>(1)?))))?;
            Ok(rows.filter_map(std::result::Result::ok).collect())
        })
        .unwrap_or_default();
    for (doc, uuid) in ids {
        if let Ok(Some(snapshot)) = log::snapshot(&connection, doc) {
            remains.snapshots.push((uuid, snapshot.body));
        }
    }
    remains.settings = connection
        .prepare("SELECT key, value FROM meta WHERE key LIKE 'setting.%'")
        .and_then(|mut statement| {
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.filter_map(std::result::Result::ok).collect())
        })
        .unwrap_or_default();
    remains.read_marks = reading::all(&connection).unwrap_or_default();
    remains.alert_counts = alerts::all(&connection).unwrap_or_default();
    Ok(remains)
}

/// Fills the gaps of `remains` from an older copy of the same log; tells whether it did.
fn fill(remains: &mut Remains, older: Remains) -> bool {
    let before = remains.changes.len();
    for (seq, change) in older.changes {
        remains.changes.entry(seq).or_insert(change);
    }
    remains.last = remains.last.max(older.last);
    remains.snapshots.extend(older.snapshots);
    if remains.settings.is_empty() {
        remains.settings = older.settings;
    }
    remains.read_marks.extend(older.read_marks);
    remains.alert_counts.extend(older.alert_counts);
    remains.changes.len() > before
}

/// Makes a database in `folder`, which holds none, of what is left of another.
fn rebuild(folder: &Path, remains: Remains, now: i64, progress: &Progress) -> Result<Report> {
    let lost: Vec<i64> = (1..=remains.last).filter(|seq| !remains.changes.contains_key(seq)).collect();
    let mut changes = 0;
    let mut incomplete = Vec::new();
    let documents;
    {
        let (mut connection, _lock) = open::open(folder, true, progress)?;
        let transaction = crate::store::begin(&mut connection)?;
        for change in remains.changes.values() {
            changes += usize::from(log::append(&transaction, change)?.is_some());
        }
        for (uuid, body) in &remains.snapshots {
            changes += usize::from(from_snapshot(&transaction, *uuid, body, now)?);
        }
        for (key, value) in &remains.settings {
            transaction.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
        }
        reading::insert(&transaction, &remains.read_marks)?;
        alerts::insert(&transaction, &remains.alert_counts)?;
        documents = projection::project_all(&transaction, progress)?;
        let mut docs = transaction.prepare("SELECT id, uuid FROM doc")?;
        let ids: Vec<(i64, Uuid)> = docs
            .query_map([], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get::<_, [u8; 16]>(1)?))))?
            .collect::<rusqlite::Result<_>>()?;
        drop(docs);
        for (doc, uuid) in ids {
            let bodies = log::changes_of(&transaction, doc, 0)?;
            let mut document = yokoten_model::Document::empty();
            if document.import_all(bodies.iter().map(|row| row.change.body.as_slice()))?.pending {
                incomplete.push(uuid);
            }
        }
        transaction.commit()?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
    }
    Ok(Report { set_aside: PathBuf::new(), documents, changes, from_backup: None, lost, incomplete })
}

/// Takes from a snapshot what the log's changes no longer hold, as one change of its own.
fn from_snapshot(connection: &Connection, uuid: Uuid, body: &[u8], now: i64) -> Result<bool> {
    let doc = log::doc_id(connection, uuid)?;
    let bodies = log::changes_of(connection, doc, 0)?;
    let mut document = yokoten_model::Document::empty();
    document.import_all(bodies.iter().map(|row| row.change.body.as_slice()))?;
    let Some(update) = document.missing_from(body)? else { return Ok(false) };
    let (replica, replica_seq) = log::next_place(connection)?;
    let change = Change {
        replica,
        replica_seq,
        doc: uuid,
        author: Author::default(),
        at: bodies.iter().map(|row| row.change.at).max().unwrap_or(now),
        fields: "recovered".into(),
        body: update,
    };
    Ok(log::append(connection, &change)?.is_some())
}
