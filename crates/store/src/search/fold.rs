//! The form in which texts and queries are compared: width, case and kana do not matter.
//!
//! NFKC, lower case, hiragana as katakana, white space between Japanese letters dropped, one kind of dash. The form of
//! a part is a part of the form of the whole, so whatever can be seen in a text is found in its folded form.

use unicode_normalization::UnicodeNormalization;

/// What kind of letter a folded character is: words of one kind are indexed whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Kana,
    Kanji,
    /// Letters and digits of every other script.
    Latin,
    /// Signs and white space.
    Other,
}

pub(crate) fn script(char: char) -> Script {
    match char {
        '\u{30a1}'..='\u{30fa}' | 'ー' | 'ヽ' | 'ヾ' => Script::Kana,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{20000}'..='\u{323af}'
        | '々'
        | '〆'
        | '\u{f900}'..='\u{faff}' => Script::Kanji,
        // What is frequent is told without a table.
        '\0'..='\x7f' if char.is_ascii_alphanumeric() => Script::Latin,
        '\0'..='\x7f' | '、' | '。' => Script::Other,
        _ if char.is_alphanumeric() => Script::Latin,
        _ => Script::Other,
    }
}

fn is_japanese(char: char) -> bool {
    matches!(script(char), Script::Kana | Script::Kanji) || ('\u{3001}'..='\u{303f}').contains(&char)
}

/// A folded text that knows where each of its characters came from.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) text: String,
    /// For each folded character its byte offset here and the byte range it came from in the original.
    places: Vec<(u32, u32, u32)>,
}

impl Folded {
    /// The byte range of the original that the byte range `start..end` of the folded text came from.
    pub(crate) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let at = |byte: usize| self.places.partition_point(|(folded, ..)| (*folded as usize) < byte);
        let from = self.places.get(at(start)).map_or(0, |(_, from, _)| *from as usize);
        let to = at(end).checked_sub(1).and_then(|index| self.places.get(index));
        (from, to.map_or(from, |(.., to)| *to as usize).max(from))
    }
}

/// The folded form of `text`.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_each(text, |char, _, _| out.push(char));
    out
}

/// Appends the folded form of a text in UTF-8 that has none but the most frequent characters; `false` where it has others
/// (then what was appended is of no use). In a fifth of the time that [`fold`] takes: for texts that are only looked
/// through.
pub(crate) fn fold_frequent(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.reserve(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return true,
            [b'\t' | b'\x0b' | b'\x0c' | b'\r' | b' ', ..] => return false,
            [ascii @ ..=0x7f, rest @ ..] => {
                out.push(ascii.to_ascii_lowercase());
                rest
            }
            // Kana, punctuation and kanji; told without a branch for each, of which none could be foreseen.
            [one @ 0xe3..=0xe9, two, three, rest @ ..] => {
                let char = u32::from(one & 0x0f) << 12 | u32::from(two & 0x3f) << 6 | u32::from(three & 0x3f);
                let within = |first: u32, last: u32| char.wrapping_sub(first) <= last - first;
                let hiragana = within(0x3041, 0x3096);
                let others = within(0x30a1, 0x30fe) | within(0x4e00, 0x9fff) | within(0x3001, 0x3002);
                if !(hiragana | others | within(0x300c, 0x300d) | (char == 0x3005)) {
                    return false;
                }
                // Katakana stand 0x60 behind.
                let folded = char + 0x60 * u32::from(hiragana);
                let six = |shift: u32| 0x80 | (folded >> shift & 0x3f) as u8;
                out.extend_from_slice(&[*one, six(6), six(0)]);
                rest
            }
            // Full width.
            [0xef, 0xbc, last @ 0x81..=0xbf, rest @ ..] => {
                out.push((last - 0x60).to_ascii_lowercase());
                rest
            }
            [0xef, 0xbd, last @ 0x80..=0x9e, rest @ ..] => {
                out.push((last - 0x20).to_ascii_lowercase());
                rest
            }
            _ => return false,
        };
    }
}

/// Folds a text in UTF-8 that has none but kana, kanji, the most frequent punctuation and ASCII without spaces, into `out`,
/// byte for byte: a part of `text` lies in the same place of `out`. `false` where it has others; then `out` is of no use.
///
/// Each byte follows from its neighbours alone and without branches, so that the compiler folds many at once: a tenth of
/// the time that [`fold_frequent`] takes. `padded` is a place to work in.
pub(crate) fn fold_plain(text: &[u8], padded: &mut Vec<u8>, out: &mut Vec<u8>) -> bool {
    padded.clear();
    padded.extend_from_slice(&[0, 0]);
    padded.extend_from_slice(text);
    padded.push(0);
    out.clear();
    out.resize(text.len(), 0);
    let behind = |count: usize| padded.get(count..).unwrap_or_default().iter().copied();
    let mut odd = false;
    for ((((put, before_last), last), byte), next) in
        out.iter_mut().zip(behind(0)).zip(behind(1)).zip(behind(2)).zip(behind(3))
    {
        let (folded, is_odd) = plain_byte([before_last, last, byte, next]);
        *put = folded;
        odd |= is_odd;
    }
    !odd
}

