//! Reviews that are waited for, as rows.

use rusqlite::{Connection, params};
use yokoten_model::Postmortem;
use yokoten_model::postmortem::{ReviewVerdict, Status, Team};
use yokoten_model::review;

use crate::list::{self, Item};
use crate::{Result, Store};

/// An entry that waits for a team's review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaiting {
    /// The entry.
    pub item: Item,
    /// A team that it waits for.
    pub team: Team,
    /// Whether that team has asked for changes.
    pub asked: bool,
}

/// Writes which teams an entry waits for: while it is in review, those that have not approved it.
pub(crate) fn project(connection: &Connection, doc: i64, postmortem: &Postmortem, new: bool) -> Result<()> {
    if !new {
        connection.prepare_cached("DELETE FROM awaiting WHERE doc = ?1")?.execute([doc])?;
    }
    if postmortem.status != Status::InReview {
        return Ok(());
    }
    for team in Team::ALL {
        let verdict = review::latest(postmortem, *team).map(|review| review.verdict);
        if verdict != Some(ReviewVerdict::Approved) {
            connection
                .prepare_cached("INSERT INTO awaiting (doc, team, asked) VALUES (?1, ?2, ?3)")?
                .execute(params![doc, team.as_str(), verdict.is_some()])?;
        }
    }
    Ok(())
}

impl Store {
    /// The entries that wait for a team's review (or any team's), last changed first, each once, and how many
    /// there are in all.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn awaiting(&self, team: Option<Team>, limit: usize) -> Result<(usize, Vec<Awaiting>)> {
        const FROM: &str = "FROM awaiting JOIN postmortem USING (doc)
             WHERE deleted_at IS NULL AND (?1 IS NULL OR team = ?1)";
        let team = team.map(Team::as_str);
        let total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(DISTINCT doc) {FROM}"))?
            .query_row([team], |row| row.get(0))?;
        let mut statement = self.connection.prepare_cached(&format!(
            "{}, min(team), asked {FROM} GROUP BY doc ORDER BY updated DESC, doc DESC LIMIT ?2",
            list::FIELDS
        ))?;
        let values = params![team, i64::try_from(limit).unwrap_or(i64::MAX)];
        let rows = statement.query_map(values, |row| {
            let team: String = row.get(list::COUNT)?;
            let team = team.parse().unwrap_or(Team::Msp);
            Ok(Awaiting { item: list::read(row)?, team, asked: row.get(list::COUNT + 1)? })
        })?;
        Ok((usize::try_from(total).unwrap_or_default(), rows.collect::<rusqlite::Result<_>>()?))
    }
}
