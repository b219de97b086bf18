//! Finding entries: by words, and by likeness.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::Postmortem;
use yokoten_model::postmortem::{Status, Verdict};
use yokoten_model::template::Template;
use yokoten_store::search::similar::{Alike as StoredAlike, Because};
use yokoten_store::search::{self, COUNTED, Facet as StoredFacet, Order, Request, Searcher, Total};

use crate::catalogue::text;
use crate::clock::jst;
use crate::{Lang, Result, Workspace};

/// An entry that was found.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Hit {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// The title as a snippet.
    pub marked_title: String,
    /// The field of the best match.
    pub field: String,
    /// The text around it: `<mark>` holds a match, all else is escaped.
    pub snippet: String,
    /// Higher is better.
    pub score: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Hits {
    /// How many in all, as far as `counted` says.
    #[ts(type = "number")]
    pub total: usize,
    /// The total is exact; else it is the most that there can be, or "at least" above ten thousand.
    pub counted: bool,
    /// Those of this page.
    pub hits: Vec<Hit>,
    /// Words of the same meaning that the query was widened by.
    pub widened: Vec<String>,
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SearchQuery {
    /// What the person typed.
    pub text: String,
    /// In which order.
    #[ts(type = "\"best\" | \"newest\" | \"oldest\"")]
    pub order: SearchOrder,
    /// How many to pass over.
    #[ts(type = "number")]
    pub offset: usize,
    /// How many at most.
    #[ts(type = "number")]
    pub limit: usize,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchOrder {
    /// The best first.
    #[default]
    Best,
    /// The most recent first.
    Newest,
    /// The oldest first.
    Oldest,
}

/// A value and how many of what was found have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// How many.
    #[ts(type = "number")]
    pub count: usize,
}

/// What the entries that were found have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Facets {
    /// How many were found.
    #[ts(type = "number")]
    pub total: usize,
    /// More than were counted.
    pub more: bool,
    /// 顧客.
    pub customers: Vec<Facet>,
    /// サービス.
    pub services: Vec<Facet>,
    /// 状態, by their codes.
    pub statuses: Vec<Facet>,
    /// 発生分類, by their codes.
    pub occurrence: Vec<Facet>,
    /// 流出分類, by their codes.
    pub escape: Vec<Facet>,
    /// Months in which they happened (JST), in order.
    pub months: Vec<Facet>,
}

/// One text of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Marked {
    /// Its field.
    pub field: String,
    /// The text: `<mark>` holds a match, all else is escaped.
    pub text: String,
}

/// A past entry that is alike.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Alike {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
    /// The title.
    pub title: String,
    /// Higher is more alike, at most 1.
    pub score: f64,
    /// Whose system.
    pub customer: String,
    /// When it happened, as it was written.
    pub occurred_at: Option<String>,
    /// Why: shared mechanisms, words, categories, alert, runbook step, customer; or that both are told alike.
    pub because: Vec<String>,
    /// Its countermeasures that a check found effective.
    pub worked: Vec<String>,
}

/// Past entries that are alike, the most alike first.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Similar {
    /// At most five.
    pub hits: Vec<Alike>,
}

/// Entries alike that are shown.
const ALIKE: usize = 5;

/// What people call statuses and categories, in both languages: pairs of code and name.
pub(crate) fn names(template: &Template) -> Vec<(String, String)> {
    let statuses = Status::ALL.iter().copied().flat_map(|status| {
        [Lang::Ja, Lang::En]
            .map(|lang| (status.as_str().to_owned(), text(lang, &format!("status.{}", status.as_str()), &[])))
    });
    statuses
        .chain(template.categories().flat_map(|category| {
            [&category.name.ja, &category.name.en].map(|name| (category.code.clone(), name.clone()))
        }))
        .collect()
}

fn facets(list: Vec<StoredFacet>) -> Vec<Facet> {
    list.into_iter().map(|StoredFacet { value, count }| Facet { value, count }).collect()
}

