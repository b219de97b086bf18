//! Google Docs: signing in, and publishing a book there.

mod journal;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::google::{self, Account, Client, FileSecrets, Keyring, Pages, Secrets, Wish};
use yokoten_exchange::http::{Cancel, Http, Secret, SystemPace};
use yokoten_exchange::publish::google_docs::{
    Answer, Answers, Change, Choice, Endpoints, Error as DocsError, Pictures, Place, Plan, Progress,
    Publication, Publisher,
};

use crate::catalogue::text;
use crate::{Error, Lang, Result, Workspace};

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
        match &self.secrets {
            Some(path) => Box::new(FileSecrets::new(path, "google")),
            None => Box::new(Keyring::new("google")),
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

/// How a book is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishOptions {
    /// A document that exists, in place of the book's own.
    pub document: Option<String>,
    /// A folder for a new document.
    pub folder: Option<String>,
    /// What nobody has reviewed goes out as proposed.
    pub accept_masking: bool,
    /// Pictures in the text, each readable by everyone for a moment.
    pub inline_pictures: bool,
    /// [`Difference::key`]s: the document's text stays.
    pub keep: Vec<String>,
    /// [`Difference::key`]s: the book's text replaces it.
    pub overwrite: Vec<String>,
}

/// What a publication does or did, counted in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Published {
    /// The document; null where one would be made.
    pub document: Option<String>,
    /// Where one reads it.
    pub url: Option<String>,
    /// New blocks.
    #[ts(type = "number")]
    pub added: usize,
    /// Changed blocks.
    #[ts(type = "number")]
    pub changed: usize,
    /// Blocks that stay.
    #[ts(type = "number")]
    pub same: usize,
    /// Blocks that go.
    #[ts(type = "number")]
    pub removed: usize,
    /// What someone has to decide or to know.
    pub conflicts: Vec<Difference>,
    /// Each block that is added, changed or removed.
    pub differences: Vec<Difference>,
}

/// A block that differs between the book and the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Difference {
    /// Names it, as it was seen.
    pub key: String,
    /// The chapter's title.
    pub chapter: String,
    /// `added`, `changed`, `removed`; `edited`, `conflict`, `gone`, `tab_gone`.
    pub kind: String,
    /// The document's text.
    pub theirs: Option<String>,
    /// The book's text.
    pub ours: Option<String>,
}

impl Workspace {
    /// What publishing a book would do. Reads the document once, writes nothing.
    ///
    /// # Errors
    /// [`Error::Google`], [`Error::Unreviewed`], [`yokoten_store::Error::NotFound`].
    pub fn publish_plan(
        &self,
        google: &Google,
        reference: &str,
        options: &PublishOptions,
    ) -> Result<Published> {
        let (book, _, report) = self.freeze_book(reference, options.accept_masking)?;
        let journal = self.google_journal(&book.id)?;
        let answers = answers(options);
        google.with(|publisher| {
            let publication = publication(&book.id, &report, options, self, &answers);
            let plan = publisher.plan(&publication, &journal)?;
            Ok(published(plan.document.clone(), &plan, &plan))
        })
    }

    /// Publishes a book to Google Docs. Safe to repeat after whatever happened.
    ///
    /// # Errors
    /// As [`Workspace::publish_plan`]; what was sent until then stays, and the next run goes on from there.
    pub fn publish_book(
        &self,
        google: &Google,
        reference: &str,
        options: &PublishOptions,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Published> {
        let (book, _, report) = self.freeze_book(reference, options.accept_masking)?;
        let mut journal = self.google_journal(&book.id)?;
        let answers = answers(options);
        let outcome = google.with(|publisher| {
            let publication = publication(&book.id, &report, options, self, &answers);
            let mut keeper = journal::Keeper::new(self, &book.id);
            publisher.publish(&publication, &mut journal, &mut keeper, progress)
        })?;
        for plan in &outcome.left.chapters {
            let asked = |change| matches!(change, Change::Edited | Change::Conflict | Change::Gone);
            let edited = plan.place == Place::TabGone || plan.blocks.iter().any(|block| asked(block.change));
            if let Some(chapter) = book.chapter(&plan.id).filter(|_| plan.place != Place::Declined) {
                self.note_published(&book.id, chapter, edited)?;
            }
        }
        Ok(published(Some(outcome.document), &outcome.plan, &outcome.left))
    }
}

impl Google {
    fn with<T>(&self, run: impl FnOnce(&Publisher<'_>) -> std::result::Result<T, DocsError>) -> Result<T> {
        let (http, secrets) = (self.http(), self.secrets());
        let account = Account::new(&http, &self.client, secrets.as_ref());
        Ok(run(&Publisher::new(&http, &self.endpoints, &account))?)
    }
}

fn publication<'a>(
    book: &'a str,
    report: &'a yokoten_model::report::Report,
    options: &'a PublishOptions,
    workspace: &'a Workspace,
    answers: &'a Answers,
) -> Publication<'a> {
    Publication {
        report,
        book,
        document: options.document.as_deref(),
        folder: options.folder.as_deref(),
        pictures: if options.inline_pictures { Pictures::Inline } else { Pictures::Linked },
        images: workspace,
        answers,
    }
}

/// Decisions by key; a key bears what was seen behind an `@`.
fn answers(options: &PublishOptions) -> Answers {
    let keep = options.keep.iter().map(|key| (key, Choice::Keep));
    let all = keep.chain(options.overwrite.iter().map(|key| (key, Choice::Overwrite)));
    let answer = |(key, choice): (&String, Choice)| match key.rsplit_once('@') {
        Some((key, print)) => (key.to_owned(), Answer { choice, print: Some(print.to_owned()) }),
        None => (key.clone(), Answer { choice, print: None }),
    };
    all.map(answer).collect()
}

fn published(document: Option<String>, plan: &Plan, left: &Plan) -> Published {
    let mut conflicts = Vec::new();
    for chapter in left.chapters.iter().filter(|chapter| chapter.place == Place::TabGone) {
        conflicts.push(Difference {
            key: chapter.id.clone(),
            chapter: chapter.title.clone(),
            kind: "tab_gone".to_owned(),
            theirs: None,
            ours: None,
        });
    }
    conflicts.extend(differences(left, &[Change::Edited, Change::Conflict, Change::Gone]));
    let url = document.as_ref().map(|id| format!("https://docs.google.com/document/d/{id}/edit"));
    Published {
        document,
        url,
        added: plan.count(Change::Added),
        changed: plan.count(Change::Changed),
        same: plan.count(Change::Same),
        removed: plan.count(Change::Removed),
        conflicts,
        differences: differences(plan, &[Change::Added, Change::Changed, Change::Removed]),
    }
}

fn differences(plan: &Plan, kinds: &[Change]) -> Vec<Difference> {
    let mut found = Vec::new();
    for chapter in &plan.chapters {
        for block in chapter.blocks.iter().filter(|block| kinds.contains(&block.change)) {
            let kind = serde_json::to_value(block.change).unwrap_or_default();
            found.push(Difference {
                key: match &block.print {
                    Some(print) => format!("{}@{print}", block.key),
                    None => block.key.clone(),
                },
                chapter: chapter.title.clone(),
                kind: kind.as_str().unwrap_or_default().to_owned(),
                theirs: block.before.clone(),
                ours: block.after.clone(),
            });
        }
    }
    found
}
