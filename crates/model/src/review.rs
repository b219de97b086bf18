//! 下書き → レビュー中 → 公開 → 効果確認済: what an entry lacks before it may move on.
//!
//! Sending to review lacks nothing: gaps are shown, and the review helps with them. Publishing wants the approval of
//! both teams and every point of the checklist, done or with a reason. Verifying wants every countermeasure closed
//! and judged. Going back is always allowed.
//!
//! An approval is the latest word of a team and stays when the entry is changed afterwards: mending a word shall not
//! ask two teams to come again. What was changed since is shown beside it ([`changed_since`]), so that nobody
//! publishes unread what others approved.

use serde_json::Value;

use crate::postmortem::{
    ActionState, ChecklistItem, Countermeasure, Postmortem, Review, ReviewVerdict, Status, Team, Term,
    Verdict, WhyNode,
};
use crate::template::{Localised, Template};
use crate::{Result, document, edit};

/// One thing that an entry lacks before it may move on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A team has given no review.
    Approval(Team),
    /// The latest word of a team is that it asks for changes.
    Changes(Team),
    /// A point of the checklist is neither done nor has a reason.
    Point(Localised),
    /// A countermeasure is still open.
    Open(Named),
    /// A countermeasure was closed and its effect is not judged yet.
    Unjudged(Named),
    /// A countermeasure did not work, and nothing that did takes its place.
    Ineffective(Named),
}

/// A countermeasure by id and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What is done, as far as it is written.
    pub text: String,
}

/// One point of an entry's checklist: what the template asks, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// What is asked. The entry names the point by the Japanese text.
    pub item: Localised,
    /// Done?
    pub done: bool,
    /// Why not, or how.
    pub reason: String,
}

impl Point {
    /// Whether the point was answered: done, or with a reason.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.done || !self.reason.trim().is_empty()
    }
}

/// The latest review of a team: its word until it says another.
#[must_use]
pub fn latest(postmortem: &Postmortem, team: Team) -> Option<&Review> {
    let moment = |review: &&Review| review.at.as_ref().and_then(crate::postmortem::Moment::time);
    // Of two at the same moment the later one in the list counts.
    postmortem.reviews.iter().filter(|review| review.team == team).max_by_key(moment)
}

/// The checklist of an entry: the points of the template in its order, then those that only the entry has.
#[must_use]
pub fn checklist(postmortem: &Postmortem, template: &Template) -> Vec<Point> {
    let bears = |point: &Localised, kept: &ChecklistItem| kept.item == point.ja || kept.item == point.en;
    let asked = template.checklist.iter().map(|item| {
        let kept = postmortem.checklist.iter().find(|kept| bears(item, kept));
        let (done, reason) = kept.map_or((false, String::new()), |kept| (kept.done, kept.reason.clone()));
        Point { item: item.clone(), done, reason }
    });
    let own =
        postmortem.checklist.iter().filter(|kept| !template.checklist.iter().any(|item| bears(item, kept)));
    asked
        .chain(own.map(|kept| Point {
            item: Localised { ja: kept.item.clone(), en: kept.item.clone() },
            done: kept.done,
            reason: kept.reason.clone(),
        }))
        .collect()
}

/// What the entry lacks before it may move on to `to`; nothing where `to` is not ahead of it.
///
/// Each state asks for what the states before it ask for, too: nobody arrives by a leap.
#[must_use]
pub fn lacks(postmortem: &Postmortem, to: Status, template: &Template) -> Vec<Lack> {
    let mut lacks = Vec::new();
    let passes = |gate: Status| postmortem.status < gate && gate <= to;
    if passes(Status::Published) {
        for team in Team::ALL {
            match latest(postmortem, *team).map(|review| review.verdict) {
                Some(ReviewVerdict::Approved) => {}
                Some(ReviewVerdict::Changes) => lacks.push(Lack::Changes(*team)),
                None => lacks.push(Lack::Approval(*team)),
            }
        }
        let points = checklist(postmortem, template).into_iter();
        lacks.extend(points.filter(|point| !point.is_answered()).map(|point| Lack::Point(point.item)));
    }
    if passes(Status::Verified) {
        lacks.extend(postmortem.countermeasures.iter().filter_map(|measure| unproven(postmortem, measure)));
    }
    lacks
}

