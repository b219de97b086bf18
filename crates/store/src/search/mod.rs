//! Finding entries: as a query is typed, over every text, in Japanese.
//!
//! A query is taken apart (`query`), each word widened to what it may have been written as (`spelling`, `reading`), each
//! pattern looked up in the index (`terms`, `postings`, `vocabulary`), what the index cannot tell is verified in the
//! texts (`matches`). What is found is exactly what a scan of the folded texts (`fold`) would find.

pub(crate) mod code;
mod columns;
mod facets;
pub mod features;
mod finders;
mod fold;
mod helpers;
pub mod learnt;
mod matches;
pub(crate) mod mechanism;
mod period;
pub(crate) mod postings;
pub mod query;
mod reading;
mod scan;
pub mod similar;
mod snippet;
mod spelling;
mod terms;
#[cfg(test)]
mod tests;
mod vocabulary;
pub(crate) mod written;

use std::path::Path;

use chrono::NaiveDate;
use fixedbitset::FixedBitSet;
use rusqlite::{Connection, OptionalExtension};

use columns::Columns;
pub use facets::{Facet, Facets};
pub(crate) use fold::fold;
use helpers::Helpers;
use matches::{Matches, Page, Wanted};
use query::{Query, Word};
pub use scan::Scan;
use spelling::{Likeness, Pattern};
use vocabulary::Vocabulary;

use crate::{Error, Result, log, passages, settings};

/// Hits up to which they are counted exactly.
pub const COUNTED: usize = 10_000;

/// Texts that one search reads to tell the total; more is left to [`Searcher::facets`].
const READ_FOR_TOTAL: usize = 300;

/// Pages that a searcher keeps, in KiB (SQLite's `cache_size`).
const PAGES: i64 = -9_000;

/// Words that unconverted kana may stand for.
const READINGS: usize = 8;

/// The setting that holds the workspace's own groups of words that mean the same: JSON, a list of lists of words.
pub const SYNONYMS: &str = "synonyms";

/// Reads beforehand what the first edit, or the first search for similar entries, would read. For a program that stays
/// open.
pub fn make_ready() {
    mechanism::make_ready();
}

/// One entry that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// The field of the best match.
    pub field: String,
    /// The text around it: `<mark>` holds each match, all else is escaped.
    pub snippet: String,
    /// The title, marked likewise.
    pub marked_title: String,
    /// Higher is better.
    pub score: f64,
}

/// How many were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Total {
    /// So many.
    Exactly(usize),
    /// More than [`COUNTED`].
    #[default]
    Many,
    /// Not counted yet; at most so many.
    AtMost(usize),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// How many in all.
    pub total: Total,
    /// Those of this page, the best first.
    pub hits: Vec<Hit>,
    /// Words of the same meaning that it was widened by, as they are compared.
    pub widened: Vec<String>,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first, then the most recent.
    #[default]
    Best,
    /// The most recent first.
    Newest,
    /// The oldest first.
    Oldest,
}

/// What a search is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What the person typed.
    pub query: &'a str,
    /// In which order.
    pub order: Order,
    /// How many to pass over.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
    /// The day it is (JST), for periods such as `30日`.
    pub today: NaiveDate,
}

/// Searches one workspace over a connection of its own, so that a long write makes no one wait.
///
/// It holds the index's words and some 40 bytes of each entry in memory, brought up to date before each answer.
pub struct Searcher {
    connection: Connection,
    helpers: Helpers,
    columns: Columns,
    vocabulary: Vocabulary,
    generation: i64,
    /// The workspace's own synonyms as they are stored, and folded.
    stored_synonyms: String,
    synonyms: Vec<Vec<String>>,
    names: Vec<(String, String)>,
    last: Option<(String, i64, Matches)>,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").finish_non_exhaustive()
    }
}

