//! Where a text makes statements of its own: sentences, without quotations, code, headings and heads of tables.

/// The byte range of one sentence in the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a folded text says: its sentences, and the ranges in them that are somebody else's words.
pub(crate) struct Statements {
    pub(crate) sentences: Vec<Sentence>,
    quoted: Vec<(usize, usize)>,
}

impl Statements {
    pub(crate) fn of(folded: &str) -> Self {
        let mut statements = Self { sentences: Vec::new(), quoted: Vec::new() };
        let mut fenced = false;
        let mut start = 0;
        let mut lines = folded.split('\n').peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().copied().unwrap_or_default();
            if line.starts_with("```") || line.starts_with("~~~") {
                fenced = !fenced;
            } else if !fenced && !is_apart(line, next) {
                statements.read(line, start);
            }
            start += line.len() + 1;
        }
        statements
    }

    /// Whether a range touches a quotation, a piece of code or an address.
    pub(crate) fn is_quoted(&self, start: usize, end: usize) -> bool {
        self.quoted.iter().any(|(from, to)| *from < end && start < *to)
    }

    fn read(&mut self, line: &str, offset: usize) {
        let quoted = quotations(line);
        let cut = |at: usize| !quoted.iter().any(|(from, to)| (*from..*to).contains(&at));
        let mut start = 0;
        for (at, char) in line.char_indices() {
            if matches!(char, '。' | '!' | '?' | '|') && cut(at) {
                // A question keeps its mark: it is asked, not stated.
                let end = if char == '|' { at } else { at + char.len_utf8() };
                self.put(line, start, end, offset);
                start = at + char.len_utf8();
            }
        }
        self.put(line, start, line.len(), offset);
        self.quoted.extend(quoted.into_iter().map(|(from, to)| (from + offset, to + offset)));
    }

    fn put(&mut self, line: &str, start: usize, end: usize, offset: usize) {
        if line.get(start..end).is_some_and(|text| !text.is_empty()) {
            self.sentences.push(Sentence { start: start + offset, end: end + offset });
        }
    }
}

/// A heading, a quotation as a block, or the head or the rule of a table.
fn is_apart(line: &str, next: &str) -> bool {
    let is_rule =
        |line: &str| line.contains("--") && line.chars().all(|char| matches!(char, '|' | '-' | ':' | 'ー'));
    line.starts_with('#') || line.starts_with('>') || is_rule(line) || (line.contains('|') && is_rule(next))
}

/// The ranges of a line between quotation marks, of code, and of the addresses of links.
fn quotations(line: &str) -> Vec<(usize, usize)> {
    const PAIRS: [(char, char); 8] = [
        ('「', '」'),
        ('『', '』'),
        ('“', '”'),
        ('"', '"'),
        ('`', '`'),
        ('【', '】'),
        ('《', '》'),
        ('〈', '〉'),
    ];
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((at, open)) = line.get(rest..).and_then(|text| {
        text.char_indices().find(|(_, char)| *char == ']' || PAIRS.iter().any(|(open, _)| open == char))
    }) {
        let at = rest + at;
        rest = at + open.len_utf8();
        if open == ']' {
            // The address of a link is nobody's statement; its text is.
            let address =
                line.get(rest..).filter(|text| text.starts_with('(')).and_then(|text| text.find(')'));
            if let Some(end) = address {
                found.push((rest, rest + end + 1));
                rest += end + 1;
            }
            continue;
        }
        let Some((_, close)) = PAIRS.iter().find(|(mark, _)| *mark == open) else { continue };
        if let Some(end) = closing(line.get(rest..).unwrap_or_default(), open, *close) {
            found.push((at, rest + end + close.len_utf8()));
            rest += end + close.len_utf8();
        }
    }
    found
}

/// Where the mark that closes a quotation stands; quotations in it are part of it.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        if char == close {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        } else if char == open {
            depth += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        Statements::of(text).sentences.iter().map(|one| &text[one.start..one.end]).collect()
    }

    #[test]
    fn a_quotation_does_not_end_a_sentence() {
        assert_eq!(
            sentences("一つ。「引用。まだ」と続く\n次か?"),
            ["一つ。", "「引用。まだ」と続く", "次か?"]
        );
    }

    #[test]
    fn headings_code_and_heads_of_tables_state_nothing() {
        assert_eq!(
            sentences("#見出し\n```\n確認漏れ\n```\n|項目|内容|\n|---|---|\n|a|b|\n>引用"),
            ["a", "b"]
        );
    }

    #[test]
    fn what_is_quoted_is_known() {
        let text = "「a「b」c」と`d`と[文](確認漏れ)と「閉じない";
        let statements = Statements::of(text);
        let is = |part: &str| {
            let at = text.find(part).unwrap();
            statements.is_quoted(at, at + part.len())
        };
        assert!(is("c") && is("d") && is("確認漏れ"));
        assert!(!is("文") && !is("閉じない"));
    }
}
