//! The project's own commands: `cargo xtask run | test | bench | generate | learn | shots | package`.
//!
//! No dependencies: it is the first thing that a fresh machine builds.

mod run;
mod system;
mod test;

use std::process::ExitCode;

use run::{Failed, Step};

const HELP: &str = "cargo xtask COMMAND

  run [-- ARGS]         install what is missing, build, and open the window
  test [--only NAME …]  everything that CI checks, from format to the real window
  bench [NAME]          what is claimed about speed, beside a baseline in the same run
  generate [--check]    write (or check) the files that are made from Rust: the window's types and texts, the schema
  learn                 learn anew from what is told of mechanisms (crates/learn/tellings)
  shots FOLDER          a picture of every screen and state, in both themes, sizes and languages
  package               an installable package of the window
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = |from: usize| args.get(from..).unwrap_or_default().to_vec();
    let outcome = match args.first().map(String::as_str) {
        Some("run") => open_window(&rest(if args.get(1).is_some_and(|arg| arg == "--") { 2 } else { 1 })),
        Some("test") => test::all(&rest(1)),
        Some("bench") => bench(&rest(1)),
        Some("generate") => test::generate(args.get(1).is_some_and(|arg| arg == "--check")),
        Some("learn") => learn(),
        Some("shots") => shots(&rest(1)),
        Some("package") => package(),
        _ => {
            print!("{HELP}");
            return if args.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(what)) => {
            eprintln!("xtask: {what}");
            ExitCode::FAILURE
        }
    }
}

fn open_window(args: &[String]) -> Result<(), Failed> {
    system::packages(&[system::BUILD])?;
    system::node_modules()?;
    build_page()?;
    Step::new("the window").cargo(&["build", "--profile", "fast", "--package", "yokoten-window"])?;
    println!("▸ opening the window on your workspace");
    run::replace("target/fast/yokoten-desktop", args)
}

fn build_page() -> Result<(), Failed> {
    if system::page_is_built() {
        println!("  the page: nothing changed");
        return Ok(());
    }
    Step::new("the page").npm(&["run", "build"])
}

fn bench(args: &[String]) -> Result<(), Failed> {
    system::packages(&[system::BUILD, system::TEST])?;
    system::node_modules()?;
    let wanted = args.first().map(String::as_str);
    for name in ["core", "search", "work"] {
        if wanted.is_none_or(|wanted| wanted == name) {
            Step::new(name).cargo(&[&BENCH[..], &[name]].concat())?;
        }
    }
    if wanted.is_none_or(|name| name == "publish") {
        bench_publish()?;
    }
    match wanted {
        None | Some("window") => bench_window(),
        Some("core" | "search" | "work" | "publish") => Ok(()),
        Some(other) => {
            Err(Failed(format!("there is no bench `{other}`: core, search, work, publish, window")))
        }
    }
}

const BENCH: [&str; 6] = ["bench", "--profile", "fast", "--package", "yokoten-benches", "--bench"];

/// Beside pandoc and LibreOffice; without pandoc the bench still runs, and says what it could not compare.
fn bench_publish() -> Result<(), Failed> {
    if let Err(Failed(why)) = system::packages(&[system::BENCH]) {
        println!("  {why}");
    }
    Step::new("publishing").cargo(&[&BENCH[..], &["publish"]].concat())
}

/// Both windows in turn, on a display of their own.
fn bench_window() -> Result<(), Failed> {
    build_page()?;
    let windows = ["--package", "yokoten-window", "--package", "yokoten-empty-window"];
    Step::new("the windows").cargo(&[&["build", "--profile", "fast"], &windows[..]].concat())?;
    let bench = [&BENCH[..], &["window"]].concat();
    test::on_a_display(Step::new("the real window"), &bench)
}

/// Optimised: it calculates for some seconds.
fn learn() -> Result<(), Failed> {
    Step::new("learning").cargo(&["run", "--profile", "fast", "--package", "yokoten-learn"])
}

/// Pictures of the real window, to lay beside the design.
fn shots(args: &[String]) -> Result<(), Failed> {
    let folder = args.first().ok_or_else(|| Failed("where to? `cargo xtask shots FOLDER`".to_owned()))?;
    let folder = std::path::absolute(folder).map_err(|error| Failed(format!("`{folder}`: {error}")))?;
    system::packages(&[system::BUILD, system::TEST])?;
    system::node_modules()?;
    build_page()?;
    test::window(Some("pictures"), &[("YOKOTEN_PICTURES", folder.display().to_string())])?;
    println!("▸ the pictures are in {}", folder.display());
    Ok(())
}

/// Only packaging needs it, so it is not among the page's modules. Its version is that of the crate `tauri`.
const TAURI: &str = "@tauri-apps/cli@2.12.5";

fn package() -> Result<(), Failed> {
    system::packages(&[system::BUILD])?;
    system::node_modules()?;
    let root = run::root();
    let bundle = match std::env::consts::OS {
        "macos" => "dmg",
        "windows" => "msi",
        _ => "deb",
    };
    Step::new("the package").command(
        if cfg!(windows) { "npx.cmd" } else { "npx" },
        &["--yes", TAURI, "build", "--bundles", bundle],
        &root,
    )
}
