//! Which words speak for which kinds: the more the oftener they are told of one and the rarer they are among all that is
//! told. A naive Bayes classifier in closed form, so learning is counting.

use std::collections::BTreeMap;

use yokoten_store::search::features::{each_word, plain};
use yokoten_store::search::learnt::GAIN;

use crate::told::Told;

/// How many tellings, spread as all words are, each kind is taken to have besides its own: it keeps what is told once
/// from deciding alone.
pub(crate) const DOUBT: f32 = 1000.0;

/// A word of fewer accounts says nothing.
pub(crate) const ACCOUNTS: usize = 2;

/// What is learnt of kinds: mechanisms first, then families, each in the order of names.
pub(crate) struct Gains {
    /// By kind: what each word of an entry says against it, since of what is told at length more is shared by chance.
    pub(crate) against: Vec<f32>,
    /// By word the kinds that it speaks for, and how much, in parts of [`GAIN`].
    pub(crate) words: BTreeMap<String, Vec<(u16, u16)>>,
}

/// How often each word is told of a kind.
type Counts = BTreeMap<String, f32>;

fn count<'a>(texts: impl Iterator<Item = &'a String>) -> Counts {
    let mut counts = Counts::new();
    for text in texts {
        each_word(&plain(text), |word| *counts.entry(word.to_owned()).or_default() += 1.0);
    }
    counts
}

/// Learns from what is told.
pub(crate) fn learn(told: &Told) -> Gains {
    let mechanisms: BTreeMap<&String, Counts> =
        told.mechanisms.iter().map(|(name, accounts)| (name, count(accounts.iter().chain([name])))).collect();
    let families = told.families.values().map(|members| {
        let mut all = Counts::new();
        for (word, count) in members.iter().filter_map(|name| mechanisms.get(name)).flatten() {
            *all.entry(word.clone()).or_default() += count;
        }
        all
    });
    let families: Vec<Counts> = families.collect();

    let mut words: BTreeMap<&String, Vec<(u16, f32)>> = BTreeMap::new();
    let mut against = Vec::new();
    for (kind, counts) in (0..).zip(mechanisms.values().chain(&families)) {
        against.push(-(counts.values().map(|count| count.sqrt()).sum::<f32>() / DOUBT).ln_1p());
        for (word, count) in counts {
            words.entry(word).or_default().push((kind, count.sqrt()));
        }
    }
    let told_of = |kinds: &[(u16, f32)]| kinds.iter().map(|(_, count)| count).sum::<f32>();
    let all = words.values().map(|kinds| told_of(kinds)).sum::<f32>() + words.len() as f32;
    let gains = |kinds: &[(u16, f32)]| {
        let told = told_of(kinds);
        // Between 0 and 2^16.
        let gain = |count: f32| (gain(count, told, all, DOUBT) * GAIN).round() as u16;
        kinds.iter().map(|(kind, count)| (*kind, gain(*count))).collect()
    };
    let known = accounts(told);
    let words = words.iter().filter(|(word, _)| known.get(**word).is_some_and(|count| *count >= ACCOUNTS));
    Gains { against, words: words.map(|(word, kinds)| ((*word).clone(), gains(kinds))).collect() }
}

/// How much a word speaks for a kind of which it is told `count` times, where it is told `told` times of all kinds and all
/// words are told `all` times; `doubt` is as of [`DOUBT`].
pub(crate) fn gain(count: f32, told: f32, all: f32, doubt: f32) -> f32 {
    let expected = doubt * (told + 1.0) / all;
    (count / expected).ln_1p()
}

/// In how many accounts each word is.
fn accounts(told: &Told) -> BTreeMap<String, usize> {
    let mut accounts = BTreeMap::new();
    for account in told.mechanisms.values().flatten() {
        count([account].into_iter()).into_keys().for_each(|word| *accounts.entry(word).or_default() += 1);
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_speaks_for_what_it_is_told_of() {
        let told = "[mechanisms]\na = [\"赤い林檎\", \"赤い林檎と青い空\"]\nb = [\"青い蜜柑\", \"青い梨、蜜柑\"]\n\
                    [families]\nc = [\"a\", \"b\"]";
        let gains = learn(&Told::read(&[told.to_owned()]).unwrap());
        assert_eq!(gains.against.len(), 3);
        let kinds = |word: &str| -> Vec<u16> { gains.words[word].iter().map(|(kind, _)| *kind).collect() };
        assert_eq!(kinds("林檎"), [0, 2]);
        assert_eq!(kinds("蜜柑"), [1, 2]);
        let [a, b, _] = gains.words["青い"][..] else { panic!("{:?}", gains.words["青い"]) };
        assert!(a.1 < b.1, "it is told of b more often");
        assert!(!gains.words.contains_key("梨、") && !gains.words.contains_key("空"), "told once");
    }
}
