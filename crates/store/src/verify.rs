//! Is everything as it was written? Checks and reports, changes nothing.

use rusqlite::Connection;

use crate::progress::{Part, Progress, interruptible};
use crate::projection::{self, DERIVED};
use crate::{Error, Result, Store, attachments, backup, log};

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
    /// Checks the database, every change's hash, the derived rows against the log, and every attachment. Only reads:
    /// who writes does not wait.
    ///
    /// # Errors
    /// Only where checking itself is impossible ([`Error::Locked`], [`Error::Full`]) or shall end
    /// ([`Error::Cancelled`]); whatever is wrong with the data is a fault in the report.
    pub fn verify(&mut self, progress: &Progress) -> Result<Report> {
        let mut report = Report::default();
        progress.step(Part::Database, 0, 0)?;
        match possible(interruptible(&mut self.connection, progress, |connection| integrity(connection)))? {
            Ok(faults) => report.faults.extend(faults),
            Err(words) => report.faults.push(Fault::Unreadable(words)),
        }
        let walked = log::walk(&self.connection, progress, |row, whole| {
            report.changes += 1;
            if !whole {
                report.faults.push(Fault::Change(row.seq));
            }
            Ok(())
        });
        if let Err(words) = possible(walked)? {
            report.faults.push(Fault::Unreadable(words));
        }
        // Comparing wants a sound log.
        if report.faults.is_empty() {
            match possible(self.compare_derived(progress))? {
                Ok((documents, differing)) => {
                    report.documents = documents;
                    report.faults.extend(differing.into_iter().map(Fault::Derived));
                }
                Err(words) => report.faults.push(Fault::Unreadable(words)),
            }
        }
        self.check_attachments(&mut report, progress)?;
        Ok(report)
    }

    /// Projects everything anew in a copy that nobody else sees and no disk keeps, and compares.
    fn compare_derived(&mut self, progress: &Progress) -> Result<(usize, Vec<&'static str>)> {
        let mut copy = Connection::open("")?;
        backup::copy_into(&self.connection, &mut copy, progress)?;
        copy.pragma_update(None, "journal_mode", "OFF")?;
        interruptible(&mut copy, progress, |copy| {
            let transaction = copy.transaction()?;
            let before: Vec<blake3::Hash> =
                DERIVED.iter().map(|table| digest(&transaction, table)).collect::<Result<_>>()?;
            let documents = projection::project_anew(&transaction, progress)?;
            let mut differing = Vec::new();
            for (table, before) in DERIVED.iter().zip(before) {
                if digest(&transaction, table)? != before {
                    differing.push(*table);
                }
            }
            transaction.commit()?;
            Ok((documents, differing))
        })
    }

    fn check_attachments(&mut self, report: &mut Report, progress: &Progress) -> Result<()> {
        let there = attachments::all(self.folder())?;
        report.attachments = there.len();
        let of = there.len() as u64;
        for (done, hash) in (0..).zip(&there) {
            progress.step(Part::Attachments, done, of)?;
            match self.attachment(hash) {
                Err(error) if error.is_damage() => report.faults.push(Fault::DamagedAttachment(hash.clone())),
                other => other.map(|_| ())?,
            }
        }
        let mut wanted = self.wanted_attachments(progress)?;
        wanted.sort();
        wanted.dedup();
        for (hash, number) in wanted {
            // One that was not there at first may have come with its entry meanwhile.
            if there.binary_search(&hash).is_err() && !self.has_attachment(&hash) {
                report.faults.push(Fault::MissingAttachment(hash, number));
            }
        }
        Ok(())
    }

    /// The attachments that entries and books show, each with the number or the title of who shows it.
    fn wanted_attachments(&mut self, progress: &Progress) -> Result<Vec<(String, String)>> {
        let mut wanted = Vec::new();
        let documents = self.documents().unwrap_or_default();
        let of = documents.len() as u64;
        for (done, uuid) in (0..).zip(documents) {
            progress.step(Part::Entries, done, of)?;
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
        Ok(wanted)
    }
}

/// What is wrong with the data, in words; an error only where checking cannot go on.
fn possible<T>(outcome: Result<T>) -> Result<std::result::Result<T, String>> {
    match outcome {
        Err(error @ (Error::Locked | Error::Full | Error::Cancelled)) => Err(error),
        other => Ok(other.map_err(|error| error.to_string())),
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
