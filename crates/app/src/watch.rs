//! Noticing what others wrote: another window, the command line.

use std::collections::HashSet;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use ts_rs::TS;

use crate::{Result, Workspace};

/// How often the database is asked whether another connection wrote. One `PRAGMA`, a few microseconds.
const EVERY: Duration = Duration::from_millis(300);

/// Rounds without a change after which idle work is done.
const IDLE: u32 = 10;

/// Entries that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Changed {
    /// Their identities.
    pub ids: Vec<String>,
    /// `own` for this process, `other` for another one.
    pub origin: String,
}

/// What this process wrote itself, so that its echo can be told from others' changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watchers {
    own: Arc<Mutex<HashSet<i64>>>,
}

impl Watchers {
    pub(crate) fn wrote(&self, change: i64) {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).insert(change);
    }
}

/// Watches for as long as it lives.
#[derive(Debug)]
pub struct Watch {
    _stop: Sender<()>,
}

impl Workspace {
    /// Calls back, on a thread of its own, when entries changed through another program; and does idle work (snapshots,
    /// the backup of the day) in between. Ends when the returned value is dropped.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn watch(self: &Arc<Self>, callback: impl Fn(Changed) + Send + 'static) -> Result<Watch> {
        let (stop, stopped) = channel();
        let workspace = Arc::downgrade(self);
        let mut seen = self.store().last_change()?;
        let mut version = self.store().data_version()?;
        std::thread::spawn(move || {
            // Not while the window is being opened.
            if stopped.recv_timeout(EVERY) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            yokoten_store::search::make_ready();
            let mut quiet = 0_u32;
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let Some(workspace) = workspace.upgrade() else { return };
                match workspace.others_wrote(&mut seen, &mut version) {
                    Some(ids) if !ids.is_empty() => {
                        quiet = 0;
                        callback(Changed { ids, origin: "other".to_owned() });
                    }
                    _ => quiet = quiet.saturating_add(1),
                }
                if quiet == IDLE {
                    // Failing here loses nothing; the next action says what is wrong.
                    let _ = workspace.tidy();
                }
            }
        });
        Ok(Watch { _stop: stop })
    }

    /// The entries that others changed since the last call; `None` where nothing happened or it cannot be told now.
    fn others_wrote(&self, seen: &mut i64, version: &mut i64) -> Option<Vec<String>> {
        let store = self.store();
        let now = store.data_version().ok()?;
        if now == *version {
            return None;
        }
        let changes = store.changes_since(*seen).ok()?;
        *version = now;
        let own = std::mem::take(&mut *self.watchers.own.lock().unwrap_or_else(PoisonError::into_inner));
        *seen = changes.iter().map(|(seq, _)| *seq).max().unwrap_or(*seen).max(*seen);
        let mut ids: Vec<String> = changes
            .into_iter()
            .filter(|(seq, _)| !own.contains(seq))
            .map(|(_, doc)| doc.to_string())
            .collect();
        ids.sort();
        ids.dedup();
        Some(ids)
    }
}
