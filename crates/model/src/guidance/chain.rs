//! A why-tree read backwards: from each root cause to the problem, joined by 「だから」.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::postmortem::{Postmortem, Side, WhyNode, paths};

/// One chain, from its root cause up to the problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chain {
    /// Of which tree.
    pub side: Side,
    /// The nodes by id, the root cause first.
    pub nodes: Vec<String>,
    /// The chain as one sentence; empty nodes show as `…`.
    pub sentence: String,
    /// The chain as an agreement keeps it, whatever the language: its clauses, one a line.
    pub text: String,
    /// Whether someone agreed that it holds, as it stands.
    pub agreed: bool,
}

/// Every chain of both trees, in reading order.
#[must_use]
pub fn read_back(postmortem: &Postmortem, lang: &str) -> Vec<Chain> {
    let mut chains = Vec::new();
    for (side, nodes) in
        [(Side::Occurrence, &postmortem.causes.occurrence), (Side::Escape, &postmortem.causes.escape)]
    {
        let to_roots = paths(nodes).into_iter().filter(|path| path.last().is_some_and(|node| node.root));
        chains.extend(to_roots.map(|path| {
            let text = clauses(&path).join("\n");
            Chain {
                side,
                nodes: path.iter().rev().map(|node| node.id.clone()).collect(),
                sentence: sentence(&path, lang),
                agreed: postmortem.agreed.iter().any(|one| one.side == side && one.text == text),
                text,
            }
        }));
    }
    chains
}

/// What each node says, from the root cause up; a line break in it is a space.
fn clauses(path: &[&WhyNode]) -> Vec<String> {
    path.iter().rev().map(|node| node.clause().replace('\n', " ")).collect()
}

fn sentence(path: &[&WhyNode], lang: &str) -> String {
    let (therefore, stop) = if lang == "en" { (", therefore ", ".") } else { ("。だから、", "。") };
    let mut texts = clauses(path);
    texts.iter_mut().filter(|text| text.is_empty()).for_each(|text| text.push('…'));
    texts.join(therefore) + stop
}
