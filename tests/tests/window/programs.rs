//! The programs that the tests run beside the command line: the window's, and LibreOffice.

use std::path::{Path, PathBuf};
use std::process::Command;

use yokoten_tests::root;

/// The window's program: `YOKOTEN_DESKTOP`, or what `cargo xtask test` builds.
pub(crate) fn desktop() -> PathBuf {
    let built = || root().join("target/debug/yokoten-desktop");
    let path = std::env::var_os("YOKOTEN_DESKTOP").map_or_else(built, PathBuf::from);
    assert!(path.exists(), "{} is not built: run `cargo xtask test --only window`", path.display());
    path
}

/// The text of a document, as LibreOffice reads it.
pub(crate) fn read_by_libreoffice(document: &Path, folder: &Path) -> String {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("libreoffice").display());
    let output = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir"])
        .arg(folder)
        .arg(document)
        .output()
        .expect("LibreOffice (Debian: libreoffice-writer-nogui) is needed");
    let text = folder.join(document.with_extension("txt").file_name().unwrap());
    std::fs::read_to_string(text)
        .unwrap_or_else(|_| panic!("LibreOffice: {}", String::from_utf8_lossy(&output.stderr)))
}
