//! The workspace that is open, or why none is.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tauri::{AppHandle, Emitter};
use yokoten_app::{Clock, Lang, Problem, Watch, Works, Workspace, places};

type Opened = Result<Arc<Workspace>, Problem>;

/// What the window holds on to. A workspace that cannot be opened leaves the window open, with the problem to show.
pub(crate) struct Session {
    app: AppHandle,
    works: Arc<Works>,
    /// How often a workspace was opened, or could not be.
    attempts: AtomicU64,
    state: Mutex<State>,
}

struct State {
    /// Opened beside the window, so that it shows before the disk answers.
    opened: Option<Opened>,
    named: Option<PathBuf>,
    /// Ends when another workspace is opened.
    _watch: Option<Watch>,
}

impl State {
    /// Watches a workspace in place of the one before.
    fn take(&mut self, (workspace, watch): (Arc<Workspace>, Watch)) -> Arc<Workspace> {
        self._watch = Some(watch);
        workspace
    }
}

impl Session {
    pub(crate) fn new(app: AppHandle, named: Option<PathBuf>) -> Self {
        let state = Mutex::new(State { opened: None, named, _watch: None });
        Self { app, works: Arc::default(), attempts: AtomicU64::new(0), state }
    }

    /// What is under way, also while a workspace is being opened.
    pub(crate) fn works(&self) -> &Arc<Works> {
        &self.works
    }

    /// The open workspace. One that could not be opened is tried again, as the drive may be back; but who waited for a
    /// try gets what came of it: it may have been stopped.
    pub(crate) fn workspace(&self) -> Opened {
        let attempts = self.attempts.load(Ordering::SeqCst);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.attempts.load(Ordering::SeqCst) != attempts;
        match &state.opened {
            Some(Ok(workspace)) => return Ok(Arc::clone(workspace)),
            Some(failed) if waited => return failed.clone(),
            _ => {}
        }
        let folder = match state.named.clone() {
            Some(folder) => Ok(folder),
            None => places::default_workspace(),
        };
        let opened = folder.map_err(problem).and_then(|folder| self.open(&folder));
        let opened = opened.map(|opened| state.take(opened));
        state.opened = Some(opened.clone());
        self.attempts.fetch_add(1, Ordering::SeqCst);
        opened
    }

    /// Opens another workspace; the one before stays open where that fails.
    pub(crate) fn switch(&self, folder: &Path) -> Opened {
        // Until it is open, the one before answers.
        let opened = self.open(folder)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let workspace = state.take(opened);
        state.opened = Some(Ok(Arc::clone(&workspace)));
        Ok(workspace)
    }

    fn open(&self, folder: &Path) -> Result<(Arc<Workspace>, Watch), Problem> {
        let workspace =
            Arc::new(Workspace::open_beside(folder, Clock::system(), &self.works).map_err(problem)?);
        let app = self.app.clone();
        let watch = workspace.watch(move |changed| {
            // A window that is closing needs no news.
            let _ = app.emit("changed", changed);
        });
        Ok((workspace, watch.map_err(problem)?))
    }
}

/// Before a workspace is open there is no setting to ask for the language.
#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
pub(crate) fn problem(error: yokoten_app::Error) -> Problem {
    let english = std::env::var("LANG").is_ok_and(|lang| lang.starts_with("en"));
    error.problem(if english { Lang::En } else { Lang::Ja })
}
