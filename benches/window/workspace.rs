//! A workspace of 10,000 believable entries, made once and kept below `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yokoten_app::{Clock, LastPlace, Workspace};
use yokoten_benches::{postmortem, text};
use yokoten_model::postmortem::{Postmortem, Status};
use yokoten_tests::root;

use crate::Outcome;

/// Changes with what is made here and with what is derived of it, so that no older workspace is measured.
const EDITION: u32 = 5;
const ENTRIES: usize = 10_000;
/// The last few are still being written.
const DRAFTS: usize = 6;
/// The entry with a section of 20,000 characters, somewhere in the middle.
const LONG: usize = 5_000;
pub(crate) const LONG_TITLE: &str = "長い経過の記録";

/// A copy of its own for one run.
pub(crate) fn copy(home: &Path) -> Outcome<PathBuf> {
    let kept = root().join(format!("target/tmp/window-{ENTRIES}-{EDITION}"));
    if !kept.exists() {
        let making = kept.with_extension("making");
        let _ = fs::remove_dir_all(&making);
        fs::create_dir_all(making.parent().ok_or("no folder")?)?;
        fill(&making)?;
        fs::rename(&making, &kept)?;
    }
    let copied = home.join("workspace");
    let status = Command::new("cp").arg("--recursive").arg(&kept).arg(&copied).status()?;
    if status.success() { Ok(copied) } else { Err("the workspace cannot be copied".into()) }
}

fn fill(folder: &Path) -> Outcome {
    let workspace = Workspace::open(folder, Clock::system())?;
    let mut last = None;
    for start in (0..ENTRIES).step_by(500) {
        let batch: Vec<Postmortem> = (start..start + 500).map(entry).collect();
        let (created, _) = workspace.put(&serde_json::to_vec(&batch)?)?;
        last = created.into_iter().next_back();
    }
    // The window was closed while the last one was being written.
    let id = last.ok_or("nothing was written")?.id;
    workspace.remember_place(Some(&LastPlace { id, field: Some("sections/overview".to_owned()) }))?;
    Ok(())
}

fn entry(serial: usize) -> Postmortem {
    let mut entry = postmortem(serial, 3_000);
    entry.status = match serial {
        _ if serial >= ENTRIES - DRAFTS => Status::Draft,
        _ if serial.is_multiple_of(40) => Status::InReview,
        _ if serial.is_multiple_of(3) => Status::Published,
        _ => Status::Verified,
    };
    if serial == LONG {
        entry.title = LONG_TITLE.to_owned();
        let long: Vec<String> = (0..)
            .map(|part| text(600, part))
            .scan(0, |sum, part| {
                *sum += part.chars().count();
                Some((*sum, part))
            })
            .take_while(|(sum, _)| *sum < 20_000 + 200)
            .map(|(_, part)| part)
            .collect();
        entry.sections.problem = long.join("\n\n");
    }
    entry
}
