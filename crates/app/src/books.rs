//! Books: making chapters of entries, keeping them up to date, and looking through them before anything is published.

mod masking;
pub(crate) mod pictures;
mod study;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;
use yokoten_model::book::{self, Book, Change, Chapter, ChapterSource, Decision, Parts, Slot};
use yokoten_model::postmortem::Postmortem;
use yokoten_model::{Assignment, Document, Revision};
use yokoten_store::books::Written;

pub use masking::BookReview;
pub use study::{Answer, Asked};

use crate::catalogue::text;
use crate::clock::rfc3339;
use crate::entries::next_id;
use crate::export::Words;
use crate::{Error, Lang, Result, Workspace};

/// How a chapter stands to its entries and to where it was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChapterState {
    /// 最新: published as it is.
    Fresh,
    /// 元の記事が更新された: changes wait to be decided about.
    EntryChanged,
    /// Someone edited it where it was published.
    EditedThere,
    /// Not published, or not as it is now.
    Unpublished,
}

/// A book in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct BookSummary {
    /// The identity.
    pub id: String,
    /// The title.
    pub title: String,
    /// When it was last changed (RFC 3339, UTC).
    pub updated_at: String,
    /// Its chapters, in order.
    pub chapters: Vec<ChapterSummary>,
}

/// A chapter in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ChapterSummary {
    /// The identity.
    pub id: String,
    /// The title.
    pub title: String,
    /// The level, or empty.
    pub level: String,
    /// Reading time in minutes.
    pub minutes: u32,
    /// The numbers of the entries that it was made of.
    pub entries: Vec<String>,
    /// How it stands.
    pub state: ChapterState,
    /// When it was last published (RFC 3339, UTC), where that is known.
    pub published_at: Option<String>,
    /// How many changes of its entries wait.
    #[ts(type = "number")]
    pub changes: usize,
}

/// A book, opened.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenBook {
    /// The document.
    pub document: Book,
    /// Its revision, the base of the next edit.
    pub revision: String,
    /// The book in short.
    pub summary: BookSummary,
    /// The changes of its entries that wait, by chapter.
    pub changes: Vec<ChapterChanges>,
}

/// The changes that wait for one chapter.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct ChapterChanges {
    /// The chapter's id.
    pub chapter: String,
    /// What differs.
    pub changes: Vec<Change>,
}

/// An edit of a book, stored.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BookEdited {
    /// The revision of the caller's own line of edits: the base of its next edit.
    pub branch: String,
    /// The merged revision.
    pub revision: String,
    /// When it was stored (RFC 3339, UTC).
    pub at: String,
    /// The merged document.
    pub document: Book,
}

/// What became of a chapter where it was published last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Publication {
    /// The chapter's [`Chapter::digest`].
    pub(crate) digest: String,
    /// Someone edited it there since.
    pub(crate) edited_there: bool,
    /// When (RFC 3339, UTC).
    #[serde(default)]
    pub(crate) at: Option<String>,
}

/// What a chapter could take from its entries.
struct Sources {
    entries: Vec<Postmortem>,
    revisions: Vec<Revision>,
    /// The entries as the chapter knows them, where all of them are at hand.
    then: Option<Vec<Postmortem>>,
}

impl Workspace {
    /// Creates a book.
    ///
    /// # Errors
    /// As any write.
    pub fn book_new(&self, title: &str, lang: Lang) -> Result<BookSummary> {
        let levels = text(lang, "report.book.levels", &[]);
        let book = Book {
            id: self.new_id(),
            lang: lang.as_str().to_owned(),
            title: title.trim().to_owned(),
            levels: levels.split('/').map(|level| level.trim().to_owned()).collect(),
            ..Book::default()
        };
        let (author, now) = (self.author()?, self.clock.now());
        let written = self.store().create_book(&book, &author, now)?;
        self.note_book(&written);
        self.book_summary(&book.id)
    }

