//! The window when the disk fails: it stays alive, the text stays in it, and saving goes on.

use std::fs;

use serde_json::json;
use yokoten_tests::SmallDisk;

use crate::window::Person;
use yokoten_tests::wait::until;

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_full_disk_keeps_the_text_on_screen_until_there_is_room() {
    let person = Person::new();
    let workspace = person.home.workspace();
    let Some(_disk) = SmallDisk::mount(&workspace, "4m") else { return };
    let document = json!({"title": "ディスクが満ちる前の記事", "sections": {"problem": "満ちる前。"}});
    person.home.feed_json(&["put", "-"], document.to_string().as_bytes());
    let window = person.open();
    window.click("continue");
    window.find("section-problem");

    // Nothing is left: what is typed now cannot be stored.
    for size in (0..12).rev().map(|power| (1_usize << power) * 1024) {
        // Each is written whole or refused; together they leave less than the smallest.
        let path = workspace.join(format!("fill{size}"));
        if fs::write(&path, vec![1; size]).is_err() {
            fs::remove_file(&path).unwrap();
        }
    }
    let unsaved = "満ちてから書いた文。".repeat(400);
    window.find("section-lessons");
    window.run(
        "const field = document.querySelector('[data-test=section-lessons] [contenteditable], [data-test=section-lessons]');
         field.focus(); document.execCommand('insertText', false, arguments[0]); return true",
        &json!([unsaved]),
    );
    until("the window says that it could not save", || {
        window.is_there("[data-test=save-state][data-state=failed]").then_some(())
    });
    window.picture("full-disk");
    assert!(window.texts("section-lessons").concat().contains(&unsaved), "the text stays on screen");

    for entry in fs::read_dir(&workspace).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("fill") {
            fs::remove_file(path).unwrap();
        }
    }
    until("saving goes on by itself", || {
        window.is_there("[data-test=save-state][data-state=saved]").then_some(())
    });
    let kept = person.home.json(&["show", "PM-0001"]);
    assert!(kept["sections"]["lessons"].as_str().unwrap().contains(&unsaved), "nothing was lost");
    assert_eq!(person.home.json(&["verify"])["faults"], json!([]));
}
