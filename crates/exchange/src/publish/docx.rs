//! Word: real heading styles, lists, tables and pictures, in Japanese fonts.

mod book;
mod package;

use std::io::Cursor;

use docx_rs::{
    AbstractNumbering, AlignmentType, BorderType, BreakType, Docx, Footer, Hyperlink, HyperlinkData,
    IndentLevel, Level, LevelJc, LevelOverride, LevelText, LineSpacing, LineSpacingType, NumberFormat,
    Numbering, NumberingId, PageMargin, PageNum, Paragraph, Pic, Run, RunFonts, Shading, SpecialIndentType,
    Start, Style, StyleType, Table, TableBorder, TableBorderPosition, TableBorders, TableCell,
    TableCellMargins, TableLayoutType, TableRow, TextBorder, WidthType,
};
use yokoten_model::report::{Align, Block, Inline, Item, Report, Why};

use super::columns::widths;
use super::text::clean;
use super::{Error, Images, Result, chapters, picture_type};

/// A4 and its margins, in twentieths of a point (twips).
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 1_134;
const TEXT_WIDTH: usize = (PAGE.0 - 2 * MARGIN) as usize;

/// The widest and highest picture, in English Metric Units (914,400 an inch; 635 a twip).
const WIDEST: u32 = (PAGE.0 - 2 * MARGIN) * 635;
const HIGHEST: u32 = 6_800_000;

const MINCHO: &str = "游明朝";
const GOTHIC: &str = "游ゴシック";
const MONO: &str = "ＭＳ ゴシック";

/// Numberings; the library has its own one under 1.
const BULLETS: usize = 2;
const NUMBERS: usize = 3;

/// Renders a report.
///
/// # Errors
/// [`Error::Writer`] where the file cannot be packed.
pub fn render(report: &Report, images: &dyn Images) -> Result<Vec<u8>> {
    let mut docx = frame(report);
    if report.cover.is_some() {
        docx = book::frame(docx, report);
    }
    let mut writer = Writer { docx, images, captions: Vec::new(), links: 0, numberings: NUMBERS };
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
            let mut chapters = 0;
            for block in &report.blocks {
                match block {
                    Block::Heading { level: 1, text, .. } => {
                        let paragraph =
                            book::opening(chapters, |paragraph| writer.heading(paragraph, 1, text));
                        writer.paragraph(paragraph);
                        chapters += 1;
                    }
                    block => writer.block(block, 0),
                }
            }
        }
    }

    let Writer { docx, captions, .. } = writer;
    let mut parts = docx.build();
    package::finish(&mut parts, &report.title, &captions);
    let mut file = Cursor::new(Vec::new());
    parts.pack(&mut file).map_err(|error| Error::Writer { format: "docx", reason: error.to_string() })?;
    Ok(file.into_inner())
}

/// Lines at least as high as given, in 240ths of a line: a picture or a larger letter makes room for itself.
fn spacing(line: i32) -> LineSpacing {
    LineSpacing::new().line_rule(LineSpacingType::Auto).line(line)
}

fn fonts(name: &str) -> RunFonts {
    RunFonts::new().ascii(name).hi_ansi(name).east_asia(name).cs(name)
}

/// Page, styles and numberings.
fn frame(report: &Report) -> Docx {
    let heading = |level: usize, size: usize| {
        Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .based_on("Normal")
            .next("Normal")
            .q_format(true)
            .outline_lvl(level - 1)
            .size(size)
            .bold()
            .fonts(fonts(if level <= 2 { MINCHO } else { GOTHIC }))
            .line_spacing(spacing(300).before(if level == 1 { 360 } else { 200 }).after(80))
    };
    let paragraph = |id: &str, name: &str| {
        Style::new(id, StyleType::Paragraph).name(name).based_on("Normal").q_format(true)
    };
    let margin = i32::try_from(MARGIN).unwrap_or_default();
    let page = PageMargin {
        top: margin,
        bottom: margin,
        left: margin,
        right: margin,
        header: 567,
        footer: 567,
        gutter: 0,
    };
    let footer = Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new());
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(page)
        .default_fonts(fonts(GOTHIC))
        .default_size(21)
        .default_line_spacing(spacing(320).after(100))
        .created_at(&report.date)
        .updated_at(&report.date)
        .add_style(Style::new("Normal", StyleType::Paragraph).name("Normal").q_format(true))
        .add_style(
            paragraph("Title", "Title")
                .size(36)
                .bold()
                .fonts(fonts(MINCHO))
                .line_spacing(spacing(300).after(240)),
        )
        .add_style(paragraph("Caption", "caption").size(18).color("605E59"))
        .add_style(paragraph("Quote", "Quote").color("45464A").indent(Some(420), None, None, None))
        .add_style(paragraph("Code", "Code").size(18).fonts(fonts(MONO)).line_spacing(spacing(260).after(0)))
        .footer(Footer::new().add_paragraph(footer));
    for (level, size) in [(1, 28), (2, 24), (3, 22), (4, 21), (5, 21), (6, 21)] {
        docx = docx.add_style(heading(level, size));
    }
    docx.add_abstract_numbering(numbering(BULLETS, "bullet", |_| "•".to_owned()))
        .add_numbering(Numbering::new(BULLETS, BULLETS))
        .add_abstract_numbering(numbering(NUMBERS, "decimal", |level| format!("%{}.", level + 1)))
}

fn numbering(id: usize, format: &str, text: impl Fn(usize) -> String) -> AbstractNumbering {
    (0..9).fold(AbstractNumbering::new(id), |numbering, level| {
        let indent = i32::try_from(420 * (level + 1)).unwrap_or_default();
        let level = Level::new(
            level,
            Start::new(1),
            NumberFormat::new(format),
            LevelText::new(text(level)),
            LevelJc::new("left"),
        );
        numbering.add_level(level.indent(Some(indent), Some(SpecialIndentType::Hanging(380)), None, None))
    })
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
    images: &'a dyn Images,
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

    /// A picture, no larger than the page; `None` where it is not here or is no picture.
    fn picture(&mut self, hash: &str, caption: &str) -> Option<Pic> {
        let bytes = self.images.bytes(hash)?;
        let kind = picture_type(&bytes)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        // Word knows no WebP.
        let bytes = if kind == "image/webp" { to_png(&bytes)? } else { bytes };
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let (width, height) = (width.clamp(1, 20_000), height.clamp(1, 20_000));
        self.captions.push(caption.to_owned());
        let picture =
            Pic::new_with_dimensions(bytes, width, height).id(format!("rIdImage{}", self.captions.len()));
        let (wide, high) = picture.size;
        let scale = (f64::from(WIDEST) / f64::from(wide)).min(f64::from(HIGHEST) / f64::from(high)).min(1.0);
        // In range: both factors are positive and the product is at most the page.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the page, at least 0"
        )]
        let scaled = |length: u32| (f64::from(length) * scale) as u32;
        Some(picture.size(scaled(wide), scaled(high)))
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

fn to_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = image::ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(512 * 1024 * 1024);
    reader.limits(limits);
    let mut png = Cursor::new(Vec::new());
    reader.decode().ok()?.write_to(&mut png, image::ImageFormat::Png).ok()?;
    Some(png.into_inner())
}
