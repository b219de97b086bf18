//! Laid out pages → the pages of the file: text, lines and areas, pictures, links, and where headings are.

use std::ops::Range;

use krilla::Document;
use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::GlyphId;
use typst::foundations::StyleChain;
use typst::introspection::Tag;
use typst::layout::{Frame, FrameItem};
use typst::model::{Destination, HeadingElem};
use typst::text::{FontInstance, Glyph, TextItem};
use typst::visualize::{Curve, CurveItem, FixedStroke, Geometry, Paint, Shape};

use super::pictures::stand_in;

/// A heading, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) level: usize,
    pub(super) title: String,
    /// Counted from 0.
    pub(super) page: usize,
    pub(super) top: f32,
}

/// Calls `found` for every item of a frame, with its place on the page in points.
fn walk(frame: &Frame, at: (f32, f32), found: &mut impl FnMut((f32, f32), &FrameItem)) {
    for (point, item) in frame.items() {
        let at = (at.0 + point.x.to_pt() as f32, at.1 + point.y.to_pt() as f32);
        match item {
            // `page.typ` moves boxes and never turns or scales them.
            FrameItem::Group(group) => {
                let (x, y) = (group.transform.tx.to_pt() as f32, group.transform.ty.to_pt() as f32);
                walk(&group.frame, (at.0 + x, at.1 + y), found);
            }
            item => found(at, item),
        }
    }
}

/// The headings on a page.
pub(super) fn headings(frame: &Frame, page: usize, all: &mut Vec<Heading>) {
    walk(frame, (0.0, 0.0), &mut |(_, top), item| {
        let FrameItem::Tag(Tag::Start(content, _)) = item else { return };
        let Some(heading) = content.to_packed::<HeadingElem>() else { return };
        let level = heading.resolve_level(StyleChain::default()).get();
        let title = heading.body.plain_text().to_string();
        all.push(Heading { level, title, page, top });
    });
}

/// What draws pages.
pub(super) struct Drawing {
    pub(super) document: Document,
    /// The page of each chapter, counted from 0.
    pub(super) chapters: Vec<usize>,
    /// Where the page of a link is known but may not be in the file.
    pub(super) pages: usize,
    fonts: Vec<(FontInstance, krilla::text::Font)>,
}

impl Drawing {
    pub(super) fn new(document: Document, chapters: Vec<usize>, pages: usize) -> Self {
        Self { document, chapters, pages, fonts: Vec::new() }
    }

    /// One page, made of several frames over each other.
    pub(super) fn page(&mut self, frames: &[&Frame]) {
        let Some(size) = frames.first().map(|frame| frame.size()) else { return };
        let Some(settings) = PageSettings::from_wh(size.x.to_pt() as f32, size.y.to_pt() as f32) else {
            return;
        };
        let Self { document, chapters, pages, fonts } = self;
        let mut page = document.start_page_with(settings);
        let mut links = Vec::new();
        let mut surface = page.surface();
        for frame in frames {
            walk(frame, (0.0, 0.0), &mut |at, item| match item {
                FrameItem::Text(item) => text(&mut surface, at, item, fonts),
                FrameItem::Shape(item, _) => shape(&mut surface, at, item),
                FrameItem::Link(Destination::Url(url), size) => {
                    let (width, height) = (size.x.to_pt() as f32, size.y.to_pt() as f32);
                    if let Some(number) = url.strip_prefix("picture:").and_then(|number| number.parse().ok())
                    {
                        if let Some((image, size)) = stand_in(number).zip(Size::from_wh(width, height)) {
                            surface.push_transform(&krilla::geom::Transform::from_translate(at.0, at.1));
                            surface.draw_image(image, size);
                            surface.pop();
                        }
                        return;
                    }
                    let chapter =
                        url.strip_prefix("chapter:").and_then(|number| number.parse::<usize>().ok());
                    let target = match chapter {
                        Some(chapter) => {
                            let page = chapters.get(chapter).copied().filter(|page| *page < *pages);
                            page.map(|page| XyzDestination::new(page, Point::from_xy(0.0, 0.0)))
                                .map(|place| Target::Destination(place.into()))
                        }
                        None => Some(Target::Action(LinkAction::new(url.to_string()).into())),
                    };
                    let area = Rect::from_xywh(at.0, at.1, width, height);
                    links.extend(area.zip(target));
                }
                _ => {}
            });
        }
        surface.finish();
        for (area, target) in links {
            page.add_annotation(Annotation::new_link(LinkAnnotation::new(area, target), None));
        }
        page.finish();
    }
}

struct Shaped<'a>(&'a Glyph);

