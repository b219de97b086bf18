//! What the journeys share: the command line in a home of its own, and a driver for the window.

#[expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests report by panicking")]
pub mod driver;
#[expect(clippy::panic, reason = "tests report by panicking")]
pub mod wait;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The built command line: what `YOKOTEN_CLI` names (`cargo xtask test` does), else built here.
///
/// # Panics
/// Where it cannot be built.
#[must_use]
pub fn command_line() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Some(named) = std::env::var_os("YOKOTEN_CLI") {
            return named.into();
        }
        let root = root();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "yokoten-cli"])
            .current_dir(&root)
            .status();
        assert!(built.is_ok_and(|status| status.success()), "the command line cannot be built");
        root.join("target/debug/yokoten")
    })
}

/// An entry to make a chapter of, with a customer to mask and an emoji, which is two UTF-16 units.
#[must_use]
pub fn told(lessons: &str) -> Value {
    json!({
        "id": "019d6a9f-de97-7ea8-9429-d33f026f4c84", "title": "窓口を取り違えた", "customer": "青葉商店",
        "sections": {"overview": "青葉商店の監視です。", "lessons": lessons},
        "timeline": [{"id": "t1", "at": "2026-04-08T02:06:00+09:00", "text": "😀 アラート"}],
        "causes": {"occurrence": [{"id": "a", "text": "表が古い", "root": true}]}
    })
}

/// The top of the repository.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A person's home with one workspace in it, gone when it is dropped.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// A new home.
    ///
    /// # Panics
    /// Where there is no room for temporary files.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test without a folder has nothing to do")]
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Its folder, for files beside the workspace.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its workspace's folder.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.path().join("ws")
    }

    /// A command in this home, on this workspace.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(command_line());
        command
            .args(args)
            .current_dir(self.path())
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("YOKOTEN_WORKSPACE", self.workspace())
            .env("USER", "森")
            .env_remove("LANG");
        command
    }

    /// Runs a command.
    #[must_use]
    pub fn run(&self, args: &[&str]) -> Said {
        self.feed(args, b"")
    }

    /// Runs a command with standard input.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test of the command line needs it started")]
    pub fn feed(&self, args: &[&str], input: &[u8]) -> Said {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command line starts");
        if let Some(mut stdin) = child.stdin.take() {
            // A command that refuses early closes its end.
            let _ = stdin.write_all(input);
        }
        let output = child.wait_with_output().expect("the command line ends");
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs a command with `--json` and reads its one document.
    ///
    /// # Panics
    /// Where it fails or says anything else.
    pub fn json(&self, args: &[&str]) -> Value {
        self.feed_json(args, b"")
    }

    /// As [`Home::json`], with standard input.
    ///
    /// # Panics
    /// Where it fails or says anything else.
    pub fn feed_json(&self, args: &[&str], input: &[u8]) -> Value {
        let said = self.feed(&[args, &["--json"]].concat(), input);
        assert_eq!(said.code, 0, "{args:?} failed: {}", said.err);
        let document = serde_json::from_str(&said.out);
        assert!(document.is_ok(), "{args:?} said no one JSON document: {}", said.out);
        document.unwrap_or_default()
    }

    /// Runs a command that is refused and reads its error: one JSON object, the last line of standard error.
    ///
    /// # Panics
    /// Where it is not refused, or says anything on standard output.
    pub fn refused(&self, args: &[&str], input: &[u8]) -> Value {
        let said = self.feed(&[args, &["--json"]].concat(), input);
        assert_ne!(said.code, 0, "{args:?} was not refused: {}", said.out);
        assert_eq!(said.out, "", "{args:?} was refused and said something");
        let last = said.err.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_default();
        let error = error.get("error").cloned().unwrap_or_default();
        assert!(error.get("kind").is_some_and(Value::is_string), "{args:?} said no error: {}", said.err);
        assert!(error.get("hints").is_some_and(Value::is_array), "{args:?} said no hints: {}", said.err);
        error
    }
}

/// A small file system of its own, unmounted when it is dropped.
#[derive(Debug)]
pub struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// Mounts one, such as of `3m`; `None` where that needs rights that the tests do not have (CI has them).
    pub fn mount(at: &'a Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(at)
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(at));
        }
        eprintln!("passed over: only root can mount a small disk");
        None
    }

    /// Mounts it again with an option, such as `remount,ro`.
    ///
    /// # Panics
    /// Where that fails.
    pub fn remount(&self, option: &str) {
        let status = Command::new("mount").args(["-o", option]).arg(self.0).status();
        assert!(status.is_ok_and(|status| status.success()), "{option} failed");
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        // Lazily: a program that is just ending may still hold a file.
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}
