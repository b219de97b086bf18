//! The append-only change log and the snapshots: the truth.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yokoten_model::postmortem::Team;

use crate::progress::{Part, Progress};
use crate::{Error, Result};

/// Who wrote a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The name in the settings.
    pub name: String,
    /// The team in the settings.
    pub team: Option<Team>,
}

/// One stored change, as it is handed to another office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The replica that wrote it.
    pub replica: Uuid,
    /// Its place in that replica's order of writing, from 1.
    pub replica_seq: i64,
    /// The document.
    pub doc: Uuid,
    /// Who.
    pub author: Author,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
    /// What changed, such as `title,sections.problem`.
    pub fields: String,
    /// One Loro update.
    pub body: Vec<u8>,
}

impl Change {
    /// BLAKE3 over everything in the change: a flipped byte anywhere shows.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"yokoten/change/1\0");
        hasher.update(self.replica.as_bytes());
        hasher.update(&self.replica_seq.to_le_bytes());
        hasher.update(self.doc.as_bytes());
        hasher.update(&self.at.to_le_bytes());
        for text in [&self.author.name, team_text(self.author.team), &self.fields] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.update(&self.body);
        *hasher.finalize().as_bytes()
    }
}

fn team_text(team: Option<Team>) -> &'static str {
    team.map_or("", Team::as_str)
}

/// A change as it stands in this workspace.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// Its place in this workspace's order of arrival.
    pub seq: i64,
    /// The change.
    pub change: Change,
}

const COLUMNS: &str =
    "SELECT change.seq, replica.uuid, replica_seq, doc.uuid, author.name, author.team, at, fields,
       change.hash, change.body
  FROM change JOIN replica ON replica.id = change.replica JOIN doc ON doc.id = change.doc
  JOIN author ON author.id = change.author";

/// Reads one row of [`COLUMNS`]; the second value tells whether its hash is right.
fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(ChangeRow, bool)> {
    let uuid = |column: usize| -> rusqlite::Result<Uuid> {
        let bytes: [u8; 16] = row.get(column)?;
        Ok(Uuid::from_bytes(bytes))
    };
    let team: String = row.get(5)?;
    let change = Change {
        replica: uuid(1)?,
        replica_seq: row.get(2)?,
        doc: uuid(3)?,
        author: Author { name: row.get(4)?, team: team.parse().ok() },
        at: row.get(6)?,
        fields: row.get(7)?,
        body: row.get(9)?,
    };
    let hash: Vec<u8> = row.get(8)?;
    let whole = hash == change.hash();
    Ok((ChangeRow { seq: row.get(0)?, change }, whole))
}

fn checked((row, whole): (ChangeRow, bool)) -> Result<ChangeRow> {
    if whole { Ok(row) } else { Err(Error::damaged(format_args!("change {} has a wrong hash", row.seq))) }
}

/// The changes of a document after `seq`, oldest first.
///
/// # Errors
/// [`Error::Damaged`] where a hash is wrong.
pub(crate) fn changes_of(connection: &Connection, doc: i64, after: i64) -> Result<Vec<ChangeRow>> {
    let mut statement = connection.prepare_cached(&format!(
        "{COLUMNS} WHERE change.doc = ?1 AND change.seq > ?2 ORDER BY change.seq"
    ))?;
    let rows = statement.query_map(params![doc, after], read)?;
    rows.map(|row| checked(row?)).collect()
}

/// Calls `each` with every change whose row can be read, and whether its hash is right, in the order of arrival.
///
/// # Errors
/// Where the table cannot be walked; [`Error::Cancelled`].
pub(crate) fn walk(
    connection: &Connection,
    progress: &Progress,
    mut each: impl FnMut(ChangeRow, bool) -> Result<()>,
) -> Result<()> {
    let of: i64 = connection.query_row("SELECT count(*) FROM change", [], |row| row.get(0))?;
    let of = of.unsigned_abs();
    let mut statement = connection.prepare(&format!("{COLUMNS} ORDER BY change.seq"))?;
    let mut rows = statement.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        progress.step(Part::Changes, done, of)?;
        done += 1;
        let (row, whole) = read(row)?;
        each(row, whole)?;
    }
    Ok(())
}

/// One change by its place of arrival; `None` where there is none, or it cannot be read or has a wrong hash.
pub(crate) fn one(connection: &Connection, seq: i64) -> Option<ChangeRow> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE change.seq = ?1")).ok()?;
    let (row, whole) = statement.query_row([seq], read).ok()?;
    whole.then_some(row)
}

