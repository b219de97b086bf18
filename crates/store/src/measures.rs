//! The countermeasures of all entries: projected beside each entry, asked for page by page.

use rusqlite::{Connection, Row, params, params_from_iter};
use yokoten_model::postmortem::{Date, Postmortem, Side};
use yokoten_model::{effect, recurrence};

use crate::{Result, Store};

/// One countermeasure and the entry that it stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// The entry's identity.
    pub entry: String,
    /// The entry's number as it is shown.
    pub number: String,
    /// The entry's title.
    pub title: String,
    /// The entry's 発生分類.
    pub occurrence_category: Option<String>,
    /// The entry's 流出分類.
    pub escape_category: Option<String>,
    /// The countermeasure's id in the entry.
    pub id: String,
    /// `occurrence` or `escape`.
    pub side: String,
    /// `interim` or `permanent`.
    pub term: String,
    /// What is done.
    pub text: String,
    /// Role or name.
    pub owner: String,
    /// `YYYY-MM-DD`.
    pub due: Option<String>,
    /// `open`, `done` or `dropped`.
    pub state: String,
    /// Tracker link, or what it was quoted from.
    pub link: String,
    /// The means, as the format writes it.
    pub method: Option<String>,
    /// 1 to 5, as a person set it or its method proposes.
    pub strength: Option<u8>,
    /// An interim one that nothing permanent has replaced.
    pub stands_in: bool,
    /// `pending`, `effective` or `ineffective`.
    pub verdict: String,
    /// What is counted.
    pub counted: String,
    /// Out of how many.
    pub denominator: String,
    /// The day of the check, `YYYY-MM-DD`.
    pub check_on: Option<String>,
    /// By whom.
    pub judge: String,
    /// Figures, in words.
    pub note: String,
    /// The day that it was closed, `YYYY-MM-DD`.
    pub closed_on: Option<String>,
    /// The alert of the entry's defect.
    pub alert: String,
}

/// Which countermeasures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// All of them.
    #[default]
    All,
    /// What the owners named in the query still have to do or to judge.
    Mine,
    /// Open and due within two weeks.
    Due,
    /// Open and past their date.
    Overdue,
    /// Interim ones that still stand in, past their date.
    Interim,
    /// Done, and not judged yet.
    Checks,
}

/// How far ahead [`View::Due`] looks, as SQLite's `date` says it.
const DUE_SOON: &str = "+14 days";

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MeasureSort {
    /// What wants a decision first: by due date, of those to be judged by the day of the check.
    #[default]
    Due,
    /// By the entry's number, newest first.
    Entry,
    /// By owner.
    Owner,
    /// The strongest first.
    Strength,
}

/// Which countermeasures, in which order.
#[derive(Clone, Debug, Default)]
pub struct MeasureQuery {
    /// Which.
    pub view: View,
    /// Words for [`View::Mine`]: the owner or the judge holds one of them.
    pub mine: Vec<String>,
    /// The text, owner, entry's number or title holds this; empty for any.
    pub text: String,
    /// The owner is this; empty for any.
    pub owner: String,
    /// Only of this side.
    pub side: Option<Side>,
    /// Today in Japan, `YYYY-MM-DD`.
    pub today: String,
    /// In which order.
    pub sort: MeasureSort,
    /// How many to pass over.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
}

const COLUMNS: &str = "postmortem.uuid, postmortem.number, postmortem.title, occurrence_category, escape_category,
  id, side, term, text, owner, due, state, link, method, strength, stands_in, verdict, counted, denominator, check_on,
  judge, note, closed_on, postmortem.alert";

const FROM: &str = "FROM measure JOIN postmortem USING (doc) WHERE deleted_at IS NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<Measure> {
    Ok(Measure {
        entry: row.get(0)?,
        number: row.get(1)?,
        title: row.get(2)?,
        occurrence_category: row.get(3)?,
        escape_category: row.get(4)?,
        id: row.get(5)?,
        side: row.get(6)?,
        term: row.get(7)?,
        text: row.get(8)?,
        owner: row.get(9)?,
        due: row.get(10)?,
        state: row.get(11)?,
        link: row.get(12)?,
        method: row.get(13)?,
        strength: row.get(14)?,
        stands_in: row.get(15)?,
        verdict: row.get(16)?,
        counted: row.get(17)?,
        denominator: row.get(18)?,
        check_on: row.get(19)?,
        judge: row.get(20)?,
        note: row.get(21)?,
        closed_on: row.get(22)?,
        alert: row.get(23)?,
    })
}

