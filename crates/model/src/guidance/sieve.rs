//! Which patterns can match a text at all: those of which it holds a needed word.
//!
//! Hundreds of patterns with gaps in them cost too much as one automaton. Each needs one of a few literals wherever it
//! matches; all of these are looked for in one pass, and only patterns whose turn it may be are run.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, MatchKind};
use regex_syntax::hir::{Class, Hir, HirKind};

/// The most literals that one pattern may need before it is always run.
const MOST: usize = 250;

#[derive(Debug)]
pub(super) struct Sieve {
    words: Option<AhoCorasick>,
    /// For each word, the patterns that need it.
    owners: Vec<Vec<usize>>,
    /// Patterns that may match without any of the words.
    always: Vec<usize>,
    patterns: usize,
}

impl Sieve {
    /// A sieve of patterns, in their order.
    pub(super) fn new(sources: &[String]) -> Self {
        let (mut words, mut owners, mut always) =
            (Vec::<String>::new(), Vec::<Vec<usize>>::new(), Vec::new());
        for (index, source) in sources.iter().enumerate() {
            let needed = regex_syntax::parse(source).ok().and_then(|hir| needed(&hir));
            let Some(needed) = needed else {
                always.push(index);
                continue;
            };
            for word in needed {
                match words.iter().position(|known| *known == word) {
                    Some(at) => owners.iter_mut().skip(at).take(1).for_each(|owner| owner.push(index)),
                    None => {
                        words.push(word);
                        owners.push(vec![index]);
                    }
                }
            }
        }
        let built = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words).ok();
        if built.is_none() {
            always = (0..sources.len()).collect();
        }
        Self { words: built, owners, always, patterns: sources.len() }
    }

    /// The patterns that may match a text, in their order.
    pub(super) fn candidates(&self, text: &str) -> Vec<usize> {
        let mut may = vec![false; self.patterns];
        let mut mark = |indices: &[usize]| {
            for index in indices {
                if let Some(one) = may.get_mut(*index) {
                    *one = true;
                }
            }
        };
        mark(&self.always);
        for found in self.words.iter().flat_map(|words| words.find_overlapping_iter(text)) {
            mark(self.owners.get(found.pattern().as_usize()).map_or(&[], Vec::as_slice));
        }
        may.iter().enumerate().filter_map(|(index, may)| may.then_some(index)).collect()
    }
}

/// Literals of which every match holds at least one; `None` where there are none to name.
fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(Class::Unicode(class)) => {
            let letters: Vec<String> = class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(MOST)
                .map(String::from)
                .collect();
            (letters.len() < MOST).then_some(letters)
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(needed).max_by_key(|words| telling(words)),
        HirKind::Alternation(branches) => {
            let all: Option<Vec<Vec<String>>> = branches.iter().map(needed).collect();
            all.map(|words| words.concat()).filter(|words| words.len() < MOST)
        }
        _ => None,
    }
}

/// How seldom literals stand in a text where the pattern does not match: the longer the rarer, and few are rarer.
fn telling(words: &[String]) -> (usize, Reverse<usize>) {
    let shortest = words.iter().map(|word| word.chars().count()).min().unwrap_or_default();
    (shortest.min(3), Reverse(words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_pattern_needs_is_the_most_telling_of_its_parts() {
        let of = |pattern: &str| needed(&regex_syntax::parse(pattern).unwrap());
        let words = |list: &[&str]| Some(list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(of("を[^。]{0,9}?(?:漏れた|忘れ物)"), words(&["漏れた", "忘れ物"]));
        assert_eq!(of("(?:確認|照合)の?(?:不足)?"), words(&["確認", "照合"]));
        assert_eq!(of("確認?"), words(&["確"]));
        assert_eq!(of("[^。]*"), None);
        assert_eq!(of("(?:漏れ|[^。])"), None);
    }

    #[test]
    fn a_text_without_the_words_runs_nothing() {
        let sieve = Sieve::new(&["確認(?:不足|漏れ)".into(), "[^。]{3}".into(), "焦り".into()]);
        assert_eq!(sieve.candidates("焦って見た"), [1]);
        assert_eq!(sieve.candidates("確認不足と焦り"), [0, 1, 2]);
    }
}
