//! What was learnt of the words in which people tell how a defect came about: `learnt.bin`, made by `cargo xtask learn`
//! (`crates/learn`) and read where it lies in the program.
//!
//! A word speaks for *kinds*, the mechanisms of the trade and families of them, each with a *gain*; and a feature has a
//! *vector* that lies near to those of features which stand in its place.
//!
//! The file, numbers in little endian: its name, the BLAKE3 hash of what follows (32 bytes); a name of what it was learnt
//! from (32 bytes); how many mechanisms, families, features and vectors there are, and how many bytes the names and
//! features have (`u32` each); the names of the mechanisms and the features, those with vectors first, each ended by a
//! line feed; by kind what each word of an entry says against it (`f32`); by feature where its gains end (`u32`); the
//! gains, a kind and how much (`u16` each, the latter in parts of [`GAIN`]); the vectors (`i8`, [`DIMENSIONS`] each).

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::features::is_inflected;

/// The numbers of a vector.
pub const DIMENSIONS: usize = 64;

/// What a word says is less than 16: parts of it that a gain counts.
pub const GAIN: f32 = 4096.0;

/// A kanji with the hiragana behind it may be grammar: it says this much of what another word says.
pub(super) const INFLECTED: f32 = 0.6;

pub(super) static LEARNT: LazyLock<Learnt> =
    LazyLock::new(|| Learnt::read(include_bytes!("learnt.bin")).unwrap_or_default());

/// What `learnt.bin` is made of.
#[derive(Debug, Default)]
pub struct Lesson {
    /// Names what it was learnt from.
    pub source: [u8; 32],
    /// The names of the mechanisms: the first kinds.
    pub mechanisms: Vec<String>,
    /// By kind (mechanisms, then families): what each word of an entry says against it.
    pub against: Vec<f32>,
    /// Features with their gains by kind; those with a vector first.
    pub features: Vec<(String, Vec<(u16, u16)>)>,
    /// Of the first features.
    pub vectors: Vec<[i8; DIMENSIONS]>,
}

impl Lesson {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines = |lines: &mut dyn Iterator<Item = &String>| -> String {
            lines.flat_map(|line| [line.as_str(), "\n"]).collect()
        };
        let names = lines(&mut self.mechanisms.iter());
        let features = lines(&mut self.features.iter().map(|(feature, _)| feature));
        let families = self.against.len() - self.mechanisms.len();
        let counts = [
            self.mechanisms.len(),
            families,
            self.features.len(),
            self.vectors.len(),
            names.len(),
            features.len(),
        ];
        let mut bytes = self.source.to_vec();
        // All of some 10,000 or 100,000.
        bytes.extend(counts.iter().flat_map(|count| (*count as u32).to_le_bytes()));
        bytes.extend(names.bytes().chain(features.bytes()));
        bytes.extend(self.against.iter().flat_map(|against| against.to_le_bytes()));
        let ends = self.features.iter().scan(0, |end, (_, gains)| {
            *end += gains.len() as u32;
            Some(*end)
        });
        bytes.extend(ends.flat_map(u32::to_le_bytes));
        let gains = self.features.iter().flat_map(|(_, gains)| gains);
        bytes.extend(gains.flat_map(|(kind, gain)| [kind.to_le_bytes(), gain.to_le_bytes()]).flatten());
        bytes.extend(self.vectors.iter().flatten().map(|number| number.cast_unsigned()));
        let name = *blake3::hash(&bytes).as_bytes();
        [name.as_slice(), &bytes].concat()
    }
}

/// A feature that something was learnt of.
#[derive(Clone, Copy)]
pub(super) struct Feature {
    pub(super) number: u32,
    /// What it says for kinds, beside other words: 0 of what is no word.
    pub(super) says: f32,
}

/// What was learnt.
#[derive(Default)]
pub(super) struct Learnt {
    pub(super) name: &'static [u8],
    pub(super) mechanisms: Vec<&'static str>,
    pub(super) against: Vec<f32>,
    features: HashMap<&'static str, Feature, FxBuildHasher>,
    /// Of each feature, in the order of their numbers.
    ends: &'static [[u8; 4]],
    gains: &'static [[u8; 4]],
    vectors: &'static [[u8; DIMENSIONS]],
}

