//! A check of effect that ripens by counted handlings.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use yokoten_app::{ActionQuery, Clock, Lang, Workspace, ipc};

/// 2026-10-25 12:00 in Japan.
const NOON: i64 = 1_792_897_200_000;

#[test]
fn a_check_ripens_by_what_was_counted_since_it_was_closed_otherwise_by_its_day() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(NOON));
    let clock = Arc::clone(&now);
    let workspace =
        Workspace::open(&folder.path().join("w"), Clock::new(move || clock.load(Ordering::Relaxed))).unwrap();
    let call = |name: &str, args: Value| ipc::call(&workspace, name, args).unwrap();
    let entry = json!({"alert": {"name": "Disk usage"}, "countermeasures": [{"id": "m", "text": "表に置き換える",
        "effect": {"measure": "再発", "denominator": "対応 ３００件", "judge": "森", "check_on": "2026-11-01"}}]});
    let id = workspace.put(entry.to_string().as_bytes()).unwrap().0.remove(0).id;
    let opened = call("open", json!({"id": id}));
    let edited = call(
        "edit",
        json!({"id": id, "base": opened["revision"], "set": [{"path": ["countermeasures", 0, "state"], "value": "done"}]}),
    );
    assert_eq!(edited["document"]["countermeasures"][0]["closed_on"], "2026-10-25");

    let action =
        || workspace.actions(&ActionQuery { limit: 9, ..ActionQuery::default() }).unwrap().items.remove(0);
    assert_eq!((action().ripe, action().handled, action().needed), (false, None, Some(300)));
    now.store(NOON + 40 * 86_400_000, Ordering::Relaxed);
    assert!(action().ripe, "its day has come, and nothing was counted");

    let add = |month: &str, count: u64| workspace.add_alert_count("ｄｉｓｋ usage", month, count).unwrap();
    add("2026-10", 500);
    assert_eq!(
        (action().ripe, action().handled),
        (false, Some(0)),
        "nothing was counted since; the day counts no more"
    );
    add("2026-11", 299);
    assert_eq!((action().ripe, action().handled), (false, Some(299)));
    let counts = add("2026-11", 300);
    assert_eq!((action().ripe, action().handled), (true, Some(300)));
    assert_eq!(
        counts.iter().map(|one| (one.month.as_str(), one.count)).collect::<Vec<_>>(),
        [("2026-10", 500), ("2026-11", 300)]
    );

    let reopened = call(
        "edit",
        json!({"id": id, "base": edited["revision"], "set": [{"path": ["countermeasures", 0, "state"], "value": "open"}]}),
    );
    assert_eq!(reopened["document"]["countermeasures"][0]["closed_on"], Value::Null);
    assert!(!action().ripe);
}

#[test]
fn a_count_wants_a_name_and_a_month() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&folder.path().join("w"), Clock::new(|| NOON)).unwrap();
    let kind = |alert: &str, month: &str| {
        workspace.add_alert_count(alert, month, 1).unwrap_err().problem(Lang::Ja).kind
    };
    assert_eq!(kind("  ", "2026-10"), "no_alert");
    assert_eq!(kind("ping", "10月"), "invalid");
    assert_eq!(workspace.alert_counts().unwrap(), []);
}
