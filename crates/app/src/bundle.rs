//! Handing entries with their whole history and their attachments to the other office, and merging them there.
//!
//! A bundle is a zip of `manifest.json` (`{"format": "yokoten/bundle/1", "entries": […]}`), `changes.jsonl` (one
//! stored change a line, with its BLAKE3 hash), `attachments/<hash>` and `templates/<id@version>.toml`, the team's
//! templates that the entries were written with. It can be sent by any means, more than once and in any order: what
//! is already there is passed over.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;
use yokoten_model::postmortem::Team;
use yokoten_store::attachments::{self, Arriving};
use yokoten_store::progress::Part;
use yokoten_store::{Arrived, Author, Change, Error as StoreError, Progress, Store, files, templates};
use zip::write::SimpleFileOptions;

use crate::{Error, Exported, Lang, Result, Work, Workspace};

const FORMAT: &str = "yokoten/bundle/1";
const MANIFEST: &str = "manifest.json";
const CHANGES: &str = "changes.jsonl";

/// What an import did, as every import says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ImportResult {
    /// Entries that are new here.
    #[ts(type = "number")]
    pub added: usize,
    /// Entries that changed here.
    #[ts(type = "number")]
    pub updated: usize,
    /// Entries of which everything was known.
    #[ts(type = "number")]
    pub skipped: usize,
    /// What could not be taken in.
    pub problems: Vec<ImportProblem>,
}

/// Something that could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ImportProblem {
    /// Where in the input.
    pub r#where: String,
    /// What is wrong with it.
    pub message: String,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    entries: Vec<ManifestEntry>,
}

#[derive(Serialize, Deserialize)]
struct ManifestEntry {
    id: Uuid,
    number: String,
    title: String,
    changes: usize,
}

#[derive(Serialize, Deserialize)]
struct Line {
    replica: Uuid,
    replica_seq: i64,
    doc: Uuid,
    author: String,
    team: Option<Team>,
    /// Milliseconds since 1970, UTC.
    at: i64,
    fields: String,
    /// One Loro update, in base64.
    body: String,
    /// BLAKE3 of the change, see `yokoten_store::Change::hash`.
    hash: String,
}

impl Workspace {
    /// Writes entries and books with their history and attachments into a bundle.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown entry, [`StoreError::Damaged`], [`StoreError::Cancelled`], or where the file cannot be written.
    pub fn bundle(&self, references: &[String], path: &Path) -> Result<Exported> {
        self.work(Work::Bundle, |progress| bundle(&mut self.another()?, references, path, progress))
    }

