//! Search over 1,000, 10,000 and 100,000 entries beside `LIKE`, FTS5's trigrams and a plain scan, in the same run.
//!
//! `cargo xtask bench search`. Milliseconds are of CPU of the one thread, so that a busy machine does not show; of what
//! all cores share in they are on the clock, beside the CPU of all.

mod baselines;
mod corpus;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use baselines::Baselines;
use chrono::NaiveDate;
use corpus::{Words, author};
use cpu_time::{ProcessTime, ThreadTime};
use rusqlite::Connection;
use yokoten_benches::{Times, row};
use yokoten_model::{Assignment, Step};
use yokoten_store::search::{COUNTED, Order, Request, Scan, Searcher};
use yokoten_store::{DATABASE, Store};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// The scan reads every text: some queries of each kind are asked of it.
const SCANNED: usize = 8;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if let [flag, folder] = args.as_slice()
        && flag == "--memory"
    {
        return memory(Path::new(folder));
    }
    let largest = args.first().map_or(Ok(usize::MAX), |size| size.parse())?;
    let words = Words::new()?;
    let mut before: Option<f64> = None;
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        let folder = corpus::workspace(&words, size)?;
        let bytes = Baselines::of(&folder)?.bytes()?;
        println!("\n## {size} entries, {:.0} MB of text\n", bytes as f64 / 1e6);
        println!("| what | measured | target | met |\n|---|---|---|---|");
        let p99 = asked(&words, &folder, size)?;
        if let Some(before) = before {
            let growth = p99 / before;
            row(
                "growth of p99 from a tenth of the entries",
                &format!("{growth:.1} ×"),
                "≤ 3 × (10,000 → 100,000)",
                growth <= 3.0,
            );
        }
        before = Some(p99);
        kept(&words, &folder, bytes)?;
        // What one size wrote is not charged to the next.
        Command::new("sync").status()?;
    }
    Ok(())
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 27).unwrap_or_default()
}

fn request(query: &str) -> Request<'_> {
    Request { query, order: Order::Best, offset: 0, limit: 20, today: today() }
}

/// CPU of this thread, in milliseconds.
fn cpu<T>(times: &mut Times, work: impl FnOnce() -> T) -> T {
    let start = ThreadTime::now();
    let result = work();
    times.add(start.elapsed().as_secs_f64() * 1000.0);
    result
}

fn spread(times: &Times) -> String {
    format!("p50 {:.2}, p99 {:.2}, max {:.2} ms", times.within(0.5), times.within(0.99), times.within(1.0))
}

/// Queries as they are typed, and who would answer them.
fn asked(words: &Words, folder: &Path, size: usize) -> Outcome<f64> {
    let queries = corpus::queries(words, size)?;
    let mut searcher = Searcher::open(folder)?;
    let mut start = Times::default();
    cpu(&mut start, || searcher.search(&request("手順"), &|| false))?;
    row("opening: the first answer", &format!("{:.0} ms", start.within(1.0)), "–", true);
    // Once unmeasured, so that no one is charged for the disk.
    for (_, query) in &queries {
        searcher.search(&request(query), &|| false)?;
        searcher.facets(&request(query), &|| false)?;
    }
    let mut ours = Times::default();
    let mut kinds: BTreeMap<&str, Times> = BTreeMap::new();
    let (mut counting, mut counting_busy) = (Times::default(), Times::default());
    for (kind, query) in &queries {
        let mut one = Times::default();
        cpu(&mut one, || searcher.search(&request(query), &|| false))?;
        ours.add(one.within(1.0));
        kinds.entry(kind).or_default().add(one.within(1.0));
        let busy = ProcessTime::now();
        let facets = counting.time(|| searcher.facets(&request(query), &|| false))?;
        counting_busy.add(busy.elapsed().as_secs_f64() * 1000.0);
        // The cap is exact.
        assert!(facets.total <= COUNTED || size > COUNTED, "more were counted than there are");
    }

    let baselines = Baselines::of(folder)?;
    let (mut like, mut trigram) = (Times::default(), Times::default());
    for (_, query) in &queries {
        let words: Vec<&str> =
            query.split(' ').filter(|word| !word.starts_with('-') && !word.contains(':')).collect();
        if words.is_empty() {
            continue;
        }
        cpu(&mut like, || baselines.like(&words))?;
        cpu(&mut trigram, || baselines.trigram(&words))?;
    }
    let p99 = ours.within(0.99);
    row(
        "keystroke → top 20 with snippets",
        &spread(&ours),
        "p50 ≤ 2, p99 ≤ 16 ms",
        ours.within(0.5) <= 2.0 && p99 <= 16.0,
    );
    for (kind, times) in &kinds {
        let short = kind.ends_with("characters") || kind.ends_with("character");
        row(
            &format!("– {kind}"),
            &spread(times),
            if short { "p99 ≤ 16 ms" } else { "–" },
            !short || times.within(0.99) <= 16.0,
        );
    }
    row("`LIKE`, the newest 20", &spread(&like), "–", true);
    let part = trigram.within(0.99) / p99;
    row(
        "FTS5 trigram, `LIKE` below three characters",
        &format!("{}: p99 {part:.1} × ours", spread(&trigram)),
        "≥ 10 × ours",
        part >= 10.0,
    );
    row(
        "facets and total, after the search",
        &format!("{} on the clock, {} of CPU", spread(&counting), spread(&counting_busy)),
        "p99 ≤ 15 ms",
        counting.within(0.99) <= 15.0,
    );

    let scan = Scan::of(&mut searcher)?;
    let mut scanning = Times::default();
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut slots, mut right) = (0, 0);
    for (kind, query) in queries.iter().filter(|(kind, _)| *kind != "with a filter") {
        let count = asked.entry(kind).or_default();
        *count += 1;
        if *count > SCANNED {
            continue;
        }
        let (_, wanted) = cpu(&mut scanning, || scan.search(&searcher, query, 20))?;
        let found = searcher.search(&request(query), &|| false)?.hits;
        slots += wanted.len();
        right += wanted.iter().zip(&found).filter(|((id, _), hit)| *id == hit.id).count();
        if wanted.len() != found.len() {
            println!("{query}: {} found, the scan finds {}", found.len(), wanted.len());
        }
    }
    drop(scan);
    row("a plain scan of the folded texts in memory", &spread(&scanning), "–", true);
    let part = right as f64 / slots as f64;
    row(
        "top-20 slots filled as the scan fills them",
        &format!("{right} of {slots}"),
        "≥ 99.9 %",
        part >= 0.999,
    );

    let mut alike = Times::default();
    // Once unmeasured: what was learnt is read once in a process.
    searcher.similar(&words.entry(size, 1)?, 5)?;
    for serial in (0..size).step_by((size / 40).max(1)) {
        let draft = words.entry(serial + size, 1)?;
        cpu(&mut alike, || searcher.similar(&draft, 5))?;
    }
    row("similar, for a draft", &spread(&alike), "≤ 50 ms", alike.within(1.0) <= 50.0);
    Ok(p99)
}

