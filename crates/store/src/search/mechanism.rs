//! The mechanism by which a defect came about, recognised from words that writers use of it.
//!
//! `mechanisms.toml` tells of each mechanism of the trade in many words; families of them and single notions are told of
//! as well (a *kind* is any of these). A word speaks for the kinds of which it is told, the more the rarer it is among
//! all that is told: a naive Bayes classifier in closed form, so learning is counting, done when it is first asked. What
//! an entry says adds up to a [`Profile`], its most telling kinds, which is kept with the entry. Two entries of one
//! mechanism have like profiles even where they share no word.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxBuildHasher;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::fold::{Script, script};
use crate::progress::{Part, Progress};
use crate::{Result, passages};

/// Kinds of an entry that are kept.
pub(crate) const KEPT: usize = 48;

/// How many tellings, spread as all words are, each kind is taken to have besides its own: it keeps what is told once
/// from deciding alone.
const DOUBT: f32 = 700.0;

/// Less than 1: what comes after the most telling kind still counts.
const FLATTENED: f32 = 0.75;

/// A kanji with the hiragana behind it may be grammar: it says this much of what another word says.
const INFLECTED: f32 = 0.6;

const TOLD: &str = include_str!("mechanisms.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::learn(TOLD));

/// The most telling kinds of an entry: the number of each and its weight, 255 that of the most telling. A weight of 0
/// ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    kinds: [u16; KEPT],
    weights: [u8; KEPT],
}

impl Default for Profile {
    fn default() -> Self {
        Self { kinds: [0; KEPT], weights: [0; KEPT] }
    }
}

/// The file: accounts by name; of a family, the names of its mechanisms.
#[derive(Default, Deserialize)]
struct Told {
    mechanisms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    families: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    notions: BTreeMap<String, Vec<String>>,
}

impl Told {
    /// Each kind's name and what is told of it: mechanisms first, then families and notions.
    fn kinds(&self) -> Vec<(&str, String)> {
        let account = |(name, told): (&String, &Vec<String>)| format!("{name}\n{}", told.join("\n"));
        let of = |name: &String| self.mechanisms.get_key_value(name).map(account).unwrap_or_default();
        let plainly = self.mechanisms.iter().map(|kind| (kind.0.as_str(), account(kind)));
        let families = self.families.iter();
        let families = families
            .map(|(name, members)| (name.as_str(), members.iter().map(of).collect::<Vec<_>>().join("\n")));
        let notions = self.notions.iter().map(|kind| (kind.0.as_str(), account(kind)));
        plainly.chain(families).chain(notions).collect()
    }
}

/// What is learnt from the tellings.
struct Table {
    /// Of the mechanisms, which come first.
    names: Vec<String>,
    /// By word: the kinds it speaks for, and how much.
    words: HashMap<String, Vec<(u16, f32)>, FxBuildHasher>,
    /// By kind: what each word of an entry says against it, since of what is told at length more is shared by chance.
    against: Vec<f32>,
}

impl Table {
    fn learn(told: &str) -> Self {
        let told: Told = toml::from_str(told).unwrap_or_default();
        let mut words: HashMap<String, Vec<(u16, f32)>, FxBuildHasher> = HashMap::default();
        let mut against = Vec::new();
        for (kind, (_, account)) in (0..=u16::MAX).zip(told.kinds()) {
            let account = plain(&account);
            let mut counts: HashMap<&str, f32, FxBuildHasher> = HashMap::default();
            each_word(&account, |word| *counts.entry(word).or_default() += 1.0);
            against.push((1.0 / (1.0 + counts.values().copied().map(f32::sqrt).sum::<f32>() / DOUBT)).ln());
            for (word, count) in counts {
                words.entry(word.to_owned()).or_default().push((kind, count.sqrt()));
            }
        }
        let tellings = |kinds: &Vec<(u16, f32)>| kinds.iter().map(|(_, count)| count).sum::<f32>();
        // In order, so that the sum is the same every time.
        let mut every: Vec<f32> = words.values().map(tellings).collect();
        every.sort_unstable_by(f32::total_cmp);
        let all = every.iter().sum::<f32>() + words.len() as f32;
        for kinds in words.values_mut() {
            let expected = DOUBT * (tellings(kinds) + 1.0) / all;
            kinds.iter_mut().for_each(|(_, gain)| *gain = (*gain / expected).ln_1p());
        }
        Self { names: told.mechanisms.into_keys().collect(), words, against }
    }

