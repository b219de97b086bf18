//! The mechanism by which a defect came about, recognised from words that writers use of it.
//!
//! `mechanisms/*.toml` tell of each mechanism of the trade in many words; families of them and single notions are told
//! of as well (a *kind* is any of these). A word speaks for the kinds of which it is told, the more the rarer it is among
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

/// Of mechanisms, of families and of notions each: how many of an entry are kept, and how much of the whole they say. The
/// three are told apart so that what is told of at length, a family, does not push out what is told in few words.
const LEVELS: [(usize, f32); 3] = [(52, 0.6), (8, 0.15), (12, 0.25)];

/// Kinds of an entry that are kept.
pub(crate) const KEPT: usize = LEVELS[0].0 + LEVELS[1].0 + LEVELS[2].0;

/// How many tellings, spread as all words are, each kind is taken to have besides its own: it keeps what is told once
/// from deciding alone.
const DOUBT: f32 = 1000.0;

/// Less than 1: what comes after the most telling kind still counts.
const FLATTENED: f32 = 0.75;

/// A kanji with the hiragana behind it may be grammar: it says this much of what another word says.
const INFLECTED: f32 = 0.6;

/// What is told, a file a field of the trade. A mechanism may be told of in several.
const TOLD: &[&str] = &[
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

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::learn(&Told::read(TOLD)));

/// Learns now what is learnt when it is first asked.
pub(crate) fn learn() {
    LazyLock::force(&TABLE);
}

/// The most telling kinds of an entry, level by level: the number of each and its weight. A weight of 0 says nothing.
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

/// The files: accounts by name; of a family, the names of its mechanisms.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    mechanisms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    families: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    notions: BTreeMap<String, Vec<String>>,
}

impl Told {
    fn read(files: &[&str]) -> Self {
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
const GAIN: f32 = 4096.0;

/// What is learnt from the tellings.
struct Table {
    /// Of the mechanisms, which come first.
    names: Vec<String>,
    /// How many kinds there are of each level.
    levels: [usize; 3],
    words: HashMap<Box<str>, Gains, FxBuildHasher>,
    /// By kind: what each word of an entry says against it, since of what is told at length more is shared by chance.
    against: Vec<f32>,
}

impl Table {
    fn learn(told: &Told) -> Self {
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

    /// The profile of words and how much each counts.
    fn profile<'a>(&self, said: impl Iterator<Item = (&'a str, f32)>) -> Profile {
        let mut scores = vec![0.0; self.against.len()];
        let mut length = 0.0;
        for (word, weight) in said {
            let Some(kinds) = self.words.get(word) else { continue };
            length += weight;
            for (kind, gain) in kinds {
                if let Some(score) = scores.get_mut(usize::from(*kind)) {
                    *score += weight * f32::from(*gain) / GAIN;
                }
            }
        }
        let scores = scores.iter().zip(&self.against).map(|(score, against)| score + length * against);
        let mut scores = (0..=u16::MAX).zip(scores);
        let mut profile = Profile::default();
        let mut places = profile.kinds.iter_mut().zip(&mut profile.weights);
        for (number, (kept, part)) in self.levels.into_iter().zip(LEVELS) {
            let places = places.by_ref().take(kept);
            if length > 0.0 {
                for ((kind, weight), (number, value)) in
                    places.zip(most(scores.by_ref().take(number), kept, part))
                {
                    (*kind, *weight) = (number, value);
                }
            }
        }
        profile
    }
}

/// Of one level, the most telling kinds with their weights, which together are as long as their part in the whole.
fn most(scores: impl Iterator<Item = (u16, f32)>, kept: usize, part: f32) -> Vec<(u16, u8)> {
    let mut best: Vec<(u16, f32)> = scores.collect();
    let better = |(a, x): &(u16, f32), (b, y): &(u16, f32)| y.total_cmp(x).then(a.cmp(b));
    if best.len() > kept {
        // Of the others none but the best is asked.
        best.select_nth_unstable_by(kept, better);
        best.truncate(kept + 1);
    }
    best.sort_unstable_by(better);
    let top = best.first().map_or(0.0, |(_, score)| *score);
    let least = best.get(kept).or(best.last()).map_or(0.0, |(_, score)| *score);
    best.truncate(kept);
    if top > least {
        best.iter_mut().for_each(|(_, score)| *score = ((*score - least) / (top - least)).powf(FLATTENED));
    } else {
        best.clear();
    }
    let length = best.iter().map(|(_, score)| score * score).sum::<f32>().sqrt();
    let scale = 255.0 * part.sqrt() / length.max(1.0);
    // A number between 0 and 255.
    best.into_iter().map(|(kind, score)| (kind, (scale * score).round() as u8)).collect()
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
        let pairs = self.kinds.iter().zip(&self.weights).filter(|(_, weight)| **weight > 0);
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

/// Names what profiles are made by: it changes with every telling and with every constant.
fn told() -> String {
    let mut hasher = blake3::Hasher::new();
    for file in TOLD {
        hasher.update(file.as_bytes());
    }
    hasher.update(format!("{LEVELS:?} {DOUBT} {FLATTENED} {INFLECTED}").as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Whether the profiles in a workspace were made from the tellings that this program has.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn is_current(connection: &Connection) -> Result<bool> {
    let made: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'mechanisms'", [], |row| row.get(0))
        .optional()?;
    Ok(made.is_some_and(|made| made == told()))
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
        [told()],
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

    #[test]
    fn a_telling_is_recognised_and_nothing_is_made_of_nothing() {
        let profile = Profile::of(
            [("occurrence_cause", "作業後にミュートを戻し忘れ、通知停止のまま朝まで鳴らなかった")]
                .into_iter(),
        );
        assert_eq!(profile.spread().shared(&profile).first().unwrap().0, "アラート抑止の解除を忘れた");
        assert_eq!(Profile::of([("occurrence_cause", "。、!")].into_iter()), Profile::default());
        assert_eq!(profile.spread().likeness(&Profile::default()), 0.0);
        assert!((profile.spread().likeness(&profile) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_told_teaches() {
        let table = Table::learn(&Told::read(&[
            "[mechanisms]\na = [\"赤い林檎\"]\nb = [\"青い蜜柑\"]",
            "[mechanisms]\nb = [\"青い梨\"]",
        ]));
        let profile = table.profile([("林檎", 1.0)].into_iter());
        assert_eq!(profile.pairs().next().unwrap().0, 0);
        let profile = table.profile([("青い", 1.0), ("林檎", 0.1)].into_iter());
        assert_eq!(profile.pairs().next().unwrap().0, 1);
    }
}
