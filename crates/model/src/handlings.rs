//! How often an alert was handled, month by month, and what of it came after a countermeasure was in place.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::{Error, Result};

/// A calendar month in Japan, written `2026-10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }
}

impl FromStr for Month {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] for what is no month from 2000 on, written with four and two digits.
    fn from_str(text: &str) -> Result<Self> {
        let digits = |text: &str, count| {
            (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())
        };
        let parts =
            text.split_once('-').and_then(|(year, month)| Some((digits(year, 4)??, digits(month, 2)??)));
        match parts {
            Some((year @ 2000.., month @ 1..=12)) => {
                Ok(Self { year: i32::try_from(year).unwrap_or(i32::MAX), month })
            }
            _ => Err(Error::invalid("month", format_args!("`{text}` is no month such as `2026-10`"))),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The handlings of an alert since a countermeasure was closed; `None` where that alert was never counted.
///
/// Only whole months count that began after that day: of the month itself, nobody can tell which handlings came after,
/// and a verdict shall not rest on any that came before.
#[must_use]
pub fn handled_since(counts: &[(Month, u64)], closed: NaiveDate) -> Option<u64> {
    let closed = Month::of(closed);
    let after = counts.iter().filter(|(month, _)| *month > closed);
    (!counts.is_empty()).then(|| after.fold(0, |sum: u64, (_, count)| sum.saturating_add(*count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_is_written_one_way() {
        assert_eq!(month("2026-04").to_string(), "2026-04");
        assert!(month("2025-12") < month("2026-01"));
        for bad in [
            "",
            "2026",
            "2026-4",
            "2026-13",
            "2026-00",
            "26-04",
            "2026-04-01",
            "２０２６-04",
            "1999-12",
            "+026-04",
        ] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn months_after_the_one_it_was_closed_in_count() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 3).unwrap();
        let counts = [
            (month("2026-09"), 400),
            (month("2026-10"), 300),
            (month("2026-11"), 120),
            (month("2027-01"), 80),
        ];
        assert_eq!(handled_since(&counts, day), Some(200));
        assert_eq!(handled_since(&counts[..2], day), Some(0), "counted, but nothing since");
        assert_eq!(handled_since(&[], day), None, "never counted");
        assert_eq!(
            handled_since(&[(month("2026-11"), u64::MAX), (month("2026-12"), 1)], day),
            Some(u64::MAX)
        );
    }
}
