//! Which entries match a query, and how well: sets of documents, scores, and what is yet to be verified.

use std::collections::BinaryHeap;

use fixedbitset::FixedBitSet;
use memchr::memmem;
use rusqlite::Connection;

use super::fold::{begins_with_mark, fold, fold_frequent};
use super::postings::{self, Tier};
use super::spelling::{Likeness, Pattern};
use super::terms::{self, Piece};
use super::vocabulary::Vocabulary;
use crate::Result;

/// More words than this hold a part: then of the documents that its pairs tell, but none of so many words, the texts are
/// asked.
const WORDS: usize = 1000;

/// As many where it need not be exact.
const NARROWING: usize = 400;

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
    /// Where not each of them does: those that do, as far as is known.
    known: FixedBitSet,
}

impl Candidates {
    fn none(size: usize) -> Self {
        let none = || FixedBitSet::with_capacity(size);
        Self { tiers: std::array::from_fn(|_| none()), sure: true, known: none() }
    }

    fn all(&self) -> FixedBitSet {
        let mut all = self.tiers[0].clone();
        all.union_with(&self.tiers[1]);
        all.union_with(&self.tiers[2]);
        all
    }

    /// Leaves those that hold one of `terms` in the same tier.
    fn narrow(&mut self, connection: &Connection, terms: &[&str]) -> Result<()> {
        if self.tiers.iter().all(FixedBitSet::is_clear) {
            return Ok(());
        }
        let these = of_any(connection, terms, self.tiers[0].len())?;
        for (tier, these) in self.tiers.iter_mut().zip(&these.tiers) {
            tier.intersect_with(these);
        }
        Ok(())
    }
}

/// The documents that may hold a folded text; surely, where that can be told.
fn candidates(
    connection: &Connection,
    vocabulary: &Vocabulary,
    folded: &str,
    size: usize,
) -> Result<Candidates> {
    if folded.chars().count() <= 2 && !folded.contains([' ', '\n']) {
        return of_any(connection, &[folded], size);
    }
    if !terms::one_script(folded) && !terms::of_name(folded) {
        return by_parts(connection, vocabulary, folded, size);
    }
    let words = vocabulary.holding(folded, WORDS + 1);
    let found = of_any(connection, &words, size)?;
    if words.len() <= WORDS {
        return Ok(found);
    }
    Ok(Candidates { known: found.all(), ..by_parts(connection, vocabulary, folded, size)? })
}

/// The documents that hold one of `terms`.
fn of_any(connection: &Connection, terms: &[&str], size: usize) -> Result<Candidates> {
    let mut found = Candidates::none(size);
    for term in terms {
        postings::read(connection, term, &mut found.tiers)?;
    }
    Ok(found)
}

/// The documents that hold all parts of a folded text, in whatever places of a tier.
fn by_parts(
    connection: &Connection,
    vocabulary: &Vocabulary,
    folded: &str,
    size: usize,
) -> Result<Candidates> {
    let pairs = terms::pairs(folded);
    let singles = folded.char_indices().filter_map(|(at, char)| folded.get(at..at + char.len_utf8()));
    let terms = if pairs.is_empty() { singles.filter(|char| *char != " ").collect() } else { pairs };
    let mut terms = terms.into_iter();
    let mut found = of_any(connection, terms.next().as_slice(), size)?;
    found.sure = false;
    for term in terms {
        found.narrow(connection, &[term])?;
    }
    for Piece { text, begins, ends } in terms::pieces(folded) {
        if begins && ends {
            found.narrow(connection, &[text])?;
            continue;
        }
        let edge = |there| if there { "\n" } else { "" };
        let part = format!("{}{text}{}", edge(begins), edge(ends));
        let words = vocabulary.holding(&part, NARROWING + 1);
        if words.len() <= NARROWING {
            found.narrow(connection, &words)?;
        }
    }
    Ok(found)
}

/// The documents that hold a folded word of one script, by tier; where very many words hold it, those that hold its
/// parts.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn holding(
    connection: &Connection,
    vocabulary: &Vocabulary,
    folded: &str,
    size: usize,
) -> Result<[FixedBitSet; 3]> {
    let words = vocabulary.holding(folded, NARROWING + 1);
    let found = if words.len() <= NARROWING {
        of_any(connection, &words, size)?
    } else {
        by_parts(connection, vocabulary, folded, size)?
    };
    Ok(found.tiers)
}

