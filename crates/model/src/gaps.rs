//! What is still open in a postmortem: the places where a writer's next step may be.

use crate::effect;
use crate::postmortem::{ActionState, Decision, Postmortem, Side, Term, WhyNode};

/// One open place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// A section has no text, by its key.
    EmptySection(&'static str),
    /// A why-tree has no node.
    NoCauses(Side),
    /// A why-tree has no root cause.
    NoRootCause(Side),
    /// No countermeasure removes this root cause, by the node's id.
    Uncovered(String),
    /// A countermeasure has no owner, by its id.
    NoOwner(String),
    /// A countermeasure has no due date, by its id.
    NoDue(String),
    /// A permanent countermeasure was closed without saying how its effect is judged, by its id.
    NoEffectPlan(String),
    /// A countermeasure did not work, and the analysis does not say why yet, by its id.
    WhyNotEffective(String),
    /// A place was found to need nothing, without a reason, by its index in `applies_to`.
    NoReason(usize),
}

/// The open places, in the order of the document.
#[must_use]
pub fn gaps(postmortem: &Postmortem) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let sections = &postmortem.sections;
    for (key, text) in [("overview", &sections.overview), ("problem", &sections.problem)] {
        if text.trim().is_empty() {
            gaps.push(Gap::EmptySection(key));
        }
    }
    for (side, nodes) in
        [(Side::Occurrence, &postmortem.causes.occurrence), (Side::Escape, &postmortem.causes.escape)]
    {
        let roots = root_causes(nodes);
        if nodes.is_empty() {
            gaps.push(Gap::NoCauses(side));
        } else if roots.is_empty() {
            gaps.push(Gap::NoRootCause(side));
        }
        let covered = |node: &WhyNode| {
            let mut measures = postmortem.countermeasures.iter();
            measures.any(|measure| effect::removes(measure, &node.id))
        };
        gaps.extend(
            roots.into_iter().filter(|node| !covered(node)).map(|node| Gap::Uncovered(node.id.clone())),
        );
    }
    for measure in &postmortem.countermeasures {
        if measure.owner.trim().is_empty() {
            gaps.push(Gap::NoOwner(measure.id.clone()));
        }
        if measure.term == Term::Permanent
            && measure.due.as_ref().and_then(crate::postmortem::Date::day).is_none()
        {
            gaps.push(Gap::NoDue(measure.id.clone()));
        }
        if measure.state == ActionState::Done
            && measure.term == Term::Permanent
            && !effect::is_planned(&measure.effect)
        {
            gaps.push(Gap::NoEffectPlan(measure.id.clone()));
        }
        if effect::asks_why(postmortem, measure) {
            gaps.push(Gap::WhyNotEffective(measure.id.clone()));
        }
    }
    for (index, place) in postmortem.applies_to.iter().enumerate() {
        if place.decision == Decision::NotNeeded && place.reason.trim().is_empty() {
            gaps.push(Gap::NoReason(index));
        }
    }
    gaps
}

/// The root causes of a why-tree in reading order; their places give 発1, 発2 … and 流1, 流2 ….
#[must_use]
pub fn root_causes(nodes: &[WhyNode]) -> Vec<&WhyNode> {
    let mut roots = Vec::new();
    let mut stack: Vec<&WhyNode> = nodes.iter().rev().collect();
    while let Some(node) = stack.pop() {
        if node.root {
            roots.push(node);
        }
        stack.extend(node.children.iter().rev());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postmortem::from_json;

    #[test]
    fn a_root_cause_is_covered_by_what_is_still_meant_to_be_done() {
        let of = |state: &str| {
            let json = serde_json::json!({
                "sections": {"overview": "概要", "problem": "問題"},
                "causes": {"occurrence": [{"id": "o", "root": true}], "escape": [{"id": "e"}, {"id": "f", "root": true}]},
                "countermeasures": [{"id": "m", "causes": ["o", "f"], "owner": "二次運用", "due": "2026-12-01", "state": state}]
            });
            gaps(&from_json(json, &mut String::new).unwrap())
        };
        assert_eq!(of("open"), []);
        assert_eq!(of("dropped"), [Gap::Uncovered("o".into()), Gap::Uncovered("f".into())]);
    }

    #[test]
    fn what_did_not_work_reopens_the_analysis_until_it_says_why() {
        let of = |why: &str| {
            let json = serde_json::json!({
                "sections": {"overview": "概要", "problem": "問題"},
                "causes": {"occurrence": [{"id": "o", "root": true, "children": [{"id": "why-not:m", "text": why}]}],
                           "escape": [{"id": "f", "root": true}]},
                "countermeasures": [
                    {"id": "m", "causes": ["o"], "owner": "二次運用", "due": "2026-12-01", "state": "done",
                     "effect": {"measure": "再発", "denominator": "対応", "judge": "森", "verdict": "ineffective"}},
                    {"id": "n", "causes": ["f"], "owner": "二次運用", "due": "2026-12-01"}
                ]
            });
            gaps(&from_json(json, &mut String::new).unwrap())
        };
        assert_eq!(of(" "), [Gap::Uncovered("o".into()), Gap::WhyNotEffective("m".into())]);
        assert_eq!(of("判断表を開かずに進めた"), [Gap::Uncovered("o".into())]);
    }

    #[test]
    fn a_closed_measure_says_how_it_is_judged_and_what_is_not_needed_says_why() {
        let json = serde_json::json!({
            "sections": {"overview": "概要", "problem": "問題"},
            "causes": {"occurrence": [{"id": "o", "root": true}], "escape": [{"id": "e", "root": true}]},
            "countermeasures": [
                {"id": "m", "causes": ["o", "e"], "owner": "二次運用", "due": "2026-12-01", "state": "done", "effect": {"measure": "再発"}},
                {"id": "i", "term": "interim", "owner": "MSP", "state": "done"}
            ],
            "applies_to": [{"target": "A", "decision": "not_needed"}, {"target": "B", "decision": "not_needed", "reason": "契約にない"}]
        });
        let found = gaps(&from_json(json, &mut String::new).unwrap());
        assert_eq!(found, [Gap::NoEffectPlan("m".into()), Gap::NoReason(0)]);
    }

    #[test]
    fn an_empty_entry_lacks_everything() {
        let blank = gaps(&Postmortem::default());
        assert_eq!(
            blank,
            [
                Gap::EmptySection("overview"),
                Gap::EmptySection("problem"),
                Gap::NoCauses(Side::Occurrence),
                Gap::NoCauses(Side::Escape)
            ]
        );
    }
}
