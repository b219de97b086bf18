//! PDF: Japanese line breaking, the letters that are used embedded, bookmarks, contents with page numbers.
//!
//! Typst lays the pages out and krilla writes them. A book is laid out some chapters at a time, so that memory follows
//! the longest chapter rather than the book; pictures join when the file is written.

mod content;
mod draw;
mod fonts;
mod join;
mod pictures;

pub use self::fonts::Fonts;

use std::io::Write;

use chrono::{Datelike, Timelike};
use krilla::Document;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Array, Bytes, Datetime, Duration, IntoValue, Value, dict};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use yokoten_model::report::{Block, Cover, Report};

use self::content::{chapter, inputs};
use self::draw::{Drawing, Heading, headings};
use self::pictures::Pictures;
use super::text::clean;
use super::{Error, Images, Result, chapters};

/// What is laid out at a time: chapters until they have so many blocks.
const BLOCKS: usize = 300;
/// Pages that are kept from counting to drawing, about 200 KB each; a longer book is laid out again, whole.
const KEPT: usize = 300;

/// Writes a report: its pages once they are laid out, then each picture as it is read. `out` is asked (`flush`)
/// between parts whether it still wants them.
///
/// # Errors
/// [`Error::Write`] where `out` takes no more, [`Error::Writer`] where the pages cannot be laid out or drawn.
pub fn write(report: &Report, images: &dyn Images, fonts: &Fonts, out: &mut dyn Write) -> Result<()> {
    let press = Press { report, fonts, page: page()?, pictures: Pictures::new(images) };
    let pages = press.pages(out)?;
    join::write(&pages, &press.pictures, out)
}

/// The chapters of a book, or an entry as the one that it is.
fn parts(report: &Report) -> Vec<Vec<&[Block]>> {
    let mut parts: Vec<Vec<&[Block]>> = Vec::new();
    let mut room = 0;
    let starts = |block: &Block| report.cover.is_some() && matches!(block, Block::Heading { level: 1, .. });
    let mut rest = report.blocks.as_slice();
    while !rest.is_empty() {
        let end = rest.iter().skip(1).position(starts).map_or(rest.len(), |index| index + 1);
        let (chapter, later) = rest.split_at(end);
        match parts.last_mut() {
            Some(part) if room >= chapter.len() => {
                part.push(chapter);
                room -= chapter.len();
            }
            _ => {
                parts.push(vec![chapter]);
                room = BLOCKS.saturating_sub(chapter.len());
            }
        }
        rest = later;
    }
    if parts.is_empty() && report.cover.is_none() {
        parts.push(vec![&[]]);
    }
    parts
}

/// Some chapters that have been laid out once.
struct Sheets {
    pages: usize,
    headings: Vec<Heading>,
    document: Option<PagedDocument>,
}

struct Press<'a> {
    report: &'a Report,
    fonts: &'a Fonts,
    page: Source,
    pictures: Pictures<'a>,
}

