//! 効果確認: how a countermeasure is judged, when it can be, and what follows from 無効.

use chrono::NaiveDate;

use crate::fold::fold;
use crate::postmortem::{ActionState, Countermeasure, Effect, Postmortem, Term, Verdict, WhyNode};
use crate::{Assignment, Step};

/// Whether a check can be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ripeness {
    /// Neither a day nor a number of handlings was set.
    Unplanned,
    /// It can be made.
    Ripe,
    /// The day has not come.
    Until(NaiveDate),
    /// So many handlings were counted of those that are needed.
    Counted {
        /// Handlings since the countermeasure was in place.
        have: u64,
        /// Handlings that are needed.
        need: u64,
    },
}

/// Whether the check can be made: by exposure where the handlings are `counted`, else by its day.
///
/// `counted` is the number of handlings of that alert since the countermeasure was in place; `None` where alerts are
/// not counted in the workspace.
#[must_use]
pub fn ripeness(effect: &Effect, counted: Option<u64>, today: NaiveDate) -> Ripeness {
    if let (Some(have), Some(need)) = (counted, exposure(&effect.denominator)) {
        return if have >= need { Ripeness::Ripe } else { Ripeness::Counted { have, need } };
    }
    match effect.check_on.as_ref().and_then(crate::postmortem::Date::day) {
        None => Ripeness::Unplanned,
        Some(day) if day <= today => Ripeness::Ripe,
        Some(day) => Ripeness::Until(day),
    }
}

/// Assignments that open or close countermeasures, with the day that they are closed beside them: a person says that
/// something is done, not since when it counts. One that says so itself is left alone.
pub fn date_closings(set: &mut Vec<Assignment>, today: NaiveDate) {
    let state = |assignment: &Assignment| match assignment.path.as_slice() {
        [Step::Key(list), Step::Index(index), Step::Key(key)] if list == "countermeasures" => {
            Some((*index, key.clone()))
        }
        _ => None,
    };
    let said: Vec<(usize, String)> = set.iter().filter_map(state).collect();
    let closings: Vec<Assignment> = set
        .iter()
        .filter(|one| state(one).is_some_and(|(_, key)| key == "state"))
        .filter_map(|one| {
            let (index, _) = state(one)?;
            let day = (one.value == ActionState::Done.as_str()).then(|| today.to_string());
            let path = vec![
                Step::Key("countermeasures".to_owned()),
                Step::Index(index),
                Step::Key("closed_on".to_owned()),
            ];
            (!said.contains(&(index, "closed_on".to_owned())))
                .then(|| Assignment { path, value: day.map_or(serde_json::Value::Null, Into::into) })
        })
        .collect();
    set.extend(closings);
}

/// How many handlings without a recurrence show that the former rate of one defect in `one_in` handlings no longer
/// holds: three times as many (no event in n trials bounds the rate at about 3/n with 95 % confidence, the "rule of
/// three"; Hanley and Lippman-Hand, JAMA 1983).
#[must_use]
pub fn handlings_needed(one_in: u64) -> u64 {
    one_in.saturating_mul(3)
}

