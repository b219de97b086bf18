//! What was published, and what is under way: kept before each request, so that every step is safe to repeat.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was published where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// The document, once there is one.
    pub document: Option<String>,
    /// A document is being made: if it is not found, it was not made.
    pub creating: bool,
    /// The document was made by us, so that its first tab may be ours.
    pub made: bool,
    /// Chapters by id.
    pub chapters: BTreeMap<String, Chapter>,
    /// Pictures by hash.
    pub pictures: BTreeMap<String, Picture>,
}

/// What is known of a chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chapter {
    /// Its tab.
    pub tab: Option<String>,
    /// The title that its tab was given.
    pub title: String,
    /// The title that the book wished for then: another one may have borne it.
    pub wish: String,
    /// Names the last batch that was carried out.
    pub generation: String,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// A batch that was sent, whose outcome is not yet known.
    pub pending: Option<Pending>,
    /// Someone removed its tab, and that is all right.
    pub declined: bool,
}

/// What is known of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Block {
    /// Its id, unique in the chapter.
    pub id: String,
    /// What was published: a hash of the piece as it was rendered.
    pub source: String,
    /// The print of it as read back; `None` counts as edited by someone.
    pub print: Option<String>,
    /// Someone removed it, and that is all right.
    pub declined: bool,
    /// While pending: a hash of the text that it will have, if the batch wrote it or left it as it was published.
    pub text: Option<String>,
}

/// A batch under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// What names the batch in the document.
    pub generation: String,
    /// The title that the tab will have.
    pub title: String,
    /// The title that the book wishes for.
    pub wish: String,
    /// The blocks as they will be.
    pub blocks: Vec<Block>,
}

/// A picture kept beside the document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picture {
    /// The file in Drive; `None` while it is being sent.
    pub file: Option<String>,
    /// It is or may be readable by everyone with its link, and must not stay so.
    pub public: bool,
}

/// Which part of a journal has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The document.
    Document,
    /// A chapter.
    Chapter(String),
    /// A picture.
    Picture(String),
}

/// Keeps a journal where a crash cannot lose it.
pub trait Keeper {
    /// Keeps the changed parts, before the next request is sent.
    ///
    /// # Errors
    /// In the keeper's words; nothing is sent then.
    fn keep(&mut self, journal: &Journal, changed: &[Part]) -> Result<(), String>;
}

impl<F: FnMut(&Journal, &[Part]) -> Result<(), String>> Keeper for F {
    fn keep(&mut self, journal: &Journal, changed: &[Part]) -> Result<(), String> {
        self(journal, changed)
    }
}

/// A short hash of a text.
#[must_use]
pub(super) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..20].to_owned()
}
