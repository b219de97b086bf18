//! What the index cannot tell is looked for in the texts.

use super::code::Finder;
use super::matches::{Score, weight};
use super::postings::Tier;
use super::spelling::{Likeness, Pattern};
use crate::passages;

/// What is looked for, made once.
pub(super) struct Finders {
    /// By word, each pattern with its likeness.
    words: Vec<Vec<(Likeness, Finder)>>,
    without: Vec<Finder>,
}

impl Finders {
    /// `there` are, by word, the patterns that any document may hold.
    pub(super) fn of(there: &[Vec<&Pattern>], without: &[Pattern]) -> Self {
        let of_word = |patterns: &Vec<&Pattern>| {
            patterns.iter().map(|pattern| (pattern.likeness, Finder::of(&pattern.folded))).collect()
        };
        Self {
            words: there.iter().map(of_word).collect(),
            without: without.iter().map(|pattern| Finder::of(&pattern.folded)).collect(),
        }
    }

    /// By word, what its best pattern says of a document with these texts, as [`passages::split`] takes them; `None` where
    /// something is there that must not be.
    pub(super) fn all(&self, fields: &[u8], folded: &[u8]) -> Option<Vec<Option<Score>>> {
        if self.forbid(folded) {
            return None;
        }
        let mut found = vec![None; self.words.len()];
        for (field, text) in passages::split(fields, folded) {
            let tier = Tier::of(field);
            for (patterns, best) in self.words.iter().zip(&mut found) {
                for (likeness, finder) in patterns {
                    let weight = weight(tier, *likeness);
                    if *best < Some(weight) && finder.is_in(text) {
                        *best = Some(weight);
                    }
                }
            }
        }
        Some(found)
    }

    /// By word, whether a document with these texts holds it, in order.
    pub(super) fn each<'a>(&'a self, folded: &'a [u8]) -> impl Iterator<Item = bool> + 'a {
        self.words.iter().map(|patterns| patterns.iter().any(|(_, finder)| finder.is_in(folded)))
    }

    /// Whether texts hold what must not be there.
    pub(super) fn forbid(&self, folded: &[u8]) -> bool {
        self.without.iter().any(|finder| finder.is_in(folded))
    }
}
