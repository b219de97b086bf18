//! What goes wrong, made into what a person reads: a kind, a message and the next action, in their language.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::Error as ModelError;
use yokoten_store::Error as StoreError;

use crate::catalogue::{Lang, text};

/// Why an action is refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store refuses or fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file outside the workspace could not be read or written.
    #[error("`{path}`: {source}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A workspace cannot be made where there is no folder to make it in.
    #[error("no parent folder of `{0}`")]
    NoParent(PathBuf),
    /// A workspace that was opened before is not there any more.
    #[error("workspace `{0}` is gone")]
    Gone(PathBuf),
    /// Input that is no JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// An empty array of documents.
    #[error("no document")]
    NoDocument,
    /// The entry is in the trash.
    #[error("`{0}` is in the trash")]
    InTrash(String),
    /// The entry was deleted too long ago.
    #[error("`{0}` was deleted more than 30 days ago")]
    TrashExpired(String),
    /// A file that is no bundle.
    #[error("`{path}` is no bundle: {reason}")]
    NotABundle {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A command that the contract knows and this version does not.
    #[error("`{0}` is not built yet")]
    NotBuilt(String),
    /// Wrong usage.
    #[error("wrong usage of `{0}`")]
    Usage(String),
    /// A publisher failed.
    #[error("export: {0}")]
    Export(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// The app's result.
pub type Result<T> = std::result::Result<T, Error>;

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self::Store(error.into())
    }
}

/// What a person reads of an [`Error`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// For programs that branch on it, such as `not_found`.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl Error {
    /// The error in a person's language.
    #[must_use]
    pub fn problem(&self, lang: Lang) -> Problem {
        let (kind, mut values) = self.parts();
        // A reason that the catalogue knows is said in the person's language, too.
        for (_, value) in
            values.iter_mut().filter(|(name, value)| *name == "reason" && crate::catalogue::has(value))
        {
            *value = text(lang, value, &[]);
        }
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let hint = format!("error.{kind}.hint");
        let hints = if crate::catalogue::has(&hint) { vec![text(lang, &hint, &values)] } else { Vec::new() };
        Problem { kind: kind.to_owned(), message: text(lang, &format!("error.{kind}"), &values), hints }
    }

    fn parts(&self) -> (&'static str, Vec<(&'static str, String)>) {
        let path = |path: &PathBuf| ("path", path.display().to_string());
        match self {
            Self::Store(error) => store_parts(error),
            Self::Io { path: at, source } => ("io", vec![path(at), ("reason", io_reason(source))]),
            Self::NoParent(at) => ("no_parent", vec![path(at)]),
            Self::Gone(at) => ("gone", vec![path(at)]),
            Self::Json(reason) => ("json", vec![("reason", reason.clone())]),
            Self::NoDocument => ("json_empty", vec![]),
            Self::InTrash(number) => ("in_trash", vec![("number", number.clone())]),
            Self::TrashExpired(number) => ("trash_expired", vec![("number", number.clone())]),
            Self::NotABundle { path: at, reason } => {
                ("not_a_bundle", vec![path(at), ("reason", reason.clone())])
            }
            Self::NotBuilt(what) => ("not_built", vec![("what", what.clone())]),
            Self::Usage(what) => ("usage", vec![("what", what.clone())]),
            Self::Export(reason) => ("export", vec![("reason", reason.clone())]),
            Self::Internal(reason) => ("internal", vec![("reason", reason.clone())]),
        }
    }
}

/// The catalogue's key for a common failure of a file, else the system's own words.
fn io_reason(source: &std::io::Error) -> String {
    use std::io::ErrorKind as K;
    let key = match source.kind() {
        K::NotFound => "io.not_found",
        K::PermissionDenied => "io.permission_denied",
        K::IsADirectory => "io.is_a_directory",
        K::NotADirectory => "io.not_a_directory",
        K::AlreadyExists => "io.already_exists",
        K::InvalidFilename => "io.invalid_filename",
        _ => return source.to_string(),
    };
    key.to_owned()
}

fn store_parts(error: &StoreError) -> (&'static str, Vec<(&'static str, String)>) {
    let path = |path: &PathBuf| ("path", path.display().to_string());
    let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024).to_string();
    match error {
        StoreError::Io { path: at, source } => ("io", vec![path(at), ("reason", io_reason(source))]),
        StoreError::Full => ("full", vec![]),
        StoreError::ReadOnly { path: at } => ("read_only", vec![path(at)]),
        StoreError::Locked => ("locked", vec![]),
        StoreError::Stopped => ("stopped", vec![]),
        StoreError::Damaged { reason } => ("damaged", vec![("reason", reason.clone())]),
        StoreError::NewerWorkspace { found, known } => {
            ("newer_workspace", vec![("found", found.to_string()), ("known", known.to_string())])
        }
        StoreError::NotFound { what } => ("not_found", vec![("what", what.clone())]),
        StoreError::TooLarge { bytes, limit } => {
            ("too_large", vec![("size", megabytes(*bytes)), ("limit", megabytes(*limit))])
        }
        StoreError::Exists { path: at } => ("exists", vec![path(at)]),
        StoreError::Database(error) => ("database", vec![("reason", error.to_string())]),
        StoreError::Model(error) => match error {
            ModelError::Invalid { path, reason } => {
                ("invalid", vec![("path", path.clone()), ("reason", reason.clone())])
            }
            ModelError::NewerFormat { found } => ("newer_format", vec![("found", found.clone())]),
            ModelError::TooLong { path, length, limit } => (
                "too_long",
                vec![("path", path.clone()), ("length", length.to_string()), ("limit", limit.to_string())],
            ),
            ModelError::TooDeep { path, limit } => {
                ("too_deep", vec![("path", path.clone()), ("limit", limit.to_string())])
            }
            ModelError::Damaged { reason } => ("damaged", vec![("reason", reason.clone())]),
            ModelError::UnknownRevision => ("unknown_revision", vec![]),
            ModelError::Template { reason } => ("template", vec![("reason", reason.clone())]),
        },
    }
}
