//! What goes wrong, made into what a person reads: a kind, a message and the next action, in their language.

use std::io::ErrorKind as IoKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_model::Error as ModelError;
use yokoten_model::postmortem::Status;
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
    /// A line of a file of many that cannot be read.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no such field to advise on.
    #[error("no field `{0}`")]
    NoField(String),
    /// A count of an alert without a name.
    #[error("no alert")]
    NoAlert,
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
    /// A review without a team that it could count for.
    #[error("no team")]
    NoTeam,
    /// A number that no point of the checklist has.
    #[error("no point {number} of {count}")]
    NoPoint {
        /// The number that was asked for, from 1.
        number: usize,
        /// How many points there are.
        count: usize,
    },
    /// A comment or an answer without words.
    #[error("nothing said")]
    NothingSaid,
    /// A book that nobody has looked through.
    #[error("{open} places of `{title}` are not reviewed")]
    Unreviewed {
        /// The book.
        title: String,
        /// How many hits and pictures are open.
        open: usize,
    },
    /// A decision about a text of the document that says something else by now.
    #[error("the document has changed since")]
    NotAsSeen,
    /// A suggestion waits in what shall be taken back.
    #[error("a suggestion waits in `{0}`")]
    Suggested(String),
    /// What someone wrote where no field of a chapter stands.
    #[error("no field of a chapter holds `{0}`")]
    NotTakeable(String),
    /// The same work is under way already.
    #[error("the same is under way")]
    UnderWay,
    /// Google, or the way there.
    #[error(transparent)]
    Google(#[from] yokoten_exchange::publish::google_docs::Error),
    /// A command that the contract knows and this version does not.
    #[error("`{0}` is not built yet")]
    NotBuilt(String),
    /// Wrong usage.
    #[error("wrong usage of `{0}`")]
    Usage(String),
    /// A publisher failed.
    #[error("export: {0}")]
    Export(String),
    /// A PDF needs a font with Japanese letters.
    #[error("no font with Japanese letters is installed")]
    NoJapaneseFont,
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// The app's result.
pub type Result<T> = std::result::Result<T, Error>;

impl From<yokoten_exchange::google::Error> for Error {
    fn from(error: yokoten_exchange::google::Error) -> Self {
        Self::Google(error.into())
    }
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self::Store(error.into())
    }
}

impl From<yokoten_exchange::publish::Error> for Error {
    fn from(error: yokoten_exchange::publish::Error) -> Self {
        match error {
            yokoten_exchange::publish::Error::NoJapaneseFont => Self::NoJapaneseFont,
            error => Self::Export(error.to_string()),
        }
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
        let mut hints =
            if crate::catalogue::has(&hint) { vec![text(lang, &hint, &values)] } else { Vec::new() };
        if let Self::Store(StoreError::Model(ModelError::NotReady { lacks, .. })) = self {
            hints.extend(lacks.iter().map(|lack| crate::review::lack_view(lack, lang).text));
        }
        // `full.file` is the kind `full`, worded for a file.
        let (said, _) = kind.split_once('.').unwrap_or((kind, ""));
        Problem { kind: said.to_owned(), message: text(lang, &format!("error.{kind}"), &values), hints }
    }

    fn parts(&self) -> (&'static str, Vec<(&'static str, String)>) {
        let path = |path: &PathBuf| ("path", path.display().to_string());
        match self {
            Self::Store(error) => store_parts(error),
            Self::Io { path: at, source } => match source.kind() {
                IoKind::StorageFull | IoKind::QuotaExceeded => ("full.file", vec![path(at)]),
                IoKind::ReadOnlyFilesystem => ("read_only.file", vec![path(at)]),
                _ => ("io", vec![path(at), ("reason", io_reason(source))]),
            },
            Self::NoParent(at) => ("no_parent", vec![path(at)]),
            Self::Gone(at) => ("gone", vec![path(at)]),
            Self::Json(reason) => ("json", vec![("reason", reason.clone())]),
            Self::Line { line, reason } => {
                ("line", vec![("line", line.to_string()), ("reason", reason.clone())])
            }
            Self::NoField(field) => ("no_field", vec![("field", field.clone())]),
            Self::NoAlert => ("no_alert", vec![]),
            Self::NoDocument => ("json_empty", vec![]),
            Self::InTrash(number) => ("in_trash", vec![("number", number.clone())]),
            Self::TrashExpired(number) => ("trash_expired", vec![("number", number.clone())]),
            Self::NotABundle { path: at, reason } => {
                ("not_a_bundle", vec![path(at), ("reason", reason.clone())])
            }
            Self::NoTeam => ("no_team", vec![]),
            Self::NoPoint { number, count } => {
                ("no_point", vec![("number", number.to_string()), ("count", count.to_string())])
            }
            Self::NothingSaid => ("nothing_said", vec![]),
            Self::Unreviewed { title, open } => {
                ("unreviewed", vec![("title", title.clone()), ("open", open.to_string())])
            }
            Self::NotAsSeen => ("google_not_as_seen", vec![]),
            Self::Suggested(text) => ("google_suggested", vec![("text", text.clone())]),
            Self::NotTakeable(text) => ("google_not_takeable", vec![("text", text.clone())]),
            Self::UnderWay => ("under_way", vec![]),
            Self::Google(error) => google_parts(error),
            Self::NotBuilt(what) => ("not_built", vec![("what", what.clone())]),
            Self::Usage(what) => ("usage", vec![("what", what.clone())]),
            Self::Export(reason) => ("export", vec![("reason", reason.clone())]),
            Self::NoJapaneseFont => ("no_japanese_font", vec![]),
            Self::Internal(reason) => ("internal", vec![("reason", reason.clone())]),
        }
    }
}

