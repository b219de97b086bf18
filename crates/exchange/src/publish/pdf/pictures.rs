//! Pictures: their size before the page is laid out, their pixels when it is drawn.

use std::cell::RefCell;
use std::io::Cursor;
use std::sync::Arc;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
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

    /// What is to be drawn; `None` where the picture is damaged.
    pub(super) fn draw(&self, number: usize) -> Option<Image> {
        let hash = self.placed.borrow().get(number)?.clone();
        let bytes = self.images.bytes(&hash)?;
        if picture_type(&bytes)? == "image/jpeg" && orientation(&bytes) == Orientation::NoTransforms {
            return Image::from_jpeg(bytes.into(), true).ok();
        }
        let mut decoder = reader(&bytes)?.into_decoder().ok()?;
        let orientation = decoder.orientation().ok()?;
        let mut image = DynamicImage::from_decoder(decoder).ok()?;
        image.apply_orientation(orientation);
        Image::from_custom(Pixels::new(&hash, &image), true).ok()
    }
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

/// Colours of a byte a channel, and what can be seen through.
#[derive(Clone)]
struct Pixels(Arc<Channels>);

struct Channels {
    hash: String,
    size: (u32, u32),
    color: Vec<u8>,
    alpha: Option<Vec<u8>>,
}

impl Pixels {
    fn new(hash: &str, image: &DynamicImage) -> Self {
        let size = (image.width(), image.height());
        let alpha =
            image.color().has_alpha().then(|| image.to_rgba8().pixels().map(|pixel| pixel[3]).collect());
        Self(Arc::new(Channels { hash: hash.to_owned(), size, color: image.to_rgb8().into_raw(), alpha }))
    }
}

impl std::hash::Hash for Pixels {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl CustomImage for Pixels {
    fn color_channel(&self) -> &[u8] {
        &self.0.color
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        self.0.alpha.as_deref()
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        self.0.size
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}
