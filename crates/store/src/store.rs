//! One open workspace folder: every write is one transaction, log and rows together.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use uuid::Uuid;
use yokoten_model::document::{Edited, Kind};
use yokoten_model::number::Number;
use yokoten_model::{Document, Postmortem, Revision};

use crate::attachments::Arriving;
use crate::cache::Cache;
use crate::checkpoints::Checkpoints;
use crate::log::{Author, Change, Snapshot};
use crate::progress::{Part, Progress, interruptible};
use crate::search::postings::Writer;
use crate::{Error, Result, books, log, open, projection, templates};

/// An open workspace.
pub struct Store {
    folder: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) cache: Cache,
    /// Ends behind the connection, and before the lock is given back.
    _checkpoints: Checkpoints,
    /// Held for as long as the workspace is open, see [`open::lock_shared`].
    _lock: std::fs::File,
}

/// What a write left behind.
#[derive(Clone, Debug)]
pub struct Written {
    /// The document, with its number as it is shown.
    pub postmortem: Postmortem,
    /// The revision of the writer's own line of edits.
    pub branch: Revision,
    /// The merged revision.
    pub revision: Revision,
    /// The stored change; `None` where nothing changed.
    pub change: Option<i64>,
    /// Paths of the fields that changed.
    pub fields: Vec<String>,
}

/// What arrives from another office.
#[derive(Debug, Default)]
pub struct Arrived<'a> {
    /// Changes of any documents, in any order.
    pub changes: &'a [Change],
    /// Changes that the caller could not read: document, bytes, reason.
    pub refused: &'a [(Uuid, Vec<u8>, String)],
    /// Where it comes from, for the quarantine.
    pub origin: &'a str,
    /// What its entries show.
    pub attachments: Option<Arriving>,
    /// Versions of templates that are not here: `id@version`, text.
    pub templates: &'a [(String, String)],
}

