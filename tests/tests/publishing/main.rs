//! The whole way of a book to Google Docs on the command line: signing in, the plan, publishing, people's edits, and
//! what is refused. The settings alone lead to the test server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    dead_code,
    reason = "a test fails by panicking, and the server is another crate's, too"
)]

#[path = "../../../crates/exchange/tests/google/body.rs"]
mod body;
#[path = "../../../crates/exchange/tests/google/document.rs"]
mod document;
#[path = "../../../crates/exchange/tests/google/schema.rs"]
mod schema;
#[path = "../../../crates/exchange/tests/google/server.rs"]
mod server;

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use server::{CLIENT_SECRET, Server};
use yokoten_tests::{Home, wait};

struct Desk {
    home: Home,
    server: Server,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { home: Home::new(), server: Server::start() };
        // A browser that only notes where it was sent: the test then goes there.
        let script = desk.home.path().join("browser.sh");
        let note = desk.home.path().join("address");
        fs::write(
            &script,
            format!("#!/bin/sh\nprintf %s \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", note.display()),
        )
        .unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        }
        desk
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.home.command(&[args, &["--json"]].concat());
        let address = &self.server.address;
        for (name, path) in [("AUTH_URI", "/auth"), ("TOKEN_URI", "/token"), ("REVOKE_URI", "/revoke")] {
            command.env(format!("YOKOTEN_GOOGLE_{name}"), format!("{address}{path}"));
        }
        command
            .env("YOKOTEN_GOOGLE_DOCS_ENDPOINT", address)
            .env("YOKOTEN_GOOGLE_DRIVE_ENDPOINT", address)
            .env("YOKOTEN_GOOGLE_CLIENT_ID", "client-1")
            .env("YOKOTEN_GOOGLE_CLIENT_SECRET", CLIENT_SECRET)
            .env("YOKOTEN_BROWSER", self.home.path().join("browser.sh"))
            .env("YOKOTEN_SECRETS", format!("file:{}", self.home.path().join("secrets.json").display()));
        command
    }

    fn json(&self, args: &[&str]) -> Value {
        said(&self.command(args).output().unwrap(), args)
    }

    fn refused(&self, args: &[&str]) -> Value {
        let output = self.command(args).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap().to_owned();
        serde_json::from_str::<Value>(&last).unwrap()["error"].clone()
    }

    /// Signs in: follows the browser to Google and back.
    fn connect(&self, args: &[&str]) -> Value {
        let note = self.home.path().join("address");
        let _ = fs::remove_file(&note);
        let child = self
            .command(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn();
        let child = child.unwrap();
        let address = wait::until("the browser is sent to Google", || fs::read_to_string(&note).ok());
        let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(5).build().into();
        let page = agent.get(&address).call().unwrap().into_body().read_to_string().unwrap();
        assert!(page.contains("Yokoten"), "{page}");
        said(&child.wait_with_output().unwrap(), args)
    }

    fn text(&self, document: &str) -> String {
        self.server.state().documents[document].tabs.iter().map(|tab| tab.body.text()).collect()
    }
}

