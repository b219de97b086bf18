//! Look, plan, send, look again: until nothing is left to send.

use serde_json::{Value, json};
use yokoten_model::report::Report;

use super::batch::{Batch, batch};
use super::drive::{address, property};
use super::journal::{Journal, Keeper, Part, Picture};
use super::piece::{self, Chapter, Pictures};
use super::plan::{Act, Answers, Place, Plan, Work, plan, shown};
use super::read::Document;
use super::reconcile::{reconcile, settle};
use super::requests::Places;
use super::theirs::blocks;
use crate::http::{self, Http, Repeat, Request, Secret, Traffic};
use crate::publish::Images;

/// How many rounds may come to nothing, one after another, before one gives up.
const ROUNDS: u32 = 5;

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

/// What is published.
pub struct Publication<'a> {
    /// The book, frozen.
    pub report: &'a Report,
    /// The book's id.
    pub book: &'a str,
    /// A document that was chosen; else the journal's, else a new one.
    pub document: Option<&'a str>,
    /// The folder for a new document.
    pub folder: Option<&'a str>,
    /// How pictures are shown.
    pub pictures: Pictures,
    /// The pictures.
    pub images: &'a dyn Images,
    /// What the person decided.
    pub answers: &'a Answers,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Chapters sent.
    pub done: usize,
    /// Chapters to send.
    pub of: usize,
    /// The chapter that is being sent.
    pub title: String,
}

/// What a publication came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The document.
    pub document: String,
    /// What was planned at first.
    pub plan: Plan,
    /// What is still open at the end: a person's edits, and what went missing.
    pub left: Plan,
    /// What was asked of Google.
    pub traffic: Traffic,
}

/// Publishes to Google Docs.
pub struct Publisher<'a> {
    pub(super) http: &'a Http,
    pub(super) endpoints: &'a Endpoints,
    tokens: &'a dyn Tokens,
}

/// What one batch came to.
enum Sent {
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

    fn look(&self, document: &str) -> Result<Document, Error> {
        let query = [("includeTabsContent", "true"), ("suggestionsViewMode", "SUGGESTIONS_INLINE")];
        let url = self.docs(&format!("/v1/documents/{document}"), &query)?;
        let document = Document::read(&self.ask(&mut Request::get(url))?);
        if document.tabs.is_empty() {
            return Err(Error::Answer("a document without tabs".to_owned()));
        }
        Ok(document)
    }

