//! The best place of an entry, with what was found marked on the text as it was written.

use memchr::memmem;

use super::fold::{Folded, fold_with_places};
use super::matches::{Score, weight};
use super::postings::Tier;
use super::spelling::Pattern;

/// Characters of text before the first match of a snippet; three times as many follow it.
const AROUND: usize = 30;

/// Marks that one snippet shows.
const MARKS: usize = 40;

/// The field that says most, and the text around its first match: `<mark>` holds each match, all else is escaped.
pub(crate) fn best<'a>(
    passages: impl Iterator<Item = (&'a str, &'a str)>,
    words: &[&[Pattern]],
) -> Option<(&'a str, String)> {
    let mut best: Option<(Score, &str, &str, Folded)> = None;
    for (field, text) in passages {
        let folded = fold_with_places(text);
        let tier = Tier::of(field);
        let score = words
            .iter()
            .filter_map(|patterns| {
                patterns
                    .iter()
                    .filter(|pattern| {
                        memmem::find(folded.text.as_bytes(), pattern.folded.as_bytes()).is_some()
                    })
                    .map(|pattern| weight(tier, pattern.likeness))
                    .max()
            })
            .sum();
        // The title stands beside the snippet: another place that matches says more.
        let score = if tier == Tier::Title { Score::from(score > 0) } else { score };
        if score > 0 && best.as_ref().is_none_or(|(known, ..)| score > *known) {
            best = Some((score, field, text, folded));
        }
    }
    best.map(|(_, field, text, folded)| (field, marked(text, &spans(&folded, words))))
}

/// The text with every match marked, from its start.
pub(crate) fn whole(text: &str, words: &[&[Pattern]]) -> String {
    let folded = fold_with_places(text);
    let mut out = String::new();
    mark(text, 0, text.len(), &spans(&folded, words), &mut out);
    out
}

/// As [`whole`], each line for itself.
pub(crate) fn lines(text: &str, words: &[&[Pattern]]) -> String {
    text.split('\n').map(|line| whole(line, words)).collect::<Vec<_>>().join("\n")
}

/// Byte ranges of the original that match, in order.
fn spans(folded: &Folded, words: &[&[Pattern]]) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = words
        .iter()
        .copied()
        .flatten()
        .flat_map(|pattern| {
            memmem::find_iter(folded.text.as_bytes(), pattern.folded.as_bytes())
                .take(MARKS)
                .map(|at| folded.original(at, at + pattern.folded.len()))
                .collect::<Vec<_>>()
        })
        .collect();
    // Of two that overlap the one that starts first, and of those the longer.
    spans.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    spans
}

fn marked(text: &str, spans: &[(usize, usize)]) -> String {
    let first = spans.first().map_or(0, |(start, _)| *start);
    let ahead = text.get(..first).unwrap_or_default();
    let start = ahead.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let behind = text.get(first..).unwrap_or_default();
    let end = behind.char_indices().nth(AROUND * 3).map_or(text.len(), |(at, _)| first + at);
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    mark(text, start, end, spans, &mut out);
    if end < text.len() {
        out.push('…');
    }
    out
}

fn mark(text: &str, start: usize, end: usize, spans: &[(usize, usize)], out: &mut String) {
    let mut at = start;
    for (from, to) in spans {
        if *from < at || *to > end {
            continue;
        }
        escape(text.get(at..*from).unwrap_or_default(), out);
        out.push_str("<mark>");
        escape(text.get(*from..*to).unwrap_or_default(), out);
        out.push_str("</mark>");
        at = *to;
    }
    escape(text.get(at..end).unwrap_or_default(), out);
}

pub(crate) fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push(' '),
            char => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::super::spelling::Likeness;
    use super::*;

    fn words(words: &[&str]) -> Vec<Pattern> {
        words.iter().map(|word| Pattern { folded: fold(word), likeness: Likeness::Exact }).collect()
    }

    fn each(words: &[Pattern]) -> Vec<&[Pattern]> {
        words.iter().map(std::slice::from_ref).collect()
    }

    #[test]
    fn a_snippet_marks_the_original_and_escapes_the_rest() {
        let find = |text: &str, typed: &[&str]| {
            best([("problem", text)].into_iter(), &each(&words(typed))).unwrap().1
        };
        assert_eq!(
            find("02:14、手順3で<b>を見た", &["手順", "<b>"]),
            "02:14、<mark>手順</mark>3で<mark>&lt;b&gt;</mark>を見た"
        );
        assert_eq!(find("ﾁｪｯｸ漏れ", &["ちぇっく"]), "<mark>ﾁｪｯｸ</mark>漏れ");
        let text = find(&format!("{}手順{}", "あ".repeat(100), "い".repeat(100)), &["手順"]);
        assert!(text.starts_with('…') && text.ends_with('…') && text.contains("<mark>手順</mark>"), "{text}");
    }

    #[test]
    fn the_place_that_says_most_is_shown() {
        let passages =
            [("title", "再起動"), ("problem", "再起動した"), ("escape_cause", "再起動の確認がない")];
        assert_eq!(best(passages.into_iter(), &each(&words(&["再起動"]))).unwrap().0, "escape_cause");
        assert_eq!(best([("title", "再起動")].into_iter(), &each(&words(&["再起動"]))).unwrap().0, "title");
        assert!(best([("title", "再起動")].into_iter(), &each(&words(&["停止"]))).is_none());
    }
}