/// Why a countermeasure keeps the entry from being verified.
fn unproven(postmortem: &Postmortem, measure: &Countermeasure) -> Option<Lack> {
    let named = || Named { id: measure.id.clone(), text: measure.text.trim().to_owned() };
    match (measure.state, measure.effect.verdict) {
        (ActionState::Dropped, _) | (ActionState::Done, Verdict::Effective) => None,
        (ActionState::Open, _) => Some(Lack::Open(named())),
        // An interim one is judged only where somebody planned to.
        (ActionState::Done, Verdict::Pending) => {
            let judged = measure.term == Term::Permanent || measure.effect.check_on.is_some();
            judged.then(|| Lack::Unjudged(named()))
        }
        (ActionState::Done, Verdict::Ineffective) => {
            (!is_replaced(postmortem, measure)).then(|| Lack::Ineffective(named()))
        }
    }
}

/// Whether each cause of a countermeasure that did not work is removed by one that did.
fn is_replaced(postmortem: &Postmortem, measure: &Countermeasure) -> bool {
    let works = |other: &Countermeasure, cause: &String| {
        other.state == ActionState::Done
            && other.effect.verdict == Verdict::Effective
            && other.causes.contains(cause)
    };
    !measure.causes.is_empty()
        && measure
            .causes
            .iter()
            .all(|cause| postmortem.countermeasures.iter().any(|other| works(other, cause)))
}

/// The fields that differ between two states of an entry as far as a reviewer reads them, such as
/// `sections.problem`: what the review itself writes is left out.
///
/// # Errors
/// Never for entries that came from JSON.
pub fn changed_since(then: &Postmortem, now: &Postmortem) -> Result<Vec<String>> {
    let mut fields = edit::changed_fields(&document::plain(then)?, &document::plain(now)?);
    fields.retain(|field| {
        !matches!(field.as_str(), "status" | "reviews" | "checklist" | "comments" | "dismissed" | "agreed")
    });
    Ok(fields)
}

/// Whether a comment can stand on `place`: a field by its path, such as `sections.problem`, or a why-node,
/// countermeasure or timeline row by its id.
#[must_use]
pub fn is_place(postmortem: &Postmortem, place: &str) -> bool {
    fn any(nodes: &[WhyNode], id: &str) -> bool {
        nodes.iter().any(|node| node.id == id || any(&node.children, id))
    }
    let causes = &postmortem.causes;
    any(&causes.occurrence, place)
        || any(&causes.escape, place)
        || postmortem.countermeasures.iter().any(|measure| measure.id == place)
        || postmortem.timeline.iter().any(|row| row.id == place)
        || is_field(postmortem, place)
}

