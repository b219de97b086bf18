//! How far long work is, and the wish that it ends: for those who wait for it.

use std::sync::Arc;

use rusqlite::Connection;

use crate::{Error, Result};

/// What is being gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The database, in pages.
    Database,
    /// Changes of the log.
    Changes,
    /// Entries and books.
    Entries,
    /// Attachments.
    Attachments,
    /// What goes into a file, in bytes.
    Packing,
}

/// Someone who waits for long work. Called often, from any thread.
pub trait Watch: Send + Sync {
    /// Learns that `done` of `of` are done; `of` is 0 while that is not known.
    fn at(&self, part: Part, done: u64, of: u64);

    /// Whether it shall end. The work then leaves everything as it was, unless it is done already.
    fn is_stopped(&self) -> bool;
}

/// Long work's way to whoever waits for it; by default nobody does.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Watch>>);

impl Progress {
    /// Is told to `watch`.
    #[must_use]
    pub fn to(watch: Arc<dyn Watch>) -> Self {
        Self(Some(watch))
    }

    /// Tells that `done` of `of` are done.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the work shall end.
    pub fn step(&self, part: Part, done: u64, of: u64) -> Result<()> {
        let Some(watch) = &self.0 else { return Ok(()) };
        watch.at(part, done, of);
        if watch.is_stopped() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("watched", &self.0.is_some()).finish()
    }
}

/// Steps of SQLite's machine between two looks at the wish to end: a few milliseconds.
const STEPS: std::ffi::c_int = 20_000;

/// Carries out `work`, in which a long statement, too, ends with [`Error::Cancelled`] where that is wished.
///
/// # Errors
/// As `work`; where the database refuses to be watched.
pub(crate) fn interruptible<T>(
    connection: &mut Connection,
    progress: &Progress,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    let Some(watch) = progress.0.clone() else { return work(connection) };
    connection.progress_handler(STEPS, Some(move || watch.is_stopped()))?;
    let outcome = work(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    outcome
}
