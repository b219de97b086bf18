use std::fmt;

/// Why the model refuses something.
///
/// The texts here are for logs; what a person reads is made from the variants in `app`, in their language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A JSON document does not follow the format; `path` is written like `causes.escape[0].text`.
    #[error("`{path}`: {reason}")]
    Invalid {
        /// Where in the document, or `.` for the whole of it.
        path: String,
        /// What is wrong there, in the parser's words.
        reason: String,
    },
    /// A document of a newer format than this program knows.
    #[error("format `{found}` is newer than this program")]
    NewerFormat {
        /// The `format` that was found.
        found: String,
    },
    /// A text is longer than [`crate::document::TEXT_LIMIT`].
    #[error("`{path}` is {length} characters long, the limit is {limit}")]
    TooLong {
        /// Where in the document.
        path: String,
        /// Its length in UTF-16 units.
        length: usize,
        /// The limit in UTF-16 units.
        limit: usize,
    },
    /// A why-tree is deeper than [`crate::postmortem::DEPTH_LIMIT`].
    #[error("`{path}` is deeper than {limit} levels")]
    TooDeep {
        /// The first node that is too deep.
        path: String,
        /// The limit in levels.
        limit: usize,
    },
    /// Bytes that are no document or update, or that the CRDT refuses.
    #[error("damaged document bytes: {reason}")]
    Damaged {
        /// The CRDT's words.
        reason: String,
    },
    /// A revision that this document has never been at.
    #[error("unknown revision")]
    UnknownRevision,
    /// An entry that may not move on yet.
    #[error("lacks {} things before it can be {}", lacks.len(), to.as_str())]
    NotReady {
        /// The state that was asked for.
        to: crate::postmortem::Status,
        /// What it lacks.
        lacks: Vec<crate::review::Lack>,
    },
    /// A comment on something that the entry does not have.
    #[error("no place `{place}`")]
    NoPlace {
        /// The place, as it was given.
        place: String,
    },
    /// A template that does not follow its format.
    #[error("template, line {line}: {reason}")]
    Template {
        /// The line, from 1.
        line: usize,
        /// The parser's words, or what is missing.
        reason: String,
    },
}

/// The model's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn invalid(path: impl fmt::Display, reason: impl fmt::Display) -> Self {
        let path = path.to_string();
        Self::Invalid { path: if path.is_empty() { ".".into() } else { path }, reason: reason.to_string() }
    }

    pub(crate) fn damaged(reason: impl fmt::Display) -> Self {
        Self::Damaged { reason: reason.to_string() }
    }
}

impl From<loro::LoroError> for Error {
    fn from(error: loro::LoroError) -> Self {
        Self::damaged(error)
    }
}
