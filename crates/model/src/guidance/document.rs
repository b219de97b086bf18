//! Advice on a whole postmortem: its texts, and what its why-trees lack.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Coach, Field, Finding};
use crate::effect;
use crate::postmortem::{Dismissed, Kind, Postmortem, Side, Strength, Term, WhyNode};

/// One piece of advice on a postmortem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hinted {
    /// What kind, as the template has it.
    pub code: String,
    /// The field: `overview`, `problem`, `occurrence_cause`, `escape_cause`, `countermeasure` or `lessons`.
    pub field: String,
    /// The why-node or countermeasure, by its id; absent for prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub node: Option<String>,
    /// Where it begins in that text, in UTF-16 units.
    #[ts(type = "number")]
    pub start: usize,
    /// Where it ends, in UTF-16 units.
    #[ts(type = "number")]
    pub end: usize,
    /// The words in question; the whole text for advice on a tree.
    pub found: String,
    /// The sentence that they stand in: what tells two of the same words apart once one is dismissed.
    pub sentence: String,
    /// The question to give back.
    pub question: String,
}

/// A text of a postmortem that is advised on.
struct Piece<'a> {
    field: Field,
    node: Option<&'a str>,
    text: &'a str,
    /// A why-node that has an answer below it: what comes before a human error is said there.
    answered: bool,
}

impl Coach {
    /// Advice on every text of a postmortem and on its why-trees, in the order of the document, without what was
    /// dismissed.
    #[must_use]
    pub fn review(&self, postmortem: &Postmortem, lang: &str) -> Vec<Hinted> {
        let pieces = pieces(postmortem);
        let mut hints = Vec::new();
        for piece in &pieces {
            let findings = self.find(piece.field, piece.text);
            let kept = findings.into_iter().filter(|one| !piece.answered || one.code == "blamed_person");
            hints.extend(kept.map(|one| self.hinted(piece, one, lang)));
        }
        for piece in pieces.iter().filter(|piece| piece.field == Field::EscapeCause) {
            let repeats = pieces
                .iter()
                .any(|other| other.field == Field::OccurrenceCause && says_the_same(other.text, piece.text));
            if repeats {
                hints.push(self.hinted(piece, whole("escape_repeats_occurrence", piece.text), lang));
            }
        }
        for side in [Side::Occurrence, Side::Escape] {
            self.structure(postmortem, side, lang, &mut hints);
        }
        undismissed(hints, &postmortem.dismissed)
    }

    fn structure(&self, postmortem: &Postmortem, side: Side, lang: &str, hints: &mut Vec<Hinted>) {
        let nodes = match side {
            Side::Occurrence => &postmortem.causes.occurrence,
            Side::Escape => &postmortem.causes.escape,
        };
        let mut stack: Vec<(&WhyNode, bool)> = nodes.iter().rev().map(|node| (node, false)).collect();
        while let Some((node, below_nothing)) = stack.pop() {
            let mut say = |code: &str| {
                let piece = Piece {
                    field: side.cause_field(),
                    node: Some(&node.id),
                    text: &node.text,
                    answered: false,
                };
                hints.push(self.hinted(&piece, whole(code, &node.text), lang));
            };
            let empty = node.text.trim().is_empty();
            if node.children.is_empty() && !node.root && !empty {
                say("open_leaf");
            }
            if node.root && !is_covered(postmortem, node) {
                say("root_without_measure");
            }
            if node.kind == Kind::Assumption && node.evidence.trim().is_empty() && leads_to_root(node) {
                say("assumption_without_evidence");
            }
            // Something below an empty why cannot be read backwards, nor can a why that repeats the one above.
            let repeated = node
                .children
                .iter()
                .any(|child| !child.text.trim().is_empty() && says_the_same(&child.text, &node.text));
            if (below_nothing && !empty) || repeated {
                say("broken_chain");
            }
            stack.extend(node.children.iter().rev().map(|child| (child, empty)));
        }
    }

    fn hinted(&self, piece: &Piece<'_>, finding: Finding, lang: &str) -> Hinted {
        Hinted {
            question: self.question(&finding.code, lang),
            code: finding.code,
            field: piece.field.as_str().to_owned(),
            node: piece.node.map(str::to_owned),
            start: finding.range.0,
            end: finding.range.1,
            found: finding.found,
            sentence: finding.sentence,
        }
    }
}

fn whole(code: &str, text: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        range: (0, text.encode_utf16().count()),
        found: text.to_owned(),
        sentence: text.to_owned(),
    }
}

fn pieces(postmortem: &Postmortem) -> Vec<Piece<'_>> {
    let sections = &postmortem.sections;
    let prose = |field, text| Piece { field, node: None, text, answered: false };
    let mut pieces =
        vec![prose(Field::Overview, sections.overview.as_str()), prose(Field::Problem, &sections.problem)];
    for (side, text, nodes) in [
        (Side::Occurrence, &sections.occurrence_cause, &postmortem.causes.occurrence),
        (Side::Escape, &sections.escape_cause, &postmortem.causes.escape),
    ] {
        pieces.push(prose(side.cause_field(), text));
        let mut stack: Vec<&WhyNode> = nodes.iter().rev().collect();
        while let Some(node) = stack.pop() {
            pieces.push(Piece {
                field: side.cause_field(),
                node: Some(&node.id),
                text: &node.text,
                answered: !node.root && node.children.iter().any(|child| !child.text.trim().is_empty()),
            });
            stack.extend(node.children.iter().rev());
        }
    }
    pieces.extend(postmortem.countermeasures.iter().map(|measure| Piece {
        field: Field::Countermeasure,
        node: Some(&measure.id),
        text: &measure.text,
        answered: false,
    }));
    pieces.push(prose(Field::Lessons, &sections.lessons));
    pieces
}

fn is_covered(postmortem: &Postmortem, root: &WhyNode) -> bool {
    postmortem.countermeasures.iter().filter(|measure| effect::removes(measure, &root.id)).any(|measure| {
        let strong = measure.strength.map_or(0, Strength::level) >= 3;
        (strong && measure.term == Term::Permanent) || !measure.exception.trim().is_empty()
    })
}

fn leads_to_root(node: &WhyNode) -> bool {
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if node.root {
            return true;
        }
        stack.extend(&node.children);
    }
    false
}

/// Whether two texts share most of their kanji and katakana, in whatever order and with whatever between.
fn says_the_same(one: &str, other: &str) -> bool {
    let (one, other) = (super::text::solids(one), super::text::solids(other));
    let (shared, larger) = (one.intersection(&other).count(), one.len().max(other.len()));
    shared >= 4 && shared * 5 >= larger * 4
}

/// Leaves out one hint for each dismissal: of several with the same words, the one in the same sentence, else the first.
fn undismissed(mut hints: Vec<Hinted>, dismissed: &[Dismissed]) -> Vec<Hinted> {
    for one in dismissed {
        // Beside what the format asks for, the window writes which node and which sentence it was about.
        let beside = |key: &str| one.extra.get(key).and_then(serde_json::Value::as_str);
        let same = |hint: &Hinted| {
            hint.code == one.code
                && hint.field == one.field
                && hint.found == one.found
                && beside("node").is_none_or(|node| hint.node.as_deref().unwrap_or_default() == node)
        };
        let at = hints
            .iter()
            .position(|hint| same(hint) && beside("sentence") == Some(&hint.sentence))
            .or_else(|| hints.iter().position(same));
        if let Some(at) = at {
            hints.remove(at);
        }
    }
    hints
}