    /// The profile of words and how much each counts.
    fn profile<'a>(&self, said: impl Iterator<Item = (&'a str, f32)>) -> Profile {
        let mut scores = vec![0.0; self.against.len()];
        let mut length = 0.0;
        for (word, weight) in said {
            let Some(kinds) = self.words.get(word) else { continue };
            length += weight;
            for (kind, gain) in kinds {
                if let Some(score) = scores.get_mut(usize::from(*kind)) {
                    *score += weight * gain;
                }
            }
        }
        let scores = scores.iter().zip(&self.against).map(|(score, against)| score + length * against);
        let mut best: Vec<(u16, f32)> = (0..=u16::MAX).zip(scores).collect();
        best.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        let top = best.first().map_or(0.0, |(_, score)| *score);
        let least = best.get(KEPT).or(best.last()).map_or(0.0, |(_, score)| *score);
        let mut profile = Profile::default();
        if length > 0.0 && top > least {
            let places = profile.kinds.iter_mut().zip(&mut profile.weights);
            for ((kind, weight), (number, score)) in places.zip(best) {
                *kind = number;
                // A number between 0 and 255.
                *weight = (255.0 * ((score - least) / (top - least)).powf(FLATTENED)).round() as u8;
            }
        }
        profile
    }
}

impl Profile {
    /// The profile of an entry's texts by field.
    pub(crate) fn of<'a>(passages: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let texts: Vec<(f32, String)> = passages
            .map(|(field, text)| (telling(field), text))
            .filter(|(weight, _)| *weight > 0.0)
            .map(|(weight, text)| (weight, plain(text)))
            .collect();
        let mut said: BTreeMap<&str, f32> = BTreeMap::new();
        for (weight, text) in &texts {
            let mut own: Vec<&str> = Vec::new();
            // Of most words nothing is told.
            each_word(text, |word| own.extend(TABLE.words.contains_key(word).then_some(word)));
            own.sort_unstable();
            own.dedup();
            own.into_iter().for_each(|word| *said.entry(word).or_default() += weight);
        }
        TABLE.profile(said.into_iter().map(|(word, weight)| {
            let inflected = word.chars().next_back().is_some_and(is_hiragana);
            (word, weight.sqrt() * if inflected { INFLECTED } else { 1.0 })
        }))
    }

    fn from_bytes(kinds: &[u8], weights: &[u8]) -> Self {
        let mut profile = Self::default();
        for (place, pair) in profile.kinds.iter_mut().zip(kinds.as_chunks().0) {
            *place = u16::from_le_bytes(*pair);
        }
        for (place, weight) in profile.weights.iter_mut().zip(weights) {
            *place = *weight;
        }
        profile
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, f32)> {
        let pairs = self.kinds.iter().zip(&self.weights).take_while(|(_, weight)| **weight > 0);
        pairs.map(|(kind, weight)| (usize::from(*kind), f32::from(*weight)))
    }

    fn length(&self) -> f32 {
        self.pairs().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(1.0)
    }

    /// The weight of every kind, of length 1 as a vector; to compare one entry with many.
    pub(crate) fn spread(&self) -> Spread {
        let length = self.length();
        let mut spread = vec![0.0; TABLE.against.len()];
        for (kind, weight) in self.pairs() {
            if let Some(place) = spread.get_mut(kind) {
                *place = weight / length;
            }
        }
        Spread(spread)
    }
}

/// The weights of all kinds in one entry.
pub(crate) struct Spread(Vec<f32>);

impl Spread {
    fn parts(&self, other: &Profile) -> impl Iterator<Item = (usize, f32)> {
        let length = other.length();
        other.pairs().map(move |(kind, weight)| {
            (kind, self.0.get(kind).copied().unwrap_or_default() * weight / length)
        })
    }

    /// How alike an entry is: 0 nothing in common, 1 the same.
    pub(crate) fn likeness(&self, other: &Profile) -> f64 {
        f64::from(self.parts(other).map(|(_, part)| part).sum::<f32>())
    }

    /// The mechanisms that make two entries alike, with their part in it, the greatest first.
    pub(crate) fn shared(&self, other: &Profile) -> Vec<(&'static str, f64)> {
        let named = self
            .parts(other)
            .filter(|(_, part)| *part > 0.0)
            .filter_map(|(kind, part)| TABLE.names.get(kind).map(|name| (name.as_str(), f64::from(part))));
        let mut named: Vec<_> = named.collect();
        named.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        named
    }
}

