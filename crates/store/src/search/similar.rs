//! Past defects that are alike in what happened and why.
//!
//! What says most is the mechanism that both tell of, in whatever words (`mechanism.rs`). Words that both use add to it:
//! a term (a word of one script, a pair of kanji) counts by its rarity (inverse document frequency) and by where it
//! stands: alike in the causes says more than alike in the rest. What is structured (categories, alert, runbook step)
//! adds to it; the customer says least.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use rusqlite::OptionalExtension;
use yokoten_model::Postmortem;

use super::fold::{Script, fold, script};
use super::mechanism::{Profile, Spread};
use super::postings::{self, Tier};
use super::{Searcher, matches, terms};
use crate::{Result, passages, projection};

/// An entry that is alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// Whose system.
    pub customer: String,
    /// When it happened, as it was written.
    pub occurred_at: Option<String>,
    /// Higher is more alike; 1 is a copy. What is alike to many others comes later than this tells.
    pub score: f64,
    /// Why, the most telling first: shared mechanisms, words and categories.
    pub because: Vec<Because>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// Both tell of this mechanism.
    Mechanism(&'static str),
    /// Both tell alike of how it came about; nothing else could be named.
    Telling,
    /// Both say this (folded).
    Term(String),
    /// Both fall under 発生分類 of this code.
    OccurrenceCategory(String),
    /// Both fall under 流出分類 of this code.
    EscapeCategory(String),
    /// It was the same alert.
    Alert(String),
    /// It was the same step of a runbook.
    Step(String),
    /// It was the same customer.
    Customer(String),
}

/// How many terms of an entry are looked up: the most telling.
const TERMS: usize = 40;

/// How many entries that share most are compared in full.
const COMPARED: usize = 40;

/// How many neighbours tell how crowded the place of an entry is, among how many entries they are sought, and how much
/// it counts.
const NEIGHBOURS: usize = 10;
const SAMPLE: usize = 500;
const CROWDED: f64 = 0.8;

/// A term in more than this part of all entries tells nothing (in small workspaces everything is heeded).
const COMMON: f64 = 0.2;

/// How rare a term is taken to be that only the other entry says.
const UNSHARED: f64 = 0.6;

/// Below this an entry is not alike.
const FLOOR: f64 = 0.10;

/// What the mechanism says, and what shared words say.
const MECHANISM: f64 = 0.8;
const WORDS: f64 = 0.2;

/// A mechanism of which less than this is said by both is not named.
const NAMED: f64 = 0.05;

/// The terms that an entry says, with their weight.
#[derive(Default)]
struct Said(HashMap<String, f64>);

/// How much the texts of a field tell about what happened and why.
fn telling(field: &str) -> f64 {
    match field {
        "occurrence_cause" | "escape_cause" => 1.0,
        "title" | "problem" => 0.8,
        "lessons" | "countermeasure" => 0.6,
        "overview" | "timeline" | "runbook" => 0.25,
        _ => 0.0,
    }
}

impl Said {
    fn of<'a>(passages: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut said = Self::default();
        for (field, text) in passages {
            let weight = telling(field);
            if weight == 0.0 {
                continue;
            }
            let mut put = |term: &str| {
                let known = said.0.entry(term.to_owned()).or_default();
                *known = known.max(weight);
            };
            each_term(&fold(text), &mut put);
            // Hiragana was folded into katakana, and grammar tells nothing: these are taken from the text as it stands.
            katakana(text).map(fold).filter(|word| word.chars().nth(2).is_some()).for_each(|word| put(&word));
        }
        said
    }
}

fn is_kana(term: &str) -> bool {
    term.chars().all(|char| script(char) == Script::Kana)
}

/// The words of a text that were written in katakana.
fn katakana(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !matches!(char, '\u{30a1}'..='\u{30fe}' | '\u{ff66}'..='\u{ff9f}'))
        .filter(|word| !word.is_empty())
}

/// Words of kanji or Latin letters of two or more characters, and the pairs within words of kanji.
fn each_term(folded: &str, mut put: impl FnMut(&str)) {
    terms::each(folded, |term| {
        let length = term.chars().count();
        let tells = match length {
            0 | 1 => false,
            2 => term.chars().all(|char| script(char) == Script::Kanji),
            _ => terms::one_script(term) && !is_kana(term),
        };
        if tells && !term.chars().all(|char| char.is_ascii_digit()) {
            put(term);
        }
    });
}

/// The entry that others are compared with.
struct Own<'a> {
    draft: &'a Postmortem,
    /// Where it is in the index, if it is.
    doc: Option<usize>,
    mechanisms: Spread,
    said: Said,
    /// Of its most telling terms, how rare each is.
    rarity: HashMap<String, f64>,
}

/// A term, what it says and which documents say it.
struct Weighed<'a> {
    term: &'a String,
    weight: f64,
    rarity: f64,
    tiers: [FixedBitSet; 3],
}

