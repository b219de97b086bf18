//! The core: an edit beside a bare transaction in the same run, bytes per edit, opening, lists, exports.
//!
//! `cargo xtask bench core`. Writes go to the folder of the repository's `target`, a real disk.

use std::hint::black_box;
use std::path::Path;

use rusqlite::Connection;
use yokoten_benches::{Times, postmortem, row, text};
use yokoten_exchange::publish;
use yokoten_model::guidance::Coach;
use yokoten_model::template::Template;
use yokoten_model::{Assignment, Postmortem, Step};
use yokoten_store::list::Query;
use yokoten_store::{Author, DATABASE, Store};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const EDITS: usize = 1000;

fn main() -> Outcome {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(target)?;
    println!("| what | measured | target | met |\n|---|---|---|---|");
    edits(&folder.path().join("edits"))?;
    lists(&folder.path().join("lists"))?;
    advice()?;
    exports()
}

fn author() -> Author {
    Author { name: "森".into(), team: None }
}

/// Durable edits of a 10 KB document in turn with a bare one-row transaction under the same pragmas.
fn edits(folder: &Path) -> Outcome {
    let mut store = Store::open(folder, true)?;
    let document = postmortem(1, 10_000);
    let size = serde_json::to_string(&document)?.len();
    store.put_all(std::slice::from_ref(&document), &author(), 1)?;
    let id = document.id.parse()?;
    let bare = bare(&folder.join("bare.db"))?;
    let (mut ours, mut theirs) = (Times::default(), Times::default());
    let mut problem = document.sections.problem.clone();
    let before = log_bytes(folder)?;
    for number in 0..EDITS {
        theirs.time(|| bare.execute("INSERT INTO row (text) VALUES (?1)", [&problem[..30]]))?;
        problem.push_str(if number % 2 == 0 { "追記した。" } else { "架電。" });
        let set = vec![Assignment {
            path: vec![Step::Key("sections".into()), Step::Key("problem".into())],
            value: problem.clone().into(),
        }];
        ours.time(|| {
            store.edit(id, &author(), 2, |document| {
                let base = document.revision()?;
                Ok(document.edit(&base, set, &mut String::new)?)
            })
        })?;
    }
    let per_edit = (log_bytes(folder)? - before) as f64 / EDITS as f64;
    let (p99, bare99) = (ours.within(0.99), theirs.within(0.99));
    let figure = format!(
        "p50 {:.2} ms, p99 {p99:.2} ms; bare p50 {:.2} ms, p99 {bare99:.2} ms: {:.2} ×",
        ours.within(0.5),
        theirs.within(0.5),
        p99 / bare99
    );
    row(
        &format!("a durable edit of a {:.0} KB document", size as f64 / 1000.0),
        &figure,
        "p99 ≤ 3 × bare",
        p99 <= 3.0 * bare99,
    );
    row("bytes in the log for a small edit", &format!("{per_edit:.0}"), "≤ 320", per_edit <= 320.0);

    store.tidy()?;
    drop(store);
    let mut opening = Times::default();
    for _ in 0..50 {
        let mut store = Store::open(folder, false)?;
        opening.time(|| store.read(id))?;
    }
    let p99 = opening.within(0.99);
    row(
        "open a document with 1,000 changes, in the core",
        &format!("p50 {:.2} ms, p99 {p99:.2} ms", opening.within(0.5)),
        "≤ 10 ms",
        p99 <= 10.0,
    );
    Ok(())
}

fn bare(path: &Path) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")?;
    Ok(connection)
}

/// The bytes that rows of the log and their indexes fill.
fn log_bytes(folder: &Path) -> Outcome<i64> {
    let connection = Connection::open(folder.join(DATABASE))?;
    let sql = "SELECT sum(payload) + sum(ncell) * 4 FROM dbstat
               WHERE name IN ('change', 'change_doc', 'change_place')";
    Ok(connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))
}

fn lists(folder: &Path) -> Outcome {
    let mut store = Store::open(folder, true)?;
    for start in (0..10_000).step_by(500) {
        let batch: Vec<Postmortem> = (start..start + 500).map(|serial| postmortem(serial, 3_000)).collect();
        store.put_all(&batch, &author(), i64::try_from(start)?)?;
    }
    let mut times = Times::default();
    for _ in 0..200 {
        let (total, items) = times.time(|| store.list(&Query { limit: 50, ..Query::default() }, None))?;
        assert_eq!((total, items.len()), (10_000, 50), "the page is whole");
    }
    let p99 = times.within(0.99);
    row(
        "first page of a list of 10,000 entries",
        &format!("p50 {:.2} ms, p99 {p99:.2} ms", times.within(0.5)),
        "≤ 5 ms",
        p99 <= 5.0,
    );
    Ok(())
}

/// Advice on a whole document, beside looking for the template's words in its texts and nothing more.
fn advice() -> Outcome {
    let document = postmortem(1, 10_000);
    let texts = serde_json::to_string(&document)?;
    let template = Template::builtin();
    let words: Vec<&str> =
        template.guidance.iter().flat_map(|hint| &hint.words).map(String::as_str).collect();
    let coach = Coach::builtin();
    let (mut ours, mut plain) = (Times::default(), Times::default());
    for _ in 0..500 {
        plain.time(|| black_box(words.iter().filter(|word| texts.contains(**word)).count()));
        ours.time(|| black_box(coach.review(&document, "ja")));
    }
    let p99 = ours.within(0.99);
    let figure = format!(
        "p50 {:.2} ms, p99 {p99:.2} ms; words alone p50 {:.2} ms: {:.1} ×",
        ours.within(0.5),
        plain.within(0.5),
        ours.within(0.5) / plain.within(0.5)
    );
    row("advice on a document of 10 KB", &figure, "≤ 5 ms", p99 <= 5.0);
    Ok(())
}

struct NoPictures;

impl publish::Images for NoPictures {
    fn bytes(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
}

/// About 20 pages of A4: 1,600 characters a page.
fn exports() -> Outcome {
    let mut document = postmortem(1, 30_000);
    document.sections.overview = (0..16)
        .map(|n| {
            format!("## 見出し {n}\n\n{}\n\n| 手順 | すること |\n|---|---|\n| 1 | 見る |\n\n", text(3_000, n))
        })
        .collect();
    document.sections.problem = text(20_000, 3);
    let workspace = tempfile::tempdir()?;
    let opened = yokoten_app::Workspace::open(&workspace.path().join("ws"), yokoten_app::Clock::system())?;
    opened.put(serde_json::to_string(&document)?.as_bytes())?;
    let entry = opened.show(&document.id)?;
    let characters = serde_json::to_string(&document)?.chars().count();
    let (mut html, mut docx) = (Times::default(), Times::default());
    for _ in 0..30 {
        let freeze = || yokoten_app::export::freeze(&entry, yokoten_app::Lang::Ja);
        html.time(|| publish::html::write(&freeze(), &NoPictures, &mut Vec::new()))?;
        docx.time(|| publish::docx::write(&freeze(), &NoPictures, std::io::Cursor::new(Vec::new())))?;
    }
    for (name, times) in [("HTML", html), ("docx", docx)] {
        let p99 = times.within(0.99);
        let figure = format!("p50 {:.1} ms, p99 {p99:.1} ms ({characters} characters)", times.within(0.5));
        row(&format!("export of a 20-page entry to {name}"), &figure, "≤ 50 ms", p99 <= 50.0);
    }
    Ok(())
}
