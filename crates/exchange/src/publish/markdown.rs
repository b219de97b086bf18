//! Markdown with front matter; pictures are files beside it.

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use pulldown_cmark_to_cmark::cmark_with_options;
use yokoten_model::report::{Align, Block, Inline, Property, Report, Why};

use super::{Error, Images, Result, picture_type};

/// A Markdown file and the pictures that belong beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// Each picture's path as the text names it (below the file's folder), and its bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Renders a report. Pictures are named `folder/01.png` and so on.
///
/// # Errors
/// [`Error::Writer`] where the blocks cannot be written as Markdown.
pub fn render(report: &Report, images: &dyn Images, folder: &str) -> Result<Rendered> {
    let mut files = Vec::new();
    let mut names = Vec::new();
    for (hash, _) in report.images() {
        let Some(bytes) = images.bytes(hash) else { continue };
        let Some(kind) = picture_type(&bytes) else { continue };
        let extension = kind.trim_start_matches("image/").replace("jpeg", "jpg");
        let name = format!("{folder}/{:02}.{extension}", files.len() + 1);
        names.push((hash.to_owned(), name.clone()));
        files.push((name, bytes));
    }
    let mut writer = Writer { events: Vec::new(), names, alone: false };
    writer.heading(1, &[Inline::text(format!("{} {}", report.number, report.title).trim())]);
    writer.blocks(&report.blocks, 1);
    let body = to_text(&writer.events)?;
    Ok(Rendered { text: format!("{}\n{}\n", front_matter(report), body.trim_end()), files })
}

/// Renders blocks alone, pictures as `blob:HASH`.
///
/// # Errors
/// As [`render`].
pub fn blocks(blocks: &[Block]) -> Result<String> {
    let mut writer = Writer { events: Vec::new(), names: Vec::new(), alone: true };
    writer.blocks(blocks, 0);
    to_text(&writer.events)
}

fn to_text(events: &[Event<'_>]) -> Result<String> {
    let mut text = String::new();
    let longest = pulldown_cmark_to_cmark::calculate_code_block_token_count(events).unwrap_or(3);
    let options = pulldown_cmark_to_cmark::Options {
        code_block_token_count: longest,
        newlines_after_codeblock: 2,
        list_token: '-',
        ..Default::default()
    };
    cmark_with_options(events.iter(), &mut text, yokoten_model::markdown::options(), options)
        .map_err(|error| Error::Writer { format: "markdown", reason: error.to_string() })?;
    Ok(text)
}

/// YAML whose every text is quoted as JSON quotes it, which is also YAML.
fn front_matter(report: &Report) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut yaml = String::from("---\n");
    for (key, value) in &report.properties {
        let value = match value {
            Property::Text(text) => quoted(text),
            Property::List(list) => {
                format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
            }
            Property::Flag(flag) => flag.to_string(),
        };
        yaml.push_str(&format!("{key}: {value}\n"));
    }
    yaml.push_str("---\n");
    yaml
}

struct Writer<'a> {
    events: Vec<Event<'a>>,
    names: Vec<(String, String)>,
    /// Blocks without a file around them: pictures keep the address that the workspace gives them.
    alone: bool,
}

impl<'a> Writer<'a> {
    fn blocks(&mut self, blocks: &'a [Block], below: u8) {
        for block in blocks {
            self.block(block, below);
        }
    }

    fn block(&mut self, block: &'a Block, below: u8) {
        match block {
            Block::Heading { level, text, .. } => self.heading_of((level + below).min(6), text),
            Block::Paragraph(inlines) => self.wrap(Tag::Paragraph, TagEnd::Paragraph, |w| w.inlines(inlines)),
            Block::List { start, items } => {
                self.wrap(Tag::List(*start), TagEnd::List(start.is_some()), |w| {
                    for item in items {
                        w.wrap(Tag::Item, TagEnd::Item, |w| {
                            w.events.extend(item.done.map(Event::TaskListMarker));
                            w.blocks(&item.blocks, below);
                        });
                    }
                });
            }
            Block::Table { align, head, rows } => self.table(align, head, rows),
            Block::Quote(inner) => {
                self.wrap(Tag::BlockQuote(None), TagEnd::BlockQuote(None), |w| w.blocks(inner, below));
            }
            Block::Code { language, text } => {
                let kind = CodeBlockKind::Fenced(CowStr::Borrowed(language));
                self.wrap(Tag::CodeBlock(kind), TagEnd::CodeBlock, |w| {
                    w.events.push(Event::Text(format!("{text}\n").into()));
                });
            }
            Block::Image { hash, caption } => {
                self.wrap(Tag::Paragraph, TagEnd::Paragraph, |w| w.image(hash, caption));
            }
            Block::Rule => self.events.push(Event::Rule),
            Block::WhyTree(whys) => self.whys(whys),
        }
    }

