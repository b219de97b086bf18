//! Past defects that are alike in what happened and why.
//!
//! Each text gives terms (words of one script, and pairs of kanji within them) and notions (`concepts.toml`: what
//! writers mean by different words). A term counts by its rarity (inverse document frequency) and by where it stands:
//! alike in the causes says more than alike in the rest. What is structured (categories, alert, runbook step) adds to
//! it; the customer says least.

use std::collections::HashMap;
use std::sync::LazyLock;

use fixedbitset::FixedBitSet;
use memchr::memmem;
use serde::Deserialize;
use yokoten_model::Postmortem;

use super::fold::{Script, fold, script};
use super::postings::Tier;
use super::{Searcher, terms};
use crate::{Result, projection};

/// An entry that is alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// Higher is more alike; 1 is a copy.
    pub score: f64,
    /// Why, the most telling first: shared words, notions and categories.
    pub because: Vec<Because>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
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

/// A term in more than this part of all entries tells nothing (in small workspaces everything is heeded).
const COMMON: f64 = 0.2;

/// Below this an entry is not alike.
const FLOOR: f64 = 0.10;

#[derive(Default, Deserialize)]
struct Table {
    concepts: Vec<Vec<String>>,
}

/// Each notion's name as people write it, and its forms, folded.
static TABLE: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("concepts.toml")).unwrap_or_default();
    let names = table.concepts.iter().map(|forms| forms.first().cloned().unwrap_or_default());
    names.zip(super::spelling::fold_groups(&table.concepts)).collect()
});

/// The documents of each notion, as of the last change that was seen.
#[derive(Default)]
pub(crate) struct Concepts {
    at: i64,
    sets: HashMap<usize, FixedBitSet>,
}

/// What an entry says: terms and notions with their weight.
#[derive(Default)]
struct Features {
    terms: HashMap<String, f64>,
    concepts: HashMap<usize, f64>,
}

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

impl Features {
    fn of<'a>(passages: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut features = Self::default();
        for (field, text) in passages {
            let weight = telling(field);
            if weight == 0.0 {
                continue;
            }
            let folded = fold(text);
            let mut put = |term: &str| {
                let known = features.terms.entry(term.to_owned()).or_default();
                *known = known.max(weight);
            };
            each_term(&folded, &mut put);
            // Hiragana was folded into katakana, and grammar tells nothing: these are taken from the text as it stands.
            katakana(text).map(fold).filter(|word| word.chars().nth(2).is_some()).for_each(|word| put(&word));
            for (index, (_, forms)) in TABLE.iter().enumerate() {
                if forms.iter().any(|form| memmem::find(folded.as_bytes(), form.as_bytes()).is_some()) {
                    let known = features.concepts.entry(index).or_default();
                    *known = known.max(weight);
                }
            }
        }
        features
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

impl Searcher {
    /// The entries most like `draft`, which may be unsaved; at most `limit`, never itself.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn similar(&mut self, draft: &Postmortem, limit: usize) -> Result<Vec<Alike>> {
        self.consistent(|this| this.alike(draft, limit))
    }

