//! Every word of the index, in memory: a query word is looked for in the words, not in the texts.

use memchr::memmem;
use rusqlite::Connection;

use super::terms;
use crate::Result;

/// Words and names, each between line feeds. 100,000 entries have some megabytes of them.
pub(crate) struct Vocabulary {
    words: String,
    names: String,
    /// The last one's id.
    last: i64,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self { words: "\n".to_owned(), names: "\n".to_owned(), last: 0 }
    }
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
            let word = row.get_ref(1)?.as_str().unwrap_or_default();
            let all = if terms::is_name(word) { &mut self.names } else { &mut self.words };
            all.push_str(word);
            all.push('\n');
        }
        Ok(())
    }

    /// The words that hold `part`, or the names where it is a part of a name; `limit` at most, those that came first (which
    /// are the more frequent). A line feed before the part is where a word begins, one behind it where a word ends.
    pub(crate) fn holding(&self, part: &str, limit: usize) -> Vec<&str> {
        let all = if terms::is_name(part) { &self.names } else { &self.words };
        let mut found = Vec::new();
        // From the line feed before a word.
        let mut from = 0;
        let finder = memmem::Finder::new(part);
        let begins = usize::from(part.starts_with('\n'));
        while found.len() < limit
            && let Some(at) = all.as_bytes().get(from..).and_then(|rest| finder.find(rest))
        {
            let at = from + at + begins;
            let start = all.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            let end = all.get(at..).and_then(|after| after.find('\n')).map_or(all.len(), |line| at + line);
            found.push(all.get(start..end).unwrap_or_default());
            from = end;
        }
        found
    }

    pub(crate) fn holds(&self, part: &str) -> bool {
        memmem::find(self.words.as_bytes(), part.as_bytes()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_beginnings_and_ends_are_told_apart() {
        let vocabulary = Vocabulary {
            words: "\n手順書\n再起動\n旧手順書\n手順書類\n".into(),
            names: "\nec-web\n".into(),
            last: 5,
        };
        let find = |part| vocabulary.holding(part, 9);
        assert_eq!(find("手順書"), ["手順書", "旧手順書", "手順書類"]);
        assert_eq!(find("\n手順書"), ["手順書", "手順書類"]);
        assert_eq!(find("手順書\n"), ["手順書", "旧手順書"]);
        assert_eq!(find("起動"), ["再起動"]);
        assert_eq!(find("c-w"), ["ec-web"]);
        assert_eq!(vocabulary.holding("手順書", 2), ["手順書", "旧手順書"]);
    }
}
