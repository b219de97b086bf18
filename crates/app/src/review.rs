//! Reviews by both teams: who has said what, what was changed since, what is lacking before an entry may move on.

use serde::Serialize;
use ts_rs::TS;
use uuid::Uuid;
use yokoten_model::Document;
use yokoten_model::postmortem::{ChecklistItem, Moment, Postmortem, Review, ReviewVerdict, Status, Team};
use yokoten_model::review::{self, Lack};
use yokoten_store::ChangeRow;

use crate::catalogue::text;
use crate::clock::rfc3339;
use crate::comments::new_comment;
use crate::{Edited, Error, Lang, Result, Row, Workspace};

/// Where a note that comes with a review stands.
const NOTE_ON: &str = "reviews";

/// How far the review of an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ReviewState {
    /// The latest word of each team, MSP first.
    pub teams: Vec<TeamReview>,
    /// The points of the checklist.
    pub points: Vec<PointView>,
    /// The state that comes next; `None` after the last.
    pub next: Option<Status>,
    /// What the entry lacks before it may be in it.
    pub lacks: Vec<LackView>,
}

/// The latest word of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TeamReview {
    /// Which team.
    pub team: Team,
    /// By whom; empty where it has said nothing.
    pub reviewer: String,
    /// When, as it was written.
    pub at: Option<String>,
    /// With what outcome; `None` where it has said nothing.
    pub verdict: Option<ReviewVerdict>,
    /// The change after which the entry read as it was reviewed.
    #[ts(type = "number | null")]
    pub change: Option<i64>,
    /// The fields that were changed since, such as `sections.problem`.
    pub changed: Vec<String>,
}

/// A point of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PointView {
    /// What the entry's checklist names it by.
    pub item: String,
    /// The same in the person's language.
    pub text: String,
    /// Done?
    pub done: bool,
    /// Why not, or how.
    pub reason: String,
}

/// One thing that is lacking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LackView {
    /// Which kind: `approval`, `changes`, `point`, `open`, `unjudged` or `ineffective`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// The countermeasure that it is about, by id.
    pub measure: Option<String>,
}

/// An entry that waits for a team's review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ReviewRequest {
    /// The entry.
    pub entry: Row,
    /// The team that it waits for.
    pub team: Team,
    /// Whether that team has asked for changes already.
    pub asked: bool,
}

/// The entries that wait for a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ReviewRequests {
    /// How many in all.
    #[ts(type = "number")]
    pub total: usize,
    /// The latest.
    pub items: Vec<ReviewRequest>,
}

/// What is lacking, in words.
pub(crate) fn lack_view(lack: &Lack, lang: Lang) -> LackView {
    let team = |team: Team| text(lang, &format!("report.team.{}", team.as_str()), &[]);
    let (kind, what, measure) = match lack {
        Lack::Approval(of) => ("approval", team(*of), None),
        Lack::Changes(of) => ("changes", team(*of), None),
        Lack::Point(item) => ("point", item.get(lang.as_str()).to_owned(), None),
        Lack::Open(named) => ("open", named.text.clone(), Some(named.id.clone())),
        Lack::Unjudged(named) => ("unjudged", named.text.clone(), Some(named.id.clone())),
        Lack::Ineffective(named) => ("ineffective", named.text.clone(), Some(named.id.clone())),
    };
    let what = if what.is_empty() { text(lang, "actions.unwritten", &[]) } else { what };
    LackView { kind: kind.to_owned(), text: text(lang, &format!("lack.{kind}"), &[("what", &what)]), measure }
}

impl Workspace {
    /// How far the review of an entry is, and what it lacks before the next state.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`], [`yokoten_store::Error::Damaged`].
    pub fn review_state(&self, reference: &str, lang: Lang) -> Result<ReviewState> {
        let document = self.show(reference)?.document;
        let template = self.template_of(&document);
        let next = Status::ALL.iter().copied().find(|status| *status > document.status);
        let lacks = next.map_or_else(Vec::new, |to| review::lacks(&document, to, &template));
        let points = review::checklist(&document, &template).into_iter().map(|point| PointView {
            text: point.item.get(lang.as_str()).to_owned(),
            item: point.item.ja,
            done: point.done,
            reason: point.reason,
        });
        Ok(ReviewState {
            teams: Team::ALL.iter().map(|team| self.team_review(&document, *team)).collect::<Result<_>>()?,
            points: points.collect(),
            next,
            lacks: lacks.iter().map(|lack| lack_view(lack, lang)).collect(),
        })
    }

