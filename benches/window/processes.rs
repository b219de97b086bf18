//! The processes of a window: what they hold in memory, and their end.

use std::fs;
use std::path::Path;
use std::process::Command;

use yokoten_tests::wait::until;

use crate::Outcome;

/// Megabytes of all processes below `parent`, itself not counted: shared pages are divided among those who share them.
pub(crate) fn pss_below(parent: u32) -> Outcome<f64> {
    let below = below(parent);
    if below.len() < 3 {
        return Err(format!("a window has three processes, here are {}", below.len()).into());
    }
    let mut kilobytes = 0.0;
    for process in below {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).ok_or("no PSS")?;
        kilobytes += line.trim().trim_end_matches("kB").trim().parse::<f64>()?;
    }
    Ok(kilobytes * 1.024 / 1000.0)
}

/// Ends all processes below `parent` and waits until they are gone.
pub(crate) fn end_below(parent: u32) {
    let all = below(parent);
    for process in &all {
        // One of them may end with another.
        let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
    }
    until("the window is gone", || {
        all.iter().all(|process| has_ended(Path::new(&format!("/proc/{process}")))).then_some(())
    });
}

/// A second launch would only raise the first window: waits until the bus has noticed its end.
pub(crate) fn until_nobody_is_registered() {
    until("no window is registered on the bus", || {
        let name = "string:dev.yokoten.desktop.SingleInstance";
        let bus =
            ["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"];
        let asked =
            Command::new("dbus-send").args(bus).args(["org.freedesktop.DBus.NameHasOwner", name]).output();
        asked.is_ok_and(|asked| String::from_utf8_lossy(&asked.stdout).contains("false")).then_some(())
    });
}

fn has_ended(process: &Path) -> bool {
    // The dead whose parent has not asked for them hold no memory any more.
    fs::read_to_string(process.join("stat")).map_or(true, |stat| state(&stat) == Some("Z"))
}

fn below(parent: u32) -> Vec<u32> {
    let mut found = vec![parent];
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| with_parent(&entry.path()))
        .collect();
    let mut at = 0;
    while let Some(&above) = found.get(at) {
        found.extend(all.iter().filter(|(_, parent)| *parent == above).map(|(process, _)| process));
        at += 1;
    }
    found.split_off(1)
}

fn with_parent(process: &Path) -> Option<(u32, u32)> {
    let id = process.file_name()?.to_str()?.parse().ok()?;
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name, in brackets, may hold anything.
    let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
    Some((id, parent))
}

fn state(stat: &str) -> Option<&str> {
    stat.rsplit_once(')')?.1.split_whitespace().next()
}
