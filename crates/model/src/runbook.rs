//! The runbook beside what happened: its steps taken from a pasted text, and the first place where the handling
//! left them.

mod marker;

use std::collections::HashSet;

use serde::Serialize;
use ts_rs::TS;

use crate::postmortem::{Postmortem, RunbookStep, StepOutcome, TimelineRow};
use marker::{Class, marker};

/// The steps that a pasted text holds, one a step, in order.
///
/// Numbered and lettered lists, circled and parenthesised numbers, 「手順1」, `Step 1`, bullets and check boxes are
/// recognised, in full width and half width. A step below another bears its number, such as `3-1 宛先を選ぶ`
/// ([`is_below`]); a first-level step bears its own number only where that is not its place in the list. A line
/// without a mark belongs to the step above it; a text without any mark is one step a line.
#[must_use]
pub fn steps(text: &str) -> Vec<String> {
    let lines: Vec<(usize, &str)> = text.lines().map(measure).filter(|(_, line)| !line.is_empty()).collect();
    let marked: Vec<_> = lines.iter().map(|(_, line)| marker(line)).collect();
    if marked.iter().all(Option::is_none) {
        return lines.into_iter().map(|(_, line)| line.to_owned()).collect();
    }
    // 「■手順」 is a heading where the steps below it have marks of their own.
    let has_steps = marked.iter().flatten().any(|found| found.class != Class::Heading);
    let mut list = Outline::default();
    for ((indent, line), found) in lines.into_iter().zip(marked) {
        match found {
            Some(found) if found.class == Class::Heading && has_steps => list.end(),
            Some(found) => list.add(indent, line, &found),
            None => list.go_on(line),
        }
    }
    list.steps
}

/// The width of a line's indentation, a full-width space as two and a tab as four, and the line without it.
fn measure(line: &str) -> (usize, &str) {
    let text = line.trim();
    let blank = line.chars().take_while(|letter| letter.is_whitespace());
    let width = blank.map(|letter| match letter {
        '\t' => 4,
        '\u{3000}' => 2,
        _ => 1,
    });
    (width.sum(), text)
}

#[derive(Default)]
struct Outline {
    steps: Vec<String>,
    /// The lists that are open, the outermost first.
    open: Vec<Level>,
    /// Whether the last line ended a list, so that a line without a mark belongs to nothing.
    ended: bool,
}

struct Level {
    indent: usize,
    class: Class,
    count: usize,
    /// Its lines say themselves how deep they stand.
    told: bool,
}

impl Outline {
    fn add(&mut self, indent: usize, line: &str, found: &marker::Found<'_>) {
        self.ended = false;
        let depth = found.depth.unwrap_or_else(|| self.depth(indent, found.class));
        self.open.truncate(depth + 1);
        while self.open.len() <= depth {
            self.open.push(Level { indent, class: found.class, count: 0, told: found.depth.is_some() });
        }
        if let Some(level) = self.open.last_mut() {
            level.count += 1;
            level.class = found.class;
            level.indent = indent;
        }
        let place: Vec<String> = self.open.iter().map(|level| level.count.max(1).to_string()).collect();
        let own = |number: usize| depth == 0 && self.open.first().is_some_and(|level| level.count != number);
        self.steps.push(match found.number {
            // A list that begins elsewhere than at 1 keeps the numbers that people call its steps by.
            Some(number) if own(number) => line.to_owned(),
            _ if depth == 0 => found.text.to_owned(),
            _ => format!("{} {}", place.join("-"), found.text),
        });
    }

    /// How deep a line stands: a list of the same marks goes on, another mark or a deeper line begins one inside.
    fn depth(&self, indent: usize, class: Class) -> usize {
        let goes_on = |level: &Level| level.class == class && level.indent == indent && !level.told;
        let same = self.open.iter().rposition(goes_on);
        let inside = || self.open.iter().take_while(|level| level.indent <= indent).count();
        same.unwrap_or_else(inside)
    }

    fn go_on(&mut self, line: &str) {
        if let Some(step) = self.steps.last_mut().filter(|_| !self.ended) {
            step.push('\n');
            step.push_str(line);
        }
    }

