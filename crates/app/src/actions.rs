//! 対策: the countermeasures of all entries, and which of them want something now.

mod hand_out;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::effect::{self, Ripeness};
use yokoten_model::fold::fold;
use yokoten_model::handlings::handled_since;
use yokoten_model::postmortem::{ActionState, Date, Effect, Side, Team, Term, Verdict};
use yokoten_store::alerts::Handlings;
use yokoten_store::measures::{Measure, MeasureQuery, MeasureSort, View};

use crate::catalogue::text;
use crate::clock::jst;
use crate::{Lang, Result, Workspace};

/// One countermeasure and the entry that it stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Action {
    /// The entry's identity.
    pub entry: String,
    /// The entry's number as it is shown.
    pub number: String,
    /// The entry's title.
    pub title: String,
    /// The countermeasure's id in the entry.
    pub id: String,
    /// 発生対策 or 流出対策.
    pub side: Side,
    /// 応急 or 恒久.
    pub term: Term,
    /// What is done.
    pub text: String,
    /// Role or name.
    pub owner: String,
    /// `YYYY-MM-DD`.
    pub due: Option<String>,
    /// How far it is.
    pub state: ActionState,
    /// Tracker link, or what it was quoted from.
    pub link: String,
    /// 1 to 5.
    pub strength: Option<u8>,
    /// Open and past its date.
    pub overdue: bool,
    /// An interim one that nothing permanent has replaced, past its date.
    pub outlived: bool,
    /// What is counted.
    pub measure: String,
    /// Out of how many.
    pub denominator: String,
    /// The day of the check, `YYYY-MM-DD`.
    pub check_on: Option<String>,
    /// By whom.
    pub judge: String,
    /// Figures, in words.
    pub note: String,
    /// With what result.
    pub verdict: Verdict,
    /// Whether measure, denominator and judge are set: wanted before it is closed.
    pub planned: bool,
    /// Done, not judged, and now it can be.
    pub ripe: bool,
    /// The alert of the entry's defect; empty where it has no name.
    pub alert: String,
    /// Handlings of that alert that were counted since it was closed, where alerts are counted.
    #[ts(type = "number | null")]
    pub handled: Option<u64>,
    /// How many handlings the check waits for, where its denominator names a number.
    #[ts(type = "number | null")]
    pub needed: Option<u64>,
}

/// Which countermeasures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActionView {
    /// All of them.
    #[default]
    All,
    /// What the person or their team still has to do or to judge.
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

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActionSort {
    /// What wants a decision first.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ActionQuery {
    /// Which.
    pub view: ActionView,
    /// Words that the text, owner, entry's number or title hold, all of them.
    pub text: String,
    /// The owner is this; empty for any.
    pub owner: String,
    /// Only of this side.
    pub side: Option<Side>,
    /// In which order.
    pub sort: ActionSort,
    /// How many to pass over.
    #[ts(type = "number")]
    pub offset: usize,
    /// How many at most.
    #[ts(type = "number")]
    pub limit: usize,
}

/// How many countermeasures each view holds, without other filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[allow(missing_docs, reason = "named as the views are")]
pub struct ActionCounts {
    #[ts(type = "number")]
    pub all: usize,
    #[ts(type = "number")]
    pub mine: usize,
    #[ts(type = "number")]
    pub due: usize,
    #[ts(type = "number")]
    pub overdue: usize,
    #[ts(type = "number")]
    pub interim: usize,
    #[ts(type = "number")]
    pub checks: usize,
}

/// One page of countermeasures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Actions {
    /// How many there are in all.
    #[ts(type = "number")]
    pub total: usize,
    /// Those of this page.
    pub items: Vec<Action>,
    /// How many each view holds.
    pub counts: ActionCounts,
}

/// Today, and how often alerts were handled.
pub(crate) struct Present {
    today: NaiveDate,
    handlings: Handlings,
}

