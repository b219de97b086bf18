//! Word: real heading styles, lists, tables and pictures, in Japanese fonts.
//!
//! The library makes the parts of a file without a text, and each paragraph and table; those go into the file one by
//! one, so that memory follows the longest table rather than the book.

mod body;
mod book;
mod frame;
mod package;
mod pictures;

use std::io::{Seek, Write};

use yokoten_model::report::Report;

use self::body::Body;
use self::package::Package;
use super::{Images, Result};

/// A4 and its margins, in twentieths of a point (twips).
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 1_134;
const TEXT_WIDTH: usize = (PAGE.0 - 2 * MARGIN) as usize;

/// Numberings; the library has its own one under 1.
const BULLETS: usize = 2;
const NUMBERS: usize = 3;

/// Writes a report: its text block by block, then each picture as it is read.
///
/// # Errors
/// [`super::Error::Write`] where `out` takes no more, [`super::Error::Writer`] where the file cannot be packed.
pub fn write<W: Write + Seek>(report: &Report, images: &dyn Images, out: W) -> Result<()> {
    let mut docx = frame::frame(report);
    if report.cover.is_some() {
        docx = book::frame(docx, report);
    }
    // Building it also sets the library's count of paragraphs back: the same report gives the same bytes.
    let mut package = Package::begin(docx.build(), &report.title, out)?;
    let mut body = Body::new(images);
    body.front(report);
    package.text(&body.take())?;
    for block in &report.blocks {
        body.top(block, report.cover.is_some());
        package.text(&body.take())?;
    }
    package.finish(body)
}