impl Learnt {
    fn read(mut file: &'static [u8]) -> Option<Self> {
        let mut take = |length: usize| -> Option<&'static [u8]> {
            let (taken, rest) = file.split_at_checked(length)?;
            file = rest;
            Some(taken)
        };
        let name = take(32)?;
        let _source = take(32)?;
        let mut counts = [0; 6];
        for (count, bytes) in counts.iter_mut().zip(take(24)?.as_chunks().0) {
            *count = usize::try_from(u32::from_le_bytes(*bytes)).ok()?;
        }
        let [mechanisms, families, features, vectors, names_length, features_length] = counts;
        let names = str::from_utf8(take(names_length)?).ok()?;
        let words = str::from_utf8(take(features_length)?).ok()?;
        let against = take(4 * (mechanisms + families))?.as_chunks().0;
        let ends: &[[u8; 4]] = take(4 * features)?.as_chunks().0;
        let gains = u32::from_le_bytes(*ends.last()?);
        let gains = take(4 * usize::try_from(gains).ok()?)?.as_chunks().0;
        let vectors = take(DIMENSIONS * vectors)?.as_chunks().0;
        let mut learnt = Self {
            name,
            mechanisms: names.lines().collect(),
            against: against.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            features: HashMap::with_capacity_and_hasher(features, FxBuildHasher),
            ends,
            gains,
            vectors,
        };
        for (number, word) in (0..).zip(words.lines()) {
            let mut feature = Feature { number, says: 0.0 };
            if learnt.gains(feature).next().is_some() {
                feature.says = if is_inflected(word) { INFLECTED } else { 1.0 };
            }
            learnt.features.insert(word, feature);
        }
        Some(learnt)
    }

    pub(super) fn feature(&self, feature: &str) -> Option<Feature> {
        self.features.get(feature).copied()
    }

    /// The kinds that a feature speaks for, and how much.
    pub(super) fn gains(&self, Feature { number, .. }: Feature) -> impl Iterator<Item = (usize, f32)> {
        let end = |number: usize| Some(u32::from_le_bytes(*self.ends.get(number)?) as usize);
        let number = number as usize;
        let start = number.checked_sub(1).and_then(end).unwrap_or_default();
        let gains = self.gains.get(start..end(number).unwrap_or(start)).unwrap_or_default();
        gains.iter().map(|[kind, high_kind, gain, high_gain]| {
            let kind = u16::from_le_bytes([*kind, *high_kind]);
            (usize::from(kind), f32::from(u16::from_le_bytes([*gain, *high_gain])) / GAIN)
        })
    }

    /// The vector of a feature that has one.
    pub(super) fn vector(&self, Feature { number, .. }: Feature) -> Option<[f32; DIMENSIONS]> {
        let vector = self.vectors.get(number as usize)?;
        Some(vector.map(|number| f32::from(number.cast_signed())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let lesson = Lesson {
            source: [7; 32],
            mechanisms: vec!["思い込み".into(), "抑止".into()],
            against: vec![-0.5, -0.25, -1.0],
            features: vec![
                ("つもり".into(), vec![]),
                ("忘れ".into(), vec![(0, 4096), (2, 2048)]),
                ("抑止".into(), vec![(1, 8192)]),
            ],
            vectors: vec![[-3; DIMENSIONS], [5; DIMENSIONS]],
        };
        let learnt = Learnt::read(lesson.to_bytes().leak()).unwrap();
        assert_eq!(learnt.mechanisms, ["思い込み", "抑止"]);
        assert_eq!(learnt.against, lesson.against);
        let [intended, forgot, muted] = ["つもり", "忘れ", "抑止"].map(|word| learnt.feature(word).unwrap());
        assert_eq!([intended.says, forgot.says, muted.says], [0.0, INFLECTED, 1.0]);
        assert_eq!(learnt.gains(forgot).collect::<Vec<_>>(), [(0, 1.0), (2, 0.5)]);
        assert_eq!(learnt.gains(muted).collect::<Vec<_>>(), [(1, 2.0)]);
        assert_eq!(learnt.vector(intended), Some([-3.0; DIMENSIONS]));
        assert!(learnt.vector(muted).is_none() && learnt.feature("無い").is_none());
        for length in 0..lesson.to_bytes().len() {
            let cut = lesson.to_bytes()[..length].to_vec().leak();
            assert!(Learnt::read(cut).is_none(), "{length} bytes were enough");
        }
    }

    #[test]
    fn the_program_has_learnt_something() {
        assert!(LEARNT.mechanisms.len() > 1000 && LEARNT.vectors.len() > 10_000);
    }
}
