//! Where a refresh token is kept: the system's keyring, or a file where there is none.

use std::io::Write;
use std::path::PathBuf;

use super::Error;
use crate::http::Secret;

/// Keeps one secret.
pub trait Secrets: Send + Sync {
    /// The secret, if there is one.
    ///
    /// # Errors
    /// [`Error::Secrets`].
    fn load(&self) -> Result<Option<Secret>, Error>;
    /// Keeps it, in place of any other.
    ///
    /// # Errors
    /// [`Error::Secrets`].
    fn save(&self, secret: &Secret) -> Result<(), Error>;
    /// Forgets it.
    ///
    /// # Errors
    /// [`Error::Secrets`].
    fn delete(&self) -> Result<(), Error>;
}

/// The system's keyring: Keychain, Credential Manager, or the Secret Service.
#[derive(Clone, Debug)]
pub struct Keyring {
    account: String,
}

impl Keyring {
    /// The secret of an account, such as `google`.
    pub fn new(account: impl Into<String>) -> Self {
        Self { account: account.into() }
    }

    fn entry(&self) -> Result<keyring::Entry, Error> {
        keyring::Entry::new("yokoten", &self.account).map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Secrets(error.to_string())
}

impl Secrets for Keyring {
    fn load(&self) -> Result<Option<Secret>, Error> {
        match self.entry()?.get_password() {
            Ok(secret) => Ok(Some(Secret::new(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn save(&self, secret: &Secret) -> Result<(), Error> {
        self.entry()?.set_password(secret.reveal()).map_err(failed)
    }

    fn delete(&self) -> Result<(), Error> {
        match self.entry()?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

/// A file that only its owner may read: JSON, one key an account. For machines without a keyring.
#[derive(Clone, Debug)]
pub struct FileSecrets {
    path: PathBuf,
    account: String,
}

type Kept = serde_json::Map<String, serde_json::Value>;

impl FileSecrets {
    /// The secret of an account in a file.
    pub fn new(path: impl Into<PathBuf>, account: impl Into<String>) -> Self {
        Self { path: path.into(), account: account.into() }
    }

    fn read(&self) -> Result<Kept, Error> {
        match std::fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(failed),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Kept::new()),
            Err(error) => Err(failed(error)),
        }
    }

    /// A temporary file is the owner's alone from its first moment, and takes the place of the old one whole.
    fn write(&self, kept: &Kept) -> Result<(), Error> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&serde_json::to_vec(kept).map_err(failed)?).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path).map(drop).map_err(failed)
    }
}

impl Secrets for FileSecrets {
    fn load(&self) -> Result<Option<Secret>, Error> {
        Ok(self.read()?.get(&self.account).and_then(serde_json::Value::as_str).map(Secret::new))
    }

    fn save(&self, secret: &Secret) -> Result<(), Error> {
        let mut kept = self.read()?;
        kept.insert(self.account.clone(), secret.reveal().into());
        self.write(&kept)
    }

    fn delete(&self) -> Result<(), Error> {
        let mut kept = self.read()?;
        if kept.remove(&self.account).is_some() { self.write(&kept) } else { Ok(()) }
    }
}
