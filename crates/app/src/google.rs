//! Google Docs: how it is reached, signing in, and publishing a book there.

mod client;
mod journal;
mod publish;
mod take;
mod under_way;

use std::path::PathBuf;
use std::sync::Arc;

use yokoten_exchange::google::{self, Account, Client, FileSecrets, Keyring, Pages, Secrets, Wish};
use yokoten_exchange::http::{Cancel, Http, Secret, SystemPace};
use yokoten_exchange::publish::google_docs::{Endpoints, Error as DocsError, Publisher};

use crate::catalogue::text;
use crate::{Error, Lang, Result};

pub use client::GoogleClient;
pub use publish::{Difference, PublishOptions, Published};
pub use under_way::{GoogleDocument, GoogleState};

/// How Google is reached: by the environment, so that tests, a proxy or a client of one's own can stand in.
#[derive(Clone, Debug)]
pub struct Google {
    client: Client,
    endpoints: Endpoints,
    browser: Option<String>,
    /// `None` for the system's keyring.
    secrets: Option<PathBuf>,
    cancel: Cancel,
}

impl Google {
    /// Reads `YOKOTEN_GOOGLE_*`, `YOKOTEN_BROWSER` and `YOKOTEN_SECRETS`.
    ///
    /// # Errors
    /// [`Error::Usage`] where `YOKOTEN_SECRETS` is not `file:PATH`.
    pub fn from_environment() -> Result<Self> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let of_google = |name: &str| set(&format!("YOKOTEN_GOOGLE_{name}"));
        let mut client = Client::new(
            of_google("CLIENT_ID").unwrap_or_default(),
            of_google("CLIENT_SECRET").map(Secret::new),
        );
        let mut endpoints = Endpoints::default();
        for (name, place) in [
            ("AUTH_URI", &mut client.auth_uri),
            ("TOKEN_URI", &mut client.token_uri),
            ("REVOKE_URI", &mut client.revoke_uri),
            ("DOCS_ENDPOINT", &mut endpoints.docs),
            ("DRIVE_ENDPOINT", &mut endpoints.drive),
        ] {
            if let Some(value) = of_google(name) {
                *place = value;
            }
        }
        let secrets = match set("YOKOTEN_SECRETS") {
            None => None,
            Some(place) => match place.strip_prefix("file:") {
                Some(path) if !path.is_empty() => Some(PathBuf::from(path)),
                _ => return Err(Error::Usage("YOKOTEN_SECRETS".to_owned())),
            },
        };
        Ok(Self { client, endpoints, browser: set("YOKOTEN_BROWSER"), secrets, cancel: Cancel::default() })
    }

    /// Stops whatever is under way.
    #[must_use]
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// The file that keeps secrets in place of the keyring: a person has to be warned of it.
    #[must_use]
    pub fn secrets_file(&self) -> Option<&std::path::Path> {
        self.secrets.as_deref()
    }

    fn secrets(&self) -> Box<dyn Secrets> {
        self.secrets_of("google")
    }

    fn secrets_of(&self, account: &str) -> Box<dyn Secrets> {
        match &self.secrets {
            Some(path) => Box::new(FileSecrets::new(path, account)),
            None => Box::new(Keyring::new(account)),
        }
    }

    fn http(&self) -> Http {
        Http::new(Arc::new(SystemPace::new(self.cancel.clone())), |_| {})
    }

    /// Signs in through the browser, and has a document picked if one wishes. Answers the documents picked.
    ///
    /// # Errors
    /// [`Error::Google`].
    pub fn sign_in(&self, pick: bool, lang: Lang) -> Result<Vec<String>> {
        let (http, secrets) = (self.http(), self.secrets());
        let account = Account::new(&http, &self.client, secrets.as_ref());
        let page = |key: &str| {
            let (title, said) = (text(lang, "google.page.title", &[]), text(lang, key, &[]));
            let lang = lang.as_str();
            format!(
                "<!doctype html><html lang=\"{lang}\"><meta charset=utf-8><title>{title}</title><p>{said}</p></html>"
            )
        };
        let (done, failed) = (page("google.page.done"), page("google.page.failed"));
        let wish = if pick { Wish::Pick } else { Wish::New };
        let browse = |address: &str| google::browse(address, self.browser.as_deref());
        Ok(account.sign_in(wish, &browse, &Pages { done: &done, failed: &failed })?)
    }

    /// Signs out; the token is taken back at Google.
    ///
    /// # Errors
    /// [`Error::Google`].
    pub fn sign_out(&self) -> Result<()> {
        let (http, secrets) = (self.http(), self.secrets());
        Ok(Account::new(&http, &self.client, secrets.as_ref()).sign_out()?)
    }

    /// Whether someone is signed in.
    ///
    /// # Errors
    /// [`Error::Google`].
    pub fn is_signed_in(&self) -> Result<bool> {
        let (http, secrets) = (self.http(), self.secrets());
        Ok(Account::new(&http, &self.client, secrets.as_ref()).is_signed_in()?)
    }
}

impl Google {
    fn with<T>(&self, run: impl FnOnce(&Publisher<'_>) -> std::result::Result<T, DocsError>) -> Result<T> {
        let (http, secrets) = (self.http(), self.secrets());
        let account = Account::new(&http, &self.client, secrets.as_ref());
        Ok(run(&Publisher::new(&http, &self.endpoints, &account))?)
    }
}
