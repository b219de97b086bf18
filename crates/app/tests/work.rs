//! Work that takes a while, as the window sees it: asked about and stopped by calls of their own, beside which one goes
//! on writing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use yokoten_app::{Clock, Work, Works, Workspace, ipc};

/// So many that any work with all of them takes longer than a few calls.
const ENTRIES: usize = 400;

fn clock() -> Clock {
    Clock::new(|| 1_795_575_600_000)
}

fn workspace(folder: &Path) -> Workspace {
    Workspace::open(folder, clock()).unwrap()
}

fn filled(folder: &Path) -> Workspace {
    let workspace = workspace(folder);
    let entry = |serial: usize| {
        let problem = "02:14、手順3の連絡先表で旧版を参照し、B社窓口へ架電。".repeat(20);
        json!({"title": format!("記事{serial}"), "sections": {"problem": problem}})
    };
    let entries: Vec<Value> = (0..ENTRIES).map(entry).collect();
    workspace.put(&serde_json::to_vec(&entries).unwrap()).unwrap();
    workspace
}

/// Starts `name`, waits until it says how far it is, does `meanwhile`, stops it, and returns the kind of its problem.
fn stopped(
    workspace: &Workspace,
    (name, what): (&str, &str),
    args: Value,
    meanwhile: impl FnOnce(&dyn Fn() -> Value),
) -> String {
    let call = |name: &str, args: Value| ipc::call(workspace, name, args);
    std::thread::scope(|scope| {
        let work = scope.spawn(|| call(name, args));
        let at = || call("work", json!({"what": what})).unwrap();
        while at()["part"].is_null() {
            assert!(!work.is_finished(), "{name} told nothing of itself");
        }
        meanwhile(&at);
        call("work_cancel", json!({"what": what})).unwrap();
        let problem = work.join().unwrap().unwrap_err();
        assert_eq!(at(), Value::Null, "it is over");
        problem.kind
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn one_goes_on_writing_while_everything_is_checked_or_packed() {
    let place = TempDir::new().unwrap();
    let workspace = filled(&place.path().join("w"));
    let file = place.path().join("全部.yokoten-backup");
    fs::write(&file, b"the backup of yesterday").unwrap();
    for (name, args) in [("verify", json!({})), ("backup", json!({"path": file}))] {
        let before = files(place.path());
        let kind = stopped(&workspace, (name, name), args.clone(), |at| {
            let entry = workspace.create(&format!("{name}のあいだに")).unwrap();
            assert_eq!(workspace.show(&entry.document.id).unwrap().document.title, entry.document.title);
            assert_ne!(at(), Value::Null, "{name} is still under way: nobody waited for it");
            let again = ipc::call(&workspace, name, args).unwrap_err();
            assert_eq!(again.kind, "under_way");
        });
        assert_eq!(kind, "cancelled");
        assert_eq!(files(place.path()), before);
    }
    assert_eq!(fs::read(&file).unwrap(), b"the backup of yesterday");
    assert_eq!(workspace.verify().unwrap().faults, Vec::<String>::new());
}

#[test]
fn an_import_that_is_stopped_takes_nothing_in_and_comes_through_later() {
    let place = TempDir::new().unwrap();
    let theirs = filled(&place.path().join("あちら"));
    let page = theirs.list(serde_json::from_value(json!({"limit": ENTRIES})).unwrap()).unwrap();
    let all: Vec<String> = page.items.iter().map(|row| row.id.clone()).collect();
    theirs.attach(&all[0], "p.png", b"\x89PNG\r\n\x1a\n").unwrap();
    let bundle = place.path().join("all.yokoten");
    theirs.bundle(&all, &bundle).unwrap();

    let folder = place.path().join("ここ");
    let ours = workspace(&folder);
    let own = ours.create("ここの記事").unwrap();
    let before = files(&folder);
    let args = json!({"path": bundle});
    let kind = stopped(&ours, ("import_bundle", "import"), args.clone(), |at| {
        while at()["part"] != "entries" {}
        // Reading does not wait for the long write.
        assert_eq!(ours.show(&own.document.id).unwrap().document.title, "ここの記事");
        assert_ne!(at(), Value::Null);
    });
    assert_eq!(kind, "cancelled");
    assert_eq!(files(&folder), before, "nothing lies about");
    assert_eq!(ours.start().unwrap().entries, 1);

    let result = ipc::call(&ours, "import_bundle", args).unwrap();
    assert_eq!(result["added"], ENTRIES);
    assert_eq!(ours.verify().unwrap().faults, Vec::<String>::new());
}

#[test]
fn an_edit_waits_for_an_import_and_is_not_refused() {
    let place = TempDir::new().unwrap();
    let theirs = filled(&place.path().join("あちら"));
    let page = theirs.list(serde_json::from_value(json!({"limit": ENTRIES})).unwrap()).unwrap();
    let all: Vec<String> = page.items.iter().map(|row| row.id.clone()).collect();
    let bundle = place.path().join("all.yokoten");
    theirs.bundle(&all, &bundle).unwrap();
    let ours = workspace(&place.path().join("ここ"));
    std::thread::scope(|scope| {
        let import = scope.spawn(|| ours.import_bundle(&bundle));
        let entries = || ours.works().progress(Work::Import).is_none_or(|at| at.done > 2 && at.of > 0);
        while !entries() {}
        ours.create("取り込みのあいだに").unwrap();
        assert_eq!(import.join().unwrap().unwrap().added, ENTRIES);
    });
    assert_eq!(ours.start().unwrap().entries, ENTRIES + 1);
}

#[test]
fn what_is_under_way_is_answered_without_a_workspace() {
    let works = Arc::new(Works::default());
    let at = |name: &str, args: Value| ipc::call_beside(&works, name, &args);
    assert_eq!(at("work", json!({"what": "open"})), Some(Value::Null));
    assert_eq!(at("work_cancel", json!({"what": "open"})), Some(Value::Null));
    assert_eq!(at("start", json!({})), None, "that wants a workspace");

    let place = TempDir::new().unwrap();
    let folder = place.path().join("w");
    drop(filled(&folder));
    // As an older program left it.
    age(&folder);
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| Workspace::open_beside(&folder, clock(), &works).map(drop));
        while at("work", json!({"what": "open"})).unwrap()["of"] != ENTRIES {
            assert!(!opening.is_finished(), "opening told nothing of itself");
        }
        at("work_cancel", json!({"what": "open"}));
        let refused = opening.join().unwrap().unwrap_err();
        assert_eq!(refused.problem(yokoten_app::Lang::Ja).kind, "cancelled");
    });
    let opened = Workspace::open_beside(&folder, clock(), &works).unwrap();
    assert_eq!(opened.verify().unwrap().faults, Vec::<String>::new());
}

/// Takes from a workspace the note of what its rows were made by.
fn age(folder: &Path) {
    let database = rusqlite::Connection::open(folder.join(yokoten_store::DATABASE)).unwrap();
    database.execute_batch("UPDATE meta SET value = 'older' WHERE key = 'mechanisms'").unwrap();
}
