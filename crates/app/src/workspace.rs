//! An open workspace: opening, and saving what can be saved when it is damaged.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use ts_rs::TS;
use yokoten_exchange::http::Cancel;
use yokoten_model::guidance::Coach;
use yokoten_model::template::Template;
use yokoten_store::search::Searcher;
use yokoten_store::{Error as StoreError, PATIENCE, Progress, Store, salvage};

use crate::clock::jst;
use crate::{Clock, Result, Resumed, Settings, Work, Works, places};

/// How long a write waits for another of this program: as long as it takes.
const LONG: Duration = Duration::from_hours(1);

/// An open workspace. All methods take `&self`; what writes waits its turn.
#[derive(Debug)]
pub struct Workspace {
    store: Mutex<Store>,
    /// Searches over a connection of its own: nobody waits for a long write.
    pub(crate) searcher: Mutex<Searcher>,
    /// The newest question of the window: older ones stop.
    pub(crate) asked: AtomicU64,
    /// The coach that was asked last, with the template that it knows.
    pub(crate) coach: Mutex<Option<(Template, Arc<Coach>)>>,
    /// The templates that were read last, by their texts; the newest first.
    pub(crate) templates: Mutex<Vec<(String, Template)>>,
    pub(crate) clock: Clock,
    recovery: Option<Recovery>,
    pub(crate) works: Arc<Works>,
    pub(crate) watchers: crate::watch::Watchers,
}

/// What was saved of a damaged workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Recovery {
    /// Where the damaged file is kept.
    pub set_aside: String,
    /// Entries that are there again.
    #[ts(type = "number")]
    pub entries: usize,
    /// Changes that are there again.
    #[ts(type = "number")]
    pub changes: usize,
    /// The automatic backup that filled gaps.
    pub from_backup: Option<String>,
    /// What nothing held any more: numbers of changes, ids of entries that are incomplete.
    pub lost: Vec<String>,
}

impl From<salvage::Report> for Recovery {
    fn from(report: salvage::Report) -> Self {
        let lost = report.lost.iter().map(|seq| format!("#{seq}"));
        Self {
            set_aside: report.set_aside.display().to_string(),
            entries: report.documents,
            changes: report.changes,
            from_backup: report.from_backup.map(|path| path.display().to_string()),
            lost: lost.chain(report.incomplete.iter().map(ToString::to_string)).collect(),
        }
    }
}

/// What the window needs to begin.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Start {
    /// The person's settings.
    pub settings: Settings,
    /// The workspace's folder.
    pub workspace: String,
    /// How many entries there are outside the trash.
    #[ts(type = "number")]
    pub entries: usize,
    /// Whether this is the sample's own workspace.
    pub sample: bool,
    /// The template in force.
    pub template: Template,
    /// Why the workspace's own template is not in force.
    pub template_problem: Option<crate::Problem>,
    /// What was saved, if the workspace was damaged when it was opened.
    pub recovery: Option<Recovery>,
    /// The entry that was being written when the window was last open.
    pub resumed: Option<Resumed>,
    /// The program's version.
    pub version: String,
}

impl Workspace {
    /// Opens the workspace in `folder`, which is created when absent, but only where the parent exists and no
    /// workspace is remembered at that path. A damaged database is set aside and what can be read is restored.
    ///
    /// # Errors
    /// [`crate::Error::Gone`], [`crate::Error::NoParent`], or why the store cannot open it.
    pub fn open(folder: &Path, clock: Clock) -> Result<Self> {
        Self::open_beside(folder, clock, &Arc::default())
    }

