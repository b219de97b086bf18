//! A text in the one form that the rules are written in, every character of which knows where it came from.
//!
//! NFKC, lower case, katakana as hiragana, no white space but line breaks, plain endings for polite ones, and one spelling for words that people
//! write in several (`見おとし`, `気付く`, `Ｗチェック`).

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::polite;

/// What people write, and the spelling that the rules know. Both are in the folded form.
const SPELLINGS: &[(&str, &str)] = &[
    ("気付", "気づ"),
    ("気が付", "気づ"),
    ("気がつ", "気づ"),
    ("きがつ", "気づ"),
    ("きづ", "気づ"),
    ("気を付け", "気をつけ"),
    ("きをつけ", "気をつけ"),
    ("気つけ", "気をつけ"),
    ("見落し", "見落とし"),
    ("見落す", "見落とす"),
    ("見落さ", "見落とさ"),
    ("見おと", "見落と"),
    ("みおと", "見落と"),
    ("見のが", "見逃"),
    ("みのが", "見逃"),
    ("見すご", "見過ご"),
    ("みすご", "見過ご"),
    ("洩れ", "漏れ"),
    ("確認もれ", "確認漏れ"),
    ("ちぇっくもれ", "ちぇっく漏れ"),
    ("抜けもれ", "抜け漏れ"),
    ("連絡もれ", "連絡漏れ"),
    ("伝達もれ", "伝達漏れ"),
    ("かくにん", "確認"),
    ("充分", "十分"),
    ("じゅうぶん", "十分"),
    ("思いこ", "思い込"),
    ("おもいこ", "思い込"),
    ("思込", "思い込"),
    ("おもいちがい", "思い違い"),
    ("出来", "でき"),
    ("心掛", "心が"),
    ("心懸", "心が"),
    ("わすれ", "忘れ"),
    ("あわて", "慌て"),
    ("かんちがい", "勘違い"),
    ("勘ちがい", "勘違い"),
    ("まちがえ", "間違え"),
    ("まちがい", "間違い"),
    ("間ちが", "間違"),
    ("取りちが", "取り違"),
    ("手順通り", "手順どおり"),
    ("手順書通り", "手順書どおり"),
    ("手順の通り", "手順どおり"),
    ("手順書の通り", "手順書どおり"),
    ("手順のとおり", "手順どおり"),
    ("手順書のとおり", "手順書どおり"),
    ("手順とおり", "手順どおり"),
    ("だれ", "誰"),
    ("ふたり", "二人"),
    ("2人", "二人"),
    ("2名", "二名"),
    ("wちぇっく", "だぶるちぇっく"),
    ("w確認", "だぶるちぇっく"),
    ("2重", "二重"),
    ("二重ちぇっく", "だぶるちぇっく"),
    ("2重ちぇっく", "だぶるちぇっく"),
    ("二重確認", "だぶるちぇっく"),
    ("だぶるcheck", "だぶるちぇっく"),
    ("だぶる・ちぇっく", "だぶるちぇっく"),
    ("声がけ", "声かけ"),
    ("声掛け", "声かけ"),
    ("呼び掛け", "呼びかけ"),
    ("引き継ぎ", "引継ぎ"),
    ("引きつぎ", "引継ぎ"),
    ("指さし", "指差し"),
    ("指差確認", "指差し確認"),
    ("指差呼称", "指差し呼称"),
    ("ひゅーまん・えらー", "ひゅーまんえらー"),
    ("humanerror", "ひゅーまんえらー"),
    ("人為的みす", "人為みす"),
    ("人為的なみす", "人為みす"),
    ("ゆるみ", "緩み"),
    ("弛み", "緩み"),
    ("おこた", "怠"),
    ("無く", "なく"),
    ("無か", "なか"),
    ("良く", "よく"),
    ("の為", "のため"),
    ("た為", "たため"),
    ("分か", "わか"),
    ("解っ", "わかっ"),
    ("判ら", "わから"),
    ("行な", "行"),
];

