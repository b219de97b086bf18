//! A book goes to Google Docs in the real window: signing in, the plan, publishing, what a person wrote there.

#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "the server is another crate's, too"
)]

#[path = "../../../crates/exchange/tests/google/body.rs"]
mod body;
#[path = "../../../crates/exchange/tests/google/document.rs"]
mod document;
#[path = "../../../crates/exchange/tests/google/schema.rs"]
mod schema;
#[path = "../../../crates/exchange/tests/google/server.rs"]
mod server;

use yokoten_tests::{Home, told, wait::until};

use self::body::Body;
use self::server::{CLIENT_SECRET, Fault, Server};
use crate::window::{Person, Window};

/// The settings that lead the app to the server, and a browser that only notes where it was sent.
fn environment(home: &Home, server: &Server) -> Vec<(String, String)> {
    let (script, note) = (home.path().join("browser.sh"), home.path().join("address"));
    let lines = format!("#!/bin/sh\nprintf %s \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", note.display());
    std::fs::write(&script, lines).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let address = &server.address;
    let secrets = format!("file:{}", home.path().join("secrets.json").display());
    [
        ("YOKOTEN_GOOGLE_AUTH_URI", format!("{address}/auth")),
        ("YOKOTEN_GOOGLE_TOKEN_URI", format!("{address}/token")),
        ("YOKOTEN_GOOGLE_REVOKE_URI", format!("{address}/revoke")),
        ("YOKOTEN_GOOGLE_DOCS_ENDPOINT", address.clone()),
        ("YOKOTEN_GOOGLE_DRIVE_ENDPOINT", address.clone()),
        ("YOKOTEN_GOOGLE_CLIENT_ID", "client-1".to_owned()),
        ("YOKOTEN_GOOGLE_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("YOKOTEN_BROWSER", script.display().to_string()),
        ("YOKOTEN_SECRETS", secrets),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Goes where the browser was sent, and says yes there.
fn consent(home: &Home) {
    let note = home.path().join("address");
    let address = until("the browser is sent to Google", || std::fs::read_to_string(&note).ok());
    let agent: ureq::Agent = ureq::Agent::config_builder().max_redirects(5).build().into();
    let page = agent.get(&address).call().unwrap().into_body().read_to_string().unwrap();
    assert!(page.contains("Yokoten"), "{page}");
    std::fs::remove_file(note).unwrap();
}

fn text(server: &Server) -> String {
    let state = server.state();
    let tabs = state.documents.values().flat_map(|document| &document.tabs);
    tabs.map(|tab| tab.body.text()).collect()
}

fn someone_types(server: &Server, before: &str, text: &str) {
    let mut state = server.state();
    let document = state.documents.values_mut().next().unwrap();
    let title = document.tabs[0].title.clone();
    document.edit(&title, |body: &mut Body| {
        let at = body.find(before);
        body.insert_text(at, text, None).unwrap();
    });
}

/// Looks at the plan again, until it says what is expected.
fn look(window: &Window<'_>, css: &str) {
    window.click("google-plan");
    window.css(css);
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_book_is_published_and_what_someone_wrote_there_comes_back() {
    let (person, server) = (Person::new(), Server::start());
    let home = &person.home;
    home.feed_json(&["put", "-"], told("正は一か所に置く。").to_string().as_bytes());
    home.json(&["book", "new", "実例集"]);
    home.json(&["book", "add", "実例集", "PM-0001"]);

    let window = person.open_with(&home.workspace(), &environment(home, &server));
    window.press("mod+5");
    window.click("book");
    window.click("google-sign-in");
    window.find("google-waiting");
    consent(home);
    window.find("google-sign-out");
    assert_eq!(server.state().log.len(), 0, "nothing was asked of Docs or Drive");

    // What nobody has looked at is asked about; then the plan is seen before anything is sent.
    assert!(window.is_there("[data-test='google-plan'][aria-disabled='true']"));
    window.click("google-accept");
    look(&window, "[data-test='google-row'][data-kind='added']");
    window.picture("1-plan");
    assert_eq!(server.state().log.len(), 0, "a plan of a new document asks nobody");
    // Google asks for patience: one need not have it, and goes on later without making anything twice.
    server.state().faults.insert(2, Fault::TooMany(60));
    window.click("google-publish");
    window.find("working");
    until("Google asks for patience", || (server.state().log.len() > 2).then_some(()));
    window.click("working-stop");
    window.find("google-stopped");
    assert!(!text(&server).contains("アラート"));
    window.click("google-publish");
    window.find("google-done");
    assert_eq!(server.state().documents.len(), 1);
    let there = text(&server);
    assert!(there.contains("😀 アラート") && there.contains("正は一か所に置く。"), "{there}");
    assert!(there.contains("A社の監視です。") && !there.contains("青葉"), "{there}");
    window.css(".toc [data-state='fresh']");

    // Someone writes there; the entry changes meanwhile, and the chapter takes it.
    someone_types(&server, "の監視です。", "(夜間)");
    someone_types(&server, "に置く。", "だけ");
    home.feed_json(&["put", "-"], told("正は一か所に置き、照合する。").to_string().as_bytes());
    home.json(&["book", "take", "実例集"]);
    window.css(".toc [data-state='unpublished']");
    look(&window, "[data-test='conflict'][data-kind='conflict']");
    window.picture("2-conflict");
    assert_eq!(window.texts("theirs").len(), 2);
    assert!(
        window.is_there("[data-test='google-publish'][aria-disabled='true']"),
        "one is to be decided about"
    );
    window.click_css("[data-kind='edited'] [data-test='decide-take']");
    until("the chapter has taken it", || {
        window.texts("part-situation")[0].starts_with("青葉商店(夜間)の監視です。").then_some(())
    });
    window.wait_until_saved();
    until("it is asked about no more", || (window.texts("theirs").len() == 1).then_some(()));
    window.click_css("[data-kind='conflict'] [data-test='decide-overwrite']");
    window.click("google-publish");
    window.find("google-done");
    window.picture("3-published");
    let there = text(&server);
    assert!(
        there.contains("A社(夜間)の監視です。") && there.contains("正は一か所に置き、照合する。"),
        "{there}"
    );
    assert!(!there.contains("だけ") && !there.contains("青葉"), "{there}");
    assert_eq!(server.state().documents.len(), 1);
    look(&window, "[data-test='google-nothing']");
    assert_eq!(home.json(&["book", "show", "実例集"])["chapters"][0]["state"], "fresh");

    let permissions = || server.state().refresh.len();
    let before = permissions();
    window.click("google-sign-out");
    window.find("google-sign-in");
    assert_eq!(permissions(), before - 1, "the permission was taken back");
}
