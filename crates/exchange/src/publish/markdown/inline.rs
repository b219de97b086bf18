//! Runs of text as Markdown: what looks like markup is escaped, but only where it would act as markup.

use yokoten_model::report::{Inline, plain};

/// Where a run stands, for what may not stand there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A paragraph or an item: may have several lines.
    Lines,
    /// A heading: one line.
    Heading,
    /// A table's cell: one line, and a bar ends it.
    Cell,
}

/// Writes a run; `address` says how a picture is addressed, or `None` where its caption stands for it.
pub(super) fn write(inlines: &[Inline], place: Place, address: &dyn Fn(&str) -> Option<String>) -> String {
    let mut run = Run { out: String::new(), place, address, styled: true };
    run.inlines(inlines, None);
    // Markdown cannot express every emphasis (`**「」**` before a kana is one). Then the words are kept and the
    // emphasis is not.
    if inlines.iter().any(is_styled) && read_back(&run.out, place) != words(inlines) {
        run = Run { out: String::new(), styled: false, ..run };
        run.inlines(inlines, None);
    }
    run.out
}

fn is_styled(inline: &Inline) -> bool {
    match inline {
        Inline::Strong(_) | Inline::Emphasis(_) | Inline::Strike(_) => true,
        Inline::Link { text, .. } => text.iter().any(is_styled),
        _ => false,
    }
}

/// The words of a run, apart from spaces.
fn words(inlines: &[Inline]) -> String {
    plain(inlines).split_whitespace().collect()
}

/// What a reader would read, apart from spaces.
fn read_back(markdown: &str, place: Place) -> String {
    let read = |markdown: &str| -> String {
        yokoten_model::markdown::plain_text(markdown).split_whitespace().collect()
    };
    match place {
        Place::Lines => read(markdown),
        // Not at the beginning of a line, where it could be more than a run.
        Place::Heading => read(&format!("x {markdown}")).split_off(1),
        Place::Cell => read(&format!("x {}", markdown.replace("\\|", "|"))).split_off(1),
    }
}

struct Run<'a> {
    out: String,
    place: Place,
    address: &'a dyn Fn(&str) -> Option<String>,
    styled: bool,
}

