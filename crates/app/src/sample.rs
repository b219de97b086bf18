//! The sample: finished postmortems of invented companies, to read and to learn from.

use std::path::PathBuf;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::Serialize;
use ts_rs::TS;

use crate::{Clock, Error, Result, Work, Works, Workspace, places};

static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/sample");

/// What was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Sampled {
    /// Entries.
    pub postmortems: usize,
    /// Pictures.
    pub attachments: usize,
}

/// Makes the sample's own workspace, filled, unless it is there. Returns its folder.
///
/// # Errors
/// As [`Workspace::open_beside`] and [`Workspace::sample`].
pub fn prepare_sample(clock: Clock, works: &Arc<Works>) -> Result<PathBuf> {
    let folder = places::sample_workspace()?;
    let workspace = Workspace::open_beside(&folder, clock, works)?;
    if workspace.start()?.entries == 0 {
        workspace.sample()?;
    }
    Ok(folder)
}

impl Workspace {
    /// Fills the workspace with the sample set. Entries of the sample that are there already are made to say what the
    /// sample says, by difference.
    ///
    /// # Errors
    /// As any write; [`yokoten_store::Error::Cancelled`].
    pub fn sample(&self) -> Result<Sampled> {
        let mut attachments = 0;
        for file in SAMPLE.get_dir("images").into_iter().flat_map(Dir::files) {
            self.store().keep_attachment(file.contents())?;
            attachments += 1;
        }
        let mut files: Vec<_> = SAMPLE
            .files()
            .filter(|file| file.path().extension().is_some_and(|kind| kind == "json"))
            .collect();
        files.sort_by_key(|file| file.path());
        let documents: Vec<serde_json::Value> = files
            .iter()
            .map(|file| {
                serde_json::from_slice(file.contents()).map_err(|error| Error::Json(error.to_string()))
            })
            .collect::<Result<_>>()?;
        let input = serde_json::to_vec(&documents).map_err(|error| Error::Internal(error.to_string()))?;
        let created = self.work(Work::Sample, |progress| Ok(self.put_watched(&input, progress)?.0))?;
        Ok(Sampled { postmortems: created.len(), attachments })
    }
}