/// The catalogue's key for a common failure of a file, else the system's own words.
fn io_reason(source: &std::io::Error) -> String {
    let key = match source.kind() {
        IoKind::NotFound => "io.not_found",
        IoKind::PermissionDenied => "io.permission_denied",
        IoKind::IsADirectory => "io.is_a_directory",
        IoKind::NotADirectory => "io.not_a_directory",
        IoKind::AlreadyExists => "io.already_exists",
        IoKind::InvalidFilename => "io.invalid_filename",
        _ => return source.to_string(),
    };
    key.to_owned()
}

fn google_parts(
    error: &yokoten_exchange::publish::google_docs::Error,
) -> (&'static str, Vec<(&'static str, String)>) {
    use yokoten_exchange::google::Error as SignIn;
    use yokoten_exchange::publish::google_docs::Error as Docs;
    let reason = |reason: &String| vec![("reason", reason.clone())];
    match error {
        Docs::Http(error) | Docs::SignIn(SignIn::Http(error)) => http_parts(error),
        Docs::SignIn(error) => match error {
            SignIn::NoClient => ("google_no_client", vec![]),
            SignIn::NotSignedIn => ("google_not_signed_in", vec![]),
            SignIn::Ended => ("google_ended", vec![]),
            SignIn::Declined(said) => ("google_declined", reason(said)),
            SignIn::NotAllowed => ("google_not_allowed", vec![]),
            SignIn::NobodyCame => ("google_nobody_came", vec![]),
            SignIn::Browser(said) => ("google_browser", reason(said)),
            SignIn::Listener(said) => ("google_listener", reason(said)),
            SignIn::Secrets(said) => ("secrets", reason(said)),
            SignIn::Http(error) => http_parts(error),
        },
        Docs::Journal(said) => ("internal", reason(said)),
        Docs::KeepsChanging => ("google_keeps_changing", vec![]),
        Docs::Answer(said) => ("google_answer", reason(said)),
    }
}

fn http_parts(error: &yokoten_exchange::http::Error) -> (&'static str, Vec<(&'static str, String)>) {
    use yokoten_exchange::http::Error as Http;
    match error {
        Http::Address(address) => ("address", vec![("address", address.clone())]),
        Http::Offline { host, reason } => {
            ("offline", vec![("host", host.clone()), ("reason", reason.clone())])
        }
        Http::Unsure { host, reason } | Http::Busy { host, message: reason } => {
            ("busy", vec![("host", host.clone()), ("reason", reason.clone())])
        }
        Http::Refused { host, status, message, .. } => {
            let kind = match status {
                403 => "google_forbidden",
                404 => "google_not_there",
                _ => "google_refused",
            };
            (kind, vec![("host", host.clone()), ("status", status.to_string()), ("reason", message.clone())])
        }
        Http::Answer { host, reason } => {
            ("google_answer", vec![("host", host.clone()), ("reason", reason.clone())])
        }
        Http::Cancelled => ("google_cancelled", vec![]),
    }
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
        StoreError::Cancelled => ("cancelled", vec![]),
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
            ModelError::NotReady { to, lacks } => {
                let kind = if *to == Status::Verified { "not_verifiable" } else { "not_publishable" };
                (kind, vec![("count", lacks.len().to_string())])
            }
            ModelError::NoPlace { place } => ("no_place", vec![("place", place.clone())]),
            ModelError::Template { line, reason } => {
                ("template", vec![("line", line.to_string()), ("reason", reason.clone())])
            }
        },
    }
}
