//! Attachments: files named by the BLAKE3 hash of their bytes, in a folder of the workspace.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::{Error, Result, Store, files};

/// The folder's name in the workspace.
pub const FOLDER: &str = "attachments";

/// The largest attachment, in bytes.
pub const LIMIT: u64 = 50 * 1024 * 1024;

/// Whether `hash` is the name of an attachment: 64 lower-case hex digits.
#[must_use]
pub fn is_hash(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Store {
    /// Keeps bytes and returns their hash. Bytes that are already there are not written again.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Full`], [`Error::ReadOnly`] or [`Error::Io`].
    pub fn keep_attachment(&self, bytes: &[u8]) -> Result<String> {
        if bytes.len() as u64 > LIMIT {
            return Err(Error::TooLarge { bytes: bytes.len() as u64, limit: LIMIT });
        }
        let hash = blake3::hash(bytes).to_hex().to_string();
        let path = self.attachment_path(&hash);
        if fs::metadata(&path).is_ok_and(|there| there.len() == bytes.len() as u64) {
            return Ok(hash);
        }
        files::create_folder(&self.folder().join(FOLDER))?;
        files::write_whole(&path, bytes)?;
        Ok(hash)
    }

    /// The bytes of an attachment.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not here, [`Error::Damaged`] where the file is not what its name says.
    pub fn attachment(&self, hash: &str) -> Result<Vec<u8>> {
        let not_found = || Error::NotFound { what: hash.to_owned() };
        if !is_hash(hash) {
            return Err(not_found());
        }
        let bytes = match fs::read(self.attachment_path(hash)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(not_found()),
            other => other.map_err(Error::io(&self.attachment_path(hash)))?,
        };
        if blake3::hash(&bytes).to_hex().as_str() != hash {
            return Err(Error::damaged(format_args!("attachment {hash} has other bytes than its name says")));
        }
        Ok(bytes)
    }

    /// Whether there is a file of this hash, whatever is in it.
    pub(crate) fn has_attachment(&self, hash: &str) -> bool {
        self.attachment_path(hash).exists()
    }

    fn attachment_path(&self, hash: &str) -> PathBuf {
        self.folder().join(FOLDER).join(hash)
    }
}

/// Attachments that arrive: held beside the workspace's own until what refers to them is stored.
#[derive(Debug)]
pub struct Arriving {
    held: tempfile::TempDir,
    hashes: Vec<String>,
}

impl Arriving {
    /// Nothing yet, for the workspace in `folder`.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] or [`Error::Io`].
    pub fn new(folder: &Path) -> Result<Self> {
        let held = tempfile::Builder::new().prefix(".arriving-").tempdir_in(folder);
        Ok(Self { held: held.map_err(Error::io(folder))?, hashes: Vec::new() })
    }

    /// Holds bytes of this hash.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Full`] or [`Error::Io`]; [`Error::Damaged`] where the hash is another.
    pub fn add(&mut self, hash: &str, bytes: &[u8]) -> Result<()> {
        if bytes.len() as u64 > LIMIT {
            return Err(Error::TooLarge { bytes: bytes.len() as u64, limit: LIMIT });
        }
        if blake3::hash(bytes).to_hex().as_str() != hash {
            return Err(Error::damaged("wrong hash"));
        }
        files::write_whole(&self.held.path().join(hash), bytes)?;
        self.hashes.push(hash.to_owned());
        Ok(())
    }

    /// Puts those that are not there among the attachments of the workspace in `folder`.
    pub(crate) fn settle(self, folder: &Path) -> Result<()> {
        let folder = folder.join(FOLDER);
        if !self.hashes.is_empty() {
            files::create_folder(&folder)?;
        }
        for hash in &self.hashes {
            let (from, to) = (self.held.path().join(hash), folder.join(hash));
            let there = fs::metadata(&to)
                .is_ok_and(|there| fs::metadata(&from).is_ok_and(|arrived| arrived.len() == there.len()));
            if !there {
                fs::rename(&from, &to).map_err(Error::io(&to))?;
            }
        }
        files::sync_folder(&folder);
        Ok(())
    }
}

/// Reads a file that shall become an attachment.
///
/// # Errors
/// [`Error::TooLarge`] before anything is read, [`Error::Io`].
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(Error::io(path))?;
    let about = file.metadata().map_err(Error::io(path))?;
    if about.is_dir() {
        return Err(Error::io(path)(std::io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(Error::io(path))?;
    if bytes.len() as u64 > LIMIT {
        return Err(Error::TooLarge { bytes: about.len().max(LIMIT + 1), limit: LIMIT });
    }
    Ok(bytes)
}

/// The hashes of all attachments in a workspace folder.
pub(crate) fn all(folder: &Path) -> Result<Vec<String>> {
    let folder = folder.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(Error::io(&folder))?,
    };
    let mut hashes = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::io(&folder))?.file_name();
        hashes.extend(name.to_str().filter(|name| is_hash(name)).map(str::to_owned));
    }
    hashes.sort();
    Ok(hashes)
}