fn said(output: &Output, args: &[&str]) -> Value {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {error}");
    assert!(
        error.contains("secrets.json") || !args.contains(&"publish"),
        "a warning says where secrets are: {error}"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn entry(lessons: &str) -> Value {
    json!({
        "id": "019d6a9f-de97-7ea8-9429-d33f026f4c84", "title": "窓口を取り違えた", "customer": "青葉商店",
        "sections": {"overview": "青葉商店の監視です。", "lessons": lessons},
        "timeline": [{"id": "t1", "at": "2026-04-08T02:06:00+09:00", "text": "😀 アラート"}],
        "causes": {"occurrence": [{"id": "a", "text": "表が古い", "root": true}]}
    })
}

#[test]
fn a_book_goes_to_google_docs_and_is_kept_up_to_date() {
    let desk = Desk::new();
    desk.home.feed_json(&["put", "-"], entry("正は一か所に置く。").to_string().as_bytes());
    desk.home.json(&["book", "new", "実例集"]);
    desk.home.json(&["book", "add", "実例集", "PM-0001"]);
    let state = || desk.home.json(&["book", "show", "実例集"])["chapters"][0]["state"].clone();

    let unreviewed = desk.refused(&["publish", "実例集"]);
    assert_eq!(unreviewed["kind"], "unreviewed", "asked before anything else");
    let publish = &["publish", "実例集", "--accept-masking"];
    let plan = &["publish", "実例集", "--accept-masking", "--plan"];
    assert_eq!(desk.refused(publish)["kind"], "google_not_signed_in");
    assert_eq!(desk.server.state().log.len(), 0, "nothing was sent");
    assert_eq!(desk.connect(&["connect", "google"])["connected"], true);

    let planned = desk.json(plan);
    assert_eq!(planned["document"], Value::Null);
    assert!(planned["added"].as_u64().unwrap() > 5 && planned["conflicts"] == json!([]), "{planned}");
    assert_eq!(desk.server.state().log.len(), 0, "a plan of a new document asks nobody");
    let first = desk.json(publish);
    assert_eq!(first["added"], planned["added"]);
    let document = first["document"].as_str().unwrap().to_owned();
    assert_eq!(state(), "fresh");
    let text = desk.text(&document);
    assert!(text.contains("😀 アラート") && text.contains("正は一か所に置く。"), "{text}");
    {
        let server = desk.server.state();
        let sent = String::from_utf8_lossy(&server.sent).into_owned();
        assert!(!sent.contains("青葉") && sent.contains("A社"), "a masked name is in nothing that was sent");
    }

    let again = desk.json(publish);
    assert_eq!((&again["added"], &again["changed"], &again["removed"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!(again["same"], first["added"]);

    // The entry changes, the chapter takes it, and so does the document.
    desk.home.feed_json(&["put", "-"], entry("正は一か所に置き、照合する。").to_string().as_bytes());
    assert_eq!(state(), "entry_changed");
    desk.home.json(&["book", "take", "実例集"]);
    assert_eq!(state(), "unpublished");
    assert_eq!(desk.json(plan)["changed"], 1);
    assert_eq!(desk.json(publish)["changed"], 1);
    assert!(desk.text(&document).contains("正は一か所に置き、照合する。"));

    // A person edits it there.
    let title = desk.server.state().documents[&document].tabs[0].title.clone();
    desk.server.state().documents.get_mut(&document).unwrap().edit(&title, |body| {
        let at = body.find("照合する。");
        body.insert_text(at, "手で", None).unwrap();
    });
    let there = desk.json(publish);
    let conflict = &there["conflicts"][0];
    assert_eq!((&conflict["kind"], &there["changed"]), (&json!("edited"), &json!(0)));
    assert_eq!(conflict["theirs"], "正は一か所に置き、手で照合する。");
    assert_eq!(conflict["ours"], "正は一か所に置き、照合する。");
    assert_eq!(state(), "edited_there");
    let key = conflict["key"].as_str().unwrap();
    let overwritten = desk.json(&[publish, &["--overwrite", key][..]].concat());
    assert_eq!((&overwritten["changed"], &overwritten["conflicts"]), (&json!(1), &json!([])));
    assert!(!desk.text(&document).contains("手で"));
    assert_eq!(state(), "fresh");
    assert_eq!(desk.server.state().documents.len(), 1);
    assert_eq!(desk.home.json(&["verify"])["faults"], json!([]));

    // Signing out takes the permission back.
    assert_eq!(desk.json(&["connect", "google", "--sign-out"])["connected"], false);
    assert_eq!(desk.refused(publish)["kind"], "google_not_signed_in");
}

#[test]
fn a_document_that_exists_is_picked_and_keeps_what_it_holds() {
    let desk = Desk::new();
    desk.home.feed_json(&["put", "-"], entry("学び。").to_string().as_bytes());
    desk.home.json(&["book", "new", "実例集"]);
    desk.home.json(&["book", "add", "実例集", "PM-0001"]);
    {
        let mut state = desk.server.state();
        let mut document = document::Document::new("team-doc", "チームの教材", false);
        document.edit("タブ 1", |body| body.insert_text(1, "講師の手書き", None).unwrap());
        state.documents.insert("team-doc".to_owned(), document);
        state.picks = vec!["team-doc".to_owned()];
    }
    let picked = desk.connect(&["connect", "google", "--pick"]);
    assert_eq!(picked["documents"], json!(["team-doc"]));
    let args = ["publish", "実例集", "--accept-masking", "--document", "team-doc"];
    assert_eq!(desk.json(&args)["document"], "team-doc");
    let text = desk.text("team-doc");
    assert!(text.starts_with("\u{2}講師の手書き\n\u{2}") && text.contains("学び。"), "{text}");
    assert_eq!(desk.json(&args[..3])["document"], "team-doc", "from now on it is the book's");
    assert_eq!(
        desk.refused(&["publish", "実例集", "--accept-masking", "--document", "other"])["kind"],
        "google_not_there"
    );
    assert_eq!(desk.json(&args[..3])["added"], 0, "a document that is not there changes nothing");
}
