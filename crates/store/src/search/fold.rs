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
        '\0'..='\x7f' | '、' | '。' | '「' | '」' | '・' => Script::Other,
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
pub(super) fn fold_each(text: &str, mut put: impl FnMut(char, usize, usize)) {
    let mut chars = text.char_indices();
    let mut space = None;
    let mut last = None::<char>;
    while let Some((from, char)) = chars.next() {
        let mut to = from + char.len_utf8();
        // Voiced marks that stand apart (half width, or decomposed as some file systems do) belong to their kana.
        let marked = chars.as_str().chars().next().is_some_and(is_mark);
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