impl Searcher {
    /// Opens the index of the workspace in `folder`, which exists.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub fn open(folder: &Path) -> Result<Self> {
        let connection = helpers::connect(folder, PAGES)?;
        Ok(Self {
            connection,
            helpers: Helpers::of(folder),
            columns: Columns::default(),
            vocabulary: Vocabulary::default(),
            generation: -1,
            stored_synonyms: String::new(),
            synonyms: Vec::new(),
            names: Vec::new(),
            last: None,
        })
    }

    /// What people call statuses and categories: pairs of code and name.
    pub fn set_names(&mut self, names: Vec<(String, String)>) {
        self.names = names;
        self.last = None;
    }

    /// One page of the entries outside the trash that match.
    ///
    /// # Errors
    /// [`Error::Stopped`] where `stop` says that nobody waits any more; else where the database cannot be read.
    pub fn search(&mut self, request: &Request<'_>, stop: &dyn Fn() -> bool) -> Result<Found> {
        self.consistent(|this| {
            let mut matches = this.matches(request)?;
            let found = this.page(&mut matches, request, stop);
            this.keep(request.query, matches);
            found
        })
    }

    /// The total, and what the entries that were found have in common.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn facets(&mut self, request: &Request<'_>, stop: &dyn Fn() -> bool) -> Result<Facets> {
        self.consistent(|this| {
            let mut matches = this.matches(request)?;
            let state = (this.generation, this.columns.seen());
            let total = this
                .helpers
                .with(state, |helpers| matches.count(&this.connection, helpers, COUNTED, stop))?;
            let facets = total.map(|total| facets::count(&this.columns, &matches, total));
            this.keep(request.query, matches);
            facets.ok_or(Error::Stopped)
        })
    }

    /// The texts of one entry by field, in the order in which an entry is read, each with what matches marked: `<mark>`
    /// holds each match, all else is escaped. Line breaks stay.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn marks(&mut self, query: &str, entry: uuid::Uuid) -> Result<Vec<(String, String)>> {
        self.consistent(|this| {
            let query = Query::parse(query);
            let words: Vec<Vec<Pattern>> = query.words.iter().map(|word| this.patterns(word)).collect();
            let words: Vec<&[Pattern]> = words.iter().map(Vec::as_slice).collect();
            let doc: Option<i64> = this
                .connection
                .prepare_cached("SELECT doc FROM postmortem WHERE uuid = ?1")?
                .query_row([entry.to_string()], |row| row.get(0))
                .optional()?;
            let passages = doc.map(|doc| passages::read(&this.connection, doc)).transpose()?;
            let marked = passages.unwrap_or_default().into_iter();
            Ok(marked.map(|(field, text)| (field, snippet::lines(&text, &words))).collect())
        })
    }

    fn page(&self, matches: &mut Matches, request: &Request<'_>, stop: &dyn Fn() -> bool) -> Result<Found> {
        let recency = |doc: usize| {
            let recency = self.columns.rows.get(doc).map_or(0, |row| row.recency);
            if request.order == Order::Oldest { -recency } else { recency }
        };
        let page =
            Page { offset: request.offset, limit: request.limit, by_score: request.order == Order::Best };
        let best = matches.best(&self.connection, &page, &recency, stop)?;
        let hits = best
            .into_iter()
            .map(|(doc, score)| self.hit(doc, f64::from(score), &matches.patterns()))
            .collect::<Result<Vec<_>>>()?;
        let total = if matches.unread() <= READ_FOR_TOTAL {
            match matches.count(&self.connection, &mut [], COUNTED, stop)? {
                Some(total) if total > COUNTED => Total::Many,
                Some(total) => Total::Exactly(total),
                None => Total::AtMost(matches.documents.count_ones(..)),
            }
        } else {
            Total::AtMost(matches.documents.count_ones(..))
        };
        if stop() {
            return Err(Error::Stopped);
        }
        let widened = matches
            .patterns()
            .into_iter()
            .flatten()
            .filter(|pattern| pattern.likeness == Likeness::Synonym)
            .map(|pattern| pattern.folded.clone())
            .collect();
        Ok(Found { total, hits, widened })
    }

    fn hit(&self, doc: usize, score: f64, words: &[&[Pattern]]) -> Result<Hit> {
        let key = i64::try_from(doc).unwrap_or(-1);
        let (id, number, title) = self
            .connection
            .prepare_cached("SELECT uuid, number, title FROM postmortem WHERE doc = ?1")?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        let passages = passages::read(&self.connection, key)?;
        let passages = passages.iter().map(|(field, text)| (field.as_str(), text.as_str()));
        let marked_title = snippet::whole(&title, words);
        let (field, snippet) = snippet::best(passages.clone(), words).unwrap_or_else(|| {
            let first =
                passages.clone().find(|(field, _)| *field == "problem").or_else(|| passages.clone().next());
            first.map_or(("title", String::new()), |(field, text)| {
                let mut out = String::new();
                snippet::escape(&text.chars().take(120).collect::<String>(), &mut out);
                (field, out)
            })
        });
        Ok(Hit { id, number, title, field: field.to_owned(), snippet, marked_title, score })
    }

    /// The matches of a query, taken up again where the last question was the same and nothing changed since.
    fn matches(&mut self, request: &Request<'_>) -> Result<Matches> {
        let version = self.columns.seen();
        if let Some((query, at, matches)) = self.last.take()
            && query == request.query
            && at == version
        {
            return Ok(matches);
        }
        let query = Query::parse(request.query);
        let mut within = self.columns.live();
        for (filter, value) in &query.filters {
            let holds =
                self.columns.filtered(&self.connection, *filter, value, &self.names, request.today)?;
            within.intersect_with(&holds);
        }
        let words = query
            .words
            .iter()
            .map(|word| Wanted { patterns: self.patterns(word), bearers: self.bearers(word) })
            .collect();
        let without: Vec<Pattern> = query
            .without
            .iter()
            .map(|word| Pattern { folded: fold(&word.text), likeness: Likeness::Exact })
            .collect();
        Matches::find(&self.connection, &self.vocabulary, words, &without, within)
    }

    /// The entries that bear the number a word says: `PM-0142`, `pm-143-2`.
    fn bearers(&self, word: &Word) -> Option<FixedBitSet> {
        let number: yokoten_model::number::Number = fold(&word.text).to_uppercase().parse().ok()?;
        let docs = self.columns.which(|row| {
            row.live && row.serial == number.serial && (number.copy == 1 || row.copy == number.copy)
        });
        (docs.count_ones(..) > 0).then_some(docs)
    }

    /// Everything that a word may have been written as.
    fn patterns(&self, word: &Word) -> Vec<Pattern> {
        let mut patterns = spelling::patterns(word, &self.synonyms);
        if word.phrase {
            return patterns;
        }
        let typed = fold(&word.text);
        let typed = reading::kana(&typed).unwrap_or(typed);
        for folded in reading::words(&typed, READINGS, &|word| self.is_known(word)) {
            spelling::add(&mut patterns, folded, Likeness::Variant);
        }
        patterns
    }

    /// Whether some entry may hold a word.
    fn is_known(&self, folded: &str) -> bool {
        let indexed = |term: &str| {
            self.connection
                .prepare_cached("SELECT 1 FROM posting WHERE term = ?1 LIMIT 1")
                .and_then(|mut statement| statement.exists([term]))
                .unwrap_or_default()
        };
        if folded.chars().count() <= 2 {
            return indexed(folded);
        }
        // The vocabulary is asked last: a word that is not there takes a look at all of it.
        terms::pairs(folded).into_iter().all(indexed)
            && (!terms::one_script(folded) || indexed(folded) || self.vocabulary.holds(folded))
    }

    fn keep(&mut self, query: &str, matches: Matches) {
        self.last = Some((query.to_owned(), self.columns.seen(), matches));
    }

    /// Carries out `work` over one state of the database, with everything in memory brought up to it.
    fn consistent<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("BEGIN")?;
        let result = self.refresh().and_then(|()| work(self));
        // A read has nothing to lose.
        self.connection.execute_batch("ROLLBACK")?;
        result
    }

    fn refresh(&mut self) -> Result<()> {
        let generation = log::generation(&self.connection)?;
        if generation != self.generation {
            self.columns = Columns::default();
            self.vocabulary = Vocabulary::default();
            self.last = None;
            self.generation = generation;
        }
        self.columns.refresh(&self.connection)?;
        self.vocabulary.refresh(&self.connection)?;
        let synonyms = settings::read(&self.connection, SYNONYMS)?.unwrap_or_default();
        if synonyms != self.stored_synonyms {
            // A table that cannot be read is not worth refusing a search for.
            let groups: Vec<Vec<String>> = serde_json::from_str(&synonyms).unwrap_or_default();
            self.synonyms = spelling::fold_groups(&groups);
            self.stored_synonyms = synonyms;
            self.last = None;
        }
        Ok(())
    }
}
