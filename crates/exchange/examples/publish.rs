//! Publishes a long entry in every form and says how long each takes: `publish [FOLDER]` also writes the files.

#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

#[path = "../tests/publish/fixture.rs"]
mod fixture;
#[path = "../tests/publish/whole.rs"]
mod whole;

use std::time::{Duration, Instant};

use whole::{anki, docx, html, markdown, pdf};
use yokoten_model::report::Report;

const RUNS: usize = 31;

fn main() {
    let album = fixture::album();
    let (short, long) = (fixture::report(), fixture::long(8));
    println!("long entry: {} blocks, {} pictures", long.blocks.len(), long.images().len());
    measure("docx", &long, |report| drop(docx::render(report, &album).unwrap()));
    measure("html", &long, |report| drop(html::render(report, &album)));
    measure("markdown", &long, |report| drop(markdown::render(report, &album, "images")));

    let start = Instant::now();
    let fonts = pdf::Fonts::system().unwrap();
    println!("fonts: {:.1?}", start.elapsed());
    measure("pdf", &long, |report| drop(pdf::render(report, &album, &fonts).unwrap()));

    let Some(folder) = std::env::args_os().nth(1).map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(folder.join("images")).unwrap();
    for (name, report) in [("short", &short), ("long", &long), ("book", &fixture::book())] {
        std::fs::write(folder.join(format!("{name}.docx")), docx::render(report, &album).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.apkg")), anki::render(report, &album).unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.html")), html::render(report, &album)).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), pdf::render(report, &album, &fonts).unwrap())
            .unwrap();
        let rendered = markdown::render(report, &album, "images");
        std::fs::write(folder.join(format!("{name}.md")), rendered.text).unwrap();
        for (name, bytes) in rendered.files {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

/// Prints the median and the worst of [`RUNS`] runs.
fn measure(name: &str, report: &Report, publish: impl Fn(&Report)) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            publish(report);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("{name}: median {:.1?}, worst {:.1?}", times[RUNS / 2], times[RUNS - 1]);
}