impl Run<'_> {
    /// `within` is the delimiter of the emphasis around, if any.
    fn inlines(&mut self, inlines: &[Inline], within: Option<char>) {
        for (index, inline) in inlines.iter().enumerate() {
            let edge = index == 0 || index + 1 == inlines.len();
            match inline {
                Inline::Text(text) | Inline::Tag(text) => self.text(text),
                Inline::Strong(inner) => self.span("**", inner),
                // Two stars that touch would be read as one delimiter.
                Inline::Emphasis(inner) => {
                    let touches = (edge && within == Some('*')) || self.out.ends_with('*');
                    self.span(if touches { "_" } else { "*" }, inner);
                }
                Inline::Strike(inner) => self.span("~~", inner),
                Inline::Code(text) => self.code(text),
                Inline::Link { url, text } => {
                    self.out.push('[');
                    self.inlines(text, None);
                    self.out.push_str("](");
                    self.url(url);
                    self.out.push(')');
                }
                Inline::Image { hash, caption } => match (self.address)(hash) {
                    Some(address) => {
                        self.out.push_str("![");
                        self.text(caption);
                        self.out.push_str("](");
                        self.url(&address);
                        self.out.push(')');
                    }
                    None => self.text(caption),
                },
                Inline::Break if self.place == Place::Lines => self.out.push_str("\\\n"),
                Inline::Break => self.out.push(' '),
            }
        }
    }

    fn span(&mut self, delimiter: &str, inner: &[Inline]) {
        let delimiter = if self.styled { delimiter } else { "" };
        self.out.push_str(delimiter);
        self.inlines(inner, delimiter.chars().next());
        self.out.push_str(delimiter);
    }

    fn code(&mut self, text: &str) {
        let text = text.replace('\n', " ");
        let text = if self.place == Place::Cell { text.replace('|', "\\|") } else { text };
        let fence = "`".repeat(longest_run(&text, '`') + 1);
        let spaced = text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty();
        let pad = if spaced || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        self.out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
    }

    fn url(&mut self, url: &str) {
        let angled = url.is_empty() || url.contains([' ', '(', ')', '<', '>']);
        if angled {
            self.out.push('<');
        }
        for (at, char) in url.char_indices() {
            match char {
                '\\' | '<' | '>' => self.escaped(char),
                '|' if self.place == Place::Cell => self.escaped(char),
                '&' if is_entity(&url[at..]) => self.escaped(char),
                '\n' | '\r' => {}
                char => self.out.push(char),
            }
        }
        if angled {
            self.out.push('>');
        }
    }

    fn text(&mut self, text: &str) {
        let mut lines =
            text.split(['\n', '\r']).filter(|line| !line.trim_matches([' ', '\t']).is_empty()).peekable();
        if text.starts_with(['\n', '\r']) {
            self.new_line();
        }
        if lines.peek().is_none() && !text.is_empty() && !text.contains(['\n', '\r']) {
            return self.out.push_str(text);
        }
        while let Some(line) = lines.next() {
            self.line(line);
            if lines.peek().is_some() {
                self.new_line();
            }
        }
        if text.ends_with(['\n', '\r']) && text.len() > 1 {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        let kept = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(kept);
        match self.place {
            Place::Lines if self.out.is_empty() || self.out.ends_with('\n') => {}
            Place::Lines => self.out.push('\n'),
            Place::Heading | Place::Cell => self.out.push(' '),
        }
    }

    fn line(&mut self, line: &str) {
        let starts = self.out.is_empty() || self.out.ends_with('\n');
        let line = if starts { line.trim_start_matches([' ', '\t']) } else { line };
        let at_start = if starts && self.place == Place::Lines { block_mark(line) } else { None };
        let mut before = None;
        let mut rest = line.char_indices().peekable();
        while let Some((at, char)) = rest.next() {
            let next = rest.peek().map(|(_, next)| *next);
            let acts = match char {
                '\\' | '`' | '*' | '[' | ']' | '~' => true,
                '_' => {
                    !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric))
                }
                '<' => !next.is_some_and(|next| next.is_whitespace() || next.is_ascii_digit() || next == '='),
                '&' => is_entity(&line[at..]),
                // Before a link it would make a picture.
                '!' => next.is_none(),
                '|' => self.place == Place::Cell,
                '#' => self.place == Place::Heading,
                _ => false,
            };
            if acts || at_start == Some(at) {
                self.escaped(char);
            } else {
                self.out.push(char);
            }
            before = Some(char);
        }
    }

    fn escaped(&mut self, char: char) {
        self.out.push('\\');
        self.out.push(char);
    }
}

/// Where to escape a line that would begin a heading, a quotation, an item, a rule or a table, in bytes.
fn block_mark(line: &str) -> Option<usize> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\t']);
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    match first {
        '>' | '=' | '|' => Some(0),
        '#' => ends(line.trim_start_matches('#')).then_some(0),
        '+' => ends(rest).then_some(0),
        '-' => (ends(rest) || rest.starts_with(['-', '|', ':'])).then_some(0),
        ':' => rest.starts_with('-').then_some(0),
        '0'..='9' => {
            let digits = line.len() - line.trim_start_matches(|char: char| char.is_ascii_digit()).len();
            (line[digits..].starts_with(['.', ')']) && ends(&line[digits + 1..])).then_some(digits)
        }
        _ => None,
    }
}

/// Whether `&…` would be read as a character reference.
fn is_entity(text: &str) -> bool {
    let name = text[1..].trim_start_matches(|char: char| char.is_ascii_alphanumeric() || char == '#');
    name.starts_with(';') && name.len() < text.len() - 1
}

/// The length of the longest run of a character.
pub(super) fn longest_run(text: &str, char: char) -> usize {
    text.split(|other| other != char).map(str::len).max().unwrap_or_default()
}
