//! One self-contained HTML file: no script, no network, and a print style that makes a good PDF.
//!
//! A choice is marked once it is made, and an answer shows when it is opened: boxes, `details` and style do both.

use std::fmt::{self, Write};
use std::io;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD as BASE64;
use yokoten_model::report::{Align, Block, Cover, Inline, Item, Question, Report, Why, plain};

use super::{Chapter, Images, Result, chapters, picture_type};

const STYLE: &str = include_str!("html.css");

/// Writes a report, its pictures one after the other.
///
/// # Errors
/// [`super::Error::Write`] where `out` takes no more; nothing is asked for or written after that.
pub fn write(report: &Report, images: &dyn Images, out: &mut dyn io::Write) -> Result<()> {
    let mut sink = Sink { out: io::BufWriter::new(out), failed: None };
    Page::new(&mut sink, &|hash| inside(images, hash)).report(report);
    let Sink { mut out, failed } = sink;
    failed.map_or_else(|| io::Write::flush(&mut out), Err)?;
    Ok(())
}

/// Text into bytes; keeps the system's own error, which text knows nothing of.
struct Sink<'a> {
    out: io::BufWriter<&'a mut dyn io::Write>,
    failed: Option<io::Error>,
}

impl Write for Sink<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.failed.is_none() {
            self.failed = io::Write::write_all(&mut self.out, text.as_bytes()).err();
        }
        if self.failed.is_none() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Renders blocks alone; `address` says where a picture is, if it is there.
pub(super) fn fragment(blocks: &[Block], address: &dyn Fn(&str) -> Option<Address>) -> String {
    let mut html = String::new();
    Page::new(&mut html, address).blocks(blocks);
    html
}

/// Where a picture is.
pub(super) enum Address {
    /// In a file of this name.
    File(String),
    /// In the page itself: its media type and its bytes.
    Page(&'static str, Vec<u8>),
}

/// A picture within the page itself.
fn inside(images: &dyn Images, hash: &str) -> Option<Address> {
    let bytes = images.bytes(hash)?;
    Some(Address::Page(picture_type(&bytes)?, bytes))
}

struct Page<'a> {
    html: &'a mut dyn Write,
    /// Whether it takes no more.
    failed: bool,
    address: &'a dyn Fn(&str) -> Option<Address>,
    questions: usize,
}

impl<'a> Page<'a> {
    fn new(html: &'a mut dyn Write, address: &'a dyn Fn(&str) -> Option<Address>) -> Self {
        Self { html, failed: false, address, questions: 0 }
    }

    fn report(&mut self, report: &Report) {
        let chapters = chapters(report);
        let title = format!("{} {}", report.number, report.title);
        self.head(report, title.trim());
        self.raw("<body><main");
        self.raw(if report.cover.is_some() { " class=\"book\">" } else { ">" });
        self.raw("<header>");
        if !report.number.is_empty() {
            self.element("p class=\"number\"", |page| page.text(&report.number));
        }
        self.element("h1", |page| page.text(&report.title));
        if let Some(cover) = &report.cover {
            cover.lines.iter().for_each(|line| self.element("p", |page| page.text(line)));
        }
        self.raw("</header>\n");
        if let Some(cover) = &report.cover {
            self.contents(cover, &chapters);
        }
        let mut chapters = chapters.into_iter();
        for block in &report.blocks {
            match block {
                Block::Heading { level: 1, text, id } => {
                    let id = chapters.next().map_or_else(|| id.clone(), |chapter| chapter.id);
                    self.heading(1, text, &id);
                }
                block => self.block(block),
            }
        }
        self.raw("</main></body></html>\n");
    }

    fn head(&mut self, report: &Report, title: &str) {
        self.raw("<!doctype html>\n<html lang=\"");
        self.text(&report.lang);
        self.raw("\"><head><meta charset=\"utf-8\">\n");
        self.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n");
        self.raw("<meta name=\"viewport\" content=\"width=device-width\"><title>");
        self.text(title);
        self.raw("</title><style>");
        self.raw(STYLE);
        self.running_title(title);
        self.raw("</style></head>\n");
    }

    fn raw(&mut self, html: &str) {
        self.failed |= self.html.write_str(html).is_err();
    }

