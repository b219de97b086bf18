//! How a text was written, beside its folded form: from both the text comes back to the byte.
//!
//! Texts are stored folded, so that a search looks through them as they are. What folding takes away is little: whether
//! kana were katakana, whether ASCII was full width or a capital, now and then a space. It is stored as a list of runs,
//! each a number in LEB128: `9 × characters + kind`, where the kind is three bits ([`KATAKANA`], [`FULL_WIDTH`],
//! [`CAPITAL`]), or [`LITERAL`]: then the length of what was written instead, and that itself in UTF-8. What follows the
//! last run is hiragana, small letters of half width.

use super::code;
use super::fold::fold_each;
use crate::leb128::{put_number, take_number};

const KATAKANA: usize = 1;
const FULL_WIDTH: usize = 2;
const CAPITAL: usize = 4;
const LITERAL: usize = 8;
const KINDS: usize = 9;

/// How far katakana stand behind hiragana, and full width behind ASCII.
const TO_KATAKANA: u32 = 0x60;
const TO_FULL_WIDTH: u32 = 0xfee0;

/// Appends the code of a text's folded form, and how the text was written.
pub(crate) fn take_apart(text: &str, folded: &mut Vec<u8>, written: &mut Vec<u8>) {
    let mut runs = Runs { text, out: written, kind: 0, count: 0, done: 0 };
    let mut last = Cluster::default();
    fold_each(text, |char, from, to| {
        code::push(char, folded);
        if (last.from, last.to) == (from, to) {
            last.count += 1;
        } else {
            runs.put(std::mem::replace(&mut last, Cluster { from, to, char, count: 1 }));
        }
    });
    runs.put(last);
    runs.put(Cluster { from: text.len(), to: text.len(), ..Cluster::default() });
    runs.flush();
}

/// Folded characters that came from the bytes `from..to` of a text.
#[derive(Default)]
struct Cluster {
    from: usize,
    to: usize,
    /// The first of them.
    char: char,
    count: usize,
}

/// The runs so far, the last not yet written.
struct Runs<'a> {
    text: &'a str,
    out: &'a mut Vec<u8>,
    kind: usize,
    /// Characters of the last run.
    count: usize,
    /// Bytes of the text that are told.
    done: usize,
}

impl Runs<'_> {
    fn put(&mut self, cluster: Cluster) {
        let Cluster { from, to, char, count } = cluster;
        if from > self.done {
            self.literal(from, 0);
        }
        if count == 0 {
            return;
        }
        match self.text.get(from..to).and_then(|original| kind(char, original)).filter(|_| count == 1) {
            Some(kind) => {
                if self.kind & heeded(char) != kind {
                    self.flush();
                    self.kind = self.kind & !heeded(char) | kind;
                }
                self.count += 1;
                self.done = to;
            }
            None => self.literal(to, count),
        }
    }

    /// The text up to `to` became so many characters.
    fn literal(&mut self, to: usize, count: usize) {
        self.flush();
        let literal = self.text.get(self.done..to).unwrap_or_default();
        put_number(count * KINDS + LITERAL, self.out);
        put_number(literal.len(), self.out);
        self.out.extend_from_slice(literal.as_bytes());
        self.done = to;
    }

    fn flush(&mut self) {
        if self.count > 0 {
            put_number(self.count * KINDS + self.kind, self.out);
            self.count = 0;
        }
    }
}

/// The kind of run in which a folded character stands for what was written, as far as it heeds it; `None` where that can
/// only be told literally.
fn kind(folded: char, original: &str) -> Option<usize> {
    let mut chars = original.chars();
    let (Some(original), None) = (chars.next(), chars.next()) else { return None };
    let mut kinds = (0..LITERAL).filter(|kind| kind & !heeded(folded) == 0);
    kinds.find(|kind| as_written(folded, *kind) == original)
}

/// The bits of a kind that tell how a folded character was written.
fn heeded(folded: char) -> usize {
    match folded {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => KATAKANA,
        'a'..='z' => FULL_WIDTH | CAPITAL,
        '!'..='~' => FULL_WIDTH,
        _ => 0,
    }
}

fn as_written(folded: char, kind: usize) -> char {
    let (heeded, kind) = (heeded(folded), kind & heeded(folded));
    if kind == heeded & KATAKANA {
        return folded;
    }
    let mut written = if kind & CAPITAL == 0 { folded } else { folded.to_ascii_uppercase() };
    if heeded & KATAKANA != 0 {
        written = moved(written, TO_KATAKANA.wrapping_neg());
    } else if kind & FULL_WIDTH != 0 {
        written = moved(written, TO_FULL_WIDTH);
    }
    written
}

fn moved(char: char, by: u32) -> char {
    char::from_u32(u32::from(char).wrapping_add(by)).unwrap_or(char)
}

/// The text that was taken apart. Bytes that we did not write make some text.
pub(crate) fn put_together(folded: &[u8], mut written: &[u8]) -> String {
    let mut text = String::with_capacity(folded.len() * 2);
    let mut chars = code::chars(folded);
    while let Some(number) = take_number(&mut written) {
        let (count, kind) = (number / KINDS, number % KINDS);
        let these = chars.by_ref().take(count);
        if kind == LITERAL {
            these.for_each(drop);
            let length = take_number(&mut written).unwrap_or_default();
            let (literal, rest) = written.split_at(length.min(written.len()));
            text.push_str(&String::from_utf8_lossy(literal));
            written = rest;
        } else {
            text.extend(these.map(|char| as_written(char, kind)));
        }
    }
    text.extend(chars.map(|char| as_written(char, 0)));
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold::fold;
    use super::*;

    fn taken_apart(text: &str) -> (Vec<u8>, Vec<u8>) {
        let (mut folded, mut written) = (Vec::new(), Vec::new());
        take_apart(text, &mut folded, &mut written);
        (folded, written)
    }

    #[test]
    fn what_is_written_plainly_takes_few_bytes() {
        let lengths = |text: &str| {
            let (folded, written) = taken_apart(text);
            (folded.len(), written.len())
        };
        assert_eq!(lengths("手順を見ずに架電した。"), (16, 1));
        assert_eq!(lengths("手順をサーバーに"), (10, 3));
        assert_eq!(lengths("（夜間）に"), (7, 1));
        assert_eq!(lengths("EC2 の"), (4, 5));
        assert_eq!(lengths(""), (0, 0));
    }

    #[test]
    fn every_character_comes_back_as_it_was_written() {
        for char in '\0'..=char::MAX {
            let text = format!("手{char}順");
            let (folded, written) = taken_apart(&text);
            assert_eq!(put_together(&folded, &written), text);
        }
    }

    #[test]
    fn bytes_that_nobody_wrote_make_some_text() {
        for first in 0..=u8::MAX {
            for rest in [&[][..], &[0xff], &[0x00, 0x00], &[0xff; 11], &[0x04; 9]] {
                put_together(&code::encode("手順ノ"), &[&[first], rest].concat());
            }
        }
    }

    proptest! {
        #[test]
        fn texts_come_back_to_the_byte(text in "[\\x00-\\x7f\u{3000}-\u{30ff}一-龥ｱ-ﾟ\u{ff00}-\u{ff5e}éß①㈱😀\u{301}\u{3099}\u{200b} が]{0,24}") {
            let (folded, written) = taken_apart(&text);
            prop_assert_eq!(code::chars(&folded).collect::<String>(), fold(&text));
            prop_assert_eq!(put_together(&folded, &written), text);
        }
    }
}
