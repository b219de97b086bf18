//! Which entries match a query, and how well: sets of documents, scores, and what is yet to be verified.

use std::collections::BinaryHeap;

use fixedbitset::FixedBitSet;
use rusqlite::Connection;

use super::finders::Finders;
use super::postings::{self, Tier};
use super::spelling::{Likeness, Pattern};
use super::terms::{self, Piece};
use super::vocabulary::Vocabulary;
use crate::{Error, Result, passages};

/// More words than this hold a part: then of the documents that its pairs tell, but none of so many words, the texts are
/// asked.
const WORDS: usize = 100;

/// Candidates that are not narrowed further.
const FEW: usize = 32;

/// Texts that are read before it is asked again whether anybody waits for them: some milliseconds.
const AT_ONCE: usize = 2048;

/// Texts from which on other cores help to read them: a thread is made in the time of some dozen.
const SHARED: usize = 256;

/// How well an entry matches: at most 32 words of which each says no more than [`BEARER`]. An array of all entries is
/// made for each word, so a score is kept short.
pub(crate) type Score = u16;

/// What a match says: title ≫ causes and lessons ≫ body, and within each as typed ≫ otherwise spelt ≫ alike in meaning.
pub(crate) fn weight(tier: Tier, likeness: Likeness) -> Score {
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

    /// Whether their texts are read sooner than the list of another term.
    fn are_few(&self) -> bool {
        self.tiers.iter().map(|tier| tier.count_ones(..)).sum::<usize>() <= FEW
    }

    /// Leaves those that hold one of `terms` in the same tier.
    fn narrow(&mut self, connection: &Connection, terms: &[&str]) -> Result<()> {
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
    let pairs = if pairs.is_empty() { singles.filter(|char| *char != " ").collect() } else { pairs };
    let words = terms::pieces(folded).into_iter().map(|Piece { text, begins, ends }| {
        if begins && ends {
            return vec![text];
        }
        let edge = |there| if there { "\n" } else { "" };
        vocabulary.holding(&format!("{}{text}{}", edge(begins), edge(ends)), WORDS + 1)
    });
    let words = words.filter(|words| words.len() <= WORDS);
    // Words come first: they are rarer than pairs, and often leave few.
    let mut parts = words.chain(pairs.into_iter().map(|pair| vec![pair]));
    let mut found = of_any(connection, &parts.next().unwrap_or_default(), size)?;
    found.sure = false;
    for terms in parts {
        if found.are_few() {
            break;
        }
        found.narrow(connection, &terms)?;
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
    let words = vocabulary.holding(folded, WORDS + 1);
    let found = if words.len() <= WORDS {
        of_any(connection, &words, size)?
    } else {
        by_parts(connection, vocabulary, folded, size)?
    };
    Ok(found.tiers)
}

/// A word of a query: what a text may hold in its place.
pub(crate) struct Wanted {
    pub(crate) patterns: Vec<Pattern>,
    /// Entries that bear it as their number.
    pub(crate) bearers: Option<FixedBitSet>,
}

impl Wanted {
    fn borne_by(&self, doc: usize) -> bool {
        self.bearers.as_ref().is_some_and(|bearers| bearers.contains(doc))
    }
}

/// What bearing the number says: more than any text.
const BEARER: Score = 2000;

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
    scores: Vec<Score>,
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
        let mut scores = Vec::new();
        let mut there = Vec::with_capacity(words.len());
        for word in &words {
            let mut there_of_word = Vec::new();
            let mut holding = FixedBitSet::with_capacity(size);
            let mut surely = FixedBitSet::with_capacity(size);
            let mut best = vec![0; size];
            if let Some(bearers) = &word.bearers {
                surely.union_with(bearers);
                bearers.ones().for_each(|doc| best[doc] = BEARER);
            }
            for pattern in &word.patterns {
                let found = candidates(connection, vocabulary, &pattern.folded, size)?;
                if found.tiers.iter().any(|set| !set.is_clear()) {
                    there_of_word.push(pattern);
                }
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
            there.push(there_of_word);
            holding.union_with(&surely);
            documents.intersect_with(&holding);
            sure.intersect_with(&surely);
            if scores.is_empty() {
                scores = best;
            } else {
                scores.iter_mut().zip(&best).for_each(|(score, best)| *score += best);
            }
        }
        scores.resize(size, 0);
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
        let finders = Finders::of(&there, without);
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
    fn verify(&mut self, connection: &Connection, doc: usize) -> Result<Option<Score>> {
        if self.doubtful.contains(doc) {
            let found = passages::with_row(connection, key(doc), |fields, folded| {
                self.deserved(doc, &self.finders.all(fields, folded)?)
            })?;
            let found = found.flatten();
            if let (Some(score), Some(place)) = (found, self.scores.get_mut(doc)) {
                *place = score;
            }
            self.documents.set(doc, found.is_some());
            self.unsure.remove(doc);
            self.doubtful.remove(doc);
        }
        Ok(self.scores.get(doc).copied().filter(|_| self.documents.contains(doc)))
    }

    /// Those of `docs` that match, told by their texts.
    fn holding(&self, connection: &Connection, docs: &[usize]) -> Result<Vec<usize>> {
        let docs: Vec<i64> = docs.iter().map(|doc| key(*doc)).collect();
        let mut holding = Vec::new();
        passages::each(connection, &docs, |doc, folded| {
            let doc = usize::try_from(doc).unwrap_or(usize::MAX);
            let mut words = self.words.iter().zip(self.finders.each(folded));
            if words.all(|(word, holds)| holds || word.borne_by(doc)) && !self.finders.forbid(folded) {
                holding.push(doc);
            }
        })?;
        Ok(holding)
    }

    /// The score of a document of which each word says so much.
    fn deserved(&self, doc: usize, found: &[Option<Score>]) -> Option<Score> {
        let deserved = |(word, found): (&Wanted, &Option<Score>)| {
            if word.borne_by(doc) { Some(BEARER) } else { *found }
        };
        self.words.iter().zip(found).map(deserved).sum()
    }

    /// How many match: `None` where `stop` said so before all were verified. Verifies hardly more than `cap` need, over
    /// `connection` or, where there are many, over `helpers` (which see the same state), each on a core of its own.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn count(
        &mut self,
        connection: &Connection,
        helpers: &mut [Connection],
        cap: usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<usize>> {
        let mut sure = self.documents.count_ones(..) - self.unsure.count_ones(..);
        let unsure: Vec<usize> = self.unsure.ones().collect();
        let mut rest = unsure.as_slice();
        while !rest.is_empty() && sure <= cap {
            if stop() {
                return Ok(None);
            }
            let (part, behind) = rest.split_at(rest.len().min(AT_ONCE).min(cap + 1 - sure));
            rest = behind;
            let holding = self.holding_on_all_cores(connection, helpers, part)?;
            // What they deserve is seen when they come to be shown.
            part.iter().for_each(|doc| {
                self.documents.remove(*doc);
                self.unsure.remove(*doc);
            });
            sure += holding.len();
            self.documents.extend(holding);
        }
        Ok(Some(sure))
    }

    fn holding_on_all_cores(
        &self,
        connection: &Connection,
        helpers: &mut [Connection],
        docs: &[usize],
    ) -> Result<Vec<usize>> {
        let Some((first, helpers)) = helpers.split_first_mut().filter(|_| docs.len() >= SHARED) else {
            return self.holding(connection, docs);
        };
        let share = docs.len().div_ceil(helpers.len() + 1);
        let (own, others) = docs.split_at(share.min(docs.len()));
        std::thread::scope(|scope| {
            let others = others.chunks(share).zip(helpers.iter_mut());
            let workers: Vec<_> =
                others.map(|(docs, helper)| scope.spawn(move || self.holding(helper, docs))).collect();
            let mut holding = self.holding(first, own)?;
            for worker in workers {
                holding.extend(worker.join().map_err(|_| Error::damaged("a text cannot be read"))??);
            }
            Ok(holding)
        })
    }

    /// How many texts [`Matches::count`] would have to read.
    pub(crate) fn unread(&self) -> usize {
        self.unsure.count_ones(..)
    }

    /// The best `limit` documents after the first `offset`, each with its score: by score where that counts, and of those
    /// alike those of the greatest `recency` first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn best(
        &mut self,
        connection: &Connection,
        page: &Page,
        recency: &dyn Fn(usize) -> i64,
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<(usize, Score)>> {
        let wanted = page.offset.saturating_add(page.limit);
        let mut found = Vec::new();
        // Score by score, so that only those that may be shown are brought into order.
        let mut next = self.highest(page, Score::MAX);
        while let Some(level) = next {
            let of_level = self.documents.ones().filter(|doc| self.level(page, *doc) == level);
            let mut heap: BinaryHeap<(i64, usize)> = of_level.map(|doc| (recency(doc), doc)).collect();
            while found.len() < wanted
                && !stop()
                && let Some((_, doc)) = heap.pop()
            {
                // One that deserves less comes again further down.
                if let Some(score) = self.verify(connection, doc)?
                    && self.level(page, doc) == level
                {
                    found.push((doc, score));
                }
            }
            next = if found.len() < wanted && !stop() { self.highest(page, level) } else { None };
        }
        Ok(found.into_iter().skip(page.offset).collect())
    }

    /// What a document is ordered by before its recency.
    fn level(&self, page: &Page, doc: usize) -> Score {
        if page.by_score { self.scores.get(doc).copied().unwrap_or_default() } else { 0 }
    }

    /// The highest level that is lower than `below`.
    fn highest(&self, page: &Page, below: Score) -> Option<Score> {
        self.documents.ones().map(|doc| self.level(page, doc)).filter(|level| *level < below).max()
    }
}

/// Which of the documents that match are asked for.
pub(crate) struct Page {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
    pub(crate) by_score: bool,
}

fn key(doc: usize) -> i64 {
    i64::try_from(doc).unwrap_or(-1)
}
