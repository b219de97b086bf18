//! Which entries match a query, and how well: sets of documents, scores, and what is yet to be verified.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use fixedbitset::FixedBitSet;
use memchr::memmem;
use rusqlite::Connection;

use super::fold::{fold, is_mark};
use super::postings::{self, Tier};
use super::spelling::{Likeness, Pattern};
use super::terms;
use super::vocabulary::Vocabulary;
use crate::Result;

/// More words than this hold a part: then its pairs say the same in less time, and the texts are asked.
const WORDS: usize = 400;

/// What a match says: title ≫ causes and lessons ≫ body, and within each as typed ≫ otherwise spelt ≫ alike in meaning.
pub(crate) fn weight(tier: Tier, likeness: Likeness) -> u32 {
    match (tier, likeness) {
        (Tier::Title, Likeness::Exact) => 900,
        (Tier::Title, Likeness::Variant) => 600,
        (Tier::Cause, Likeness::Exact) => 300,
        (Tier::Title, Likeness::Synonym) => 220,
        (Tier::Cause, Likeness::Variant) => 200,
        (Tier::Body, Likeness::Exact) => 100,
        (Tier::Cause, Likeness::Synonym) => 80,
        (Tier::Body, Likeness::Variant) => 60,
        (Tier::Body, Likeness::Synonym) => 20,
    }
}

/// The documents that may hold a pattern, by tier.
struct Candidates {
    tiers: [FixedBitSet; 3],
    /// Each of them does hold it.
    sure: bool,
}

impl Candidates {
    fn none(size: usize) -> Self {
        Self { tiers: std::array::from_fn(|_| FixedBitSet::with_capacity(size)), sure: true }
    }

    fn all(&self) -> FixedBitSet {
        let mut all = self.tiers[0].clone();
        all.union_with(&self.tiers[1]);
        all.union_with(&self.tiers[2]);
        all
    }
}

fn candidates(
    connection: &Connection,
    vocabulary: &Vocabulary,
    folded: &str,
    size: usize,
) -> Result<Candidates> {
    let mut found = Candidates::none(size);
    let length = folded.chars().count();
    if length <= 2 && !folded.contains([' ', '\n']) {
        postings::read(connection, folded, &mut found.tiers)?;
        return Ok(found);
    }
    if terms::one_script(folded)
        && let Some(words) = vocabulary.holding(folded, WORDS)
    {
        for word in words {
            postings::read(connection, word, &mut found.tiers)?;
        }
        return Ok(found);
    }
    found.sure = false;
    let pairs = terms::pairs(folded);
    let singles: Vec<&str> = folded
        .char_indices()
        .filter_map(|(at, char)| folded.get(at..at + char.len_utf8()))
        .filter(|char| *char != " ")
        .collect();
    for (index, term) in (if pairs.is_empty() { singles } else { pairs }).into_iter().enumerate() {
        let mut these = Candidates::none(size);
        postings::read(connection, term, &mut these.tiers)?;
        for (tier, these) in found.tiers.iter_mut().zip(these.tiers) {
            if index == 0 {
                *tier = these;
            } else {
                tier.intersect_with(&these);
            }
        }
    }
    Ok(found)
}

/// The documents that may hold a folded text, by tier.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn holding(
    connection: &Connection,
    vocabulary: &Vocabulary,
    folded: &str,
    size: usize,
) -> Result<[FixedBitSet; 3]> {
    Ok(candidates(connection, vocabulary, folded, size)?.tiers)
}

/// A word of a query: what a text may hold in its place.
pub(crate) struct Wanted {
    pub(crate) patterns: Vec<Pattern>,
    /// As it was typed: a text that holds just this needs no folding to be told.
    pub(crate) typed: String,
    /// Entries that bear it as their number.
    pub(crate) bearers: Option<FixedBitSet>,
}

/// What bearing the number says: more than any text.
const BEARER: u32 = 2000;

