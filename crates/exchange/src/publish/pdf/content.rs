//! Blocks → the values that `page.typ` reads. All text goes over as strings, which are never read as markup.

use typst::foundations::{Array, Dict, IntoValue, Value, array, dict};
use yokoten_model::report::{Align, Block, Inline, Item, Question, Why};

use crate::publish::columns::widths;
use crate::publish::text::clean;

use super::pictures::Pictures;

/// Lists and quotations below this depth go no further in.
const DEEPEST: usize = 6;
const DEEPEST_WHY: usize = 12;
/// In twips: A4 without its margins.
const TEXT_WIDTH: usize = 9_860;

/// The values of one chapter, its answers at the end.
pub(super) fn chapter(blocks: &[Block], pictures: &Pictures<'_>, book: bool) -> Array {
    let mut chapter = Chapter { pictures, answers: Vec::new(), lowest: if book { 2 } else { 1 } };
    let mut out = Array::new();
    chapter.blocks(blocks, 0, &mut out);
    let answers = std::mem::take(&mut chapter.answers);
    if let Some(first) = answers.first() {
        out.push(heading(2, &[Inline::text(&first.answer_label)], chapter.pictures));
    }
    for question in answers {
        chapter.answer(question, &mut out);
    }
    out
}

struct Chapter<'a, 'b, 'c> {
    pictures: &'a Pictures<'b>,
    answers: Vec<&'c Question>,
    /// The level of headings within lists and quotations: no chapter begins there.
    lowest: u8,
}

impl<'c> Chapter<'_, '_, 'c> {
    fn blocks(&mut self, blocks: &'c [Block], depth: usize, out: &mut Array) {
        for block in blocks {
            self.block(block, depth, out);
        }
    }

    fn block(&mut self, block: &'c Block, depth: usize, out: &mut Array) {
        match block {
            Block::Heading { level, text, .. } => {
                let level = if depth > 0 { (*level).max(self.lowest) } else { *level };
                out.push(heading(level.clamp(1, 6), text, self.pictures));
            }
            Block::Paragraph(text) => out.push(self.paragraph("paragraph", text)),
            Block::List { start, items } => {
                for (index, item) in items.iter().enumerate() {
                    let mark = match (item.done, start) {
                        (Some(true), _) => "■".to_owned(),
                        (Some(false), _) => "□".to_owned(),
                        (None, Some(start)) => format!("{}.", start.saturating_add(index as u64)),
                        (None, None) => "•".to_owned(),
                    };
                    self.item(&mark, item, depth, out);
                }
            }
            Block::Table { align, head, rows } => out.push(self.table(align, head, rows)),
            Block::Quote(inner) if depth < DEEPEST => {
                let mut body = Array::new();
                self.blocks(inner, depth + 1, &mut body);
                out.push(dict! { "kind" => "quote", "body" => body }.into_value());
            }
            Block::Quote(inner) => self.blocks(inner, depth, out),
            Block::Code { text, .. } => {
                let text = lines(text);
                out.push(dict! { "kind" => "code", "text" => text }.into_value());
            }
            Block::Image { hash, caption } => out.push(self.figure(hash, caption)),
            Block::Rule => out.push(dict! { "kind" => "rule" }.into_value()),
            Block::WhyTree(all) => whys(all, 0, out),
            Block::Question(question) => self.question(question, depth, out),
        }
    }

    fn paragraph(&mut self, kind: &str, text: &[Inline]) -> Value {
        dict! { "kind" => kind, "text" => run(text, self.pictures) }.into_value()
    }

    fn item(&mut self, mark: &str, item: &'c Item, depth: usize, out: &mut Array) {
        if depth >= DEEPEST {
            return self.blocks(&item.blocks, depth, out);
        }
        let mut body = Array::new();
        self.blocks(&item.blocks, depth + 1, &mut body);
        out.push(marked(mark, body));
    }

