//! Word: real heading styles, lists, tables and pictures, in Japanese fonts.

mod book;
mod frame;
mod package;
mod pictures;

use std::io::{Seek, Write};

use docx_rs::{
    AlignmentType, BorderType, BreakType, Docx, Hyperlink, HyperlinkData, IndentLevel, LevelOverride,
    Numbering, NumberingId, Paragraph, Pic, Run, Shading, Table, TableBorder, TableBorderPosition,
    TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow, TextBorder, WidthType,
};
use yokoten_model::report::{Align, Block, Inline, Item, Report, Why};

use super::columns::widths;
use super::text::clean;
use super::{Images, Result, chapters};
use frame::{MONO, fonts, frame, spacing};
use pictures::Pictures;

/// A4 and its margins, in twentieths of a point (twips).
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 1_134;
const TEXT_WIDTH: usize = (PAGE.0 - 2 * MARGIN) as usize;

/// Numberings; the library has its own one under 1.
const BULLETS: usize = 2;
const NUMBERS: usize = 3;

/// Writes a report. What Word reads is made first, then each picture is written as it is read.
///
/// # Errors
/// [`Error::Write`] where `out` takes no more, [`Error::Writer`] where the file cannot be packed.
pub fn write<W: Write + Seek>(report: &Report, images: &dyn Images, mut out: W) -> Result<()> {
    let mut docx = frame(report);
    if report.cover.is_some() {
        docx = book::frame(docx, report);
    }
    let mut writer =
        Writer { docx, pictures: Pictures::new(images), captions: Vec::new(), links: 0, numberings: NUMBERS };
    if !report.number.is_empty() {
        let number = Run::new().add_text(clean(&report.number)).color("605E59");
        writer.paragraph(Paragraph::new().add_run(number));
    }
    match &report.cover {
        None => {
            let title = Run::new().add_text(clean(&report.title));
            writer.paragraph(Paragraph::new().style("Title").add_run(title));
            writer.blocks(&report.blocks, 0);
        }
        Some(cover) => {
            writer.cover(report, cover);
            writer.contents(cover, &chapters(report));
            writer.chapters(&report.blocks, &mut out)?;
        }
    }
    let Writer { docx, pictures, captions, .. } = writer;
    package::pack(docx.build(), &report.title, &captions, &pictures, out)
}

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

struct Writer<'a> {
    docx: Docx,
    pictures: Pictures<'a>,
    /// What each picture shows, in reading order.
    captions: Vec<String>,
    links: usize,
    /// The last numbering: every ordered list counts for itself.
    numberings: usize,
}

impl Writer<'_> {
    fn paragraph(&mut self, paragraph: Paragraph) {
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_paragraph(paragraph);
    }

    /// The chapters of a book; asks between them whether `out` still wants them.
    fn chapters(&mut self, blocks: &[Block], out: &mut impl Write) -> Result<()> {
        let mut chapters = 0;
        for block in blocks {
            match block {
                Block::Heading { level: 1, text, .. } => {
                    out.flush()?;
                    let paragraph = book::opening(chapters, |paragraph| self.heading(paragraph, 1, text));
                    self.paragraph(paragraph);
                    chapters += 1;
                }
                block => self.block(block, 0),
            }
        }
        Ok(())
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
                self.numberings += 1;
                let level = depth.min(8);
                let first = LevelOverride::new(level).start(usize::try_from(start).unwrap_or(1));
                let numbering = Numbering::new(self.numberings, NUMBERS).add_override(first);
                let docx = std::mem::take(&mut self.docx);
                self.docx = docx.add_numbering(numbering);
                self.numberings
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
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_table(table);
        self.paragraph(Paragraph::new().line_spacing(spacing(160).after(0)));
    }

    fn figure(&mut self, hash: &str, caption: &str) {
        match self.picture(hash, caption) {
            Some(picture) => {
                self.paragraph(Paragraph::new().keep_next(true).add_run(Run::new().add_image(picture)));
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

    fn picture(&mut self, hash: &str, caption: &str) -> Option<Pic> {
        let picture = self.pictures.place(hash, self.captions.len() + 1)?;
        self.captions.push(caption.to_owned());
        Some(picture)
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
                    self.links += 1;
                    // The library counts links for the whole process; a file counts for itself.
                    let rid = format!("rIdLink{}", self.links);
                    let link = HyperlinkData::External { rid, path: package::escape(url) };
                    paragraph.add_hyperlink(
                        Hyperlink { link, history: None, children: Vec::new() }.add_run(run(&text)),
                    )
                }
                Inline::Image { hash, caption } => match self.picture(hash, caption) {
                    Some(picture) => paragraph.add_run(Run::new().add_image(picture)),
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
