//! A postmortem or a book as a Loro CRDT: history, merging, and edits by difference.
//!
//! Everything lives in one root map, below which containers are *mergeable* (`ensure_mergeable_*`): two people
//! who fill the same field for the first time, apart from each other, keep both texts. A peer id is random for
//! every editing session and never stored; the one exception is [`Document::create`]. History is never trimmed.

mod read;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};

use loro::{ExportMode, Frontiers, LoroDoc, VersionVector};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::book::{self, Book};
use crate::edit::{self, Assignment};
use crate::postmortem::{self, Postmortem};
use crate::shape::{self, Fields};
use crate::{Error, Result};

/// The longest text of one field, in UTF-16 units. A paste of more belongs into an attachment.
pub const TEXT_LIMIT: usize = 2_000_000;

/// What a document is. Each kind lives in a root map of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A postmortem.
    Postmortem,
    /// A book.
    Book,
}

impl Kind {
    const fn root(self) -> &'static str {
        match self {
            Self::Postmortem => "postmortem",
            Self::Book => "book",
        }
    }

    const fn fields(self) -> Fields {
        match self {
            Self::Postmortem => shape::POSTMORTEM,
            Self::Book => shape::BOOK,
        }
    }

    fn of(doc: &LoroDoc) -> Self {
        if doc.get_map(Self::Book.root()).is_empty() { Self::Postmortem } else { Self::Book }
    }
}

const STATE: &str = "state";
const DELETED_AT: &str = "deleted_at";

/// A point in a document's history, as hex digits of the CRDT's frontiers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Revision(String);

impl Revision {
    /// The revision that `text` stands for; whether the document knows it shows when it is used.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(frontiers: &Frontiers) -> Self {
        Self(frontiers.encode().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn frontiers(&self) -> Result<Frontiers> {
        let hex = self.0.as_bytes();
        let bytes: Option<Vec<u8>> =
            hex.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        let bytes = bytes.filter(|_| hex.len().is_multiple_of(2)).ok_or(Error::UnknownRevision)?;
        // Decoding bytes that are no frontiers may panic inside the CRDT.
        catch_unwind(|| Frontiers::decode(&bytes))
            .ok()
            .and_then(std::result::Result::ok)
            .ok_or(Error::UnknownRevision)
    }
}

/// What an import brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Some of the bytes wait for others that have not arrived. They must be kept outside the document.
    pub pending: bool,
}

/// The outcome of one edit.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The update to store and to hand on; `None` where nothing changed.
    pub update: Option<Vec<u8>>,
    /// The revision of the editor's own line: the base and this edit, nothing of others.
    pub branch: Revision,
    /// Paths of the fields that changed, such as `sections.problem`.
    pub fields: Vec<String>,
}

/// One postmortem or book with its history.
pub struct Document {
    kind: Kind,
    /// `None` once an import panicked: such a `LoroDoc` must be leaked, since dropping it panics again while
    /// unwinding and aborts the process.
    doc: Option<LoroDoc>,
    /// The plain form of the present state.
    json: Value,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("json", &self.json).finish_non_exhaustive()
    }
}

impl Document {
    /// An empty document, to import updates into.
    #[must_use]
    pub fn empty() -> Self {
        Self { kind: Kind::Postmortem, doc: Some(LoroDoc::new()), json: Value::Null }
    }

    /// A new document and its first update.
    ///
    /// The peer id of this first update is drawn from the content: two offices that create the very same document
    /// (a sample, an import) hold the same operations, and merging them changes nothing. Different content has a
    /// different peer id, and every later edit a random one.
    ///
    /// # Errors
    /// As [`Document::edit`].
    pub fn create(postmortem: &Postmortem) -> Result<(Self, Edited)> {
        Self::first(Kind::Postmortem, &plain(&Postmortem::default())?, &plain(postmortem)?)
    }

    /// As [`Document::create`], for a book.
    ///
    /// # Errors
    /// As [`Document::edit`].
    pub fn create_book(book: &Book) -> Result<(Self, Edited)> {
        Self::first(Kind::Book, &plain(&Book::default())?, &plain(book)?)
    }

    fn first(kind: Kind, blank: &Value, content: &Value) -> Result<(Self, Edited)> {
        let mut document = Self { kind, ..Self::empty() };
        let mut canonical = content.clone();
        canonical.sort_all_objects();
        let digest = blake3::hash(canonical.to_string().as_bytes());
        let (peer, _) = digest.as_bytes().split_at(8);
        let peer = peer.iter().fold(0_u64, |peer, byte| peer << 8 | u64::from(*byte));
        document.doc()?.set_peer_id(peer >> 1)?;
        let edited = document.write(blank, content)?;
        document.doc()?.set_peer_id(LoroDoc::new().peer_id())?;
        Ok((document, edited))
    }

