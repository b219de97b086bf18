//! What the library has no words for, added to the parts that it made: a title, the language, head rows that come
//! again on each page, what pictures show, and bytes that are the same for the same report.

use std::fmt::Write;

use docx_rs::XMLDocx;

use crate::publish::picture_type;
use crate::publish::text::clean;

pub(super) fn finish(parts: &mut XMLDocx, title: &str, captions: &[String]) {
    let title =
        format!("<dc:title>{}</dc:title><dc:language>ja-JP</dc:language></cp:coreProperties>", escape(title));
    edit(&mut parts.doc_props.core, |xml| xml.replace("</cp:coreProperties>", &title));
    let language = "<w:lang w:val=\"en-US\" w:eastAsia=\"ja-JP\" w:bidi=\"ar-SA\" /></w:rPr></w:rPrDefault>";
    edit(&mut parts.styles, |xml| xml.replacen("</w:rPr></w:rPrDefault>", language, 1));
    edit(&mut parts.document, |xml| {
        described(&xml.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />"), captions)
    });
    edit(&mut parts.document_rels, sorted);
    let media = parts.media.iter().map(|(name, bytes)| (name.as_str(), picture_type(bytes)));
    let types = media.filter_map(|(name, kind)| Some((name, kind.filter(|kind| *kind != "image/png")?)));
    let mut named = String::new();
    for (name, kind) in types {
        // The library names every picture `.png`; its type is what is said here.
        let _ = write!(named, "<Override PartName=\"/word/media/{name}.png\" ContentType=\"{kind}\" />");
    }
    edit(&mut parts.content_type, |xml| xml.replace("</Types>", &format!("{named}</Types>")));
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
