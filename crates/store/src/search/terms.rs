//! What a folded text is indexed under: its characters, its pairs of characters, and its words of one script.
//!
//! A query word of one or two characters is looked up as it is. A longer one of one script is looked for in the
//! vocabulary of whole words (a few megabytes in memory), so its hits are exact without reading a text. Any other is
//! narrowed by its pairs and then verified in the texts.

use super::fold::{Script, script};

/// A word that is longer is indexed in overlapping windows of this many characters …
const WINDOW: usize = 48;

/// … so that every part of at most this many characters lies within one.
pub(crate) const LONGEST: usize = WINDOW / 2;

/// Calls `put` with every term of `folded`, some of them many times.
pub(crate) fn each<'a>(folded: &'a str, mut put: impl FnMut(&'a str)) {
    let mut before: Option<usize> = None;
    let mut run: Option<(Script, usize, usize)> = None;
    for (at, char) in folded.char_indices() {
        let end = at + char.len_utf8();
        let kind = script(char);
        match &mut run {
            Some((script, _, length)) if *script == kind => *length += 1,
            _ => {
                word(folded, run, at, &mut put);
                run = (kind != Script::Other).then_some((kind, at, 1));
            }
        }
        if char == ' ' || char == '\n' {
            before = None;
            continue;
        }
        put(slice(folded, at, end));
        if let Some(before) = before {
            put(slice(folded, before, end));
        }
        before = Some(at);
    }
    word(folded, run, folded.len(), &mut put);
}

fn word<'a>(folded: &'a str, run: Option<(Script, usize, usize)>, end: usize, put: &mut impl FnMut(&'a str)) {
    let Some((_, start, length)) = run.filter(|(.., length)| *length > 2) else { return };
    let text = slice(folded, start, end);
    if length <= WINDOW {
        return put(text);
    }
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for from in (0..length - LONGEST).step_by(LONGEST) {
        let to = (from + WINDOW).min(length);
        if let (Some(from), Some(to)) = (starts.get(from), starts.get(to)) {
            put(slice(text, *from, *to));
        }
    }
}

/// The pairs of a folded text: what a text that holds it must hold.
pub(crate) fn pairs(folded: &str) -> Vec<&str> {
    let mut pairs = Vec::new();
    each(folded, |term| {
        if term.chars().count() == 2 {
            pairs.push(term);
        }
    });
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The one script of a word, where it has one and is not too long to be found in the vocabulary.
pub(crate) fn one_script(folded: &str) -> bool {
    let mut scripts = folded.chars().map(script);
    let first = scripts.next();
    first.is_some_and(|first| first != Script::Other && scripts.all(|script| script == first))
        && folded.chars().count() <= LONGEST
}

fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_characters_pairs_and_words() {
        let mut terms = Vec::new();
        each("再起動ノec2 x", |term| terms.push(term));
        terms.sort_unstable();
        terms.dedup();
        let mut expected = [
            "再",
            "起",
            "動",
            "ノ",
            "e",
            "c",
            "2",
            "x",
            "再起",
            "起動",
            "動ノ",
            "ノe",
            "ec",
            "c2",
            "再起動",
            "ec2",
        ];
        expected.sort_unstable();
        assert_eq!(terms, expected);
    }

    #[test]
    fn every_part_of_a_long_word_lies_in_a_window() {
        let long: String = (0..203).map(|n| char::from_u32(0x4e00 + n).unwrap()).collect();
        let mut terms = Vec::new();
        each(&long, |term| terms.push(term));
        let starts: Vec<usize> = long.char_indices().map(|(at, _)| at).collect();
        for from in 0..starts.len() - LONGEST {
            let part = &long[starts[from]..starts.get(from + LONGEST).copied().unwrap_or(long.len())];
            assert!(terms.iter().any(|term| term.contains(part)), "{from}");
        }
    }
}
