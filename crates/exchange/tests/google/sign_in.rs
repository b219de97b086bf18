//! Signing in, staying so, and what ends it.

use std::io::{Read, Write};
use std::net::TcpStream;

use yokoten_exchange::google::{Account, Error, FileSecrets, Pages, SCOPE, Secrets, Wish};
use yokoten_exchange::http::{self, Cancel, Http, Secret, SystemPace};
use yokoten_exchange::publish::google_docs::Tokens;

use super::fixture::Memory;
use super::server::{CLIENT_SECRET, Server};

const PAGES: Pages<'static> = Pages { done: "<p>できました</p>", failed: "<p>だめでした</p>" };

fn get(address: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A browser: follows where the sign-in leads; answers the last page in the end.
fn browser(page: std::sync::mpsc::Sender<String>) -> impl Fn(&str) -> Result<(), String> {
    move |address: &str| {
        let (address, page) = (address.to_owned(), page.clone());
        std::thread::spawn(move || {
            let answer = get(&address);
            let back = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned();
            let port = url::Url::parse(&back).unwrap().port().unwrap();
            // Others knock, too: they are turned away and change nothing.
            for other in ["/?code=evil&state=wrong", "/favicon.ico", "/?code=evil"] {
                assert!(get(&format!("http://127.0.0.1:{port}{other}")).starts_with("HTTP/1.1 404"));
            }
            page.send(get(&back)).unwrap();
        });
        Ok(())
    }
}

struct Desk {
    server: Server,
    secrets: Memory,
    http: Http,
}

impl Desk {
    fn new() -> Self {
        let http = Http::new(std::sync::Arc::new(SystemPace::new(Cancel::default())), |_| {});
        Self { server: Server::start(), secrets: Memory::default(), http }
    }

    fn sign_in(&self, wish: Wish) -> (Result<Vec<String>, Error>, String) {
        let client = self.server.client();
        let account = Account::new(&self.http, &client, &self.secrets);
        let (sender, page) = std::sync::mpsc::channel();
        let signed = account.sign_in(wish, &browser(sender), &PAGES);
        (signed, page.recv().unwrap())
    }
}

#[test]
fn one_signs_in_picks_a_document_and_signs_out() {
    let desk = Desk::new();
    desk.server.state().picks = vec!["doc-7".to_owned(), "doc-8".to_owned()];
    let (signed, page) = desk.sign_in(Wish::New);
    assert_eq!(signed.unwrap(), Vec::<String>::new());
    assert!(page.contains("できました"), "{page}");
    let (signed, _) = desk.sign_in(Wish::Pick);
    assert_eq!(signed.unwrap(), ["doc-7", "doc-8"]);

    let client = desk.server.client();
    let account = Account::new(&desk.http, &client, &desk.secrets);
    assert!(account.is_signed_in().unwrap());
    let token = account.token(None).unwrap();
    assert_eq!(account.token(None).unwrap(), token, "it is kept while it holds");
    let next = account.token(Some(&token)).unwrap();
    assert_ne!(next, token, "a refused token is renewed");
    let kept = desk.secrets.load().unwrap().unwrap();
    assert!(desk.server.state().refresh.contains(kept.reveal()));
    account.sign_out().unwrap();
    assert!(!desk.server.state().refresh.contains(kept.reveal()), "taken back at Google");
    assert_eq!(account.token(None), Err(Error::NotSignedIn));
}

#[test]
fn what_a_person_refuses_is_said_and_changes_nothing() {
    let desk = Desk::new();
    desk.server.state().consent = Some("access_denied".to_owned());
    let (signed, page) = desk.sign_in(Wish::New);
    assert_eq!(signed, Err(Error::Declined("access_denied".to_owned())));
    assert!(page.contains("だめでした"));

    desk.server.state().consent = None;
    desk.server.state().scope = Some("openid".to_owned());
    assert_eq!(desk.sign_in(Wish::New).0, Err(Error::NotAllowed));
    assert_eq!(desk.secrets.load().unwrap(), None);

    desk.server.state().scope = Some(format!("openid {SCOPE}"));
    assert!(desk.sign_in(Wish::New).0.is_ok());
}

#[test]
fn a_sign_in_that_was_taken_back_has_ended() {
    let desk = Desk::new();
    desk.sign_in(Wish::New).0.unwrap();
    desk.server.state().refresh.clear();
    let client = desk.server.client();
    let account = Account::new(&desk.http, &client, &desk.secrets);
    assert_eq!(account.token(None), Err(Error::Ended));
    assert!(account.is_signed_in().unwrap(), "nothing is thrown away: Google may be wrong");
}

#[test]
fn no_secret_is_in_an_error_and_no_plain_http_leaves_the_machine() {
    let desk = Desk::new();
    let mut client = desk.server.client();
    client.token_uri = "http://example.com/token".to_owned();
    desk.secrets.save(&Secret::new("refresh-secret")).unwrap();
    let account = Account::new(&desk.http, &client, &desk.secrets);
    let error = account.token(None).unwrap_err();
    assert_eq!(error, Error::Http(http::Error::Address("http://example.com/token".to_owned())));
    for address in
        ["http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "http://localhost/", "x", "http://[::1]/"]
    {
        assert!(http::host(address).is_err(), "{address}");
    }
    assert!(http::host("https://example.com/").is_ok() && http::host("http://127.0.0.1:9/").is_ok());
    desk.secrets.save(&Secret::new("refresh-told-again")).unwrap();
    let client = desk.server.client();
    let told = Account::new(&desk.http, &client, &desk.secrets).token(None).unwrap_err();
    assert_eq!(told.to_string(), "`127.0.0.1` refused (401): … and … are wrong");
    assert!(!format!("{told:?}").contains("refresh-told"));
    desk.secrets.save(&Secret::new("refresh-secret")).unwrap();
    let shown = format!("{client:?} {:?}", desk.secrets.load());
    assert!(!shown.contains(CLIENT_SECRET) && !shown.contains("refresh-secret"), "{shown}");
}

#[test]
fn a_file_of_secrets_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.json");
    let (google, other) = (FileSecrets::new(&path, "google"), FileSecrets::new(&path, "other"));
    assert_eq!(google.load().unwrap(), None);
    google.save(&Secret::new("one")).unwrap();
    other.save(&Secret::new("two")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    google.delete().unwrap();
    assert_eq!((google.load().unwrap(), other.load().unwrap()), (None, Some(Secret::new("two"))));
    std::fs::write(&path, "not json").unwrap();
    assert!(matches!(google.load(), Err(Error::Secrets(_))));
}