/// What parts a word from the one before.
const PARTICLES: [char; 10] = ['に', 'を', 'が', 'は', 'で', 'の', 'て', 'も', 'と', 'ず'];

/// The spellings by the letter that they begin with.
static BY_LETTER: LazyLock<HashMap<char, Vec<(&str, &str)>>> = LazyLock::new(|| {
    let mut by_letter: HashMap<char, Vec<(&str, &str)>> = HashMap::new();
    for spelling in SPELLINGS {
        if let Some(first) = spelling.0.chars().next() {
            by_letter.entry(first).or_default().push(*spelling);
        }
    }
    by_letter
});

/// A folded text. Offsets into it are bytes of [`Text::folded`]; [`Text::utf16`] leads back to the original.
pub(crate) struct Text {
    pub(crate) folded: String,
    /// For each folded character: its byte offset, and the UTF-16 range of the original that it came from.
    places: Vec<(usize, usize, usize)>,
    /// Whether the original character is a kanji or a katakana, such as compounds are made of.
    solid: Vec<bool>,
}

/// A folded character, and the UTF-16 range of the original that it came from.
#[derive(Clone, Copy)]
pub(super) struct Letter {
    pub(super) char: char,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) solid: bool,
}

impl Text {
    pub(crate) fn new(original: &str) -> Self {
        let letters = polite::plain(respell(&letters(original)));
        let mut text = Self {
            folded: String::with_capacity(original.len()),
            places: Vec::with_capacity(letters.len()),
            solid: Vec::with_capacity(letters.len()),
        };
        for letter in letters {
            text.places.push((text.folded.len(), letter.from, letter.to));
            text.solid.push(letter.solid);
            text.folded.push(letter.char);
        }
        text
    }

    fn index(&self, byte: usize) -> usize {
        self.places.partition_point(|(folded, ..)| *folded < byte)
    }

    /// The UTF-16 range of the original that a range of bytes came from.
    pub(crate) fn utf16(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.places.get(self.index(start)).map_or(0, |(_, from, _)| *from);
        let last = self.index(end).checked_sub(1).and_then(|index| self.places.get(index));
        (from, last.map_or(from, |(.., to)| *to).max(from))
    }

    /// Whether the character at a byte goes on with a compound: a kanji or a katakana in the original.
    pub(crate) fn is_solid(&self, byte: usize) -> bool {
        self.solid.get(self.index(byte)).copied().unwrap_or(false)
    }

    /// Where a range ends without the beginning of a word that goes on after it.
    pub(crate) fn whole_words(&self, start: usize, end: usize) -> usize {
        if !self.is_solid(end) {
            return end;
        }
        let found = self.folded.get(start..end).unwrap_or_default();
        let mut cut = found.char_indices().rev().skip_while(|(at, _)| self.is_solid(start + at));
        match cut.next() {
            Some((at, char)) if PARTICLES.contains(&char) => start + at + char.len_utf8(),
            _ => end,
        }
    }

    /// Whether what ends at a byte can be the front of a compound: it ends in a kanji, a katakana, or as verbs do that
    /// have become nouns.
    pub(crate) fn ends_as_noun(&self, byte: usize) -> bool {
        const NOUNS: [&str; 9] = ["漏れ", "落とし", "逃し", "忘れ", "込み", "違い", "抜け", "誤り", "違え"];
        let before = self.folded.get(..byte).unwrap_or_default();
        let last = before.chars().next_back().map_or(0, char::len_utf8);
        self.is_solid(byte - last) || NOUNS.iter().any(|noun| before.ends_with(noun))
    }
}

/// The folded form alone, as the words of a template are compared.
pub(crate) fn fold(text: &str) -> String {
    Text::new(text).folded
}

/// The kanji and katakana of a text, folded: what it speaks of.
pub(crate) fn solids(text: &str) -> BTreeSet<char> {
    letters(text).into_iter().filter(|letter| letter.solid).map(|letter| letter.char).collect()
}