impl Workspace {
    /// One page of countermeasures.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn actions(&self, query: &ActionQuery) -> Result<Actions> {
        let (total, items) = self.find_actions(query)?;
        let count = |view| -> Result<usize> {
            let query = ActionQuery { view, ..ActionQuery::default() };
            let query = self.measure_query(&query)?;
            Ok(self.store().count_measures(&query)?)
        };
        let counts = ActionCounts {
            all: count(ActionView::All)?,
            mine: count(ActionView::Mine)?,
            due: count(ActionView::Due)?,
            overdue: count(ActionView::Overdue)?,
            interim: count(ActionView::Interim)?,
            checks: count(ActionView::Checks)?,
        };
        Ok(Actions { total, items, counts })
    }

    pub(crate) fn find_actions(&self, query: &ActionQuery) -> Result<(usize, Vec<Action>)> {
        let query = self.measure_query(query)?;
        let (total, found) = self.store().measures(&query)?;
        let present = self.present()?;
        Ok((total, found.into_iter().map(|measure| action(measure, &present)).collect()))
    }

    /// What the state of a countermeasure depends on beside itself.
    pub(crate) fn present(&self) -> Result<Present> {
        Ok(Present { today: self.today(), handlings: self.store().handlings()? })
    }

    /// Today in Japan.
    pub(crate) fn today(&self) -> NaiveDate {
        jst(self.clock.now()).date_naive()
    }

    fn measure_query(&self, query: &ActionQuery) -> Result<MeasureQuery> {
        let ActionQuery { view, text, owner, side, sort, offset, limit } = query.clone();
        let mine = if view == ActionView::Mine { self.own_words()? } else { Vec::new() };
        Ok(MeasureQuery {
            view: match view {
                ActionView::All => View::All,
                ActionView::Mine => View::Mine,
                ActionView::Due => View::Due,
                ActionView::Overdue => View::Overdue,
                ActionView::Interim => View::Interim,
                ActionView::Checks => View::Checks,
            },
            mine,
            text,
            owner,
            side,
            today: self.today().to_string(),
            sort: match sort {
                ActionSort::Due => MeasureSort::Due,
                ActionSort::Entry => MeasureSort::Entry,
                ActionSort::Owner => MeasureSort::Owner,
                ActionSort::Strength => MeasureSort::Strength,
            },
            offset,
            limit,
        })
    }

    /// What an owner or a judge holds who is the person or their team: an owner is a role or a name.
    fn own_words(&self) -> Result<Vec<String>> {
        let settings = self.settings()?;
        let mut words = vec![settings.name.trim().to_owned()];
        if let Some(team) = settings.team {
            words.extend([Lang::Ja, Lang::En].map(|lang| team_name(team, lang)));
        }
        words.retain(|word| !word.is_empty());
        words.dedup();
        Ok(words)
    }
}

pub(crate) fn team_name(team: Team, lang: Lang) -> String {
    text(lang, &format!("report.team.{}", team.as_str()), &[])
}

/// A stored countermeasure as it stands today.
pub(crate) fn action(measure: Measure, present: &Present) -> Action {
    let Present { today, handlings } = present;
    let day = |text: &Option<String>| text.as_deref().and_then(Date::parse);
    let past = day(&measure.due).and_then(|due| due.day()).is_some_and(|due| due < *today);
    let effect = Effect {
        measure: measure.counted.clone(),
        denominator: measure.denominator.clone(),
        judge: measure.judge.clone(),
        check_on: day(&measure.check_on),
        ..Effect::default()
    };
    let state = measure.state.parse().unwrap_or(ActionState::Open);
    let verdict = measure.verdict.parse().unwrap_or(Verdict::Pending);
    // Without the day that it was closed, or without counts, the check ripens by its own day.
    let closed = day(&measure.closed_on).and_then(|closed| closed.day());
    let counts = handlings.get(&fold(&measure.alert)).map_or(&[][..], Vec::as_slice);
    let handled = closed.and_then(|closed| handled_since(counts, closed));
    let ripe = effect::ripeness(&effect, handled, *today) == Ripeness::Ripe;
    Action {
        overdue: state == ActionState::Open && past,
        outlived: measure.stands_in && past,
        planned: effect::is_planned(&effect),
        ripe: ripe && state == ActionState::Done && verdict == Verdict::Pending,
        needed: effect::exposure(&measure.denominator),
        handled,
        alert: measure.alert,
        entry: measure.entry,
        number: measure.number,
        title: measure.title,
        id: measure.id,
        side: measure.side.parse().unwrap_or(Side::Occurrence),
        term: measure.term.parse().unwrap_or(Term::Permanent),
        text: measure.text,
        owner: measure.owner,
        due: measure.due,
        state,
        link: measure.link,
        strength: measure.strength,
        measure: measure.counted,
        denominator: measure.denominator,
        check_on: measure.check_on,
        judge: measure.judge,
        note: measure.note,
        verdict,
    }
}
