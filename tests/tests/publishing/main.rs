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
use yokoten_tests::{Home, told, wait};

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
        self.follow(self.command(args), args)
    }

    fn follow(&self, mut command: Command, args: &[&str]) -> Value {
        let note = self.home.path().join("address");
        let _ = fs::remove_file(&note);
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
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

#[test]
fn a_book_goes_to_google_docs_and_is_kept_up_to_date() {
    let desk = Desk::new();
    desk.home.feed_json(&["put", "-"], told("正は一か所に置く。").to_string().as_bytes());
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
    desk.home.feed_json(&["put", "-"], told("正は一か所に置き、照合する。").to_string().as_bytes());
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

    // Another person's edit is taken back into the chapter: without the mask, by its author, and nothing is sent.
    desk.server.state().documents.get_mut(&document).unwrap().edit(&title, |body| {
        let at = body.find("の監視です。");
        body.insert_text(at, "(夜間)", None).unwrap();
    });
    let conflict = desk.json(plan)["conflicts"][0].clone();
    assert_eq!(conflict["theirs"], "A社(夜間)の監視です。");
    let key = conflict["key"].as_str().unwrap();
    let situation = || {
        let json = desk.home.path().join("book.json");
        desk.home.json(&[
            "export",
            "実例集",
            "--format",
            "json",
            "--accept-masking",
            "-o",
            json.to_str().unwrap(),
        ]);
        let book: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
        book["chapters"][0]["parts"]["situation"].as_str().unwrap().to_owned()
    };
    assert!(!situation().contains("(夜間)"));
    desk.json(&[plan, &["--take", key][..]].concat());
    assert!(!situation().contains("(夜間)"), "a plan changes nothing");
    assert_eq!(desk.refused(&[publish, &["--take", "x/y@z"][..]].concat())["kind"], "google_not_as_seen");
    let writes = || desk.server.state().log.iter().filter(|line| line.contains("batchUpdate")).count();
    let (before, text) = (writes(), desk.text(&document));
    let taken = desk.json(&[publish, &["--take", key][..]].concat());
    assert_eq!((&taken["changed"], &taken["conflicts"]), (&json!(0), &json!([])));
    assert!(situation().starts_with("A社(夜間)の監視です。"), "{}", situation());
    assert_eq!(
        desk.home.json(&["book", "mask", "実例集"])["hits"][0]["text"],
        "青葉商店",
        "the chapter holds the name"
    );
    assert_eq!((writes(), desk.text(&document)), (before, text), "it was there already");
    assert_eq!(desk.json(plan)["conflicts"], json!([]));
    assert_eq!(state(), "fresh");
    let chapter = desk.home.json(&["book", "show", "実例集"])["chapters"][0].clone();
    assert!(chapter["published_at"].is_string(), "{chapter}");
    assert_eq!(desk.server.state().documents.len(), 1);
    assert_eq!(desk.home.json(&["verify"])["faults"], json!([]));

    // Signing out takes the permission back.
    assert_eq!(desk.json(&["connect", "google", "--sign-out"])["connected"], false);
    assert_eq!(desk.refused(publish)["kind"], "google_not_signed_in");
}

#[test]
fn a_document_that_exists_is_picked_and_keeps_what_it_holds() {
    let desk = Desk::new();
    desk.home.feed_json(&["put", "-"], told("学び。").to_string().as_bytes());
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

#[test]
fn a_team_signs_in_as_its_own_client_whose_secret_is_no_plain_setting() {
    let desk = Desk::new();
    let as_team = |args: &[&str]| {
        let mut command = desk.command(args);
        command.env_remove("YOKOTEN_GOOGLE_CLIENT_ID").env_remove("YOKOTEN_GOOGLE_CLIENT_SECRET");
        command
    };
    let unset = as_team(&["connect", "google"]).output().unwrap();
    assert!(String::from_utf8_lossy(&unset.stderr).contains("google_no_client"));
    let secret = desk.home.path().join("secret.txt");
    fs::write(&secret, format!("{CLIENT_SECRET}\n")).unwrap();
    let set = ["connect", "google", "--client-id", "client-1", "--client-secret", secret.to_str().unwrap()];
    let client = said(&as_team(&set).output().unwrap(), &set);
    assert_eq!(client, json!({"id": "client-1", "has_secret": true, "by_environment": false}));
    assert_eq!(desk.follow(as_team(&["connect", "google"]), &["connect", "google"])["connected"], true);
    let holds =
        |path: &std::path::Path| fs::read(path).is_ok_and(|bytes| holds(&bytes, CLIENT_SECRET.as_bytes()));
    let workspace = fs::read_dir(desk.home.workspace()).unwrap().flatten();
    assert!(
        workspace.map(|entry| entry.path()).all(|path| !holds(&path)),
        "the secret is not in the workspace"
    );
    assert!(holds(&desk.home.path().join("secrets.json")));

    // An empty id forgets both, and the environment wins.
    let forget = ["connect", "google", "--client-id", ""];
    let client = said(&as_team(&forget).output().unwrap(), &forget);
    assert_eq!(client, json!({"id": "", "has_secret": false, "by_environment": false}));
    assert!(!holds(&desk.home.path().join("secrets.json")));
    let environment = said(&desk.command(&forget).output().unwrap(), &forget);
    assert_eq!(environment, json!({"id": "client-1", "has_secret": true, "by_environment": true}));
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