    fn wrap(&mut self, tag: Tag<'a>, end: TagEnd, inner: impl FnOnce(&mut Self)) {
        self.events.push(Event::Start(tag));
        inner(self);
        self.events.push(Event::End(end));
    }

    fn heading(&mut self, level: u8, text: &[Inline]) {
        let text = text.iter().map(Inline::plain).collect::<String>();
        let (tag, end) = heading_tags(level);
        self.wrap(tag, end, |w| w.events.push(Event::Text(text.into())));
    }

    fn heading_of(&mut self, level: u8, text: &'a [Inline]) {
        let (tag, end) = heading_tags(level);
        self.wrap(tag, end, |w| w.inlines(text));
    }

    fn table(&mut self, align: &[Align], head: &'a [Vec<Inline>], rows: &'a [Vec<Vec<Inline>>]) {
        let align = align.iter().map(|align| match align {
            Align::Left => Alignment::None,
            Align::Center => Alignment::Center,
            Align::Right => Alignment::Right,
        });
        let cells = |w: &mut Self, cells: &'a [Vec<Inline>]| {
            for cell in cells {
                w.wrap(Tag::TableCell, TagEnd::TableCell, |w| w.inlines(cell));
            }
        };
        self.wrap(Tag::Table(align.collect()), TagEnd::Table, |w| {
            w.wrap(Tag::TableHead, TagEnd::TableHead, |w| cells(w, head));
            for row in rows {
                w.wrap(Tag::TableRow, TagEnd::TableRow, |w| cells(w, row));
            }
        });
    }

    fn whys(&mut self, whys: &'a [Why]) {
        self.wrap(Tag::List(None), TagEnd::List(false), |w| {
            for why in whys {
                w.wrap(Tag::Item, TagEnd::Item, |w| {
                    let tag = why.tag.as_ref().map(|tag| format!(" [{tag}]")).unwrap_or_default();
                    w.events.push(Event::Text(format!("{} {}{tag} ({})", why.label, why.text, why.note).into()));
                    if !why.children.is_empty() {
                        w.whys(&why.children);
                    }
                });
            }
        });
    }

    fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Tag(tag) => self.text(tag),
                Inline::Strong(inner) => self.wrap(Tag::Strong, TagEnd::Strong, |w| w.inlines(inner)),
                Inline::Emphasis(inner) => self.wrap(Tag::Emphasis, TagEnd::Emphasis, |w| w.inlines(inner)),
                Inline::Strike(inner) => {
                    self.wrap(Tag::Strikethrough, TagEnd::Strikethrough, |w| w.inlines(inner));
                }
                Inline::Code(text) => self.events.push(Event::Code(CowStr::Borrowed(text))),
                Inline::Link { url, text } => {
                    let tag = Tag::Link {
                        link_type: LinkType::Inline,
                        dest_url: CowStr::Borrowed(url),
                        title: CowStr::Borrowed(""),
                        id: CowStr::Borrowed(""),
                    };
                    self.wrap(tag, TagEnd::Link, |w| w.inlines(text));
                }
                Inline::Image { hash, caption } => self.image(hash, caption),
                Inline::Break => self.events.push(Event::HardBreak),
            }
        }
    }

    fn text(&mut self, text: &'a str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.events.push(Event::SoftBreak);
            }
            if !line.is_empty() {
                self.events.push(Event::Text(CowStr::Borrowed(line)));
            }
        }
    }

    fn image(&mut self, hash: &'a str, caption: &'a str) {
        let named = self.names.iter().find(|(known, _)| known == hash).map(|(_, name)| name.clone());
        let url = match named {
            Some(name) => name,
            None if self.alone => format!("blob:{hash}"),
            None => return self.text(caption),
        };
        let tag = Tag::Image {
            link_type: LinkType::Inline,
            dest_url: url.into(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        };
        self.wrap(tag, TagEnd::Image, |w| w.text(caption));
    }
}

fn heading_tags<'a>(level: u8) -> (Tag<'a>, TagEnd) {
    let level = HeadingLevel::try_from(usize::from(level)).unwrap_or(HeadingLevel::H6);
    (Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }, TagEnd::Heading(level))
}