impl Workspace {
    /// One page of the entries that match.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn search(&self, query: &SearchQuery) -> Result<Hits> {
        let mut hits = self.ask(query, &|| false)?;
        if !hits.counted {
            let facets = self.searching(|searcher| searcher.facets(&self.request(query), &|| false))?;
            (hits.total, hits.counted) = (facets.total.min(COUNTED), facets.total <= COUNTED);
        }
        Ok(hits)
    }

    /// As [`Workspace::search`]; a newer question stops it, with an error that nobody reads.
    ///
    /// # Errors
    /// Where the workspace cannot be read, and when a newer question came.
    pub fn search_as_typed(&self, query: &SearchQuery) -> Result<Hits> {
        let mine = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        self.ask(query, &|| self.asked.load(Ordering::Relaxed) != mine)
    }

    fn ask(&self, query: &SearchQuery, stop: &dyn Fn() -> bool) -> Result<Hits> {
        let search::Found { total, hits, widened } =
            self.searching(|searcher| searcher.search(&self.request(query), stop))?;
        let (total, counted) = match total {
            Total::Exactly(total) => (total, true),
            Total::AtMost(total) => (total, false),
            Total::Many => (COUNTED, false),
        };
        let hits = hits
            .into_iter()
            .map(|hit| {
                let search::Hit { id, number, title, field, snippet, marked_title, score } = hit;
                Hit { id, number, title, marked_title, field, snippet, score }
            })
            .collect();
        Ok(Hits { total, counted, hits, widened })
    }

    /// The exact total and what the entries that match have in common.
    ///
    /// # Errors
    /// Where the workspace cannot be read, and when a newer question came.
    pub fn facets(&self, query: &SearchQuery) -> Result<Facets> {
        let mine = self.asked.load(Ordering::Relaxed);
        let stop = || self.asked.load(Ordering::Relaxed) != mine;
        let found = self.searching(|searcher| searcher.facets(&self.request(query), &stop))?;
        Ok(Facets {
            total: found.total.min(COUNTED),
            more: found.total > COUNTED,
            customers: facets(found.customers),
            services: facets(found.services),
            statuses: facets(found.statuses),
            occurrence: facets(found.occurrence),
            escape: facets(found.escape),
            months: facets(found.months),
        })
    }

    /// The texts of an entry, each with what a query finds in it marked.
    ///
    /// # Errors
    /// [`crate::Error`] where there is no such entry.
    pub fn marks(&self, reference: &str, query: &str) -> Result<Vec<Marked>> {
        let entry = self.store().find(reference)?;
        let marked = self.searching(|searcher| searcher.marks(query, entry))?;
        Ok(marked.into_iter().map(|(field, text)| Marked { field, text }).collect())
    }

    /// Past entries like this one.
    ///
    /// # Errors
    /// [`crate::Error`] where there is no such entry.
    pub fn similar(&self, reference: &str, lang: Lang) -> Result<Similar> {
        let entry = self.show(reference)?;
        self.similar_to(&entry.document, lang)
    }

    /// Past entries like a text that describes what happened and why.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn similar_to_text(&self, described: &str, lang: Lang) -> Result<Similar> {
        let mut draft = Postmortem::default();
        draft.sections.problem = described.to_owned();
        draft.sections.occurrence_cause = described.to_owned();
        self.similar_to(&draft, lang)
    }

    fn similar_to(&self, draft: &Postmortem, lang: Lang) -> Result<Similar> {
        let hits = self.searching(|searcher| searcher.similar(draft, ALIKE))?;
        let names = names(&self.template());
        let called = |code: String| {
            let mut found = names.iter().filter(|(known, _)| *known == code).map(|(_, name)| name);
            let name = if lang == Lang::Ja { found.next() } else { found.nth(1) };
            name.cloned().unwrap_or(code)
        };
        let reason = |because: Because| match because {
            Because::Mechanism(name) => text(lang, "similar.mechanism", &[("name", name)]),
            Because::Telling => text(lang, "similar.telling", &[]),
            Because::Term(term) => term,
            Because::OccurrenceCategory(code) => text(lang, "similar.occurrence", &[("name", &called(code))]),
            Because::EscapeCategory(code) => text(lang, "similar.escape", &[("name", &called(code))]),
            Because::Alert(name) => text(lang, "similar.alert", &[("name", &name)]),
            Because::Step(step) => text(lang, "similar.step", &[("name", &step)]),
            Because::Customer(name) => text(lang, "similar.customer", &[("name", &name)]),
        };
        let alike = |StoredAlike { id, number, title, customer, occurred_at, score, because }| {
            let measures = self.store().measures_of(&id)?.into_iter();
            let worked = measures.filter(|measure| measure.verdict == Verdict::Effective.as_str());
            Ok(Alike {
                worked: worked.map(|measure| measure.text).collect(),
                because: because.into_iter().map(reason).collect(),
                id,
                number,
                title,
                customer,
                occurred_at,
                score,
            })
        };
        let hits = hits.into_iter().map(alike).collect::<Result<_>>()?;
        Ok(Similar { hits })
    }

    fn request<'a>(&self, query: &'a SearchQuery) -> Request<'a> {
        let order = match query.order {
            SearchOrder::Best => Order::Best,
            SearchOrder::Newest => Order::Newest,
            SearchOrder::Oldest => Order::Oldest,
        };
        let today = jst(self.clock.now()).date_naive();
        Request { query: &query.text, order, offset: query.offset, limit: query.limit, today }
    }

    fn searching<T>(&self, work: impl FnOnce(&mut Searcher) -> yokoten_store::Result<T>) -> Result<T> {
        Ok(work(&mut self.searcher.lock().unwrap_or_else(PoisonError::into_inner))?)
    }
}
