//! Pictures: their size before the page is laid out, their bytes when the file is written.

use std::cell::RefCell;
use std::io::{Cursor, Read};
use std::sync::Arc;

use flate2::Compression;
use flate2::bufread::ZlibEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};
use img_parts::jpeg::Jpeg;
use img_parts::{Bytes, ImageICC};
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
use pdf_writer::Filter;
use typst::foundations::{Dict, dict};

use crate::publish::{Images, picture_type};

/// The widest and highest picture, in points.
const WIDEST: f64 = 493.0;
const HIGHEST: f64 = 535.0;
/// Points of a pixel, at 96 pixels an inch.
const PIXEL: f64 = 0.75;

/// The pictures that have been placed, by number.
pub(super) struct Pictures<'a> {
    images: &'a dyn Images,
    placed: RefCell<Vec<String>>,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(images: &'a dyn Images) -> Self {
        Self { images, placed: RefCell::default() }
    }

    /// A picture's number and size in points; `None` where it is not here or is no picture.
    pub(super) fn place(&self, hash: &str) -> Option<Dict> {
        let bytes = self.images.bytes(hash)?;
        picture_type(&bytes)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        let turned = is_turned(orientation(&bytes));
        let (width, height) = if turned { (size.height, size.width) } else { (size.width, size.height) };
        let (width, height) = (width.clamp(1, 20_000) as f64 * PIXEL, height.clamp(1, 20_000) as f64 * PIXEL);
        let scale = (WIDEST / width).min(HIGHEST / height).min(1.0);
        let mut placed = self.placed.borrow_mut();
        let number = placed.iter().position(|known| known == hash).unwrap_or_else(|| {
            placed.push(hash.to_owned());
            placed.len() - 1
        });
        Some(dict! {
            "kind" => "picture", "number" => number as i64, "width" => width * scale, "height" => height * scale,
        })
    }

    /// A picture's bytes as the file holds them; `None` where the picture is damaged.
    pub(super) fn encode(&self, number: usize) -> Option<Encoded> {
        let hash = self.placed.borrow().get(number)?.clone();
        let bytes = self.images.bytes(&hash)?;
        if picture_type(&bytes)? == "image/jpeg" && orientation(&bytes) == Orientation::NoTransforms {
            return jpeg(bytes);
        }
        let mut decoder = reader(&bytes)?.into_decoder().ok()?;
        let orientation = decoder.orientation().ok()?;
        let mut image = DynamicImage::from_decoder(decoder).ok()?;
        drop(bytes);
        image.apply_orientation(orientation);
        let (width, height) = (image.width(), image.height());
        let alpha =
            image.color().has_alpha().then(|| image.to_rgba8().pixels().map(|pixel| pixel[3]).collect());
        let alpha = alpha.map(|alpha: Vec<u8>| deflated(&alpha));
        let color = deflated(&image.into_rgb8().into_raw());
        Some(Encoded { width, height, filter: Filter::FlateDecode, channels: 3, color, alpha, profile: None })
    }
}

/// A picture as a file holds it.
pub(super) struct Encoded {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) filter: Filter,
    /// Of a byte each: 1 grey, 3 red, green and blue, 4 inks.
    pub(super) channels: u8,
    pub(super) color: Vec<u8>,
    /// What can be seen through, a byte a point, deflated.
    pub(super) alpha: Option<Vec<u8>>,
    /// What its colours mean, as ICC describes it.
    pub(super) profile: Option<Vec<u8>>,
}

/// A JPEG stays as it is.
fn jpeg(bytes: Vec<u8>) -> Option<Encoded> {
    let bytes = Bytes::from(bytes);
    let jpeg = Jpeg::from_bytes(bytes.clone()).ok()?;
    // SOF0 to SOF15; three of these numbers mean something else.
    let frame = |marker: u8| matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
    let frame = jpeg.segments().iter().find(|segment| frame(segment.marker()))?;
    let &[8, high, low, wide, narrow, channels @ (1 | 3 | 4), ..] = &frame.contents()[..] else {
        return None;
    };
    let space: &[u8] = match channels {
        1 => b"GRAY",
        3 => b"RGB ",
        _ => b"CMYK",
    };
    let profile = jpeg.icc_profile().filter(|profile| profile.get(16..20) == Some(space));
    Some(Encoded {
        width: u16::from_be_bytes([wide, narrow]).into(),
        height: u16::from_be_bytes([high, low]).into(),
        filter: Filter::DctDecode,
        channels,
        color: bytes.into(),
        alpha: None,
        profile: profile.map(Into::into),
    })
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = ZlibEncoder::new(bytes, Compression::default());
    // Bytes in memory can always be read.
    let _ = encoder.read_to_end(&mut out);
    out
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(512 * 1024 * 1024);
    reader.limits(limits);
    Some(reader)
}

/// How a camera was held.
fn orientation(bytes: &[u8]) -> Orientation {
    let decoder = reader(bytes).and_then(|reader| reader.into_decoder().ok());
    decoder.and_then(|mut decoder| decoder.orientation().ok()).unwrap_or(Orientation::NoTransforms)
}

fn is_turned(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// What is drawn in a picture's place until the picture is written: a white line whose width tells which it is.
pub(super) fn stand_in(number: usize) -> Option<Image> {
    Image::from_custom(StandIn(Arc::new(vec![255; (number + 1) * 3])), true).ok()
}

/// Which picture an image of this width stands in for.
pub(super) fn stood_for(width: usize) -> Option<usize> {
    width.checked_sub(1)
}

#[derive(Clone, Hash)]
struct StandIn(Arc<Vec<u8>>);

impl CustomImage for StandIn {
    fn color_channel(&self) -> &[u8] {
        &self.0
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        None
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        (u32::try_from(self.0.len() / 3).unwrap_or_default(), 1)
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}
