//! A report written as a file: what is written follows from the report and its pictures alone. Pictures are asked for
//! one at a time and written at once, so that memory does not grow with them. Google Docs is a pure plan, and the
//! sending of it.
//!
//! Whoever gives the writer can stop the work: an error of its `write` or `flush` ends it. `flush` is called
//! between chapters where long work writes nothing yet.

pub mod anki;
mod columns;
pub mod docx;
pub mod google_docs;
pub mod html;
pub mod markdown;
pub mod pdf;
mod text;

use yokoten_model::report::{Block, Report, plain};

/// The pictures of a report, by hash.
pub trait Images {
    /// The bytes of a picture; `None` where it is not here. A missing picture becomes its caption.
    fn bytes(&self, hash: &str) -> Option<Vec<u8>>;
}

/// Why a report cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No font of this computer has Japanese letters.
    #[error("no font with Japanese letters is installed")]
    NoJapaneseFont,
    /// What is written to takes no more.
    #[error("{0}")]
    Write(#[from] std::io::Error),
    /// The writer of a format fails.
    #[error("{format}: {reason}")]
    Writer {
        /// Which format.
        format: &'static str,
        /// The writer's words.
        reason: String,
    },
}

/// The publisher's result.
pub type Result<T> = std::result::Result<T, Error>;

/// The media type of a picture that can be shown, by what the bytes are. SVG is none: it can hold scripts.
pub(crate) fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    let kind = infer::get(bytes)?.mime_type();
    matches!(kind, "image/png" | "image/jpeg" | "image/gif" | "image/webp").then_some(kind)
}

/// A chapter of a book: a name for links, and its title.
#[derive(Clone, Debug)]
pub(crate) struct Chapter {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// The chapters of a book in order, each under a name of its own; an entry has none.
pub(crate) fn chapters(report: &Report) -> Vec<Chapter> {
    if report.cover.is_none() {
        return Vec::new();
    }
    let mut taken = std::collections::HashSet::new();
    let headings = report.blocks.iter().filter_map(|block| match block {
        Block::Heading { level: 1, text, id } => Some((text, id)),
        _ => None,
    });
    let named = headings.enumerate().map(|(index, (text, id))| {
        let own = !id.is_empty() && taken.insert(id.clone());
        let id = if own { id.clone() } else { format!("chapter-{}", index + 1) };
        Chapter { id, title: plain(text) }
    });
    named.collect()
}
