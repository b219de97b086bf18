//! Handlings by alert and month: two offices, a replaced count, a damaged index.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use yokoten_model::fold::fold;
use yokoten_model::postmortem::Team;
use yokoten_store::alerts::AlertCount;
use yokoten_store::{Author, Progress, Store};

const NOW: i64 = 1_795_575_600_000;

fn count(alert: &str, month: &str, count: u64, at: i64) -> AlertCount {
    let by = Author { name: "大西".into(), team: Some(Team::Msp) };
    AlertCount { alert: alert.into(), month: month.parse().unwrap(), count, source: "manual".into(), by, at }
}

fn open(folder: &std::path::Path) -> Store {
    Store::open(folder, true).unwrap()
}

#[test]
fn two_offices_merge_their_counts_as_a_set_and_the_latest_stands() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut here, mut there) = (open(&here.path().join("w")), open(&there.path().join("w")));
    here.add_alert_counts(&[count("disk-usage", "2026-10", 120, NOW), count("ping", "2026-10", 7, NOW)])
        .unwrap();
    there
        .add_alert_counts(&[
            count("Ｄｉｓｋ－usage", "2026-10", 130, NOW + 1),
            count("disk-usage", "2026-11", 90, NOW),
        ])
        .unwrap();
    let (ours, theirs) = (here.alert_counts().unwrap(), there.alert_counts().unwrap());
    here.add_alert_counts(&theirs).unwrap();
    here.add_alert_counts(&theirs).unwrap();
    there.add_alert_counts(&ours).unwrap();
    assert_eq!(here.alert_counts().unwrap(), there.alert_counts().unwrap());
    assert_eq!(here.alert_counts().unwrap().len(), 4, "the replaced count is kept");
    let handlings = here.handlings().unwrap();
    let of = |alert: &str| handlings[&fold(alert)].iter().map(|(_, count)| *count).collect::<Vec<_>>();
    assert_eq!(of("DISK-usage"), [130, 90]);
    assert_eq!(of("ping"), [7]);
}

#[test]
fn counts_are_no_derived_rows_and_survive_a_damaged_database() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("w");
    let mut store = open(&folder);
    store.add_alert_counts(&[count("ping", "2026-10", 7, NOW)]).unwrap();
    store.rebuild(&Progress::default()).unwrap();
    assert_eq!(store.alert_counts().unwrap().len(), 1);
    assert_eq!(store.verify(&Progress::default()).unwrap().faults, []);
    drop(store);
    yokoten_store::salvage::salvage(&folder, "20261125-120000", NOW, &Progress::default()).unwrap();
    assert_eq!(open(&folder).alert_counts().unwrap(), [count("ping", "2026-10", 7, NOW)]);
}
