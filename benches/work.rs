//! Work that takes long, over 10,000 entries: how long writing and listing wait for it meanwhile, and how long a person
//! waits for it to stop.
//!
//! `cargo xtask bench work`. Writes go to the folder of the repository's `target`, a real disk.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use yokoten_app::{Clock, ListQuery, Work, Workspace};
use yokoten_benches::{Times, postmortem, row};
use yokoten_model::{Assignment, Postmortem, Step};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ENTRIES: usize = 10_000;
/// Between two edits: someone types without a pause.
const EVERY: Duration = Duration::from_millis(50);

fn main() -> Outcome {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(target)?;
    let full = Workspace::open(&folder.path().join("full"), Clock::system())?;
    let ids = fill(&full)?;
    let bundle = folder.path().join("all.yokoten");
    full.bundle(&ids, &bundle)?;
    println!("| what | measured | target | met |\n|---|---|---|---|");

    let backup = folder.path().join("b.zip");
    let write = full.create("書いている記事")?.document.id;
    let verify = || full.verify().map(drop);
    beside(&full, &write, "everything is checked", verify)?;
    beside(&full, &write, "a backup is made", || full.backup(&backup).map(drop))?;
    stopping(&full, Work::Verify, "checking", verify)?;
    stopping(&full, Work::Backup, "a backup", || full.backup(&backup).map(drop))?;

    let empty = Workspace::open(&folder.path().join("empty"), Clock::system())?;
    stopping(&empty, Work::Import, "taking in 10,000 entries", || empty.import_bundle(&bundle).map(drop))?;
    listing(&empty, || empty.import_bundle(&bundle).map(drop))
}

fn fill(workspace: &Workspace) -> Outcome<Vec<String>> {
    let mut ids = Vec::new();
    for start in (0..ENTRIES).step_by(500) {
        let batch: Vec<Postmortem> = (start..start + 500).map(|serial| postmortem(serial, 3_000)).collect();
        let (created, _) = workspace.put(&serde_json::to_vec(&batch)?)?;
        ids.extend(created.into_iter().map(|entry| entry.id));
    }
    Ok(ids)
}

/// Waits for all of `time`: a thread of a scope wakes whoever parks when it ends, even one that parks later.
fn rest(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        thread::park_timeout(left);
    }
}

/// Types into an entry while `work` is under way.
fn beside(
    workspace: &Workspace,
    id: &str,
    what: &str,
    work: impl Fn() -> yokoten_app::Result<()> + Sync,
) -> Outcome {
    let mut serial = 0;
    let mut edit = |times: &mut Times| -> Outcome {
        serial += 1;
        let base = workspace.show(id)?.revision;
        let set =
            vec![Assignment { path: vec![Step::Key("title".into())], value: format!("題{serial}").into() }];
        times.time(|| workspace.edit(id, &base, set))?;
        Ok(())
    };
    let mut alone = Times::default();
    for _ in 0..100 {
        edit(&mut alone)?;
    }
    let mut meanwhile = Times::default();
    let seconds = thread::scope(|scope| -> Outcome<f64> {
        let start = Instant::now();
        let working = scope.spawn(&work);
        while !working.is_finished() {
            edit(&mut meanwhile)?;
            rest(EVERY);
        }
        working.join().map_err(|_| "the work panicked")??;
        Ok(start.elapsed().as_secs_f64())
    })?;
    let (longest, p99) = (meanwhile.within(1.0), alone.within(0.99));
    let figure = format!(
        "p50 {:.1} ms, longest {longest:.0} ms in {seconds:.1} s; alone p50 {:.1} ms, p99 {p99:.1} ms",
        meanwhile.within(0.5),
        alone.within(0.5)
    );
    row(&format!("an edit while {what}"), &figure, "longest ≤ 500 ms", longest <= 500.0);
    Ok(())
}

/// Lists entries while `work` is under way.
fn listing(workspace: &Workspace, work: impl Fn() -> yokoten_app::Result<()> + Sync) -> Outcome {
    let query: ListQuery = serde_json::from_value(serde_json::json!({"limit": 50}))?;
    let mut times = Times::default();
    let seconds = thread::scope(|scope| -> Outcome<f64> {
        let start = Instant::now();
        let working = scope.spawn(&work);
        while !working.is_finished() {
            times.time(|| workspace.list(query))?;
            rest(EVERY);
        }
        working.join().map_err(|_| "the work panicked")??;
        Ok(start.elapsed().as_secs_f64())
    })?;
    let longest = times.within(1.0);
    let figure = format!("p50 {:.1} ms, longest {longest:.0} ms in {seconds:.1} s", times.within(0.5));
    row("a list while 10,000 entries are taken in", &figure, "longest ≤ 100 ms", longest <= 100.0);
    Ok(())
}

/// Stops `work` at several moments of it.
fn stopping(
    workspace: &Workspace,
    kind: Work,
    what: &str,
    work: impl Fn() -> yokoten_app::Result<()> + Sync,
) -> Outcome {
    let (mut times, mut count) = (Times::default(), 0);
    for wait in [100, 300, 500, 1_000, 1_500, 2_000, 3_000].map(Duration::from_millis) {
        thread::scope(|scope| -> Outcome {
            let working = scope.spawn(&work);
            rest(wait);
            if !working.is_finished() {
                count += 1;
                times.time(|| {
                    workspace.works().cancel(kind);
                    // Refused, unless it had just come through.
                    let _ = working.join();
                });
            }
            Ok(())
        })?;
    }
    let longest = times.within(1.0);
    row(
        &format!("from the wish to stop {what} until it is over"),
        &format!("longest {longest:.0} ms of {count} times"),
        "≤ 500 ms",
        longest <= 500.0,
    );
    Ok(())
}
