//! Blocks → paragraphs and tables.

use std::fmt::Write;

use docx_rs::{
    AlignmentType, BorderType, BreakType, BuildXML, Hyperlink, HyperlinkData, IndentLevel, LevelOverride,
    Numbering, NumberingId, Paragraph, Run, Shading, Table, TableBorder, TableBorderPosition, TableBorders,
    TableCell, TableCellMargins, TableLayoutType, TableRow, TextBorder, WidthType,
};
use yokoten_model::report::{Align, Block, Inline, Item, Report, Why};

use super::frame::{MONO, fonts, spacing};
use super::pictures::Pictures;
use super::{BULLETS, NUMBERS, TEXT_WIDTH, book, package};
use crate::publish::columns::widths;
use crate::publish::text::clean;
use crate::publish::{Images, chapters};

/// How a run of text looks.
#[derive(Clone, Copy, Default)]
struct Look {
    strong: bool,
    emphasis: bool,
    strike: bool,
    link: bool,
    small: bool,
}

impl Look {
    fn run(self) -> Run {
        let mut run = Run::new();
        if self.strong {
            run = run.bold();
        }
        if self.emphasis {
            run = run.italic();
        }
        if self.strike {
            run = run.strike();
        }
        if self.link {
            run = run.color("1D4A78").underline("single");
        }
        if self.small {
            run = run.size(18);
        }
        run
    }
}

/// What stands in a file, as XML.
pub(super) struct Body<'a> {
    xml: String,
    pub(super) pictures: Pictures<'a>,
    /// How many pictures the XML has, and what those show that come to it next.
    figures: usize,
    captions: Vec<String>,
    chapters: usize,
    /// Where each link leads.
    pub(super) links: Vec<String>,
    /// Every ordered list counts for itself.
    pub(super) numberings: Vec<Numbering>,
}

impl<'a> Body<'a> {
    pub(super) fn new(images: &'a dyn Images) -> Self {
        Self {
            xml: String::new(),
            pictures: Pictures::new(images),
            figures: 0,
            captions: Vec::new(),
            chapters: 0,
            links: Vec::new(),
            numberings: Vec::new(),
        }
    }