/// The number of handlings that a denominator names, such as 900 of 「同じアラートの対応 ９００件」; `None` where it
/// names none.
#[must_use]
pub fn exposure(denominator: &str) -> Option<u64> {
    let folded = fold(denominator);
    let digits: String = folded
        .chars()
        .skip_while(|letter| !letter.is_ascii_digit())
        .take_while(|letter| letter.is_ascii_digit() || *letter == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok().filter(|number| *number > 0)
}

/// Whether it is said what is counted, out of what, and who judges: wanted before a countermeasure is closed.
#[must_use]
pub fn is_planned(effect: &Effect) -> bool {
    [&effect.measure, &effect.denominator, &effect.judge].iter().all(|text| !text.trim().is_empty())
}

/// Whether a countermeasure removes a cause. What was dropped or did not work removes nothing.
#[must_use]
pub fn removes(measure: &Countermeasure, cause: &str) -> bool {
    measure.state != ActionState::Dropped
        && measure.effect.verdict != Verdict::Ineffective
        && measure.causes.iter().any(|id| id == cause)
}

/// The why-node that answers 「前回の対策はなぜ効かなかったか」 of a countermeasure, by id.
#[must_use]
pub fn why_not(measure: &str) -> String {
    format!("why-not:{measure}")
}

/// Whether a countermeasure did not work and the analysis does not say why yet.
#[must_use]
pub fn asks_why(postmortem: &Postmortem, measure: &Countermeasure) -> bool {
    let wanted = why_not(&measure.id);
    measure.effect.verdict == Verdict::Ineffective
        && measure.state != ActionState::Dropped
        && !any_node(&postmortem.causes.occurrence, &wanted)
        && !any_node(&postmortem.causes.escape, &wanted)
}

fn any_node(nodes: &[WhyNode], id: &str) -> bool {
    let mut stack: Vec<&WhyNode> = nodes.iter().collect();
    while let Some(node) = stack.pop() {
        if node.id == id && !node.text.trim().is_empty() {
            return true;
        }
        stack.extend(&node.children);
    }
    false
}

/// Whether an interim countermeasure still stands in for a permanent one: it was not dropped, and not every cause that
/// it covers is removed by a permanent one that is done.
#[must_use]
pub fn stands_in(postmortem: &Postmortem, measure: &Countermeasure) -> bool {
    let replaced = |cause: &String| {
        let mut others = postmortem.countermeasures.iter();
        others.any(|other| {
            other.term == Term::Permanent && other.state == ActionState::Done && removes(other, cause)
        })
    };
    measure.term == Term::Interim
        && measure.state != ActionState::Dropped
        && (measure.causes.is_empty() || !measure.causes.iter().all(replaced))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postmortem::{Date, from_json};

    fn day(text: &str) -> NaiveDate {
        Date::parse(text).and_then(|date| date.day()).unwrap()
    }

    #[test]
    fn a_check_ripens_by_its_day_or_by_what_was_counted() {
        let mut effect = Effect::default();
        let today = day("2026-11-25");
        assert_eq!(ripeness(&effect, None, today), Ripeness::Unplanned);
        effect.check_on = Date::parse("2026-11-25");
        assert_eq!(ripeness(&effect, None, today), Ripeness::Ripe);
        effect.check_on = Date::parse("2026-11-26");
        assert_eq!(ripeness(&effect, None, today), Ripeness::Until(day("2026-11-26")));
        effect.check_on = Date::parse("");
        assert_eq!(ripeness(&effect, None, today), Ripeness::Unplanned);

        effect.denominator = "同じアラートの対応 １，２００件".into();
        assert_eq!(ripeness(&effect, Some(1199), today), Ripeness::Counted { have: 1199, need: 1200 });
        assert_eq!(ripeness(&effect, Some(1200), today), Ripeness::Ripe);
        effect.denominator = "夜間の架電".into();
        assert_eq!(ripeness(&effect, Some(5000), today), Ripeness::Unplanned, "no number, no exposure");
    }

    #[test]
    fn closing_says_since_when_and_opening_forgets_it() {
        let assign = |set: serde_json::Value| -> Vec<Assignment> { serde_json::from_value(set).unwrap() };
        let dated = |set: serde_json::Value| {
            let mut set = assign(set);
            date_closings(&mut set, day("2026-11-25"));
            set
        };
        let done = serde_json::json!({"path": ["countermeasures", 2, "state"], "value": "done"});
        let closed = |value: serde_json::Value| serde_json::json!({"path": ["countermeasures", 2, "closed_on"], "value": value});
        assert_eq!(
            dated(serde_json::json!([done])),
            assign(serde_json::json!([done, closed("2026-11-25".into())]))
        );
        let open = serde_json::json!({"path": ["countermeasures", 2, "state"], "value": "open"});
        assert_eq!(
            dated(serde_json::json!([open])),
            assign(serde_json::json!([open, closed(serde_json::Value::Null)]))
        );
        let own = serde_json::json!([done, closed("2026-10-01".into())]);
        assert_eq!(dated(own.clone()), assign(own), "what was said stays");
        let other = serde_json::json!([{"path": ["title"], "value": "done"}]);
        assert_eq!(dated(other.clone()), assign(other));
    }

    #[test]
    fn three_times_the_former_interval_is_needed() {
        assert_eq!(handlings_needed(300), 900);
        assert_eq!(handlings_needed(u64::MAX), u64::MAX);
        assert_eq!(exposure("0件"), None);
        assert_eq!(exposure("99999999999999999999件"), None);
    }

    #[test]
    fn an_interim_measure_stands_until_a_permanent_one_is_done() {
        let of = |state: &str, causes: &[&str]| {
            let json = serde_json::json!({"countermeasures": [
                {"id": "i", "term": "interim", "causes": causes, "state": "done"},
                {"id": "p", "term": "permanent", "causes": ["a"], "state": state}
            ]});
            let postmortem = from_json(json, &mut String::new).unwrap();
            stands_in(&postmortem, &postmortem.countermeasures[0])
        };
        assert!(of("open", &["a"]));
        assert!(!of("done", &["a"]));
        assert!(of("done", &["a", "b"]), "one cause is still only covered for now");
        assert!(of("done", &[]), "tied to nothing, nothing replaces it");
    }
}
