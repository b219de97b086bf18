//! What was committed lies in SQLite's write-ahead log until it is moved into the database. That is done on a thread of
//! its own: an edit that did it would take several times as long as another.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, MAIN_DB};

use crate::Result;
use crate::open::{DATABASE, connect};

/// Pages of the log from which on they are moved: as many as SQLite would let be.
const LONG: i32 = 1000;

/// Pages from which on a writer moves them itself where the thread is behind (64 MiB), and where it seems to do nothing.
const TOO_LONG: i32 = 16_000;
const MUCH_TOO_LONG: i32 = 4 * TOO_LONG;

/// Moves pages for one connection that writes, until it is dropped.
pub(crate) struct Checkpoints {
    orders: SyncSender<Order>,
    /// Started by the first order: most who open a workspace write little.
    worker: Arc<Mutex<Option<JoinHandle<()>>>>,
}

enum Order {
    Move,
    End,
}

impl Checkpoints {
    /// Of the workspace in `folder`, when `connection` has written much.
    ///
    /// # Errors
    /// Where the database refuses.
    pub(crate) fn apart(connection: &mut Connection, folder: &Path) -> Result<Self> {
        let (orders, taken) = sync_channel(1);
        let worker = Arc::new(Mutex::new(None));
        let (wake, started) = (orders.clone(), worker.clone());
        let mut idle = Some((taken, folder.join(DATABASE)));
        connection.wal_hook(Some(move |wal: &mut Wal, pages| {
            let ordered = pages < LONG || wake.try_send(Order::Move).is_ok();
            if pages >= LONG
                && let Some((taken, path)) = idle.take()
                && let Ok(mut started) = started.lock()
            {
                // Where there can be no more threads, nobody takes orders any more.
                *started = Builder::new().spawn(move || carry_out(&taken, path)).ok();
            }
            if pages >= if ordered { MUCH_TOO_LONG } else { TOO_LONG } {
                // What was committed is durable either way, and whoever comes next tries again.
                let _ = wal.checkpoint();
            }
            Ok(())
        }))?;
        Ok(Self { orders, worker })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        let ended = self.orders.send(Order::End);
        let worker = self.worker.lock().ok().and_then(|mut worker| worker.take());
        if let (Ok(()), Some(worker)) = (ended, worker) {
            let _ = worker.join();
        }
    }
}

fn carry_out(orders: &Receiver<Order>, path: PathBuf) {
    let mut own = None;
    while let Ok(Order::Move) = orders.recv() {
        if own.is_none() {
            own = connect(&path).ok();
        }
        if let Some(connection) = &own {
            // Readers and writers go on meanwhile. What fails is tried again when more was written.
            let _ = connection.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_is_moved_while_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE);
        let mut connection = connect(&path).unwrap();
        connection.execute_batch("CREATE TABLE page (body BLOB)").unwrap();
        let checkpoints = Checkpoints::apart(&mut connection, folder.path()).unwrap();
        let size = || std::fs::metadata(&path).unwrap().len();
        let before = size();
        let page = vec![7; 4000];
        let mut insert = connection.prepare("INSERT INTO page VALUES (?1)").unwrap();
        for _ in 0..LONG / 2 {
            insert.execute([&page]).unwrap();
        }
        // Each commit writes two pages or three; the last orders are carried out before it ends.
        drop(checkpoints);
        assert!(size() > before + 4000 * u64::from(LONG.unsigned_abs()) / 4, "{before} {}", size());
    }
}
