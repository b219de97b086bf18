//! One self-contained HTML file: no script, no network, and a print style that makes a good PDF.
//!
//! A choice is marked once it is made, and an answer shows when it is opened: boxes, `details` and style do both.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use yokoten_model::report::{Align, Block, Cover, Inline, Item, Question, Report, Why, plain};

use super::{Chapter, Images, chapters, picture_type};

const STYLE: &str = include_str!("html.css");

/// Renders a report.
#[must_use]
pub fn render(report: &Report, images: &dyn Images) -> String {
    let mut page =
        Page { html: String::new(), address: &|hash, html| inside(images, hash, html), questions: 0 };
    let chapters = chapters(report);
    let title = format!("{} {}", report.number, report.title);
    page.raw("<!doctype html>\n<html lang=\"");
    page.text(&report.lang);
    page.raw("\"><head><meta charset=\"utf-8\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width\"><title>");
    page.text(title.trim());
    page.raw("</title><style>");
    page.raw(STYLE);
    page.running_title(title.trim());
    page.raw("</style></head>\n<body><main");
    page.raw(if report.cover.is_some() { " class=\"book\">" } else { ">" });
    page.raw("<header>");
    if !report.number.is_empty() {
        page.element("p class=\"number\"", |page| page.text(&report.number));
    }
    page.element("h1", |page| page.text(&report.title));
    if let Some(cover) = &report.cover {
        cover.lines.iter().for_each(|line| page.element("p", |page| page.text(line)));
    }
    page.raw("</header>\n");
    if let Some(cover) = &report.cover {
        page.contents(cover, &chapters);
    }
    let mut chapters = chapters.into_iter();
    for block in &report.blocks {
        match block {
            Block::Heading { level: 1, text, id } => {
                let id = chapters.next().map_or_else(|| id.clone(), |chapter| chapter.id);
                page.heading(1, text, &id);
            }
            block => page.block(block),
        }
    }
    page.raw("</main></body></html>\n");
    page.html
}

/// Renders blocks alone; `address` writes where a picture is, or says that it is not there.
pub(super) fn fragment(blocks: &[Block], address: &dyn Fn(&str, &mut String) -> bool) -> String {
    let mut page = Page { html: String::new(), address, questions: 0 };
    page.blocks(blocks);
    page.html
}

/// A picture within the page itself.
fn inside(images: &dyn Images, hash: &str, html: &mut String) -> bool {
    let bytes = images.bytes(hash);
    let Some((kind, bytes)) = bytes.and_then(|bytes| picture_type(&bytes).map(|kind| (kind, bytes))) else {
        return false;
    };
    let _ = write!(html, "data:{kind};base64,");
    BASE64.encode_string(bytes, html);
    true
}

struct Page<'a> {
    html: String,
    address: &'a dyn Fn(&str, &mut String) -> bool,
    questions: usize,
}

impl Page<'_> {
    fn raw(&mut self, html: &str) {
        self.html.push_str(html);
    }

    fn text(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                char => self.html.push(char),
            }
        }
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
                self.html.push(char);
            } else {
                let _ = write!(self.html, "\\{:06x}", u32::from(char));
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
        let _ = write!(self.html, "<h{level}");
        if !id.is_empty() {
            self.raw(" id=\"");
            self.text(id);
            self.raw("\"");
        }
        self.raw(">");
        self.inlines(text);
        let _ = writeln!(self.html, "</h{level}>");
    }

    /// An element, by its name and perhaps attributes.
    fn element(&mut self, tag: &str, inner: impl FnOnce(&mut Self)) {
        let _ = write!(self.html, "<{tag}>");
        inner(self);
        let name = tag.split(' ').next().unwrap_or(tag);
        let _ = writeln!(self.html, "</{name}>");
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
                let _ = write!(self.html, "<li><label><input type=\"{kind}\" name=\"question-{name}\">");
                let class = if choice.right { "right" } else { "wrong" };
                let _ = write!(self.html, "<span class=\"{class}\">");
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
                let _ = write!(self.html, "<ol start=\"{start}\">");
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
        let _ = write!(self.html, "<table class=\"of{}\"><thead><tr>", head.len());
        for (column, cell) in head.iter().enumerate() {
            let _ = write!(self.html, "<th scope=\"col\"{}>", class(column));
            self.inlines(cell);
            self.raw("</th>");
        }
        self.raw("</tr></thead><tbody>\n");
        for row in rows {
            self.raw("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let _ = write!(self.html, "<td{}>", class(column));
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
        let _ = write!(self.html, "<{name}>");
        self.inlines(inner);
        let _ = write!(self.html, "</{name}>");
    }

    /// Whether the picture is here; its caption is, where it is not.
    fn picture(&mut self, hash: &str, caption: &str) -> bool {
        let before = self.html.len();
        self.raw("<img src=\"");
        if !(self.address)(hash, &mut self.html) {
            self.html.truncate(before);
            self.text(caption);
            return false;
        }
        self.raw("\" alt=\"");
        self.text(caption);
        self.raw("\">");
        true
    }
}
