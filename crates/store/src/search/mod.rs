//! Finding entries by words: for now every text is scanned for every word.

use rusqlite::params_from_iter;

use crate::{Result, Store};

/// Characters of text around the first match of a snippet.
const AROUND: usize = 30;

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
    /// Higher is better.
    pub score: f64,
}

impl Store {
    /// The entries outside the trash that hold every word of `query`, the best first, and how many there are.
    ///
    /// Words are parted by white space (full-width too); case matters for no Latin letter.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn search(&self, query: &str, limit: usize) -> Result<(usize, Vec<Hit>)> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).take(32).collect();
        if words.is_empty() {
            return Ok((0, Vec::new()));
        }
        let each: Vec<String> = (1..=words.len())
            .map(|n| {
                format!("EXISTS (SELECT 1 FROM passage WHERE passage.doc = postmortem.doc AND instr(lower(text), ?{n}) > 0)")
            })
            .collect();
        let sql = format!(
            "SELECT doc, uuid, number, title FROM postmortem WHERE deleted_at IS NULL AND {}
             ORDER BY updated DESC, doc DESC",
            each.join(" AND ")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found: Vec<(i64, String, String, String)> = statement
            .query_map(params_from_iter(&words), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let total = found.len();
        let mut hits = Vec::new();
        let mut passages =
            self.connection.prepare_cached("SELECT field, text FROM passage WHERE doc = ?1")?;
        for (doc, id, number, title) in found {
            let texts: Vec<(String, String)> = passages
                .query_map([doc], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let best = texts
                .iter()
                .map(|(field, text)| (matches(text, &words) as f64 * weight(field), field, text))
                .max_by(|(a, ..), (b, ..)| a.total_cmp(b));
            if let Some((score, field, text)) = best {
                hits.push(Hit {
                    id,
                    number,
                    title,
                    field: field.clone(),
                    snippet: snippet(text, &words),
                    score,
                });
            }
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        hits.truncate(limit);
        Ok((total, hits))
    }
}

/// A match in the title says more than one in a cause, and that more than one elsewhere.
fn weight(field: &str) -> f64 {
    match field {
        "title" => 8.0,
        "occurrence_cause" | "escape_cause" | "lessons" => 2.0,
        _ => 1.0,
    }
}

fn matches(text: &str, words: &[String]) -> usize {
    let text = text.to_ascii_lowercase();
    words.iter().filter(|word| text.contains(&word.to_ascii_lowercase())).count()
}

/// The text around the first match, with every match marked.
fn snippet(text: &str, words: &[String]) -> String {
    let lower = text.to_ascii_lowercase();
    let mut spans: Vec<(usize, usize)> = words
        .iter()
        .map(|word| word.to_ascii_lowercase())
        .flat_map(|word| {
            lower.match_indices(&word).map(|(at, found)| (at, at + found.len())).collect::<Vec<_>>()
        })
        .collect();
    spans.sort_unstable();
    let first = spans.first().map_or(0, |(start, _)| *start);
    let ahead = text.get(..first).unwrap_or_default();
    let start = ahead.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let behind = text.get(first..).unwrap_or_default();
    let end = behind.char_indices().nth(AROUND * 3).map_or(text.len(), |(at, _)| first + at);

    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    let mut at = start;
    for (from, to) in spans {
        if from < at || to > end {
            continue;
        }
        escape(text.get(at..from).unwrap_or_default(), &mut out);
        out.push_str("<mark>");
        escape(text.get(from..to).unwrap_or_default(), &mut out);
        out.push_str("</mark>");
        at = to;
    }
    escape(text.get(at..end).unwrap_or_default(), &mut out);
    if end < text.len() {
        out.push('…');
    }
    out
}

fn escape(text: &str, out: &mut String) {
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
    use super::*;

    #[test]
    fn a_snippet_marks_matches_and_escapes_the_rest() {
        let words = ["手順".to_owned(), "<b>".to_owned()];
        assert_eq!(
            snippet("02:14、手順3で<b>を見た", &words),
            "02:14、<mark>手順</mark>3で<mark>&lt;b&gt;</mark>を見た"
        );
        let long = format!("{}手順{}", "あ".repeat(100), "い".repeat(100));
        let text = snippet(&long, &words);
        assert!(text.starts_with('…') && text.ends_with('…') && text.contains("<mark>手順</mark>"), "{text}");
    }
}