    fn end(&mut self) {
        self.ended = true;
    }
}

/// Whether a step stands below another: it bears a number such as `3-1`.
#[must_use]
pub fn is_below(step: &RunbookStep) -> bool {
    parent(&step.text).is_some()
}

/// The number of the step above, `3` of `3-1 宛先を選ぶ`.
fn parent(text: &str) -> Option<&str> {
    let (label, _) = text.split_once(' ')?;
    let (above, last) = label.rsplit_once('-')?;
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (numeric(last) && above.split('-').all(numeric)).then_some(above)
}

/// The number of each step as a person calls it: `1`, `2`, `3`, `3-1`, `4`.
#[must_use]
pub fn numbers(steps: &[RunbookStep]) -> Vec<String> {
    let mut first = 0;
    let number = |step: &RunbookStep| match step.text.split_once(' ') {
        Some((label, _)) if is_below(step) => label.to_owned(),
        _ => {
            first += 1;
            first.to_string()
        }
    };
    steps.iter().map(number).collect()
}

/// Where the handling left the runbook for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Divergence {
    /// The timeline row at which it shows, by id.
    pub row: String,
    /// The runbook step that it is about, by id; `None` where the row is tied to none.
    pub step: Option<String>,
    /// In which way.
    pub outcome: StepOutcome,
}

/// The first place where the handling left the runbook, in the order of time.
///
/// A row that says so itself (skipped, out of order, not in the runbook) is one. Beyond that the rows that are tied
/// to steps are compared: a step that comes after a later one is out of order, and a step that no row is tied to,
/// between two that are, was skipped.
#[must_use]
pub fn first_divergence(postmortem: &Postmortem) -> Option<Divergence> {
    let steps = &postmortem.runbook.steps;
    let place = |id: &str| steps.iter().position(|step| step.id == id);
    let rows = in_time(&postmortem.timeline);
    let tied: HashSet<usize> = rows.iter().filter_map(|row| place(&row.step)).collect();
    let covered = covered(steps, &tied);
    let mut furthest: Option<usize> = None;
    for row in rows {
        let step = place(&row.step);
        let at = |step: Option<usize>, outcome: StepOutcome| Divergence {
            row: row.id.clone(),
            step: step.and_then(|step| steps.get(step)).map(|step| step.id.clone()),
            outcome,
        };
        if let Some(outcome) = row.step_outcome.filter(|outcome| *outcome != StepOutcome::Done) {
            return Some(at(step, outcome));
        }
        let Some(here) = step else { continue };
        if let Some(before) = furthest {
            if here < before {
                return Some(at(Some(here), StepOutcome::OutOfOrder));
            }
            if let Some(missing) = (before + 1..here).find(|step| !covered.contains(step)) {
                return Some(at(Some(missing), StepOutcome::Skipped));
            }
        }
        furthest = Some(here);
    }
    None
}

/// The rows by their times; a row without one stays after the row before it.
fn in_time(rows: &[TimelineRow]) -> Vec<&TimelineRow> {
    let mut last = None;
    let mut timed: Vec<_> = rows
        .iter()
        .map(|row| {
            last = row.at.as_ref().and_then(crate::postmortem::Moment::time).or(last);
            (last, row)
        })
        .collect();
    timed.sort_by_key(|(at, _)| *at);
    timed.into_iter().map(|(_, row)| row).collect()
}

