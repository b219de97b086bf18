//! Everything that CI checks, from format to the real window.

use std::time::Instant;

use crate::run::{Failed, Step, root, seconds};
use crate::system;

type Check = (&'static str, fn() -> Result<(), Failed>);

const CHECKS: [Check; 13] = [
    ("packages", || system::packages(&[system::BUILD, system::TEST])),
    ("format", || Step::new("format").cargo(&["fmt", "--all", "--check"])),
    ("node", system::node_modules),
    ("generated", || generate(true)),
    ("ui-lint", || Step::new("ui lint").npm(&["run", "lint"])),
    ("ui-types", || Step::new("ui types").npm(&["run", "check"])),
    ("ui-unit", || Step::new("ui unit tests").npm(&["run", "test"])),
    ("ui-build", || Step::new("ui build").npm(&["run", "build"])),
    ("clippy", || {
        Step::new("clippy").cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ])
    }),
    ("rust", rust),
    ("docs", || {
        let crates = ["yokoten-model", "yokoten-store", "yokoten-exchange", "yokoten-app"];
        let packages: Vec<&str> = crates.iter().flat_map(|name| ["--package", name]).collect();
        Step::new("docs")
            .env("RUSTDOCFLAGS", "-D warnings")
            .cargo(&[&["doc", "--no-deps", "--quiet"], &packages[..]].concat())
    }),
    ("ui-browser", ui_browser),
    ("window", || window(None, &[])),
];

/// Later checks need what these make.
const NEEDED: [&str; 3] = ["packages", "node", "ui-build"];

/// Runs all checks, or those named after `--only`.
pub(crate) fn all(args: &[String]) -> Result<(), Failed> {
    let only: Vec<&str> =
        args.iter().map(String::as_str).skip_while(|arg| *arg != "--only").skip(1).collect();
    if let Some(unknown) = only.iter().find(|name| !CHECKS.iter().any(|(known, _)| known == *name)) {
        let known: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
        return Err(Failed(format!("there is no check `{unknown}`; there are {}", known.join(", "))));
    }
    let start = Instant::now();
    let mut results = Vec::new();
    for (name, check) in CHECKS.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
        println!("\n== {name}");
        let began = Instant::now();
        let outcome = check();
        if let Err(Failed(why)) = &outcome {
            eprintln!("  failed: {why}");
        }
        let failed = outcome.is_err();
        results.push((*name, began.elapsed(), outcome));
        if failed && NEEDED.contains(name) {
            eprintln!("  the checks after it need it");
            break;
        }
    }
    println!("\n== summary ({})", seconds(start.elapsed()));
    for (name, took, outcome) in &results {
        println!("  {} {name:<11} {}", if outcome.is_ok() { "✓" } else { "✗" }, seconds(*took));
    }
    let failed = results.iter().filter(|(_, _, outcome)| outcome.is_err()).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed == 0 { Ok(()) } else { Err(Failed(format!("{failed} of {} checks failed", results.len()))) }
}

/// Writes what is made from Rust, or checks that it is up to date.
pub(crate) fn generate(check: bool) -> Result<(), Failed> {
    let step = Step::new("generated files");
    let step = if check { step } else { step.env("UPDATE", "1") };
    step.cargo(&["test", "--quiet", "--package", "yokoten-app", "--test", "generated"])
}

/// Unit, property, journey and command line tests; the window's own come later.
fn rust() -> Result<(), Failed> {
    Step::new("the command line").cargo(&["build", "--package", "yokoten-cli"])?;
    let packages = [
        "yokoten-model",
        "yokoten-store",
        "yokoten-learn",
        "yokoten-exchange",
        "yokoten-app",
        "yokoten-cli",
        "yokoten-tests",
    ];
    let packages: Vec<&str> = packages.iter().flat_map(|name| ["--package", name]).collect();
    let step = Step::new("rust tests").env("YOKOTEN_CLI", built("yokoten"));
    if system::has("cargo-nextest") {
        step.cargo(&[&["nextest", "run"], &packages[..], &["--status-level", "fail"]].concat())
    } else {
        step.cargo(&[&["test", "--quiet"], &packages[..]].concat())
    }
}

fn ui_browser() -> Result<(), Failed> {
    Step::new("ui in chromium").npm(&["run", "test:browser"])
}

/// The tests of the real window, or only those of a module.
pub(crate) fn window(only: Option<&str>, env: &[(&'static str, String)]) -> Result<(), Failed> {
    // The profile of all tests: what is built once serves them all.
    Step::new("the window").cargo(&["build", "--package", "yokoten-window", "--package", "yokoten-cli"])?;
    let step = Step::new("the real window").env("YOKOTEN_CLI", built("yokoten"));
    let step = step.env("YOKOTEN_DESKTOP", built("yokoten-desktop"));
    let step = env.iter().fold(step, |step, (key, value)| step.env(key, value.clone()));
    let test = ["test", "--package", "yokoten-tests", "--test", "window", "--", "--ignored"];
    on_a_display(step, &[&test[..], only.as_slice()].concat())
}

/// Runs cargo with a display and a session bus of its own.
pub(crate) fn on_a_display(step: Step, cargo: &[&str]) -> Result<(), Failed> {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    // Without `-noreset` a window may be opened just while the display begins anew, after the one before closed.
    let display = ["--", "xvfb-run", "--auto-servernum", "--server-args=-screen 0 1600x1000x24 -noreset"];
    step.command("dbus-run-session", &[&display[..], &[program.as_str()], cargo].concat(), &root())
}

/// A program that was built for the tests.
fn built(name: &str) -> String {
    root().join("target/debug").join(name).display().to_string()
}