    /// As [`Workspace::open`], beside what else is under way, where how far it is can be asked and stopped.
    ///
    /// # Errors
    /// As [`Workspace::open`]; [`StoreError::Cancelled`].
    pub fn open_beside(folder: &Path, clock: Clock, works: &Arc<Works>) -> Result<Self> {
        let create = !places::is_workspace(folder);
        if create {
            places::may_create(folder)?;
        }
        let (store, recovery) = works.run(Work::Open, Cancel::default(), |watched| {
            open_or_recover(folder, create, &clock, &watched.progress())
        })?;
        places::remember(folder);
        let searcher = Searcher::open(folder)?;
        let workspace = Self {
            store: Mutex::new(store),
            searcher: Mutex::new(searcher),
            asked: AtomicU64::new(0),
            coach: Mutex::new(None),
            templates: Mutex::new(Vec::new()),
            clock,
            recovery,
            works: Arc::clone(works),
            watchers: crate::watch::Watchers::default(),
        };
        workspace.name_what_is_searched();
        Ok(workspace)
    }

    /// Tells the search what people call statuses and categories.
    pub(crate) fn name_what_is_searched(&self) {
        let names = crate::find::names(&self.template());
        self.searcher.lock().unwrap_or_else(PoisonError::into_inner).set_names(names);
    }

    /// The workspace's folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.store().folder().to_owned()
    }

    /// What was saved, if the workspace was damaged when it was opened.
    #[must_use]
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// What the window needs to begin.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn start(&self) -> Result<Start> {
        let folder = self.folder();
        let settings = self.settings()?;
        let (entries, _) = self.store().list(&yokoten_store::list::Query::default(), None)?;
        Ok(Start {
            settings: settings.clone(),
            workspace: folder.display().to_string(),
            entries,
            sample: places::sample_workspace().is_ok_and(|sample| sample == folder),
            template: self.template(),
            template_problem: self.template_text(settings.language)?.problem,
            recovery: self.recovery.clone(),
            resumed: self.resumed(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// What is due in an idle moment: snapshots, and the automatic backup of the day (in Japan).
    ///
    /// # Errors
    /// As any write; nothing of what a person wrote depends on it.
    pub fn tidy(&self) -> Result<()> {
        let day = jst(self.clock.now()).format("%Y-%m-%d").to_string();
        self.store().tidy()?;
        self.another()?.backup_of_day(&day, &Progress::default())?;
        Ok(())
    }

    /// The same workspace over a connection of its own, for work that takes long: who lists, reads and writes
    /// meanwhile does not wait for it.
    pub(crate) fn another(&self) -> Result<Store> {
        Ok(Store::open(&self.folder(), false)?)
    }

    /// Carries out work that writes long over a connection of its own: who writes meanwhile waits, and is not refused.
    pub(crate) fn while_writers_wait<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.store().set_patience(LONG)?;
        let outcome = work();
        self.store().set_patience(PATIENCE)?;
        outcome
    }

    /// The store, for one action. A thread that panicked inside an action left nothing half-done: its transaction was
    /// rolled back.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets a damaged database aside and restores what its log and the last automatic backup hold.
///
/// # Errors
/// [`StoreError::Locked`] while another program has the workspace open; [`StoreError::NotFound`] where there is none.
pub fn recover(folder: &Path, clock: &Clock) -> Result<Recovery> {
    if !places::is_workspace(folder) {
        return Err(StoreError::NotFound { what: folder.display().to_string() }.into());
    }
    salvaged(folder, clock, &Progress::default())
}

fn salvaged(folder: &Path, clock: &Clock, progress: &Progress) -> Result<Recovery> {
    let now = clock.now();
    let label = jst(now).format("%Y%m%d-%H%M%S").to_string();
    Ok(salvage::salvage(folder, &label, now, progress)?.into())
}

fn open_or_recover(
    folder: &Path,
    create: bool,
    clock: &Clock,
    progress: &Progress,
) -> Result<(Store, Option<Recovery>)> {
    match Store::open_watched(folder, create, progress) {
        Err(error) if error.is_damage() => {
            let recovery = salvaged(folder, clock, progress)?;
            Ok((Store::open(folder, false)?, Some(recovery)))
        }
        other => Ok((other?, None)),
    }
}
