//! Reviews by two people, what was changed since, and whom an entry waits for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;
use yokoten_app::postmortem::{ReviewVerdict, Status, Team};
use yokoten_app::{Assignment, Clock, Lang, Settings, Step, Workspace};

/// A workspace whose clock goes on a minute with every look at it.
fn workspace() -> (TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(1_795_575_600_000));
    let clock = Clock::new(move || now.fetch_add(60_000, Ordering::Relaxed));
    let workspace = Workspace::open(&folder.path().join("w"), clock).unwrap();
    (folder, workspace)
}

fn be(workspace: &Workspace, name: &str, team: Team) {
    workspace.set_settings(&Settings { name: name.into(), team: Some(team), ..Settings::default() }).unwrap();
}

fn put(workspace: &Workspace, document: &Value) -> String {
    workspace.put(document.to_string().as_bytes()).unwrap().0.remove(0).id
}

fn set(workspace: &Workspace, id: &str, path: &[&str], value: Value) {
    let base = workspace.show(id).unwrap().revision;
    let path = path.iter().map(|key| Step::Key((*key).into())).collect();
    workspace.edit(id, &base, vec![Assignment { path, value }]).unwrap();
}

#[test]
fn two_identities_take_an_entry_from_draft_to_published() {
    let (_folder, workspace) = workspace();
    be(&workspace, "森下", Team::Msp);
    let id = put(&workspace, &json!({"title": "T"}));
    workspace.transition(&id, Status::InReview).unwrap();
    workspace.review(&id, ReviewVerdict::Approved, None, "").unwrap();
    be(&workspace, "佐伯", Team::SecondLine);
    workspace.review(&id, ReviewVerdict::Approved, None, "").unwrap();
    let state = workspace.review_state(&id, Lang::Ja).unwrap();
    let said: Vec<_> = state.teams.iter().map(|team| (team.team, team.reviewer.as_str())).collect();
    assert_eq!(said, [(Team::Msp, "森下"), (Team::SecondLine, "佐伯")]);
    for number in 1..=state.points.len() {
        workspace.answer_point(&id, number, true, "").unwrap();
    }
    assert_eq!(workspace.review_state(&id, Lang::Ja).unwrap().lacks, []);
    let published = workspace.transition(&id, Status::Published).unwrap().document;
    assert_eq!((published.status, published.checklist.len()), (Status::Published, 11));
    let changes = workspace.history(&id, Lang::Ja).unwrap().changes;
    let reviewers: Vec<_> = changes
        .iter()
        .filter(|change| change.fields.contains(&"reviews".to_owned()))
        .map(|change| (change.by.as_str(), change.team))
        .collect();
    assert_eq!(reviewers, [("森下", Some(Team::Msp)), ("佐伯", Some(Team::SecondLine))]);
}

#[test]
fn an_approval_stays_and_what_was_changed_since_is_told() {
    let (_folder, workspace) = workspace();
    be(&workspace, "森下", Team::Msp);
    let id = put(&workspace, &json!({"title": "T", "sections": {"problem": "前"}}));
    workspace.review(&id, ReviewVerdict::Approved, None, "よく書けています").unwrap();
    let of = |workspace: &Workspace| workspace.review_state(&id, Lang::Ja).unwrap().teams[0].clone();
    assert_eq!(of(&workspace).changed, Vec::<String>::new(), "the review itself is no change");
    set(&workspace, &id, &["sections", "problem"], "後".into());
    workspace.answer_point(&id, 1, true, "").unwrap();
    let msp = of(&workspace);
    assert_eq!(
        (msp.verdict, msp.changed),
        (Some(ReviewVerdict::Approved), vec!["sections.problem".to_owned()])
    );
    let then = workspace.as_of(&id, msp.change.unwrap()).unwrap();
    assert_eq!(then.sections.problem, "前", "the difference can be read");
    workspace.review(&id, ReviewVerdict::Approved, None, "").unwrap();
    assert_eq!(of(&workspace).changed, Vec::<String>::new());
}

#[test]
fn reviews_that_came_with_an_entry_count_from_its_arrival() {
    let (_folder, workspace) = workspace();
    workspace.sample().unwrap();
    let state = workspace.review_state("PM-0012", Lang::En).unwrap();
    let verdicts: Vec<_> = state.teams.iter().map(|team| team.verdict).collect();
    assert_eq!(verdicts, [Some(ReviewVerdict::Approved), Some(ReviewVerdict::Changes)]);
    assert!(state.teams.iter().all(|team| team.changed.is_empty()));
    assert_eq!(state.lacks[0].text, "Second line asks for changes");
    for finished in ["PM-0001", "PM-0002"] {
        let document = workspace.show(finished).unwrap().document;
        let points = workspace.review_state(finished, Lang::Ja).unwrap().points;
        assert_eq!(points.len(), 11, "the sample names the points as the template does");
        assert!(document.status >= Status::Published && points.iter().all(|point| point.done), "{finished}");
    }
}

#[test]
fn an_entry_waits_for_each_team_until_it_approves() {
    let (_folder, workspace) = workspace();
    be(&workspace, "佐伯", Team::SecondLine);
    let id = put(&workspace, &json!({"title": "待つ", "status": "in_review"}));
    put(&workspace, &json!({"title": "下書き"}));
    let waiting = |workspace: &Workspace| {
        let requests = workspace.review_requests(8).unwrap();
        let items = requests.items.iter().map(|one| (one.entry.title.clone(), one.team, one.asked));
        (requests.total, items.collect::<Vec<_>>())
    };
    assert_eq!(waiting(&workspace), (1, vec![("待つ".into(), Team::SecondLine, false)]));
    workspace.review(&id, ReviewVerdict::Changes, None, "").unwrap();
    assert_eq!(waiting(&workspace), (1, vec![("待つ".into(), Team::SecondLine, true)]));
    workspace.review(&id, ReviewVerdict::Approved, None, "").unwrap();
    assert_eq!(waiting(&workspace), (0, vec![]));
    be(&workspace, "森下", Team::Msp);
    assert_eq!(waiting(&workspace).0, 1);
    workspace.delete(&id).unwrap();
    assert_eq!(waiting(&workspace).0, 0);
    assert_eq!(workspace.verify().unwrap().faults, Vec::<String>::new(), "the rows are what a rebuild makes");
}
