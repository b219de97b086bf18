//! What is told of mechanisms, and which words speak for which.
//!
//! `mechanisms/*.toml` tell of each mechanism of the trade in many words; families of them and single notions are told
//! of as well (a *kind* is any of these). A word speaks for the kinds of which it is told, the more the rarer it is among
//! all that is told: a naive Bayes classifier in closed form, so learning is counting, done when it is first asked. What
//! several writers tell of one mechanism stands under one name: told apart, its words would be weighed by each writer's
//! own few.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::fold::{Script, script};

/// How many tellings, spread as all words are, each kind is taken to have besides its own: it keeps what is told once
/// from deciding alone.
pub(super) const DOUBT: f32 = 1000.0;

/// What is told, a file a field of the trade. A mechanism may be told of in several.
pub(super) const TOLD: &[&str] = &[
    include_str!("mechanisms/trade.toml"),
    include_str!("mechanisms/monitoring.toml"),
    include_str!("mechanisms/triage.toml"),
    include_str!("mechanisms/runbook.toml"),
    include_str!("mechanisms/cloud.toml"),
    include_str!("mechanisms/data.toml"),
    include_str!("mechanisms/contact.toml"),
    include_str!("mechanisms/people.toml"),
    include_str!("mechanisms/security.toml"),
    include_str!("mechanisms/operation.toml"),
    include_str!("mechanisms/system.toml"),
    include_str!("mechanisms/daily.toml"),
    include_str!("mechanisms/judging.toml"),
    include_str!("mechanisms/tools.toml"),
    include_str!("mechanisms/first_line.toml"),
    include_str!("mechanisms/second_line.toml"),
    include_str!("mechanisms/quality.toml"),
    include_str!("mechanisms/service.toml"),
    include_str!("mechanisms/specialists.toml"),
    include_str!("mechanisms/desk.toml"),
    include_str!("mechanisms/training.toml"),
    include_str!("mechanisms/newcomer.toml"),
    include_str!("mechanisms/editor.toml"),
    include_str!("mechanisms/factors.toml"),
    include_str!("mechanisms/sre.toml"),
    include_str!("mechanisms/veteran.toml"),
    include_str!("mechanisms/families.toml"),
];

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::learn(&Told::read(TOLD)));

/// The files: accounts by name; of a family, the names of its mechanisms.
#[derive(Default, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    mechanisms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    families: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    notions: BTreeMap<String, Vec<String>>,
}

impl Told {
    pub(super) fn read(files: &[&str]) -> Self {
        let mut all = Self::default();
        for file in files {
            let told: Self = toml::from_str(file).unwrap_or_default();
            let parts = [
                (&mut all.mechanisms, told.mechanisms),
                (&mut all.families, told.families),
                (&mut all.notions, told.notions),
            ];
            for (known, told) in parts {
                told.into_iter().for_each(|(name, told)| known.entry(name).or_default().extend(told));
            }
        }
        all
    }

    /// How often each word is told of each kind: of mechanisms first, then of families and notions.
    fn kinds(&self, words: &mut Numbers) -> Vec<Counts> {
        let mut count = |(name, told): (&String, &Vec<String>)| Counts::of(words, name, told);
        let mechanisms: Vec<Counts> = self.mechanisms.iter().map(&mut count).collect();
        let notions: Vec<Counts> = self.notions.iter().map(&mut count).collect();
        let places: HashMap<&String, &Counts> = self.mechanisms.keys().zip(&mechanisms).collect();
        let families = self.families.values();
        let families: Vec<Counts> = families
            .map(|members| Counts::sum(members.iter().filter_map(|name| places.get(name).copied())))
            .collect();
        mechanisms.into_iter().chain(families).chain(notions).collect()
    }
}

/// The number of each word: what is learnt is large, and each word is in it many times.
#[derive(Default)]
struct Numbers(HashMap<Box<str>, u32, FxBuildHasher>);

impl Numbers {
    fn of(&mut self, word: &str) -> u32 {
        if let Some(number) = self.0.get(word) {
            return *number;
        }
        // Of some 100,000.
        let number = self.0.len() as u32;
        self.0.insert(word.into(), number);
        number
    }
}

/// How often each word, by its number, is told of a kind.
#[derive(Default)]
struct Counts(HashMap<u32, f32, FxBuildHasher>);

impl Counts {
    fn of(words: &mut Numbers, name: &str, told: &[String]) -> Self {
        let mut counts = Self::default();
        for text in told.iter().map(String::as_str).chain([name]) {
            each_word(&plain(text), |word| *counts.0.entry(words.of(word)).or_default() += 1.0);
        }
        counts
    }

    fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut counts = Self::default();
        all.flat_map(|each| &each.0).for_each(|(word, count)| *counts.0.entry(*word).or_default() += count);
        counts
    }
}

/// A sum in order of size: the same every time, whatever the order of what is added.
fn sum(all: impl Iterator<Item = f32>) -> f32 {
    let mut all: Vec<f32> = all.collect();
    all.sort_unstable_by(f32::total_cmp);
    all.iter().sum()
}

/// The kinds that a word speaks for, and how much, in parts of [`GAIN`]: half the memory of exact numbers.
type Gains = Box<[(u16, u16)]>;

/// What a word says is less than 16.
pub(super) const GAIN: f32 = 4096.0;

/// What is learnt from the tellings.
pub(super) struct Table {
    /// Of the mechanisms, which come first.
    pub(super) names: Vec<String>,
    /// How many kinds there are of each level.
    pub(super) levels: [usize; 3],
    pub(super) words: HashMap<Box<str>, Gains, FxBuildHasher>,
    /// By kind: what each word of an entry says against it, since of what is told at length more is shared by chance.
    pub(super) against: Vec<f32>,
}

impl Table {
    pub(super) fn learn(told: &Told) -> Self {
        let mut numbers = Numbers::default();
        let kinds = told.kinds(&mut numbers);
        let mut gains: Vec<Vec<(u16, f32)>> = vec![Vec::new(); numbers.0.len()];
        let mut against = Vec::new();
        for (kind, Counts(counts)) in (0..=u16::MAX).zip(kinds) {
            against.push(-(sum(counts.values().map(|count| count.sqrt())) / DOUBT).ln_1p());
            for (word, count) in counts {
                gains[word as usize].push((kind, count.sqrt()));
            }
        }
        let tellings = |kinds: &[(u16, f32)]| kinds.iter().map(|(_, count)| count).sum::<f32>();
        let all = sum(gains.iter().map(|kinds| tellings(kinds))) + gains.len() as f32;
        for kinds in &mut gains {
            let expected = DOUBT * (tellings(kinds) + 1.0) / all;
            kinds.iter_mut().for_each(|(_, gain)| *gain = (*gain / expected).ln_1p());
        }
        let words = numbers.0.into_iter();
        let words = words.map(|(word, number)| {
            // Between 0 and 2^16.
            let gains =
                gains[number as usize].iter().map(|(kind, gain)| (*kind, (gain * GAIN).round() as u16));
            (word, gains.collect())
        });
        let levels = [told.mechanisms.len(), told.families.len(), told.notions.len()];
        Self { names: told.mechanisms.keys().cloned().collect(), levels, words: words.collect(), against }
    }
}

/// A text as words are told apart in it: one width, lower case. Unlike the form that a search compares, hiragana stays
/// what it is: it tells where a word of kanji ends.
pub(super) fn plain(text: &str) -> String {
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

pub(super) fn is_hiragana(char: char) -> bool {
    matches!(char, '\u{3041}'..='\u{3096}')
}

/// Calls `put` with the words of a text, without a dictionary: those written in katakana or Latin letters, and each
/// kanji with the kanji or hiragana behind it.
pub(super) fn each_word<'a>(text: &'a str, mut put: impl FnMut(&'a str)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_by_their_script() {
        let text = plain("ＥＣの再起動をSlackへ、ﾐｭｰﾄを戻し忘れ 3回");
        let mut words = Vec::new();
        each_word(&text, |word| words.push(word));
        assert_eq!(words, ["ミュート", "ec", "slack", "再起", "起動", "動を", "戻し", "忘れ"]);
    }

    #[test]
    fn everything_told_has_a_name_of_its_own_and_families_have_members() {
        for file in TOLD {
            toml::from_str::<Told>(file).unwrap();
        }
        let told = Told::read(TOLD);
        let names = told.mechanisms.keys().chain(told.families.keys()).chain(told.notions.keys());
        let names: std::collections::HashSet<&String> = names.collect();
        assert_eq!(names.len(), TABLE.against.len());
        let told_at_length =
            |told: &Vec<String>| told.iter().map(|text| text.chars().count()).sum::<usize>() > 100;
        for (name, told) in &told.mechanisms {
            assert!(told_at_length(told), "too little is told of {name}");
        }
        for member in told.families.values().flatten() {
            assert!(told.mechanisms.contains_key(member), "{member}");
        }
        for (name, members) in &told.families {
            assert!(members.len() > 1, "{name} is no family");
        }
    }
}
