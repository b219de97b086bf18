//! What a workspace keeps for finding: its own synonyms, and searches that people come back to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_store::search::SYNONYMS;

use crate::{Result, Workspace};

/// A search that people come back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearch {
    /// What people call it.
    pub name: String,
    /// What it asks, as it was typed.
    pub query: String,
}

const SAVED: &str = "searches";

impl Workspace {
    /// Groups of words that mean the same in this workspace: 架電, 電話連絡. A search for one finds the others, below
    /// what it finds by the word itself.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn synonyms(&self) -> Result<Vec<Vec<String>>> {
        self.kept(SYNONYMS)
    }

    /// Changes the synonyms. Words are trimmed; repetitions, and groups of less than two words, are left out.
    ///
    /// # Errors
    /// As any write.
    pub fn set_synonyms(&self, groups: &[Vec<String>]) -> Result<Vec<Vec<String>>> {
        let mut kept: Vec<Vec<String>> = Vec::new();
        for group in groups {
            let mut words: Vec<String> = Vec::new();
            for word in group.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
                if !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
            if words.len() > 1 && !kept.contains(&words) {
                kept.push(words);
            }
        }
        self.keep(SYNONYMS, &kept)?;
        Ok(kept)
    }

    /// The saved searches, in the order in which they were saved.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn saved_searches(&self) -> Result<Vec<SavedSearch>> {
        self.kept(SAVED)
    }

    /// Changes the saved searches. Those without a question are left out; a nameless one is called by its question.
    ///
    /// # Errors
    /// As any write.
    pub fn set_saved_searches(&self, searches: &[SavedSearch]) -> Result<Vec<SavedSearch>> {
        let mut kept: Vec<SavedSearch> = Vec::new();
        for SavedSearch { name, query } in searches {
            let (name, query) = (name.trim(), query.trim());
            let name = if name.is_empty() { query } else { name };
            if !query.is_empty() && !kept.iter().any(|known| known.query == query) {
                kept.push(SavedSearch { name: name.to_owned(), query: query.to_owned() });
            }
        }
        self.keep(SAVED, &kept)?;
        Ok(kept)
    }
}
