//! Pictures: placed by their size, read again when they are written.

use std::collections::HashMap;
use std::io::Cursor;

use docx_rs::Pic;

use super::{MARGIN, PAGE, package};
use crate::publish::{Images, picture_type};

/// The widest and highest picture, in English Metric Units (914,400 an inch; 635 a twip).
const WIDEST: u32 = (PAGE.0 - 2 * MARGIN) * 635;
const HIGHEST: u32 = 6_800_000;

/// The pictures of a file, none of which is held.
pub(super) struct Pictures<'a> {
    images: &'a dyn Images,
    /// Their hashes and what they are, in the order in which they came first.
    placed: Vec<(String, &'static str)>,
    /// Each one's number, counted from 1.
    known: HashMap<String, usize>,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(images: &'a dyn Images) -> Self {
        Self { images, placed: Vec::new(), known: HashMap::new() }
    }

    /// A picture, no larger than the page; `None` where it is not here or is no picture.
    pub(super) fn place(&mut self, hash: &str) -> Option<Pic> {
        let (kind, bytes) = self.read(hash)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let (width, height) = (width.clamp(1, 20_000), height.clamp(1, 20_000));
        let number = *self.known.entry(hash.to_owned()).or_insert_with(|| {
            self.placed.push((hash.to_owned(), kind));
            self.placed.len()
        });
        let picture = Pic::new_with_dimensions(Vec::new(), width, height).id(package::picture_id(number));
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

    /// The hash and the media type of each picture that was placed, from number 1 on.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, &str, &'static str)> {
        self.placed.iter().zip(1..).map(|((hash, kind), number)| (number, hash.as_str(), *kind))
    }

    /// A picture as Word can show it.
    pub(super) fn read(&self, hash: &str) -> Option<(&'static str, Vec<u8>)> {
        let bytes = self.images.bytes(hash)?;
        match picture_type(&bytes)? {
            // Word knows no WebP.
            "image/webp" => Some(("image/png", to_png(&bytes)?)),
            kind => Some((kind, bytes)),
        }
    }
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
