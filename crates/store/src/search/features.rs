//! What tells of how a defect came about: the features of a text, without a dictionary.

use unicode_normalization::UnicodeNormalization;

use super::fold::{Script, script};

/// Characters of hiragana in a row that are features: what is said in kana is mostly as long (つもり, はずだ).
const IN_A_ROW: std::ops::RangeInclusive<usize> = 3..=4;

/// A text as features are told apart in it: one width, lower case. Unlike the form that a search compares, hiragana
/// stays what it is: it tells where a word of kanji ends.
pub fn plain(text: &str) -> String {
    // Of these alone NFKC makes nothing else; nearly all texts have no others.
    let stays = |char| {
        matches!(char, '\0'..='\x7f' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}' | '\u{4e00}'..='\u{9fff}')
            || matches!(char, '、' | '。' | '「' | '」')
    };
    if text.chars().all(stays) {
        return text.to_ascii_lowercase();
    }
    text.nfkc().flat_map(char::to_lowercase).collect()
}

fn is_hiragana(char: char) -> bool {
    matches!(char, '\u{3041}'..='\u{3096}')
}

/// Whether a word ends in hiragana: a kanji with the hiragana behind it may be grammar.
pub fn is_inflected(word: &str) -> bool {
    word.chars().next_back().is_some_and(is_hiragana)
}

/// Calls `put` with the words of a text in its [`plain`] form, as often as they occur: those written in katakana or
/// Latin letters, and each kanji with the kanji or hiragana behind it.
pub fn each_word<'a>(text: &'a str, mut put: impl FnMut(&'a str)) {
    let is_katakana = |char: char| matches!(char, '\u{30a1}'..='\u{30fe}');
    let is_word = |word: &&str| word.chars().nth(1).is_some();
    text.split(|char| !is_katakana(char)).filter(is_word).for_each(&mut put);
    let latin = text.split(|char: char| !char.is_ascii_alphanumeric());
    latin
        .map(|word| word.trim_start_matches(|char: char| char.is_ascii_digit()))
        .filter(is_word)
        .for_each(&mut put);
    for ((at, char), (end, next)) in text.char_indices().zip(text.char_indices().skip(1)) {
        if script(char) == Script::Kanji && (script(next) == Script::Kanji || is_hiragana(next)) {
            put(text.get(at..end + next.len_utf8()).unwrap_or_default());
        }
    }
}

/// Calls `put` with every feature of a text in its [`plain`] form: its words, each kanji, and three or four characters
/// of hiragana in a row.
pub fn each_feature<'a>(text: &'a str, mut put: impl FnMut(&'a str)) {
    each_word(text, &mut put);
    let mut row: Vec<usize> = Vec::new();
    for (at, char) in text.char_indices() {
        if !is_hiragana(char) {
            row.clear();
            if script(char) == Script::Kanji {
                put(text.get(at..at + char.len_utf8()).unwrap_or_default());
            }
            continue;
        }
        row.push(at);
        let starts = IN_A_ROW.filter_map(|length| row.get(row.len().checked_sub(length)?));
        starts.for_each(|start| put(text.get(*start..at + char.len_utf8()).unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_by_their_script() {
        let text = plain("ＥＣの再起動をSlackへ、ﾐｭｰﾄを戻し忘れ 3回");
        let mut words = Vec::new();
        each_word(&text, |word| words.push(word));
        assert_eq!(words, ["ミュート", "ec", "slack", "再起", "起動", "動を", "戻し", "忘れ"]);
        assert!(is_inflected("忘れ") && !is_inflected("起動") && !is_inflected(""));
    }

    #[test]
    fn what_is_said_in_kana_is_a_feature() {
        let mut features = Vec::new();
        each_feature("直したつもり。でも", |feature| features.push(feature));
        assert_eq!(features, ["直し", "直", "したつ", "たつも", "したつも", "つもり", "たつもり"]);
    }
}
