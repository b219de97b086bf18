//! The workspace that is open, or why none is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tauri::{AppHandle, Emitter};
use yokoten_app::{Clock, Lang, Problem, Watch, Workspace, places};

type Opened = Result<Arc<Workspace>, Problem>;

/// What the window holds on to. A workspace that cannot be opened leaves the window open, with the problem to show.
pub(crate) struct Session {
    app: AppHandle,
    state: Mutex<State>,
}

struct State {
    /// Opened beside the window, so that it shows before the disk answers.
    opened: Option<Opened>,
    named: Option<PathBuf>,
    /// Ends when another workspace is opened.
    _watch: Option<Watch>,
}

impl Session {
    pub(crate) fn new(app: AppHandle, named: Option<PathBuf>) -> Self {
        Self { app, state: Mutex::new(State { opened: None, named, _watch: None }) }
    }

    /// The open workspace. One that could not be opened is tried again: the drive may be back.
    pub(crate) fn workspace(&self) -> Opened {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Ok(workspace)) = &state.opened {
            return Ok(Arc::clone(workspace));
        }
        let folder = match state.named.clone() {
            Some(folder) => Ok(folder),
            None => places::default_workspace(),
        };
        let opened = folder.map_err(problem).and_then(|folder| self.open_in(&mut state, &folder));
        state.opened = Some(opened.clone());
        opened
    }

    /// Opens another workspace; the one before stays open where that fails.
    pub(crate) fn switch(&self, folder: &Path) -> Opened {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.open_in(&mut state, folder)?;
        state.opened = Some(Ok(Arc::clone(&opened)));
        Ok(opened)
    }

    fn open_in(&self, state: &mut State, folder: &Path) -> Opened {
        let workspace = Arc::new(Workspace::open(folder, Clock::system()).map_err(problem)?);
        let app = self.app.clone();
        let watch = workspace.watch(move |changed| {
            // A window that is closing needs no news.
            let _ = app.emit("changed", changed);
        });
        state._watch = Some(watch.map_err(problem)?);
        Ok(workspace)
    }
}

/// Before a workspace is open there is no setting to ask for the language.
#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn problem(error: yokoten_app::Error) -> Problem {
    let english = std::env::var("LANG").is_ok_and(|lang| lang.starts_with("en"));
    error.problem(if english { Lang::En } else { Lang::Ja })
}