impl MeasureQuery {
    /// The condition in SQL, with its values in order.
    fn condition(&self) -> (String, Vec<String>) {
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let waiting =
            "state = 'done' AND verdict = 'pending' AND (term = 'permanent' OR check_on IS NOT NULL)";
        match self.view {
            View::All => {}
            View::Mine => {
                let any: Vec<&str> =
                    self.mine.iter().map(|_| "instr(lower(owner || ' ' || judge), lower(?)) > 0").collect();
                let whose = if any.is_empty() { "0".to_owned() } else { any.join(" OR ") };
                parts.push(format!("(state = 'open' OR {waiting}) AND ({whose})"));
                values.extend(self.mine.iter().cloned());
            }
            View::Due => {
                parts.push("state = 'open' AND due >= ? AND due <= date(?, ?)".to_owned());
                values.extend([self.today.clone(), self.today.clone(), DUE_SOON.to_owned()]);
            }
            View::Overdue => {
                parts.push("state = 'open' AND due < ?".to_owned());
                values.push(self.today.clone());
            }
            View::Interim => {
                parts.push("stands_in AND due < ?".to_owned());
                values.push(self.today.clone());
            }
            View::Checks => parts.push(waiting.to_owned()),
        }
        for word in self.text.split_whitespace() {
            parts.push(
                "instr(lower(text || ' ' || owner || ' ' || postmortem.number || ' ' || title), lower(?)) > 0".to_owned(),
            );
            values.push(word.to_owned());
        }
        if !self.owner.is_empty() {
            parts.push("owner = ?".to_owned());
            values.push(self.owner.clone());
        }
        if let Some(side) = self.side {
            parts.push("side = ?".to_owned());
            values.push(side.as_str().to_owned());
        }
        (parts.iter().map(|part| format!(" AND ({part})")).collect(), values)
    }

    fn order(&self) -> &'static str {
        match (self.sort, self.view) {
            (MeasureSort::Due, View::Checks) => {
                "check_on IS NOT NULL, check_on, serial DESC, copy DESC, place"
            }
            (MeasureSort::Due, _) => {
                "state <> 'open', due IS NULL, due, check_on IS NULL, check_on, serial DESC, copy DESC, place"
            }
            (MeasureSort::Entry, _) => "serial DESC, copy DESC, place",
            (MeasureSort::Owner, _) => "owner = '', owner, due IS NULL, due, serial DESC, copy DESC, place",
            (MeasureSort::Strength, _) => "coalesce(strength, 0) DESC, serial DESC, copy DESC, place",
        }
    }
}

impl Store {
    /// One page of countermeasures outside the trash, and how many there are in all.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn measures(&self, query: &MeasureQuery) -> Result<(usize, Vec<Measure>)> {
        let (condition, mut values) = query.condition();
        let total = self.count_measures(query)?;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} {FROM}{condition} ORDER BY {} LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)",
            query.order()
        ))?;
        for number in [query.limit, query.offset] {
            values.push(i64::try_from(number).unwrap_or(i64::MAX).to_string());
        }
        let found = statement.query_map(params_from_iter(&values), read)?.collect::<rusqlite::Result<_>>()?;
        Ok((total, found))
    }

    /// How many countermeasures a query finds.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn count_measures(&self, query: &MeasureQuery) -> Result<usize> {
        let (condition, values) = query.condition();
        let mut statement = self.connection.prepare_cached(&format!("SELECT count(*) {FROM}{condition}"))?;
        let total: i64 = statement.query_row(params_from_iter(&values), |row| row.get(0))?;
        Ok(usize::try_from(total).unwrap_or_default())
    }

    /// Every countermeasure that was judged, and every one that was quoted, in the order of their entries.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn judged_measures(&self) -> Result<Vec<Measure>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} {FROM} AND state <> 'dropped' AND (verdict <> 'pending' OR link LIKE 'postmortem:%')
             ORDER BY serial, copy, place"
        ))?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The countermeasures of one entry, in its order.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn measures_of(&self, entry: &str) -> Result<Vec<Measure>> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} {FROM} AND postmortem.uuid = ?1 ORDER BY place"))?;
        Ok(statement.query_map([entry], read)?.collect::<rusqlite::Result<_>>()?)
    }
}