fn is_field(postmortem: &Postmortem, path: &str) -> bool {
    let Ok(json) = document::plain(postmortem) else { return false };
    let mut steps = path.split('.');
    steps.try_fold(&json, |json: &Value, key| json.get(key)).is_some() && !path.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::postmortem::from_json;

    fn entry(json: serde_json::Value) -> Postmortem {
        from_json(json, &mut String::new).unwrap()
    }

    fn points(done: bool) -> serde_json::Value {
        let items = Template::builtin().checklist;
        items.iter().map(|item| json!({"item": item.ja, "done": done})).collect()
    }

    #[test]
    fn a_draft_may_be_sent_with_gaps_and_lacks_everything_for_more() {
        let draft = entry(json!({}));
        let template = Template::builtin();
        assert_eq!(lacks(&draft, Status::InReview, &template), []);
        let lacking = lacks(&draft, Status::Published, &template);
        assert_eq!(lacking[..2], [Lack::Approval(Team::Msp), Lack::Approval(Team::SecondLine)]);
        assert_eq!(lacking.len(), 2 + 11, "and every point of the checklist");
    }

    #[test]
    fn the_latest_word_of_each_team_counts_whatever_the_order_of_the_list() {
        let review = |team: &str, at: &str, verdict: &str| json!({"team": team, "at": format!("2026-11-{at}T10:00:00+09:00"), "verdict": verdict});
        let of = |reviews: serde_json::Value| {
            let entry = entry(json!({"status": "in_review", "reviews": reviews, "checklist": points(true)}));
            lacks(&entry, Status::Published, &Template::builtin())
        };
        let approved = review("second_line", "20", "approved");
        assert_eq!(of(json!([review("msp", "19", "approved"), approved])), []);
        assert_eq!(
            of(json!([review("msp", "21", "changes"), approved, review("msp", "19", "approved")])),
            [Lack::Changes(Team::Msp)]
        );
        assert_eq!(
            of(json!([review("msp", "19", "changes"), review("msp", "21", "approved"), approved])),
            []
        );
        assert_eq!(of(json!([review("msp", "21", "approved")])), [Lack::Approval(Team::SecondLine)]);
    }

    #[test]
    fn a_point_is_answered_by_being_done_or_by_a_reason() {
        let of = |kept: serde_json::Value| {
            let entry = entry(json!({"checklist": kept}));
            checklist(&entry, &Template::builtin())
        };
        let template = Template::builtin();
        let kept = of(json!([
            {"item": template.checklist[1].en, "done": true},
            {"item": template.checklist[0].ja, "reason": "番号だけ"},
            {"item": "独自の点", "reason": " "}
        ]));
        let answered: Vec<bool> = kept.iter().map(Point::is_answered).collect();
        assert_eq!(
            answered[..3],
            [true, true, false],
            "either language names a point, and a reason answers it"
        );
        assert_eq!((kept.len(), kept[11].item.ja.as_str(), answered[11]), (12, "独自の点", false));
    }

    #[test]
    fn verified_wants_every_countermeasure_closed_and_judged() {
        let of = |state: &str, term: &str, verdict: &str| {
            let entry = entry(json!({"status": "published", "countermeasures": [
                {"id": "m", "text": "表にする", "term": term, "state": state, "effect": {"verdict": verdict}}
            ]}));
            lacks(&entry, Status::Verified, &Template::builtin())
        };
        let m = Named { id: "m".into(), text: "表にする".into() };
        assert_eq!(of("open", "interim", "effective"), [Lack::Open(m.clone())]);
        assert_eq!(of("done", "permanent", "pending"), [Lack::Unjudged(m.clone())]);
        assert_eq!(of("done", "interim", "pending"), []);
        assert_eq!(of("done", "permanent", "ineffective"), [Lack::Ineffective(m)]);
        assert_eq!(of("done", "permanent", "effective"), []);
        assert_eq!(of("dropped", "permanent", "ineffective"), []);
    }

    #[test]
    fn what_did_not_work_may_be_replaced_by_what_did() {
        let of = |verdict: &str| {
            let entry = entry(json!({"status": "published", "countermeasures": [
                {"id": "m", "causes": ["a", "b"], "state": "done", "effect": {"verdict": "ineffective"}},
                {"id": "n", "causes": ["a", "b"], "state": "done", "effect": {"verdict": verdict}}
            ]}));
            lacks(&entry, Status::Verified, &Template::builtin()).len()
        };
        assert_eq!((of("effective"), of("pending")), (0, 2));
    }

    #[test]
    fn a_leap_meets_every_gate_and_going_back_none() {
        let measure = json!([{"id": "m", "state": "open"}]);
        let draft = entry(json!({"countermeasures": measure}));
        let lacking = lacks(&draft, Status::Verified, &Template::builtin());
        assert!(lacking.contains(&Lack::Approval(Team::Msp)));
        assert!(lacking.contains(&Lack::Open(Named { id: "m".into(), text: String::new() })));
        let verified = entry(json!({"status": "verified", "countermeasures": measure}));
        for back in [Status::Draft, Status::InReview, Status::Published, Status::Verified] {
            assert_eq!(lacks(&verified, back, &Template::builtin()), []);
        }
    }

    #[test]
    fn a_change_since_is_what_a_reviewer_would_read_anew() {
        let then = entry(json!({"title": "一", "causes": {"escape": [{"id": "e", "text": "前"}]}}));
        let now = entry(json!({"title": "一", "status": "in_review", "checklist": points(true),
            "comments": [{"id": "c", "on": "title", "text": "?"}],
            "causes": {"escape": [{"id": "e", "text": "後"}]}}));
        assert_eq!(changed_since(&then, &now).unwrap(), ["causes.escape"]);
    }

    #[test]
    fn a_comment_stands_on_a_field_or_on_an_item() {
        let entry = entry(json!({"causes": {"escape": [{"id": "e", "children": [{"id": "e1"}]}]},
            "countermeasures": [{"id": "m"}], "timeline": [{"id": "t"}]}));
        for place in ["title", "sections.problem", "runbook.steps", "e1", "m", "t"] {
            assert!(is_place(&entry, place), "{place}");
        }
        for nowhere in ["", "e2", "sections.no", "title.x"] {
            assert!(!is_place(&entry, nowhere), "{nowhere}");
        }
    }
}
