//! What filters, order and facets ask of every entry, in memory: some 200 bytes each, by document number.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate};
use fixedbitset::FixedBitSet;
use rusqlite::{Connection, params};
use yokoten_model::{JST, number::Number};

use super::fold::fold;
use super::mechanism::{self, Profile};
use super::period::Period;
use super::query::Filter;
use crate::{Result, log};

/// One entry.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row {
    /// It exists and is not in the trash.
    pub(crate) live: bool,
    /// When it happened, else when it was created: milliseconds since 1970.
    pub(crate) recency: i64,
    /// The day it happened (JST), in days since year 1; 0 where nobody said.
    pub(crate) day: i32,
    pub(crate) serial: u32,
    pub(crate) copy: u32,
    pub(crate) status: u32,
    pub(crate) customer: u32,
    pub(crate) service: u32,
    pub(crate) occurrence: u32,
    pub(crate) escape: u32,
}

/// All entries.
#[derive(Default)]
pub(crate) struct Columns {
    pub(crate) rows: Vec<Row>,
    /// What each entry tells of, beside `rows`.
    pub(crate) profiles: Vec<Profile>,
    /// Those of them that exist and are not in the trash.
    live: FixedBitSet,
    values: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The last change that is reflected.
    last: i64,
}

impl Columns {
    /// Reads what changed since.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> Result<()> {
        let last = log::last(connection)?;
        if last == self.last {
            return Ok(());
        }
        // Renumbering touches entries that did not change themselves, so those of the same serial are read, too.
        let which = if self.last == 0 {
            "?1 = ?1"
        } else {
            "doc IN (SELECT doc FROM change WHERE seq > ?1) OR serial IN
             (SELECT serial FROM postmortem WHERE doc IN (SELECT doc FROM change WHERE seq > ?1))"
        };
        let mut statement = connection.prepare_cached(&format!(
            "SELECT doc, occurred_at, created, number, status, customer, service, ifnull(occurrence_category, ''),
                    ifnull(escape_category, ''), deleted_at IS NULL, kinds, weights, vector
             FROM postmortem LEFT JOIN mechanism USING (doc) WHERE {which}"
        ))?;
        let mut rows = statement.query(params![self.last])?;
        while let Some(row) = rows.next()? {
            let Ok(doc) = usize::try_from(row.get::<_, i64>(0)?) else { continue };
            let occurred: Option<String> = row.get(1)?;
            let occurred = occurred.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
            let number: Number =
                row.get_ref(3)?.as_str().unwrap_or_default().parse().unwrap_or(Number::new(0));
            let mut value = |index: usize| -> Result<u32> {
                Ok(self.intern(row.get_ref(index)?.as_str().unwrap_or_default()))
            };
            let (status, customer, service, occurrence, escape) =
                (value(4)?, value(5)?, value(6)?, value(7)?, value(8)?);
            if self.rows.len() <= doc {
                self.rows.resize(doc + 1, Row::default());
                self.profiles.resize(doc + 1, Profile::default());
            }
            if let Some(place) = self.profiles.get_mut(doc) {
                *place = mechanism::read(row, 10)?;
            }
            if let Some(place) = self.rows.get_mut(doc) {
                *place = Row {
                    live: row.get(9)?,
                    recency: occurred.map_or(row.get(2)?, |at| at.timestamp_millis()),
                    day: occurred.map_or(0, |at| day(at.with_timezone(&JST).date_naive())),
                    serial: number.serial,
                    copy: number.copy,
                    status,
                    customer,
                    service,
                    occurrence,
                    escape,
                };
            }
        }
        self.last = last;
        self.live = self.which(|row| row.live);
        Ok(())
    }

    /// The last change that is reflected.
    pub(crate) fn seen(&self) -> i64 {
        self.last
    }

    fn intern(&mut self, value: &str) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.to_owned());
        self.numbers.insert(value.to_owned(), number);
        number
    }

    /// Every value of a column, by its number.
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    pub(crate) fn value(&self, number: u32) -> &str {
        self.values.get(number as usize).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn live(&self) -> FixedBitSet {
        self.live.clone()
    }

    pub(crate) fn which(&self, keep: impl Fn(&Row) -> bool) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.rows.len());
        for (doc, row) in self.rows.iter().enumerate() {
            if keep(row) {
                set.insert(doc);
            }
        }
        set
    }

    /// The entries of which a filter holds. `names` are what people call statuses and categories.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn filtered(
        &self,
        connection: &Connection,
        filter: Filter,
        value: &str,
        names: &[(String, String)],
        today: NaiveDate,
    ) -> Result<FixedBitSet> {
        let folded = fold(value);
        let values: Vec<bool> = self
            .values
            .iter()
            .map(|value| match filter {
                Filter::Status | Filter::Category => {
                    fold(value) == folded
                        || names.iter().any(|(code, name)| code == value && fold(name).contains(&folded))
                }
                _ => fold(value).contains(&folded),
            })
            .collect();
        let holds = |number: u32| values.get(number as usize).copied().unwrap_or_default();
        let empty = |number: u32| self.value(number).is_empty();
        Ok(match filter {
            Filter::Customer => self.which(|row| holds(row.customer)),
            Filter::Service => self.which(|row| holds(row.service)),
            Filter::Status => self.which(|row| holds(row.status)),
            Filter::Category => self.which(|row| {
                (holds(row.occurrence) && !empty(row.occurrence)) || (holds(row.escape) && !empty(row.escape))
            }),
            Filter::Period => match Period::parse(&folded, today) {
                Some(period) => self.which(|row| row.day != 0 && period.holds(row.day)),
                None => FixedBitSet::with_capacity(self.rows.len()),
            },
            Filter::Owner => {
                let mut set = FixedBitSet::with_capacity(self.rows.len());
                let mut statement =
                    connection.prepare_cached("SELECT doc, value FROM term WHERE kind = 'owner'")?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    let doc = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
                    if doc < set.len() && fold(row.get_ref(1)?.as_str().unwrap_or_default()).contains(&folded)
                    {
                        set.insert(doc);
                    }
                }
                set
            }
        })
    }
}

pub(crate) fn day(date: NaiveDate) -> i32 {
    chrono::Datelike::num_days_from_ce(&date)
}
