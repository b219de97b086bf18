//! The past of an entry: who changed what and when, how it read then, and going back as a new change.

use serde::Serialize;
use ts_rs::TS;
use yokoten_model::postmortem::{Postmortem, Team};
use yokoten_store::ChangeRow as Stored;

use crate::catalogue::{has, text};
use crate::clock::rfc3339;
use crate::{Edited, Lang, Result, Workspace};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChangeRow {
    /// Its place in this workspace's order of arrival.
    #[ts(type = "number")]
    pub change: i64,
    /// When it was written (RFC 3339, UTC).
    pub at: String,
    /// By whom.
    pub by: String,
    /// Of which team.
    pub team: Option<Team>,
    /// What changed, in words.
    pub summary: String,
    /// What changed, as paths.
    pub fields: Vec<String>,
}

/// One page of changes, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChangePage {
    /// How many there are in all.
    #[ts(type = "number")]
    pub total: usize,
    /// Those of this page.
    pub items: Vec<ChangeRow>,
}

/// All changes, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct History {
    /// How many there are.
    pub total: usize,
    /// One for each stored change.
    pub changes: Vec<ChangeRow>,
}

impl Workspace {
    /// All changes of an entry, the oldest first.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`], [`yokoten_store::Error::Damaged`].
    pub fn history(&self, reference: &str, lang: Lang) -> Result<History> {
        let store = self.store();
        let stored = store.history(store.find(reference)?)?;
        let changes: Vec<ChangeRow> =
            stored.iter().enumerate().map(|(index, row)| change_row(row, index == 0, lang)).collect();
        Ok(History { total: changes.len(), changes })
    }

    /// One page of changes, the newest first.
    ///
    /// # Errors
    /// As [`Workspace::history`].
    pub fn history_page(
        &self,
        reference: &str,
        offset: usize,
        limit: usize,
        lang: Lang,
    ) -> Result<ChangePage> {
        let History { total, changes } = self.history(reference, lang)?;
        Ok(ChangePage { total, items: changes.into_iter().rev().skip(offset).take(limit).collect() })
    }

    /// How an entry read right after one of its changes.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`] where it has no such change.
    pub fn as_of(&self, reference: &str, change: i64) -> Result<Postmortem> {
        let store = self.store();
        Ok(store.as_of(store.find(reference)?, change)?)
    }

    /// Makes an entry say what it said right after one of its changes: as a new change, by difference.
    ///
    /// # Errors
    /// As [`Workspace::as_of`] and [`Workspace::edit`].
    pub fn go_back(&self, reference: &str, change: i64) -> Result<Edited> {
        let then = self.as_of(reference, change)?;
        self.change(reference, |document| Ok(document.put(&then)?))
    }
}

fn change_row(row: &Stored, first: bool, lang: Lang) -> ChangeRow {
    let change = &row.change;
    let fields: Vec<String> =
        change.fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect();
    ChangeRow {
        change: row.seq,
        at: rfc3339(change.at),
        by: change.author.name.clone(),
        team: change.author.team,
        summary: summary(&fields, first, lang),
        fields,
    }
}

fn summary(fields: &[String], first: bool, lang: Lang) -> String {
    match fields {
        _ if first => text(lang, "change.created", &[]),
        [field] if field == "deleted_at" => text(lang, "change.deleted", &[]),
        [field] if field == "recovered" => text(lang, "change.recovered", &[]),
        fields => {
            let mut names: Vec<String> = fields.iter().map(|field| field_name(field, lang)).collect();
            names.dedup();
            text(lang, "change.edited", &[("fields", &names.join(&text(lang, "change.separator", &[])))])
        }
    }
}

/// A field's name in words; a part of a record goes by the record's name.
fn field_name(field: &str, lang: Lang) -> String {
    let key = format!("field.{field}");
    let record = format!("field.{}", field.split('.').next().unwrap_or(field));
    match (has(&key), has(&record)) {
        (true, _) => text(lang, &key, &[]),
        (false, true) => text(lang, &record, &[]),
        (false, false) => field.to_owned(),
    }
}
