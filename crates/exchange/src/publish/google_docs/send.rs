//! Look, plan, send, look again: until nothing is left to send.

use yokoten_model::report::Report;

use super::batch::{Batch, batch};
use super::drive::property;
use super::journal::{Journal, Keeper, Part};
use super::layout;
use super::pictures::Kept;
use super::piece::{Chapter, Pictures};
use super::plan::{Answers, Place, Plan, Work, plan, shown};
use super::publisher::{Error, Publisher, ROUNDS, Sent};
use super::read::Document;
use super::reconcile::{reconcile, settle};
use crate::http::{self, Traffic};
use crate::publish::Images;

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

impl Publisher<'_> {
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
pub(super) fn choose(publication: &Publication<'_>, journal: &mut Journal) -> bool {
    match publication.document {
        Some(chosen) if journal.document.as_deref() != Some(chosen) => {
            let pictures = std::mem::take(&mut journal.pictures);
            *journal = Journal { document: Some(chosen.to_owned()), pictures, ..Journal::default() };
            true
        }
        _ => false,
    }
}

pub(super) fn chapters(publication: &Publication<'_>) -> Vec<Chapter> {
    let have = |hash: &str| publication.images.bytes(hash).is_some();
    layout::chapters(publication.report, publication.pictures, &have)
}

pub(super) fn ids(chapters: &[Chapter]) -> Vec<&str> {
    chapters.iter().map(|chapter| chapter.id.as_str()).collect()
}

pub(super) struct Run<'a, 'b> {
    pub(super) publisher: &'a Publisher<'a>,
    pub(super) publication: &'a Publication<'a>,
    pub(super) journal: &'b mut Journal,
    keeper: &'b mut dyn Keeper,
    progress: &'b mut dyn FnMut(&Progress),
    /// The revision after our last write.
    pub(super) own: Option<String>,
    /// The folder that holds the document, once asked for.
    pub(super) folder: Option<Option<String>>,
    /// Another document was chosen, which nobody has seen yet.
    chosen: bool,
}

impl Run<'_, '_> {
    pub(super) fn keep(&mut self, changed: &[Part]) -> Result<(), Error> {
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
}
