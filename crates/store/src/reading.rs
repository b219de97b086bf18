//! Who has read which published entry. Kept beside the log, so that two offices can merge it as a set.

use rusqlite::{Row, params};
use uuid::Uuid;
use yokoten_model::postmortem::Team;

use crate::list::{self, Item};
use crate::store::begin;
use crate::{Author, Result, Store};

/// That somebody has read an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMark {
    /// The entry.
    pub entry: Uuid,
    /// Who.
    pub reader: Author,
    /// When first, in milliseconds since 1970, UTC.
    pub at: i64,
}

fn mark(row: &Row<'_>) -> rusqlite::Result<ReadMark> {
    let (uuid, team): (String, String) = (row.get(0)?, row.get(2)?);
    let reader = Author { name: row.get(1)?, team: team.parse().ok() };
    Ok(ReadMark { entry: Uuid::try_parse(&uuid).unwrap_or_default(), reader, at: row.get(3)? })
}

fn team(reader: &Author) -> &'static str {
    reader.team.map_or("", Team::as_str)
}

/// What is published and not read by ?1 of team ?2.
const UNREAD: &str = "deleted_at IS NULL AND status IN ('published', 'verified') AND NOT EXISTS
  (SELECT 1 FROM read_mark WHERE read_mark.uuid = postmortem.uuid AND name = ?1 AND team = ?2)";

impl Store {
    /// Adds marks: one's own, or those of another office. Of the same reader and entry the earlier time stays.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn add_read_marks(&mut self, marks: &[ReadMark]) -> Result<()> {
        let transaction = begin(&mut self.connection)?;
        insert(&transaction, marks)?;
        transaction.commit()?;
        Ok(())
    }

    /// Every mark, for another office.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn read_marks(&self) -> Result<Vec<ReadMark>> {
        Ok(all(&self.connection)?)
    }

    /// Who has read an entry.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn readers(&self, entry: Uuid) -> Result<Vec<Author>> {
        let mut statement =
            self.connection.prepare_cached("SELECT uuid, name, team, at FROM read_mark WHERE uuid = ?1")?;
        let rows = statement.query_map([entry.hyphenated().to_string()], mark)?;
        Ok(rows.map(|row| Ok(row?.reader)).collect::<rusqlite::Result<_>>()?)
    }

    /// The published entries that somebody has not read, last changed first, and how many there are in all.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn unread(&self, reader: &Author, limit: usize) -> Result<(usize, Vec<Item>)> {
        let total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM postmortem WHERE {UNREAD}"))?
            .query_row(params![reader.name, team(reader)], |row| row.get(0))?;
        let mut statement = self.connection.prepare_cached(&format!(
            "{} WHERE {UNREAD} ORDER BY updated DESC, doc DESC LIMIT ?3",
            list::COLUMNS
        ))?;
        let values = params![reader.name, team(reader), i64::try_from(limit).unwrap_or(i64::MAX)];
        let items = statement.query_map(values, list::read)?.collect::<rusqlite::Result<_>>()?;
        Ok((usize::try_from(total).unwrap_or_default(), items))
    }
}

pub(crate) fn all(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<ReadMark>> {
    let mut statement = connection.prepare("SELECT uuid, name, team, at FROM read_mark ORDER BY 1, 2, 3")?;
    statement.query_map([], mark)?.collect()
}

pub(crate) fn insert(connection: &rusqlite::Connection, marks: &[ReadMark]) -> Result<()> {
    for ReadMark { entry, reader, at } in marks {
        connection
            .prepare_cached(
                "INSERT INTO read_mark (uuid, name, team, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET at = min(at, excluded.at)",
            )?
            .execute(params![entry.hyphenated().to_string(), reader.name, team(reader), at])?;
    }
    Ok(())
}
