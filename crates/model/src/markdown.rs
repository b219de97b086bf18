//! Markdown as people write it, made into the blocks of a report.
//!
//! Raw HTML is text. A link keeps its address only if its scheme is allowed; an image only if it is an attachment of
//! the workspace (`blob:HASH`). So nothing that was pasted can become live in anything that is published.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::report::{Align, Block, Cell, Inline, Item};

/// Blocks and spans deeper than this are taken as flat text: pasted quotes can nest a hundred thousand deep.
const DEPTH: usize = 32;

/// Markdown with the extensions that the editor writes: tables, ~~strikethrough~~, task lists.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// The blocks of a Markdown text.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut builder = Builder::default();
    for event in Parser::new_ext(markdown, options()) {
        builder.event(event);
    }
    builder.finish()
}

/// The text without its markup, one line a block: for search and digests.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                text.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::End(TagEnd::TableCell) => text.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::HtmlBlock,
            ) if !text.ends_with('\n') => text.push('\n'),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// Whether a link may be followed: web, mail, or another entry (`postmortem:UUID`, with `#ID` one of
/// its parts).
#[must_use]
pub fn is_safe_link(url: &str) -> bool {
    if url.chars().any(|char| char.is_control() || char.is_whitespace()) {
        return false;
    }
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "mailto" => true,
        "postmortem" => {
            let entry = rest.split_once('#').map_or(rest, |(entry, _)| entry);
            uuid::Uuid::try_parse(entry).is_ok()
        }
        _ => false,
    }
}

