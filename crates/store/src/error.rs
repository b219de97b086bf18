use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store refuses or fails.
///
/// The texts are for logs; what a person reads is made from the variants in `app`, in their language.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("`{path}`: {source}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The folder, the file or the drive cannot be written.
    #[error("`{path}` cannot be written")]
    ReadOnly {
        /// The workspace.
        path: PathBuf,
    },
    /// Another program holds the database longer than the patience of this one.
    #[error("another program holds the database")]
    Locked,
    /// The database is damaged.
    #[error("the database is damaged: {reason}")]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// The workspace was written by a newer program.
    #[error("the workspace has schema {found}, this program knows {known}")]
    NewerWorkspace {
        /// The version in the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Nothing bears this number, id or hash.
    #[error("no `{what}`")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// An attachment is larger than the limit.
    #[error("the file has {bytes} bytes, the limit is {limit}")]
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// Something is already there that would be overwritten.
    #[error("`{path}` is already there")]
    Exists {
        /// What would be overwritten.
        path: PathBuf,
    },
    /// Nobody waits for the answer any more.
    #[error("stopped")]
    Stopped,
    /// Whoever waited for long work wished it to end; everything is as it was.
    #[error("cancelled")]
    Cancelled,
    /// The model refuses.
    #[error(transparent)]
    Model(#[from] yokoten_model::Error),
    /// Any other failure of SQLite.
    #[error("database: {0}")]
    Database(rusqlite::Error),
}

/// The store's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path: path.to_owned() },
            _ => Self::Io { path: path.to_owned(), source },
        }
    }

    pub(crate) fn damaged(reason: impl std::fmt::Display) -> Self {
        Self::Damaged { reason: reason.to_string() }
    }

    /// Whether the file itself is at fault, so that what can be read of it should be saved.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::damaged(error),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path: PathBuf::new() },
            _ => match error {
                // A column that holds what was never written there: a flipped byte, not a mistake of ours.
                rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..) => Self::damaged(error),
                error => Self::Database(error),
            },
        }
    }
}