/// What was taken in from another office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Documents that are new here.
    pub added: Vec<Uuid>,
    /// Documents that changed here.
    pub updated: Vec<Uuid>,
    /// Documents of which everything was known.
    pub skipped: Vec<Uuid>,
    /// Changes that were refused and quarantined, with the reason.
    pub refused: Vec<(Uuid, String)>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the workspace in `folder`; creates it where `create` says so.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NewerWorkspace`], [`Error::Damaged`], [`Error::ReadOnly`], [`Error::Full`],
    /// [`Error::Locked`] or [`Error::Io`].
    pub fn open(folder: &Path, create: bool) -> Result<Self> {
        Self::open_watched(folder, create, &Progress::default())
    }

    /// As [`Store::open`], where a newer program than the one before has to make rows anew, which may take a while.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::Cancelled`].
    pub fn open_watched(folder: &Path, create: bool, progress: &Progress) -> Result<Self> {
        let (mut connection, lock) = open::open(folder, create, progress)?;
        let checkpoints = Checkpoints::apart(&mut connection, folder)?;
        let (folder, cache) = (folder.to_owned(), Cache::default());
        Ok(Self { folder, connection, cache, _checkpoints: checkpoints, _lock: lock })
    }

    /// The workspace's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How long to wait for another program that writes.
    ///
    /// # Errors
    /// Where the database refuses.
    pub fn set_patience(&self, patience: std::time::Duration) -> Result<()> {
        Ok(self.connection.busy_timeout(patience)?)
    }

    /// The identity of `PM-0142`, `PM-0143-2` or a UUID.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing bears it.
    pub fn find(&self, reference: &str) -> Result<Uuid> {
        let not_found = || Error::NotFound { what: reference.to_owned() };
        if let Ok(uuid) = Uuid::try_parse(reference) {
            let doc = log::find_doc(&self.connection, uuid)?.ok_or_else(not_found)?;
            return if books::is_book(&self.connection, doc)? { Err(not_found()) } else { Ok(uuid) };
        }
        let mut statement =
            self.connection.prepare_cached("SELECT uuid FROM postmortem WHERE number = ?1")?;
        let uuid: Option<String> =
            statement.query_row([reference.to_uppercase()], |row| row.get(0)).optional()?;
        uuid.and_then(|uuid| Uuid::try_parse(&uuid).ok()).ok_or_else(not_found)
    }

    /// A document as it is now, with its number as it is shown, and when it was put into the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where it is a book; [`Error::Damaged`].
    pub fn read(&mut self, uuid: Uuid) -> Result<(Postmortem, Revision, Option<String>)> {
        let doc = self.doc(uuid)?;
        let document = &self.cache.load_whole(&self.connection, doc)?.document;
        if document.kind() != Kind::Postmortem {
            return Err(Error::NotFound { what: uuid.to_string() });
        }
        let mut postmortem = document.postmortem()?;
        let (revision, deleted_at) = (document.revision()?, document.deleted_at());
        postmortem.number = projection::shown_number(&self.connection, doc)?.unwrap_or(postmortem.number);
        Ok((postmortem, revision, deleted_at))
    }

    /// Creates documents, or makes existing ones of the same id say the same, by difference: all of them in one
    /// transaction, or none.
    ///
    /// A document without a number gets the next one, which never changes.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn put_all(&mut self, postmortems: &[Postmortem], author: &Author, now: i64) -> Result<Vec<Written>> {
        self.put_watched(postmortems, author, now, &Progress::default())
    }

    /// As [`Store::put_all`], for many.
    ///
    /// # Errors
    /// As [`Store::edit`]; [`Error::Cancelled`].
    pub fn put_watched(
        &mut self,
        postmortems: &[Postmortem],
        author: &Author,
        now: i64,
        progress: &Progress,
    ) -> Result<Vec<Written>> {
        let transaction = begin(&mut self.connection)?;
        let mut pen = Pen { author, now, index: Writer::default() };
        let of = postmortems.len() as u64;
        let outcome = (0..)
            .zip(postmortems)
            .map(|(done, postmortem)| {
                progress.step(Part::Entries, done, of)?;
                put_one(&transaction, &mut self.cache, postmortem, &mut pen)
            })
            .collect::<Result<Vec<_>>>()
            .and_then(|written| pen.index.flush(&transaction).map(|()| written))
            .and_then(|written| Ok(transaction.commit().map(|()| written)?));
        // Documents in memory may hold what was rolled back, or lack what was stored.
        self.cache.clear();
        outcome
    }

    /// Carries out one edit, durably, in one transaction.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Model`] for what the document refuses, [`Error::Full`], [`Error::ReadOnly`],
    /// [`Error::Locked`], [`Error::Damaged`]. Nothing is then stored, and the document is as it was.
    pub fn edit(
        &mut self,
        uuid: Uuid,
        author: &Author,
        now: i64,
        edit: impl FnOnce(&mut Document) -> Result<Edited>,
    ) -> Result<Written> {
        let doc = self.doc(uuid)?;
        self.in_one(doc, author, now, |transaction, cache, pen| {
            write(transaction, cache, doc, uuid, pen, edit)
        })
    }

    /// Carries out one edit of a document, with its rows and index, in one transaction.
    pub(crate) fn in_one<T>(
        &mut self,
        doc: i64,
        author: &Author,
        now: i64,
        work: impl FnOnce(&Transaction<'_>, &mut Cache, &mut Pen<'_>) -> Result<T>,
    ) -> Result<T> {
        let transaction = begin(&mut self.connection)?;
        let mut pen = Pen { author, now, index: Writer::default() };
        let outcome = work(&transaction, &mut self.cache, &mut pen)
            .and_then(|done| pen.index.flush(&transaction).map(|()| done))
            .and_then(|done| Ok(transaction.commit().map(|()| done)?));
        // The document in memory may hold an edit that the disk refused: the next reader loads it anew.
        if outcome.is_err() {
            self.cache.forget(doc);
        }
        outcome
    }

    /// An entry as it was at a revision.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`]; [`Error::Model`] for a revision that it has never been at.
    pub fn at(&mut self, uuid: Uuid, revision: &Revision) -> Result<Postmortem> {
        let doc = self.doc(uuid)?;
        let mut postmortem = self.cache.load_whole(&self.connection, doc)?.document.at(revision)?;
        postmortem.number = projection::shown_number(&self.connection, doc)?.unwrap_or(postmortem.number);
        Ok(postmortem)
    }

    /// All changes of a document, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`].
    pub fn history(&self, uuid: Uuid) -> Result<Vec<crate::ChangeRow>> {
        log::changes_of(&self.connection, self.doc(uuid)?, 0)
    }

    /// The document as it was right after one of its changes had arrived here.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the document has no such change.
    pub fn as_of(&self, uuid: Uuid, seq: i64) -> Result<Postmortem> {
        let changes = self.history(uuid)?;
        if !changes.iter().any(|row| row.seq == seq) {
            return Err(Error::NotFound { what: seq.to_string() });
        }
        let mut document = Document::empty();
        document.import_all(
            changes.iter().take_while(|row| row.seq <= seq).map(|row| row.change.body.as_slice()),
        )?;
        let mut postmortem = document.postmortem()?;
        postmortem.number =
            projection::shown_number(&self.connection, self.doc(uuid)?)?.unwrap_or(postmortem.number);
        Ok(postmortem)
    }

    /// Takes in what came from another office, in one transaction. What is already here is passed over; what the
    /// document refuses is quarantined.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::ReadOnly`], [`Error::Locked`], [`Error::Cancelled`]; nothing is then taken in.
    pub fn receive(&mut self, arrived: Arrived<'_>, now: i64, progress: &Progress) -> Result<Received> {
        let Self { folder, connection, cache, .. } = self;
        let outcome = interruptible(connection, progress, |connection| {
            let transaction = begin(connection)?;
            let received = receive(&transaction, cache, &arrived, now, progress)?;
            // Last of all, since files cannot be taken back with the transaction.
            if let Some(attachments) = arrived.attachments {
                attachments.settle(folder)?;
            }
            for (reference, text) in arrived.templates {
                templates::keep_version(folder, reference, text)?;
            }
            transaction.commit()?;
            Ok(received)
        });
        // Documents in memory may hold what was rolled back.
        if outcome.is_err() {
            self.cache.clear();
        }
        outcome
    }

    /// Makes the snapshots that are due: in an idle moment and when the workspace closes.
    ///
    /// # Errors
    /// As [`Store::edit`]; nothing is lost by it, the changes are there.
    pub fn tidy(&mut self) -> Result<()> {
        let mut due = Vec::new();
        for (doc, cached) in self.cache.due() {
            let (seq, changes) = (cached.seq, cached.changes);
            due.push((doc, Snapshot { seq, changes, body: cached.document.snapshot()? }));
        }
        if due.is_empty() {
            return Ok(());
        }
        let transaction = begin(&mut self.connection)?;
        for (doc, snapshot) in &due {
            log::keep_snapshot(&transaction, *doc, snapshot)?;
        }
        transaction.commit()?;
        for (_, cached) in self.cache.due() {
            cached.tail = 0;
        }
        Ok(())
    }

    /// A number that changes whenever another connection writes (`PRAGMA data_version`).
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// The last change in the log, 0 where there is none.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn last_change(&self) -> Result<i64> {
        log::last(&self.connection)
    }

    /// The changes after `seq`, each with its document.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn changes_since(&self, seq: i64) -> Result<Vec<(i64, Uuid)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT change.seq, doc.uuid FROM change JOIN doc ON doc.id = change.doc WHERE change.seq > ?1",
        )?;
        let rows = statement
            .query_map([seq], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get::<_, [u8; 16]>(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every document of the log, in the order of arrival.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn documents(&self) -> Result<Vec<Uuid>> {
        let mut statement = self.connection.prepare_cached("SELECT uuid FROM doc ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok(Uuid::from_bytes(row.get::<_, [u8; 16]>(0)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn doc(&self, uuid: Uuid) -> Result<i64> {
        log::find_doc(&self.connection, uuid)?.ok_or_else(|| Error::NotFound { what: uuid.to_string() })
    }
}

/// Who writes, when, and what the index is to learn of it.
pub(crate) struct Pen<'a> {
    pub(crate) author: &'a Author,
    pub(crate) now: i64,
    pub(crate) index: Writer,
}

/// Begins a write: other programs that write wait, and this one sees all that they wrote before.
pub(crate) fn begin(connection: &mut Connection) -> Result<Transaction<'_>> {
    Ok(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// What of an arrival goes into the log and its rows.
fn receive(
    transaction: &Transaction<'_>,
    cache: &mut Cache,
    arrived: &Arrived<'_>,
    now: i64,
    progress: &Progress,
) -> Result<Received> {
    let Arrived { changes, refused, origin, .. } = arrived;
    let mut received = Received::default();
    for (doc, body, reason) in *refused {
        log::quarantine(transaction, now, origin, reason, body)?;
        received.refused.push((*doc, reason.clone()));
    }
    let (own, _) = log::next_place(transaction)?;
    let mut forked = false;
    let mut index = Writer::default();
    let by_doc = by_document(changes);
    let of = by_doc.len() as u64;
    for (done, (uuid, changes)) in (0..).zip(by_doc) {
        progress.step(Part::Entries, done, of)?;
        let known = log::find_doc(transaction, uuid)?.is_some();
        let doc = log::doc_id(transaction, uuid)?;
        cache.forget(doc);
        let mut fresh = Vec::new();
        for change in changes {
            if let Err(error) = Document::empty().import(&change.body) {
                let reason = error.to_string();
                log::quarantine(transaction, now, origin, &reason, &change.body)?;
                received.refused.push((uuid, reason));
            } else if log::append(transaction, change)?.is_some() {
                forked |= change.replica == own;
                fresh.push(change);
            }
        }
        if fresh.is_empty() {
            received.skipped.push(uuid);
            continue;
        }
        project_fresh(transaction, &cache.load(transaction, doc)?.document, (doc, uuid), &fresh, &mut index)?;
        if known { &mut received.updated } else { &mut received.added }.push(uuid);
    }
    index.flush(transaction)?;
    if forked {
        // Someone else writes under our id: a copy of this folder. From here on we are told apart.
        open::mint_replica(transaction)?;
    }
    Ok(received)
}

/// Changes by their documents, both in the order of arrival.
fn by_document(changes: &[Change]) -> Vec<(Uuid, Vec<&Change>)> {
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    let mut by_doc: Vec<(Uuid, Vec<&Change>)> = Vec::new();
    for change in changes {
        let place = *places.entry(change.doc).or_insert_with(|| {
            by_doc.push((change.doc, Vec::new()));
            by_doc.len() - 1
        });
        by_doc[place].1.push(change);
    }
    by_doc
}

/// Writes the rows of a document that changes arrived for.
fn project_fresh(
    transaction: &Transaction<'_>,
    document: &Document,
    (doc, uuid): (i64, Uuid),
    fresh: &[&Change],
    index: &mut Writer,
) -> Result<()> {
    if document.kind() == Kind::Book {
        // What came before its first change was taken for an entry's.
        books::note_all(transaction, doc, uuid)?;
    } else {
        for change in fresh {
            projection::note_change(transaction, doc, uuid, Kind::Postmortem, change)?;
        }
    }
    projection::project_document(transaction, doc, document, index)?;
    Ok(())
}

fn put_one(
    transaction: &Transaction<'_>,
    cache: &mut Cache,
    postmortem: &Postmortem,
    pen: &mut Pen<'_>,
) -> Result<Written> {
    let uuid =
        Uuid::try_parse(&postmortem.id).map_err(|_| Error::NotFound { what: postmortem.id.clone() })?;
    if let Some(doc) = log::find_doc(transaction, uuid)? {
        return write(transaction, cache, doc, uuid, pen, |document| Ok(document.put(postmortem)?));
    }
    let mut postmortem = postmortem.clone();
    if postmortem.number.is_empty() {
        postmortem.number = Number::new(projection::next_serial(transaction)?).to_string();
    }
    let (document, edited) = Document::create(&postmortem)?;
    let doc = log::doc_id(transaction, uuid)?;
    record(transaction, doc, uuid, pen, &document, edited)
}

fn write(
    transaction: &Transaction<'_>,
    cache: &mut Cache,
    doc: i64,
    uuid: Uuid,
    pen: &mut Pen<'_>,
    edit: impl FnOnce(&mut Document) -> Result<Edited>,
) -> Result<Written> {
    let cached = cache.load_whole(transaction, doc)?;
    let edited = edit(&mut cached.document)?;
    let written = record(transaction, doc, uuid, pen, &cached.document, edited)?;
    if let Some(seq) = written.change {
        cached.seq = seq;
        cached.tail += 1;
        cached.changes += 1;
    }
    Ok(written)
}

/// Appends an edit to the log and refreshes the document's rows.
fn record(
    transaction: &Transaction<'_>,
    doc: i64,
    uuid: Uuid,
    pen: &mut Pen<'_>,
    document: &Document,
    edited: Edited,
) -> Result<Written> {
    let Edited { update, branch, fields } = edited;
    let update = update.map(|body| (body, fields.join(",")));
    let (seq, projected) = append(transaction, doc, uuid, pen, document, update)?;
    let mut postmortem = projected.map_or_else(|| document.postmortem(), Ok)?;
    postmortem.number = projection::shown_number(transaction, doc)?.unwrap_or(postmortem.number);
    Ok(Written { postmortem, branch, revision: document.revision()?, change: seq, fields })
}

/// Appends an update with the names of its fields, and refreshes the document's rows. Returns the change's place, and what
/// an entry says where its rows were written.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    doc: i64,
    uuid: Uuid,
    pen: &mut Pen<'_>,
    document: &Document,
    update: Option<(Vec<u8>, String)>,
) -> Result<(Option<i64>, Option<Postmortem>)> {
    let Some((body, fields)) = update else { return Ok((None, None)) };
    let (replica, replica_seq) = log::next_place(transaction)?;
    let change =
        Change { replica, replica_seq, doc: uuid, author: pen.author.clone(), at: pen.now, fields, body };
    let seq = log::append(transaction, &change)?;
    projection::note_change(transaction, doc, uuid, document.kind(), &change)?;
    Ok((seq, projection::project_document(transaction, doc, document, &mut pen.index)?))
}
