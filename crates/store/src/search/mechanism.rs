//! The mechanism by which a defect came about, recognised from the words that people use of it (`learnt.rs`).
//!
//! What an entry says adds up to a [`Profile`], which is kept with the entry: its most telling kinds, and a vector, the
//! sum of its features' vectors. Two entries of one mechanism have like profiles even where they share no word. Kinds
//! say by what two are alike; vectors find what is told in words of which little was learnt.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, params};

use super::features::{each_feature, plain};
use super::learnt::{DIMENSIONS, Feature, INFLECTED, LEARNT, Learnt};
use crate::progress::{Part, Progress};
use crate::{Result, passages};

/// Raised with every change of what profiles are made by that neither what was learnt nor a constant below tells: the
/// features of a text, how much a field tells, how all is added up.
const EDITION: u32 = 1;

/// Of mechanisms and of families each: how many of an entry are kept, and how much of the whole they say. The two are
/// told apart so that what is told of at length, a family, does not push out what is told in few words.
const LEVELS: [(usize, f32); 2] = [(32, 0.75), (8, 0.25)];

/// Kinds of an entry that are kept.
const KEPT: usize = LEVELS[0].0 + LEVELS[1].0;

/// Less than 1: what comes after the most telling kind still counts.
const FLATTENED: f32 = 0.75;

/// How much of the likeness of two entries their vectors say; the rest say their kinds.
const VECTORS: f32 = 0.4;

/// Reads now what is read when it is first asked.
pub(crate) fn make_ready() {
    LazyLock::force(&LEARNT);
}

/// What an entry tells of how it came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    /// The most telling kinds, level by level: the number of each and its weight. A weight of 0 says nothing.
    kinds: [u16; KEPT],
    weights: [u8; KEPT],
    vector: [i8; DIMENSIONS],
}

impl Default for Profile {
    fn default() -> Self {
        Self { kinds: [0; KEPT], weights: [0; KEPT], vector: [0; DIMENSIONS] }
    }
}

/// The profile of features and how much each counts.
fn profile(learnt: &Learnt, said: &[(Feature, f32)]) -> Profile {
    let mut profile = Profile { vector: vector(learnt, said), ..Profile::default() };
    let mut scores = vec![0.0; learnt.against.len()];
    let mut length = 0.0;
    for (feature, weight) in said {
        let weight = weight * feature.says;
        length += weight;
        for (kind, gain) in learnt.gains(*feature) {
            if let Some(score) = scores.get_mut(kind) {
                *score += weight * gain;
            }
        }
    }
    if length == 0.0 {
        return profile;
    }
    let scores = scores.iter().zip(&learnt.against).map(|(score, against)| score + length * against);
    let mut scores = (0..=u16::MAX).zip(scores);
    let mut places = profile.kinds.iter_mut().zip(&mut profile.weights);
    let mechanisms = learnt.mechanisms.len();
    for (number, (kept, part)) in [mechanisms, learnt.against.len() - mechanisms].into_iter().zip(LEVELS) {
        let most = most(scores.by_ref().take(number), kept, part);
        for ((kind, weight), (number, value)) in places.by_ref().take(kept).zip(most) {
            (*kind, *weight) = (number, value);
        }
    }
    profile
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

/// The sum of the features' vectors; only where it points is kept.
fn vector(learnt: &Learnt, said: &[(Feature, f32)]) -> [i8; DIMENSIONS] {
    let mut sum = [0.0_f32; DIMENSIONS];
    for (feature, weight) in said {
        if let Some(vector) = learnt.vector(*feature) {
            sum.iter_mut().zip(vector).for_each(|(sum, number)| *sum += weight * number);
        }
    }
    let longest = sum.iter().fold(f32::MIN_POSITIVE, |longest, number| longest.max(number.abs()));
    // A number between -127 and 127.
    sum.map(|number| (127.0 * number / longest).round() as i8)
}

/// The product of two vectors.
fn product(one: &[i8; DIMENSIONS], other: &[i8; DIMENSIONS]) -> i32 {
    one.iter().zip(other).map(|(one, other)| i32::from(*one) * i32::from(*other)).sum()
}

impl Profile {
    /// The profile of an entry's texts by field.
    pub(crate) fn of<'a>(passages: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut said: Vec<(Feature, f32)> = Vec::new();
        for (field, text) in passages {
            let weight = telling(field);
            if weight > 0.0 {
                let text = plain(text);
                let mut own: Vec<Feature> = Vec::new();
                each_feature(&text, |feature| own.extend(LEARNT.feature(feature)));
                own.sort_unstable_by_key(|feature| feature.number);
                own.dedup_by_key(|feature| feature.number);
                said.extend(own.into_iter().map(|feature| (feature, weight)));
            }
        }
        // By weight, too: the same sum whatever the order of the texts.
        said.sort_unstable_by(|(a, x), (b, y)| a.number.cmp(&b.number).then(x.total_cmp(y)));
        said.dedup_by(|(next, weight), (feature, sum)| {
            let same = next.number == feature.number;
            if same {
                *sum += *weight;
            }
            same
        });
        said.iter_mut().for_each(|(_, weight)| *weight = weight.sqrt());
        profile(&LEARNT, &said)
    }

    fn from_bytes(kinds: &[u8], weights: &[u8], vector: &[u8]) -> Self {
        let mut profile = Self::default();
        for (place, pair) in profile.kinds.iter_mut().zip(kinds.as_chunks().0) {
            *place = u16::from_le_bytes(*pair);
        }
        profile.weights.iter_mut().zip(weights).for_each(|(place, weight)| *place = *weight);
        profile.vector.iter_mut().zip(vector).for_each(|(place, number)| *place = number.cast_signed());
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
        let mut kinds = vec![0.0; LEARNT.against.len()];
        for (kind, weight) in self.pairs() {
            if let Some(place) = kinds.get_mut(kind) {
                *place = weight / length;
            }
        }
        let vector_length = (product(&self.vector, &self.vector) as f32).sqrt();
        Spread { kinds, vector: self.vector, vector_length }
    }
}

