//! The same answers by reading every text: what tests and benches hold the index against.

use memchr::memmem;
use rusqlite::Connection;

use super::matches::{Score, weight};
use super::postings::Tier;
use super::query::Query;
use super::spelling::Pattern;
use super::{Searcher, fold};
use crate::{Result, passages};

/// The folded texts of an entry.
type Texts = Vec<(Tier, String)>;

/// The folded texts of every entry, in memory: about as many bytes as the texts have.
#[derive(Debug)]
pub struct Scan {
    /// Document, its recency, its texts; those in the trash are left out.
    entries: Vec<(usize, i64, Texts)>,
}

impl Scan {
    /// Reads every text as `searcher` sees it now.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn of(searcher: &mut Searcher) -> Result<Self> {
        searcher.consistent(|searcher| {
            let live = searcher.columns.rows.iter().enumerate().filter(|(_, row)| row.live);
            let entries = live
                .map(|(doc, row)| Ok((doc, row.recency, folded(&searcher.connection, doc)?)))
                .collect::<Result<_>>()?;
            Ok(Self { entries })
        })
    }

    /// Calls `work` with the number and the texts, as they were written, of every entry that `searcher` sees.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn each_entry(searcher: &mut Searcher, mut work: impl FnMut(i64, Vec<String>)) -> Result<()> {
        searcher.consistent(|searcher| {
            for doc in searcher.columns.live().ones() {
                let doc = i64::try_from(doc).unwrap_or(-1);
                let texts = passages::read(&searcher.connection, doc)?.into_iter();
                work(doc, texts.map(|(_, text)| text).collect());
            }
            Ok(())
        })
    }

    /// The scores of all that match the words of a query (filters and numbers are not heeded), the best first, each with
    /// its identity where it is among the first `limit`; with nothing but the fold and the patterns in common with
    /// [`Searcher::search`].
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn search(
        &self,
        searcher: &Searcher,
        query: &str,
        limit: usize,
    ) -> Result<(usize, Vec<(String, Score)>)> {
        let query = Query::parse(query);
        let words: Vec<Vec<(Pattern, memmem::Finder<'static>)>> = query
            .words
            .iter()
            .map(|word| {
                let patterns = searcher.patterns(word).into_iter();
                patterns
                    .map(|pattern| {
                        let finder = finder(&pattern.folded);
                        (pattern, finder)
                    })
                    .collect()
            })
            .collect();
        let without: Vec<_> = query.without.iter().map(|word| finder(&fold(&word.text))).collect();
        let mut found = Vec::new();
        for (doc, recency, texts) in &self.entries {
            let holds = |finder: &memmem::Finder<'_>| {
                texts.iter().any(|(_, text)| finder.find(text.as_bytes()).is_some())
            };
            if without.iter().any(holds) {
                continue;
            }
            let best = |patterns: &Vec<(Pattern, memmem::Finder<'static>)>| {
                let weights = patterns.iter().flat_map(|(pattern, finder)| {
                    let holding = texts.iter().filter(|(_, text)| finder.find(text.as_bytes()).is_some());
                    holding.map(|(tier, _)| weight(*tier, pattern.likeness))
                });
                weights.max()
            };
            if let Some(score) = words.iter().map(best).sum::<Option<Score>>() {
                found.push((score, *recency, *doc));
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        let id = |doc: usize| {
            searcher
                .connection
                .prepare_cached("SELECT uuid FROM postmortem WHERE doc = ?1")?
                .query_row([i64::try_from(doc).unwrap_or(-1)], |row| row.get(0))
        };
        let first =
            found.iter().take(limit).map(|(score, _, doc)| Ok((id(*doc)?, *score))).collect::<Result<_>>()?;
        Ok((found.len(), first))
    }
}

/// The folded texts of a document.
fn folded(connection: &Connection, doc: usize) -> Result<Texts> {
    let texts = passages::read(connection, i64::try_from(doc).unwrap_or(-1))?.into_iter();
    Ok(texts.map(|(field, text)| (Tier::of(&field), fold(&text))).collect())
}

fn finder(folded: &str) -> memmem::Finder<'static> {
    memmem::Finder::new(folded).into_owned()
}
