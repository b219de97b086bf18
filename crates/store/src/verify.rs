//! Is everything as it was written? Checks and reports, changes nothing.

use rusqlite::Connection;

use crate::projection::{self, DERIVED};
use crate::store::begin;
use crate::{Result, Store, attachments, log};

/// What was checked and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries.
    pub documents: usize,
    /// Changes in the log.
    pub changes: usize,
    /// Attachments on disk.
    pub attachments: usize,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// SQLite's own check complains, in its words.
    Database(String),
    /// A stored change does not have the hash that it was stored with.
    Change(i64),
    /// A derived table is not what the log makes of it.
    Derived(&'static str),
    /// An attachment that an entry names is not on disk: the hash and the entry's number.
    MissingAttachment(String, String),
    /// An attachment's bytes are not what its name says.
    DamagedAttachment(String),
    /// The log could not be followed.
    Unreadable(String),
}

impl Store {
    /// Checks the database, every change's hash, the derived rows against the log, and every attachment.
    ///
    /// # Errors
    /// Only where checking itself is impossible ([`crate::Error::Locked`], [`crate::Error::Full`]); whatever is
    /// wrong with the data is a fault in the report.
    pub fn verify(&mut self) -> Result<Report> {
        let mut report = Report::default();
        match integrity(&self.connection) {
            Ok(faults) => report.faults.extend(faults),
            Err(error) => report.faults.push(Fault::Unreadable(error.to_string())),
        }
        let walked = log::walk(&self.connection, |row, whole| {
            report.changes += 1;
            if !whole {
                report.faults.push(Fault::Change(row.seq));
            }
            Ok(())
        });
        if let Err(error) = walked {
            report.faults.push(Fault::Unreadable(error.to_string()));
        }
        // Comparing wants a sound log.
        if report.faults.is_empty() {
            match self.compare_derived() {
                Ok((documents, differing)) => {
                    report.documents = documents;
                    report.faults.extend(differing.into_iter().map(Fault::Derived));
                }
                Err(error @ (crate::Error::Locked | crate::Error::Full)) => return Err(error),
                Err(error) => report.faults.push(Fault::Unreadable(error.to_string())),
            }
        }
        self.check_attachments(&mut report)?;
        Ok(report)
    }

    /// Projects everything anew, compares, and takes it back.
    fn compare_derived(&mut self) -> Result<(usize, Vec<&'static str>)> {
        let transaction = begin(&mut self.connection)?;
        let before: Vec<blake3::Hash> =
            DERIVED.iter().map(|table| digest(&transaction, table)).collect::<Result<_>>()?;
        let documents = projection::project_anew(&transaction)?;
        let mut differing = Vec::new();
        for (table, before) in DERIVED.iter().zip(before) {
            if digest(&transaction, table)? != before {
                differing.push(*table);
            }
        }
        transaction.rollback()?;
        Ok((documents, differing))
    }

    fn check_attachments(&mut self, report: &mut Report) -> Result<()> {
        let there = attachments::all(self.folder())?;
        report.attachments = there.len();
        for hash in &there {
            match self.attachment(hash) {
                Err(error) if error.is_damage() => report.faults.push(Fault::DamagedAttachment(hash.clone())),
                other => other.map(|_| ())?,
            }
        }
        let mut wanted = Vec::new();
        for uuid in self.documents().unwrap_or_default() {
            if let Ok((postmortem, ..)) = self.read(uuid) {
                wanted.extend(
                    postmortem.attachments.into_iter().map(|file| (file.hash, postmortem.number.clone())),
                );
            }
        }
        for item in self.books().unwrap_or_default() {
            let Ok(uuid) = uuid::Uuid::try_parse(&item.id) else { continue };
            if let Ok((book, ..)) = self.read_book(uuid) {
                wanted.extend(book.pictures().into_iter().map(|hash| (hash, book.title.clone())));
            }
        }
        wanted.sort();
        wanted.dedup();
        for (hash, number) in wanted {
            if there.binary_search(&hash).is_err() {
                report.faults.push(Fault::MissingAttachment(hash, number));
            }
        }
        Ok(())
    }
}

fn integrity(connection: &Connection) -> Result<Vec<Fault>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(Fault::Database).collect())
}

/// A digest of a table's rows, in the order of their keys.
fn digest(connection: &Connection, table: &str) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            hasher.update(format!("{:?}\0", row.get_ref(column)?).as_bytes());
        }
    }
    Ok(hasher.finalize())
}