/// The steps that rows speak of: those that are tied, the ones above them and the ones below them.
fn covered(steps: &[RunbookStep], tied: &HashSet<usize>) -> HashSet<usize> {
    let numbers = numbers(steps);
    let within =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('-'));
    let speaks = |(index, number): (usize, &String)| {
        let near = |other: &usize| {
            let other = numbers.get(*other).map_or("", String::as_str);
            within(number, other) || within(other, number)
        };
        (tied.contains(&index) || tied.iter().any(near)).then_some(index)
    };
    numbers.iter().enumerate().filter_map(speaks).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::postmortem::from_json;

    #[test]
    fn every_japanese_way_to_number_a_list_is_recognised() {
        for text in [
            "1. 確かめる\n2. 電話する\n3. 閉じる",
            "1) 確かめる\n2) 電話する\n3) 閉じる",
            "１．確かめる\n２．電話する\n３．閉じる",
            "①確かめる\n②電話する\n③閉じる",
            "❶ 確かめる\n❷ 電話する\n❸ 閉じる",
            "(1) 確かめる\n(2) 電話する\n(3) 閉じる",
            "（１）確かめる\n（２）電話する\n（３）閉じる",
            "⑴確かめる\n⑵電話する\n⑶閉じる",
            "⒈確かめる\n⒉電話する\n⒊閉じる",
            "[1] 確かめる\n[2] 電話する\n[3] 閉じる",
            "【1】確かめる\n【2】電話する\n【3】閉じる",
            "手順1 確かめる\n手順2 電話する\n手順3 閉じる",
            "手順１：確かめる\n手順２：電話する\n手順３：閉じる",
            "【手順1】確かめる\n【手順2】電話する\n【手順3】閉じる",
            "ステップ1. 確かめる\nステップ2. 電話する\nステップ3. 閉じる",
            "Step 1: 確かめる\nStep 2: 電話する\nStep 3: 閉じる",
            "STEP1 確かめる\nSTEP2 電話する\nSTEP3 閉じる",
            "1、確かめる\n2、電話する\n3、閉じる",
            "1：確かめる\n2：電話する\n3：閉じる",
            "1\t確かめる\n2\t電話する\n3\t閉じる",
            "一、確かめる\n二、電話する\n三、閉じる",
            "（一）確かめる\n（二）電話する\n（三）閉じる",
            "a. 確かめる\nb. 電話する\nc. 閉じる",
            "(a) 確かめる\n(b) 電話する\n(c) 閉じる",
            "ア．確かめる\nイ．電話する\nウ．閉じる",
            "（ア）確かめる\n（イ）電話する\n（ウ）閉じる",
            "・確かめる\n・電話する\n・閉じる",
            "- 確かめる\n- 電話する\n- 閉じる",
            "* 確かめる\n* 電話する\n* 閉じる",
            "• 確かめる\n• 電話する\n• 閉じる",
            "■確かめる\n■電話する\n■閉じる",
            "- [ ] 確かめる\n- [x] 電話する\n- [ ] 閉じる",
            "□ 確かめる\n□ 電話する\n□ 閉じる",
            "## 手順1 確かめる\n\n## 手順2 電話する\n\n## 手順3 閉じる",
            "確かめる\n電話する\n\n閉じる\n",
        ] {
            assert_eq!(steps(text), ["確かめる", "電話する", "閉じる"], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mark_is_text() {
        for text in [
            "10:30 に架電する",
            "1.5倍を超えたら止める",
            "2025-11-14 版を使う",
            "5xx が増えたら見る",
            "A社に電話する",
            "-5度を下回る",
            "e.g. web-01",
            "3台とも見る",
            "手順書を開く",
            "一次担当が開く",
        ] {
            assert_eq!(steps(&format!("1. 前\n{text}")), [format!("前\n{text}")], "{text}");
        }
    }

    #[test]
    fn steps_below_others_bear_their_place() {
        let nested = ["開く", "2-1 番号を見る", "2-2 名前を見る", "閉じる"];
        for text in [
            "1. 開く\n2. 照らす\n   - 番号を見る\n   - 名前を見る\n3. 閉じる",
            "1. 開く\n2. 照らす\n・番号を見る\n・名前を見る\n3. 閉じる",
            "①開く\n②照らす\n　(1) 番号を見る\n　(2) 名前を見る\n③閉じる",
            "1. 開く\n2. 照らす\n\t1. 番号を見る\n\t2. 名前を見る\n3. 閉じる",
            "1 開く\n2 照らす\n2.1 番号を見る\n2.2 名前を見る\n3 閉じる",
            "手順1 開く\n手順2 照らす\n手順2-1 番号を見る\n手順2-2 名前を見る\n手順3 閉じる",
        ] {
            let mut found = steps(text);
            assert_eq!(found.remove(1), "照らす", "{text}");
            assert_eq!(found, nested, "{text}");
        }
        let deep = steps("1. 一\n  a. 二\n    - 三\n  b. 四\n2. 五");
        assert_eq!(deep, ["一", "1-1 二", "1-1-1 三", "1-2 四", "五"]);
    }

    #[test]
    fn headings_go_and_lines_without_a_mark_stay_with_their_step() {
        let text =
            "■一次対処\n概要の文\n1. 開く\n   画面の左上\n2. 閉じる\n\n■連絡\n連絡の前置き\n3. 電話する";
        assert_eq!(steps(text), ["開く\n画面の左上", "閉じる", "電話する"]);
        assert_eq!(
            steps("手順3 架電する\n手順4 閉じる"),
            ["手順3 架電する", "手順4 閉じる"],
            "numbers are kept"
        );
        assert_eq!(steps(""), Vec::<String>::new());
    }

    fn entry(steps: &[&str], rows: &[(&str, &str, Option<&str>)]) -> Postmortem {
        let steps: Vec<_> = steps
            .iter()
            .enumerate()
            .map(|(index, text)| json!({"id": format!("s{}", index + 1), "text": text}))
            .collect();
        let rows: Vec<_> = rows
            .iter()
            .map(|(at, step, outcome)| {
                json!({"id": at, "at": format!("2025-11-14T{at}:00+09:00"), "step": step, "step_outcome": outcome})
            })
            .collect();
        from_json(json!({"runbook": {"steps": steps}, "timeline": rows}), &mut String::new).unwrap()
    }

    fn divergence(row: &str, step: Option<&str>, outcome: StepOutcome) -> Option<Divergence> {
        Some(Divergence { row: row.into(), step: step.map(Into::into), outcome })
    }

    #[test]
    fn what_a_row_says_of_itself_comes_first_in_time_not_in_the_list() {
        let all = ["一", "二", "三"];
        let rows = [
            ("03:20", "s3", Some("skipped")),
            ("03:10", "s1", Some("done")),
            ("03:15", "", Some("not_in_runbook")),
        ];
        assert_eq!(
            first_divergence(&entry(&all, &rows)),
            divergence("03:15", None, StepOutcome::NotInRunbook)
        );
    }

    #[test]
    fn a_step_out_of_its_order_or_left_out_is_found_from_the_ties() {
        let all = ["一", "二", "三", "四"];
        let of = |rows: &[(&str, &str, Option<&str>)]| first_divergence(&entry(&all, rows));
        assert_eq!(
            of(&[
                ("03:10", "s1", None),
                ("03:11", "s2", Some("done")),
                ("03:12", "s2", None),
                ("03:13", "s3", None)
            ]),
            None
        );
        assert_eq!(
            of(&[("03:10", "s1", None), ("03:11", "s3", None)]),
            divergence("03:11", Some("s2"), StepOutcome::Skipped)
        );
        assert_eq!(
            of(&[("03:10", "s1", None), ("03:11", "s3", None), ("03:12", "s2", None)]),
            divergence("03:12", Some("s2"), StepOutcome::OutOfOrder)
        );
        assert_eq!(of(&[("03:11", "s3", None)]), None, "one tie alone tells nothing of the steps before it");
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_step_counts_as_done_by_what_stands_below_or_above_it() {
        let all = ["一", "二", "2-1 あ", "2-2 い", "三"];
        let of = |rows: &[(&str, &str, Option<&str>)]| first_divergence(&entry(&all, rows));
        assert_eq!(of(&[("03:10", "s1", None), ("03:11", "s2", None), ("03:12", "s5", None)]), None);
        assert_eq!(
            of(&[("03:10", "s1", None), ("03:11", "s4", None), ("03:12", "s5", None)]),
            divergence("03:11", Some("s3"), StepOutcome::Skipped)
        );
        let entry = entry(&all, &[]);
        assert_eq!(numbers(&entry.runbook.steps), ["1", "2", "2-1", "2-2", "3"]);
    }
}
