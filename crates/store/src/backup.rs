//! Backups: a folder a day, kept by hard links, and one file that a person asks for.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::StepResult;
use zip::write::SimpleFileOptions;

use crate::progress::{Part, Progress};
use crate::{DATABASE, Error, Result, Store, attachments, files, log, open, templates};

/// The folder of the automatic backups in the workspace.
pub const FOLDER: &str = "backups";

/// How many automatic backups are kept.
pub const KEPT: usize = 14;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes (of a folder: of the database).
    pub bytes: u64,
    /// Changes in its log, all with the right hash.
    pub changes: usize,
}

impl Store {
    /// Makes the automatic backup of `day` (`YYYY-MM-DD`) unless there is one, and lets the oldest go beyond
    /// [`KEPT`]. A backup that does not read back whole is not kept, and then no older one goes.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the log is damaged, [`Error::Full`], [`Error::Io`], [`Error::Cancelled`].
    pub fn backup_of_day(&self, day: &str, progress: &Progress) -> Result<Option<Backup>> {
        let folder = self.folder().join(FOLDER);
        let path = folder.join(day);
        if path.exists() {
            return Ok(None);
        }
        files::create_folder(&folder)?;
        let making =
            tempfile::Builder::new().prefix(".making-").tempdir_in(&folder).map_err(Error::io(&folder))?;
        let database = making.path().join(DATABASE);
        let changes = self.copy_database(&database, progress)?;
        let beside = making.path().join(attachments::FOLDER);
        files::create_folder(&beside)?;
        for hash in attachments::all(self.folder())? {
            files::link_or_copy(&self.folder().join(attachments::FOLDER).join(&hash), &beside.join(&hash))?;
        }
        copy_templates(self.folder(), making.path())?;
        let bytes = fs::metadata(&database).map_err(Error::io(&database))?.len();
        fs::rename(making.path(), &path).map_err(Error::io(&path))?;
        files::sync_folder(&folder);
        let kept = automatic(self.folder());
        for old in kept.iter().rev().skip(KEPT) {
            fs::remove_dir_all(old).map_err(Error::io(old))?;
        }
        Ok(Some(Backup { path, bytes, changes }))
    }

    /// Writes the whole workspace, attachments included, into one zip file.
    ///
    /// # Errors
    /// As [`Store::backup_of_day`]; a file that was there is then untouched.
    pub fn backup_to(&self, path: &Path, progress: &Progress) -> Result<Backup> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let work =
            tempfile::Builder::new().prefix(".yokoten-").tempdir_in(folder).map_err(Error::io(path))?;
        let database = work.path().join(DATABASE);
        let changes = self.copy_database(&database, progress)?;
        let mut zip = zip::ZipWriter::new(tempfile::NamedTempFile::new_in(folder).map_err(Error::io(path))?);
        let parts = self.parts(database)?;
        let of = parts.iter().filter_map(|part| Some(fs::metadata(&part.from).ok()?.len())).sum();
        let mut done = 0;
        for part in &parts {
            add(&mut zip, part, &mut |bytes| {
                done += bytes;
                progress.step(Part::Packing, done, of)
            })?;
        }
        let file = zip.finish().map_err(|error| zip_error(path, error))?;
        file.as_file().sync_all().map_err(Error::io(path))?;
        let file = file.persist(path).map_err(|error| Error::io(path)(error.error))?;
        let bytes = file.metadata().map_err(Error::io(path))?.len();
        Ok(Backup { path: path.to_owned(), bytes, changes })
    }

    /// What a file holds of the workspace, with `database` as the copy of its own.
    fn parts(&self, database: PathBuf) -> Result<Vec<Packed>> {
        let mut parts = vec![Packed { name: DATABASE.to_owned(), from: database, shrinks: true }];
        for name in templates::all(self.folder()) {
            parts.push(Packed { from: self.folder().join(&name), name, shrinks: true });
        }
        for hash in attachments::all(self.folder())? {
            let from = self.folder().join(attachments::FOLDER).join(&hash);
            // Images do not shrink.
            parts.push(Packed { name: format!("{}/{hash}", attachments::FOLDER), from, shrinks: false });
        }
        Ok(parts)
    }

    /// Copies the database as of now into a new file and reads every change back.
    fn copy_database(&self, to: &Path, progress: &Progress) -> Result<usize> {
        let mut copy = Connection::open(to)?;
        copy_into(&self.connection, &mut copy, progress)?;
        // One file without neighbours.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        File::open(to).and_then(|file| file.sync_all()).map_err(Error::io(to))?;
        check(&copy, progress)
    }
}

/// Pages that are copied between two looks at the wish to end: a megabyte.
const PAGES: std::ffi::c_int = 256;

/// Copies a database as of one moment. Others may go on writing meanwhile.
pub(crate) fn copy_into(from: &Connection, to: &mut Connection, progress: &Progress) -> Result<()> {
    // A transaction that reads holds the moment: the copy would else begin anew whenever someone has written.
    let moment = from.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
    let copy = rusqlite::backup::Backup::new(&moment, to)?;
    loop {
        let state = copy.step(PAGES)?;
        let rusqlite::backup::Progress { remaining, pagecount } = copy.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or_default();
        progress.step(Part::Database, pages(pagecount - remaining), pages(pagecount))?;
        match state {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(Error::Locked),
        }
    }
}

/// Copies the team's template and its versions.
fn copy_templates(from: &Path, to: &Path) -> Result<()> {
    for name in templates::all(from) {
        let target = to.join(&name);
        target.parent().map_or(Ok(()), files::create_folder)?;
        fs::copy(from.join(&name), &target).map_err(Error::io(&target))?;
    }
    Ok(())
}

