//! The mechanism by which a defect came about, recognised from words that writers use of it (`tellings.rs`).
//!
//! What an entry says adds up to a [`Profile`], its most telling kinds, which is kept with the entry. Two entries of one
//! mechanism have like profiles even where they share no word.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, params};

use super::tellings::{DOUBT, GAIN, TABLE, TOLD, Table, each_word, is_hiragana, plain};
use crate::progress::{Part, Progress};
use crate::{Result, passages};

/// Of mechanisms, of families and of notions each: how many of an entry are kept, and how much of the whole they say. The
/// three are told apart so that what is told of at length, a family, does not push out what is told in few words.
const LEVELS: [(usize, f32); 3] = [(52, 0.6), (8, 0.15), (12, 0.25)];

/// Kinds of an entry that are kept.
pub(crate) const KEPT: usize = LEVELS[0].0 + LEVELS[1].0 + LEVELS[2].0;

/// Less than 1: what comes after the most telling kind still counts.
const FLATTENED: f32 = 0.75;

/// A kanji with the hiragana behind it may be grammar: it says this much of what another word says.
const INFLECTED: f32 = 0.6;

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

impl Table {
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
    use super::super::tellings::Told;
    use super::*;

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
