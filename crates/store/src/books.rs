//! Books: documents of the log, like entries, with a row of their own.

use rusqlite::{Connection, params};
use uuid::Uuid;
use yokoten_model::document::Edited;
use yokoten_model::{Book, Document, Revision};

use crate::log::{self, Author, Change};
use crate::search::postings::Writer;
use crate::store::{Pen, append, begin};
use crate::{Error, Result, Store};

/// One book of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The identity.
    pub id: String,
    /// The title.
    pub title: String,
    /// How many chapters it has.
    pub chapters: u32,
    /// When it was created, in milliseconds since 1970, UTC.
    pub created: i64,
    /// When it was last changed, likewise.
    pub updated: i64,
    /// By whom.
    pub updated_by: String,
}

/// What a write left behind.
#[derive(Clone, Debug)]
pub struct Written {
    /// The merged book.
    pub book: Book,
    /// The revision of the writer's own line of edits.
    pub branch: Revision,
    /// The merged revision.
    pub revision: Revision,
    /// The stored change; `None` where nothing changed.
    pub change: Option<i64>,
}

impl Store {
    /// The books, last changed first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn books(&self) -> Result<Vec<Item>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT uuid, title, chapters, created, updated, updated_by FROM book
             WHERE deleted_at IS NULL ORDER BY updated DESC, doc DESC",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Item {
                id: row.get(0)?,
                title: row.get(1)?,
                chapters: row.get(2)?,
                created: row.get(3)?,
                updated: row.get(4)?,
                updated_by: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The identity of a book by UUID or by its title, where only one bears it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn find_book(&self, reference: &str) -> Result<Uuid> {
        let not_found = || Error::NotFound { what: reference.to_owned() };
        if let Ok(uuid) = Uuid::try_parse(reference) {
            let doc = log::find_doc(&self.connection, uuid)?.ok_or_else(not_found)?;
            return if is_book(&self.connection, doc)? { Ok(uuid) } else { Err(not_found()) };
        }
        let mut statement = self
            .connection
            .prepare_cached("SELECT uuid FROM book WHERE title = ?1 AND deleted_at IS NULL")?;
        let found: Vec<String> =
            statement.query_map([reference], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        match found.as_slice() {
            [uuid] => Uuid::try_parse(uuid).map_err(|_| not_found()),
            _ => Err(not_found()),
        }
    }

    /// A book as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`].
    pub fn read_book(&mut self, uuid: Uuid) -> Result<(Book, Revision)> {
        let doc = self.book_doc(uuid)?;
        let document = &self.cache.load_whole(&self.connection, doc)?.document;
        Ok((document.book()?, document.revision()?))
    }

    /// Creates a book.
    ///
    /// # Errors
    /// [`Error::Exists`] where its id is taken, or as [`Store::edit`].
    pub fn create_book(&mut self, book: &Book, author: &Author, now: i64) -> Result<Written> {
        let uuid = Uuid::try_parse(&book.id).map_err(|_| Error::NotFound { what: book.id.clone() })?;
        if log::find_doc(&self.connection, uuid)?.is_some() {
            return Err(Error::Exists { path: book.id.clone().into() });
        }
        let (document, edited) = Document::create_book(book)?;
        let transaction = begin(&mut self.connection)?;
        let doc = log::doc_id(&transaction, uuid)?;
        let mut pen = Pen { author, now, index: Writer::default() };
        let Edited { update, branch, fields } = edited;
        let update = update.map(|body| (body, fields.join(",")));
        let (change, _) = append(&transaction, doc, uuid, &mut pen, &document, update)?;
        transaction.commit()?;
        Ok(Written { book: document.book()?, branch, revision: document.revision()?, change })
    }

    /// Carries out one edit of a book, durably, in one transaction.
    ///
    /// # Errors
    /// As [`Store::edit`].
    pub fn edit_book(
        &mut self,
        uuid: Uuid,
        author: &Author,
        now: i64,
        edit: impl FnOnce(&mut Document) -> Result<Edited>,
    ) -> Result<Written> {
        let doc = self.book_doc(uuid)?;
        self.in_one(doc, author, now, |transaction, cache, pen| {
            let cached = cache.load_whole(transaction, doc)?;
            let Edited { update, branch, fields } = edit(&mut cached.document)?;
            let update = update.map(|body| (body, fields.join(",")));
            let (change, _) = append(transaction, doc, uuid, pen, &cached.document, update)?;
            if let Some(seq) = change {
                cached.seq = seq;
                cached.tail += 1;
                cached.changes += 1;
            }
            let (book, revision) = (cached.document.book()?, cached.document.revision()?);
            Ok(Written { book, branch, revision, change })
        })
    }

    fn book_doc(&self, uuid: Uuid) -> Result<i64> {
        let not_found = || Error::NotFound { what: uuid.to_string() };
        let doc = log::find_doc(&self.connection, uuid)?.ok_or_else(not_found)?;
        if is_book(&self.connection, doc)? { Ok(doc) } else { Err(not_found()) }
    }
}

/// Whether a document is a book.
pub(crate) fn is_book(connection: &Connection, doc: i64) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM book WHERE doc = ?1")?.exists([doc])?)
}

/// Notes who changed a book and when. The row is a blank until [`project`] fills it.
pub(crate) fn note_change(connection: &Connection, doc: i64, uuid: Uuid, change: &Change) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO book (doc, uuid, title, chapters, created, updated, updated_by, changes)
             VALUES (?1, ?2, '', 0, ?3, ?3, ?4, 1)
             ON CONFLICT (doc) DO UPDATE SET
               changes = changes + 1,
               created = min(created, excluded.created),
               updated_by = iif(excluded.updated >= updated, excluded.updated_by, updated_by),
               updated = max(updated, excluded.updated)",
        )?
        .execute(params![doc, uuid.hyphenated().to_string(), change.at, change.author.name])?;
    Ok(())
}

/// Notes all changes of a book anew. Parts of it that arrived before its first change looked like an entry's.
pub(crate) fn note_all(connection: &Connection, doc: i64, uuid: Uuid) -> Result<()> {
    for table in ["book", "postmortem", "site", "awaiting", "mechanism"] {
        connection.execute(&format!("DELETE FROM {table} WHERE doc = ?1"), [doc])?;
    }
    for row in log::changes_of(connection, doc, 0)? {
        note_change(connection, doc, uuid, &row.change)?;
    }
    Ok(())
}

/// Writes a book's row.
pub(crate) fn project(
    connection: &Connection,
    doc: i64,
    book: &Book,
    deleted_at: Option<String>,
) -> Result<()> {
    connection
        .prepare_cached("UPDATE book SET title = ?2, chapters = ?3, deleted_at = ?4 WHERE doc = ?1")?
        .execute(params![
            doc,
            book.title,
            u32::try_from(book.chapters.len()).unwrap_or(u32::MAX),
            deleted_at
        ])?;
    Ok(())
}
