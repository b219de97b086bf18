//! Older defects with a category of a newer one, at the same step of the same runbook.

use rusqlite::Row;
use uuid::Uuid;
use yokoten_model::recurrence::Site;

use crate::list::{self, Item};
use crate::{Result, Store};

/// A defect and an older one that it may repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The newer one, by identity.
    pub newer: String,
    /// The older one.
    pub older: Item,
}

/// Pairs by step and category; the model decides about the rest of the place.
///
/// An entry without a time of occurrence counts by its creation.
const PAIRS: &str = "
  WITH defect AS (
    SELECT doc, postmortem.uuid, status, occurrence_category AS o, escape_category AS e, runbook, step, alert_form,
      coalesce(unixepoch(occurred_at) * 1000, created) AS time
    FROM postmortem JOIN (SELECT doc, runbook, step, alert AS alert_form FROM site WHERE step <> '') USING (doc)
    WHERE defect AND deleted_at IS NULL
  )
  SELECT newer.uuid, older.doc, newer.runbook, newer.step, newer.alert_form, older.runbook, older.step, older.alert_form
  FROM defect AS newer JOIN defect AS older
    ON older.step = newer.step AND (older.o = newer.o AND newer.o <> '' OR older.e = newer.e AND newer.e <> '')
    AND (older.time, older.uuid) < (newer.time, newer.uuid)";

fn sites(row: &Row<'_>) -> rusqlite::Result<(String, i64, Site, Site)> {
    let site = |from: usize| -> rusqlite::Result<Site> {
        Ok(Site { runbook: row.get(from)?, step: row.get(from + 1)?, alert: row.get(from + 2)? })
    };
    Ok((row.get(0)?, row.get(1)?, site(2)?, site(5)?))
}

impl Store {
    /// The older defects that this one may repeat, the latest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn recurrences_of(&self, uuid: Uuid) -> Result<Vec<Pair>> {
        self.pairs("newer.uuid = ?1", &uuid.hyphenated().to_string())
    }

    /// What may be a recurrence among the entries that are still written or reviewed.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn open_recurrences(&self) -> Result<Vec<Pair>> {
        self.pairs("newer.status IN ('draft', 'in_review') AND ?1 = ''", "")
    }

    fn pairs(&self, which: &str, value: &str) -> Result<Vec<Pair>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "{PAIRS} WHERE {which} ORDER BY newer.time DESC, older.time DESC, older.uuid DESC"
        ))?;
        let found: Vec<(String, i64, Site, Site)> =
            statement.query_map([value], sites)?.collect::<rusqlite::Result<_>>()?;
        let mut item = self.connection.prepare_cached(&format!("{} WHERE doc = ?1", list::COLUMNS))?;
        found
            .into_iter()
            .filter(|(_, _, newer, older)| newer.is(older))
            .map(|(newer, older, _, _)| Ok(Pair { newer, older: item.query_row([older], list::read)? }))
            .collect()
    }
}