/// The folded form of the third of four bytes of UTF-8, and whether it belongs to a character that is not plain.
fn plain_byte([before_last, last, byte, next]: [u8; 4]) -> (u8, bool) {
    // The second byte of a kana or a mark, the third of one.
    let (second, third) = (last == 0xe3, before_last == 0xe3);
    // Hiragana: the first 31, the next 32, and the rest; their katakana stand 0x60 behind.
    let (low, high) = (byte == 0x81, byte == 0x82);
    let (early, late) = (second & low & (next < 0xa0), second & low & (next >= 0xa0));
    let turned = u8::from(early | second & high & (next <= 0x96)) + 2 * u8::from(late);
    let up = third & ((last == 0x81) & (byte < 0xa0) | (last == 0x82) & (byte <= 0x96));
    let down = third & (last == 0x81) & (byte >= 0xa0);
    let capital = byte.wrapping_sub(b'A') < 26;
    let moved = (0x20 * u8::from(up | capital)).wrapping_sub(0x20 * u8::from(down));
    let folded = byte.wrapping_add(turned).wrapping_add(moved);

    let space = (byte == b' ') | (byte.wrapping_sub(b'\t') < 5) & (byte != b'\n');
    let lead = (byte >= 0xc0) & (byte.wrapping_sub(0xe3) >= 7) | (byte == 0xe4) & (next < 0xb8);
    let sign = (next == 0x81) | (next == 0x82) | (next == 0x85) | (next == 0x8c) | (next == 0x8d);
    let kana = low & (next != 0x80)
        | high & ((next <= 0x96) | (next >= 0xa1))
        | (byte == 0x83) & (next != 0xbf)
        | (byte == 0x80) & sign;
    (folded, space | lead | second & !kana)
}

/// The folded form of `text`, with places.
pub(crate) fn fold_with_places(text: &str) -> Folded {
    let mut out =
        Folded { text: String::with_capacity(text.len()), places: Vec::with_capacity(text.len() / 2) };
    fold_each(text, |char, from, to| {
        let at = u32::try_from(out.text.len()).unwrap_or(u32::MAX);
        let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        out.places.push((at, place(from), place(to)));
        out.text.push(char);
    });
    out
}

/// Calls `put` with each folded character and the byte range of the original that it came from.
fn fold_each(text: &str, mut put: impl FnMut(char, usize, usize)) {
    let mut chars = text.char_indices();
    let mut space = None;
    let mut last = None::<char>;
    while let Some((from, char)) = chars.next() {
        let mut to = from + char.len_utf8();
        // Voiced marks that stand apart (half width, or decomposed as some file systems do) belong to their kana.
        let marked = begins_with_mark(chars.as_str().as_bytes());
        // Nearly all characters.
        if let Some(folded) = simple(char)
            && !marked
            && space.is_none()
            && !char.is_whitespace()
        {
            put(folded, from, to);
            last = Some(folded);
            continue;
        }
        if char == '\n' {
            put('\n', from, to);
            (space, last) = (None, None);
            continue;
        }
        if char.is_whitespace() {
            space = Some((from, to));
            continue;
        }
        if is_ignored(char) {
            continue;
        }
        let mut emit = |folded: char, from: usize, to: usize| {
            if let Some((from, to)) = space.take()
                && last.is_some_and(|last| !is_japanese(last))
                && !is_japanese(folded)
            {
                put(' ', from, to);
            }
            put(folded, from, to);
            last = Some(folded);
        };
        match simple(char) {
            Some(folded) if !marked => emit(folded, from, to),
            _ => {
                let mut cluster = String::from(char);
                while let Some(next) = chars.as_str().chars().next().filter(|next| is_mark(*next)) {
                    chars.next();
                    // A half-width mark composes only after its full-width twin replaced it.
                    cluster.push(match next {
                        'ﾞ' => '\u{3099}',
                        'ﾟ' => '\u{309a}',
                        next => next,
                    });
                    to += next.len_utf8();
                }
                for folded in cluster.nfkc().flat_map(char::to_lowercase) {
                    if !folded.is_whitespace() && !is_ignored(folded) {
                        emit(simple(folded).unwrap_or(folded), from, to);
                    }
                }
            }
        }
    }
}

