//! What the entries that were found have in common, counted.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use rustc_hash::FxBuildHasher;

use super::columns::{Columns, Row};
use super::matches::Matches;

/// Values of one facet that are shown.
const VALUES: usize = 12;

/// A value and how many entries have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The value, as it is stored.
    pub value: String,
    /// How many.
    pub count: usize,
}

/// Counts over all that was found; the most frequent values first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// How many were found; more than [`super::COUNTED`] says "at least".
    pub total: usize,
    /// 顧客.
    pub customers: Vec<Facet>,
    /// サービス.
    pub services: Vec<Facet>,
    /// 状態.
    pub statuses: Vec<Facet>,
    /// 発生分類 by code.
    pub occurrence: Vec<Facet>,
    /// 流出分類 by code.
    pub escape: Vec<Facet>,
    /// Months in which they happened (JST, `2026-03`), in order.
    pub months: Vec<Facet>,
}

pub(crate) fn count(columns: &Columns, matches: &Matches, total: usize) -> Facets {
    let rows: Vec<&Row> = matches.documents.ones().filter_map(|doc| columns.rows.get(doc)).collect();
    let of = |value: fn(&Row) -> u32| {
        let mut counts = vec![0; columns.values().len()];
        for row in &rows {
            if let Some(count) = counts.get_mut(value(row) as usize) {
                *count += 1;
            }
        }
        let mut facets: Vec<Facet> = columns
            .values()
            .iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(value, count)| Facet { value: value.clone(), count })
            .filter(|facet| !facet.value.is_empty())
            .collect();
        facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        facets.truncate(VALUES);
        facets
    };
    let mut days: HashMap<i32, usize, FxBuildHasher> = HashMap::default();
    for row in rows.iter().filter(|row| row.day != 0) {
        *days.entry(row.day).or_default() += 1;
    }
    let mut months: std::collections::BTreeMap<(i32, u32), usize> = std::collections::BTreeMap::new();
    for (day, count) in days {
        if let Some(date) = NaiveDate::from_num_days_from_ce_opt(day) {
            *months.entry((date.year(), date.month())).or_default() += count;
        }
    }
    Facets {
        total,
        customers: of(|row| row.customer),
        services: of(|row| row.service),
        statuses: of(|row| row.status),
        occurrence: of(|row| row.occurrence),
        escape: of(|row| row.escape),
        months: months
            .into_iter()
            .map(|((year, month), count)| Facet { value: format!("{year:04}-{month:02}"), count })
            .collect(),
    }
}
