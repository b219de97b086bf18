//! Writing an entry or a book as a file, through one frozen report.

use std::convert::Infallible;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::http::Cancel;
use yokoten_exchange::publish::pdf::Fonts;
use yokoten_exchange::publish::{self, Images};
use yokoten_model::masking::Masks;
use yokoten_model::report::{self, Labels, Report};
use yokoten_store::files::{self, Whole};
use yokoten_store::progress::{Part, Watch};

use crate::books::pictures::Published;
use crate::catalogue::text;
use crate::work::Watched;
use crate::{Entry, Error, Lang, Result, Work, Workspace};

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
    /// PDF, [`yokoten_store::Error::Cancelled`], or where the file cannot be written.
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
        let named = || PathBuf::from(format!("{}.{}", frozen.name, format.extension()));
        let path = path.map_or_else(named, Path::to_owned);
        let published = Published(self);
        let images: &dyn Images = if is_book { &published } else { self };
        self.works().run(Work::Export, Cancel::default(), |watched| {
            write_file(&frozen, images, format, &path, watched)
        })
    }
}

fn write_file(
    frozen: &Frozen,
    images: &dyn Images,
    format: Format,
    path: &Path,
    watched: &Watched,
) -> Result<Exported> {
    let mut beside = Vec::new();
    let outcome = whole(path, |file| {
        let mut file = Stoppable { file, watched, bytes: 0 };
        write(frozen, images, (format, path), &mut file, &mut beside)
    });
    match outcome {
        Ok(bytes) => Ok(Exported { path: path.display().to_string(), bytes }),
        Err(error) => {
            // Whatever was new beside it goes, too; where it cannot, it does no harm.
            for new in beside.iter().rev() {
                let _ = std::fs::remove_file(new).or_else(|_| std::fs::remove_dir(new));
            }
            Err(if watched.is_stopped() { yokoten_store::Error::Cancelled.into() } else { error })
        }
    }
}

/// A file that takes no more once whoever waits for it has stopped it.
struct Stoppable<'a> {
    file: &'a mut Whole,
    watched: &'a Watched,
    bytes: u64,
}

impl Stoppable<'_> {
    fn go_on(&self) -> std::io::Result<()> {
        self.watched.at(Part::Packing, self.bytes, 0);
        if self.watched.is_stopped() { Err(std::io::Error::other("stopped")) } else { Ok(()) }
    }
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.go_on()?;
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.go_on()?;
        self.file.flush()
    }
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, place: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(place)
    }
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

/// Writes what shall stand at `path` in its form; Markdown's pictures go beside it, and what is new there into `beside`.
fn write(
    frozen: &Frozen,
    images: &dyn Images,
    (format, path): (Format, &Path),
    file: &mut (impl Write + Seek),
    beside: &mut Vec<PathBuf>,
) -> Result<()> {
    let Frozen { report, json, name } = frozen;
    let written = match format {
        Format::Json => file.write_all(format!("{json:#}\n").as_bytes()).map_err(publish::Error::Write),
        Format::Html => publish::html::write(report, images, file),
        Format::Docx => publish::docx::write(report, images, file),
        Format::Pdf => publish::pdf::write(report, images, fonts()?, file),
        Format::Anki => publish::anki::write(report, images, file),
        Format::Markdown => {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(name);
            let folder = format!("{stem}-images");
            let place = path.parent().unwrap_or(Path::new(""));
            let text = publish::markdown::render(report, images, &folder, |name, bytes| {
                // A picture that is written and not yet named in a text: the moment to stop.
                file.flush().map_err(unwritten(path))?;
                keep_picture(&place.join(&folder), &place.join(name), bytes, beside)
            })?;
            file.write_all(text.as_bytes()).map_err(publish::Error::Write)
        }
    };
    written.map_err(|error| match error {
        publish::Error::Write(error) => unwritten(path)(error),
        error => error.into(),
    })
}

/// Writes a picture into the folder beside a text, and notes what is new of the two.
fn keep_picture(folder: &Path, path: &Path, bytes: &[u8], new: &mut Vec<PathBuf>) -> Result<()> {
    for made in [folder, path].into_iter().filter(|made| !made.exists()) {
        new.push(made.to_owned());
    }
    files::create_folder(folder)?;
    whole(path, |file| file.write_all(bytes).map_err(unwritten(path))).map(drop)
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

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD as BASE64;
    use serde_json::json;

    use super::*;
    use crate::{Clock, Works};

    /// Pictures of a workspace, the nth of which is where someone stops.
    struct StopsAt<'a>(&'a Workspace, Cancel, Cell<usize>);

    impl Images for StopsAt<'_> {
        fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
            self.2.set(self.2.get().wrapping_sub(1));
            if self.2.get() == 0 {
                self.1.stop();
            }
            self.0.bytes(hash)
        }
    }

    const PNG: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    fn three_pictures(workspace: &Workspace) -> Frozen {
        let id = workspace.create("図の多い記事").unwrap().document.id;
        let mut text = String::new();
        for serial in 0..3_u8 {
            let mut bytes = BASE64.decode(PNG).unwrap();
            bytes.push(serial);
            let hash = workspace.attach(&id, "p.png", &bytes).unwrap().hash;
            text.push_str(&format!("![図{serial}](blob:{hash})\n\n"));
        }
        let document = serde_json::to_vec(&json!({"id": id, "title": "図の多い記事", "number": "PM-0001",
            "sections": {"problem": text}}))
        .unwrap();
        workspace.put(&document).unwrap();
        let entry = workspace.show(&id).unwrap();
        Frozen { name: "x".to_owned(), json: json!({}), report: freeze(&entry, Lang::Ja) }
    }

    #[test]
    fn an_export_that_is_stopped_at_any_picture_leaves_everything_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(&place.path().join("w"), Clock::new(|| 1_795_575_600_000)).unwrap();
        let frozen = three_pictures(&workspace);
        for format in [Format::Markdown, Format::Html, Format::Docx, Format::Pdf] {
            for stop_at in 1..=3 {
                let out = tempfile::tempdir_in(place.path()).unwrap();
                let path = out.path().join("記事");
                std::fs::write(&path, "what stood there").unwrap();
                let cancel = Cancel::default();
                let images = StopsAt(&workspace, cancel.clone(), Cell::new(stop_at));
                let outcome = Arc::new(Works::default()).run(Work::Export, cancel, |watched| {
                    write_file(&frozen, &images, format, &path, watched)
                });
                let error = outcome.unwrap_err();
                assert_eq!(error.problem(Lang::Ja).kind, "cancelled", "{format:?}, picture {stop_at}");
                let left: Vec<_> =
                    std::fs::read_dir(out.path()).unwrap().map(|f| f.unwrap().path()).collect();
                assert_eq!(left, std::slice::from_ref(&path), "{format:?}, picture {stop_at}");
                assert_eq!(std::fs::read_to_string(&path).unwrap(), "what stood there");
            }
        }
    }
}