impl Press<'_> {
    /// The file without its pictures.
    fn pages(&self, out: &mut dyn Write) -> Result<Vec<u8>> {
        let parts = parts(self.report);
        let (mut sheets, mut pages) = (Vec::<Sheets>::with_capacity(parts.len()), 0);
        for part in &parts {
            out.flush()?;
            sheets.push(self.count(part)?);
            pages += sheets.last().map_or(0, |sheets| sheets.pages);
            if pages > KEPT {
                sheets.iter_mut().for_each(|sheets| sheets.document = None);
            }
        }
        self.draw(&parts, sheets, out)
    }

    fn count(&self, part: &[&[Block]]) -> Result<Sheets> {
        let document = self.chapters(part)?;
        let mut found = Vec::new();
        for (page, sheet) in document.pages().iter().enumerate() {
            headings(&sheet.frame, page, &mut found);
        }
        Ok(Sheets { pages: document.pages().len(), headings: found, document: Some(document) })
    }

    fn draw(&self, parts: &[Vec<&[Block]>], sheets: Vec<Sheets>, out: &mut dyn Write) -> Result<Vec<u8>> {
        // Counted from the first page of the chapters, until it is known what comes before them.
        let mut all = Vec::new();
        let mut inner = 0;
        for sheets in &sheets {
            let found = sheets.headings.iter().cloned();
            all.extend(found.map(|heading| Heading { page: heading.page + inner, ..heading }));
            inner += sheets.pages;
        }
        let starts = |before: usize| -> Vec<usize> {
            let starts = all.iter().filter(|heading| heading.level == 1);
            starts.map(|heading| heading.page + before).collect()
        };
        let front = match &self.report.cover {
            Some(cover) => Some(self.front(cover, starts)?),
            None => None,
        };
        let before = front.as_ref().map_or(0, |front| front.pages().len());
        let total = before + inner;

        let mut drawing = Drawing::new(self.document(), starts(before), total);
        let mut done = 0;
        if let Some(front) = &front {
            self.lay(front, &mut drawing, &mut done, total)?;
        }
        for (part, sheets) in parts.iter().zip(sheets) {
            out.flush()?;
            let document = sheets.document.map_or_else(|| self.chapters(part), Ok)?;
            self.lay(&document, &mut drawing, &mut done, total)?;
        }
        let mut document = drawing.document;
        let placed = all.into_iter().map(|heading| Heading { page: heading.page + before, ..heading });
        document.set_outline(outline(&placed.collect::<Vec<_>>()));
        document.finish().map_err(|error| failed(format!("{error:?}")))
    }

    /// Draws pages, each but the first with what stands in its margins.
    fn lay(
        &self,
        document: &PagedDocument,
        drawing: &mut Drawing,
        done: &mut usize,
        total: usize,
    ) -> Result<()> {
        let margins = self.margins(*done + 1, *done + document.pages().len(), total)?;
        for (sheet, margin) in document.pages().iter().zip(margins.pages()) {
            *done += 1;
            let frames = [&sheet.frame, &margin.frame];
            drawing.page(if *done == 1 { &frames[..1] } else { &frames });
        }
        Ok(())
    }

    fn chapters(&self, part: &[&[Block]]) -> Result<PagedDocument> {
        let book = self.report.cover.is_some();
        let all: Array =
            part.iter().map(|blocks| chapter(blocks, &self.pictures, book).into_value()).collect();
        self.compile("chapters", [("chapters", all.into_value()), ("titled", (!book).into_value())])
    }

    /// The title page and the contents; `starts` gives the page of each chapter after so many pages.
    fn front(&self, cover: &Cover, starts: impl Fn(usize) -> Vec<usize>) -> Result<PagedDocument> {
        let titles = chapters(self.report);
        let lines: Array = cover.lines.iter().map(|line| clean(line).into_value()).collect();
        let contents = clean(&cover.contents);
        // How many pages the contents take hardly depends on the numbers in them: the second time they are right.
        let mut before = 2;
        loop {
            let pages = starts(before);
            let all = titles.iter().zip(pages).map(|(chapter, page)| {
                dict! { "title" => clean(&chapter.title), "page" => (page + 1) as i64 }.into_value()
            });
            let all: Array = all.collect();
            let values = [
                ("chapters", all.into_value()),
                ("lines", lines.clone().into_value()),
                ("contents", contents.clone().into_value()),
            ];
            let document = self.compile("front", values)?;
            if document.pages().len() <= before {
                return Ok(document);
            }
            before = document.pages().len();
        }
    }

    /// The running title and the number of each page from `first` to `last`.
    fn margins(&self, first: usize, last: usize, total: usize) -> Result<PagedDocument> {
        let number = |number: usize| (number as i64).into_value();
        self.compile("margins", [("first", number(first)), ("last", number(last)), ("total", number(total))])
    }

    fn compile<const N: usize>(
        &self,
        part: &str,
        values: [(&'static str, Value); N],
    ) -> Result<PagedDocument> {
        let common = [
            ("part", part.into_value()),
            ("lang", self.report.lang.as_str().into_value()),
            ("title", clean(&self.report.title).into_value()),
            ("number", clean(&self.report.number).into_value()),
            ("gothic", self.fonts.gothic().into_value()),
            ("mincho", self.fonts.mincho().into_value()),
            ("mono", self.fonts.mono().into_value()),
        ];
        let library = Library::builder().with_inputs(inputs(common.into_iter().chain(values))).build();
        let desk = Desk { library: LazyHash::new(library), fonts: self.fonts, page: self.page.clone() };
        let laid_out = typst::compile(&desk).output;
        // What the library remembers for the next time is more than the pages.
        typst::comemo::evict(0);
        laid_out.map_err(|errors| failed(said(&errors)))
    }

    /// An empty file with what is known about it.
    fn document(&self) -> Document {
        let mut document = Document::new();
        let title = format!("{} {}", self.report.number, self.report.title);
        let metadata = Metadata::new()
            .title(clean(title.trim()))
            .language(self.report.lang.clone())
            .creator("Yokoten".to_owned());
        document.set_metadata(match date(&self.report.date) {
            Some(date) => metadata.creation_date(date),
            None => metadata,
        });
        document
    }
}

/// The day and time of an RFC 3339 text, as a file's properties have it.
fn date(text: &str) -> Option<DateTime> {
    let date = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    let small = |part: u32| u8::try_from(part).ok();
    let zone = date.offset().local_minus_utc() / 60;
    let day =
        DateTime::new(u16::try_from(date.year()).ok()?).month(small(date.month())?).day(small(date.day())?);
    let time = day.hour(small(date.hour())?).minute(small(date.minute())?).second(small(date.second())?);
    let minutes = u8::try_from(zone.unsigned_abs() % 60).ok()?;
    Some(time.utc_offset_hour(i8::try_from(zone / 60).ok()?).utc_offset_minute(minutes))
}

/// Headings as a tree: each holds those after it that are deeper.
fn outline(all: &[Heading]) -> Outline {
    let mut outline = Outline::new();
    for (heading, below) in families(all) {
        outline.push_child(bookmark(heading, below));
    }
    outline
}

fn bookmark(heading: &Heading, below: &[Heading]) -> OutlineNode {
    let place = XyzDestination::new(heading.page, Point::from_xy(0.0, heading.top));
    let mut node = OutlineNode::new(heading.title.clone(), place);
    for (heading, below) in families(below) {
        node.push_child(bookmark(heading, below));
    }
    node
}

/// Each heading that none before it holds, with those that it holds.
fn families(mut rest: &[Heading]) -> Vec<(&Heading, &[Heading])> {
    let mut all = Vec::new();
    while let Some((first, later)) = rest.split_first() {
        let end = later.iter().position(|heading| heading.level <= first.level).unwrap_or(later.len());
        let (below, after) = later.split_at(end);
        all.push((first, below));
        rest = after;
    }
    all
}

/// What one compilation can see: the page's description, its values and the fonts. No file, no clock, no network.
struct Desk<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    page: Source,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.page.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.page.id() { Ok(self.page.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// The description of a page, parsed.
fn page() -> Result<Source> {
    let path = VirtualPath::new("page.typ").map_err(|error| failed(format!("{error:?}")))?;
    let id = RootedPath::new(VirtualRoot::Project, path).intern();
    Ok(Source::new(id, include_str!("pdf/page.typ").to_owned()))
}

fn failed(reason: String) -> Error {
    Error::Writer { format: "pdf", reason }
}

fn said(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
}