/// What the index costs: bytes, memory, edits, a rebuild.
fn kept(words: &Words, folder: &Path, text: i64) -> Outcome {
    let index = table_bytes(folder, "posting")?
        + table_bytes(folder, "word")?
        + table_bytes(folder, "sqlite_autoindex_word_1")?;
    let part = index as f64 / text as f64;
    row("index ÷ text", &format!("{part:.2} ({:.0} MB)", index as f64 / 1e6), "≤ 0.5", part <= 0.5);
    let output = Command::new(std::env::current_exe()?).arg("--memory").arg(folder).output()?;
    let bytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    row("memory above the app without search", &format!("{:.0} MB", bytes / 1e6), "≤ 60 MB", bytes <= 60e6);

    let copy = tempfile::Builder::new().prefix("bench-").tempdir_in(folder.parent().ok_or("no folder")?)?;
    let copied = copy.path().join("workspace");
    let status =
        Command::new("cp").args(["--recursive", "--reflink=auto"]).args([folder, &copied]).status()?;
    assert!(status.success(), "the workspace cannot be copied");
    // Else the first edits would wait until the copy is on the disk.
    std::fs::File::open(copied.join(DATABASE))?.sync_all()?;
    let mut store = Store::open(&copied, false)?;
    let long = words.entry(1_000_000, 4)?;
    let size = serde_json::to_string(&long)?.len();
    store.put_all(std::slice::from_ref(&long), &author(), 1)?;
    let id = long.id.parse()?;
    let (mut wall, mut busy) = (Times::default(), Times::default());
    let mut problem = long.sections.problem.clone();
    for number in 0..300 {
        let addition = words.entry(number, 1)?.title;
        problem.push_str(&addition);
        let set = vec![Assignment {
            path: vec![Step::Key("sections".into()), Step::Key("problem".into())],
            value: problem.clone().into(),
        }];
        let start = Instant::now();
        cpu(&mut busy, || {
            store.edit(id, &author(), 2, |document| {
                let base = document.revision()?;
                Ok(document.edit(&base, set, &mut String::new)?)
            })
        })?;
        wall.add(start.elapsed().as_secs_f64() * 1000.0);
    }
    row(
        &format!("a durable edit of a {:.0} KB entry, a dozen new words", size as f64 / 1000.0),
        &format!("{} on the clock, {} of CPU", spread(&wall), spread(&busy)),
        "p99 ≤ 10 ms",
        wall.within(0.99) <= 10.0,
    );
    let (start, clock) = (ProcessTime::now(), Instant::now());
    let entries = store.rebuild(&yokoten_store::Progress::default())?;
    let (busy, wall) = (start.elapsed(), clock.elapsed());
    let each = |time: Duration| entries as f64 / time.as_secs_f64();
    row(
        "rebuild of rows and index",
        &format!("{:.0} entries a second on the clock, {:.0} of CPU", each(wall), each(busy)),
        "≥ 2,000",
        each(wall) >= 2000.0,
    );
    Ok(())
}

/// In a process of its own: an open workspace, then a searcher that has answered many queries.
fn memory(folder: &Path) -> Outcome {
    let words = Words::new()?;
    let store = Store::open(folder, false)?;
    let queries = corpus::queries(&words, store.documents()?.len())?;
    let draft = words.entry(1, 1)?;
    let before = resident()?;
    let mut searcher = Searcher::open(folder)?;
    for (_, query) in &queries {
        searcher.search(&request(query), &|| false)?;
        searcher.facets(&request(query), &|| false)?;
    }
    searcher.similar(&draft, 5)?;
    println!("{}", resident()?.saturating_sub(before));
    Ok(())
}

/// Resident bytes of this process.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse::<u64>()? * 1024)
}

fn table_bytes(folder: &Path, table: &str) -> Outcome<i64> {
    let connection = Connection::open(folder.join(DATABASE))?;
    let sql = "SELECT ifnull(sum(pgsize), 0) FROM dbstat WHERE name = ?1";
    Ok(connection.query_row(sql, [table], |row| row.get(0))?)
}