    fn team_review(&self, document: &Postmortem, team: Team) -> Result<TeamReview> {
        let Some(latest) = review::latest(document, team) else {
            return Ok(TeamReview {
                team,
                reviewer: String::new(),
                at: None,
                verdict: None,
                change: None,
                changed: Vec::new(),
            });
        };
        let id = Uuid::try_parse(&document.id).map_err(|error| Error::Internal(error.to_string()))?;
        let store = self.store();
        let change = reviewed_at(&store.history(id)?, latest);
        let changed = match change {
            Some(change) => review::changed_since(&store.as_of(id, change)?, document)?,
            None => Vec::new(),
        };
        Ok(TeamReview {
            team,
            reviewer: latest.reviewer.clone(),
            at: latest.at.as_ref().map(|at| at.as_str().to_owned()),
            verdict: Some(latest.verdict),
            change,
            changed,
        })
    }

    /// Gives the person's review of an entry, for their team or for the one that is named. A note becomes a comment.
    ///
    /// # Errors
    /// [`Error::NoTeam`] where neither is known, or as [`Workspace::edit`].
    pub fn review(
        &self,
        reference: &str,
        verdict: ReviewVerdict,
        team: Option<Team>,
        note: &str,
    ) -> Result<Edited> {
        let author = self.author()?;
        let team = team.or(author.team).ok_or(Error::NoTeam)?;
        let at = Moment::parse(&rfc3339(self.clock.now()));
        let note = new_comment(&author.name, at.clone(), NOTE_ON, note);
        let review = Review { team, reviewer: author.name, at, verdict, ..Review::default() };
        self.rewrite(reference, |postmortem| {
            postmortem.reviews.push(review);
            postmortem.comments.extend(note);
            Ok(())
        })
    }

    /// Answers a point of the checklist, by its number from 1.
    ///
    /// # Errors
    /// [`Error::NoPoint`], or as [`Workspace::edit`].
    pub fn answer_point(&self, reference: &str, number: usize, done: bool, reason: &str) -> Result<Edited> {
        let document = self.show(reference)?.document;
        let points = review::checklist(&document, &self.template_of(&document));
        let point = number.checked_sub(1).and_then(|index| points.get(index));
        let item = point.ok_or(Error::NoPoint { number, count: points.len() })?.item.clone();
        let reason = reason.trim().to_owned();
        self.rewrite(reference, |postmortem| {
            let kept = &mut postmortem.checklist;
            match kept.iter_mut().find(|kept| kept.item == item.ja || kept.item == item.en) {
                Some(kept) => (kept.done, kept.reason) = (done, reason),
                None => kept.push(ChecklistItem { item: item.ja, done, reason, ..ChecklistItem::default() }),
            }
            Ok(())
        })
    }

    /// Moves an entry to another state. Going back is always allowed; going on wants what [`review::lacks`] says.
    ///
    /// # Errors
    /// [`yokoten_model::Error::NotReady`] with everything that is lacking, or as [`Workspace::edit`].
    pub fn transition(&self, reference: &str, to: Status) -> Result<Edited> {
        let template = self.show(reference)?.template;
        self.rewrite(reference, |postmortem| {
            let lacks = review::lacks(postmortem, to, &template);
            if !lacks.is_empty() {
                return Err(yokoten_model::Error::NotReady { to, lacks });
            }
            postmortem.status = to;
            Ok(())
        })
    }

    /// The entries in review that the person's team has not approved yet, last changed first; without a team those
    /// that any team has not.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn review_requests(&self, limit: usize) -> Result<ReviewRequests> {
        let team = self.settings()?.team;
        let (total, waiting) = self.store().awaiting(team, limit)?;
        let items = waiting.into_iter().map(|one| ReviewRequest {
            entry: one.item.into(),
            team: one.team,
            asked: one.asked,
        });
        Ok(ReviewRequests { total, items: items.collect() })
    }

    /// Changes the present state of an entry as a whole; what the change refuses is not stored.
    pub(crate) fn rewrite(
        &self,
        reference: &str,
        change: impl FnOnce(&mut Postmortem) -> yokoten_model::Result<()>,
    ) -> Result<Edited> {
        self.change(reference, |document: &mut Document| {
            let mut postmortem = document.postmortem()?;
            change(&mut postmortem)?;
            Ok(document.put(&postmortem)?)
        })
    }
}

/// The change that holds a review: the one that was written at its moment, else the last one before it, else the
/// first one, with which the entry came here.
fn reviewed_at(history: &[ChangeRow], review: &Review) -> Option<i64> {
    let at = review.at.as_ref().and_then(Moment::time).map(|time| time.timestamp_millis());
    let holds = |row: &&ChangeRow| {
        Some(row.change.at) == at && row.change.fields.split(',').any(|field| field == "reviews")
    };
    let before = |row: &&ChangeRow| at.is_some_and(|at| row.change.at <= at);
    let found = history.iter().find(holds).or_else(|| history.iter().rev().find(before));
    found.or(history.first()).map(|row| row.seq)
}