/// A word of a query: what a text may hold in its place.
pub(crate) struct Wanted {
    pub(crate) patterns: Vec<Pattern>,
    /// As it was typed: a text that holds just this needs no folding to be told.
    pub(crate) typed: String,
    /// Entries that bear it as their number.
    pub(crate) bearers: Option<FixedBitSet>,
}

/// What verification looks for: made once, since making it takes as long as looking through a text.
struct Finders {
    /// The words as they were typed.
    typed: Vec<memmem::Finder<'static>>,
    /// By word, each pattern with its likeness.
    words: Vec<Vec<(Likeness, memmem::Finder<'static>)>>,
    without: Vec<memmem::Finder<'static>>,
}

impl Finders {
    fn of(words: &[Wanted], without: &[Pattern]) -> Self {
        let finder = |text: &str| memmem::Finder::new(text).into_owned();
        let patterns = |word: &Wanted| {
            let patterns = word.patterns.iter();
            patterns.map(|pattern| (pattern.likeness, finder(&pattern.folded))).collect()
        };
        Self {
            typed: words.iter().map(|word| finder(&word.typed)).collect(),
            words: words.iter().map(patterns).collect(),
            without: without.iter().map(|pattern| finder(&pattern.folded)).collect(),
        }
    }

    /// Adds what a text (in UTF-8) holds just as it was typed to what was found in a document. The form of a part is a
    /// part of the form of the whole, unless a mark that follows it makes its last kana another.
    fn find_as_typed(&self, tier: Tier, text: &[u8], found: &mut Found) {
        let weight = Some(weight(tier, Likeness::Exact));
        for (finder, best) in self.typed.iter().zip(&mut found.words) {
            let behind = |at: usize| text.get(at + finder.needle().len()..).unwrap_or_default();
            if weight > *best && finder.find(text).is_some_and(|at| !begins_with_mark(behind(at))) {
                *best = weight;
            }
        }
    }

    /// Adds all that a text (in UTF-8) holds to what was found in a document.
    fn find(&self, tier: Tier, text: &[u8], found: &mut Found) {
        let mut folded = Vec::with_capacity(text.len());
        if !fold_frequent(text, &mut folded) {
            folded = fold(str::from_utf8(text).unwrap_or_default()).into_bytes();
        }
        found.without |= self.without.iter().any(|finder| finder.find(&folded).is_some());
        for (patterns, best) in self.words.iter().zip(&mut found.words) {
            for (likeness, finder) in patterns {
                let weight = Some(weight(tier, *likeness));
                if weight > *best && finder.find(&folded).is_some() {
                    *best = weight;
                }
            }
        }
    }
}

/// What was found in the texts of a document.
struct Found {
    /// By word, what its best pattern says.
    words: Vec<Option<u32>>,
    /// Something that must not be there.
    without: bool,
}

/// What bearing the number says: more than any text.
const BEARER: u32 = 2000;

/// The matches of one query over one state of the index. What verification finds goes into the sets, so that no text is
/// asked twice.
pub(crate) struct Matches {
    words: Vec<Wanted>,
    finders: Finders,
    /// Documents that may match.
    pub(crate) documents: FixedBitSet,
    /// Those of them of which it is not sure.
    unsure: FixedBitSet,
    /// Those of them that may deserve less than `scores` say: all that are not sure, and others.
    doubtful: FixedBitSet,
    /// By document, the most that it may deserve.
    scores: Vec<u32>,
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
        without: &[Pattern],
        within: FixedBitSet,
    ) -> Result<Self> {
        let size = within.len();
        let mut sure = within.clone();
        let mut documents = within;
        let mut doubtful = FixedBitSet::with_capacity(size);
        let mut scores = vec![0; size];
        let mut best = vec![0; size];
        for word in &words {
            let mut holding = FixedBitSet::with_capacity(size);
            let mut surely = FixedBitSet::with_capacity(size);
            best.fill(0);
            if let Some(bearers) = &word.bearers {
                surely.union_with(bearers);
                bearers.ones().for_each(|doc| best[doc] = BEARER);
            }
            for pattern in &word.patterns {
                let found = candidates(connection, vocabulary, &pattern.folded, size)?;
                surely.union_with(&found.known);
                for (tier, set) in Tier::ALL.into_iter().zip(&found.tiers) {
                    let weight = weight(tier, pattern.likeness);
                    for doc in set.ones() {
                        if let Some(best) = best.get_mut(doc) {
                            *best = weight.max(*best);
                        }
                    }
                    if found.sure {
                        surely.union_with(set);
                    } else {
                        holding.union_with(set);
                        doubtful.union_with(set);
                    }
                }
            }
            holding.union_with(&surely);
            documents.intersect_with(&holding);
            sure.intersect_with(&surely);
            for (score, best) in scores.iter_mut().zip(&best) {
                *score += best;
            }
        }
        for pattern in without {
            let found = candidates(connection, vocabulary, &pattern.folded, size)?;
            let all = found.all();
            if found.sure {
                documents.difference_with(&all);
            } else {
                doubtful.union_with(&all);
                sure.difference_with(&all);
            }
        }
        doubtful.intersect_with(&documents);
        let mut unsure = documents.clone();
        unsure.difference_with(&sure);
        let finders = Finders::of(&words, without);
        Ok(Self { words, finders, documents, unsure, doubtful, scores })
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
        if self.doubtful.contains(doc) {
            // Of those that are not sure most do not match, and that is told sooner than how well they do.
            let found = if self.unsure.contains(doc) && !self.holds(connection, doc)? {
                None
            } else {
                self.deserved(doc, &self.look_through(connection, doc, false)?)
            };
            if let (Some(score), Some(place)) = (found, self.scores.get_mut(doc)) {
                *place = score;
            }
            self.documents.set(doc, found.is_some());
            self.unsure.remove(doc);
            self.doubtful.remove(doc);
        }
        Ok(self.scores.get(doc).copied().filter(|_| self.documents.contains(doc)))
    }