impl Searcher {
    /// The entries most like `draft`, which may be unsaved; at most `limit`, never itself.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn similar(&mut self, draft: &Postmortem, limit: usize) -> Result<Vec<Alike>> {
        self.consistent(|this| this.alike(draft, limit))
    }

    fn alike(&self, draft: &Postmortem, limit: usize) -> Result<Vec<Alike>> {
        let live = self.columns.live();
        let size = live.len();
        let passages = projection::texts(draft);
        let passages = || passages.iter().map(|(field, text)| (*field, text.as_str()));
        let own = Own {
            draft,
            doc: self.place(draft)?,
            mechanisms: Profile::of(passages()).spread(),
            said: Said::of(passages()),
            rarity: HashMap::new(),
        };
        let (own, shared) = self.weigh(own, &live)?;

        let most = shared.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let mut scores = Vec::with_capacity(size);
        for ((doc, profile), shared) in self.columns.profiles.iter().enumerate().zip(&shared) {
            let score = MECHANISM * own.mechanisms.likeness(profile) + WORDS * shared / most;
            if score > 0.0 && live.contains(doc) && own.doc != Some(doc) {
                scores.push((score, doc));
            }
        }
        let better = |(a, one): &(f64, usize), (b, other): &_| f64::total_cmp(b, a).then(one.cmp(other));
        if scores.len() > COMPARED {
            scores.select_nth_unstable_by(COMPARED, better);
            scores.truncate(COMPARED);
        }
        scores.sort_unstable_by(better);
        let others = self.sample(&live, own.doc);
        let mut alike = Vec::new();
        for (_, doc) in scores {
            alike.extend(self.compare(doc, &own)?.map(|hit| (hit.score - self.crowding(doc, &others), hit)));
        }
        alike.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| other.number.cmp(&one.number)));
        Ok(alike.into_iter().map(|(_, hit)| hit).take(limit).collect())
    }

    /// Where an entry is in the index; a draft that was never saved is nowhere.
    fn place(&self, draft: &Postmortem) -> Result<Option<usize>> {
        let doc = self
            .connection
            .prepare_cached("SELECT doc FROM postmortem WHERE uuid = ?1")?
            .query_row([&draft.id], |row| row.get::<_, i64>(0))
            .optional()?;
        Ok(doc.and_then(|doc| usize::try_from(doc).ok()))
    }

    /// Entries from all over the workspace, the same each time.
    fn sample(&self, live: &FixedBitSet, own: Option<usize>) -> Vec<(usize, Profile)> {
        let step = live.count_ones(..).div_ceil(SAMPLE).max(1);
        let docs = live.ones().filter(|doc| own != Some(*doc)).step_by(step);
        docs.filter_map(|doc| Some((doc, *self.columns.profiles.get(doc)?))).collect()
    }

    /// What an entry's likeness is worth less because others are as close to it: what is said in general terms is a
    /// neighbour of everything, and tells little about any one of them.
    fn crowding(&self, doc: usize, others: &[(usize, Profile)]) -> f64 {
        let Some(profile) = self.columns.profiles.get(doc) else { return 0.0 };
        let spread = profile.spread();
        let others = others.iter().filter(|(other, _)| *other != doc);
        let mut closest: Vec<f64> = others.map(|(_, profile)| spread.likeness(profile)).collect();
        closest.sort_unstable_by(|a, b| b.total_cmp(a));
        CROWDED * MECHANISM * closest.iter().take(NEIGHBOURS).sum::<f64>() / NEIGHBOURS as f64
    }

    /// Learns how rare the most telling terms are, and by document how much of them it says.
    fn weigh<'a>(&self, mut own: Own<'a>, live: &FixedBitSet) -> Result<(Own<'a>, Vec<f64>)> {
        let size = live.len();
        let count = live.count_ones(..).max(1) as f64;
        let mut terms: Vec<Weighed<'_>> = Vec::new();
        for (term, weight) in &own.said.0 {
            let tiers = if is_kana(term) {
                matches::holding(&self.connection, &self.vocabulary, term, size)?
            } else {
                let mut tiers = std::array::from_fn(|_| FixedBitSet::with_capacity(size));
                postings::read(&self.connection, term, &mut tiers)?;
                tiers
            };
            let mut all = tiers[0].clone();
            all.union_with(&tiers[1]);
            all.union_with(&tiers[2]);
            all.intersect_with(live);
            let holding = all.count_ones(..) as f64;
            if holding > 0.0 && holding <= (COMMON * count).max(8.0) {
                let rarity = ((count + 1.0) / (holding + 0.5)).ln().max(0.0);
                terms.push(Weighed { term, weight: weight * rarity, rarity, tiers });
            }
        }
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.term.cmp(b.term)));
        terms.truncate(TERMS);
        let mut shared = vec![0.0; size];
        for term in &terms {
            for (tier, set) in Tier::ALL.into_iter().zip(&term.tiers) {
                let place = if tier == Tier::Body { 0.6 } else { 1.0 };
                for doc in set.ones() {
                    if let Some(shared) = shared.get_mut(doc) {
                        *shared += term.weight * place;
                    }
                }
            }
        }
        own.rarity = terms.into_iter().map(|term| (term.term.clone(), term.rarity)).collect();
        Ok((own, shared))
    }

    fn compare(&self, doc: usize, own: &Own<'_>) -> Result<Option<Alike>> {
        let draft = own.draft;
        let key = i64::try_from(doc).unwrap_or(-1);
        let (mut alike, alert): (Alike, String) = self
            .connection
            .prepare_cached(
                "SELECT uuid, number, title, customer, occurred_at, alert FROM postmortem WHERE doc = ?1",
            )?
            .query_row([key], |row| {
                let alike = Alike {
                    id: row.get(0)?,
                    number: row.get(1)?,
                    title: row.get(2)?,
                    customer: row.get(3)?,
                    occurred_at: row.get(4)?,
                    score: 0.0,
                    because: Vec::new(),
                };
                Ok((alike, row.get(5)?))
            })?;
        let passages = passages::read(&self.connection, key)?;
        let theirs = Said::of(passages.iter().map(|(field, text)| (field.as_str(), text.as_str())));

        let mut reasons: Vec<(f64, Because)> = Vec::new();
        let (mut shared, mut mine, mut other) = (0.0, 0.0, 0.0);
        for (term, weight) in &own.said.0 {
            let Some(rare) = own.rarity.get(term) else { continue };
            mine += weight * weight * rare;
            if let Some(their) = theirs.0.get(term) {
                shared += weight * their * rare;
                reasons.push((weight * their * rare, Because::Term(term.clone())));
            }
        }
        for (term, weight) in &theirs.0 {
            other += weight * weight * own.rarity.get(term).copied().unwrap_or(UNSHARED);
        }
        let words = if mine > 0.0 && other > 0.0 { shared / (mine * other).sqrt() } else { 0.0 };
        let profile = self.columns.profiles.get(doc).copied().unwrap_or_default();
        let mechanisms = own.mechanisms.likeness(&profile);
        let named = own.mechanisms.shared(&profile).into_iter().take(2);
        reasons.extend(
            named
                .filter(|(_, part)| *part >= NAMED)
                .map(|(name, part)| (100.0 * part, Because::Mechanism(name))),
        );

        let row = self.columns.rows.get(doc).copied().unwrap_or_default();
        let mut score = MECHANISM * mechanisms + WORDS * words;
        let mut same = |mine: Option<&str>, theirs: &str, gain: f64, because: fn(String) -> Because| {
            if mine.is_some_and(|mine| !mine.is_empty() && fold(mine) == fold(theirs)) {
                score += gain;
                reasons.push((gain * 100.0, because(theirs.to_owned())));
            }
        };
        same(
            draft.occurrence_category.as_deref(),
            self.columns.value(row.occurrence),
            0.05,
            Because::OccurrenceCategory,
        );
        same(draft.escape_category.as_deref(), self.columns.value(row.escape), 0.04, Because::EscapeCategory);
        same(Some(&draft.alert.name), &alert, 0.02, Because::Alert);
        same(Some(&draft.customer), self.columns.value(row.customer), 0.005, Because::Customer);
        let runbook = passages.iter().find(|(field, _)| field == "runbook").map(|(_, text)| text.as_str());
        let step = draft.runbook.step.as_str();
        if step.chars().nth(2).is_some() && runbook.is_some_and(|text| text.lines().any(|line| line == step))
        {
            score += 0.04;
            reasons.push((3.0, Because::Step(step.to_owned())));
        }
        if score < FLOOR {
            return Ok(None);
        }
        reasons.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let because = &mut alike.because;
        for (_, reason) in reasons {
            let is_new = match &reason {
                // A part of a term that is named already tells nothing more.
                Because::Term(term) => {
                    let is_part = |known: &Because| matches!(known, Because::Term(known) if known.contains(term.as_str()) || term.contains(known.as_str()));
                    !because.iter().any(is_part) && passages.iter().any(|(_, text)| is_word(term, text))
                }
                _ => true,
            };
            if is_new && because.len() < 6 {
                because.push(reason);
            }
        }
        if because.is_empty() {
            because.push(Because::Telling);
        }
        alike.score = score.min(1.0);
        Ok(Some(alike))
    }
}

/// Whether a term can be read as a word of the text. Pairs of kanji are taken from running text, and words of kanji are
/// mostly made of two: 添付 and 画像 of 添付画像, but not the pair between them.
fn is_word(term: &str, text: &str) -> bool {
    let is_kanji = |char: char| script(char) == Script::Kanji;
    if term.chars().count() != 2 || !term.chars().all(is_kanji) {
        return true;
    }
    text.match_indices(term).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        before.chars().rev().take_while(|char| is_kanji(*char)).count().is_multiple_of(2)
    })
}

#[cfg(test)]
mod tests {
    use super::is_word;

    #[test]
    fn a_pair_across_two_words_is_no_word() {
        let text = "手順書に添付画像があり、閲覧記録は残った";
        for word in ["添付", "画像", "閲覧", "記録", "手順", "slack", "手順書"] {
            assert!(is_word(word, text), "{word}");
        }
        for pair in ["付画", "覧記"] {
            assert!(!is_word(pair, text), "{pair}");
        }
    }
}
