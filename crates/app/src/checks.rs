//! Looking after the workspace: backup, verify, rebuild.

use std::path::Path;

use serde::Serialize;
use ts_rs::TS;
use yokoten_store::backup;
use yokoten_store::verify::{Fault, Report};

use crate::{Result, Work, Workspace};

/// A backup, made or restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct BackedUp {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Changes in it, each read back and compared with its hash.
    #[ts(type = "number")]
    pub changes: usize,
}

impl From<backup::Backup> for BackedUp {
    fn from(made: backup::Backup) -> Self {
        Self { path: made.path.display().to_string(), bytes: made.bytes, changes: made.changes }
    }
}

/// What was checked, and every fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Checked {
    /// Entries.
    #[ts(type = "number")]
    pub entries: usize,
    /// Changes.
    #[ts(type = "number")]
    pub changes: usize,
    /// Attachments.
    #[ts(type = "number")]
    pub attachments: usize,
    /// What is wrong; empty where all is as it was written.
    pub faults: Vec<String>,
}

impl From<Report> for Checked {
    fn from(report: Report) -> Self {
        let faults = report.faults.into_iter().map(|fault| match fault {
            Fault::Database(words) => format!("database: {words}"),
            Fault::Change(seq) => format!("change {seq}: wrong hash"),
            Fault::Derived(table) => {
                format!("{table}: not what the log says (`yokoten rebuild` makes it again)")
            }
            Fault::MissingAttachment(hash, number) => format!("attachment {hash} of {number}: missing"),
            Fault::DamagedAttachment(hash) => format!("attachment {hash}: wrong hash"),
            Fault::Unreadable(words) => format!("log: {words}"),
        });
        Self {
            entries: report.documents,
            changes: report.changes,
            attachments: report.attachments,
            faults: faults.collect(),
        }
    }
}

impl Workspace {
    /// Writes the whole workspace into one file.
    ///
    /// # Errors
    /// Where the log is damaged or the file cannot be written, or [`yokoten_store::Error::Cancelled`]; a file that was
    /// there is then untouched.
    pub fn backup(&self, path: &Path) -> Result<BackedUp> {
        self.work(Work::Backup, |progress| Ok(self.another()?.backup_to(path, progress)?.into()))
    }

    /// Checks that everything is as it was written. Changes nothing.
    ///
    /// # Errors
    /// Only where checking is impossible, or [`yokoten_store::Error::Cancelled`].
    pub fn verify(&self) -> Result<Checked> {
        self.work(Work::Verify, |progress| Ok(self.another()?.verify(progress)?.into()))
    }

    /// Makes every derived row again. Returns how many entries there are.
    ///
    /// # Errors
    /// Where the log is damaged, or [`yokoten_store::Error::Cancelled`]; the rows are then as they were.
    pub fn rebuild(&self) -> Result<usize> {
        self.work(Work::Rebuild, |progress| Ok(self.store().rebuild(progress)?))
    }
}

/// Makes a workspace in `folder`, which holds none, of a backup.
///
/// # Errors
/// [`yokoten_store::Error::Exists`] where there is a workspace; [`yokoten_store::Error::Damaged`] for what is no
/// backup.
pub fn import_backup(file: &Path, folder: &Path) -> Result<BackedUp> {
    if !folder.exists() {
        crate::places::may_create(folder)?;
    }
    let made = backup::restore(file, folder)?;
    crate::places::remember(folder);
    Ok(made.into())
}