    fn write(&self, document: &str, revision: &str, requests: &[Value]) -> Result<Sent, Error> {
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

    /// What someone wrote in place of a block, to be taken back into the chapter.
    ///
    /// # Errors
    /// What is on the way.
    pub fn theirs(&self, journal: &Journal, key: &str) -> Result<Vec<yokoten_model::report::Block>, Error> {
        let (Some(document), Some((chapter, block))) = (&journal.document, key.rsplit_once('/')) else {
            return Ok(Vec::new());
        };
        let document = self.look(document)?;
        for tab in &document.tabs {
            if let Some(spans) = tab.found(chapter).blocks.get(block) {
                return Ok(blocks(spans.iter().flat_map(|span| tab.touching(*span))));
            }
        }
        Ok(Vec::new())
    }

    /// Publishes. Safe to repeat after whatever happened.
    ///
    /// # Errors
    /// What is on the way; the journal holds how far it came.
    pub fn publish(
        &self,
        publication: &Publication<'_>,
        journal: &mut Journal,
        keeper: &mut dyn Keeper,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Outcome, Error> {
        let before = self.http.traffic();
        let mut run = Run {
            publisher: self,
            publication,
            journal,
            keeper,
            progress,
            own: None,
            folder: None,
            chosen: false,
        };
        run.close_pictures()?;
        run.chosen = choose(publication, run.journal);
        let id = run.document()?;
        let (plan, left) = run.rounds(&id)?;
        let after = self.http.traffic();
        let traffic = Traffic {
            reads: after.reads - before.reads,
            writes: after.writes - before.writes,
            others: after.others - before.others,
            again: after.again - before.again,
        };
        Ok(Outcome { document: id, plan, left, traffic })
    }
}

/// A chosen document takes the journal's place.
fn choose(publication: &Publication<'_>, journal: &mut Journal) -> bool {
    match publication.document {
        Some(chosen) if journal.document.as_deref() != Some(chosen) => {
            let pictures = std::mem::take(&mut journal.pictures);
            *journal = Journal { document: Some(chosen.to_owned()), pictures, ..Journal::default() };
            true
        }
        _ => false,
    }
}

fn chapters(publication: &Publication<'_>) -> Vec<Chapter> {
    let have = |hash: &str| publication.images.bytes(hash).is_some();
    piece::chapters(publication.report, publication.pictures, &have)
}

fn ids(chapters: &[Chapter]) -> Vec<&str> {
    chapters.iter().map(|chapter| chapter.id.as_str()).collect()
}

/// Google's words for a write that is based on an old revision, or on titles that are no longer free.
fn is_stale(message: &str) -> bool {
    let message = message.to_lowercase();
    (message.contains("required revision id") && message.contains("not match"))
        || message.contains("tab title must be unique")
}

struct Run<'a, 'b> {
    publisher: &'a Publisher<'a>,
    publication: &'a Publication<'a>,
    journal: &'b mut Journal,
    keeper: &'b mut dyn Keeper,
    progress: &'b mut dyn FnMut(&Progress),
    /// The revision after our last write.
    own: Option<String>,
    /// The folder that holds the document, once asked for.
    folder: Option<Option<String>>,
    /// Another document was chosen, which nobody has seen yet.
    chosen: bool,
}

impl Run<'_, '_> {
    fn keep(&mut self, changed: &[Part]) -> Result<(), Error> {
        if changed.is_empty() {
            return Ok(());
        }
        self.keeper.keep(self.journal, changed).map_err(Error::Journal)
    }

    fn document(&mut self) -> Result<String, Error> {
        if let Some(document) = &self.journal.document {
            return Ok(document.clone());
        }
        let Publication { report, book, folder, .. } = *self.publication;
        let mut attempt = 0;
        let id = loop {
            // It may have been made before a crash, or without an answer.
            if self.journal.creating
                && let Some(found) = self.publisher.find("yokotenBook", property(book))?
            {
                break found;
            }
            self.journal.creating = true;
            self.keep(&[Part::Document])?;
            match self.publisher.create_document(&report.title, property(book), folder) {
                Err(Error::Http(http::Error::Unsure { .. })) if attempt < ROUNDS => {
                    attempt += 1;
                    self.publisher.http.back_off(attempt)?;
                }
                made => break made?,
            }
        };
        self.journal.document = Some(id.clone());
        self.journal.made = true;
        self.journal.creating = false;
        self.keep(&[Part::Document])?;
        Ok(id)
    }

    /// Rounds of looking, planning and sending; answers the first plan and the last.
    fn rounds(&mut self, id: &str) -> Result<(Plan, Plan), Error> {
        let chapters = chapters(self.publication);
        let mut first = None;
        let mut stalled = 0;
        // Each chapter's batch may wait for others' edits, but not for ever.
        for _ in 0..2 * chapters.len() + 2 * ROUNDS as usize {
            let document = self.publisher.look(id)?;
            if std::mem::take(&mut self.chosen) {
                self.keep(&[Part::Document])?;
            }
            let learnt = reconcile(self.journal, &document, &ids(&chapters), self.own.as_deref());
            stalled = if learnt.forward { 0 } else { stalled };
            self.keep(&learnt.changed)?;
            let work = plan(&chapters, self.journal, &document, self.publication.answers);
            let now = shown(Some(id), &chapters, &work);
            let changed = settle(self.journal, &work);
            self.keep(&changed)?;
            let first = first.get_or_insert_with(|| now.clone());
            let unmade: Vec<&Work> =
                work.iter().filter(|work| work.place == Place::New && work.tab.is_none()).collect();
            let due: Vec<&Work> = work.iter().filter(|work| work.is_due()).collect();
            if unmade.is_empty() && due.is_empty() {
                return Ok((first.clone(), now));
            }
            if stalled >= ROUNDS {
                return Err(Error::KeepsChanging);
            }
            stalled += 1;
            let sent = if unmade.is_empty() {
                self.send(id, &chapters, &document, &due)?
            } else {
                self.make_tabs(id, &document, &work, &unmade)?
            };
            if let Sent::LookAgain { unsure: true } = sent {
                self.publisher.http.back_off(stalled)?;
            }
        }
        Err(Error::KeepsChanging)
    }

    /// All missing tabs in one batch, each behind the tab of the chapter before it.
    fn make_tabs(
        &mut self,
        id: &str,
        document: &Document,
        work: &[Work],
        unmade: &[&Work],
    ) -> Result<Sent, Error> {
        let mut order: Vec<&str> =
            document.tabs.iter().filter(|tab| !tab.nested).map(|tab| tab.id.as_str()).collect();
        let mut requests = Vec::new();
        let (mut parts, mut tabs) = (Vec::new(), Vec::new());
        // The first tab of a document that we made, while nobody has used it.
        let sole = document.tabs.first().filter(|_| self.journal.made && document.tabs.len() == 1);
        let mut blank =
            sole.filter(|tab| tab.is_empty() && !self.is_taken(&tab.id)).map(|tab| tab.id.clone());
        let mut previous: Option<&str> = None;
        for work in work.iter().filter(|work| work.chapter.is_some()) {
            if work.tab.is_none() && work.place == Place::New {
                let mut made = None;
                if let Some(tab) = blank.take() {
                    let properties = json!({ "tabId": tab, "title": work.title });
                    let request = json!({ "tabProperties": properties, "fields": "title" });
                    requests.push(json!({ "updateDocumentTabProperties": request }));
                    order.retain(|known| *known != tab);
                    order.push(&work.id);
                    made = Some(tab);
                } else {
                    let behind =
                        previous.and_then(|previous| order.iter().position(|known| *known == previous));
                    let index = behind.map_or(order.len(), |at| at + 1);
                    let properties = json!({ "title": work.title, "index": index });
                    requests.push(json!({ "addDocumentTab": { "tabProperties": properties } }));
                    order.insert(index, &work.id);
                }
                let chapter = self.journal.chapters.entry(work.id.clone()).or_default();
                let (title, wish) = (work.title.clone(), work.wish.clone());
                *chapter = super::journal::Chapter { title, wish, ..Default::default() };
                parts.push(Part::Chapter(work.id.clone()));
                tabs.push(made);
                previous = Some(&work.id);
            } else if let Some(tab) = work.tab.as_deref() {
                previous = Some(tab);
            }
        }
        self.keep(&parts)?;
        let sent = self.publisher.write(id, &document.revision, &requests)?;
        if let Sent::Done(answer, revision) = &sent {
            self.own.clone_from(revision);
            let replies = answer["replies"].as_array().into_iter().flatten();
            for ((reply, work), renamed) in replies.zip(unmade).zip(tabs) {
                let added = reply.pointer("/addDocumentTab/tabProperties/tabId").and_then(Value::as_str);
                if let Some(chapter) = self.journal.chapters.get_mut(&work.id) {
                    chapter.tab = renamed.or_else(|| added.map(str::to_owned));
                }
            }
            self.keep(&parts)?;
        }
        Ok(sent)
    }

    fn is_taken(&self, tab: &str) -> bool {
        self.journal.chapters.values().any(|chapter| chapter.tab.as_deref() == Some(tab))
    }

    /// One batch for each chapter, each based on the revision that the one before left.
    fn send(
        &mut self,
        id: &str,
        chapters: &[Chapter],
        document: &Document,
        due: &[&Work],
    ) -> Result<Sent, Error> {
        let mut revision = document.revision.clone();
        let mut last = Sent::LookAgain { unsure: false };
        for (done, work) in due.iter().enumerate() {
            (self.progress)(&Progress { done, of: due.len(), title: work.title.clone() });
            let shown = self.pictures(chapters, work)?;
            let Some(Batch { requests, pending }) = batch(work, chapters, document, &Kept(self.journal))
            else {
                continue;
            };
            let chapter = self.journal.chapters.entry(work.id.clone()).or_default();
            chapter.tab.clone_from(&work.tab);
            chapter.pending = Some(pending);
            self.keep(&[Part::Chapter(work.id.clone())])?;
            let sent = self.publisher.write(id, &revision, &requests);
            if shown {
                self.close_pictures()?;
            }
            last = sent?;
            match &last {
                Sent::Done(_, Some(after)) => revision.clone_from(after),
                _ => return Ok(last),
            }
            self.own = Some(revision.clone());
        }
        let of = due.len();
        (self.progress)(&Progress { done: of, of, title: String::new() });
        Ok(last)
    }

    /// Sends the pictures that a chapter's new blocks want; whether any is now readable by all.
    fn pictures(&mut self, chapters: &[Chapter], work: &Work) -> Result<bool, Error> {
        let Some(chapter) = work.chapter.and_then(|at| chapters.get(at)) else { return Ok(false) };
        let written = work.items.iter().filter(|item| matches!(item.act, Act::Insert | Act::Replace));
        let pieces: Vec<_> = written.filter_map(|item| chapter.pieces.get(item.piece?)).collect();
        for hash in pieces.iter().flat_map(|piece| piece.pictures()) {
            self.picture(hash)?;
        }
        let mut any = false;
        for hash in pieces.iter().flat_map(|piece| piece.shown()) {
            let Some(Picture { file: Some(file), .. }) = self.journal.pictures.get(hash).cloned() else {
                continue;
            };
            let picture = Picture { file: Some(file.clone()), public: true };
            self.journal.pictures.insert(hash.to_owned(), picture);
            self.keep(&[Part::Picture(hash.to_owned())])?;
            any = true;
            if let Err(error) = self.publisher.open_to_all(&file) {
                self.close_pictures()?;
                return Err(error);
            }
        }
        Ok(any)
    }

    /// Where pictures go: to the document, so that whoever may read it may see them.
    fn folder(&mut self) -> Option<String> {
        if self.folder.is_none() {
            let document = self.journal.document.clone().unwrap_or_default();
            let given = self.publication.folder.map(str::to_owned);
            // Who may write a document need not see its folder: then pictures go to one's own.
            self.folder = Some(given.or_else(|| self.publisher.folder(&document).unwrap_or_default()));
        }
        self.folder.clone().flatten()
    }

    fn picture(&mut self, hash: &str) -> Result<(), Error> {
        if self.journal.pictures.get(hash).is_some_and(|picture| picture.file.is_some()) {
            return Ok(());
        }
        let Some(bytes) = self.publication.images.bytes(hash) else { return Ok(()) };
        let folder = self.folder();
        let mut attempt = 0;
        let file = loop {
            if self.journal.pictures.contains_key(hash)
                && let Some(found) = self.publisher.find("yokotenPicture", property(hash))?
            {
                break found;
            }
            self.journal.pictures.insert(hash.to_owned(), Picture::default());
            self.keep(&[Part::Picture(hash.to_owned())])?;
            match self.publisher.upload(hash, &bytes, folder.as_deref()) {
                Err(Error::Http(http::Error::Unsure { .. })) if attempt < ROUNDS => {
                    attempt += 1;
                    self.publisher.http.back_off(attempt)?;
                }
                sent => break sent?,
            }
        };
        self.journal.pictures.insert(hash.to_owned(), Picture { file: Some(file), public: false });
        self.keep(&[Part::Picture(hash.to_owned())])
    }

    /// No picture stays readable by all, whatever happened.
    fn close_pictures(&mut self) -> Result<(), Error> {
        let open = self.journal.pictures.iter().filter(|(_, picture)| picture.public);
        let open: Vec<(String, Option<String>)> =
            open.map(|(hash, picture)| (hash.clone(), picture.file.clone())).collect();
        for (hash, file) in open {
            if let Some(file) = &file {
                self.publisher.close_to_all(file)?;
            }
            self.journal.pictures.insert(hash.clone(), Picture { file, public: false });
            self.keep(&[Part::Picture(hash)])?;
        }
        Ok(())
    }
}

/// Where pictures are, by the journal.
struct Kept<'a>(&'a Journal);

impl Places for Kept<'_> {
    fn link(&self, hash: &str) -> Option<String> {
        let file = self.0.pictures.get(hash)?.file.as_ref()?;
        Some(format!("https://drive.google.com/file/d/{file}/view"))
    }

    fn public(&self, hash: &str) -> Option<String> {
        let picture = self.0.pictures.get(hash).filter(|picture| picture.public)?;
        Some(format!("https://drive.google.com/uc?export=download&id={}", picture.file.as_ref()?))
    }
}
