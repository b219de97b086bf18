//! Writing an entry or a book as a file, through one frozen report.

use std::convert::Infallible;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::publish::pdf::Fonts;
use yokoten_exchange::publish::{self, Images};
use yokoten_model::masking::Masks;
use yokoten_model::report::{self, Labels, Report};
use yokoten_store::files::{self, Whole};

use crate::books::pictures::Published;
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
    /// Pages, with the letters that they use.
    Pdf,
    /// An Anki deck of a book's questions.
    Anki,
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
            Self::Pdf => "pdf",
            Self::Anki => "apkg",
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

pub(crate) struct Words(pub(crate) Lang);

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

/// The fonts of this computer, looked for once. Where there are none the next export looks again: they may have been
/// installed meanwhile.
pub(crate) fn fonts() -> Result<&'static Fonts> {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(fonts);
    }
    let found = Fonts::system()?;
    Ok(FONTS.get_or_init(|| found))
}

/// Freezes an entry as a report.
#[must_use]
pub fn freeze(entry: &Entry, lang: Lang) -> Report {
    report::postmortem(&entry.document, &entry.template, &Words(lang), &entry.updated_at)
}

impl Workspace {
    /// An entry as Markdown, for a terminal: pictures are only named.
    #[must_use]
    pub fn as_markdown(&self, entry: &Entry, lang: Lang) -> String {
        let nowhere = |_: &str, _: &[u8]| Ok::<(), Infallible>(());
        let Ok(text) = publish::markdown::render(&freeze(entry, lang), &NoPictures, "", nowhere);
        text
    }

    /// Writes an entry or a book as a file: at `path`, or in the present folder under its number or title. A file that
    /// was there is replaced whole or not at all. `accept_masking` matters to books, see [`Workspace::freeze_book`].
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`], [`Error::Unreviewed`], [`Error::Export`], [`Error::NoJapaneseFont`] for a
    /// PDF, or where the file cannot be written.
    pub fn export(
        &self,
        reference: &str,
        format: Format,
        path: Option<&Path>,
        lang: Lang,
        accept_masking: bool,
    ) -> Result<Exported> {
        let is_book = self.store().find_book(reference).is_ok();
        let frozen = if is_book {
            let (book, review, report) = self.freeze_book(reference, accept_masking)?;
            Frozen { name: file_name(&report.title), json: Masks::of(&review).book(&book), report }
        } else {
            if format == Format::Anki {
                return Err(Error::Usage("--format anki".to_owned()));
            }
            let entry = self.show(reference)?;
            let json = serde_json::to_value(&entry.document).map_err(|e| Error::Export(e.to_string()))?;
            Frozen { name: entry.document.number.clone(), json, report: freeze(&entry, lang) }
        };
        if is_book {
            write_file(&frozen, &Published(self), format, path)
        } else {
            write_file(&frozen, self, format, path)
        }
    }
}

fn write_file(frozen: &Frozen, images: &dyn Images, format: Format, path: Option<&Path>) -> Result<Exported> {
    let named = || PathBuf::from(format!("{}.{}", frozen.name, format.extension()));
    let path = path.map_or_else(named, Path::to_owned);
    let bytes = whole(&path, |file| write(frozen, images, format, &path, file))?;
    Ok(Exported { path: path.display().to_string(), bytes })
}

/// Writes a file whole or not at all; says its size in bytes.
fn whole(path: &Path, fill: impl FnOnce(&mut Whole) -> Result<()>) -> Result<u64> {
    let mut file = Whole::beside(path).map_err(unwritten(path))?;
    fill(&mut file)?;
    file.keep().map_err(unwritten(path))
}

fn unwritten(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    |source| Error::Io { path: path.to_owned(), source }
}

/// Writes what shall stand at `path` in its form; Markdown's pictures go beside it.
fn write(
    frozen: &Frozen,
    images: &dyn Images,
    format: Format,
    path: &Path,
    file: &mut (impl Write + Seek),
) -> Result<()> {
    let Frozen { report, json, name } = frozen;
    let written = match format {
        Format::Json => writeln!(file, "{json:#}").map_err(publish::Error::Write),
        Format::Html => publish::html::write(report, images, file),
        Format::Docx => publish::docx::write(report, images, file),
        Format::Pdf => publish::pdf::write(report, images, fonts()?, file),
        Format::Anki => publish::anki::write(report, images, file),
        Format::Markdown => {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(name);
            let text = markdown(report, images, &format!("{stem}-images"), path.parent())?;
            file.write_all(text.as_bytes()).map_err(publish::Error::Write)
        }
    };
    written.map_err(|error| match error {
        publish::Error::Write(error) => unwritten(path)(error),
        error => error.into(),
    })
}

/// The text, once its pictures are in `folder` beside it.
fn markdown(report: &Report, images: &dyn Images, folder: &str, beside: Option<&Path>) -> Result<String> {
    let beside = beside.unwrap_or(Path::new(""));
    publish::markdown::render(report, images, folder, |name, bytes| {
        files::create_folder(&beside.join(folder))?;
        let path = beside.join(name);
        whole(&path, |file| file.write_all(bytes).map_err(unwritten(&path))).map(drop)
    })
}

/// What is written: one frozen report in any form, or the document's own format.
struct Frozen {
    /// The file's name without its ending, where nobody gave another.
    name: String,
    json: serde_json::Value,
    report: Report,
}

/// A title as the name of a file.
fn file_name(title: &str) -> String {
    let unfit = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    let name: String =
        title.chars().map(|letter| if unfit(letter) { '_' } else { letter }).take(80).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() { "book".to_owned() } else { name.to_owned() }
}