/// How much the texts of a field tell about the mechanism.
fn telling(field: &str) -> f32 {
    match field {
        "title" => 1.5,
        "occurrence_cause" => 1.0,
        "problem" | "lessons" | "escape_cause" => 0.8,
        "countermeasure" => 0.6,
        _ => 0.0,
    }
}

/// A text as words are told apart in it: one width, lower case. Unlike the form that a search compares, hiragana stays
/// what it is: it tells where a word of kanji ends.
fn plain(text: &str) -> String {
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

/// Calls `put` with the words of a text, without a dictionary: those written in katakana or Latin letters, and each
/// kanji with the kanji or hiragana behind it.
fn each_word<'a>(text: &'a str, mut put: impl FnMut(&'a str)) {
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

/// Writes a document's profile.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn write(connection: &Connection, doc: i64, Profile { kinds, weights }: &Profile) -> Result<()> {
    let kinds: Vec<u8> = kinds.iter().flat_map(|kind| kind.to_le_bytes()).collect();
    connection
        .prepare_cached(
            "INSERT INTO mechanism (doc, kinds, weights) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET kinds = excluded.kinds, weights = excluded.weights
             WHERE kinds <> excluded.kinds OR weights <> excluded.weights",
        )?
        .execute(params![doc, kinds, weights.as_slice()])?;
    Ok(())
}

/// The profile in two columns of a row.
///
/// # Errors
/// Where a column is of another kind.
pub(crate) fn read(row: &rusqlite::Row<'_>, kinds: usize, weights: usize) -> Result<Profile> {
    let bytes = |index| row.get_ref(index).map(|value| value.as_blob().unwrap_or_default());
    Ok(Profile::from_bytes(bytes(kinds)?, bytes(weights)?))
}

/// Whether the profiles in a workspace were made from the tellings that this program has.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn is_current(connection: &Connection) -> Result<bool> {
    let made: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'mechanisms'", [], |row| row.get(0))
        .optional()?;
    Ok(made.is_some_and(|made| made == blake3::hash(TOLD.as_bytes()).to_hex().as_str()))
}

/// Makes all profiles anew from the texts, and notes from which tellings.
///
/// # Errors
/// Where the database refuses; [`crate::Error::Cancelled`].
pub(crate) fn project_anew(connection: &Connection, progress: &Progress) -> Result<()> {
    let mut statement = connection.prepare("SELECT doc FROM postmortem ORDER BY doc")?;
    let docs: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let of = docs.len() as u64;
    for (done, doc) in (0..).zip(docs) {
        progress.step(Part::Entries, done, of)?;
        let passages = passages::read(connection, doc)?;
        let profile = Profile::of(passages.iter().map(|(field, text)| (field.as_str(), text.as_str())));
        write(connection, doc, &profile)?;
    }
    note_current(connection)
}

/// Notes from which tellings the profiles are made.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn note_current(connection: &Connection) -> Result<()> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('mechanisms', ?1) ON CONFLICT DO UPDATE SET value = excluded.value",
        [blake3::hash(TOLD.as_bytes()).to_hex().as_str()],
    )?;
    Ok(())
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
        let told: Told = toml::from_str(TOLD).unwrap();
        let kinds = told.kinds();
        assert_eq!(kinds.len(), TABLE.against.len());
        let names: std::collections::HashSet<&str> = kinds.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), kinds.len());
        for member in told.families.values().flatten() {
            assert!(told.mechanisms.contains_key(member), "{member}");
        }
        for (name, members) in &told.families {
            assert!(members.len() > 1, "{name} is no family");
        }
    }

    #[test]
    fn a_telling_is_recognised_and_nothing_is_made_of_nothing() {
        let profile = Profile::of(
            [("occurrence_cause", "作業後にミュートを戻し忘れ、通知停止のまま朝まで鳴らなかった")]
                .into_iter(),
        );
        assert_eq!(profile.spread().shared(&profile).first().unwrap().0, "抑止の戻し忘れ");
        assert_eq!(Profile::of([("occurrence_cause", "。、!")].into_iter()), Profile::default());
        assert_eq!(profile.spread().likeness(&Profile::default()), 0.0);
        assert!((profile.spread().likeness(&profile) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_told_teaches() {
        let table = Table::learn("[mechanisms]\na = [\"赤い林檎\"]\nb = [\"青い蜜柑\", \"青い梨\"]");
        let profile = table.profile([("林檎", 1.0)].into_iter());
        assert_eq!(profile.pairs().next().unwrap().0, 0);
        let profile = table.profile([("青い", 1.0), ("林檎", 0.1)].into_iter());
        assert_eq!(profile.pairs().next().unwrap().0, 1);
    }
}