/// The matches of one query over one state of the index.
pub(crate) struct Matches {
    words: Vec<Wanted>,
    /// The words as they were typed.
    typed: Vec<memmem::Finder<'static>>,
    without: Vec<Pattern>,
    /// Documents that may match.
    pub(crate) documents: FixedBitSet,
    /// Those of them that have to be verified.
    doubtful: FixedBitSet,
    /// By document, at least what it deserves.
    scores: Vec<u32>,
    /// What verification found: the score, `None` where it does not match.
    verified: HashMap<usize, Option<u32>>,
}

impl Matches {
    /// `within` are the documents that filters leave.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn find(
        connection: &Connection,
        vocabulary: &Vocabulary,
        words: Vec<Wanted>,
        without: Vec<Pattern>,
        within: FixedBitSet,
    ) -> Result<Self> {
        let size = within.len();
        let mut documents = within;
        let mut doubtful = FixedBitSet::with_capacity(size);
        let mut scores = vec![0; size];
        let mut best = vec![0; size];
        for word in &words {
            let mut holding = FixedBitSet::with_capacity(size);
            best.fill(0);
            if let Some(bearers) = &word.bearers {
                holding.union_with(bearers);
                bearers.ones().for_each(|doc| best[doc] = BEARER);
            }
            for pattern in &word.patterns {
                let found = candidates(connection, vocabulary, &pattern.folded, size)?;
                for (tier, set) in Tier::ALL.into_iter().zip(&found.tiers) {
                    let weight = weight(tier, pattern.likeness);
                    for doc in set.ones() {
                        if let Some(best) = best.get_mut(doc) {
                            *best = weight.max(*best);
                        }
                    }
                    holding.union_with(set);
                    if !found.sure {
                        doubtful.union_with(set);
                    }
                }
            }
            documents.intersect_with(&holding);
            for (score, best) in scores.iter_mut().zip(&best) {
                *score += best;
            }
        }
        for pattern in &without {
            let found = candidates(connection, vocabulary, &pattern.folded, size)?;
            if found.sure {
                documents.difference_with(&found.all());
            } else {
                doubtful.union_with(&found.all());
            }
        }
        doubtful.intersect_with(&documents);
        let typed = words.iter().map(|word| memmem::Finder::new(&word.typed).into_owned()).collect();
        Ok(Self { words, typed, without, documents, doubtful, scores, verified: HashMap::new() })
    }

    /// The patterns of each word.
    pub(crate) fn patterns(&self) -> Vec<&[Pattern]> {
        self.words.iter().map(|word| word.patterns.as_slice()).collect()
    }

    /// What a document deserves, `None` where it does not match. Only doubtful ones are read.
    ///
    /// # Errors
    /// Where the database cannot be read.
    fn verify(&mut self, connection: &Connection, doc: usize) -> Result<Option<u32>> {
        if !self.doubtful.contains(doc) {
            return Ok(self.scores.get(doc).copied());
        }
        if let Some(known) = self.verified.get(&doc) {
            return Ok(*known);
        }
        let found = self.read(connection, doc)?;
        self.verified.insert(doc, found);
        Ok(found)
    }

    fn read(&self, connection: &Connection, doc: usize) -> Result<Option<u32>> {
        let texts = folded_passages(connection, doc)?;
        let best = |pattern: &Pattern| {
            let finder = memmem::Finder::new(&pattern.folded);
            texts
                .iter()
                .filter(|(_, text)| finder.find(text.as_bytes()).is_some())
                .map(|(tier, _)| weight(*tier, pattern.likeness))
                .max()
        };
        if self.without.iter().any(|pattern| best(pattern).is_some()) {
            return Ok(None);
        }
        let deserved = |word: &Wanted| {
            let bears = word.bearers.as_ref().is_some_and(|bearers| bearers.contains(doc));
            if bears { Some(BEARER) } else { word.patterns.iter().filter_map(best).max() }
        };
        Ok(self.words.iter().map(deserved).sum())
    }

    /// How many match: `None` where `stop` said so before all were verified. Verifies no more than `cap` need.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn count(
        &mut self,
        connection: &Connection,
        cap: usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<usize>> {
        let mut sure = self.documents.count_ones(..) - self.doubtful.count_ones(..);
        let doubtful: Vec<usize> = self.doubtful.ones().collect();
        for doc in doubtful {
            if sure > cap {
                break;
            }
            if stop() {
                return Ok(None);
            }
            let known = self.verified.contains_key(&doc);
            let there =
                (!known && self.is_plain(connection, doc)?) || self.verify(connection, doc)?.is_some();
            sure += usize::from(there);
        }
        Ok(Some(sure))
    }

    /// Whether a document holds every word just as it was typed. The form of a part is a part of the form of the whole
    /// (unless a mark that follows it makes its last kana another), so such a document matches; of others nothing is
    /// said.
    fn is_plain(&self, connection: &Connection, doc: usize) -> Result<bool> {
        if !self.without.is_empty() {
            return Ok(false);
        }
        let mut wanted: Vec<&memmem::Finder<'_>> = self.typed.iter().collect();
        let mut statement = connection.prepare_cached("SELECT text FROM passage WHERE doc = ?1")?;
        let mut rows = statement.query([i64::try_from(doc).unwrap_or(-1)])?;
        while !wanted.is_empty()
            && let Some(row) = rows.next()?
        {
            let text = row.get_ref(0)?.as_str().unwrap_or_default();
            let holds = |finder: &memmem::Finder<'_>| {
                finder.find(text.as_bytes()).is_some_and(|at| {
                    let behind = text.get(at + finder.needle().len()..).unwrap_or_default();
                    !behind.chars().next().is_some_and(is_mark)
                })
            };
            wanted.retain(|finder| !holds(finder));
        }
        Ok(wanted.is_empty())
    }

    /// How many texts [`Matches::count`] would have to read.
    pub(crate) fn unread(&self) -> usize {
        self.doubtful.count_ones(..) - self.verified.len()
    }

    /// Whether a document matches, as far as is known.
    pub(crate) fn holds(&self, doc: usize) -> bool {
        self.documents.contains(doc) && self.verified.get(&doc).is_none_or(Option::is_some)
    }

    /// The best `limit` documents after the first `offset`, each with its score; `recency` orders equals.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn best(
        &mut self,
        connection: &Connection,
        offset: usize,
        limit: usize,
        order: &dyn Fn(usize, u32) -> (u32, i64),
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<(usize, u32)>> {
        let mut heap: BinaryHeap<((u32, i64), usize, u32)> = self
            .documents
            .ones()
            .map(|doc| {
                let score = self.scores.get(doc).copied().unwrap_or_default();
                (order(doc, score), doc, score)
            })
            .collect();
        let mut found = Vec::new();
        while found.len() < offset.saturating_add(limit) && !stop() {
            let Some((_, doc, score)) = heap.pop() else { break };
            match self.verify(connection, doc)? {
                Some(true_score) if true_score < score => {
                    heap.push((order(doc, true_score), doc, true_score));
                }
                Some(score) => found.push((doc, score)),
                None => {}
            }
        }
        Ok(found.into_iter().skip(offset).collect())
    }
}

pub(crate) fn folded_passages(connection: &Connection, doc: usize) -> Result<Vec<(Tier, String)>> {
    let mut statement = connection.prepare_cached("SELECT field, text FROM passage WHERE doc = ?1")?;
    let mut rows = statement.query([i64::try_from(doc).unwrap_or(-1)])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        let field = row.get_ref(0)?.as_str().unwrap_or_default();
        texts.push((Tier::of(field), fold(row.get_ref(1)?.as_str().unwrap_or_default())));
    }
    texts.sort_by_key(|(tier, _)| Reverse(*tier));
    Ok(texts)
}
