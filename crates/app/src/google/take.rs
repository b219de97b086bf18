//! Taking back into the chapters what people wrote in the document.

use yokoten_exchange::publish::google_docs::{Answers, Publisher, Theirs};
use yokoten_exchange::publish::markdown;
use yokoten_model::book::{self, Chapter, Written};

use super::Google;
use super::publish::{PublishOptions, publication};
use crate::books::words;
use crate::{Error, Result, Workspace};

impl Workspace {
    /// The chapters as they would be with what people wrote in the blocks of these [`super::Difference::key`]s; nothing
    /// is changed yet. What is masked there stays as the chapter has it.
    ///
    /// # Errors
    /// [`Error::NotAsSeen`] where the document says something else by now, [`Error::Suggested`] where a suggestion
    /// waits, [`Error::NotTakeable`] for what no field of a chapter holds; as [`Workspace::publish_plan`].
    pub fn google_take(
        &self,
        google: &Google,
        reference: &str,
        keys: &[String],
        options: &PublishOptions,
    ) -> Result<Vec<Chapter>> {
        let (book, _, report) = self.freeze_book(reference, options.accept_masking)?;
        let journal = self.google_journal(&book.id)?;
        let answers = Answers::new();
        let found = google.with(|publisher: &Publisher<'_>| {
            publisher.theirs(&publication(&book.id, &report, options, self, &answers), &journal)
        })?;
        let wanted = |key: &String| found.iter().find(|one| one.key == *key).ok_or(Error::NotAsSeen);
        let written = keys.iter().map(|key| written(wanted(key)?)).collect::<Result<Vec<_>>>()?;
        book::take_back(&book, &words(&book), &written, &markdown::blocks).map_err(|number| {
            let text = written.get(number).map(|one| markdown::blocks(&one.theirs)).unwrap_or_default();
            Error::NotTakeable(text.trim().to_owned())
        })
    }

    /// Puts chapters in place of those of the same id: one change of the book, with its author and time.
    pub(super) fn put_chapters(&self, book: &str, chapters: Vec<Chapter>) -> Result<()> {
        self.change_book(book, |book| {
            for chapter in chapters {
                if let Some(place) = book.chapters.iter_mut().find(|place| place.id == chapter.id) {
                    *place = chapter;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn written(one: &Theirs) -> Result<Written> {
    let text = || markdown::blocks(&one.theirs).trim().to_owned();
    if one.suggested {
        return Err(Error::Suggested(text()));
    }
    let at = one.origin.clone().ok_or_else(|| Error::NotTakeable(text()))?;
    Ok(Written { at, ours: one.ours.clone(), theirs: one.theirs.clone() })
}
