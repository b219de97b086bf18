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
}

/// Every chain of both trees, in reading order.
#[must_use]
pub fn read_back(postmortem: &Postmortem, lang: &str) -> Vec<Chain> {
    let mut chains = Vec::new();
    for (side, nodes) in
        [(Side::Occurrence, &postmortem.causes.occurrence), (Side::Escape, &postmortem.causes.escape)]
    {
        let to_roots = paths(nodes).into_iter().filter(|path| path.last().is_some_and(|node| node.root));
        chains.extend(to_roots.map(|path| Chain {
            side,
            nodes: path.iter().rev().map(|node| node.id.clone()).collect(),
            sentence: sentence(&path, lang),
        }));
    }
    chains
}

fn sentence(path: &[&WhyNode], lang: &str) -> String {
    let (therefore, stop) = if lang == "en" { (", therefore ", ".") } else { ("。だから、", "。") };
    let texts: Vec<&str> = path
        .iter()
        .rev()
        .map(|node| node.clause())
        .map(|text| if text.is_empty() { "…" } else { text })
        .collect();
    texts.join(therefore) + stop
}
