//! The why-trees read backwards: from each root cause to the problem, joined by だから.

use crate::postmortem::{WhyNode, paths};

/// Each chain from a root cause up to the problem, the causes first; where no root cause is marked, from each end of
/// the tree.
pub(super) fn chains(nodes: &[WhyNode]) -> Vec<Vec<&str>> {
    let mut roots = Vec::new();
    let mut ends = Vec::new();
    for path in paths(nodes) {
        let Some(node) = path.last() else { continue };
        let texts = || path.iter().rev().map(|node| node.clause()).filter(|text| !text.is_empty()).collect();
        if node.root {
            roots.push(texts());
        } else if node.children.is_empty() {
            ends.push(texts());
        }
    }
    let mut chains = if roots.is_empty() { ends } else { roots };
    chains.retain(|chain: &Vec<&str>| !chain.is_empty());
    chains
}
