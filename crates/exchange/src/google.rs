//! Signing in to Google: the system's browser, a page on 127.0.0.1 that it comes back to, and one scope.

mod loopback;
mod secrets;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::http::{self, Http, Method, Repeat, Request, Secret};
use crate::publish::google_docs::Tokens;

pub use secrets::{FileSecrets, Keyring, Secrets};

/// Only files that this program made, or that a person picked for it.
pub const SCOPE: &str = "https://www.googleapis.com/auth/drive.file";
/// How long one may take for signing in.
const PATIENCE: Duration = Duration::from_secs(600);
/// A token is renewed so long before it ends.
const EARLY: Duration = Duration::from_secs(60);

/// Where one signs in, and as which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The page for people.
    pub auth_uri: String,
    /// Where tokens are given.
    pub token_uri: String,
    /// Where tokens are taken back.
    pub revoke_uri: String,
    /// The OAuth client.
    pub id: String,
    /// Desktop clients have one, though it is none.
    pub secret: Option<Secret>,
}

impl Client {
    /// Google's own addresses.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: Option<Secret>) -> Self {
        Self {
            auth_uri: "https://accounts.google.com/o/oauth2/v2/auth".to_owned(),
            token_uri: "https://oauth2.googleapis.com/token".to_owned(),
            revoke_uri: "https://oauth2.googleapis.com/revoke".to_owned(),
            id: id.into(),
            secret,
        }
    }
}

/// Why someone is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No OAuth client is set.
    #[error("no OAuth client is set")]
    NoClient,
    /// Nobody has signed in.
    #[error("nobody has signed in to Google")]
    NotSignedIn,
    /// Google no longer takes the sign-in: it ended, or it was taken back.
    #[error("the sign-in has ended")]
    Ended,
    /// The person said no.
    #[error("the sign-in was declined (`{0}`)")]
    Declined(String),
    /// The person did not allow the one thing that was asked for.
    #[error("access to files was not allowed")]
    NotAllowed,
    /// Nobody came back from the browser.
    #[error("nobody came back from the browser")]
    NobodyCame,
    /// The browser cannot be opened.
    #[error("the browser cannot be opened: {0}")]
    Browser(String),
    /// No page on 127.0.0.1.
    #[error("no page on 127.0.0.1: {0}")]
    Listener(String),
    /// The place for secrets fails.
    #[error("the place for secrets: {0}")]
    Secrets(String),
    /// On the way.
    #[error(transparent)]
    Http(#[from] http::Error),
}

/// What one signs in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To make new documents.
    New,
    /// To pick a document that exists, within the sign-in.
    Pick,
}

/// What a person sees when the browser comes back, as HTML.
pub struct Pages<'a> {
    /// It worked.
    pub done: &'a str,
    /// It did not.
    pub failed: &'a str,
}

/// Someone who signs in or is signed in.
pub struct Account<'a> {
    http: &'a Http,
    client: &'a Client,
    secrets: &'a dyn Secrets,
    access: Mutex<Option<(Secret, Duration)>>,
}

impl std::fmt::Debug for Account<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Account")
    }
}

impl<'a> Account<'a> {
    /// An account of a client, whose refresh token is kept with the secrets.
    #[must_use]
    pub fn new(http: &'a Http, client: &'a Client, secrets: &'a dyn Secrets) -> Self {
        Self { http, client, secrets, access: Mutex::new(None) }
    }

    /// Whether someone has signed in.
    ///
    /// # Errors
    /// [`Error::Secrets`].
    pub fn is_signed_in(&self) -> Result<bool, Error> {
        Ok(self.secrets.load()?.is_some())
    }

