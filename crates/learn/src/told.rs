//! What is told of mechanisms: `tellings/*.toml`.
//!
//! Each file is one field's or one point of view: by the name of a mechanism, accounts of it, each as one person would
//! give it of one incident. What several files tell of one mechanism stands under one name: told apart, its words would
//! be weighed by each file's own few, and what is alike would be learnt to be different.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

/// The tellings of one file, or of all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// Accounts by the name of the mechanism.
    #[serde(default)]
    pub(crate) mechanisms: BTreeMap<String, Vec<String>>,
    /// Names of mechanisms that have something in common, by what it is.
    #[serde(default)]
    pub(crate) families: BTreeMap<String, Vec<String>>,
}

/// The texts of all files, in the order of their names.
///
/// # Errors
/// Where the folder or one of its files cannot be read.
pub(crate) fn files() -> io::Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tellings");
    let paths = fs::read_dir(folder)?.map(|file| Ok(file?.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().map(fs::read_to_string).collect()
}

impl Told {
    /// What all files tell.
    ///
    /// # Errors
    /// Where one of them is no TOML of this form.
    pub(crate) fn read(files: &[String]) -> Result<Self, toml::de::Error> {
        let mut all = Self::default();
        for file in files {
            let told: Self = toml::from_str(file)?;
            for (known, told) in [(&mut all.mechanisms, told.mechanisms), (&mut all.families, told.families)]
            {
                told.into_iter().for_each(|(name, told)| known.entry(name).or_default().extend(told));
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn everything_told_has_a_name_of_its_own_and_families_have_members() {
        let told = Told::read(&files().unwrap()).unwrap();
        let names: HashSet<&String> = told.mechanisms.keys().chain(told.families.keys()).collect();
        assert_eq!(names.len(), told.mechanisms.len() + told.families.len());
        for (name, told) in &told.mechanisms {
            let length = told.iter().map(|text| text.chars().count()).sum::<usize>();
            assert!(length > 100, "too little is told of {name}");
        }
        for member in told.families.values().flatten() {
            assert!(told.mechanisms.contains_key(member), "{member}");
        }
        for (name, members) in &told.families {
            assert!(members.len() > 1, "{name} is no family");
        }
    }
}
