//! What the window ships to its page.

use std::fs;
use std::process::Command;

use yokoten_tests::root;

use crate::Outcome;

/// Bytes of all scripts and styles, each packed by gzip.
pub(crate) fn gzipped() -> Outcome<usize> {
    let mut bytes = 0;
    for entry in fs::read_dir(root().join("ui/dist/assets"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js" || extension == "css") {
            let packed = Command::new("gzip").args(["-9", "--to-stdout"]).arg(&path).output()?;
            if !packed.status.success() {
                return Err(format!("gzip: {}", String::from_utf8_lossy(&packed.stderr)).into());
            }
            bytes += packed.stdout.len();
        }
    }
    if bytes == 0 { Err("the page is not built".into()) } else { Ok(bytes) }
}
