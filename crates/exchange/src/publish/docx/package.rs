//! What the library has no words for, added to the parts that it made: a title, the language, head rows that come
//! again on each page, what pictures show, and bytes that are the same for the same report.

use std::fmt::Write as _;
use std::io::{Seek, Write};

use docx_rs::XMLDocx;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::pictures::Pictures;
use crate::publish::text::clean;
use crate::publish::{Error, Result};

/// Writes the parts as one file, each picture as it is read.
pub(super) fn pack<W: Write + Seek>(
    mut parts: XMLDocx,
    title: &str,
    captions: &[String],
    pictures: &Pictures<'_>,
    out: W,
) -> Result<()> {
    let media = std::mem::take(&mut parts.media);
    let media: Vec<(String, String)> = media
        .into_iter()
        .map(|(name, hash)| (format!("word/media/{name}.png"), String::from_utf8_lossy(&hash).into_owned()))
        .collect();
    finish(&mut parts, title, captions);
    edit(&mut parts.content_type, |xml| typed(xml, &media, pictures));
    let mut file = ZipWriter::new(out);
    write(&mut file, parts, &media, pictures).and_then(|()| file.finish().map(drop)).map_err(failed)
}

fn failed(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => Error::Write(error),
        error => Error::Writer { format: "docx", reason: error.to_string() },
    }
}

fn write<W: Write + Seek>(
    file: &mut ZipWriter<W>,
    parts: XMLDocx,
    media: &[(String, String)],
    pictures: &Pictures<'_>,
) -> zip::result::ZipResult<()> {
    let numbered = |name: &'static str, all: Vec<Vec<u8>>| {
        let all = all.into_iter().enumerate();
        all.map(move |(index, xml)| (name.replace('#', &(index + 1).to_string()), xml))
    };
    let named = [
        ("[Content_Types].xml", parts.content_type),
        ("_rels/.rels", parts.rels),
        ("docProps/app.xml", parts.doc_props.app),
        ("docProps/core.xml", parts.doc_props.core),
        ("docProps/custom.xml", parts.doc_props.custom),
        ("word/_rels/document.xml.rels", parts.document_rels),
        ("word/document.xml", parts.document),
        ("word/styles.xml", parts.styles),
        ("word/settings.xml", parts.settings),
        ("word/fontTable.xml", parts.font_table),
        ("word/comments.xml", parts.comments),
        ("word/numbering.xml", parts.numberings),
        ("word/commentsExtended.xml", parts.comments_extended),
        ("word/footnotes.xml", parts.footnotes),
    ];
    let texts = named
        .into_iter()
        .map(|(name, xml)| (name.to_owned(), xml))
        .chain(numbered("word/header#.xml", parts.headers))
        .chain(numbered("word/_rels/header#.xml.rels", parts.header_rels))
        .chain(numbered("word/footer#.xml", parts.footers))
        .chain(numbered("word/_rels/footer#.xml.rels", parts.footer_rels));
    let options = SimpleFileOptions::default();
    for (name, xml) in texts {
        file.start_file(name, options)?;
        file.write_all(&xml)?;
    }
    // Pictures are as small as they can be.
    let options = options.compression_method(zip::CompressionMethod::Stored);
    for (name, hash) in media {
        let (_, bytes) = pictures.read(hash).ok_or(ZipError::FileNotFound)?;
        file.start_file(name, options)?;
        file.write_all(&bytes)?;
    }
    Ok(())
}

fn finish(parts: &mut XMLDocx, title: &str, captions: &[String]) {
    let title =
        format!("<dc:title>{}</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>", escape(title));
    edit(&mut parts.doc_props.core, |xml| xml.replace("</cp:coreProperties>", &title));
    let language = "<w:lang w:val=\"en-US\" w:eastAsia=\"ja-JP\" w:bidi=\"ar-SA\" /></w:rPr></w:rPrDefault>";
    edit(&mut parts.styles, |xml| xml.replacen("</w:rPr></w:rPrDefault>", language, 1));
    edit(&mut parts.document, |xml| {
        described(&xml.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />"), captions)
    });
    edit(&mut parts.document_rels, sorted);
}

/// The library names every picture `.png`; its type is what is said here.
fn typed(xml: &str, media: &[(String, String)], pictures: &Pictures<'_>) -> String {
    let mut named = String::new();
    for (name, hash) in media {
        if let Some(kind) = pictures.kind(hash).filter(|kind| *kind != "image/png") {
            let _ = write!(named, "<Override PartName=\"/{name}\" ContentType=\"{kind}\" />");
        }
    }
    xml.replace("</Types>", &format!("{named}</Types>"))
}

fn edit(xml: &mut Vec<u8>, change: impl Fn(&str) -> String) {
    if let Ok(text) = std::str::from_utf8(xml) {
        *xml = change(text).into_bytes();
    }
}

/// Gives each picture its own number and says what it shows.
fn described(xml: &str, captions: &[String]) -> String {
    const PLACE: &str = "<wp:docPr id=\"1\" name=\"Figure\" />";
    let mut out = String::with_capacity(xml.len());
    for (index, part) in xml.split(PLACE).enumerate() {
        if let Some(before) = index.checked_sub(1) {
            let caption = escape(captions.get(before).map_or("", String::as_str));
            let _ = write!(out, "<wp:docPr id=\"{index}\" name=\"Figure {index}\" descr=\"{caption}\" />");
        }
        out.push_str(part);
    }
    out
}

/// The library keeps links in a hash map, so they come in another order each time.
fn sorted(xml: &str) -> String {
    const START: &str = "<Relationship ";
    let Some(body) = xml.strip_suffix("</Relationships>") else { return xml.to_owned() };
    let Some((head, body)) = body.split_once(START) else { return xml.to_owned() };
    let mut all: Vec<&str> = body.split(START).collect();
    all.sort_unstable();
    format!("{head}{START}{}</Relationships>", all.join(START))
}

/// Text as XML holds it, in an attribute too.
pub(super) fn escape(text: &str) -> String {
    clean(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\n', " ")
}
