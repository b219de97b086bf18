//! Countermeasures that were seen to work, ranked by what was seen.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::postmortem::Verdict;

/// A countermeasure somewhere in the workspace, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its entry, by identity.
    pub entry: String,
    /// Its id there.
    pub id: String,
    /// Where it stands and what it says; empty or the address that it was quoted from ([`quote`]).
    pub link: String,
    /// 1 to 5, or 0 where it is not said.
    pub strength: u8,
    /// What the check found.
    pub verdict: Verdict,
    /// The day of the check, `YYYY-MM-DD`; empty where there was none.
    pub checked: String,
}

/// One countermeasure of the library: where it was written first, and what was seen of it everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The place in the records of the one that was written first.
    pub first: usize,
    /// In how many entries it was found effective.
    pub effective: u32,
    /// In how many it was not.
    pub ineffective: u32,
    /// 1 to 5, or 0.
    pub strength: u8,
    /// The last day of a check.
    pub checked: String,
}

/// The address of a countermeasure, for quoting it.
#[must_use]
pub fn quote(entry: &str, id: &str) -> String {
    format!("postmortem:{entry}#{id}")
}

/// Those that were found effective at least once and not mostly otherwise: more successes (less failures) first, then
/// the stronger, then the later checked.
///
/// What was quoted counts with what it was quoted from.
#[must_use]
pub fn rank(records: &[Record]) -> Vec<Proven> {
    let places: BTreeMap<String, usize> =
        records.iter().enumerate().map(|(place, one)| (quote(&one.entry, &one.id), place)).collect();
    let mut found: BTreeMap<usize, Proven> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        let first = origin(records, &places, place);
        let proven = found.entry(first).or_insert_with(|| Proven {
            first,
            effective: 0,
            ineffective: 0,
            strength: records.get(first).map_or(0, |one| one.strength),
            checked: String::new(),
        });
        match record.verdict {
            Verdict::Effective => proven.effective += 1,
            Verdict::Ineffective => proven.ineffective += 1,
            Verdict::Pending => continue,
        }
        proven.checked = std::mem::take(&mut proven.checked).max(record.checked.clone());
    }
    let mut ranked: Vec<Proven> = found.into_values().filter(|one| one.effective > one.ineffective).collect();
    ranked.sort_by_cached_key(|one| {
        (
            Reverse(one.effective - one.ineffective),
            Reverse(one.strength),
            Reverse(one.checked.clone()),
            one.first,
        )
    });
    ranked
}

/// Follows quotations to the one that was written first; a circle ends where it began.
fn origin(records: &[Record], places: &BTreeMap<String, usize>, start: usize) -> usize {
    let mut place = start;
    for _ in 0..records.len() {
        match records.get(place).and_then(|record| places.get(&record.link)) {
            Some(next) if *next != start => place = *next,
            _ => break,
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(entry: &str, link: &str, strength: u8, verdict: Verdict, checked: &str) -> Record {
        Record {
            entry: entry.into(),
            id: "m".into(),
            link: link.into(),
            strength,
            verdict,
            checked: checked.into(),
        }
    }

    #[test]
    fn verdicts_come_before_strength_and_strength_before_recency() {
        use Verdict::{Effective, Ineffective, Pending};
        let records = [
            record("weak", "", 1, Effective, "2026-01-01"),
            record("strong", "", 4, Effective, "2026-01-01"),
            record("strong and late", "", 4, Effective, "2026-06-01"),
            record("pending", "", 5, Pending, ""),
            record("quoted", "postmortem:weak#m", 1, Effective, "2026-02-01"),
            record("failed", "", 5, Ineffective, "2026-02-01"),
        ];
        let ranked = rank(&records);
        assert_eq!(ranked.iter().map(|one| one.first).collect::<Vec<_>>(), [0, 2, 1]);
        assert_eq!((ranked[0].effective, ranked[0].checked.as_str()), (2, "2026-02-01"));
    }

    #[test]
    fn what_failed_as_often_as_it_worked_is_not_offered() {
        let records = [
            record("a", "", 4, Verdict::Effective, ""),
            record("b", "postmortem:a#m", 4, Verdict::Ineffective, ""),
        ];
        assert_eq!(rank(&records), []);
    }

    #[test]
    fn quotations_that_run_in_a_circle_end() {
        let records = [
            record("a", "postmortem:b#m", 4, Verdict::Effective, ""),
            record("b", "postmortem:c#m", 4, Verdict::Effective, ""),
            record("c", "postmortem:b#m", 4, Verdict::Effective, ""),
        ];
        assert_eq!(rank(&records).iter().map(|one| one.effective).sum::<u32>(), 3);
    }
}
