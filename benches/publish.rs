//! Publishing a book: Word beside pandoc, PDF beside LibreOffice, each from the same chapters in the same run, and the
//! memory that a long book takes.
//!
//! `cargo xtask bench publish`. A part of the work is a process of its own, so that its memory can be asked for.

#![allow(clippy::disallowed_methods, reason = "files of a bench need not survive a crash")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::{ImageFormat, Rgb, RgbImage};
use yokoten_benches::{Times, row, text};
use yokoten_exchange::publish::{self, Images, pdf::Fonts};
use yokoten_model::report::{Align, Block, Choice, Cover, Inline, Item, Question, Report};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const CHAPTERS: usize = 100;
const MANY: usize = 1000;
const RUNS: usize = 3;
const FORMATS: [&str; 5] = ["markdown", "html", "docx", "pdf", "anki"];

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, format, folder] = args.as_slice()
        && flag == "--only"
    {
        return alone(format, Path::new(folder));
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(target)?;
    let album = Folder(folder.path().join("album"));
    fs::create_dir(&album.0)?;
    for number in 0..MANY {
        fs::write(album.0.join(hash(number)), screenshot(number)?)?;
    }
    println!("| what | measured | target | met |\n|---|---|---|---|");
    against_others(folder.path(), &album)?;
    memory(&album.0)
}

/// The pictures, read when they are asked for, as the app does.
struct Folder(PathBuf);

impl Images for Folder {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(hash)).ok()
    }
}

fn hash(number: usize) -> String {
    format!("{number:064x}")
}

