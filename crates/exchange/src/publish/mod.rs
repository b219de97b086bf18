//! A report made into a file: each format is a pure function of the report and its pictures.

pub mod docx;
pub mod html;
pub mod markdown;

/// The pictures of a report, by hash.
pub trait Images {
    /// The bytes of a picture; `None` where it is not here. A missing picture becomes its caption.
    fn bytes(&self, hash: &str) -> Option<Vec<u8>>;
}

/// Why a report cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
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