impl krilla::text::Glyph for Shaped<'_> {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(u32::from(self.0.id))
    }

    fn text_range(&self) -> Range<usize> {
        usize::from(self.0.range.start)..usize::from(self.0.range.end)
    }

    fn x_advance(&self, size: f32) -> f32 {
        self.0.x_advance.get() as f32 * size
    }

    fn x_offset(&self, size: f32) -> f32 {
        self.0.x_offset.get() as f32 * size
    }

    fn y_offset(&self, size: f32) -> f32 {
        self.0.y_offset.get() as f32 * size
    }

    fn y_advance(&self, size: f32) -> f32 {
        self.0.y_advance.get() as f32 * size
    }

    fn location(&self) -> Option<krilla::surface::Location> {
        None
    }
}

fn text(
    surface: &mut Surface<'_>,
    at: (f32, f32),
    item: &TextItem,
    fonts: &mut Vec<(FontInstance, krilla::text::Font)>,
) {
    let font = match fonts.iter().find(|(known, _)| *known == item.font) {
        Some((_, font)) => font.clone(),
        None => {
            let Some(font) = font(&item.font) else { return };
            fonts.push((item.font.clone(), font.clone()));
            font
        }
    };
    let glyphs: Vec<Shaped<'_>> = item.glyphs.iter().map(Shaped).collect();
    surface.set_fill(Some(fill(&item.fill)));
    surface.set_stroke(None);
    let start = Point::from_xy(at.0, at.1);
    surface.draw_glyphs(start, &glyphs, font, &item.text, item.size.to_pt() as f32, false);
}

fn font(font: &FontInstance) -> Option<krilla::text::Font> {
    let data: std::sync::Arc<dyn AsRef<[u8]> + Send + Sync> = std::sync::Arc::new(font.data().clone());
    let axes = font.variations().0.iter();
    let axes: Vec<_> = axes.map(|(tag, value)| (krilla::text::Tag::new(&tag.to_bytes()), value.0)).collect();
    krilla::text::Font::new_variable(data.into(), font.index(), &axes)
}

/// A plain colour: `page.typ` uses no other paint.
fn color(paint: &Paint) -> (rgb::Color, u8) {
    let [red, green, blue, alpha] = match paint {
        Paint::Solid(color) => color.to_vec4_u8(),
        Paint::Gradient(_) | Paint::Tiling(_) => [0, 0, 0, 255],
    };
    (rgb::Color::new(red, green, blue), alpha)
}

fn fill(paint: &Paint) -> Fill {
    let (color, alpha) = color(paint);
    Fill { paint: color.into(), opacity: opacity(alpha), ..Fill::default() }
}

fn opacity(alpha: u8) -> NormalizedF32 {
    NormalizedF32::new(f32::from(alpha) / 255.0).unwrap_or(NormalizedF32::ONE)
}

fn stroke(stroke: &FixedStroke) -> Stroke {
    let (color, alpha) = color(&stroke.paint);
    let dash = stroke.dash.as_ref().map(|dash| krilla::paint::StrokeDash {
        array: dash.array.iter().map(|length| length.to_pt() as f32).collect(),
        offset: dash.phase.to_pt() as f32,
    });
    let width = stroke.thickness.to_pt() as f32;
    Stroke { paint: color.into(), opacity: opacity(alpha), width, dash, ..Stroke::default() }
}

fn shape(surface: &mut Surface<'_>, at: (f32, f32), shape: &Shape) {
    let Some(path) = path(&shape.geometry, at) else { return };
    let outline = shape.stroke.as_ref().filter(|stroke| stroke.thickness.to_pt() > 0.0).map(stroke);
    let area = shape.fill.as_ref().map(fill);
    // The library would fill in black where neither is set.
    if area.is_some() || outline.is_some() {
        surface.set_fill(area);
        surface.set_stroke(outline);
        surface.draw_path(&path);
    }
}

fn path(geometry: &Geometry, (x, y): (f32, f32)) -> Option<Path> {
    let mut path = PathBuilder::new();
    match geometry {
        Geometry::Line(end) => {
            path.move_to(x, y);
            path.line_to(x + end.x.to_pt() as f32, y + end.y.to_pt() as f32);
        }
        Geometry::Rect(size) => {
            path.push_rect(Rect::from_xywh(x, y, size.x.to_pt() as f32, size.y.to_pt() as f32)?);
        }
        Geometry::Curve(curve) => follow(curve, (x, y), &mut path),
    }
    path.finish()
}

fn follow(curve: &Curve, (x, y): (f32, f32), path: &mut PathBuilder) {
    let at = |point: &typst::layout::Point| (x + point.x.to_pt() as f32, y + point.y.to_pt() as f32);
    for item in &curve.0 {
        match item {
            CurveItem::Move(to) => path.move_to(at(to).0, at(to).1),
            CurveItem::Line(to) => path.line_to(at(to).0, at(to).1),
            CurveItem::Cubic(first, second, to) => {
                let (first, second, to) = (at(first), at(second), at(to));
                path.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
            }
            CurveItem::Close => path.close(),
        }
    }
}
