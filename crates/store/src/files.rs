//! Whole files or none: what a crash or a full disk must not leave half-written.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// A file that is being written: a neighbour of its place, which takes it when it is whole. Until then what stood
/// there is untouched, and where it is dropped nothing is left of it.
pub struct Whole {
    path: PathBuf,
    neighbour: NamedTempFile,
}

impl Whole {
    /// Begins to write what shall stand at `path`.
    ///
    /// # Errors
    /// The system's own.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let neighbour = tempfile::Builder::new().prefix(".yokoten-").tempfile_in(folder(path));
        // The library's own words name the neighbour, which nobody asked for.
        let neighbour = neighbour.map_err(|error| io::Error::from(error.kind()))?;
        Ok(Self { path: path.to_owned(), neighbour })
    }

    /// Flushes it to the disk and renames it to its place; says its size in bytes.
    ///
    /// # Errors
    /// The system's own; nothing is left of the new file then.
    pub fn keep(self) -> io::Result<u64> {
        let Self { path, neighbour } = self;
        let file = neighbour.as_file();
        file.sync_all()?;
        // A temporary file is private; what a person asked for gets the rights of any other file of theirs.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        let bytes = file.metadata()?.len();
        neighbour.persist(&path).map_err(|error| error.error)?;
        sync_folder(folder(&path));
        Ok(bytes)
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The file itself: the neighbour would name its own place in an error.
        self.neighbour.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.neighbour.as_file_mut().flush()
    }
}

impl Seek for Whole {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.neighbour.as_file_mut().seek(place)
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file so that it holds either all of `bytes` or what it held before.
///
/// # Errors
/// [`Error::Full`], [`Error::ReadOnly`] or [`Error::Io`]; the old file is then untouched.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> io::Result<u64> {
        let mut file = Whole::beside(path)?;
        file.write_all(bytes)?;
        file.keep()
    };
    write().map_err(Error::io(path))?;
    Ok(())
}

/// Makes a rename in a folder durable, where the system can.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Some file systems refuse to flush a folder; the file itself is flushed already.
        let _ = folder.sync_all();
    }
}

/// Creates a folder and those above it.
///
/// # Errors
/// As [`write_whole`].
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Error::io(path))
}

/// Gives a file a second name, or copies it where the file system has no hard links.
///
/// # Errors
/// As [`write_whole`].
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).map_err(Error::io(to))?;
    }
    Ok(())
}

/// Lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_that_is_not_kept_was_never_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("章.html");
        write_whole(&path, "前の版".as_bytes()).unwrap();
        let mut file = Whole::beside(&path).unwrap();
        file.write_all(b"half of the next").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "前の版", "while it is written");
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "前の版");
        assert_eq!(names(folder.path()), ["章.html"], "nothing is left of it");
    }

    #[test]
    fn a_file_that_is_kept_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("章.html");
        write_whole(&path, b"long ago and long").unwrap();
        let mut file = Whole::beside(&path).unwrap();
        file.write_all(b"xnew").unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.write_all(b"a").unwrap();
        assert_eq!(file.keep().unwrap(), 4);
        assert_eq!(fs::read_to_string(&path).unwrap(), "anew");
        assert_eq!(names(folder.path()), ["章.html"]);
    }

    #[test]
    fn a_file_in_no_folder_is_the_systems_own_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("章.html");
        let error = Whole::beside(&path).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(!error.to_string().contains(".yokoten-"), "{error}");
    }
}