    fn table(&mut self, align: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> Value {
        let side = |column: usize| match align.get(column) {
            Some(Align::Right) => "right",
            Some(Align::Center) => "center",
            _ => "left",
        };
        let widths: Array = widths(head, rows, TEXT_WIDTH)
            .into_iter()
            .map(|width| (width.max(1) as i64).into_value())
            .collect();
        let sides: Array = (0..head.len()).map(|column| side(column).into_value()).collect();
        let first: Array = head.iter().map(|cell| run(cell, self.pictures).into_value()).collect();
        let mut cells = Array::new();
        for cell in rows.iter().flatten() {
            cells.push(dict! { "cell" => run(cell, self.pictures) }.into_value());
        }
        dict! { "kind" => "table", "widths" => widths, "align" => sides, "head" => first, "rows" => cells }
            .into_value()
    }

    fn figure(&mut self, hash: &str, caption: &str) -> Value {
        match self.pictures.place(hash) {
            Some(mut picture) => {
                picture.insert("caption".into(), lines(caption).into_value());
                picture.into_value()
            }
            None => dict! { "kind" => "caption", "text" => lines(caption) }.into_value(),
        }
    }

    /// What is asked, in a frame; the answer comes at the end of the chapter.
    fn question(&mut self, question: &'c Question, depth: usize, out: &mut Array) {
        let mut body = Array::new();
        if !question.label.is_empty() {
            body.push(strong_line(&question.label));
        }
        self.blocks(&question.prompt, depth.max(1), &mut body);
        for choice in &question.choices {
            let text = self.paragraph("paragraph", &choice.text);
            body.push(marked("□", array![text]));
        }
        out.push(dict! { "kind" => "frame", "body" => body }.into_value());
        self.answers.push(question);
    }

    fn answer(&mut self, question: &'c Question, out: &mut Array) {
        if !question.label.is_empty() {
            out.push(strong_line(&question.label));
        }
        for choice in question.choices.iter().filter(|choice| choice.right) {
            let text = self.paragraph("paragraph", &choice.text);
            out.push(marked("■", array![text]));
        }
        let known = self.answers.len();
        self.blocks(&question.answer, 1, out);
        // A question within an answer is nothing that a report has: it would have no answer of its own.
        self.answers.truncate(known);
    }
}

fn heading(level: u8, text: &[Inline], pictures: &Pictures<'_>) -> Value {
    dict! { "kind" => "heading", "level" => i64::from(level), "text" => run(text, pictures) }.into_value()
}

fn strong_line(text: &str) -> Value {
    dict! { "kind" => "paragraph", "text" => array![styled(text, &["strong"], "")] }.into_value()
}

fn marked(mark: &str, body: Array) -> Value {
    dict! { "kind" => "item", "mark" => mark, "body" => body }.into_value()
}

/// A tree as rows with depths: boxes in boxes would soon be deeper than a page can be laid out.
fn whys(all: &[Why], depth: usize, out: &mut Array) {
    for why in all {
        let tag = why.tag.as_ref().map_or(Value::None, |tag| clean(tag).into_value());
        let row = dict! {
            "kind" => "why", "depth" => depth.min(DEEPEST_WHY) as i64, "label" => clean(&why.label),
            "text" => lines(&why.text), "note" => lines(&why.note), "tag" => tag,
        };
        out.push(row.into_value());
        whys(&why.children, depth + 1, out);
    }
}

/// Text whose every line stays a line.
fn lines(text: &str) -> Array {
    let mut out = Array::new();
    push_lines(text, &[], "", &mut out);
    out
}

fn push_lines(text: &str, look: &[&str], url: &str, out: &mut Array) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push(dict! { "kind" => "break" }.into_value());
        }
        if !line.is_empty() {
            out.push(if look.is_empty() { clean(line).into_value() } else { styled(line, look, url) });
        }
    }
}

fn styled(text: &str, look: &[&str], url: &str) -> Value {
    let look: Array = look.iter().map(|name| (*name).into_value()).collect();
    dict! { "kind" => "styled", "text" => clean(text), "look" => look, "url" => url }.into_value()
}

/// Inlines as a flat run: however deep they were nested, each text has one look.
fn run(inlines: &[Inline], pictures: &Pictures<'_>) -> Array {
    let mut out = Array::new();
    push_run(inlines, &mut Vec::new(), "", pictures, &mut out);
    out
}

fn push_run<'a>(
    inlines: &'a [Inline],
    look: &mut Vec<&'static str>,
    url: &'a str,
    pictures: &Pictures<'_>,
    out: &mut Array,
) {
    let within = |name: &'static str,
                  inner: &'a [Inline],
                  url: &'a str,
                  out: &mut Array,
                  look: &mut Vec<&'static str>| {
        let new = !look.contains(&name);
        if new {
            look.push(name);
        }
        push_run(inner, look, url, pictures, out);
        if new {
            look.pop();
        }
    };
    for inline in inlines {
        match inline {
            Inline::Strong(inner) => within("strong", inner, url, out, look),
            Inline::Emphasis(inner) => within("emphasis", inner, url, out, look),
            Inline::Strike(inner) => within("strike", inner, url, out, look),
            // Another entry cannot be reached from a file; what is too long for a link of the library stays text.
            Inline::Link { url: address, text } if can_be_link(address) => {
                within("link", text, address, out, look);
            }
            Inline::Link { text, .. } => push_run(text, look, url, pictures, out),
            Inline::Text(text) => push_lines(text, look, url, out),
            Inline::Code(text) => {
                look.push("code");
                push_lines(text, look, url, out);
                look.pop();
            }
            Inline::Image { hash, caption } => match pictures.place(hash) {
                Some(picture) => out.push(picture.into_value()),
                None => push_lines(caption, look, url, out),
            },
            Inline::Tag(tag) => {
                out.push(dict! { "kind" => "tag", "text" => clean(tag) }.into_value());
            }
            Inline::Break => out.push(dict! { "kind" => "break" }.into_value()),
        }
    }
}

fn can_be_link(url: &str) -> bool {
    let known = ["http:", "https:", "mailto:"];
    known.iter().any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        && url.len() <= 8000
}

/// A dictionary from names and values.
pub(super) fn inputs(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Dict {
    pairs.into_iter().map(|(name, value)| (name.into(), value)).collect()
}