    fn put(&mut self, html: fmt::Arguments<'_>) {
        self.failed |= self.html.write_fmt(html).is_err();
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
            let (before, after) = rest.split_at(place);
            let mut after = after.chars();
            self.raw(before);
            self.raw(match after.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                _ => "&#39;",
            });
            rest = after.as_str();
        }
        self.raw(rest);
    }

    /// Text in which every line that was written stays a line.
    fn lines(&mut self, text: &str) {
        for (index, line) in text.trim_end().split('\n').enumerate() {
            if index > 0 {
                self.raw("<br>");
            }
            self.text(line);
        }
    }

    /// The title at the head of each printed page, written so that nothing in it can end the style.
    fn running_title(&mut self, title: &str) {
        self.raw("@page{@top-left{content:\"");
        for char in title.chars() {
            if char.is_alphanumeric() {
                self.put(format_args!("{char}"));
            } else {
                self.put(format_args!("\\{:06x}", u32::from(char)));
            }
        }
        self.raw("\"}}");
    }

    fn contents(&mut self, cover: &Cover, chapters: &[Chapter]) {
        self.raw("<nav>");
        self.element("h2", |page| page.text(&cover.contents));
        self.raw("<ol>");
        for chapter in chapters {
            self.raw("<li><a href=\"#");
            self.text(&chapter.id);
            self.raw("\">");
            self.text(&chapter.title);
            self.raw("</a></li>\n");
        }
        self.raw("</ol></nav>\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, id } => self.heading(*level, text, id),
            Block::Paragraph(inlines) => self.element("p", |page| page.inlines(inlines)),
            Block::List { start, items } => self.list(*start, items),
            Block::Table { align, head, rows } => self.table(align, head, rows),
            Block::Quote(inner) => self.element("blockquote", |page| page.blocks(inner)),
            Block::Question(question) => self.question(question),
            Block::Code { text, .. } => self.element("pre", |page| {
                page.raw("<code>");
                page.text(text);
                page.raw("</code>");
            }),
            Block::Image { hash, caption } => self.element("figure", |page| {
                if page.picture(hash, caption) && !caption.is_empty() {
                    page.element("figcaption", |page| page.text(caption));
                }
            }),
            Block::Rule => self.raw("<hr>\n"),
            Block::WhyTree(whys) => {
                self.raw("<div class=\"why\">");
                self.whys(whys);
                self.raw("</div>\n");
            }
        }
    }

    fn heading(&mut self, level: u8, text: &[Inline], id: &str) {
        let level = (level + 1).min(6);
        self.put(format_args!("<h{level}"));
        if !id.is_empty() {
            self.raw(" id=\"");
            self.text(id);
            self.raw("\"");
        }
        self.raw(">");
        self.inlines(text);
        self.put(format_args!("</h{level}>\n"));
    }

    /// An element, by its name and perhaps attributes.
    fn element(&mut self, tag: &str, inner: impl FnOnce(&mut Self)) {
        self.put(format_args!("<{tag}>"));
        inner(self);
        let name = tag.split(' ').next().unwrap_or(tag);
        self.put(format_args!("</{name}>\n"));
    }

    /// What is asked, what can be chosen, and the answer behind a word to press.
    fn question(&mut self, question: &Question) {
        self.questions += 1;
        self.raw("<div class=\"question\">");
        if !question.label.is_empty() {
            self.element("p class=\"ask\"", |page| page.text(&question.label));
        }
        self.blocks(&question.prompt);
        let right = question.right();
        if !question.choices.is_empty() {
            let kind = if right.len() > 1 { "checkbox" } else { "radio" };
            self.raw("<ul class=\"choices\">");
            for choice in &question.choices {
                let name = self.questions;
                self.put(format_args!("<li><label><input type=\"{kind}\" name=\"question-{name}\">"));
                let class = if choice.right { "right" } else { "wrong" };
                self.put(format_args!("<span class=\"{class}\">"));
                self.inlines(&choice.text);
                self.raw("</span></label></li>\n");
            }
            self.raw("</ul>");
        }
        self.element("details", |page| {
            page.element("summary", |page| page.text(&question.answer_label));
            if !right.is_empty() {
                page.list(None, &right);
            }
            page.blocks(&question.answer);
        });
        self.raw("</div>\n");
    }

    fn list(&mut self, start: Option<u64>, items: &[Item]) {
        match start {
            Some(start) => {
                self.put(format_args!("<ol start=\"{start}\">"));
            }
            None => self.raw("<ul>"),
        }
        for item in items {
            match item.done {
                Some(done) => self.raw(if done { "<li class=\"done\">" } else { "<li class=\"open\">" }),
                None => self.raw("<li>"),
            }
            match item.blocks.as_slice() {
                // A tight item: no paragraph around its one line.
                [Block::Paragraph(inlines), rest @ ..] => {
                    self.inlines(inlines);
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.raw("</li>\n");
        }
        self.raw(if start.is_some() { "</ol>\n" } else { "</ul>\n" });
    }

    fn table(&mut self, align: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        let class = |column: usize| match align.get(column) {
            Some(Align::Right) => " class=\"right\"",
            Some(Align::Center) => " class=\"center\"",
            _ => "",
        };
        self.put(format_args!("<table class=\"of{}\"><thead><tr>", head.len()));
        for (column, cell) in head.iter().enumerate() {
            self.put(format_args!("<th scope=\"col\"{}>", class(column)));
            self.inlines(cell);
            self.raw("</th>");
        }
        self.raw("</tr></thead><tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for (column, cell) in row.iter().enumerate() {
                self.put(format_args!("<td{}>", class(column)));
                self.inlines(cell);
                self.raw("</td>");
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table>\n");
    }

    fn whys(&mut self, whys: &[Why]) {
        self.raw("<ul>");
        for why in whys {
            self.raw(if why.tag.is_some() {
                "<li class=\"root\"><span class=\"label\">"
            } else {
                "<li><span class=\"label\">"
            });
            self.text(&why.label);
            self.raw("</span> <span class=\"answer\">");
            self.lines(&why.text);
            self.raw("</span> ");
            if let Some(tag) = &why.tag {
                self.tag(tag);
            }
            self.raw("<span class=\"note\">");
            self.lines(&why.note);
            self.raw("</span>");
            if !why.children.is_empty() {
                self.whys(&why.children);
            }
            self.raw("</li>\n");
        }
        self.raw("</ul>");
    }

    fn tag(&mut self, tag: &str) {
        self.raw("<span class=\"tag\">");
        self.text(tag);
        self.raw("</span> ");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.lines(text),
                Inline::Strong(inner) => self.span("strong", inner),
                Inline::Emphasis(inner) => self.span("em", inner),
                Inline::Strike(inner) => self.span("s", inner),
                Inline::Code(text) => {
                    self.raw("<code>");
                    self.text(text);
                    self.raw("</code>");
                }
                // Another entry cannot be reached from a file.
                Inline::Link { url, text } if url.starts_with("postmortem:") => self.inlines(text),
                Inline::Link { url, text } => {
                    self.raw("<a href=\"");
                    self.text(url);
                    self.raw("\" rel=\"noreferrer\">");
                    self.inlines(text);
                    self.raw("</a>");
                }
                Inline::Image { hash, caption } => {
                    self.picture(hash, caption);
                }
                Inline::Tag(tag) => self.tag(tag),
                Inline::Break => self.raw("<br>"),
            }
        }
    }

    fn span(&mut self, name: &str, inner: &[Inline]) {
        // An empty span says nothing and some readers stumble over it.
        if plain(inner).is_empty() {
            return self.inlines(inner);
        }
        self.put(format_args!("<{name}>"));
        self.inlines(inner);
        self.put(format_args!("</{name}>"));
    }

    /// Whether the picture is here; its caption is, where it is not.
    fn picture(&mut self, hash: &str, caption: &str) -> bool {
        // What nobody takes is not read.
        let address = if self.failed { None } else { (self.address)(hash) };
        match address {
            None => {
                self.text(caption);
                return false;
            }
            Some(Address::File(name)) => {
                self.raw("<img src=\"");
                self.text(&name);
            }
            Some(Address::Page(kind, bytes)) => {
                let bytes = Base64Display::new(&bytes, &BASE64);
                self.put(format_args!("<img src=\"data:{kind};base64,{bytes}"));
            }
        }
        self.raw("\" alt=\"");
        self.text(caption);
        self.raw("\">");
        true
    }
}