fn letters(original: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(original.len() / 2);
    let mut at = 0;
    let mut chars = original.chars().peekable();
    while let Some(char) = chars.next() {
        let from = at;
        at += char.len_utf16();
        if char == '\n' {
            letters.push(Letter { char, from, to: at, solid: false });
            continue;
        }
        let solid = is_solid(char);
        if let Some(char) = simple(char)
            && !chars.peek().copied().is_some_and(is_mark)
        {
            letters.push(Letter { char, from, to: at, solid });
            continue;
        }
        let mut cluster = String::from(char);
        while let Some(next) = chars.next_if(|next| is_mark(*next)) {
            at += next.len_utf16();
            cluster.push(match next {
                'ﾞ' => '\u{3099}',
                'ﾟ' => '\u{309a}',
                next => next,
            });
        }
        for folded in cluster.nfkc().flat_map(char::to_lowercase) {
            if !folded.is_whitespace() && !is_unseen(folded) {
                letters.push(Letter { char: simple(folded).unwrap_or(folded), from, to: at, solid });
            }
        }
    }
    letters
}

/// One spelling for what people write in several; the longest that fits counts.
fn respell(letters: &[Letter]) -> Vec<Letter> {
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let fits = |written: &str| {
            written
                .chars()
                .enumerate()
                .all(|(offset, char)| letters.get(at + offset).is_some_and(|letter| letter.char == char))
        };
        let found = BY_LETTER.get(&letter.char).and_then(|spellings| {
            spellings.iter().filter(|(written, _)| fits(written)).max_by_key(|(written, _)| written.len())
        });
        let Some((written, spelt)) = found else {
            out.push(*letter);
            at += 1;
            continue;
        };
        let count = written.chars().count();
        let last = letters.get(at + count - 1).unwrap_or(letter);
        let same = count == spelt.chars().count();
        for (offset, char) in spelt.chars().enumerate() {
            let own = letters.get(at + offset).filter(|_| same);
            out.push(Letter {
                char,
                from: own.map_or(letter.from, |own| own.from),
                to: own.map_or(last.to, |own| own.to),
                solid: letter.solid,
            });
        }
        at += count;
    }
    out
}

fn is_solid(char: char) -> bool {
    matches!(char, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '々' | '\u{30a1}'..='\u{30fa}' | '\u{ff66}'..='\u{ff9d}')
}

fn is_mark(char: char) -> bool {
    matches!(char, 'ﾞ' | 'ﾟ' | '\u{3099}' | '\u{309a}' | '\u{300}'..='\u{36f}')
}

fn is_unseen(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// The folded form of a character that needs no table; white space and the unseen have none.
fn simple(char: char) -> Option<char> {
    Some(match char {
        ' ' | '\t' | '\r' => return None,
        '\0'..='\u{7f}' => char.to_ascii_lowercase(),
        '\u{30a1}'..='\u{30f6}' => char::from_u32(char as u32 - 0x60)?,
        '\u{3041}'..='\u{3096}' | '\u{4e00}'..='\u{9fff}' | '々' | 'ー' | '、' | '。' | '「' | '」' => {
            char
        }
        '，' => '、',
        '．' | '｡' => '。',
        '～' | '〜' => '~',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_spellings_are_one() {
        for (one, other) in [
            ("ﾁｪｯｸもれ", "チェック漏れ"),
            ("見おとした", "見落とした"),
            ("気が付かない", "気づかない"),
            ("Ｗ チェック", "二重確認"),
            ("ﾋｭｰﾏﾝ・ｴﾗｰ", "Human Error"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn ranges_are_utf16_units_of_the_original() {
        let original = "😀 担当のﾁｪｯｸもれ　だった";
        let text = Text::new(original);
        let at = text.folded.find("ちぇっく漏れ").unwrap();
        let (from, to) = text.utf16(at, at + "ちぇっく漏れ".len());
        let units: Vec<u16> = original.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[from..to]).unwrap(), "ﾁｪｯｸもれ");
    }
}
