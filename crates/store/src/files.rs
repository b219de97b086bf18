//! Whole files or none: what a crash or a full disk must not leave half-written.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::{Error, Result};

/// Writes a file so that it holds either all of `bytes` or what it held before: a neighbour is written, flushed to
/// the disk and renamed.
///
/// # Errors
/// [`Error::Full`], [`Error::ReadOnly`] or [`Error::Io`]; the old file is then untouched.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let neighbour = tempfile::Builder::new().prefix(".yokoten-").tempfile_in(folder);
    // The library's own words name the neighbour, which nobody asked for.
    let mut neighbour = neighbour.map_err(|error| Error::io(path)(error.kind().into()))?;
    neighbour.write_all(bytes).map_err(Error::io(path))?;
    neighbour.as_file().sync_all().map_err(Error::io(path))?;
    // A temporary file is private; what a person asked for gets the rights of any other file of theirs.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = fs::Permissions::from_mode(0o644);
        neighbour.as_file().set_permissions(rights).map_err(Error::io(path))?;
    }
    neighbour.persist(path).map_err(|error| Error::io(path)(error.error))?;
    sync_folder(folder);
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