/// Whether a character belongs to the one before it.
fn is_mark(char: char) -> bool {
    matches!(char, 'ﾞ' | 'ﾟ' | '\u{3099}' | '\u{309a}' | '\u{300}'..='\u{36f}')
}

/// Whether a text in UTF-8 begins with a mark.
pub(super) fn begins_with_mark(text: &[u8]) -> bool {
    match text {
        [0xcc, ..] | [0xcd, ..=0xaf, ..] => true,
        [0xe3, 0x82, last, ..] => matches!(last, 0x99 | 0x9a),
        [0xef, 0xbe, last, ..] => matches!(last, 0x9e | 0x9f),
        _ => false,
    }
}

/// Nothing that a reader sees: zero-width characters, variation selectors, soft hyphens.
fn is_ignored(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// The folded form of the characters that need no look at their neighbours and no tables.
fn simple(char: char) -> Option<char> {
    Some(match char {
        '\0'..='\u{7f}' => char.to_ascii_lowercase(),
        '\u{3041}'..='\u{3096}' | 'ゝ' | 'ゞ' => char::from_u32(char as u32 + 0x60)?,
        '\u{30a1}'..='\u{30fe}' | '\u{4e00}'..='\u{9fff}' | '々' => char,
        '、' | '。' | '「' | '」' => char,
        '\u{ff21}'..='\u{ff3a}' => char::from_u32(char as u32 - 0xfee0 + 0x20)?,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0)?,
        '〜' => '~',
        '\u{2010}'..='\u{2015}' | '−' => '-',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn width_case_and_kana_do_not_matter() {
        for (one, other) in [
            ("ｻｰﾊﾞｰ", "サーバー"),
            ("ｶﾞｲﾄﾞ", "がいど"),
            ("か\u{3099}いと\u{3099}", "ガイド"),
            ("ＥＣ２　の再起動", "EC2の再起動"),
            ("EC2 の 再起動", "ec2の再起動"),
            ("web  server", "Web Server"),
            ("㈱①", "(株)1"),
            ("10〜20", "10～20"),
            ("É", "é"),
            ("手\u{fe00}順", "手順"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("web server"), fold("webserver"));
    }

    proptest! {
        #[test]
        fn frequent_characters_are_folded_the_same(text in "[\\x00-\\x7f\\u{3000}-\\u{30ff}一-龥\\u{9fa6}-\\u{a000}\\u{4d00}-\\u{4e10}\\u{ff00}-\\u{ffef}éß①㈱😀\\u{301}]{0,4}") {
            let mut out = Vec::new();
            if fold_frequent(text.as_bytes(), &mut out) {
                prop_assert_eq!(&out, &fold(&text).into_bytes());
            }
            if fold_plain(text.as_bytes(), &mut Vec::new(), &mut out) {
                prop_assert_eq!(out, fold(&text).into_bytes());
            }
        }
    }

    #[test]
    fn marks_are_told_by_their_bytes() {
        for char in ('\0'..=char::MAX).filter(|char| u32::from(*char) < 0x2_0000) {
            assert_eq!(begins_with_mark(char.to_string().as_bytes()), is_mark(char), "{char:?}");
        }
    }

    #[test]
    fn every_character_is_folded_the_same_where_it_is_plain() {
        let (mut padded, mut out, mut plain) = (Vec::new(), Vec::new(), 0);
        for char in ('\0'..=char::MAX).filter(|char| u32::from(*char) < 0x2_0000) {
            let text = format!("手{char}順");
            if fold_plain(text.as_bytes(), &mut padded, &mut out) {
                assert_eq!(String::from_utf8(out.clone()).unwrap(), fold(&text), "{char:?}");
                plain += 1;
            }
        }
        // ASCII without five spaces, kana, signs, kanji.
        assert_eq!(plain, 128 - 5 + 0x56 + 0x5e + 5 + 0x5200);
    }

    #[test]
    fn most_texts_have_none_but_frequent_characters() {
        let text = "（夜間）02:14、手順3の「ＡＬＢ」を見ずにサーバーへ架電した。\n時々、EC2-01も";
        let mut out = Vec::new();
        assert!(fold_frequent(text.as_bytes(), &mut out));
        assert_eq!(String::from_utf8(out).unwrap(), fold(text));
    }

    #[test]
    fn places_lead_back_to_the_original() {
        let original = "「ﾁｪｯｸ漏れ」とＥＣ２ の";
        let folded = fold_with_places(original);
        for (part, expected) in [("チェック漏", "ﾁｪｯｸ漏"), ("ec2ノ", "ＥＣ２ の"), ("トec", "とＥＣ")]
        {
            let at = folded.text.find(part).unwrap();
            let (from, to) = folded.original(at, at + part.len());
            assert_eq!(&original[from..to], expected);
        }
    }
}
