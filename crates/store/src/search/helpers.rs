//! Connections that read texts, each on a core of its own: in a searcher's own cache they would take the place of what is
//! read often.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::{DATABASE, Result, log};

/// Connections beside the searcher's own, one a core, at most.
const MOST: usize = 4;

/// Pages that such a connection keeps, in KiB: texts are read once, the way to them often.
const PAGES: i64 = -500;

/// Opened when they are first needed.
pub(super) struct Helpers {
    folder: PathBuf,
    connections: Option<Vec<Connection>>,
}

/// A state of the database: how often it was made anew, and the last change.
pub(super) type State = (i64, i64);

impl Helpers {
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), connections: None }
    }

    /// Carries out `work` with those connections that see `state`: none where somebody wrote in the meantime.
    pub(super) fn with<T>(
        &mut self,
        state: State,
        work: impl FnOnce(&mut [Connection]) -> Result<T>,
    ) -> Result<T> {
        let connections = match &mut self.connections {
            Some(connections) => connections,
            none => none.insert(open_all(&self.folder)?),
        };
        let outcome = share(connections, state, work);
        if outcome.is_err() {
            // Some may stand within a read.
            self.connections = None;
        }
        outcome
    }
}

fn share<T>(
    connections: &mut [Connection],
    state: State,
    work: impl FnOnce(&mut [Connection]) -> Result<T>,
) -> Result<T> {
    let mut seeing = 0;
    for connection in connections.iter() {
        connection.execute_batch("BEGIN")?;
        seeing += usize::from(seen(connection)? == state);
    }
    let outcome = work(if seeing == connections.len() { connections } else { &mut [] })?;
    for connection in connections.iter() {
        // A read has nothing to lose.
        connection.execute_batch("ROLLBACK")?;
    }
    Ok(outcome)
}

fn open_all(folder: &Path) -> Result<Vec<Connection>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (0..cores.min(MOST)).map(|_| connect(folder, PAGES)).collect()
}

fn seen(connection: &Connection) -> Result<State> {
    Ok((log::generation(connection)?, log::last(connection)?))
}

/// A connection that only reads, with a cache of so many pages (SQLite's `cache_size`).
pub(super) fn connect(folder: &Path, pages: i64) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join(DATABASE), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", pages)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