/// One entry, to be compared with many.
pub(crate) struct Spread {
    /// The weight of every kind, of length 1 as a vector.
    kinds: Vec<f32>,
    vector: [i8; DIMENSIONS],
    vector_length: f32,
}

impl Spread {
    fn parts(&self, other: &Profile) -> impl Iterator<Item = (usize, f32)> {
        let length = other.length();
        other.pairs().map(move |(kind, weight)| {
            (kind, self.kinds.get(kind).copied().unwrap_or_default() * weight / length)
        })
    }

    /// How alike an entry is: 1 the same, 0 nothing in common; less where the two tell of what excludes each other.
    pub(crate) fn likeness(&self, other: &Profile) -> f64 {
        // What `parts` adds up to, in one pass: a search asks it of every entry.
        let (mut shared, mut squares) = (0.0, 0.0);
        for (kind, weight) in other.kinds.iter().zip(&other.weights) {
            let weight = f32::from(*weight);
            shared += self.kinds.get(usize::from(*kind)).copied().unwrap_or_default() * weight;
            squares += weight * weight;
        }
        let kinds = shared / squares.sqrt().max(1.0);
        let lengths = self.vector_length * (product(&other.vector, &other.vector) as f32).sqrt();
        let vectors = product(&self.vector, &other.vector) as f32 / lengths.max(1.0);
        f64::from((1.0 - VECTORS) * kinds + VECTORS * vectors)
    }

    /// The mechanisms that make two entries alike, with their part in it, the greatest first.
    pub(crate) fn shared(&self, other: &Profile) -> Vec<(&'static str, f64)> {
        let named = self
            .parts(other)
            .filter(|(_, part)| *part > 0.0)
            .filter_map(|(kind, part)| LEARNT.mechanisms.get(kind).map(|name| (*name, f64::from(part))));
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
pub(crate) fn write(
    connection: &Connection,
    doc: i64,
    Profile { kinds, weights, vector }: &Profile,
) -> Result<()> {
    let kinds: Vec<u8> = kinds.iter().flat_map(|kind| kind.to_le_bytes()).collect();
    let vector = vector.map(i8::cast_unsigned);
    connection
        .prepare_cached(
            "INSERT INTO mechanism (doc, kinds, weights, vector) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET kinds = excluded.kinds, weights = excluded.weights, vector = excluded.vector
             WHERE kinds <> excluded.kinds OR weights <> excluded.weights OR vector <> excluded.vector",
        )?
        .execute(params![doc, kinds, weights.as_slice(), vector.as_slice()])?;
    Ok(())
}

/// The profile in three columns of a row, of which the first is given.
///
/// # Errors
/// Where a column is of another kind.
pub(crate) fn read(row: &rusqlite::Row<'_>, first: usize) -> Result<Profile> {
    let bytes = |index| row.get_ref(index).map(|value| value.as_blob().unwrap_or_default());
    Ok(Profile::from_bytes(bytes(first)?, bytes(first + 1)?, bytes(first + 2)?))
}

/// Names what profiles are made by.
fn made_by() -> String {
    let learnt = LEARNT.name.iter().map(|byte| format!("{byte:02x}"));
    learnt.chain([format!(" {EDITION} {LEVELS:?} {FLATTENED} {INFLECTED}")]).collect()
}

/// Whether the profiles in a workspace were made by what this program has learnt.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn is_current(connection: &Connection) -> Result<bool> {
    let made: Option<String> = connection
        .query_row("SELECT value FROM meta WHERE key = 'mechanisms'", [], |row| row.get(0))
        .optional()?;
    Ok(made.is_some_and(|made| made == made_by()))
}

/// Makes all profiles anew from the texts, and notes by what.
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

/// Notes by what the profiles are made.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn note_current(connection: &Connection) -> Result<()> {
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('mechanisms', ?1) ON CONFLICT DO UPDATE SET value = excluded.value",
        [made_by()],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
    fn the_order_of_texts_changes_nothing() {
        let mut texts = [
            ("title", "監視の抑止を戻し忘れた"),
            ("problem", "作業の後も監視の抑止が残り、朝まで通知がなかった"),
            ("occurrence_cause", "抑止を戻す段が手順の次の頁にあり、忘れた"),
            ("escape_cause", "監視の抑止の一覧を誰も見ていなかった"),
            ("countermeasure", "抑止に期限を必須にする"),
            ("lessons", "忘れても監視が戻るようにする"),
        ];
        let profile = Profile::of(texts.into_iter());
        for _ in 0..texts.len() {
            texts.rotate_left(1);
            assert_eq!(Profile::of(texts.into_iter()), profile);
            assert_eq!(Profile::of(texts.into_iter().rev()), profile);
        }
    }

    #[test]
    fn what_is_said_twice_in_a_text_is_said_once() {
        let profile = |text| Profile::of([("problem", text)].into_iter());
        let once = profile("抑止を戻し忘れた。");
        assert_eq!(profile("抑止を戻し忘れた。抑止を戻し忘れた。"), once);
        assert_ne!(profile("通知先を戻し忘れた。"), once);
    }
}