    /// The document that `bytes` (a snapshot or an update) hold.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that the CRDT refuses.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut document = Self::empty();
        document.import(bytes)?;
        Ok(document)
    }

    /// Takes in an update or a snapshot. Duplicates and any order are fine.
    ///
    /// Check the bytes' hash first: the CRDT's own check does not find every wrong byte.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that the CRDT refuses. The document is unusable if it panicked over them: every
    /// further call is an error, and the caller loads it again without those bytes.
    pub fn import(&mut self, bytes: &[u8]) -> Result<Imported> {
        self.import_all(std::iter::once(bytes))
    }

    /// As [`Document::import`], for many updates; the state is read once, at the end.
    ///
    /// # Errors
    /// As [`Document::import`].
    pub fn import_all<'a>(&mut self, updates: impl IntoIterator<Item = &'a [u8]>) -> Result<Imported> {
        let doc = self.doc.take().ok_or_else(|| Error::damaged("unusable after an earlier refusal"))?;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut pending = false;
            for bytes in updates {
                pending = doc.import(bytes)?.pending.is_some();
            }
            let kind = Kind::of(&doc);
            Ok::<_, loro::LoroError>((pending, kind, content(&doc, kind)))
        }));
        match outcome {
            Ok(result) => {
                self.doc = Some(doc);
                let (pending, kind, json) = result?;
                (self.kind, self.json) = (kind, json);
                Ok(Imported { pending })
            }
            Err(_) => {
                std::mem::forget(doc);
                Err(Error::damaged("the bytes broke the reader"))
            }
        }
    }

    /// What it is; a postmortem as long as nothing is known of it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The present state, as plain JSON without defaults filled in.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The present state.
    ///
    /// # Errors
    /// [`Error::Invalid`] where another program stored values that are not of the format.
    pub fn postmortem(&self) -> Result<Postmortem> {
        self.is(Kind::Postmortem)?;
        typed(self.json.clone())
    }

    /// The present state of a book.
    ///
    /// # Errors
    /// As [`Document::postmortem`].
    pub fn book(&self) -> Result<Book> {
        self.is(Kind::Book)?;
        typed(self.json.clone())
    }

    fn is(&self, kind: Kind) -> Result<()> {
        let other = || Error::invalid("format", format_args!("not a {}", kind.root()));
        if self.kind == kind { Ok(()) } else { Err(other()) }
    }

    /// The state of a postmortem at an earlier revision.
    ///
    /// # Errors
    /// [`Error::UnknownRevision`], or [`Error::Invalid`] as [`Document::postmortem`].
    pub fn at(&self, revision: &Revision) -> Result<Postmortem> {
        self.is(Kind::Postmortem)?;
        typed(content(&self.fork(revision)?, self.kind))
    }

    /// Where the document is in its history.
    ///
    /// # Errors
    /// [`Error::Damaged`] after a refused import.
    pub fn revision(&self) -> Result<Revision> {
        Ok(Revision::of(&self.doc()?.oplog_frontiers()))
    }

    /// Writes the assignments as they were meant at `base`, and merges them with what others wrote since.
    ///
    /// # Errors
    /// [`Error::UnknownRevision`] for a `base` that this document does not hold; [`Error::Invalid`],
    /// [`Error::TooLong`] and [`Error::TooDeep`] for values that are not of the format. The document is then as
    /// it was.
    pub fn edit(
        &mut self,
        base: &Revision,
        assignments: Vec<Assignment>,
        next_id: &mut dyn FnMut() -> String,
    ) -> Result<Edited> {
        if *base == self.revision()? {
            return self.assign(assignments, next_id);
        }
        let mut branch = Self::on(self.fork(base)?);
        let edited = branch.assign(assignments, next_id)?;
        if let Some(update) = &edited.update {
            self.import(update)?;
        }
        Ok(edited)
    }

    /// Makes the document say what `postmortem` says, by difference. Its id and number stay what they are.
    ///
    /// # Errors
    /// As [`Document::edit`].
    pub fn put(&mut self, postmortem: &Postmortem) -> Result<Edited> {
        let present = self.postmortem()?;
        let before = plain(&present)?;
        let next = Postmortem { id: present.id, number: present.number, ..postmortem.clone() };
        self.write(&before, &plain(&next)?)
    }

    /// Makes the document say what `book` says, by difference. Its id stays what it is.
    ///
    /// # Errors
    /// As [`Document::edit`].
    pub fn put_book(&mut self, book: &Book) -> Result<Edited> {
        let present = self.book()?;
        let before = plain(&present)?;
        self.write(&before, &plain(&Book { id: present.id, ..book.clone() })?)
    }

    /// When it was put into the trash (RFC 3339, UTC), if it is there.
    #[must_use]
    pub fn deleted_at(&self) -> Option<String> {
        let at = self.doc.as_ref()?.get_map(STATE).get(DELETED_AT)?.into_value().ok()?;
        at.into_string().ok().map(|at| at.to_string())
    }

    /// Puts it into the trash at a time (RFC 3339, UTC), or takes it out.
    ///
    /// # Errors
    /// [`Error::Damaged`] after a refused import.
    pub fn set_deleted_at(&mut self, at: Option<&str>) -> Result<Edited> {
        let doc = self.doc()?;
        let before = doc.oplog_vv();
        doc.get_map(STATE).insert(DELETED_AT, at.map_or(loro::LoroValue::Null, Into::into))?;
        self.commit(&before, vec![DELETED_AT.to_owned()])
    }

    /// The whole document with its full history.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the CRDT cannot write it.
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        self.doc()?.export(ExportMode::Snapshot).map_err(Error::damaged)
    }

    /// What a snapshot of this document holds beyond it, as one update; `None` where it holds nothing more.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that the CRDT refuses.
    pub fn missing_from(&self, snapshot: &[u8]) -> Result<Option<Vec<u8>>> {
        let mut other = Self::from_bytes(snapshot)?;
        let mine = self.doc()?.oplog_vv();
        other.import(&self.snapshot()?)?;
        let all = other.doc()?.oplog_vv();
        let missing = all != mine;
        missing.then(|| other.doc()?.export(ExportMode::updates(&mine)).map_err(Error::damaged)).transpose()
    }

    fn doc(&self) -> Result<&LoroDoc> {
        self.doc.as_ref().ok_or_else(|| Error::damaged("unusable after an earlier refusal"))
    }

    fn on(doc: LoroDoc) -> Self {
        let kind = Kind::of(&doc);
        let json = content(&doc, kind);
        Self { kind, doc: Some(doc), json }
    }

    fn fork(&self, revision: &Revision) -> Result<LoroDoc> {
        let doc = self.doc()?;
        let frontiers = revision.frontiers()?;
        doc.frontiers_to_vv(&frontiers).ok_or(Error::UnknownRevision)?;
        doc.fork_at(&frontiers).map_err(|_| Error::UnknownRevision)
    }

    fn assign(
        &mut self,
        assignments: Vec<Assignment>,
        next_id: &mut dyn FnMut() -> String,
    ) -> Result<Edited> {
        match self.kind {
            Kind::Postmortem => {
                let before = plain(&self.postmortem()?)?;
                let next = edit::apply(before.clone(), assignments)?;
                self.write(&before, &plain(&postmortem::from_json(next, next_id)?)?)
            }
            Kind::Book => {
                let before = plain(&self.book()?)?;
                let next = edit::apply(before.clone(), assignments)?;
                self.write(&before, &plain(&book::from_json(next, next_id)?)?)
            }
        }
    }

    /// Writes what differs; `before` is the present state with every default filled in.
    fn write(&mut self, before: &Value, next: &Value) -> Result<Edited> {
        write::check_lengths(next, "")?;
        // With defaults on both sides: a key that was never written has not changed.
        let fields = edit::changed_fields(before, next);
        let doc = self.doc()?;
        let version = doc.oplog_vv();
        write::document(&doc.get_map(self.kind.root()), self.kind.fields(), &self.json, next)?;
        self.commit(&version, fields)
    }

    fn commit(&mut self, before: &VersionVector, fields: Vec<String>) -> Result<Edited> {
        let doc = self.doc()?;
        doc.commit();
        let changed = doc.oplog_vv() != *before;
        let update =
            changed.then(|| doc.export(ExportMode::updates(before))).transpose().map_err(Error::damaged)?;
        let branch = Revision::of(&doc.oplog_frontiers());
        let json = content(doc, self.kind);
        self.json = json;
        Ok(Edited { update, branch, fields })
    }
}

fn content(doc: &LoroDoc, kind: Kind) -> Value {
    read::document(&doc.get_map(kind.root()), kind.fields())
}

/// A document as JSON with every key present.
///
/// # Errors
/// Never for values that came from JSON.
pub(crate) fn plain(document: &impl Serialize) -> Result<Value> {
    serde_json::to_value(document).map_err(|error| Error::invalid(".", error))
}

fn typed<T: DeserializeOwned>(json: Value) -> Result<T> {
    let json = if json.is_null() { Value::Object(serde_json::Map::new()) } else { json };
    postmortem::parse(json)
}
