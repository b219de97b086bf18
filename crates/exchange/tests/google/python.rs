//! Google's own Python client reads what we publish, and takes our server for Google's.

use std::process::Command;

use yokoten_exchange::publish::google_docs::Change;

use super::fixture::{Author, rich};

#[test]
fn googles_own_client_reads_and_edits_it() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import googleapiclient"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("skipped: `{python}` has no google-api-python-client (set PYTHON to one that has)");
        return;
    }
    let mut author = Author::new();
    author.publish(&rich());
    let token = author.server.state().tokens.first().cloned().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/google/client.py");
    let output = Command::new(&python)
        .args([script, &author.server.address, &token, &author.document()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("fine"), "{said}");
    // What it wrote stands outside our blocks.
    let outcome = author.publish(&rich());
    assert_eq!((outcome.left.count(Change::Edited), outcome.traffic.writes), (0, 0));
}
