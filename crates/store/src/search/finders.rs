//! What the index cannot tell is looked for in the texts.

use memchr::memmem;

use super::fold::{begins_with_mark, fold, fold_frequent, fold_plain};
use super::matches::{Wanted, weight};
use super::postings::Tier;
use super::spelling::{Likeness, Pattern};
use crate::passages;

/// What is looked for: made once, since making it takes as long as looking through a text.
pub(super) struct Finders {
    /// The words as they were typed.
    typed: Vec<memmem::Finder<'static>>,
    /// By word, each pattern with its likeness.
    words: Vec<Vec<(Likeness, memmem::Finder<'static>)>>,
    without: Vec<memmem::Finder<'static>>,
}

/// What was found in the texts of a document.
pub(super) struct Found {
    /// By word, what its best pattern says.
    pub(super) words: Vec<Option<u32>>,
    /// Something that must not be there.
    pub(super) without: bool,
}

impl Finders {
    /// `there` are, by word, the patterns that any document may hold.
    pub(super) fn of(words: &[Wanted], there: &[Vec<&Pattern>], without: &[Pattern]) -> Self {
        let finder = |text: &str| memmem::Finder::new(text).into_owned();
        let patterns = |patterns: &Vec<&Pattern>| {
            patterns.iter().map(|pattern| (pattern.likeness, finder(&pattern.folded))).collect()
        };
        Self {
            typed: words.iter().map(|word| finder(&word.typed)).collect(),
            words: there.iter().map(patterns).collect(),
            without: without.iter().map(|pattern| finder(&pattern.folded)).collect(),
        }
    }

    /// What a document's texts hold, as [`passages::split`] takes them.
    pub(super) fn all(&self, fields: &[u8], text: &[u8], place: &mut Place) -> Found {
        let mut found = self.nothing();
        let wanted = |known: Option<u32>, weight| known < Some(weight);
        place.fold_each(fields, text, |tier, folded| self.find(tier, folded, &mut found, wanted));
        found
    }

    /// As [`Finders::all`], but of each word no more than that it is there.
    pub(super) fn enough(&self, fields: &[u8], text: &[u8], place: &mut Place) -> Found {
        let mut found = self.nothing();
        for (_, text) in passages::split(fields, text) {
            self.find_as_typed(text, &mut found);
        }
        // Mostly that was all.
        if !self.without.is_empty() || found.words.contains(&None) {
            let wanted = |known: Option<u32>, _| known.is_none();
            place.fold_each(fields, text, |tier, folded| self.find(tier, folded, &mut found, wanted));
        }
        found
    }

    fn nothing(&self) -> Found {
        Found { words: vec![None; self.words.len()], without: false }
    }

    /// Adds what a text (in UTF-8) holds just as it was typed. The form of a part is a part of the form of the whole,
    /// unless a mark that follows it makes its last kana another.
    fn find_as_typed(&self, text: &[u8], found: &mut Found) {
        for (finder, best) in self.typed.iter().zip(&mut found.words).filter(|(_, best)| best.is_none()) {
            let behind = |at: usize| text.get(at + finder.needle().len()..).unwrap_or_default();
            if finder.find(text).is_some_and(|at| !begins_with_mark(behind(at))) {
                *best = Some(weight(Tier::Body, Likeness::Exact));
            }
        }
    }

    /// Adds all that a folded text holds, as far as it is `wanted`, given what is known and what it would say.
    fn find(&self, tier: Tier, folded: &[u8], found: &mut Found, wanted: impl Fn(Option<u32>, u32) -> bool) {
        found.without |= self.without.iter().any(|finder| finder.find(folded).is_some());
        for (patterns, best) in self.words.iter().zip(&mut found.words) {
            for (likeness, finder) in patterns {
                let weight = weight(tier, *likeness);
                if wanted(*best, weight) && finder.find(folded).is_some() {
                    *best = Some(weight);
                }
            }
        }
    }
}

/// Where texts are folded, one document's after another's.
#[derive(Default)]
pub(super) struct Place {
    padded: Vec<u8>,
    folded: Vec<u8>,
}

impl Place {
    /// Calls `work` with the tier and the folded form of each text of a document.
    fn fold_each(&mut self, fields: &[u8], text: &[u8], mut work: impl FnMut(Tier, &[u8])) {
        if fold_plain(text, &mut self.padded, &mut self.folded) {
            let folded = passages::split(fields, &self.folded);
            return folded.for_each(|(field, folded)| work(Tier::of(field), folded));
        }
        for (field, text) in passages::split(fields, text) {
            let plain = fold_plain(text, &mut self.padded, &mut self.folded);
            if !plain {
                self.folded.clear();
            }
            if !plain && !fold_frequent(text, &mut self.folded) {
                self.folded = fold(str::from_utf8(text).unwrap_or_default()).into_bytes();
            }
            work(Tier::of(field), &self.folded);
        }
    }
}
