//! The team's template: a file that people may edit, and every version that entries were written with.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::{Error, Result, Store, files};

/// The template in force, in the workspace's folder. Where it is absent, the built-in one is.
pub const FILE: &str = "template.toml";

/// The folder of the versions, each as `ID@VERSION.toml`.
pub const FOLDER: &str = "templates";

/// Whether `reference` is `id@version` and can be a file's name: letters, digits, `-` and `_`, then a number.
#[must_use]
pub fn is_reference(reference: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    reference.split_once('@').is_some_and(|(id, version)| {
        (1..=64).contains(&id.len()) && id.bytes().all(plain) && version.parse::<u32>().is_ok_and(|it| it > 0)
    })
}

/// The files of a workspace's templates, by their names in its folder: `template.toml`, `templates/team@2.toml`.
pub(crate) fn all(folder: &Path) -> Vec<String> {
    let kept = fs::read_dir(folder.join(FOLDER)).into_iter().flatten();
    let named = kept.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut all: Vec<String> =
        named.map(|name| format!("{FOLDER}/{name}")).filter(|name| is_file(name)).collect();
    if folder.join(FILE).is_file() {
        all.push(FILE.to_owned());
    }
    all.sort();
    all
}

/// The versions that are kept, as `id@version`.
#[must_use]
pub fn versions(folder: &Path) -> Vec<String> {
    all(folder).iter().filter_map(|name| reference_of(name).map(str::to_owned)).collect()
}

/// The name of a version's file in a workspace's folder and in a bundle.
#[must_use]
pub fn file_of(reference: &str) -> String {
    format!("{FOLDER}/{reference}.toml")
}

/// The version that a file of that name holds, as `id@version`.
#[must_use]
pub fn reference_of(name: &str) -> Option<&str> {
    let reference = name.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".toml")?;
    is_reference(reference).then_some(reference)
}

/// Whether a name is one that [`all`] gives.
pub(crate) fn is_file(name: &str) -> bool {
    name == FILE || reference_of(name).is_some()
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

impl Store {
    /// The text of the template in force; `None` where the workspace has none of its own.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn template(&self) -> Result<Option<String>> {
        read(&self.folder().join(FILE))
    }

    /// The text of a version; `None` where it is not kept here.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn template_version(&self, reference: &str) -> Result<Option<String>> {
        if !is_reference(reference) {
            return Ok(None);
        }
        read(&self.folder().join(FOLDER).join(format!("{reference}.toml")))
    }

    /// Keeps a version, so that entries go on being read with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is no reference, or as [`files::write_whole`].
    pub fn keep_template_version(&self, reference: &str, text: &str) -> Result<()> {
        keep_version(self.folder(), reference, text)
    }

    /// Puts a template in force.
    ///
    /// # Errors
    /// As [`files::write_whole`].
    pub fn set_template(&self, text: &str) -> Result<()> {
        files::write_whole(&self.folder().join(FILE), text.as_bytes())
    }
}

/// Keeps a version in a workspace's folder, see [`Store::keep_template_version`].
pub(crate) fn keep_version(folder: &Path, reference: &str, text: &str) -> Result<()> {
    if !is_reference(reference) {
        return Err(Error::NotFound { what: reference.to_owned() });
    }
    let folder = folder.join(FOLDER);
    files::create_folder(&folder)?;
    files::write_whole(&folder.join(format!("{reference}.toml")), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_cannot_lead_out_of_the_folder() {
        for good in ["standard@1", "team_A-2@12"] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["", "standard", "@1", "a@", "a@0", "a@x", "../a@1", "a/b@1", "a@1/..", "a\\b@1", "日本@1"]
        {
            assert!(!is_reference(bad), "{bad}");
        }
        assert!(is_file("template.toml") && is_file("templates/team@2.toml"));
        assert!(!is_file("templates/../x@1.toml") && !is_file("templates/x.toml") && !is_file("yokoten.db"));
    }
}
