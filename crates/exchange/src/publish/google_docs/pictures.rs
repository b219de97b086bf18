//! Pictures: kept privately beside the document, and readable by all only while Google fetches them.

use super::drive::property;
use super::journal::{Journal, Part, Picture};
use super::piece::Chapter;
use super::plan::{Act, Work};
use super::publisher::{Error, ROUNDS};
use super::requests::Places;
use super::send::Run;
use crate::http;

impl Run<'_, '_> {
    /// Sends the pictures that a chapter's new blocks want; whether any is now readable by all.
    pub(super) fn pictures(&mut self, chapters: &[Chapter], work: &Work) -> Result<bool, Error> {
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
    pub(super) fn close_pictures(&mut self) -> Result<(), Error> {
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
pub(super) struct Kept<'a>(pub(super) &'a Journal);

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
