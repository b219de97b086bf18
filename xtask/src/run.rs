//! Running a command: said before, timed after.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What failed, for the last line.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) String);

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// One thing to do, with a name for people.
pub(crate) struct Step {
    name: String,
    env: Vec<(&'static str, String)>,
}

impl Step {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), env: Vec::new() }
    }

    pub(crate) fn env(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.env.push((key, value.into()));
        self
    }

    pub(crate) fn cargo(self, args: &[&str]) -> Result<(), Failed> {
        // The cargo that runs this, not another one on the path.
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        self.command(&cargo, args, &root())
    }

    pub(crate) fn npm(self, args: &[&str]) -> Result<(), Failed> {
        self.command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args, &root().join("ui"))
    }

    pub(crate) fn command(self, program: &str, args: &[&str], folder: &Path) -> Result<(), Failed> {
        let short = Path::new(program).file_name().map_or(program.into(), |name| name.to_string_lossy());
        println!("▸ {}: {short} {}", self.name, args.join(" "));
        let start = Instant::now();
        let status = Command::new(program).args(args).current_dir(folder).envs(self.env).status();
        let took = seconds(start.elapsed());
        match status {
            Ok(status) if status.success() => {
                println!("  {}: done in {took}", self.name);
                Ok(())
            }
            Ok(status) => Err(Failed(format!(
                "{}: `{short} {}` ended with {status} after {took}",
                self.name,
                args.join(" ")
            ))),
            Err(error) => Err(Failed(format!("{}: `{short}` cannot be started: {error}", self.name))),
        }
    }
}

pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        whole => format!("{} min {} s", whole / 60, whole % 60),
    }
}

/// Starts a program of ours and waits for its end.
pub(crate) fn replace(program: &str, args: &[String]) -> Result<(), Failed> {
    let status = Command::new(root().join(program)).args(args).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failed(format!("`{program}` ended with {status}"))),
        Err(error) => Err(Failed(format!("`{program}` cannot be started: {error}"))),
    }
}
