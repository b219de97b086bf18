//! Looking through a book before it is published.

use serde::Serialize;
use ts_rs::TS;
use yokoten_model::book::{Book, Mask, SeenImage};
use yokoten_model::masking::{self, Known, Review};
use yokoten_model::report::{self, Report};

use super::words;
use crate::{Error, Result, Workspace};

/// The setting that holds the workspace's own list.
const WORDS: &str = "masking.words";

/// How many customers are looked for.
const CUSTOMERS: usize = 10_000;

/// Everything to look at, and how much of it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct BookReview {
    /// Hits and pictures.
    #[serde(flatten)]
    #[ts(flatten)]
    pub review: Review,
    /// How many of them nobody has decided about.
    #[ts(type = "number")]
    pub unreviewed: usize,
}

impl Workspace {
    /// Everything in a book that may tell too much.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn book_review(&self, reference: &str) -> Result<BookReview> {
        let (book, _) = self.read_book(reference)?;
        let review = self.look_through(&book)?;
        Ok(BookReview { unreviewed: review.open(), review })
    }

    /// Decides about hits: masked as `mask` says, or kept.
    ///
    /// # Errors
    /// As any write.
    pub fn book_mask(&self, id: &str, masks: Vec<Mask>) -> Result<BookReview> {
        self.change_book(id, |book| {
            for mask in masks {
                match book.masks.iter_mut().find(|there| there.text == mask.text) {
                    Some(there) => *there = mask,
                    None => book.masks.push(mask),
                }
            }
            Ok(())
        })?;
        self.book_review(id)
    }

    /// Takes back what was decided about a text.
    ///
    /// # Errors
    /// As any write.
    pub fn book_unmask(&self, id: &str, text: &str) -> Result<BookReview> {
        self.change_book(id, |book| {
            book.masks.retain(|mask| mask.text != text);
            Ok(())
        })?;
        self.book_review(id)
    }

    /// Notes that a picture was looked at, or that it shall be looked at again.
    ///
    /// # Errors
    /// As any write.
    pub fn book_seen(&self, id: &str, hash: &str, seen: bool) -> Result<BookReview> {
        self.change_book(id, |book| {
            book.images.retain(|image| image.hash != hash);
            if seen {
                book.images.push(SeenImage { hash: hash.to_owned(), ..SeenImage::default() });
            }
            Ok(())
        })?;
        self.book_review(id)
    }

    /// The workspace's own list of words to mask.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn masking_words(&self) -> Result<Vec<String>> {
        let stored = self.store().setting(WORDS)?;
        // A list that cannot be read is not worth refusing a workspace for.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Changes the list; empty words and repetitions are left out.
    ///
    /// # Errors
    /// As any write.
    pub fn set_masking_words(&self, words: Vec<String>) -> Result<Vec<String>> {
        let mut kept: Vec<String> = Vec::new();
        for word in words {
            let word = word.trim().to_owned();
            if !word.is_empty() && !kept.contains(&word) {
                kept.push(word);
            }
        }
        let text = serde_json::to_string(&kept).map_err(|error| Error::Internal(error.to_string()))?;
        self.store().set_setting(WORDS, &text)?;
        Ok(kept)
    }

    /// A book as it may be published: masked. `accept` says that what nobody has decided about goes out as it is
    /// proposed.
    ///
    /// # Errors
    /// [`Error::Unreviewed`] where something is open and not accepted; [`yokoten_store::Error::NotFound`].
    pub fn freeze_book(&self, reference: &str, accept: bool) -> Result<(Book, Review, Report)> {
        let (book, _) = self.read_book(reference)?;
        let review = self.look_through(&book)?;
        if review.open() > 0 && !accept {
            return Err(Error::Unreviewed { title: book.title, open: review.open() });
        }
        let updated = self.store().books()?.into_iter().find(|item| item.id == book.id);
        let updated = updated.map(|item| crate::clock::rfc3339(item.updated)).unwrap_or_default();
        let report = report::book(&book, &review, &words(&book), &updated);
        Ok((book, review, report))
    }

    fn look_through(&self, book: &Book) -> Result<Review> {
        let words = words(book);
        let written = report::book_as_written(book, &words, "");
        Ok(masking::review(book, &written, &self.known(book)?, &words))
    }

    /// Names that the workspace knows: its customers, its members, and who is named in the entries of the book.
    fn known(&self, book: &Book) -> Result<Known> {
        let mut persons: Vec<String> = self.members()?.into_iter().map(|member| member.name).collect();
        let words = self.masking_words()?;
        let mut store = self.store();
        let customers = store.terms("customer", CUSTOMERS)?.into_iter().map(|(name, _)| name).collect();
        for source in book.chapters.iter().flat_map(|chapter| &chapter.sources) {
            let Ok(id) = store.find(&source.entry) else { continue };
            let Ok((entry, ..)) = store.read(id) else { continue };
            persons.extend(entry.reviews.into_iter().map(|review| review.reviewer));
            persons.extend(entry.comments.into_iter().map(|comment| comment.by));
            let measures = entry.countermeasures.into_iter();
            persons.extend(measures.flat_map(|measure| [measure.owner, measure.effect.judge]));
        }
        persons.retain(|name| !is_role(name));
        persons.sort();
        persons.dedup();
        Ok(Known { customers, persons, words })
    }
}

/// Owners and judges are roles or names; a role may be published.
fn is_role(name: &str) -> bool {
    ["担当", "運用", "MSP", "チーム", "部", "課", "リーダー", "責任者"].iter().any(|word| name.contains(word))
}