/// The attachment that an image's address names: `blob:` and 64 lower-case hex digits.
#[must_use]
pub fn image_hash(url: &str) -> Option<&str> {
    let hash = url.strip_prefix("blob:")?;
    (hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then_some(hash)
}

/// The attachments that the pictures of a text show, by hash.
#[must_use]
pub fn pictures(markdown: &str) -> Vec<String> {
    let events = Parser::new_ext(markdown, options());
    let hash = |event| match event {
        Event::Start(Tag::Image { dest_url, .. }) => image_hash(&dest_url).map(str::to_owned),
        _ => None,
    };
    events.filter_map(hash).collect()
}

/// Something that is open while events come.
enum Open {
    Blocks(Frame, Vec<Block>),
    Spans(Span, Vec<Inline>),
    Code {
        language: String,
        text: String,
    },
    Image {
        url: String,
        alt: String,
    },
    Table {
        align: Vec<Align>,
        head: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
        row: Vec<Cell>,
    },
    /// Too deep to be told apart: its content goes to what is around it.
    Flat,
}

enum Frame {
    Quote,
    List { start: Option<u64>, items: Vec<Item> },
    Item { done: Option<bool> },
}

enum Span {
    Paragraph,
    Heading(u8),
    Cell,
    Strong,
    Emphasis,
    Strike,
    Link(Option<String>),
}

#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    open: Vec<Open>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.inline(Inline::Code(text.into_string())),
            Event::Html(text) => self.text(text.trim_start_matches([' ', '\t'])),
            Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            Event::TaskListMarker(done) => {
                if let Some(Open::Blocks(Frame::Item { done: mark }, _)) = self
                    .open
                    .iter_mut()
                    .rev()
                    .find(|open| matches!(open, Open::Blocks(Frame::Item { .. }, _)))
                {
                    *mark = Some(done);
                }
            }
            // Not enabled: maths and footnotes are text.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if self.open.len() >= DEPTH {
            self.open.push(Open::Flat);
            return;
        }
        let span = |span| Open::Spans(span, Vec::new());
        self.open.push(match tag {
            Tag::Paragraph | Tag::HtmlBlock => span(Span::Paragraph),
            Tag::Heading { level, .. } => span(Span::Heading(level as u8)),
            Tag::BlockQuote(_) => Open::Blocks(Frame::Quote, Vec::new()),
            Tag::List(start) => Open::Blocks(Frame::List { start, items: Vec::new() }, Vec::new()),
            Tag::Item => Open::Blocks(Frame::Item { done: None }, Vec::new()),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split_whitespace().next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                Open::Code { language, text: String::new() }
            }
            Tag::Table(align) => {
                let align = align.into_iter().map(|align| match align {
                    Alignment::Right => Align::Right,
                    Alignment::Center => Align::Center,
                    Alignment::None | Alignment::Left => Align::Left,
                });
                Open::Table { align: align.collect(), head: Vec::new(), rows: Vec::new(), row: Vec::new() }
            }
            // The row is gathered by the table itself.
            Tag::TableHead | Tag::TableRow => return self.open.push(Open::Flat),
            Tag::TableCell => span(Span::Cell),
            Tag::Strong => span(Span::Strong),
            Tag::Emphasis => span(Span::Emphasis),
            Tag::Strikethrough => span(Span::Strike),
            Tag::Link { dest_url, .. } => {
                span(Span::Link(is_safe_link(&dest_url).then(|| dest_url.into_string())))
            }
            Tag::Image { dest_url, .. } => Open::Image { url: dest_url.into_string(), alt: String::new() },
            _ => Open::Flat,
        });
    }

    fn end(&mut self) {
        match self.open.pop() {
            None => {}
            Some(Open::Flat) => self.end_row(),
            Some(Open::Code { language, mut text }) => {
                text.truncate(text.strip_suffix('\n').map_or(text.len(), str::len));
                self.block(Block::Code { language, text });
            }
            Some(Open::Image { url, alt }) => match image_hash(&url) {
                Some(hash) => self.inline(Inline::Image { hash: hash.to_owned(), caption: alt }),
                None => self.text(&alt),
            },
            Some(Open::Table { align, head, rows, .. }) => self.block(Block::Table { align, head, rows }),
            Some(Open::Blocks(frame, blocks)) => match frame {
                Frame::Quote => self.block(Block::Quote(blocks)),
                Frame::List { start, items } => self.block(Block::List { start, items }),
                Frame::Item { done } => {
                    let blocks = blocks.into_iter().map(figure).collect::<Vec<_>>();
                    match self.open.last_mut() {
                        Some(Open::Blocks(Frame::List { items, .. }, _)) => items.push(Item { done, blocks }),
                        _ => blocks.into_iter().for_each(|block| self.block(block)),
                    }
                }
            },
            Some(Open::Spans(span, inlines)) => self.end_span(span, inlines),
        }
    }

    fn end_row(&mut self) {
        if let Some(Open::Table { head, rows, row, .. }) = self.open.last_mut()
            && !row.is_empty()
        {
            let row = std::mem::take(row);
            if head.is_empty() { *head = row } else { rows.push(row) }
        }
    }

    fn end_span(&mut self, span: Span, inlines: Vec<Inline>) {
        match span {
            Span::Paragraph => self.paragraph(inlines),
            Span::Heading(level) => {
                self.block(Block::Heading { level, text: one_line(inlines), id: String::new() });
            }
            Span::Cell => {
                if let Some(Open::Table { row, .. }) =
                    self.open.iter_mut().rev().find(|open| !matches!(open, Open::Flat))
                {
                    row.push(inlines);
                }
            }
            // Markup around nothing (a picture that was refused, say) is nothing.
            Span::Strong | Span::Emphasis | Span::Strike if inlines.is_empty() => {}
            Span::Strong => self.inline(Inline::Strong(inlines)),
            Span::Emphasis => self.inline(Inline::Emphasis(inlines)),
            Span::Strike => self.inline(Inline::Strike(inlines)),
            Span::Link(Some(url)) if inlines.is_empty() => {
                self.inline(Inline::Link { text: vec![Inline::text(url.clone())], url });
            }
            Span::Link(Some(url)) => self.inline(Inline::Link { url, text: inlines }),
            Span::Link(None) => inlines.into_iter().for_each(|inline| self.inline(inline)),
        }
    }

    fn paragraph(&mut self, mut inlines: Vec<Inline>) {
        if let Some(Inline::Text(last)) = inlines.last_mut() {
            last.truncate(last.trim_end().len());
            if last.is_empty() {
                inlines.pop();
            }
        }
        if !inlines.is_empty() {
            self.block(figure(Block::Paragraph(inlines)));
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.iter_mut().rev().find(|open| !matches!(open, Open::Flat)) {
            Some(Open::Code { text: code, .. }) => code.push_str(text),
            Some(Open::Image { alt, .. }) => alt.push_str(text),
            Some(Open::Spans(_, inlines)) => push_text(inlines, text),
            _ => self.inline(Inline::Text(text.to_owned())),
        }
    }

    fn inline(&mut self, inline: Inline) {
        match self.open.iter_mut().rev().find(|open| !matches!(open, Open::Flat)) {
            Some(Open::Spans(_, inlines)) => match inline {
                Inline::Text(text) => push_text(inlines, &text),
                other => inlines.push(other),
            },
            Some(Open::Image { alt, .. } | Open::Code { text: alt, .. }) => alt.push_str(&inline.plain()),
            // A tight list's item holds its text without a paragraph.
            Some(Open::Blocks(_, blocks)) => match blocks.last_mut() {
                Some(Block::Paragraph(inlines)) => match inline {
                    Inline::Text(text) => push_text(inlines, &text),
                    other => inlines.push(other),
                },
                _ => blocks.push(Block::Paragraph(vec![inline])),
            },
            _ => self.blocks.push(Block::Paragraph(vec![inline])),
        }
    }

    fn block(&mut self, block: Block) {
        match self.open.iter_mut().rev().find(|open| !matches!(open, Open::Flat)) {
            Some(Open::Blocks(_, blocks)) => blocks.push(block),
            _ => self.blocks.push(block),
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.open.is_empty() {
            self.end();
        }
        self.blocks
    }
}

fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    match inlines.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ => inlines.push(Inline::Text(text.to_owned())),
    }
}

/// A paragraph that is one picture is a figure.
fn figure(block: Block) -> Block {
    match block {
        Block::Paragraph(inlines) => match <[Inline; 1]>::try_from(inlines) {
            Ok([Inline::Image { hash, caption }]) => Block::Image { hash, caption },
            Ok([inline]) => Block::Paragraph(vec![inline]),
            Err(inlines) => Block::Paragraph(inlines),
        },
        block => block,
    }
}

/// A heading is one line, however it was written.
fn one_line(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut line = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(&mut line, &text.replace('\n', " ")),
            Inline::Break => push_text(&mut line, " "),
            Inline::Strong(inner) => line.push(Inline::Strong(one_line(inner))),
            Inline::Emphasis(inner) => line.push(Inline::Emphasis(one_line(inner))),
            Inline::Strike(inner) => line.push(Inline::Strike(one_line(inner))),
            Inline::Link { url, text } => line.push(Inline::Link { url, text: one_line(text) }),
            inline => line.push(inline),
        }
    }
    line
}
