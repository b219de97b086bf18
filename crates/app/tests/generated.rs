//! What the window takes from Rust is up to date. `UPDATE=1 cargo test -p yokoten-app --test generated` writes it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::path::Path;

fn check(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../").join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "`{}` is out of date: run `cargo xtask generate`", path.display());
}

#[test]
fn types() {
    check("ui/src/core.gen.ts", &yokoten_app::ipc::typescript());
}

#[test]
fn texts() {
    check("ui/src/catalogue.gen.ts", &yokoten_app::ipc::catalogue_typescript().unwrap());
}

#[test]
fn schema() {
    let schema = serde_json::to_string_pretty(&yokoten_app::postmortem::schema()).unwrap() + "\n";
    check("docs/postmortem.schema.json", &schema);
}
