//! Lists of entries, page by page, and the terms for completion.

use rusqlite::{Row, params};
use yokoten_model::postmortem::Status;

use crate::{Result, Store};

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Last changed first.
    #[default]
    Updated,
    /// Last happened first; entries without a time at the end.
    Occurred,
    /// Highest number first.
    Number,
}

/// Which entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query {
    /// Only in this state.
    pub status: Option<Status>,
    /// In which order.
    pub sort: Sort,
    /// How many to pass over.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// The state, as the format writes it.
    pub status: String,
    /// A defect, or something else worth a postmortem.
    pub defect: bool,
    /// When it happened, as it was written.
    pub occurred_at: Option<String>,
    /// Whose system.
    pub customer: String,
    /// Which service.
    pub service: String,
    /// The alert's name.
    pub alert: String,
    /// 発生分類.
    pub occurrence_category: Option<String>,
    /// 流出分類.
    pub escape_category: Option<String>,
    /// How many places are still open.
    pub open_points: u32,
    /// When it was created, in milliseconds since 1970, UTC.
    pub created: i64,
    /// When it was last changed, likewise.
    pub updated: i64,
    /// By whom.
    pub updated_by: String,
    /// When it was put into the trash (RFC 3339, UTC).
    pub deleted_at: Option<String>,
}

macro_rules! fields {
    () => {
        "SELECT uuid, number, title, status, defect, occurred_at, customer, service, alert,
         occurrence_category, escape_category, open_points, created, updated, updated_by, deleted_at"
    };
}

/// What [`read`] reads, for a query that joins `postmortem`; its own columns follow from [`COUNT`] on.
pub(crate) const FIELDS: &str = fields!();
pub(crate) const COUNT: usize = 16;
pub(crate) const COLUMNS: &str = concat!(fields!(), " FROM postmortem");

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        number: row.get(1)?,
        title: row.get(2)?,
        status: row.get(3)?,
        defect: row.get(4)?,
        occurred_at: row.get(5)?,
        customer: row.get(6)?,
        service: row.get(7)?,
        alert: row.get(8)?,
        occurrence_category: row.get(9)?,
        escape_category: row.get(10)?,
        open_points: row.get(11)?,
        created: row.get(12)?,
        updated: row.get(13)?,
        updated_by: row.get(14)?,
        deleted_at: row.get(15)?,
    })
}

impl Store {
    /// One page of entries and how many there are in all.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn list(&self, query: &Query, deleted_since: Option<&str>) -> Result<(usize, Vec<Item>)> {
        let place = match deleted_since {
            None => "deleted_at IS NULL AND ?1 IS NULL",
            Some(_) => "deleted_at >= ?1",
        };
        let status = if query.status.is_some() { "status = ?2" } else { "?2 IS NULL" };
        let order = match query.sort {
            Sort::Updated => "updated DESC, doc DESC",
            Sort::Occurred => "occurred_at IS NULL, julianday(occurred_at) DESC, doc DESC",
            Sort::Number => "serial DESC, copy DESC, doc DESC",
        };
        let values = params![deleted_since, query.status.map(Status::as_str)];
        let total = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM postmortem WHERE {place} AND {status}"))?
            .query_row(values, |row| row.get::<_, i64>(0))?;
        let mut statement = self.connection.prepare_cached(&format!(
            "{COLUMNS} WHERE {place} AND {status} ORDER BY {order} LIMIT ?3 OFFSET ?4"
        ))?;
        let values = params![
            deleted_since,
            query.status.map(Status::as_str),
            i64::try_from(query.limit).unwrap_or(i64::MAX),
            i64::try_from(query.offset).unwrap_or(i64::MAX)
        ];
        let items = statement.query_map(values, read)?.collect::<rusqlite::Result<_>>()?;
        Ok((usize::try_from(total).unwrap_or_default(), items))
    }

    /// One entry as lists show it.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`].
    pub fn item(&self, uuid: uuid::Uuid) -> Result<Item> {
        let doc = self.doc(uuid)?;
        Ok(self.connection.prepare_cached(&format!("{COLUMNS} WHERE doc = ?1"))?.query_row([doc], read)?)
    }

    /// The values of one kind of term outside the trash, the most frequent first, with their detail.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn terms(&self, kind: &str, limit: usize) -> Result<Vec<(String, String)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT value, max(detail) FROM term JOIN postmortem USING (doc)
             WHERE kind = ?1 AND deleted_at IS NULL GROUP BY value ORDER BY count(*) DESC, value LIMIT ?2",
        )?;
        let values = params![kind, i64::try_from(limit).unwrap_or(i64::MAX)];
        let terms = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(terms.collect::<rusqlite::Result<_>>()?)
    }
}