/// Counts the changes of a log whose hashes are all right.
fn check(connection: &Connection, progress: &Progress) -> Result<usize> {
    let mut changes = 0;
    log::walk(connection, progress, |row, whole| {
        changes += 1;
        if whole { Ok(()) } else { Err(Error::damaged(format_args!("change {} has a wrong hash", row.seq))) }
    })?;
    Ok(changes)
}

/// A file that goes into an archive.
struct Packed {
    name: String,
    from: PathBuf,
    shrinks: bool,
}

/// Bytes that are packed between two looks at the wish to end.
const CHUNK: u64 = 1024 * 1024;

/// Packs a file, and tells `each` of every chunk, in bytes.
fn add(
    zip: &mut zip::ZipWriter<impl Write + Seek>,
    Packed { name, from, shrinks }: &Packed,
    each: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let mut file = File::open(from).map_err(Error::io(from))?;
    let method = if *shrinks { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method).large_file(true);
    zip.start_file(name.as_str(), options).map_err(|error| zip_error(from, error))?;
    loop {
        let bytes = io::copy(&mut (&mut file).take(CHUNK), zip).map_err(Error::io(from))?;
        if bytes == 0 {
            return Ok(());
        }
        each(bytes)?;
    }
}

fn zip_error(path: &Path, error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(source) => Error::io(path)(source),
        other => Error::io(path)(io::Error::other(other)),
    }
}

/// The automatic backups of a workspace, the oldest first.
#[must_use]
pub fn automatic(folder: &Path) -> Vec<PathBuf> {
    let is_day =
        |name: &str| name.len() == 10 && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let mut found: Vec<PathBuf> = fs::read_dir(folder.join(FOLDER))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_day))
        .collect();
    found.sort();
    found
}

/// Makes a new workspace in `folder` of a backup: a zip file or an automatic backup's folder. It gets a replica id of
/// its own, since what it was copied from may live on.
///
/// # Errors
/// [`Error::Exists`] where `folder` already holds a workspace; [`Error::Damaged`] where the backup is no backup or
/// does not read back whole; nothing is then left in `folder`.
pub fn restore(backup: &Path, folder: &Path) -> Result<Backup> {
    if folder.join(DATABASE).exists() {
        return Err(Error::Exists { path: folder.join(DATABASE) });
    }
    let made = !folder.exists();
    if made {
        fs::create_dir(folder).map_err(Error::io(folder))?;
    }
    let outcome = restore_into(backup, folder);
    if outcome.is_err() && made {
        // Only what was made here; a folder of someone else's is left as it is.
        let _ = fs::remove_dir_all(folder);
    }
    outcome
}

fn restore_into(backup: &Path, folder: &Path) -> Result<Backup> {
    let work =
        tempfile::Builder::new().prefix(".restoring-").tempdir_in(folder).map_err(Error::io(folder))?;
    let inside = work.path().join(attachments::FOLDER);
    files::create_folder(&inside)?;
    if backup.is_dir() {
        fs::copy(backup.join(DATABASE), work.path().join(DATABASE)).map_err(Error::io(backup))?;
        copy_templates(backup, work.path())?;
        for hash in attachments::all(backup)? {
            files::link_or_copy(&backup.join(attachments::FOLDER).join(&hash), &inside.join(&hash))?;
        }
    } else {
        unpack(backup, work.path())?;
    }
    let database = work.path().join(DATABASE);
    let bytes = fs::metadata(&database).map_err(Error::io(&database))?.len();
    let changes = {
        let connection = open::connect(&database)?;
        let changes = check(&connection, &Progress::default())?;
        open::mint_replica(&connection)?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        changes
    };
    files::create_folder(&folder.join(attachments::FOLDER))?;
    for hash in attachments::all(work.path())? {
        let to = folder.join(attachments::FOLDER).join(&hash);
        fs::rename(inside.join(&hash), &to).map_err(Error::io(&to))?;
    }
    copy_templates(work.path(), folder)?;
    // Last, so that a workspace is there only when it is whole.
    let to = folder.join(DATABASE);
    fs::rename(&database, &to).map_err(Error::io(&to))?;
    files::sync_folder(folder);
    Ok(Backup { path: folder.to_owned(), bytes, changes })
}

/// Takes out what a backup may hold, by name; anything else in the archive is passed over.
fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let file = File::open(archive).map_err(Error::io(archive))?;
    let no_backup = |error: zip::result::ZipError| match error {
        zip::result::ZipError::Io(source) => Error::io(archive)(source),
        other => Error::damaged(format_args!("`{}` is no backup: {other}", archive.display())),
    };
    let mut zip = zip::ZipArchive::new(file).map_err(no_backup)?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(no_backup)?;
        let name = entry.name().map_err(no_backup)?.into_owned();
        let attachment = name.strip_prefix("attachments/").filter(|name| attachments::is_hash(name));
        let to = match (name.as_str(), attachment) {
            (DATABASE, _) => folder.join(DATABASE),
            (_, Some(hash)) => folder.join(attachments::FOLDER).join(hash),
            (name, None) if templates::is_file(name) => folder.join(name),
            _ => continue,
        };
        to.parent().map_or(Ok(()), files::create_folder)?;
        let mut out = File::create(&to).map_err(Error::io(&to))?;
        io::copy(&mut entry, &mut out).map_err(Error::io(&to))?;
        out.sync_all().map_err(Error::io(&to))?;
    }
    if folder.join(DATABASE).exists() {
        Ok(())
    } else {
        Err(Error::damaged(format_args!("`{}` is no backup: it holds no {DATABASE}", archive.display())))
    }
}