/// Appends a change; `None` where it is already there.
///
/// Two different changes of one replica at the same place are both taken: the workspace was copied, and the updates
/// in them are by different peers.
pub(crate) fn append(connection: &Connection, change: &Change) -> Result<Option<i64>> {
    let replica = intern(
        connection,
        "SELECT id FROM replica WHERE uuid = ?1",
        "INSERT INTO replica (uuid) VALUES (?1)",
        [change.replica.as_bytes().as_slice()],
    )?;
    let doc = doc_id(connection, change.doc)?;
    let author = intern(
        connection,
        "SELECT id FROM author WHERE name = ?1 AND team = ?2",
        "INSERT INTO author (name, team) VALUES (?1, ?2)",
        params![change.author.name, team_text(change.author.team)],
    )?;
    let hash = change.hash();
    let there = connection
        .prepare_cached("SELECT 1 FROM change WHERE replica = ?1 AND replica_seq = ?2 AND hash = ?3")?
        .exists(params![replica, change.replica_seq, hash.as_slice()])?;
    if there {
        return Ok(None);
    }
    connection
        .prepare_cached(
            "INSERT INTO change (replica, replica_seq, doc, author, at, fields, hash, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            replica,
            change.replica_seq,
            doc,
            author,
            change.at,
            change.fields,
            hash.as_slice(),
            change.body
        ])?;
    Ok(Some(connection.last_insert_rowid()))
}

/// The local key of a row, which is added where it is missing.
fn intern(
    connection: &Connection,
    select: &str,
    insert: &str,
    values: impl rusqlite::Params + Clone,
) -> Result<i64> {
    let found = connection.prepare_cached(select)?.query_row(values.clone(), |row| row.get(0)).optional()?;
    match found {
        Some(id) => Ok(id),
        None => {
            connection.prepare_cached(insert)?.execute(values)?;
            Ok(connection.last_insert_rowid())
        }
    }
}

/// The local key of a document, made where it is new.
pub(crate) fn doc_id(connection: &Connection, uuid: Uuid) -> Result<i64> {
    intern(
        connection,
        "SELECT id FROM doc WHERE uuid = ?1",
        "INSERT INTO doc (uuid) VALUES (?1)",
        [uuid.as_bytes().as_slice()],
    )
}

/// The local key of a document, if it is known.
pub(crate) fn find_doc(connection: &Connection, uuid: Uuid) -> Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM doc WHERE uuid = ?1")?;
    Ok(statement.query_row([uuid.as_bytes().as_slice()], |row| row.get(0)).optional()?)
}

/// This workspace's replica and the number of its next change.
pub(crate) fn next_place(connection: &Connection) -> Result<(Uuid, i64)> {
    let replica: String = connection
        .prepare_cached("SELECT value FROM meta WHERE key = 'replica'")?
        .query_row([], |row| row.get(0))?;
    let replica = Uuid::try_parse(&replica).map_err(Error::damaged)?;
    let last: Option<i64> = connection
        .prepare_cached(
            "SELECT max(replica_seq) FROM change WHERE replica = (SELECT id FROM replica WHERE uuid = ?1)",
        )?
        .query_row([replica.as_bytes().as_slice()], |row| row.get(0))?;
    Ok((replica, last.unwrap_or(0) + 1))
}

/// A document with its full history up to a change.
pub(crate) struct Snapshot {
    pub(crate) seq: i64,
    pub(crate) changes: i64,
    pub(crate) body: Vec<u8>,
}

fn snapshot_hash(doc: i64, seq: i64, changes: i64, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"yokoten/snapshot/1\0");
    hasher.update(&doc.to_le_bytes());
    hasher.update(&seq.to_le_bytes());
    hasher.update(&changes.to_le_bytes());
    hasher.update(body);
    *hasher.finalize().as_bytes()
}

/// The snapshot of a document, if there is one that is whole. A damaged one is passed over: the changes are there.
pub(crate) fn snapshot(connection: &Connection, doc: i64) -> Result<Option<Snapshot>> {
    let row = connection
        .prepare_cached("SELECT seq, changes, hash, body FROM snapshot WHERE doc = ?1")?
        .query_row([doc], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, Vec<u8>>(3)?))
        })
        .optional()?;
    Ok(row.and_then(|(seq, changes, hash, body)| {
        (hash == snapshot_hash(doc, seq, changes, &body)).then_some(Snapshot { seq, changes, body })
    }))
}

/// Keeps a document's snapshot.
pub(crate) fn keep_snapshot(connection: &Connection, doc: i64, snapshot: &Snapshot) -> Result<()> {
    let Snapshot { seq, changes, body } = snapshot;
    connection
        .prepare_cached(
            "INSERT INTO snapshot (doc, seq, changes, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (doc) DO UPDATE SET
               seq = excluded.seq, changes = excluded.changes, hash = excluded.hash, body = excluded.body
             WHERE excluded.seq >= snapshot.seq",
        )?
        .execute(params![doc, seq, changes, snapshot_hash(doc, *seq, *changes, body).as_slice(), body])?;
    Ok(())
}

/// The last change, 0 where there is none.
pub(crate) fn last(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT ifnull(max(seq), 0) FROM change")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// How often the derived rows were made anew: what was read from them before is void.
pub(crate) fn generation(connection: &Connection) -> Result<i64> {
    let value: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE key = 'generation'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

/// Puts refused bytes aside.
pub(crate) fn quarantine(
    connection: &Connection,
    at: i64,
    origin: &str,
    reason: &str,
    body: &[u8],
) -> Result<()> {
    connection.execute(
        "INSERT INTO quarantine (at, origin, reason, body) VALUES (?1, ?2, ?3, ?4)",
        params![at, origin, reason, body],
    )?;
    Ok(())
}
