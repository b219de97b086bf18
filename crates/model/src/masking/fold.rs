//! One form for texts that people write in several, with the way back to where each letter stood.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A text in compatibility decomposition, letter by letter, without what does not show; spaces stay only between
/// letters that are written apart.
pub(super) struct Folded<'a> {
    source: &'a str,
    letters: Vec<char>,
    /// Where in the source each letter comes from, in bytes.
    from: Vec<Range<usize>>,
}

impl<'a> Folded<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut letters = Vec::with_capacity(source.len());
        let mut from = Vec::with_capacity(source.len());
        let mut space = None;
        for (start, letter) in source.char_indices() {
            let range = start..start + letter.len_utf8();
            if letter.is_whitespace() {
                space.get_or_insert(range);
                continue;
            }
            for part in std::iter::once(letter).nfkd() {
                // Zero width: they hide a name from a search, and nothing from a reader.
                if matches!(part, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}') {
                    continue;
                }
                if let Some(space) = space.take()
                    && part.is_ascii()
                    && letters.last().is_some_and(char::is_ascii)
                {
                    letters.push(' ');
                    from.push(space);
                }
                letters.push(part);
                from.push(range.clone());
            }
        }
        Self { source, letters, from }
    }

    /// The letters as one text.
    pub(super) fn text(&self) -> (String, Vec<usize>) {
        self.joined(|letter| letter)
    }

    /// The letters in lower case as one text, and at which byte of it each begins.
    pub(super) fn lower(&self) -> (String, Vec<usize>) {
        self.joined(lower)
    }

    fn joined(&self, each: impl Fn(char) -> char) -> (String, Vec<usize>) {
        let mut text = String::with_capacity(self.source.len());
        let mut starts = Vec::with_capacity(self.letters.len() + 1);
        for letter in &self.letters {
            starts.push(text.len());
            text.push(each(*letter));
        }
        starts.push(text.len());
        (text, starts)
    }

    /// The letter at an index.
    pub(super) fn letter(&self, index: usize) -> Option<char> {
        self.letters.get(index).copied()
    }

    /// Where a range of letters stands in the source, in bytes.
    pub(super) fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.from.get(range.start).map_or(self.source.len(), |from| from.start);
        let end =
            range.end.checked_sub(1).and_then(|last| self.from.get(last)).map_or(start, |from| from.end);
        start..end.max(start)
    }

    /// A range of letters as it is spelled in the source.
    pub(super) fn original(&self, range: &Range<usize>) -> String {
        self.source.get(self.bytes(range)).unwrap_or_default().to_owned()
    }

    /// What stands around a range, at most so many letters on each side.
    pub(super) fn around(&self, range: &Range<usize>, letters: usize) -> (String, String) {
        let bytes = self.bytes(range);
        let before = self.source.get(..bytes.start).unwrap_or_default();
        let after = self.source.get(bytes.end..).unwrap_or_default();
        let skip = before.chars().count().saturating_sub(letters);
        (before.chars().skip(skip).collect(), after.chars().take(letters).collect())
    }

    /// Whether a match is more than a part of something else: no mark goes on with its last letter (カ in ガ), no digit goes on where it ends with one, and a short Latin
    /// name is a word of its own.
    pub(super) fn stands_alone(&self, range: &Range<usize>) -> bool {
        let short = range.len() < 4;
        let apart = |edge: Option<char>, beside: Option<char>| match (edge, beside) {
            (Some(edge), Some(beside)) if edge.is_ascii_digit() && beside.is_ascii_digit() => false,
            (Some(edge), Some(beside)) => {
                !(short && edge.is_ascii_alphanumeric() && beside.is_ascii_alphanumeric())
            }
            _ => true,
        };
        let last = range.end.checked_sub(1).and_then(|last| self.letter(last));
        let before = range.start.checked_sub(1).and_then(|before| self.letter(before));
        if matches!(self.letter(range.end), Some('\u{3099}' | '\u{309a}' | '\u{300}'..='\u{36f}')) {
            return false;
        }
        apart(self.letter(range.start), before) && apart(last, self.letter(range.end))
    }
}

/// A name in the form in which names are compared.
pub(super) fn form(text: &str) -> String {
    Folded::new(text).lower().0
}

/// Lower case of one letter as one letter.
fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => letter,
    }
}
