//! How the window stands to Google; what goes there can be watched and stopped.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::publish::google_docs::Progress;

use super::publish::url;
use super::{Google, GoogleClient, PublishOptions, Published};
use crate::clock::rfc3339;
use crate::work::Watched;
use crate::{Error, Lang, Problem, Result, Work, WorkPart, WorkProgress, Workspace};

/// The document that a book is published into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GoogleDocument {
    /// Its id.
    pub id: String,
    /// Where one reads it.
    pub url: String,
    /// When it was last published (RFC 3339, UTC), where that is known.
    pub at: Option<String>,
    /// By whom.
    pub by: Option<String>,
}

/// How one stands to Google. Nobody is asked for it: no network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct GoogleState {
    /// As which program one signs in.
    pub client: GoogleClient,
    /// Whether someone is signed in.
    pub signed_in: bool,
    /// The file that keeps secrets in place of the keyring.
    pub secrets_file: Option<String>,
    /// Why it cannot be told whether someone is signed in.
    pub problem: Option<Problem>,
    /// The book's document, once there is one.
    pub document: Option<GoogleDocument>,
    /// What is under way.
    pub under_way: Option<WorkProgress>,
}

/// When and by whom a book was last published.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Last {
    at: Option<String>,
    by: Option<String>,
}

fn last_key(book: &str) -> String {
    format!("google.last.{book}")
}

impl Workspace {
    /// How this workspace, and a book of it, stand to Google.
    ///
    /// # Errors
    /// Where the workspace cannot be read; [`yokoten_store::Error::NotFound`].
    pub fn google_state(&self, book: Option<&str>, lang: Lang) -> Result<GoogleState> {
        let document = match book {
            Some(book) => self.google_document(book)?,
            None => None,
        };
        let mut state = GoogleState {
            client: GoogleClient::default(),
            signed_in: false,
            secrets_file: None,
            problem: None,
            document,
            under_way: self.works.progress(Work::Google),
        };
        // A keyring that does not answer is no reason for showing nothing.
        let told = (|| {
            let google = self.google()?;
            state.secrets_file = google.secrets_file().map(|path| path.display().to_string());
            state.client = self.google_client()?;
            // Who never meant to reach Google is not asked for a keyring.
            state.signed_in = !state.client.id.is_empty() && google.is_signed_in()?;
            Ok::<_, Error>(())
        })();
        state.problem = told.err().map(|error| error.problem(lang));
        Ok(state)
    }

    fn google_document(&self, reference: &str) -> Result<Option<GoogleDocument>> {
        let (book, _) = self.read_book(reference)?;
        let Some(id) = self.google_journal(&book.id)?.document else { return Ok(None) };
        let Last { at, by } = self.kept(&last_key(&book.id))?;
        Ok(Some(GoogleDocument { url: url(&id), id, at, by }))
    }

    /// Remembers that a book was published now, by whoever uses this workspace.
    pub(super) fn note_last(&self, book: &str) -> Result<()> {
        let (at, by) = (Some(rfc3339(self.clock.now())), Some(self.author()?.name));
        self.keep(&last_key(book), &Last { at, by })
    }

    /// Signs in, so that another call can stop the waiting.
    ///
    /// # Errors
    /// [`Error::UnderWay`]; as [`Google::sign_in`].
    pub fn google_sign_in(&self, pick: bool, lang: Lang) -> Result<Vec<String>> {
        self.run(|google, _| google.sign_in(pick, lang))
    }

    /// Publishes, so that other calls can ask how far it is, and stop it.
    ///
    /// # Errors
    /// [`Error::UnderWay`]; as [`Workspace::publish_book`].
    pub fn google_publish(&self, book: &str, options: &PublishOptions) -> Result<Published> {
        self.run(|google, watched| {
            self.publish_book(google, book, options, &mut |progress| {
                let Progress { done, of, title } = progress.clone();
                let (done, of) = (done as u64, of as u64);
                watched.note(WorkProgress { part: Some(WorkPart::Chapters), done, of, title });
            })
        })
    }

    /// What publishing would do, so that another call can stop the waiting.
    ///
    /// # Errors
    /// [`Error::UnderWay`]; as [`Workspace::publish_plan`].
    pub fn google_plan(&self, book: &str, options: &PublishOptions) -> Result<Published> {
        self.run(|google, _| self.publish_plan(google, book, options))
    }

    fn run<T>(&self, work: impl FnOnce(&Google, &Watched) -> Result<T>) -> Result<T> {
        let google = self.google()?;
        self.works.run(Work::Google, google.cancel(), |watched| work(&google, watched))
    }
}
