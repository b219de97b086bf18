//! The window opens where one was writing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use yokoten_app::{Clock, LastPlace, Workspace};

#[test]
fn a_place_is_remembered_until_it_is_left_or_its_entry_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Workspace::open(&folder.path().join("w"), Clock::new(|| 1_795_575_600_000)).unwrap();
    let workspace = open();
    assert!(workspace.start().unwrap().resumed.is_none());

    let id = workspace.create("宛先を取り違えた").unwrap().document.id;
    let place = LastPlace { id: id.clone(), field: Some("sections/problem".into()) };
    workspace.remember_place(Some(&place)).unwrap();
    drop(workspace);

    let workspace = open();
    let resumed = workspace.start().unwrap().resumed.unwrap();
    assert_eq!(
        (resumed.entry.document.id.as_str(), resumed.field.as_deref()),
        (id.as_str(), Some("sections/problem"))
    );
    assert_eq!(resumed.entry.document.title, "宛先を取り違えた");

    workspace.delete(&id).unwrap();
    assert!(workspace.start().unwrap().resumed.is_none(), "what is in the trash is not being written");
    workspace.restore(&id).unwrap();
    assert!(workspace.start().unwrap().resumed.is_some());
    workspace.remember_place(None).unwrap();
    assert!(workspace.start().unwrap().resumed.is_none());
}
