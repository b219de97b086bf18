//! Every word of the index, in memory: a query word is looked for in the words, not in the texts.

use memchr::memmem;
use rusqlite::Connection;

use crate::Result;

/// Words, each followed by a line feed. 100,000 entries have some megabytes of them.
#[derive(Default)]
pub(crate) struct Vocabulary {
    text: String,
    /// The last word's id.
    last: i64,
}

impl Vocabulary {
    /// Reads the words that came since.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> Result<()> {
        let mut statement =
            connection.prepare_cached("SELECT id, text FROM word WHERE id > ?1 ORDER BY id")?;
        let mut rows = statement.query([self.last])?;
        while let Some(row) = rows.next()? {
            self.last = row.get(0)?;
            self.text.push_str(row.get_ref(1)?.as_str().unwrap_or_default());
            self.text.push('\n');
        }
        Ok(())
    }

    /// The words that hold `part`, or `None` where they are more than `limit`.
    pub(crate) fn holding(&self, part: &str, limit: usize) -> Option<Vec<&str>> {
        let mut found = Vec::new();
        let mut from = 0;
        let finder = memmem::Finder::new(part);
        while let Some(at) = self.text.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + at;
            let start = self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            let end = self
                .text
                .get(at..)
                .and_then(|after| after.find('\n'))
                .map_or(self.text.len(), |line| at + line);
            if found.len() == limit {
                return None;
            }
            found.push(self.text.get(start..end).unwrap_or_default());
            from = end;
        }
        Some(found)
    }

    pub(crate) fn holds(&self, part: &str) -> bool {
        memmem::find(self.text.as_bytes(), part.as_bytes()).is_some()
    }
}
