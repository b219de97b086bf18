//! How often each alert was handled, by month. Kept beside the log, so that two offices can merge it as a set.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use yokoten_model::fold::fold;
use yokoten_model::handlings::Month;
use yokoten_model::postmortem::Team;

use crate::store::begin;
use crate::{Author, Result, Store};

/// That somebody counted the handlings of an alert in a month. A later count of the same month takes its place; the
/// earlier one is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertCount {
    /// The alert's name, as it was written.
    pub alert: String,
    /// The month.
    pub month: Month,
    /// How many handlings, in all.
    pub count: u64,
    /// Where the number is from: `manual`, or an importer's name.
    pub source: String,
    /// Who counted.
    pub by: Author,
    /// When, in milliseconds since 1970, UTC.
    pub at: i64,
}

/// The counts of each alert by its name in the compared form, one for each month.
pub type Handlings = BTreeMap<String, Vec<(Month, u64)>>;

const COLUMNS: &str = "SELECT alert, month, count, source, name, team, at FROM alert_count";

/// A count that no later one of the same alert and month has replaced; of two at the same moment, the larger counts.
const STANDING: &str = "NOT EXISTS (SELECT 1 FROM alert_count AS later
  WHERE later.key = alert_count.key AND later.month = alert_count.month
    AND (later.at, later.count, later.name, later.team, later.source)
      > (alert_count.at, alert_count.count, alert_count.name, alert_count.team, alert_count.source))";

fn count(row: &Row<'_>) -> rusqlite::Result<Option<AlertCount>> {
    let (month, team): (String, String) = (row.get(1)?, row.get(5)?);
    let (Ok(month), count) = (month.parse(), row.get::<_, i64>(2)?) else { return Ok(None) };
    Ok(Some(AlertCount {
        alert: row.get(0)?,
        month,
        count: u64::try_from(count).unwrap_or_default(),
        source: row.get(3)?,
        by: Author { name: row.get(4)?, team: team.parse().ok() },
        at: row.get(6)?,
    }))
}

fn select(connection: &Connection, rest: &str) -> rusqlite::Result<Vec<AlertCount>> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} {rest}"))?;
    statement.query_map([], count)?.filter_map(rusqlite::Result::transpose).collect()
}

impl Store {
    /// Adds counts: one's own, or those of another office.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn add_alert_counts(&mut self, counts: &[AlertCount]) -> Result<()> {
        let transaction = begin(&mut self.connection)?;
        insert(&transaction, counts)?;
        transaction.commit()?;
        Ok(())
    }

    /// Every count, replaced ones too, for another office.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn alert_counts(&self) -> Result<Vec<AlertCount>> {
        Ok(all(&self.connection)?)
    }

    /// The counts that stand, by alert and month.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn standing_alert_counts(&self) -> Result<Vec<AlertCount>> {
        Ok(select(&self.connection, &format!("WHERE {STANDING} ORDER BY key, month"))?)
    }

    /// The counts that stand, to be looked up by [`fold`] of an alert's name.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn handlings(&self) -> Result<Handlings> {
        let mut handlings = Handlings::new();
        for AlertCount { alert, month, count, .. } in self.standing_alert_counts()? {
            handlings.entry(fold(&alert)).or_default().push((month, count));
        }
        Ok(handlings)
    }
}

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<AlertCount>> {
    select(connection, "ORDER BY key, month, at, count, name, team, source")
}

pub(crate) fn insert(connection: &Connection, counts: &[AlertCount]) -> Result<()> {
    for AlertCount { alert, month, count, source, by, at } in counts {
        connection
            .prepare_cached(
                "INSERT INTO alert_count (key, month, at, count, name, team, source, alert)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                fold(alert),
                month.to_string(),
                at,
                i64::try_from(*count).unwrap_or(i64::MAX),
                by.name,
                by.team.map_or("", Team::as_str),
                source,
                alert,
            ])?;
    }
    Ok(())
}
