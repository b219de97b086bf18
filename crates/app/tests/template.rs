//! The team's template: its versions, the entries that were written with each, and what happens to a broken file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use tempfile::TempDir;
use yokoten_app::{Clock, Lang, Workspace, import_backup};

fn workspace() -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| 1_795_575_600_000)).unwrap();
    (folder, workspace)
}

/// The template in force with its first lead in other words.
fn other(workspace: &Workspace, lead: &str) -> String {
    let text = workspace.template_text(Lang::Ja).unwrap().text;
    let start = text.find("lead = { ja = \"").unwrap() + "lead = { ja = \"".len();
    let end = start + text[start..].find('"').unwrap();
    format!("{}{lead}{}", &text[..start], &text[end..])
}

fn lead(workspace: &Workspace, id: &str) -> String {
    workspace.show(id).unwrap().template.section("overview").unwrap().lead.ja.clone()
}

#[test]
fn an_entry_keeps_the_version_it_was_written_with_until_it_is_moved() {
    let (_folder, workspace) = workspace();
    let old = workspace.create("古い").unwrap().document;
    assert_eq!(old.template, "standard@1");
    let set = workspace.set_template(&other(&workspace, "新しい問い")).unwrap();
    assert_eq!(set.template.reference(), "standard@2", "a change is a new version");
    assert!(set.text.contains("version = 2"));
    let new = workspace.create("新しい").unwrap().document;
    assert_eq!(new.template, "standard@2");
    assert_eq!(lead(&workspace, &new.id), "新しい問い");
    assert_ne!(lead(&workspace, &old.id), "新しい問い");
    workspace.set_template(&other(&workspace, "三つめ")).unwrap();
    assert_eq!(lead(&workspace, &new.id), "新しい問い", "kept although it is no longer in force");
    let moved = workspace.move_to_template(&old.id).unwrap().document;
    assert_eq!((moved.template.as_str(), lead(&workspace, &old.id).as_str()), ("standard@3", "三つめ"));
    assert_eq!(workspace.start().unwrap().template.reference(), "standard@3");
}

#[test]
fn the_same_words_are_the_same_version_and_going_back_is_a_new_one() {
    let (_folder, workspace) = workspace();
    let first = workspace.template_text(Lang::Ja).unwrap().text;
    assert_eq!(workspace.set_template(&first).unwrap().template.reference(), "standard@1");
    let second = other(&workspace, "二つめ");
    assert_eq!(workspace.set_template(&second).unwrap().template.reference(), "standard@2");
    let again = workspace.set_template(&second.replace("version = 1", "version = 2")).unwrap();
    assert_eq!(again.template.reference(), "standard@2");
    // The text of version 1, put in force again under its own number: it is what it was.
    assert_eq!(workspace.set_template(&first).unwrap().template.reference(), "standard@1");
    let third = workspace.set_template(&other(&workspace, "三つめ")).unwrap();
    assert_eq!(third.template.reference(), "standard@3", "no version is given out twice");
    let team = third.text.replace("id = \"standard\"", "id = \"team\"");
    assert_eq!(workspace.set_template(&team).unwrap().template.reference(), "team@3");
}

#[test]
fn a_text_that_cannot_be_read_names_the_line_and_changes_nothing() {
    let (_folder, workspace) = workspace();
    let text = workspace.template_text(Lang::Ja).unwrap().text;
    let broken = text.replacen("[[sections]]", "[[sections]]\ncolour = 1", 1);
    let line = broken.lines().position(|line| line == "colour = 1").unwrap() + 1;
    for error in
        [workspace.check_template(&broken).unwrap_err(), workspace.set_template(&broken).unwrap_err()]
    {
        let problem = error.problem(Lang::Ja);
        assert_eq!(problem.kind, "template");
        assert!(problem.message.contains(&format!("{line}行目")), "{}", problem.message);
    }
    assert_eq!(workspace.template_text(Lang::Ja).unwrap().text, text);
}

#[test]
fn a_file_that_a_person_broke_by_hand_keeps_nobody_from_writing() {
    let (folder, workspace) = workspace();
    workspace.set_template(&other(&workspace, "二つめ")).unwrap();
    std::fs::write(folder.path().join("w/template.toml"), "id = \"standard\"\nversion = ").unwrap();
    let start = workspace.start().unwrap();
    assert_eq!(start.template.reference(), "standard@2", "the newest that can be read stands in");
    assert!(start.template_problem.unwrap().message.contains("2行目"));
    assert_eq!(workspace.create("書ける").unwrap().document.template, "standard@2");
}

#[test]
fn an_entry_of_an_unknown_version_is_read_with_the_one_in_force() {
    let (_folder, workspace) = workspace();
    for reference in ["other@7", "../../etc@1", ""] {
        let json = serde_json::json!({"title": "T", "template": reference});
        let id = workspace.put(json.to_string().as_bytes()).unwrap().0.remove(0).id;
        assert_eq!(workspace.show(&id).unwrap().template.reference(), "standard@1");
    }
}

#[test]
fn templates_are_in_the_backups() {
    let (folder, workspace) = workspace();
    workspace.set_template(&other(&workspace, "二つめ")).unwrap();
    let old = workspace.create("二つめで").unwrap().document;
    workspace.set_template(&other(&workspace, "三つめ")).unwrap();
    let file = folder.path().join("all.zip");
    workspace.backup(&file).unwrap();
    workspace.tidy().unwrap();
    let day = std::fs::read_dir(folder.path().join("w/backups")).unwrap().next().unwrap().unwrap().path();
    for (backup, place) in [(file, "a"), (day, "b")] {
        let to = folder.path().join(place);
        import_backup(&backup, &to).unwrap();
        let restored = Workspace::open(&to, Clock::new(|| 1_795_575_600_000)).unwrap();
        assert_eq!(restored.start().unwrap().template.reference(), "standard@3");
        assert_eq!(lead(&restored, &old.id), "二つめ");
    }
}

#[test]
fn an_entry_takes_its_template_along_to_the_other_office() {
    let ((folder, here), (_there, there)) = (workspace(), workspace());
    here.set_template(&other(&here, "二つめ")).unwrap();
    let id = here.create("渡す").unwrap().document.id;
    let file = folder.path().join("b.yokoten");
    here.bundle(std::slice::from_ref(&id), &file).unwrap();
    let result = there.import_bundle(&file).unwrap();
    assert_eq!((result.added, result.problems), (1, vec![]));
    assert_eq!(lead(&there, &id), "二つめ");
    assert_eq!(there.start().unwrap().template.reference(), "standard@1", "but is not put in force by it");
}
