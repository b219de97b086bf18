//! The why-trees read backwards: from each root cause to the problem, joined by だから.

use crate::postmortem::WhyNode;

/// Each chain from a root cause up to the problem, the causes first; where no root cause is marked, from each end of
/// the tree.
pub(super) fn chains(nodes: &[WhyNode]) -> Vec<Vec<&str>> {
    let mut roots = Vec::new();
    let mut ends = Vec::new();
    let mut stack: Vec<Vec<&WhyNode>> = nodes.iter().rev().map(|node| vec![node]).collect();
    while let Some(path) = stack.pop() {
        let Some(node) = path.last() else { continue };
        let texts =
            || path.iter().rev().map(|node| sentence(&node.text)).filter(|text| !text.is_empty()).collect();
        if node.root {
            roots.push(texts());
        } else if node.children.is_empty() {
            ends.push(texts());
        }
        for child in node.children.iter().rev() {
            stack.push([path.as_slice(), &[child]].concat());
        }
    }
    let mut chains = if roots.is_empty() { ends } else { roots };
    chains.retain(|chain: &Vec<&str>| !chain.is_empty());
    chains
}

/// A node's text as a part of a sentence.
fn sentence(text: &str) -> &str {
    text.trim().trim_end_matches(['。', '.'])
}