/// A picture like a screenshot of a monitoring screen, 1280 × 720, another one for each number.
fn screenshot(number: usize) -> Outcome<Vec<u8>> {
    let image = RgbImage::from_fn(1280, 720, |x, y| {
        let (column, line) = (x as usize / 9, y as usize / 22);
        let letter = (column * 31 + line * 17 + number * 7) % 11;
        match () {
            // No two are the same.
            () if y == 0 => Rgb([(number / 256) as u8, number as u8, x as u8]),
            () if y < 40 => Rgb([26, 42, 66]),
            () if y % 22 < 14
                && letter > 3
                && (x as usize * 5 + y as usize * 3 + letter * number) % 7 < 3 =>
            {
                Rgb([69, 70, 74])
            }
            () => Rgb([248, 247, 243]),
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(vec![Inline::Text(text)])
}

fn heading(level: u8, text: String, id: String) -> Block {
    Block::Heading { level, text: vec![Inline::Text(text)], id }
}

/// About 1,500 characters in the form of a chapter: prose, a table of the timeline, a picture, a list, a question.
fn chapter(number: usize) -> Vec<Block> {
    let cell = |text: String| vec![Inline::Text(text)];
    let rows = (0..6)
        .map(|row| vec![cell(format!("02:{row:02}")), cell("MSP 一次".into()), cell(text(80, row + number))]);
    let items = (0..5).map(|item| Item { done: None, blocks: vec![paragraph(text(90, item + number))] });
    let choice = |word: &str, right| Choice { text: cell(format!("{word} {}", text(40, number))), right };
    let question = Question {
        label: "問1".into(),
        prompt: vec![paragraph(text(120, number + 1))],
        choices: vec![choice("甲", false), choice("乙", true), choice("丙", false)],
        answer_label: "答え".into(),
        answer: vec![paragraph(text(150, number + 2))],
    };
    let section = |title: &str| heading(2, title.into(), String::new());
    vec![
        heading(1, format!("第{}章 {}", number + 1, text(40, number)), format!("chapter-of-{number}")),
        section("状況"),
        paragraph(text(900, number)),
        Block::Image { hash: hash(number), caption: format!("図 {}", number + 1) },
        section("考えてみよう"),
        Block::Question(question),
        section("何が起きたか"),
        Block::Table {
            align: vec![Align::Left; 3],
            head: vec![cell("時刻".into()), cell("役割".into()), cell("できごと".into())],
            rows: rows.collect(),
        },
        section("なぜ"),
        Block::List { start: Some(1), items: items.collect() },
        section("学び"),
        paragraph(text(900, number + 5)),
    ]
}

fn book(chapters: usize) -> Report {
    Report {
        title: "一次対処 新人教材".into(),
        number: String::new(),
        lang: "ja".into(),
        date: "2026-11-14T09:00:00+09:00".into(),
        properties: Vec::new(),
        cover: Some(Cover { lines: vec![format!("全{chapters}章")], contents: "目次".into() }),
        blocks: (0..chapters).flat_map(chapter).collect(),
    }
}

fn against_others(folder: &Path, album: &Folder) -> Outcome {
    let report = book(CHAPTERS);
    export("markdown", &report, album, &folder.join("book"))?;
    let (mut docx, mut pdf, mut pandoc, mut office) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    let has_pandoc = has("pandoc");
    for _ in 0..RUNS {
        docx.time(|| export("docx", &report, album, &folder.join("book")))?;
        if has_pandoc {
            pandoc.time(|| run(folder, "pandoc", &["-f", "gfm", "book.md", "-o", "pandoc.docx"]))?;
        }
    }
    let name = format!("docx of {CHAPTERS} chapters with {CHAPTERS} pictures");
    compare(&name, &docx, "pandoc", has_pandoc.then_some(&pandoc), 5.0);
    let has_office = has("soffice");
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    for _ in 0..RUNS {
        // Looking for the fonts belongs to it.
        pdf.time(|| export("pdf", &report, album, &folder.join("book")))?;
        if has_office {
            let args = [&profile, "--headless", "--convert-to", "pdf", "--outdir", "office", "book.docx"];
            office.time(|| run(folder, "soffice", &args))?;
        }
    }
    compare("PDF of the same", &pdf, "LibreOffice from that docx", has_office.then_some(&office), 3.0);
    Ok(())
}

fn compare(what: &str, ours: &Times, name: &str, theirs: Option<&Times>, factor: f64) {
    let ours = ours.within(0.5);
    let target = format!("≥ {factor} × faster than {name}");
    match theirs.map(|theirs| theirs.within(0.5)) {
        Some(theirs) => {
            let figure = format!("{ours:.0} ms; {name} {theirs:.0} ms: {:.1} ×", theirs / ours);
            row(what, &figure, &target, theirs >= factor * ours);
        }
        None => row(what, &format!("{ours:.0} ms; {name} is not installed"), &target, false),
    }
}

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn run(folder: &Path, program: &str, args: &[&str]) -> Outcome {
    let output = Command::new(program).args(args).current_dir(folder).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Exports a book in one form as `path` with the form's ending; says how many bytes that takes.
fn export(format: &str, report: &Report, album: &Folder, path: &Path) -> Outcome<u64> {
    let path = path.with_extension(if format == "markdown" { "md" } else { format });
    let mut file = fs::File::create(&path)?;
    let mut bytes = 0;
    match format {
        "markdown" => {
            let beside = path.with_file_name("images");
            fs::create_dir_all(&beside)?;
            let text = publish::markdown::render(report, album, "images", |name, picture| {
                bytes += picture.len() as u64;
                fs::write(path.with_file_name(name), picture)
            })?;
            file.write_all(text.as_bytes())?;
        }
        "html" => publish::html::write(report, album, &mut file)?,
        "docx" => publish::docx::write(report, album, &mut file)?,
        "pdf" => publish::pdf::write(report, album, &Fonts::system()?, &mut file)?,
        _ => publish::anki::write(report, album, &mut file)?,
    }
    Ok(bytes + file.metadata()?.len())
}

/// Exports a long book in one form, and says how many kilobytes of memory this process took at most.
fn alone(format: &str, album: &Path) -> Outcome {
    let folder = tempfile::tempdir_in(album.parent().unwrap_or(album))?;
    let bytes = export(format, &book(MANY), &Folder(album.to_owned()), &folder.path().join("book"))?;
    let status = fs::read_to_string("/proc/self/status")?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no peak in /proc/self/status")?;
    println!("{bytes} {}", peak.trim().trim_end_matches(" kB"));
    Ok(())
}

fn memory(album: &Path) -> Outcome {
    for format in FORMATS {
        let mut times = Times::default();
        let program = std::env::current_exe()?;
        let output = times.time(|| {
            Command::new(program).args(["--only", format]).arg(album).stderr(Stdio::inherit()).output()
        })?;
        let said = String::from_utf8(output.stdout)?;
        let (bytes, peak) = said.trim().split_once(' ').ok_or_else(|| format!("{format} failed: {said}"))?;
        let (bytes, peak) = (bytes.parse::<f64>()? / 1e6, peak.parse::<f64>()? * 1024.0 / 1e6);
        row(
            &format!("peak memory of {MANY} chapters with {MANY} pictures to {format}"),
            &format!("{peak:.0} MB for {bytes:.0} MB in {:.1} s", times.within(1.0) / 1000.0),
            "≤ 300 MB",
            peak <= 300.0,
        );
    }
    Ok(())
}