    /// The books, last changed first.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn books(&self) -> Result<Vec<BookSummary>> {
        let items = self.store().books()?;
        items.iter().map(|item| self.book_summary(&item.id)).collect()
    }

    /// A book in short, by UUID or title.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn book_summary(&self, reference: &str) -> Result<BookSummary> {
        Ok(self.book(reference)?.summary)
    }

    /// A book by UUID or title, with what changed in its entries.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn book(&self, reference: &str) -> Result<OpenBook> {
        let (document, revision) = self.read_book(reference)?;
        let updated = self.store().books()?.into_iter().find(|item| item.id == document.id);
        let mut changes = Vec::new();
        let mut chapters = Vec::new();
        for chapter in &document.chapters {
            let waiting = self.chapter_changes(&document, chapter)?;
            let published = self.publication(&document.id, &chapter.id)?;
            chapters.push(ChapterSummary {
                id: chapter.id.clone(),
                title: chapter.title.clone(),
                level: chapter.level.clone(),
                minutes: chapter.reading_minutes(),
                entries: chapter.sources.iter().map(|source| source.number.clone()).collect(),
                state: chapter_state(published.as_ref(), chapter, !waiting.is_empty()),
                published_at: published.and_then(|published| published.at),
                changes: waiting.len(),
            });
            if !waiting.is_empty() {
                changes.push(ChapterChanges { chapter: chapter.id.clone(), changes: waiting });
            }
        }
        let summary = BookSummary {
            id: document.id.clone(),
            title: document.title.clone(),
            updated_at: updated.map(|item| rfc3339(item.updated)).unwrap_or_default(),
            chapters,
        };
        Ok(OpenBook { document, revision: revision.as_str().to_owned(), summary, changes })
    }

    pub(crate) fn read_book(&self, reference: &str) -> Result<(Book, Revision)> {
        let mut store = self.store();
        let id = store.find_book(reference)?;
        Ok(store.read_book(id)?)
    }

    /// Adds a chapter for each entry, drafts included, or one chapter of all of them.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`] for an unknown book or entry; nothing is then added.
    pub fn book_add(&self, reference: &str, entries: &[String], together: bool) -> Result<BookSummary> {
        let (document, _) = self.read_book(reference)?;
        let size = if together { entries.len().max(1) } else { 1 };
        let mut chapters = Vec::new();
        for group in entries.chunks(size) {
            let mut read = Vec::new();
            for entry in group {
                let mut store = self.store();
                let id = store.find(entry)?;
                let (postmortem, revision, _) = store.read(id)?;
                read.push((postmortem, revision));
            }
            chapters.push(draft(read, words(&document)));
        }
        self.change_book(&document.id, |book| {
            book.chapters.extend(chapters);
            Ok(())
        })?;
        self.book_summary(&document.id)
    }

    /// Carries out assignments as they were meant at the revision `base`, and merges them with what others wrote.
    ///
    /// # Errors
    /// As [`Workspace::edit`].
    pub fn book_edit(&self, id: &str, base: &str, set: Vec<Assignment>) -> Result<BookEdited> {
        let base = Revision::new(base.to_owned());
        self.write_book(id, |document| Ok(document.edit(&base, set, &mut next_id)?))
    }

    /// Takes the entries' changes into the chapters: all of them, or the one of this number (from 1). What meets a
    /// person's writing at the same place is left to be decided about.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`] for an unknown book or chapter.
    pub fn book_take(&self, reference: &str, chapter: Option<usize>) -> Result<BookSummary> {
        let (document, _) = self.read_book(reference)?;
        let not_found =
            |number: usize| yokoten_store::Error::NotFound { what: format!("{reference}#{number}") };
        let wanted: Vec<&Chapter> = match chapter {
            None => document.chapters.iter().collect(),
            Some(number) => {
                let at = number.checked_sub(1).and_then(|index| document.chapters.get(index));
                vec![at.ok_or_else(|| not_found(number))?]
            }
        };
        for chapter in wanted {
            self.with_sources(&document.id, &chapter.id, |chapter, fresh, then| {
                book::take(chapter, fresh, then)?;
                Ok(())
            })?;
        }
        self.book_summary(&document.id)
    }

    /// Decides about one change of a chapter's entries.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`]; an edited text for a question.
    pub fn book_decide(&self, id: &str, chapter: &str, slot: &Slot, decision: Decision) -> Result<OpenBook> {
        self.with_sources(id, chapter, |chapter, fresh, _| {
            book::decide(chapter, fresh, slot, decision)?;
            Ok(())
        })?;
        self.book(id)
    }

    /// Puts a book into the trash, or takes it out again.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn book_delete(&self, id: &str, deleted: bool) -> Result<()> {
        let at = deleted.then(|| rfc3339(self.clock.now()));
        self.write_book(id, |document| Ok(document.set_deleted_at(at.as_deref())?))?;
        Ok(())
    }

    /// What differs between a chapter and its entries.
    fn chapter_changes(&self, book: &Book, chapter: &Chapter) -> Result<Vec<Change>> {
        let Some(sources) = self.sources(chapter)? else { return Ok(Vec::new()) };
        let seen = chapter.sources.iter().map(|source| source.revision.as_str());
        if seen.eq(sources.revisions.iter().map(Revision::as_str)) {
            return Ok(Vec::new());
        }
        let (fresh, then) = sources.drafts(book);
        Ok(book::changes(chapter, &fresh, then.as_ref()))
    }

    /// The entries of a chapter; `None` where one of them is not here.
    fn sources(&self, chapter: &Chapter) -> Result<Option<Sources>> {
        let mut store = self.store();
        let mut sources = Sources { entries: Vec::new(), revisions: Vec::new(), then: Some(Vec::new()) };
        for source in &chapter.sources {
            let Ok(id) = Uuid::try_parse(&source.entry) else { return Ok(None) };
            let (entry, revision) = match store.read(id) {
                Ok((entry, revision, _)) => (entry, revision),
                Err(yokoten_store::Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let then = store.at(id, &Revision::new(source.revision.clone())).ok();
            sources.then = sources.then.zip(then).map(|(mut all, then)| {
                all.push(then);
                all
            });
            sources.entries.push(entry);
            sources.revisions.push(revision);
        }
        Ok(Some(sources))
    }

    /// Changes a chapter with a draft of its entries at hand. When nothing waits any more, the chapter has seen them.
    fn with_sources(
        &self,
        id: &str,
        chapter: &str,
        change: impl FnOnce(&mut Chapter, &Parts, Option<&Parts>) -> yokoten_model::Result<()>,
    ) -> Result<BookEdited> {
        let (document, _) = self.read_book(id)?;
        let not_found = || yokoten_store::Error::NotFound { what: chapter.to_owned() };
        let sources = self.sources(document.chapter(chapter).ok_or_else(not_found)?)?;
        self.change_book(&document.id, |book| {
            let place = book.chapters.iter_mut().find(|place| place.id == chapter);
            let (Some(place), Some(sources)) = (place, sources) else { return Ok(()) };
            let (fresh, then) = sources.drafts(&document);
            change(place, &fresh, then.as_ref())?;
            if book::changes(place, &fresh, then.as_ref()).is_empty() {
                place.taken = fresh;
                let read = sources.entries.iter().zip(&sources.revisions);
                for (source, (entry, revision)) in place.sources.iter_mut().zip(read) {
                    source.number.clone_from(&entry.number);
                    source.revision = revision.as_str().to_owned();
                }
            }
            Ok(())
        })
    }

    fn publication(&self, book: &str, chapter: &str) -> Result<Option<Publication>> {
        let stored = self.store().setting(&publication_key(book, chapter))?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Remembers how a chapter was published, or found where it is published.
    ///
    /// # Errors
    /// As any write.
    pub(crate) fn note_published(&self, book: &str, chapter: &Chapter, edited_there: bool) -> Result<()> {
        let publication =
            Publication { digest: chapter.digest(), edited_there, at: Some(rfc3339(self.clock.now())) };
        let text = serde_json::to_string(&publication).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(self.store().set_setting(&publication_key(book, &chapter.id), &text)?)
    }

    /// A change to a book as a whole.
    pub(crate) fn change_book(
        &self,
        id: &str,
        change: impl FnOnce(&mut Book) -> yokoten_model::Result<()>,
    ) -> Result<BookEdited> {
        self.write_book(id, |document| {
            let mut book = document.book()?;
            change(&mut book)?;
            Ok(document.put_book(&book)?)
        })
    }

    fn write_book(
        &self,
        id: &str,
        edit: impl FnOnce(&mut Document) -> yokoten_store::Result<yokoten_model::document::Edited>,
    ) -> Result<BookEdited> {
        let (author, now) = (self.author()?, self.clock.now());
        let mut store = self.store();
        let id = store.find_book(id)?;
        let written = store.edit_book(id, &author, now, edit)?;
        drop(store);
        self.note_book(&written);
        Ok(BookEdited {
            branch: written.branch.as_str().to_owned(),
            revision: written.revision.as_str().to_owned(),
            at: rfc3339(now),
            document: written.book,
        })
    }

    fn note_book(&self, written: &Written) {
        if let Some(change) = written.change {
            self.watchers.wrote(change);
        }
    }
}

impl Sources {
    /// A draft of the entries as they are, and of how the chapter knows them.
    fn drafts(&self, book: &Book) -> (Parts, Option<Parts>) {
        let words = words(book);
        let then = self.then.as_ref().map(|entries| book::draft(entries, &words));
        (book::draft(&self.entries, &words), then)
    }
}

/// The words in which a book is drafted and published.
pub(crate) fn words(book: &Book) -> Words {
    Words(if book.lang == "en" { Lang::En } else { Lang::Ja })
}

fn chapter_state(published: Option<&Publication>, chapter: &Chapter, waiting: bool) -> ChapterState {
    match published {
        _ if waiting => ChapterState::EntryChanged,
        Some(there) if there.edited_there => ChapterState::EditedThere,
        Some(there) if there.digest == chapter.digest() => ChapterState::Fresh,
        _ => ChapterState::Unpublished,
    }
}

fn publication_key(book: &str, chapter: &str) -> String {
    format!("published.{book}.{chapter}")
}

fn draft(read: Vec<(Postmortem, Revision)>, words: Words) -> Chapter {
    let sources = read.iter().map(|(entry, revision)| ChapterSource {
        entry: entry.id.clone(),
        number: entry.number.clone(),
        revision: revision.as_str().to_owned(),
        ..ChapterSource::default()
    });
    let sources = sources.collect();
    let entries: Vec<Postmortem> = read.into_iter().map(|(entry, _)| entry).collect();
    let parts = book::draft(&entries, &words);
    Chapter {
        id: next_id(),
        title: entries.first().map(|entry| entry.title.clone()).unwrap_or_default(),
        sources,
        taken: parts.clone(),
        parts,
        ..Chapter::default()
    }
}