    /// What each word finds in the texts of a document; where it is `enough` to know that it matches, no more than that.
    fn look_through(&self, connection: &Connection, doc: usize, enough: bool) -> Result<Found> {
        let mut found = Found { words: vec![None; self.words.len()], without: false };
        let enough = |found: &Found| {
            enough && self.finders.without.is_empty() && found.words.iter().all(Option::is_some)
        };
        let mut statement = connection.prepare_cached("SELECT field, text FROM passage WHERE doc = ?1")?;
        let mut rows = statement.query([i64::try_from(doc).unwrap_or(-1)])?;
        while let Some(row) = rows.next()?
            && !enough(&found)
        {
            let tier = Tier::of(row.get_ref(0)?.as_str().unwrap_or_default());
            let text = row.get_ref(1)?.as_bytes().unwrap_or_default();
            self.finders.find_as_typed(tier, text, &mut found);
            if !enough(&found) {
                self.finders.find(tier, text, &mut found);
            }
        }
        Ok(found)
    }

    fn holds(&self, connection: &Connection, doc: usize) -> Result<bool> {
        Ok(self.deserved(doc, &self.look_through(connection, doc, true)?).is_some())
    }

    fn deserved(&self, doc: usize, found: &Found) -> Option<u32> {
        let deserved = |(word, found): (&Wanted, &Option<u32>)| {
            let bears = word.bearers.as_ref().is_some_and(|bearers| bearers.contains(doc));
            if bears { Some(BEARER) } else { *found }
        };
        let score = self.words.iter().zip(&found.words).map(deserved).sum::<Option<u32>>();
        score.filter(|_| !found.without)
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
        let mut sure = self.documents.count_ones(..) - self.unsure.count_ones(..);
        let unsure: Vec<usize> = self.unsure.ones().collect();
        for doc in unsure {
            if sure > cap {
                break;
            }
            if stop() {
                return Ok(None);
            }
            let there = self.holds(connection, doc)?;
            // What it deserves is seen when it comes to be shown.
            self.documents.set(doc, there);
            self.unsure.remove(doc);
            sure += usize::from(there);
        }
        Ok(Some(sure))
    }

    /// How many texts [`Matches::count`] would have to read.
    pub(crate) fn unread(&self) -> usize {
        self.unsure.count_ones(..)
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

/// The folded texts of a document, those first that say most.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn folded_passages(connection: &Connection, doc: usize) -> Result<Vec<(Tier, String)>> {
    let mut statement = connection.prepare_cached("SELECT field, text FROM passage WHERE doc = ?1")?;
    let mut rows = statement.query([i64::try_from(doc).unwrap_or(-1)])?;
    let mut texts = Vec::new();
    while let Some(row) = rows.next()? {
        let field = row.get_ref(0)?.as_str().unwrap_or_default();
        texts.push((Tier::of(field), fold(row.get_ref(1)?.as_str().unwrap_or_default())));
    }
    texts.sort_by_key(|(tier, _)| *tier);
    Ok(texts)
}
