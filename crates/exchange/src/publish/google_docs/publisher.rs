//! Asking Google: looking at the document, planning, and writing one batch.

use serde_json::{Value, json};

use super::drive::address;
use super::journal::Journal;
use super::plan::{Plan, plan, shown};
use super::read::Document;
use super::reconcile::reconcile;
use super::send::{Publication, chapters, choose, ids};
use crate::http::{self, Http, Repeat, Request, Secret};

/// How many rounds may come to nothing, one after another, before one gives up.
pub(super) const ROUNDS: u32 = 5;

/// Where Google's services are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// `https://docs.googleapis.com`.
    pub docs: String,
    /// `https://www.googleapis.com`.
    pub drive: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            docs: "https://docs.googleapis.com".to_owned(),
            drive: "https://www.googleapis.com".to_owned(),
        }
    }
}

/// Gives access tokens.
pub trait Tokens {
    /// A token; a new one where the given one was refused.
    ///
    /// # Errors
    /// Nobody is signed in, or the sign-in has ended.
    fn token(&self, refused: Option<&Secret>) -> Result<Secret, crate::google::Error>;
}

/// Why a publication stops. What was done stays done; the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something on the way.
    #[error(transparent)]
    Http(#[from] http::Error),
    /// The sign-in.
    #[error(transparent)]
    SignIn(#[from] crate::google::Error),
    /// The journal cannot be kept: nothing was sent without it.
    #[error("the journal cannot be kept: {0}")]
    Journal(String),
    /// Others keep editing the document.
    #[error("the document keeps changing, after {ROUNDS} attempts")]
    KeepsChanging,
    /// An answer makes no sense.
    #[error("Google answered {0}")]
    Answer(String),
}

/// Publishes to Google Docs.
pub struct Publisher<'a> {
    pub(super) http: &'a Http,
    pub(super) endpoints: &'a Endpoints,
    tokens: &'a dyn Tokens,
}

/// What one batch came to.
pub(super) enum Sent {
    /// Carried out; the revision after it, if told.
    Done(Value, Option<String>),
    /// Nobody knows, or it was based on an old revision: look again.
    LookAgain { unsure: bool },
}

impl<'a> Publisher<'a> {
    /// Publishes through a socket, as someone.
    #[must_use]
    pub fn new(http: &'a Http, endpoints: &'a Endpoints, tokens: &'a dyn Tokens) -> Self {
        Self { http, endpoints, tokens }
    }

    /// Sends a request with a token; once more with a new one where it was refused.
    pub(super) fn ask(&self, request: &mut Request) -> Result<Value, Error> {
        let token = self.tokens.token(None)?;
        request.token = Some(token.clone());
        match self.http.send(request) {
            Err(http::Error::Refused { status: 401, .. }) => {
                request.token = Some(self.tokens.token(Some(&token))?);
                Ok(self.http.send(request)?)
            }
            answer => Ok(answer?),
        }
    }

    fn docs(&self, path: &str, query: &[(&str, &str)]) -> Result<String, Error> {
        address(self.endpoints.docs.trim_end_matches('/').trim_end_matches("/v1"), path, query)
    }

    pub(super) fn look(&self, document: &str) -> Result<Document, Error> {
        let query = [("includeTabsContent", "true"), ("suggestionsViewMode", "SUGGESTIONS_INLINE")];
        let url = self.docs(&format!("/v1/documents/{document}"), &query)?;
        let document = Document::read(&self.ask(&mut Request::get(url))?);
        if document.tabs.is_empty() {
            return Err(Error::Answer("a document without tabs".to_owned()));
        }
        Ok(document)
    }

    pub(super) fn write(&self, document: &str, revision: &str, requests: &[Value]) -> Result<Sent, Error> {
        let url = self.docs(&format!("/v1/documents/{document}:batchUpdate"), &[])?;
        let mut body = json!({ "requests": requests });
        if !revision.is_empty() {
            body["writeControl"] = json!({ "requiredRevisionId": revision });
        }
        let mut request = Request::post(url, &body);
        (request.paced, request.repeat) = (true, Repeat::Once);
        match self.ask(&mut request) {
            Ok(answer) => {
                let revision = answer.pointer("/writeControl/requiredRevisionId").and_then(Value::as_str);
                let revision = revision.map(str::to_owned);
                Ok(Sent::Done(answer, revision))
            }
            Err(Error::Http(http::Error::Unsure { .. })) => Ok(Sent::LookAgain { unsure: true }),
            Err(Error::Http(http::Error::Refused { status: 400, message, .. })) if is_stale(&message) => {
                Ok(Sent::LookAgain { unsure: false })
            }
            Err(error) => Err(error),
        }
    }

    /// What a publication would do; reads the document once and writes nothing.
    ///
    /// # Errors
    /// What is on the way.
    pub fn plan(&self, publication: &Publication<'_>, journal: &Journal) -> Result<Plan, Error> {
        let mut journal = journal.clone();
        choose(publication, &mut journal);
        let chapters = chapters(publication);
        let document = match &journal.document {
            Some(document) => self.look(document)?,
            None => Document::default(),
        };
        reconcile(&mut journal, &document, &ids(&chapters), None);
        let work = plan(&chapters, &journal, &document, publication.answers);
        Ok(shown(journal.document.as_deref(), &chapters, &work))
    }
}

/// Google's words for a write that is based on an old revision, or on titles that are no longer free.
fn is_stale(message: &str) -> bool {
    let message = message.to_lowercase();
    (message.contains("required revision id") && message.contains("not match"))
        || message.contains("tab title must be unique")
}