    /// Takes a bundle in and merges it.
    ///
    /// # Errors
    /// [`Error::NotABundle`], [`Error::Io`], [`StoreError::Cancelled`], or where the workspace cannot be written;
    /// nothing is then taken in.
    pub fn import_bundle(&self, path: &Path) -> Result<ImportResult> {
        self.work(Work::Import, |progress| {
            let mut store = self.another()?;
            let mut bundle = read_bundle(path, store.folder(), progress)?;
            bundle.templates.retain(|(reference, text)| match self.wants_template(reference, text) {
                Ok(wanted) => wanted,
                Err(error) => {
                    let (r#where, message) = (templates::file_of(reference), error.problem(Lang::Ja).message);
                    bundle.problems.push(ImportProblem { r#where, message });
                    false
                }
            });
            let origin = format!("bundle {}", path.display());
            let arrived = Arrived {
                changes: &bundle.changes,
                refused: &bundle.refused,
                origin: &origin,
                attachments: Some(bundle.attachments),
                templates: &bundle.templates,
            };
            let received =
                self.while_writers_wait(|| Ok(store.receive(arrived, self.clock.now(), progress)?))?;
            let problem =
                |(doc, reason): (Uuid, String)| ImportProblem { r#where: doc.to_string(), message: reason };
            bundle.problems.extend(received.refused.into_iter().map(problem));
            Ok(ImportResult {
                added: received.added.len(),
                updated: received.updated.len(),
                skipped: received.skipped.len(),
                problems: bundle.problems,
            })
        })
    }
}

/// Packs entries and books of `store` into a file, see [`Workspace::bundle`].
fn bundle(store: &mut Store, references: &[String], path: &Path, progress: &Progress) -> Result<Exported> {
    let mut manifest = Manifest { format: FORMAT.to_owned(), entries: Vec::new() };
    let mut lines = Vec::new();
    let mut wanted = BTreeMap::new();
    let of = references.len() as u64;
    for (done, reference) in (0..).zip(references) {
        progress.step(Part::Entries, done, of)?;
        let book = store.find_book(reference).ok();
        let id = book.map_or_else(|| store.find(reference), Ok)?;
        if manifest.entries.iter().any(|entry| entry.id == id) {
            continue;
        }
        let (number, title, files, template) = if book.is_some() {
            let (book, _) = store.read_book(id)?;
            (String::new(), book.title.clone(), book.pictures(), None)
        } else {
            let (entry, ..) = store.read(id)?;
            let files = entry.attachments.into_iter().map(|file| file.hash).collect();
            (entry.number, entry.title, files, Some(entry.template))
        };
        let history = store.history(id)?;
        for row in &history {
            let line = serde_json::to_string(&line(&row.change)).map_err(internal)?;
            lines.extend([line, "\n".to_owned()]);
        }
        for hash in files {
            match store.attachment(&hash) {
                Ok(bytes) => {
                    wanted.insert(format!("attachments/{hash}"), bytes);
                }
                // The entry is worth handing on without a picture that is not here.
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(reference) = template
            && let Some(text) = store.template_version(&reference)?
        {
            wanted.insert(templates::file_of(&reference), text.into_bytes());
        }
        manifest.entries.push(ManifestEntry { id, number, title, changes: history.len() });
    }
    let bytes = pack(&manifest, &lines.concat(), &wanted).map_err(internal)?;
    files::write_whole(path, &bytes)?;
    Ok(Exported { path: path.display().to_string(), bytes: bytes.len() as u64 })
}

/// What a bundle holds, before any of it is taken in.
struct Bundle {
    changes: Vec<Change>,
    /// Lines that are no changes: document, bytes, reason.
    refused: Vec<(Uuid, Vec<u8>, String)>,
    attachments: Arriving,
    /// `id@version` and text.
    templates: Vec<(String, String)>,
    problems: Vec<ImportProblem>,
}

/// Reads a bundle; its attachments are held in the workspace's `folder`.
fn read_bundle(path: &Path, folder: &Path, progress: &Progress) -> Result<Bundle> {
    let unfit = |reason: String| Error::NotABundle { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let mut zip = zip::ZipArchive::new(file).map_err(|error| unfit(error.to_string()))?;
    let manifest = read_text(&mut zip, MANIFEST).map_err(unfit)?;
    let manifest: Manifest = serde_json::from_str(&manifest).map_err(|error| unfit(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(unfit(manifest.format));
    }
    let text = read_text(&mut zip, CHANGES).map_err(unfit)?;
    let mut bundle = Bundle {
        changes: Vec::new(),
        refused: Vec::new(),
        attachments: Arriving::new(folder)?,
        templates: Vec::new(),
        problems: Vec::new(),
    };
    let of = text.lines().count() as u64;
    for (number, text) in (1..).zip(text.lines()) {
        progress.step(Part::Changes, number, of)?;
        match read_line(text) {
            Ok(change) => bundle.changes.push(change),
            Err((doc, reason)) => {
                bundle.refused.push((doc, text.as_bytes().to_vec(), format!("line {number}: {reason}")));
            }
        }
    }
    let of = zip.len() as u64;
    for (index, done) in (0..zip.len()).zip(1..) {
        progress.step(Part::Attachments, done, of)?;
        let mut entry = zip.by_index(index).map_err(|error| unfit(error.to_string()))?;
        let name = entry.name().map_err(|error| unfit(error.to_string()))?.into_owned();
        if let Some(reference) = templates::reference_of(&name) {
            let text = String::from_utf8_lossy(&read_limited(&mut entry).map_err(unfit)?).into_owned();
            bundle.templates.push((reference.to_owned(), text));
        } else if let Some(hash) = name.strip_prefix("attachments/").filter(|name| attachments::is_hash(name))
        {
            match bundle.attachments.add(hash, &read_limited(&mut entry).map_err(unfit)?) {
                Err(StoreError::Damaged { reason }) => {
                    bundle.problems.push(ImportProblem { r#where: name, message: reason });
                }
                other => other?,
            }
        }
    }
    Ok(bundle)
}

fn line(change: &Change) -> Line {
    Line {
        replica: change.replica,
        replica_seq: change.replica_seq,
        doc: change.doc,
        author: change.author.name.clone(),
        team: change.author.team,
        at: change.at,
        fields: change.fields.clone(),
        body: BASE64.encode(&change.body),
        hash: files::hex(&change.hash()),
    }
}

fn read_line(text: &str) -> std::result::Result<Change, (Uuid, String)> {
    let line: Line = serde_json::from_str(text).map_err(|error| (Uuid::nil(), error.to_string()))?;
    let body = BASE64.decode(&line.body).map_err(|error| (line.doc, error.to_string()))?;
    let change = Change {
        replica: line.replica,
        replica_seq: line.replica_seq,
        doc: line.doc,
        author: Author { name: line.author, team: line.team },
        at: line.at,
        fields: line.fields,
        body,
    };
    if files::hex(&change.hash()) == line.hash { Ok(change) } else { Err((line.doc, "wrong hash".into())) }
}

fn pack(
    manifest: &Manifest,
    changes: &str,
    files: &BTreeMap<String, Vec<u8>>,
) -> std::result::Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zip.start_file(MANIFEST, packed)?;
    zip.write_all(&serde_json::to_vec_pretty(manifest)?)?;
    zip.start_file(CHANGES, packed)?;
    zip.write_all(changes.as_bytes())?;
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        zip.start_file(name.as_str(), stored)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn read_text(zip: &mut zip::ZipArchive<File>, name: &str) -> std::result::Result<String, String> {
    let mut text = String::new();
    let mut entry = zip.by_name(name).map_err(|error| error.to_string())?;
    entry.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// The bytes of an entry, as far as an attachment may reach.
fn read_limited(entry: &mut impl Read) -> std::result::Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    entry.by_ref().take(attachments::LIMIT + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
