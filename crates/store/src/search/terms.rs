//! What a folded text is indexed under: its characters, its pairs of characters, its words of one script, and its names
//! (host names, addresses, times: Latin letters with signs among them).
//!
//! A query word of one or two characters is looked up as it is. A longer one of one script, or that may be a part of a
//! name, is looked for in the vocabulary of whole words (a few megabytes in memory), so its hits are exact without
//! reading a text. Any other is narrowed by its pairs and words and then verified in the texts.

use super::fold::{Script, script};

/// A word that is longer is indexed in overlapping windows of this many characters …
const WINDOW: usize = 48;

/// … so that every part of at most this many characters lies within one.
pub(crate) const LONGEST: usize = WINDOW / 2;

/// Signs that stand among the letters of a name.
fn joins(char: char) -> bool {
    matches!(char, '-' | '_' | '.' | '/' | ':' | '@')
}

fn names(char: char) -> bool {
    joins(char) || script(char) == Script::Latin
}

/// Whether a word may go on from one character to the next.
pub(crate) fn together(one: char, next: char) -> bool {
    script(one) == script(next) || (names(one) && names(next))
}

/// A stretch of characters that may be a word: where it starts, how many it has, and whether a sign is among them.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
    joined: bool,
}

impl Run {
    fn go_on(run: &mut Option<Self>, at: usize, joined: bool) {
        let run = run.get_or_insert(Self { start: at, length: 0, joined: false });
        run.length += 1;
        run.joined |= joined;
    }
}

/// Calls `put` with every term of `folded`, some of them many times.
pub(crate) fn each<'a>(folded: &'a str, mut put: impl FnMut(&'a str)) {
    let mut before: Option<usize> = None;
    let mut kind = Script::Other;
    let (mut run, mut name): (Option<Run>, Option<Run>) = (None, None);
    for (at, char) in folded.char_indices() {
        let end = at + char.len_utf8();
        let (last, sign) = (kind, joins(char));
        kind = script(char);
        if kind != last {
            word(folded, run.take(), at, &mut put);
        }
        if kind != Script::Other {
            Run::go_on(&mut run, at, false);
        }
        if sign || kind == Script::Latin {
            Run::go_on(&mut name, at, sign);
        } else {
            word(folded, name.take().filter(|name| name.joined), at, &mut put);
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
    word(folded, name.filter(|name| name.joined), folded.len(), &mut put);
}

fn word<'a>(folded: &'a str, run: Option<Run>, end: usize, put: &mut impl FnMut(&'a str)) {
    let Some(Run { start, length, .. }) = run.filter(|run| run.length > 2) else { return };
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

/// Whether a term is a name: it has signs among its letters.
pub(crate) fn is_name(term: &str) -> bool {
    term.contains(joins)
}

/// Whether a word may be a part of a name and of nothing else, and is not too long to be found in the vocabulary.
pub(crate) fn of_name(folded: &str) -> bool {
    is_name(folded) && folded.chars().all(names) && folded.chars().count() <= LONGEST
}

/// A part of a folded text, and what the text tells of the word that it lies in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    /// The word begins with it.
    pub(crate) begins: bool,
    /// The word ends with it.
    pub(crate) ends: bool,
}

/// The parts of a folded text, of one script or a name, that are long enough to be told from pairs.
pub(crate) fn pieces(folded: &str) -> Vec<Piece<'_>> {
    let is_long = |text: &str| text.chars().nth(2).is_some();
    let runs = stretches(folded, |one, next| script(one) == script(next));
    let names = stretches(folded, |one, next| names(one) && names(next));
    runs.filter(|piece| one_script(piece.text))
        .chain(names.filter(|piece| of_name(piece.text)))
        .filter(|piece| is_long(piece.text))
        .collect()
}

/// The longest stretches of characters each of which goes `with` the next.
fn stretches(folded: &str, with: impl Fn(char, char) -> bool) -> impl Iterator<Item = Piece<'_>> {
    let mut start = 0;
    let mut chars = folded.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, char) = chars.next()?;
            let end = at + char.len_utf8();
            if !chars.peek().is_some_and(|(_, next)| with(char, *next)) {
                let text = slice(folded, start, end);
                let piece = Piece { text, begins: start > 0, ends: end < folded.len() };
                start = end;
                return Some(piece);
            }
        }
    })
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
    fn names_are_terms_with_their_signs() {
        let terms = |text| {
            let mut terms = Vec::new();
            each(text, |term: &str| terms.extend(term.chars().nth(2).map(|_| term)));
            terms
        };
        assert_eq!(terms("ec-prd-web-01ヲ"), ["prd", "web", "ec-prd-web-01"]);
        assert_eq!(terms("手順/03:12"), ["/03:12"]);
        assert!(of_name("-web") && of_name("03:1") && !of_name("web") && !of_name("ヲ-"));
    }

    #[test]
    fn pieces_tell_what_their_words_begin_and_end_with() {
        let piece = |text, begins, ends| Piece { text, begins, ends };
        assert_eq!(
            pieces("再起動ガ遅レタラ、ログノ確認中ヲ"),
            [
                piece("再起動", false, true),
                piece("レタラ", true, true),
                piece("ログノ", true, true),
                piece("確認中", true, true)
            ]
        );
        assert_eq!(
            pieces("。00:02ニec-prd"),
            [piece("prd", true, false), piece("00:02", true, true), piece("ec-prd", true, false)]
        );
        assert_eq!(pieces("テイナイ手順書"), [piece("テイナイ", false, true), piece("手順書", true, false)]);
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