    fn alike(&mut self, draft: &Postmortem, limit: usize) -> Result<Vec<Alike>> {
        let live = self.columns.live();
        let size = live.len();
        let count = live.count_ones(..).max(1) as f64;
        let passages = projection::passages(draft);
        let own = Features::of(passages.iter().map(|(field, text)| (*field, text.as_str())));
        if own.terms.is_empty() && own.concepts.is_empty() {
            return Ok(Vec::new());
        }
        let rarity = |holding: usize| ((count + 1.0) / (holding as f64 + 0.5)).ln().max(0.0);

        // The most telling terms, by a look at how many entries hold each.
        let mut sets: Vec<(String, f64, [FixedBitSet; 3])> = Vec::new();
        for (term, weight) in &own.terms {
            let tiers = super::matches::holding(&self.connection, &self.vocabulary, term, size)?;
            let mut all = tiers[0].clone();
            all.union_with(&tiers[1]);
            all.union_with(&tiers[2]);
            all.intersect_with(&live);
            let holding = all.count_ones(..);
            if holding > 0 && (holding as f64) <= (COMMON * count).max(8.0) {
                sets.push((term.clone(), weight * rarity(holding), tiers));
            }
        }
        sets.sort_by(|(a, x, _), (b, y, _)| y.total_cmp(x).then_with(|| a.cmp(b)));
        sets.truncate(TERMS);

        let mut scores = vec![0.0_f64; size];
        for (_, weight, tiers) in &sets {
            for (tier, set) in Tier::ALL.into_iter().zip(tiers) {
                let place = if tier == Tier::Body { 0.6 } else { 1.0 };
                for doc in set.ones() {
                    if let Some(score) = scores.get_mut(doc) {
                        *score += weight * place;
                    }
                }
            }
        }
        let mut rarities: HashMap<usize, f64> = HashMap::new();
        for (concept, weight) in &own.concepts {
            let set = self.concept(*concept, size)?;
            let rare = rarity(set.intersection(&live).count()).powi(2);
            rarities.insert(*concept, rare);
            for doc in set.ones() {
                if let Some(score) = scores.get_mut(doc) {
                    *score += 1.5 * weight * rare;
                }
            }
        }
        let mut best: Vec<usize> =
            live.ones().filter(|doc| scores.get(*doc).is_some_and(|score| *score > 0.0)).collect();
        let score = |doc: &usize| scores.get(*doc).copied().unwrap_or_default();
        best.sort_by(|a, b| score(b).total_cmp(&score(a)).then_with(|| a.cmp(b)));
        best.truncate(COMPARED);

        let rare_terms: HashMap<&str, f64> = sets
            .iter()
            .map(|(term, weight, _)| {
                (term.as_str(), weight / own.terms.get(term).copied().unwrap_or(1.0).max(0.1))
            })
            .collect();
        let mut alike = Vec::new();
        for doc in best {
            alike.extend(self.compare(doc, draft, &own, &rare_terms, &rarities)?);
        }
        alike.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.number.cmp(&a.number)));
        alike.truncate(limit);
        Ok(alike)
    }

    fn compare(
        &self,
        doc: usize,
        draft: &Postmortem,
        own: &Features,
        rare: &HashMap<&str, f64>,
        rarities: &HashMap<usize, f64>,
    ) -> Result<Option<Alike>> {
        let key = i64::try_from(doc).unwrap_or(-1);
        let (id, number, title, alert): (String, String, String, String) = self
            .connection
            .prepare_cached("SELECT uuid, number, title, alert FROM postmortem WHERE doc = ?1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        if id == draft.id {
            return Ok(None);
        }
        let passages = projection::read_passages(&self.connection, key)?;
        let theirs = Features::of(passages.iter().map(|(field, text)| (field.as_str(), text.as_str())));

        let mut reasons: Vec<(f64, Because)> = Vec::new();
        let (mut shared, mut mine, mut other) = (0.0, 0.0, 0.0);
        for (term, weight) in &own.terms {
            let Some(rare) = rare.get(term.as_str()) else { continue };
            mine += weight * weight * rare;
            if let Some(their) = theirs.terms.get(term) {
                shared += weight * their * rare;
                reasons.push((weight * their * rare, Because::Term(term.clone())));
            }
        }
        for (term, weight) in &theirs.terms {
            other += weight * weight * rare.get(term.as_str()).copied().unwrap_or(0.6);
        }
        let terms = if mine > 0.0 && other > 0.0 { shared / (mine * other).sqrt() } else { 0.0 };

        let (mut shared, mut mine, mut other) = (0.0, 0.0, 0.0);
        for (concept, weight) in &own.concepts {
            let rare = rarities.get(concept).copied().unwrap_or_default();
            mine += weight * weight * rare;
            if let Some(their) = theirs.concepts.get(concept) {
                shared += weight * their * rare;
                if let Some((name, _)) = TABLE.get(*concept) {
                    reasons.push((0.8 * weight * their * rare, Because::Term(name.clone())));
                }
            }
        }
        for (concept, weight) in &theirs.concepts {
            other += weight * weight * rarities.get(concept).copied().unwrap_or(1.0);
        }
        let notions = if mine > 0.0 && other > 0.0 { shared / (mine * other).sqrt() } else { 0.0 };

        let row = self.columns.rows.get(doc).copied().unwrap_or_default();
        let mut score = 0.45 * terms + 0.55 * notions;
        let mut same = |mine: Option<&str>, theirs: &str, gain: f64, because: fn(String) -> Because| {
            if mine.is_some_and(|mine| !mine.is_empty() && fold(mine) == fold(theirs)) {
                score += gain;
                reasons.push((gain * 40.0, because(theirs.to_owned())));
            }
        };
        same(
            draft.occurrence_category.as_deref(),
            self.columns.value(row.occurrence),
            0.08,
            Because::OccurrenceCategory,
        );
        same(draft.escape_category.as_deref(), self.columns.value(row.escape), 0.06, Because::EscapeCategory);
        same(Some(&draft.alert.name), &alert, 0.04, Because::Alert);
        same(Some(&draft.customer), self.columns.value(row.customer), 0.01, Because::Customer);
        let runbook = passages.iter().find(|(field, _)| field == "runbook").map(|(_, text)| text.as_str());
        let step = draft.runbook.step.as_str();
        if step.chars().nth(2).is_some() && runbook.is_some_and(|text| text.lines().any(|line| line == step))
        {
            score += 0.08;
            reasons.push((3.0, Because::Step(step.to_owned())));
        }
        if score < FLOOR {
            return Ok(None);
        }
        reasons.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut because: Vec<Because> = Vec::new();
        for (_, reason) in reasons {
            let is_new = match &reason {
                // A part of a term that is named already tells nothing more.
                Because::Term(term) => !because.iter().any(|known| {
                    matches!(known, Because::Term(known) if known.contains(term.as_str()) || term.contains(known.as_str()))
                }),
                _ => true,
            };
            if is_new && because.len() < 6 {
                because.push(reason);
            }
        }
        Ok(Some(Alike { id, number, title, score: score.min(1.0), because }))
    }

    /// The entries that say a notion. Exact for forms of one script, else by pairs: it only ranks.
    fn concept(&mut self, index: usize, size: usize) -> Result<FixedBitSet> {
        let version = self.columns.seen();
        if self.concepts.at != version {
            self.concepts = Concepts { at: version, sets: HashMap::new() };
        }
        if let Some(set) = self.concepts.sets.get(&index) {
            return Ok(set.clone());
        }
        let mut set = FixedBitSet::with_capacity(size);
        for form in TABLE.get(index).into_iter().flat_map(|(_, forms)| forms) {
            for tier in super::matches::holding(&self.connection, &self.vocabulary, form, size)? {
                set.union_with(&tier);
            }
        }
        self.concepts.sets.insert(index, set.clone());
        Ok(set)
    }
}
