//! The journal of a publication in the workspace: its head, and a row for each chapter.

use serde::{Deserialize, Serialize};
use yokoten_exchange::publish::google_docs::{self, ChapterJournal, Journal, Part};

use crate::{Error, Result, Workspace};

/// All but the chapters, of which only the ids are here.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Head {
    journal: Journal,
    chapters: Vec<String>,
}

fn head_key(book: &str) -> String {
    format!("google.{book}")
}

fn chapter_key(book: &str, chapter: &str) -> String {
    format!("google.{book}.{chapter}")
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

impl Workspace {
    /// What is known of a book in Google Docs.
    pub(super) fn google_journal(&self, book: &str) -> Result<Journal> {
        let store = self.store();
        let Some(head) = store.setting(&head_key(book))? else { return Ok(Journal::default()) };
        let Head { mut journal, chapters } = serde_json::from_str(&head).map_err(internal)?;
        for id in chapters {
            // A chapter that is not there is found again in the document.
            if let Some(row) = store.setting(&chapter_key(book, &id))? {
                let chapter: Option<ChapterJournal> = serde_json::from_str(&row).map_err(internal)?;
                journal.chapters.extend(chapter.map(|chapter| (id, chapter)));
            }
        }
        Ok(journal)
    }
}

/// Keeps a journal in a workspace.
pub(super) struct Keeper<'a> {
    workspace: &'a Workspace,
    book: &'a str,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(workspace: &'a Workspace, book: &'a str) -> Self {
        Self { workspace, book }
    }

    fn write(&self, journal: &Journal, changed: &[Part]) -> Result<()> {
        let mut store = self.workspace.store();
        // Chapters first: the head names only what is there.
        for part in changed {
            if let Part::Chapter(id) = part {
                let row = serde_json::to_string(&journal.chapters.get(id)).map_err(internal)?;
                store.set_setting(&chapter_key(self.book, id), &row)?;
            }
        }
        let chapters = journal.chapters.keys().cloned().collect();
        let journal = Journal {
            document: journal.document.clone(),
            creating: journal.creating,
            made: journal.made,
            pictures: journal.pictures.clone(),
            ..Journal::default()
        };
        let head = serde_json::to_string(&Head { journal, chapters }).map_err(internal)?;
        Ok(store.set_setting(&head_key(self.book), &head)?)
    }
}

impl google_docs::Keeper for Keeper<'_> {
    fn keep(&mut self, journal: &Journal, changed: &[Part]) -> std::result::Result<(), String> {
        self.write(journal, changed).map_err(|error| error.to_string())
    }
}
