//! Opening and creating the database: pragmas, numbered migrations, versions.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use uuid::Uuid;

use crate::progress::{Progress, interruptible};
use crate::search::mechanism;
use crate::{Error, Result, files, projection};

/// The database's file name in the workspace folder.
pub const DATABASE: &str = "yokoten.db";

/// The newest schema that this program knows; kept in `PRAGMA user_version`.
pub const SCHEMA_VERSION: i64 = 11;

/// Marks the file as ours for `file` and friends: "YKTN".
const APPLICATION_ID: i64 = 0x594b_544e;

const MIGRATIONS: [&str; 11] = [
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
    include_str!("schema/007.sql"),
    include_str!("schema/008.sql"),
    include_str!("schema/009.sql"),
    include_str!("schema/010.sql"),
    include_str!("schema/011.sql"),
];

/// How long to wait for another program that writes.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the database of a workspace folder; creates folder and file where `create` says so.
///
/// # Errors
/// [`Error::NotFound`] where there is none and `create` is false, [`Error::NewerWorkspace`], [`Error::Damaged`],
/// [`Error::ReadOnly`], [`Error::Full`], [`Error::Locked`], [`Error::Cancelled`] or [`Error::Io`].
pub(crate) fn open(folder: &Path, create: bool, progress: &Progress) -> Result<(Connection, File)> {
    let path = folder.join(DATABASE);
    if !path.exists() {
        if !create {
            return Err(Error::NotFound { what: path.display().to_string() });
        }
        std::fs::create_dir(folder).or_else(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(Error::io(folder)(error)),
        })?;
    }
    let lock = lock_shared(folder)?;
    let mut connection = connect(&path)?;
    match interruptible(&mut connection, progress, |connection| migrate(connection, progress)) {
        Err(Error::ReadOnly { .. }) => Err(Error::ReadOnly { path: folder.to_owned() }),
        other => other.map(|()| (connection, lock)),
    }
}

/// Opens a database file with the pragmas that durability rests on.
pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| cannot_open(path, error))?;
    connection.busy_timeout(PATIENCE)?;
    // Reading the version first: a file that is no database, or a newer one, is not touched.
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|error| cannot_open(path, error))?;
    if found > SCHEMA_VERSION {
        return Err(Error::NewerWorkspace { found, known: SCHEMA_VERSION });
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // Else a statement whose plan might be better for other values is prepared anew each time that it is used.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// The file whose lock tells that a program has the workspace open.
const LOCK: &str = ".lock";

/// Holds the workspace together with other programs, for as long as the file lives.
///
/// # Errors
/// [`Error::Locked`] while another program is saving a damaged database, [`Error::ReadOnly`], [`Error::Io`].
pub(crate) fn lock_shared(folder: &Path) -> Result<File> {
    let file = lock_file(folder)?;
    file.try_lock_shared().map_err(|error| cannot_lock(folder, error))?;
    Ok(file)
}

/// Holds the workspace alone: its database is about to be moved, and a program that had it open would go on
/// writing into the moved file.
///
/// # Errors
/// [`Error::Locked`] while another program has it open.
pub(crate) fn lock_alone(folder: &Path) -> Result<File> {
    let file = lock_file(folder)?;
    file.try_lock().map_err(|error| cannot_lock(folder, error))?;
    Ok(file)
}

fn lock_file(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(Error::io(&path))
}

fn cannot_lock(folder: &Path, error: TryLockError) -> Error {
    match error {
        TryLockError::WouldBlock => Error::Locked,
        TryLockError::Error(source) => Error::io(&folder.join(LOCK))(source),
    }
}

fn cannot_open(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied) => {
            Error::Io { path: path.to_owned(), source: std::io::Error::other(error) }
        }
        Some(rusqlite::ErrorCode::ReadOnly) => Error::ReadOnly { path: path.to_owned() },
        _ => error.into(),
    }
}

fn migrate(connection: &mut Connection, progress: &Progress) -> Result<()> {
    let version = |connection: &Connection| -> Result<i64> {
        Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
    };
    if version(connection)? == SCHEMA_VERSION {
        // Touch what every command needs, so that damage shows at once and not at the first edit.
        connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
        if !mechanism::is_current(connection)? {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            mechanism::project_anew(&transaction, progress)?;
            transaction.commit()?;
        }
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have migrated while this one waited.
    let done = usize::try_from(version(&transaction)?).unwrap_or_default();
    for sql in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(sql)?;
    }
    if done == 0 {
        transaction.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}"))?;
        mint_replica(&transaction)?;
    } else if done < MIGRATIONS.len() {
        // A newer schema derives more from the same log.
        projection::project_anew(&transaction, progress)?;
    }
    mechanism::note_current(&transaction)?;
    transaction.execute_batch(&format!("PRAGMA user_version = {SCHEMA_VERSION}"))?;
    transaction.commit()?;
    Ok(())
}

/// Gives the workspace a replica id of its own: at creation and after every restore, since two workspaces that
/// number their changes under one id could not be told apart.
pub(crate) fn mint_replica(connection: &Connection) -> Result<()> {
    let uuid = Uuid::new_v4();
    connection.execute("INSERT INTO replica (uuid) VALUES (?1)", [uuid.as_bytes().as_slice()])?;
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('replica', ?1) ON CONFLICT DO UPDATE SET value = excluded.value",
        [files::hex(uuid.as_bytes())],
    )?;
    Ok(())
}
