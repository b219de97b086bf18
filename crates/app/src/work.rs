//! Work that takes a while: how far it is, and stopping it, for a window that asks while it waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::http::Cancel;
use yokoten_store::Progress;
use yokoten_store::progress::{Part, Watch};

use crate::{Error, Result, Workspace};

/// Work that takes a while. One of each kind is under way at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Opening a workspace whose rows have to be made anew, or whose database is damaged.
    Open,
    /// Filling the sample's workspace.
    Sample,
    /// Taking in what another office handed over.
    Import,
    /// Handing entries over.
    Bundle,
    /// Writing an entry or a book as a file.
    Export,
    /// Writing the whole workspace into one file.
    Backup,
    /// Checking that everything is as it was written.
    Verify,
    /// Making every derived row again.
    Rebuild,
    /// Signing in at Google, and publishing there.
    Google,
}

/// What work goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkPart {
    /// The database, in pages.
    Database,
    /// Changes of the log.
    Changes,
    /// Entries and books.
    Entries,
    /// Attachments.
    Attachments,
    /// What goes into a file, in bytes.
    Packing,
    /// Chapters of a book.
    Chapters,
}

impl From<Part> for WorkPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Database => Self::Database,
            Part::Changes => Self::Changes,
            Part::Entries => Self::Entries,
            Part::Attachments => Self::Attachments,
            Part::Packing => Self::Packing,
        }
    }
}

/// How far work is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct WorkProgress {
    /// What it goes through; null while it begins.
    pub part: Option<WorkPart>,
    /// How much of that is done.
    #[ts(type = "number")]
    pub done: u64,
    /// How much there is of it; 0 while that is not known.
    #[ts(type = "number")]
    pub of: u64,
    /// What it is at, such as a chapter's title.
    pub title: String,
}

/// What this program has under way.
#[derive(Debug, Default)]
pub struct Works(Mutex<BTreeMap<Work, Run>>);

#[derive(Debug)]
struct Run {
    cancel: Cancel,
    progress: WorkProgress,
}

impl Works {
    fn runs(&self) -> MutexGuard<'_, BTreeMap<Work, Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far work is; `None` where it is not under way.
    #[must_use]
    pub fn progress(&self, what: Work) -> Option<WorkProgress> {
        self.runs().get(&what).map(|run| run.progress.clone())
    }

    /// Wishes that work ends. It leaves everything as it was, but for Google, where what was sent stays.
    pub fn cancel(&self, what: Work) {
        if let Some(run) = self.runs().get(&what) {
            run.cancel.stop();
        }
    }

    /// Carries out work, which others can watch and stop meanwhile.
    ///
    /// # Errors
    /// [`Error::UnderWay`] where the same is under way already; as `work`.
    pub(crate) fn run<T>(
        self: &Arc<Self>,
        what: Work,
        cancel: Cancel,
        work: impl FnOnce(&Watched) -> Result<T>,
    ) -> Result<T> {
        {
            let mut runs = self.runs();
            if runs.contains_key(&what) {
                return Err(Error::UnderWay);
            }
            runs.insert(what, Run { cancel: cancel.clone(), progress: WorkProgress::default() });
        }
        // Whatever becomes of the work, another may begin afterwards.
        let _over = Over(self, what);
        work(&Watched { works: Arc::clone(self), what, cancel })
    }
}

struct Over<'a>(&'a Works, Work);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.runs().remove(&self.1);
    }
}

/// Work that is under way, from the side of who does it.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    works: Arc<Works>,
    what: Work,
    cancel: Cancel,
}

impl Watched {
    /// Tells how far it is.
    pub(crate) fn note(&self, progress: WorkProgress) {
        if let Some(run) = self.works.runs().get_mut(&self.what) {
            run.progress = progress;
        }
    }

    /// The store's way to whoever watches.
    pub(crate) fn progress(&self) -> Progress {
        Progress::to(Arc::new(self.clone()))
    }
}

impl Watch for Watched {
    fn at(&self, part: Part, done: u64, of: u64) {
        self.note(WorkProgress { part: Some(part.into()), done, of, title: String::new() });
    }

    fn is_stopped(&self) -> bool {
        self.cancel.is_stopped()
    }
}

impl Workspace {
    /// What this program has under way.
    #[must_use]
    pub fn works(&self) -> &Arc<Works> {
        &self.works
    }

    /// Carries out work of the store, which the window can watch and stop meanwhile.
    pub(crate) fn work<T>(&self, what: Work, work: impl FnOnce(&Progress) -> Result<T>) -> Result<T> {
        self.works.run(what, Cancel::default(), |watched| work(&watched.progress()))
    }
}
