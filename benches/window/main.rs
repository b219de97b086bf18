//! The real window beside an empty Tauri window, launched in turn in the same run, over 10,000 entries.
//!
//! `cargo xtask bench window`, which builds both programs and the page before. Needs a display, a session bus and
//! WebKitWebDriver.

mod page;
mod processes;
mod shipped;
mod workspace;

use std::path::Path;

use yokoten_benches::{Times, row};
use yokoten_tests::root;

use page::Page;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How often each of the two windows is launched.
const LAUNCHES: usize = 9;
const KEYS: usize = 200;
const VISITS: usize = 25;
/// Typed into the library's search and taken back, letter by letter.
const SEARCHED: [&str; 6] = ["再起動", "連絡先", "手順", "てじゅん", "アラート", "しきい値"];

fn main() -> Outcome {
    let home = tempfile::Builder::new().prefix("bench-window-").tempdir_in(root().join("target"))?;
    let workspace = workspace::copy(home.path())?;
    println!("| what | measured | target | met |\n|---|---|---|---|");
    launches(home.path(), &workspace)?;
    let page = Page::ours(home.path(), &workspace)?;
    places(&page)?;
    writing(&page)?;
    searching(&page)?;
    page.close();
    let bytes = shipped::gzipped()?;
    let kilobytes = bytes as f64 / 1000.0;
    row("JavaScript and CSS shipped, gzip", &format!("{kilobytes:.0} KB"), "≤ 400 KB", kilobytes <= 400.0);
    Ok(())
}

/// Launches and memory, in turn, so that whatever the machine does hits both.
fn launches(home: &Path, workspace: &Path) -> Outcome {
    let (mut ours, mut empty) = (Times::default(), Times::default());
    let (mut ratios, mut memory_ratios) = (Vec::new(), Vec::new());
    let (mut our_memory, mut empty_memory) = (Vec::new(), Vec::new());
    // The first pair warms the disk's cache.
    for turn in 0..=LAUNCHES {
        let (theirs, their_bytes) = one(Page::empty(home)?)?;
        let (time, bytes) = one(Page::ours(home, workspace)?)?;
        if turn == 0 {
            continue;
        }
        empty.add(theirs);
        ours.add(time);
        ratios.push(time / theirs);
        our_memory.push(bytes);
        empty_memory.push(their_bytes);
        memory_ratios.push(bytes / their_bytes);
    }
    let ratio = median(&mut ratios);
    let figure = format!(
        "p50 {:.0} ms; empty window p50 {:.0} ms: {ratio:.2} × (median of {LAUNCHES} pairs, {:.2}–{:.2})",
        ours.within(0.5),
        empty.within(0.5),
        ratios.first().copied().unwrap_or_default(),
        ratios.last().copied().unwrap_or_default(),
    );
    row("launch → the editor can be typed into", &figure, "≤ 1.3 × an empty window", ratio <= 1.3);
    let ratio = median(&mut memory_ratios);
    let figure = format!(
        "{:.0} MB; empty window {:.0} MB: {ratio:.2} × (median of {LAUNCHES} pairs)",
        median(&mut our_memory),
        median(&mut empty_memory)
    );
    row("memory, PSS of all its processes", &figure, "≤ 1.3 × an empty window", ratio <= 1.3);
    Ok(())
}

/// Milliseconds until it can be typed into, and its megabytes once it has come to rest.
fn one(page: Page) -> Outcome<(f64, f64)> {
    let ready = page.ready()?;
    page.come_to_rest()?;
    let megabytes = page.memory()?;
    page.close();
    Ok((ready, megabytes))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Places and entries, from the click to the second frame after the last change that was waited for.
fn places(page: &Page) -> Outcome {
    page.ready()?;
    let (mut switching, mut opening) = (Times::default(), Times::default());
    for visit in 0..VISITS {
        switching.add(page.click("[data-test=place-library]", "main [role=option][data-test=row]")?);
        switching.add(page.click("[data-test=place-settings]", "main.settings")?);
        switching.add(page.click("[data-test=place-today]", "main [data-test=continue]")?);
        page.click("[data-test=place-library]", "main [role=option][data-test=row]")?;
        let nth = format!("main [role=option][data-test=row]:nth-child({})", visit % 10 + 1);
        opening.add(page.double_click(&nth, "main [data-test=title]")?);
    }
    for (what, times) in [("switch between places, painted", switching), ("open an entry, painted", opening)]
    {
        let p95 = times.within(0.95);
        row(what, &format!("p50 {:.0} ms, p95 {p95:.0} ms", times.within(0.5)), "≤ 100 ms", p95 <= 100.0);
    }
    Ok(())
}

/// Keys in a section of 20,000 characters, pressed one by one at its end.
fn writing(page: &Page) -> Outcome {
    page.click("[data-test=place-library]", "main [role=option][data-test=row]")?;
    page.open_by_palette(workspace::LONG_TITLE)?;
    let characters = page.begin_writing()?;
    for number in 0..KEYS {
        page.key(if number % 12 == 11 { "。" } else { "あ" }, number + 1)?;
    }
    let (handled, painted) = page.keys()?;
    let (h95, p95) = (handled.within(0.95), painted.within(0.95));
    let figure = format!(
        "p50 {:.1} / {:.0} ms, p95 {h95:.1} / {p95:.0} ms ({characters} characters)",
        handled.within(0.5),
        painted.within(0.5)
    );
    row(
        "a keystroke in a long section: handler and layout / painted",
        &figure,
        "p95 ≤ 8 / 34 ms",
        h95 <= 8.0 && p95 <= 34.0,
    );
    Ok(())
}

/// The time between frames while a search is typed key by key, the list, the preview and the facets changing under it.
fn searching(page: &Page) -> Outcome {
    page.click("[data-test=place-library]", "main [role=option][data-test=row]")?;
    page.begin_searching()?;
    for word in SEARCHED {
        let taken_back = word.chars().map(|_| "\u{E003}".to_owned());
        for key in word.chars().map(String::from).chain(taken_back) {
            page.press(&[&key])?;
        }
    }
    let frames = page.frames()?;
    let p95 = frames.within(0.95);
    let figure = format!("p50 {:.1}, p95 {p95:.1}, max {:.0} ms", frames.within(0.5), frames.within(1.0));
    // A frame that is left out makes it 33.
    row("between two frames while a search is typed", &figure, "p95 ≤ 25 ms", p95 <= 25.0);
    Ok(())
}