    /// What was written since this was last called.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.xml)
    }

    /// What stands before the first block.
    pub(super) fn front(&mut self, report: &Report) {
        if !report.number.is_empty() {
            let number = Run::new().add_text(clean(&report.number)).color("605E59");
            self.paragraph(Paragraph::new().add_run(number));
        }
        if let Some(cover) = &report.cover {
            self.cover(report, cover);
            return self.contents(cover, &chapters(report));
        }
        let title = Run::new().add_text(clean(&report.title));
        self.paragraph(Paragraph::new().style("Title").add_run(title));
    }

    /// A block that stands in no other; in a book a heading of level 1 opens a chapter.
    pub(super) fn top(&mut self, block: &Block, book: bool) {
        match block {
            Block::Heading { level: 1, text, .. } if book => {
                let paragraph = book::opening(self.chapters, |paragraph| self.heading(paragraph, 1, text));
                self.chapters += 1;
                self.paragraph(paragraph);
            }
            block => self.block(block, 0),
        }
    }

    pub(super) fn paragraph(&mut self, paragraph: Paragraph) {
        self.put(&paragraph);
    }

    /// The library has no words for head rows that come again on each page.
    fn put_table(&mut self, table: &Table) {
        let from = self.xml.len();
        self.put(table);
        let xml = self.xml.split_off(from);
        self.xml.push_str(&xml.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />"));
    }

    /// Writes a part; each picture in it gets its own number, and says what it shows.
    fn put(&mut self, part: &impl BuildXML) {
        let xml = part.build();
        let xml = String::from_utf8_lossy(&xml);
        let mut pieces = xml.split("<wp:docPr id=\"1\" name=\"Figure\" />");
        self.xml.push_str(pieces.next().unwrap_or_default());
        for (piece, caption) in pieces.zip(std::mem::take(&mut self.captions)) {
            self.figures += 1;
            let (number, caption) = (self.figures, package::escape(&caption));
            let _ =
                write!(self.xml, "<wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{caption}\" />");
            self.xml.push_str(piece);
        }
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        for block in blocks {
            self.block(block, depth);
        }
    }

    fn block(&mut self, block: &Block, depth: usize) {
        match block {
            Block::Heading { level, text, .. } => {
                let paragraph = self.heading(Paragraph::new(), *level, text);
                self.paragraph(paragraph);
            }
            Block::Paragraph(inlines) => {
                let paragraph = self.inlines(indented(depth), inlines, Look::default());
                self.paragraph(paragraph);
            }
            Block::List { start, items } => self.list(*start, items, depth),
            Block::Table { align, head, rows } => self.table(align, head, rows),
            Block::Quote(inner) => self.quote(inner, depth),
            Block::Question(question) => self.blocks(&question.open(), depth),
            Block::Code { text, .. } => {
                for line in text.split('\n') {
                    let run = Run::new().add_text(clean(line));
                    self.paragraph(indented(depth).style("Code").add_run(run));
                }
                self.paragraph(Paragraph::new().line_spacing(spacing(120).after(0)));
            }
            Block::Image { hash, caption } => self.figure(hash, caption),
            Block::Rule => self
                .paragraph(Paragraph::new().align(AlignmentType::Center).add_run(Run::new().add_text("―――"))),
            Block::WhyTree(whys) => self.whys(whys, 0),
        }
    }

    fn heading(&mut self, paragraph: Paragraph, level: u8, text: &[Inline]) -> Paragraph {
        let paragraph = paragraph.style(&format!("Heading{}", level.clamp(1, 6))).keep_next(true);
        self.inlines(paragraph, text, Look::default())
    }

    fn list(&mut self, start: Option<u64>, items: &[Item], depth: usize) {
        let id = match start {
            None => BULLETS,
            Some(start) => {
                let level = depth.min(8);
                let first = LevelOverride::new(level).start(usize::try_from(start).unwrap_or(1));
                let id = NUMBERS + 1 + self.numberings.len();
                self.numberings.push(Numbering::new(id, NUMBERS).add_override(first));
                id
            }
        };
        for item in items {
            let mut paragraph =
                Paragraph::new().numbering(NumberingId::new(id), IndentLevel::new(depth.min(8)));
            if let Some(done) = item.done {
                paragraph = paragraph.add_run(Run::new().add_text(if done { "☑ " } else { "☐ " }));
            }
            let (first, rest) = match item.blocks.split_first() {
                Some((Block::Paragraph(inlines), rest)) => (inlines.as_slice(), rest),
                _ => (&[][..], item.blocks.as_slice()),
            };
            let paragraph = self.inlines(paragraph, first, Look::default());
            self.paragraph(paragraph);
            self.blocks(rest, depth + 1);
        }
    }

    fn quote(&mut self, blocks: &[Block], depth: usize) {
        for block in blocks {
            match block {
                Block::Paragraph(inlines) => {
                    let paragraph = self.inlines(Paragraph::new().style("Quote"), inlines, Look::default());
                    self.paragraph(paragraph);
                }
                block => self.block(block, depth + 1),
            }
        }
    }

    fn table(&mut self, align: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        let widths = widths(head, rows, TEXT_WIDTH);
        let cell = |writer: &mut Self, column: usize, inlines: &[Inline], is_head: bool| {
            let aligned = match align.get(column) {
                Some(Align::Right) => AlignmentType::Right,
                Some(Align::Center) => AlignmentType::Center,
                _ => AlignmentType::Left,
            };
            let look = Look { small: true, strong: is_head, ..Look::default() };
            let paragraph = Paragraph::new().align(aligned).line_spacing(spacing(260).after(20));
            let paragraph = writer.inlines(paragraph, inlines, look);
            let cell = TableCell::new().add_paragraph(paragraph);
            let cell = cell.width(widths.get(column).copied().unwrap_or_default(), WidthType::Dxa);
            if is_head { cell.shading(Shading::new().fill("F1EFE9")) } else { cell }
        };
        let mut all = Vec::new();
        let cells =
            head.iter().enumerate().map(|(column, inlines)| cell(self, column, inlines, true)).collect();
        all.push(TableRow::new(cells).cant_split());
        for row in rows {
            let cells =
                row.iter().enumerate().map(|(column, inlines)| cell(self, column, inlines, false)).collect();
            all.push(TableRow::new(cells));
        }
        let line =
            |position| TableBorder::new(position).border_type(BorderType::Single).size(4).color("C6C2B8");
        let borders = [TableBorderPosition::Top, TableBorderPosition::Bottom, TableBorderPosition::InsideH]
            .into_iter()
            .fold(TableBorders::with_empty(), |borders, position| borders.set(line(position)));
        let table = Table::new(all)
            .set_grid(widths.clone())
            .layout(TableLayoutType::Fixed)
            .width(TEXT_WIDTH, WidthType::Dxa)
            .margins(TableCellMargins::new().margin(40, 80, 40, 80))
            .set_borders(borders);
        self.put_table(&table);
        self.paragraph(Paragraph::new().line_spacing(spacing(160).after(0)));
    }

    fn figure(&mut self, hash: &str, caption: &str) {
        match self.picture(hash, caption) {
            Some(picture) => {
                self.paragraph(Paragraph::new().keep_next(true).add_run(picture));
                if !caption.is_empty() {
                    self.paragraph(
                        Paragraph::new().style("Caption").add_run(Run::new().add_text(clean(caption))),
                    );
                }
            }
            None => {
                self.paragraph(
                    Paragraph::new().style("Caption").add_run(Run::new().add_text(clean(caption))),
                );
            }
        }
    }

    /// A picture in a run of its own; `None` where it is not here or is no picture.
    fn picture(&mut self, hash: &str, caption: &str) -> Option<Run> {
        let picture = self.pictures.place(hash)?;
        self.captions.push(caption.to_owned());
        Some(Run::new().add_image(picture))
    }

    fn whys(&mut self, whys: &[Why], depth: usize) {
        for why in whys {
            let paragraph =
                Paragraph::new().numbering(NumberingId::new(BULLETS), IndentLevel::new(depth.min(8)));
            let mut paragraph = paragraph
                .add_run(Run::new().add_text(format!("{} ", why.label)).color("605E59").size(18))
                .add_run(
                    Look { strong: why.tag.is_some(), ..Look::default() }.run().add_text(clean(&why.text)),
                );
            if let Some(tag) = &why.tag {
                paragraph = paragraph.add_run(Run::new().add_text(" ")).add_run(tag_run(tag));
            }
            let note = Run::new().add_text(format!(" ({})", clean(&why.note))).color("605E59").size(18);
            self.paragraph(paragraph.add_run(note));
            self.whys(&why.children, depth + 1);
        }
    }

    fn inlines(&mut self, mut paragraph: Paragraph, inlines: &[Inline], look: Look) -> Paragraph {
        for inline in inlines {
            paragraph = match inline {
                Inline::Text(text) => paragraph.add_run(text_run(look, text)),
                Inline::Strong(inner) => self.inlines(paragraph, inner, Look { strong: true, ..look }),
                Inline::Emphasis(inner) => self.inlines(paragraph, inner, Look { emphasis: true, ..look }),
                Inline::Strike(inner) => self.inlines(paragraph, inner, Look { strike: true, ..look }),
                Inline::Code(text) => paragraph.add_run(
                    look.run()
                        .fonts(fonts(MONO))
                        .shading(Shading::new().fill("F1EFE9"))
                        .add_text(clean(text)),
                ),
                // Another entry cannot be reached from a file.
                Inline::Link { url, text } if url.starts_with("postmortem:") => {
                    self.inlines(paragraph, text, look)
                }
                Inline::Link { url, text } => {
                    let link_look = Look { link: true, ..look };
                    let text = yokoten_model::report::plain(text);
                    let run = |text: &str| link_look.run().add_text(clean(text));
                    self.links.push(url.clone());
                    // The library counts links for the whole process; a file counts for itself.
                    let rid = package::link_id(self.links.len());
                    let link = HyperlinkData::External { rid, path: String::new() };
                    paragraph.add_hyperlink(
                        Hyperlink { link, history: None, children: Vec::new() }.add_run(run(&text)),
                    )
                }
                Inline::Image { hash, caption } => match self.picture(hash, caption) {
                    Some(picture) => paragraph.add_run(picture),
                    None => paragraph.add_run(text_run(look, caption)),
                },
                Inline::Tag(tag) => paragraph.add_run(tag_run(tag)),
                Inline::Break => paragraph.add_run(Run::new().add_break(BreakType::TextWrapping)),
            };
        }
        paragraph
    }
}

fn indented(depth: usize) -> Paragraph {
    let indent = i32::try_from(420 * depth.min(8)).unwrap_or_default();
    if depth == 0 { Paragraph::new() } else { Paragraph::new().indent(Some(indent), None, None, None) }
}

fn text_run(look: Look, text: &str) -> Run {
    text.split('\n').enumerate().fold(look.run(), |run, (index, line)| {
        let run = if index > 0 { run.add_break(BreakType::TextWrapping) } else { run };
        run.add_text(clean(line))
    })
}

fn tag_run(tag: &str) -> Run {
    Run::new().size(18).text_border(TextBorder::new()).add_text(tag)
}
