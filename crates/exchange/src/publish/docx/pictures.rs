//! Pictures: placed by their size, read again when they are written.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Cursor;

use docx_rs::Pic;

use super::{MARGIN, PAGE};
use crate::publish::{Images, picture_type};

/// The widest and highest picture, in English Metric Units (914,400 an inch; 635 a twip).
const WIDEST: u32 = (PAGE.0 - 2 * MARGIN) * 635;
const HIGHEST: u32 = 6_800_000;

/// The pictures of a file, none of which is held: the library is given a picture's hash in place of its bytes.
pub(super) struct Pictures<'a> {
    images: &'a dyn Images,
    /// What each is, by hash.
    kinds: RefCell<HashMap<String, &'static str>>,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(images: &'a dyn Images) -> Self {
        Self { images, kinds: RefCell::default() }
    }

    /// A picture, no larger than the page; `None` where it is not here or is no picture.
    pub(super) fn place(&self, hash: &str, number: usize) -> Option<Pic> {
        let (kind, bytes) = self.read(hash)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
        let (width, height) = (width.clamp(1, 20_000), height.clamp(1, 20_000));
        self.kinds.borrow_mut().insert(hash.to_owned(), kind);
        let stand_in = hash.as_bytes().to_vec();
        let picture = Pic::new_with_dimensions(stand_in, width, height).id(format!("rIdImage{number}"));
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

    /// The media type of a picture that was placed.
    pub(super) fn kind(&self, hash: &str) -> Option<&'static str> {
        self.kinds.borrow().get(hash).copied()
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
