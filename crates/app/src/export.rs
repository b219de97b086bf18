//! Writing an entry as a file, through one frozen report.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::publish::{self, Images};
use yokoten_model::report::{self, Labels, Report};
use yokoten_model::template::Template;
use yokoten_store::files;

use crate::catalogue::text;
use crate::{Entry, Error, Lang, Result, Workspace};

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Markdown with front matter, pictures beside it.
    Markdown,
    /// One self-contained HTML file.
    Html,
    /// Word.
    Docx,
    /// The document format.
    Json,
}

impl Format {
    /// The file name's ending.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Json => "json",
        }
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Exported {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

struct Words(Lang);

impl Labels for Words {
    fn lang(&self) -> &str {
        self.0.as_str()
    }

    fn label(&self, key: &str) -> String {
        text(self.0, &format!("report.{key}"), &[])
    }
}

struct NoPictures;

impl Images for NoPictures {
    fn bytes(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
}

impl Images for Workspace {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        // A picture that is missing or damaged becomes its caption; `verify` says so.
        self.store().attachment(hash).ok()
    }
}

/// Freezes an entry as a report.
#[must_use]
pub fn freeze(entry: &Entry, lang: Lang) -> Report {
    report::postmortem(&entry.document, &Template::builtin(), &Words(lang), &entry.updated_at)
}

impl Workspace {
    /// An entry as Markdown, for a terminal: pictures are only named.
    #[must_use]
    pub fn as_markdown(&self, entry: &Entry, lang: Lang) -> String {
        publish::markdown::render(&freeze(entry, lang), &NoPictures, "").text
    }

    /// Writes an entry as a file: at `path`, or in the present folder under its number. A file that was there is
    /// replaced whole or not at all.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`], [`Error::Export`], or where the file cannot be written.
    pub fn export(
        &self,
        reference: &str,
        format: Format,
        path: Option<&Path>,
        lang: Lang,
    ) -> Result<Exported> {
        let entry = self.show(reference)?;
        let named = || PathBuf::from(format!("{}.{}", entry.document.number, format.extension()));
        let path = path.map_or_else(named, Path::to_owned);
        let failed = |error: publish::Error| Error::Export(error.to_string());
        let bytes = match format {
            Format::Json => {
                let mut json =
                    serde_json::to_vec_pretty(&entry.document).map_err(|e| Error::Export(e.to_string()))?;
                json.push(b'\n');
                json
            }
            Format::Html => publish::html::render(&freeze(&entry, lang), self).into_bytes(),
            Format::Docx => publish::docx::render(&freeze(&entry, lang), self).map_err(failed)?,
            Format::Markdown => {
                let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(&entry.document.number);
                let folder = format!("{stem}-images");
                let rendered = publish::markdown::render(&freeze(&entry, lang), self, &folder);
                let beside = path.parent().unwrap_or(Path::new(""));
                // Pictures first, then what names them.
                for (name, bytes) in &rendered.files {
                    files::create_folder(&beside.join(&folder))?;
                    files::write_whole(&beside.join(name), bytes)?;
                }
                rendered.text.into_bytes()
            }
        };
        files::write_whole(&path, &bytes)?;
        Ok(Exported { path: path.display().to_string(), bytes: bytes.len() as u64 })
    }
}
