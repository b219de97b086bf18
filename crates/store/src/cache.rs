//! Documents that are open: loaded once, brought up to date with what other programs appended.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use yokoten_model::Document;

use crate::{Error, Result, log};

/// How many documents stay loaded; one takes about 60 KB.
const CAPACITY: usize = 32;

/// Changes after a snapshot from which on the next idle moment makes a new one.
const SNAPSHOT_EVERY: usize = 64;

pub(crate) struct Cached {
    pub(crate) document: Document,
    /// The last change that the document holds.
    pub(crate) seq: i64,
    /// How many changes it holds.
    pub(crate) changes: i64,
    /// Changes since the stored snapshot.
    pub(crate) tail: usize,
    used: u64,
}

#[derive(Default)]
pub(crate) struct Cache {
    documents: HashMap<i64, Cached>,
    clock: u64,
}

impl Cache {
    /// The document as the log has it now.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a stored change is damaged.
    pub(crate) fn load(&mut self, connection: &Connection, doc: i64) -> Result<&mut Cached> {
        self.clock += 1;
        let mut cached = match self.documents.remove(&doc) {
            Some(cached) => cached,
            None => match log::snapshot(connection, doc)? {
                Some(snapshot) => Cached {
                    document: Document::from_bytes(&snapshot.body)?,
                    seq: snapshot.seq,
                    changes: snapshot.changes,
                    tail: 0,
                    used: 0,
                },
                None => Cached { document: Document::empty(), seq: 0, changes: 0, tail: 0, used: 0 },
            },
        };
        let changes = log::changes_of(connection, doc, cached.seq)?;
        if let Some(last) = changes.last() {
            cached
                .document
                .import_all(changes.iter().map(|row| row.change.body.as_slice()))
                .map_err(Error::from)?;
            cached.seq = last.seq;
            cached.tail += changes.len();
            cached.changes += i64::try_from(changes.len()).unwrap_or_default();
        }
        if self.documents.len() >= CAPACITY {
            let oldest = self.documents.iter().min_by_key(|(_, cached)| cached.used).map(|(doc, _)| *doc);
            oldest.map(|doc| self.documents.remove(&doc));
        }
        cached.used = self.clock;
        Ok(self.documents.entry(doc).insert_entry(cached).into_mut())
    }

    /// As [`Cache::load`], and sure that no change is hidden by a damaged index.
    ///
    /// # Errors
    /// [`Error::Damaged`] also where the log shows fewer changes than were written.
    pub(crate) fn load_whole(&mut self, connection: &Connection, doc: i64) -> Result<&mut Cached> {
        // One moment for the row and for the log: another connection may write between the two.
        let _moment = connection.is_autocommit().then(|| connection.unchecked_transaction()).transpose()?;
        let written: Option<i64> = connection
            .prepare_cached(
                "SELECT changes FROM postmortem WHERE doc = ?1
                 UNION ALL SELECT changes FROM book WHERE doc = ?1",
            )?
            .query_row([doc], |row| row.get(0))
            .optional()?;
        let there = self.load(connection, doc)?.changes;
        if Some(there) != written {
            self.forget(doc);
            return Err(Error::damaged(format_args!(
                "the log shows {there} changes where {written:?} were written"
            )));
        }
        self.load(connection, doc)
    }

    /// Forgets a document, whose state in memory is no longer what the log says.
    pub(crate) fn forget(&mut self, doc: i64) {
        self.documents.remove(&doc);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.documents.clear();
    }

    /// The loaded documents whose snapshot is due.
    pub(crate) fn due(&mut self) -> impl Iterator<Item = (i64, &mut Cached)> {
        self.documents
            .iter_mut()
            .filter(|(_, cached)| cached.tail >= SNAPSHOT_EVERY)
            .map(|(doc, cached)| (*doc, cached))
    }
}
