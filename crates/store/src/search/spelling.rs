//! What else a word may have been written as: other spellings, readings and synonyms, each with its rank.

use std::sync::LazyLock;

use serde::Deserialize;

use super::fold::{Script, fold, script};
use super::query::Word;

/// How a text may match a word: the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// As it was typed, but for width, case and kana.
    Exact,
    /// Another spelling of it, or what it reads as.
    Variant,
    /// A word of the same meaning.
    Synonym,
}

/// Something that a text may hold: a folded form and how like the word it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) folded: String,
    pub(crate) likeness: Likeness,
}

/// Patterns of a word that are heeded.
const LIMIT: usize = 24;

#[derive(Default, Deserialize)]
struct Table {
    groups: Vec<Vec<String>>,
    synonyms: Vec<Vec<String>>,
    parts: Vec<(String, String)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test reads it; a broken table would widen nothing.
    let table: Table = toml::from_str(include_str!("spelling.toml")).unwrap_or_default();
    let parts = table.parts.iter().map(|(reading, word)| (fold(reading), fold(word))).collect();
    Table { groups: fold_groups(&table.groups), synonyms: fold_groups(&table.synonyms), parts }
});

/// Parts of compounds with their readings, folded.
pub(crate) static PARTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| TABLE.parts.clone());

/// Folds the words of each group.
pub(crate) fn fold_groups(groups: &[Vec<String>]) -> Vec<Vec<String>> {
    groups
        .iter()
        .map(|group| group.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect())
        .collect()
}

/// Everything to look for in place of a word; the word itself comes first. `own` are the workspace's synonyms, folded.
pub(crate) fn patterns(word: &Word, own: &[Vec<String>]) -> Vec<Pattern> {
    let folded = fold(&word.text);
    let mut all = vec![Pattern { folded: folded.clone(), likeness: Likeness::Exact }];
    if word.phrase {
        return all;
    }
    for other in [without_long_mark(&folded), numerals(&folded)].into_iter().flatten() {
        add(&mut all, other, Likeness::Variant);
    }
    for base in all.clone() {
        widen(&mut all, &base.folded, &TABLE.groups, Likeness::Variant);
        finish(&mut all, &base.folded);
    }
    for base in all.clone() {
        for groups in [own, &TABLE.synonyms] {
            widen(&mut all, &base.folded, groups, Likeness::Synonym);
        }
    }
    all
}

pub(crate) fn add(all: &mut Vec<Pattern>, folded: String, likeness: Likeness) {
    if all.len() < LIMIT && !folded.is_empty() && !all.iter().any(|known| known.folded == folded) {
        all.push(Pattern { folded, likeness });
    }
}

/// The word with each form of a group that it holds replaced by each other form.
fn widen(all: &mut Vec<Pattern>, folded: &str, groups: &[Vec<String>], likeness: Likeness) {
    for group in groups {
        // The longest form that is there: 切替 is a part of 切替え.
        let held = group.iter().filter(|form| folded.contains(form.as_str())).max_by_key(|form| form.len());
        let Some(held) = held else { continue };
        for other in group.iter().filter(|other| *other != held) {
            // A text that holds the longer form holds the shorter one, too, unless it is the word's middle.
            add(all, folded.replacen(held.as_str(), other, 1), likeness);
        }
    }
}

/// A word that is still being typed (切り替) as the other spellings of what it may become.
fn finish(all: &mut Vec<Pattern>, folded: &str) {
    for group in &TABLE.groups {
        let begun = group.iter().find(|form| {
            form.starts_with(folded) && form.as_str() != folded && folded.chars().nth(2).is_some()
        });
        if begun.is_some() {
            for other in group.iter().filter(|other| !other.starts_with(folded)) {
                add(all, other.clone(), Likeness::Variant);
            }
        }
    }
}

/// サーバー is サーバ, where at least two characters stand before the mark.
fn without_long_mark(folded: &str) -> Option<String> {
    let chars: Vec<char> = folded.chars().collect();
    let is_kana = |index: usize| chars.get(index).is_some_and(|char| script(*char) == Script::Kana);
    let shorter: String = chars
        .iter()
        .enumerate()
        .filter(|(at, char)| {
            let ends = **char == 'ー'
                && *at >= 2
                && is_kana(at - 1)
                && is_kana(at - 2)
                && !is_long_word(&chars, at + 1);
            !ends
        })
        .map(|(_, char)| *char)
        .collect();
    (shorter != folded).then_some(shorter)
}

/// Whether two or more kana follow: サーバールーム keeps its middle.
fn is_long_word(chars: &[char], from: usize) -> bool {
    chars.iter().skip(from).take(2).filter(|char| script(**char) == Script::Kana).count() == 2
}

/// Numerals before a counter, in the other script: 三回 and 3回.
fn numerals(folded: &str) -> Option<String> {
    const KANJI: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const COUNTERS: &str = "回件分時秒日人台章段番号名社通本個箇項点度割倍年月週";
    let chars: Vec<char> = folded.chars().collect();
    let other = |at: usize, char: char| {
        let alone = |index: Option<usize>| {
            index
                .and_then(|index| chars.get(index))
                .is_none_or(|char| !char.is_ascii_digit() && !KANJI.contains(char))
        };
        let counted = chars.get(at + 1).is_some_and(|next| COUNTERS.contains(*next));
        if !counted || !alone(at.checked_sub(1)) {
            return None;
        }
        match char.to_digit(10) {
            Some(digit) => KANJI.get(digit as usize).copied(),
            None => KANJI
                .iter()
                .position(|kanji| *kanji == char)
                .and_then(|digit| char::from_digit(u32::try_from(digit).ok()?, 10)),
        }
    };
    let changed: String =
        chars.iter().enumerate().map(|(at, char)| other(at, *char).unwrap_or(*char)).collect();
    (changed != folded).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, Likeness)> {
        let word = Word { text: text.to_owned(), phrase: false };
        patterns(&word, &fold_groups(&[vec!["一報".to_owned(), "第一報".to_owned()]]))
            .into_iter()
            .map(|pattern| (pattern.folded, pattern.likeness))
            .collect()
    }

    #[test]
    fn the_table_can_be_read() {
        assert!(TABLE.groups.len() > 50 && TABLE.synonyms.len() > 5 && PARTS.len() > 50);
    }

    #[test]
    fn spellings_and_synonyms_are_ranked() {
        let found = all("切替");
        assert_eq!(found[0], ("切替".to_owned(), Likeness::Exact));
        assert!(found.contains(&(fold("切り替え"), Likeness::Variant)));
        assert!(found.contains(&(fold("切換え"), Likeness::Variant)));
        assert!(all("サーバー").contains(&("サーバ".to_owned(), Likeness::Variant)));
        assert!(all("閾値超過").contains(&(fold("しきい値超過"), Likeness::Variant)));
        assert!(all("三回").contains(&("3回".to_owned(), Likeness::Variant)));
        assert!(all("3回").contains(&("三回".to_owned(), Likeness::Variant)));
        assert!(all("リブート").contains(&("再起動".to_owned(), Likeness::Synonym)));
        assert!(all("切り替").contains(&("切替".to_owned(), Likeness::Variant)));
        assert!(all("一報").contains(&("第一報".to_owned(), Likeness::Synonym)));
        assert_eq!(all("二次運用").len(), 1, "no number is meant");
        assert_eq!(all("キー").len(), 1);
    }

    #[test]
    fn a_phrase_is_looked_for_as_it_is() {
        assert_eq!(patterns(&Word { text: "サーバー".into(), phrase: true }, &[]).len(), 1);
    }
}
