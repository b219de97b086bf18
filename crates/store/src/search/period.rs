//! The period of a filter: `2026`, `2026-03`, `2026-03-14`, `2025-04..2025-09`, `FY25`, `FY25上期`, `30日`.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::columns::day;

/// Days from and to, both within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    from: i32,
    to: i32,
}

impl Period {
    pub(crate) fn holds(self, day: i32) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Reads a folded text; `None` where it says no period.
    pub(crate) fn parse(text: &str, today: NaiveDate) -> Option<Self> {
        for mark in ["..", "~"] {
            if let Some((from, to)) = text.split_once(mark) {
                let from = if from.is_empty() { None } else { Some(Self::one(from, today)?) };
                let to = if to.is_empty() { None } else { Some(Self::one(to, today)?) };
                return Some(Self {
                    from: from.map_or(1, |period| period.from),
                    to: to.map_or(i32::MAX, |period| period.to),
                });
            }
        }
        Self::one(text, today)
    }

    fn one(text: &str, today: NaiveDate) -> Option<Self> {
        let text = text.trim();
        if let Some(days) =
            text.strip_suffix('日').or_else(|| text.strip_suffix('d')).and_then(|n| n.parse().ok())
        {
            let from = today.checked_sub_days(Days::new(days))?;
            return Some(Self { from: day(from), to: day(today) });
        }
        let fiscal = text.strip_prefix("fy").or_else(|| text.strip_suffix("年度"));
        if let Some(rest) = fiscal {
            // Fiscal years start in April.
            let (year, half) = match (rest.strip_suffix("上期"), rest.strip_suffix("下期")) {
                (Some(year), _) => (year, Some(0)),
                (_, Some(year)) => (year, Some(6)),
                _ => (rest, None),
            };
            let year: i32 = year.parse().ok()?;
            let april = NaiveDate::from_ymd_opt(if year < 100 { 2000 + year } else { year }, 4, 1)?;
            let from = april.checked_add_months(Months::new(half.unwrap_or(0)))?;
            return Self::months(from, if half.is_some() { 6 } else { 12 });
        }
        match text {
            "今日" | "today" => return Some(Self { from: day(today), to: day(today) }),
            "今月" => return Self::months(today.with_day(1)?, 1),
            "先月" => return Self::months(today.with_day(1)?.checked_sub_months(Months::new(1))?, 1),
            "今年" => return Self::months(NaiveDate::from_ymd_opt(today.year(), 1, 1)?, 12),
            _ => {}
        }
        let parts: Vec<u32> = text
            .split(['-', '/', '.', '年', '月', '日'])
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        match *parts.as_slice() {
            [year] if year > 999 => {
                Self::months(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 1, 1)?, 12)
            }
            [year, month] => Self::months(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?, 1),
            [year, month, date] => {
                let date = day(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, date)?);
                Some(Self { from: date, to: date })
            }
            _ => None,
        }
    }

    fn months(from: NaiveDate, months: u32) -> Option<Self> {
        let after = from.checked_add_months(Months::new(months))?;
        Some(Self { from: day(from), to: day(after) - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_as_people_write_them() {
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let today = date(2026, 11, 25);
        for (text, from, to) in [
            ("2026", date(2026, 1, 1), date(2026, 12, 31)),
            ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
            ("2026/3/14", date(2026, 3, 14), date(2026, 3, 14)),
            ("2025-04..2025-09", date(2025, 4, 1), date(2025, 9, 30)),
            ("fy25上期", date(2025, 4, 1), date(2025, 9, 30)),
            ("fy25下期", date(2025, 10, 1), date(2026, 3, 31)),
            ("2025年度", date(2025, 4, 1), date(2026, 3, 31)),
            ("30日", date(2026, 10, 26), date(2026, 11, 25)),
            ("先月", date(2026, 10, 1), date(2026, 10, 31)),
        ] {
            assert_eq!(Period::parse(text, today), Some(Period { from: day(from), to: day(to) }), "{text}");
        }
        assert!(Period::parse("2026..", today).unwrap().holds(day(date(2099, 1, 1))));
        for text in ["", "昨日の夜", "2026-13", "..x", "99999999999"] {
            assert_eq!(Period::parse(text, today).filter(|_| !text.is_empty()), None, "{text}");
        }
    }
}