/// Writes the rows of an entry's countermeasures and the place where its defect arose. Of a `new` one there are none yet.
pub(crate) fn project(connection: &Connection, doc: i64, postmortem: &Postmortem, new: bool) -> Result<()> {
    let rows = |connection: &Connection| -> Result<Vec<Measure>> {
        let mut statement = connection.prepare_cached(
            "SELECT '', '', '', NULL, NULL, id, side, term, text, owner, due, state, link, method, strength, stands_in,
               verdict, counted, denominator, check_on, judge, note, closed_on, '' FROM measure WHERE doc = ?1 ORDER BY place",
        )?;
        Ok(statement.query_map([doc], read)?.collect::<rusqlite::Result<_>>()?)
    };
    let wanted = of(postmortem);
    // Mostly they are as they were; then nothing is written.
    if new || rows(connection)? != wanted {
        if !new {
            connection.prepare_cached("DELETE FROM measure WHERE doc = ?1")?.execute([doc])?;
        }
        for (place, row) in wanted.iter().enumerate() {
            connection
                .prepare_cached(
                    "INSERT INTO measure (doc, place, id, side, term, text, owner, due, state, link, method, strength,
                       stands_in, verdict, counted, denominator, check_on, judge, note, closed_on)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
                )?
                .execute(params![
                    doc,
                    i64::try_from(place).unwrap_or(i64::MAX),
                    row.id,
                    row.side,
                    row.term,
                    row.text,
                    row.owner,
                    row.due,
                    row.state,
                    row.link,
                    row.method,
                    row.strength,
                    row.stands_in,
                    row.verdict,
                    row.counted,
                    row.denominator,
                    row.check_on,
                    row.judge,
                    row.note,
                    row.closed_on,
                ])?;
        }
    }
    let site = recurrence::Site::of(postmortem);
    connection
        .prepare_cached(
            "INSERT INTO site (doc, runbook, step, alert) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (doc) DO UPDATE SET runbook = excluded.runbook, step = excluded.step, alert = excluded.alert
             WHERE runbook <> excluded.runbook OR step <> excluded.step OR alert <> excluded.alert",
        )?
        .execute(params![doc, site.runbook, site.step, site.alert])?;
    Ok(())
}

fn of(postmortem: &Postmortem) -> Vec<Measure> {
    let day = |date: &Option<Date>| {
        date.as_ref().filter(|date| date.day().is_some()).map(|date| date.as_str().to_owned())
    };
    postmortem
        .countermeasures
        .iter()
        .map(|measure| Measure {
            id: measure.id.clone(),
            side: measure.side.as_str().into(),
            term: measure.term.as_str().into(),
            text: measure.text.clone(),
            owner: measure.owner.clone(),
            due: day(&measure.due),
            state: measure.state.as_str().into(),
            link: measure.link.clone(),
            method: measure.method.map(|method| method.as_str().to_owned()),
            strength: measure
                .strength
                .map(yokoten_model::postmortem::Strength::level)
                .or_else(|| measure.method.map(yokoten_model::postmortem::Method::strength)),
            stands_in: effect::stands_in(postmortem, measure),
            verdict: measure.effect.verdict.as_str().into(),
            counted: measure.effect.measure.clone(),
            denominator: measure.effect.denominator.clone(),
            check_on: day(&measure.effect.check_on),
            judge: measure.effect.judge.clone(),
            note: measure.effect.note.clone(),
            closed_on: day(&measure.closed_on),
            ..Measure::default()
        })
        .collect()
}
