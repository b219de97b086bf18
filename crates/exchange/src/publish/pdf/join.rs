//! Pictures join a file that was made without them. The file goes out as it is, and behind it, as the format's own
//! update (ISO 32000-1, 7.5.6), each image that stood in for a picture is written anew: one picture is in memory.

use std::io::{self, Write};

use pdf_writer::{Chunk, Filter, Ref};

use super::failed;
use super::pictures::{Encoded, Pictures, stood_for};
use crate::publish::Result;

/// Writes a file of krilla's with its pictures. A damaged one leaves its place empty.
pub(super) fn write(file: &[u8], pictures: &Pictures<'_>, out: &mut dyn Write) -> Result<()> {
    let parts = Parts::of(file).ok_or_else(|| failed("the file has no table of its objects".to_owned()))?;
    let mut out = Counted { out, at: 0 };
    out.write_all(file)?;
    let mut update = Update { objects: Vec::new(), next: parts.size };
    for (object, number) in parts.stand_ins() {
        if let Some(picture) = pictures.encode(number) {
            update.picture(object, &picture, &mut out)?;
        }
    }
    if !update.objects.is_empty() {
        update.finish(&parts, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

/// Knows at which byte it is.
struct Counted<'a> {
    out: &'a mut dyn Write,
    at: usize,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.at += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What an update must know of a file.
struct Parts<'a> {
    file: &'a [u8],
    /// Where its table of objects begins.
    table: usize,
    /// One more than its last object.
    size: i32,
    /// What the trailer says behind that.
    trailer: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(file: &'a [u8]) -> Option<Self> {
        let end = file.get(file.len().saturating_sub(40)..)?;
        let table = number(behind(end, b"startxref\n")?)?;
        let trailer = behind(file.get(table..)?, b"trailer\n<<")?;
        let trailer = &trailer[..find(trailer, b"startxref")?];
        let size = behind(trailer, b"/Size ")?;
        let digits = size.iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some(Self { file, table, size: number(size)?.try_into().ok()?, trailer: &size[digits..] })
    }

    /// Each image, and the picture that it stands in for.
    fn stand_ins(&self) -> Vec<(i32, usize)> {
        let Some(rows) = self.file.get(self.table..).and_then(|table| behind(table, b"\n0 ")) else {
            return Vec::new();
        };
        let rows = behind(rows, b"\n").unwrap_or_default().chunks_exact(20);
        let stands = |row: &[u8]| -> Option<usize> {
            let object = self.file.get(number(row)?..)?;
            let head = &object[..find(object, b">>")?];
            find(head, b"/Subtype/Image")?;
            stood_for(number(behind(head, b"/Width ")?)?)
        };
        let found = (0..self.size).zip(rows).skip(1);
        found.filter_map(|(object, row)| Some((object, stands(row)?))).collect()
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn behind<'a>(bytes: &'a [u8], what: &[u8]) -> Option<&'a [u8]> {
    bytes.get(find(bytes, what)? + what.len()..)
}

/// The number that stands at the beginning.
fn number(bytes: &[u8]) -> Option<usize> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

/// Objects that come behind a file.
struct Update {
    /// Each object's number, and the byte at which it begins.
    objects: Vec<(i32, usize)>,
    /// The next number that none has.
    next: i32,
}

impl Update {
    fn picture(&mut self, object: i32, picture: &Encoded, out: &mut Counted<'_>) -> io::Result<()> {
        let profile =
            picture.profile.as_deref().map(|profile| self.profile(picture, profile, out)).transpose()?;
        let mask = picture.alpha.as_deref().map(|alpha| self.mask(picture, alpha, out)).transpose()?;
        let mut chunk = Chunk::new();
        let mut image = chunk.image_xobject(Ref::new(object), &picture.color);
        image.filter(picture.filter);
        image.width(picture.width as i32).height(picture.height as i32);
        match (profile, picture.channels) {
            (Some(profile), _) => image.color_space().icc_based(profile),
            (None, 1) => image.color_space().device_gray(),
            (None, 3) => image.color_space().device_rgb(),
            (None, _) => image.color_space().device_cmyk(),
        }
        // Programs that write inks into a JPEG count them from dark to light.
        if picture.channels == 4 && picture.filter == Filter::DctDecode {
            image.decode([1.0, 0.0].repeat(4));
        }
        image.bits_per_component(8).interpolate(true);
        if let Some(mask) = mask {
            image.s_mask(mask);
        }
        drop(image);
        self.put(object, &chunk, out)
    }

    fn profile(&mut self, picture: &Encoded, profile: &[u8], out: &mut Counted<'_>) -> io::Result<Ref> {
        let mut chunk = Chunk::new();
        let object = self.new_object();
        chunk.icc_profile(Ref::new(object), profile).n(picture.channels.into());
        self.put(object, &chunk, out)?;
        Ok(Ref::new(object))
    }

    fn mask(&mut self, picture: &Encoded, alpha: &[u8], out: &mut Counted<'_>) -> io::Result<Ref> {
        let mut chunk = Chunk::new();
        let object = self.new_object();
        let mut mask = chunk.image_xobject(Ref::new(object), alpha);
        mask.filter(Filter::FlateDecode);
        mask.width(picture.width as i32).height(picture.height as i32);
        mask.color_space().device_gray();
        mask.bits_per_component(8).interpolate(true);
        drop(mask);
        self.put(object, &chunk, out)?;
        Ok(Ref::new(object))
    }

    fn new_object(&mut self) -> i32 {
        self.next += 1;
        self.next - 1
    }

    fn put(&mut self, object: i32, chunk: &Chunk, out: &mut Counted<'_>) -> io::Result<()> {
        out.write_all(b"\n")?;
        self.objects.push((object, out.at));
        out.write_all(chunk.as_bytes())
    }

    /// The table of the new objects, which leads to the old one.
    fn finish(mut self, parts: &Parts<'_>, out: &mut Counted<'_>) -> io::Result<()> {
        self.objects.sort_unstable();
        let table = out.at;
        out.write_all(b"xref\n")?;
        for (object, at) in &self.objects {
            write!(out, "{object} 1\n{at:010} 00000 n\r\n")?;
        }
        write!(out, "trailer\n<</Size {}/Prev {}", self.next, parts.table)?;
        out.write_all(parts.trailer)?;
        write!(out, "startxref\n{table}\n%%EOF\n")
    }
}
