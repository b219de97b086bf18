//! The file around the text: the library's parts, with what it has no words for (a title, the language), and what the
//! text refers to.

use std::fmt::Write as _;
use std::io::{Seek, Write};

use docx_rs::{BuildXML, XMLDocx};
use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::body::Body;
use super::frame::numberings;
use crate::publish::text::clean;
use crate::publish::{Error, Result};

/// How a list of references ends.
const END: &str = "</Relationships>";

/// A file whose text is being written.
pub(super) struct Package<W: Write + Seek> {
    file: ZipWriter<W>,
    /// What stands behind the text.
    tail: String,
    /// The list of what the text refers to, without its end.
    references: String,
}

impl<W: Write + Seek> Package<W> {
    /// Writes the parts that are known before the text, and what the text begins with.
    pub(super) fn begin(mut parts: XMLDocx, title: &str, out: W) -> Result<Self> {
        let document = text(std::mem::take(&mut parts.document));
        let section = document.find("<w:sectPr").unwrap_or(document.len());
        let (head, tail) = document.split_at(section);
        let references = text(std::mem::take(&mut parts.document_rels)).replace(END, "");
        let mut package = Self { file: ZipWriter::new(out), tail: tail.to_owned(), references };
        package
            .fixed(parts, title)
            .and_then(|()| package.part("word/document.xml", head.as_bytes()))
            .map_err(failed)?;
        Ok(package)
    }

    fn fixed(&mut self, parts: XMLDocx, title: &str) -> ZipResult<()> {
        let title = format!(
            "<dc:title>{}</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>",
            escape(title)
        );
        let core = text(parts.doc_props.core).replace("</cp:coreProperties>", &title);
        let language =
            "<w:lang w:val=\"en-US\" w:eastAsia=\"ja-JP\" w:bidi=\"ar-SA\" /></w:rPr></w:rPrDefault>";
        let styles = text(parts.styles).replacen("</w:rPr></w:rPrDefault>", language, 1);
        let named = [
            ("[Content_Types].xml", parts.content_type),
            ("_rels/.rels", parts.rels),
            ("docProps/app.xml", parts.doc_props.app),
            ("docProps/core.xml", core.into_bytes()),
            ("docProps/custom.xml", parts.doc_props.custom),
            ("word/styles.xml", styles.into_bytes()),
            ("word/settings.xml", parts.settings),
            ("word/fontTable.xml", parts.font_table),
            ("word/comments.xml", parts.comments),
            ("word/commentsExtended.xml", parts.comments_extended),
            ("word/footnotes.xml", parts.footnotes),
        ];
        for (name, xml) in named {
            self.part(name, &xml)?;
        }
        self.margins("header", &parts.headers, &parts.header_rels)?;
        self.margins("footer", &parts.footers, &parts.footer_rels)
    }

    fn margins(&mut self, kind: &str, parts: &[Vec<u8>], references: &[Vec<u8>]) -> ZipResult<()> {
        for ((xml, references), number) in parts.iter().zip(references).zip(1..) {
            self.part(&format!("word/{kind}{number}.xml"), xml)?;
            self.part(&format!("word/_rels/{kind}{number}.xml.rels"), references)?;
        }
        Ok(())
    }

    fn part(&mut self, name: &str, xml: &[u8]) -> ZipResult<()> {
        self.file.start_file(name, SimpleFileOptions::default())?;
        Ok(self.file.write_all(xml)?)
    }

    /// Writes the next piece of the text.
    pub(super) fn text(&mut self, xml: &str) -> Result<()> {
        Ok(self.file.write_all(xml.as_bytes())?)
    }

    /// Ends the text and writes what it refers to, each picture as it is read.
    pub(super) fn finish(self, body: Body<'_>) -> Result<()> {
        self.end(body).map_err(failed)
    }

    fn end(mut self, body: Body<'_>) -> ZipResult<()> {
        self.file.write_all(self.tail.as_bytes())?;
        let mut references = std::mem::take(&mut self.references);
        for (number, _, kind) in body.pictures.placed() {
            let (id, path) = (picture_id(number), picture_path(number, kind));
            refer(&mut references, "image", &id, &path, "");
        }
        for (url, number) in body.links.iter().zip(1..) {
            refer(&mut references, "hyperlink", &link_id(number), &escape(url), " TargetMode=\"External\"");
        }
        references.push_str(END);
        self.part("word/_rels/document.xml.rels", references.as_bytes())?;
        self.part("word/numbering.xml", &numberings(body.numberings).build())?;
        // As small as they can be.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (number, hash, kind) in body.pictures.placed() {
            let (_, bytes) = body.pictures.read(hash).ok_or(ZipError::FileNotFound)?;
            self.file.start_file(format!("word/{}", picture_path(number, kind)), options)?;
            self.file.write_all(&bytes)?;
        }
        self.file.finish().map(drop)
    }
}

fn text(xml: Vec<u8>) -> String {
    String::from_utf8_lossy(&xml).into_owned()
}

fn failed(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => Error::Write(error),
        error => Error::Writer { format: "docx", reason: error.to_string() },
    }
}

fn refer(references: &mut String, kind: &str, id: &str, target: &str, mode: &str) {
    const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let _ =
        write!(references, "<Relationship Id=\"{id}\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"{mode} />");
}

/// How the text names a link, by its number.
pub(super) fn link_id(number: usize) -> String {
    format!("rIdLink{number}")
}

/// How the text names a picture, by its number.
pub(super) fn picture_id(number: usize) -> String {
    format!("rIdImage{number}")
}

fn picture_path(number: usize, kind: &str) -> String {
    format!("media/{number}.{}", kind.trim_start_matches("image/"))
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
