//! `yokoten`: the terminal face of the app.
//!
//! With `--json`, standard output holds exactly one JSON document, and an error is one JSON object on one line, the
//! last of standard error. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

mod args;
mod help;
mod run;
mod team;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use serde_json::json;
use yokoten_app::catalogue::text;
use yokoten_app::{Error, Lang, Problem};

use args::{Cli, LangArg};

/// The command line with help in a language.
fn command(lang: Lang) -> clap::Command {
    help::localise(Cli::command(), lang)
}

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let lang = help::wanted_lang(&args);
    let shown = lang.unwrap_or_default();
    let json = args.iter().any(|arg| arg == "--json");
    let parsed = command(shown).version(env!("CARGO_PKG_VERSION")).try_get_matches_from(args);
    match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => run(cli, lang, json),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            say(&error.to_string());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.trim_start_matches("error: ").lines().next().unwrap_or_default().to_owned();
            complain(&wrong_usage(reason, shown), json, shown);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli, lang: Option<Lang>, json: bool) -> ExitCode {
    let lang = lang.or(cli.lang.map(|lang| match lang {
        LangArg::Ja => Lang::Ja,
        LangArg::En => Lang::En,
    }));
    let shown = lang.unwrap_or_default();
    let outcome = run::Session::new(&cli, lang).and_then(|mut session| {
        let output = session.run(cli.command);
        for warning in &session.warnings {
            let _ = writeln!(std::io::stderr(), "{warning}");
        }
        output
    });
    match outcome {
        Ok(output) => {
            say(&if json { output.json.to_string() } else { output.text });
            ExitCode::from(output.code)
        }
        Err(error) => {
            complain(&error.problem(shown), json, shown);
            ExitCode::from(if matches!(error, Error::NotBuilt(_) | Error::Usage(_)) { 2 } else { 1 })
        }
    }
}

fn wrong_usage(reason: String, lang: Lang) -> Problem {
    Problem { kind: "usage".into(), message: reason, hints: vec![text(lang, "error.usage.hint", &[])] }
}

/// Says the result. A reader that went away (`| head`) is no error.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end_matches('\n'));
}

fn complain(problem: &Problem, json: bool, lang: Lang) {
    let mut out = std::io::stderr().lock();
    let _ = if json {
        writeln!(out, "{}", json!({"error": problem}))
    } else {
        let hints: String =
            problem.hints.iter().map(|hint| format!("\n{}: {hint}", text(lang, "cli.hint", &[]))).collect();
        writeln!(out, "{}: {}{hints}", text(lang, "cli.error", &[]), problem.message)
    };
}
