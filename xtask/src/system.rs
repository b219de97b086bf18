//! What a fresh machine lacks: system packages and node modules.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Failed, Step, root};

/// Debian packages for a purpose.
pub(crate) type Packages = &'static [&'static str];

/// What building the window wants.
pub(crate) const BUILD: Packages = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libxdo-dev",
];

/// What the tests want: a display, a driver for the window, a second browser, fonts, and programs that read back what
/// was exported.
pub(crate) const TEST: Packages = &[
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "webkit2gtk-driver",
    "chromium",
    "fonts-noto-cjk",
    "procps",
    "libreoffice-writer-nogui",
    "poppler-utils",
];

/// What the benches want besides: what a user would pick instead.
pub(crate) const BENCH: Packages = &["pandoc"];

/// Major and minor, as in ui/package.json.
const NODE_AT_LEAST: (u32, u32) = (20, 19);

/// Installs the packages that are missing, where apt and the right to use it are there; says the command elsewhere.
pub(crate) fn packages(wanted: &[Packages]) -> Result<(), Failed> {
    if !cfg!(target_os = "linux") {
        // macOS and Windows bring their web view; the tools of the platform's compiler are Rust's own requirement.
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.iter().flat_map(|list| list.iter().copied()).collect();
    if !has("dpkg-query") {
        return elsewhere(&wanted);
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        println!("  system packages: all there");
        return Ok(());
    }
    let install = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    let (program, first): (&str, &[&str]) = if is_root() {
        ("apt-get", &[])
    } else if Command::new("sudo")
        .args(["-n", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        ("sudo", &["apt-get"])
    } else {
        return Err(Failed(format!("these packages are missing; install them with\n\n  {by_hand}\n")));
    };
    let apt = |name: &str, args: &[&str]| {
        let args = [first, args].concat();
        Step::new(name).env("DEBIAN_FRONTEND", "noninteractive").command(program, &args, &root())
    };
    apt("package lists", &["update", "-qq", "-o", "DPkg::Lock::Timeout=300"])?;
    apt("system packages", &[&install[..], &["-qq"], &missing].concat())
        .map_err(|Failed(why)| Failed(format!("{why}\nto install them by hand:\n\n  {by_hand}\n")))
}

fn elsewhere(wanted: &[&str]) -> Result<(), Failed> {
    // Compile-time needs show themselves; without a package database nothing more can be told.
    let there = Command::new("pkg-config")
        .args(["--exists", "webkit2gtk-4.1"])
        .status()
        .is_ok_and(|status| status.success());
    if there {
        return Ok(());
    }
    let command = if has("dnf") {
        "sudo dnf install webkit2gtk4.1-devel libappindicator-gtk3-devel librsvg2-devel openssl-devel libxdo-devel gcc"
    } else if has("pacman") {
        "sudo pacman -S --needed webkit2gtk-4.1 libappindicator-gtk3 librsvg openssl xdotool base-devel"
    } else {
        return Err(Failed(format!("what Debian calls these packages is missing: {}", wanted.join(" "))));
    };
    Err(Failed(format!("WebKitGTK 4.1 is missing; install it with\n\n  {command}\n")))
}

fn is_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

pub(crate) fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// `npm ci` where the lock file changed since the last time.
pub(crate) fn node_modules() -> Result<(), Failed> {
    let version = Command::new("node").arg("--version").output().ok().map(|output| output.stdout);
    let text = version.map(|text| String::from_utf8_lossy(&text).trim().to_owned()).unwrap_or_default();
    let mut numbers = text.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    let found = numbers.next().zip(numbers.next());
    if found.is_none_or(|found| found < NODE_AT_LEAST) {
        let (major, minor) = NODE_AT_LEAST;
        let found = if text.is_empty() { "none" } else { &text };
        return Err(Failed(format!(
            "Node {major}.{minor} or newer is needed (found: {found}); see https://nodejs.org"
        )));
    }
    let ui = root().join("ui");
    let lock = fs::read(ui.join("package-lock.json"))
        .map_err(|error| Failed(format!("ui/package-lock.json: {error}")))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let stamp = hasher.finish().to_string();
    let path = ui.join("node_modules/.yokoten-stamp");
    if fs::read_to_string(&path).is_ok_and(|last| last == stamp) {
        println!("  node modules: as ui/package-lock.json says");
        return Ok(());
    }
    Step::new("node modules").npm(&["ci", "--no-audit", "--no-fund"])?;
    note(&path, &stamp);
    Ok(())
}

/// Whether the built page is newer than everything that it is made of. Building it again would also build the window
/// again, which holds it.
pub(crate) fn page_is_built() -> bool {
    let ui = root().join("ui");
    let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
    let Some(built) = changed(&ui.join("dist/index.html")) else { return false };
    let mut paths =
        ["src", "index.html", "package-lock.json", "vite.config.ts"].map(|name| ui.join(name)).to_vec();
    while let Some(path) = paths.pop() {
        if changed(&path).is_none_or(|time| time > built) {
            return false;
        }
        paths.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    true
}

/// Leaves a note for the next run; without it the next run only does more.
fn note(path: &Path, text: &str) {
    #[expect(clippy::disallowed_methods, reason = "half a note is a note that does not match")]
    let _ = fs::write(path, text);
}
