//! Where workspaces are, and where they used to be.

use std::fs;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use yokoten_store::{DATABASE, files};

use crate::{Error, Result};

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("dev", "", "yokoten")
}

/// The workspace that is used when none is named: `YOKOTEN_WORKSPACE`, or the platform's data folder.
///
/// # Errors
/// [`Error::Io`] where the platform has no home folder or its data folder cannot be made.
pub fn default_workspace() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("YOKOTEN_WORKSPACE").filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    let folder = data_folder()?;
    Ok(folder.join("workspace"))
}

/// The workspace of the sample, beside the default one.
///
/// # Errors
/// As [`default_workspace`].
pub fn sample_workspace() -> Result<PathBuf> {
    Ok(data_folder()?.join("sample"))
}

fn data_folder() -> Result<PathBuf> {
    let no_home = || Error::Io {
        path: PathBuf::from("~"),
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "there is no home folder"),
    };
    let folder = project().ok_or_else(no_home)?.data_dir().to_owned();
    files::create_folder(&folder)?;
    Ok(folder)
}

/// Workspaces that were opened, so that a drive that is gone is not mistaken for a fresh start.
fn remembered() -> Option<PathBuf> {
    Some(project()?.config_dir().join("workspaces.json"))
}

fn read() -> Vec<PathBuf> {
    let text = remembered().and_then(|path| fs::read(path).ok()).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

fn write(list: &[PathBuf]) -> Result<()> {
    let Some(path) = remembered() else { return Ok(()) };
    if let Some(folder) = path.parent() {
        files::create_folder(folder)?;
    }
    let text = serde_json::to_vec_pretty(list).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(files::write_whole(&path, &text)?)
}

/// Decides whether a workspace may be created at `path`: there must be a folder to make it in, and no workspace may
/// have been there.
///
/// # Errors
/// [`Error::Gone`], [`Error::NoParent`].
pub(crate) fn may_create(path: &Path) -> Result<()> {
    if read().contains(&absolute(path)) {
        return Err(Error::Gone(path.to_owned()));
    }
    let parent = absolute(path);
    match parent.parent() {
        Some(parent) if parent.is_dir() => Ok(()),
        _ => Err(Error::NoParent(path.to_owned())),
    }
}

/// Whether there is a workspace.
#[must_use]
pub fn is_workspace(path: &Path) -> bool {
    path.join(DATABASE).exists()
}

/// Notes that a workspace is here. Failing to note it fails nothing.
pub(crate) fn remember(path: &Path) {
    let path = absolute(path);
    let mut list = read();
    if !list.contains(&path) {
        list.push(path);
        let _ = write(&list);
    }
}

/// Forgets a workspace that is gone for good. Its files, if there are any, are left alone.
///
/// # Errors
/// Where the list cannot be written.
pub fn forget(path: &Path) -> Result<()> {
    let path = absolute(path);
    let list: Vec<PathBuf> = read().into_iter().filter(|other| *other != path).collect();
    write(&list)
}

fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // The folder itself may be gone; the folder above may be a link.
    match (path.parent().and_then(|parent| parent.canonicalize().ok()), path.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => path,
    }
}