    /// Signs in: opens the browser with `browse` and waits until it comes back. Answers the documents that were
    /// picked.
    ///
    /// # Errors
    /// Every kind but [`Error::NotSignedIn`].
    pub fn sign_in(
        &self,
        wish: Wish,
        browse: &dyn Fn(&str) -> Result<(), String>,
        pages: &Pages<'_>,
    ) -> Result<Vec<String>, Error> {
        if self.client.id.is_empty() {
            return Err(Error::NoClient);
        }
        let random = || URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let (state, verifier) = (random(), random());
        let listener = loopback::Listener::open()?;
        let redirect = listener.address();
        let mut page = Url::parse(&self.client.auth_uri)
            .map_err(|_| http::Error::Address(self.client.auth_uri.clone()))?;
        http::host(page.as_str())?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        page.query_pairs_mut().extend_pairs([
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", &redirect),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent"),
        ]);
        if wish == Wish::Pick {
            page.query_pairs_mut().append_pair("trigger_onepick", "true");
        }
        browse(page.as_str()).map_err(Error::Browser)?;
        let back = listener.wait(&state, self.http.pace(), PATIENCE)?;
        let came = (|| {
            let code = match (back.get("error"), back.get("code")) {
                (Some(error), _) => return Err(Error::Declined(error.to_owned())),
                (None, Some(code)) => Secret::new(code),
                (None, None) => return Err(Error::Declined("no code".to_owned())),
            };
            self.exchange(&code, &verifier, &redirect)
        })();
        back.answer(if came.is_ok() { pages.done } else { pages.failed });
        came?;
        let picked = back.get("picked_file_ids").unwrap_or_default().split([',', ' ']);
        Ok(picked.filter(|id| !id.is_empty()).map(str::to_owned).collect())
    }

    fn exchange(&self, code: &Secret, verifier: &str, redirect: &str) -> Result<(), Error> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("code_verifier", verifier),
            ("redirect_uri", redirect),
        ];
        let mut request = self.form(&self.client.token_uri, &fields);
        request.secrets.extend([code.clone(), Secret::new(verifier)]);
        let answer = self.http.send(&request).map_err(ended)?;
        let scopes = answer["scope"].as_str();
        if scopes.is_some_and(|scopes| !scopes.split(' ').any(|scope| scope == SCOPE)) {
            return Err(Error::NotAllowed);
        }
        let refresh = answer["refresh_token"].as_str().ok_or(Error::NotAllowed)?;
        self.secrets.save(&Secret::new(refresh))?;
        self.remember(&answer).map(drop)
    }

    /// Signs out: takes the token back at Google, and forgets it. It is forgotten even where Google cannot be asked.
    ///
    /// # Errors
    /// [`Error::Secrets`], and what is on the way.
    pub fn sign_out(&self) -> Result<(), Error> {
        let Some(refresh) = self.secrets.load()? else { return Ok(()) };
        let request = Request {
            secrets: vec![refresh.clone()],
            ..form(&self.client.revoke_uri, &[("token", refresh.reveal())])
        };
        let revoked = self.http.send(&request);
        self.secrets.delete()?;
        *self.access.lock().unwrap_or_else(PoisonError::into_inner) = None;
        match revoked {
            // A token that has ended needs no taking back.
            Ok(_) | Err(http::Error::Refused { status: 400, .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn form(&self, url: &str, fields: &[(&str, &str)]) -> Request {
        let mut fields = fields.to_vec();
        fields.push(("client_id", &self.client.id));
        let mut secrets = Vec::new();
        if let Some(secret) = &self.client.secret {
            fields.push(("client_secret", secret.reveal()));
            secrets.push(secret.clone());
        }
        Request { secrets, ..form(url, &fields) }
    }

    fn remember(&self, answer: &Value) -> Result<Secret, Error> {
        let host = http::host(&self.client.token_uri)?;
        let token = answer["access_token"].as_str();
        let token = token.ok_or(http::Error::Answer { host, reason: "no access token".to_owned() })?;
        let lasts = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(3600));
        let until = self.http.pace().now() + lasts.saturating_sub(EARLY);
        let token = Secret::new(token);
        *self.access.lock().unwrap_or_else(PoisonError::into_inner) = Some((token.clone(), until));
        Ok(token)
    }
}

impl Tokens for Account<'_> {
    fn token(&self, refused: Option<&Secret>) -> Result<Secret, Error> {
        let kept = self.access.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((token, until)) = kept
            && Some(&token) != refused
            && self.http.pace().now() < until
        {
            return Ok(token);
        }
        let refresh = self.secrets.load()?.ok_or(Error::NotSignedIn)?;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.reveal())];
        let mut request = self.form(&self.client.token_uri, &fields);
        request.secrets.push(refresh.clone());
        request.repeat = Repeat::Safe;
        let answer = self.http.send(&request).map_err(ended)?;
        if let Some(next) = answer["refresh_token"].as_str().filter(|next| *next != refresh.reveal()) {
            self.secrets.save(&Secret::new(next))?;
        }
        self.remember(&answer)
    }
}

fn form(url: &str, fields: &[(&str, &str)]) -> Request {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
    Request {
        method: Method::POST,
        body: Some(("application/x-www-form-urlencoded".to_owned(), body)),
        repeat: Repeat::Once,
        ..Request::get(url)
    }
}

/// `invalid_grant` means that the sign-in has ended (RFC 6749, 5.2).
fn ended(error: http::Error) -> Error {
    match error {
        http::Error::Refused { reason, .. } if reason == "invalid_grant" => Error::Ended,
        error => Error::Http(error),
    }
}

/// Opens an address with the system's browser, or with a command that is given it as its last argument.
///
/// # Errors
/// The system's words.
pub fn browse(address: &str, command: Option<&str>) -> Result<(), String> {
    let Some(command) = command else {
        return open::that_detached(address).map_err(|error| error.to_string());
    };
    let mut parts = command.split_whitespace();
    let whole = std::path::Path::new(command);
    let program = if whole.exists() { command } else { parts.next().unwrap_or(command) };
    let arguments: Vec<&str> = if whole.exists() { Vec::new() } else { parts.collect() };
    let quiet = std::process::Stdio::null;
    let mut command = std::process::Command::new(program);
    // What it says is not ours to say.
    command.args(arguments).arg(address).stdin(quiet()).stdout(quiet()).stderr(quiet());
    let spawned = command.spawn();
    spawned.map(drop).map_err(|error| format!("`{program}`: {error}"))
}
