//! What one would do without an index of one's own, in a database beside it: `LIKE`, and FTS5's trigrams.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params_from_iter};
use yokoten_store::search::{Scan, Searcher};

use crate::Outcome;

/// The same texts, one row an entry, and a trigram index over them.
pub(crate) struct Baselines(Connection);

impl Baselines {
    /// Made once beside the workspace.
    pub(crate) fn of(workspace: &Path) -> Outcome<Self> {
        let path = workspace.join("baselines.db");
        if !path.exists() {
            eprintln!("  writing the baselines' tables, once");
            let making = path.with_extension("making");
            let _ = std::fs::remove_file(&making);
            let connection = Connection::open(&making)?;
            connection
                .execute_batch("BEGIN; CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")?;
            let mut texts = Vec::new();
            Scan::each_entry(&mut Searcher::open(workspace)?, |doc, entry| {
                texts.push((doc, entry.join("\n")));
            })?;
            for row in texts {
                connection.prepare_cached("INSERT INTO entry (id, text) VALUES (?1, ?2)")?.execute(row)?;
            }
            connection.execute_batch(
                "CREATE VIRTUAL TABLE trigram USING fts5 (text, content = 'entry', content_rowid = 'id', tokenize = 'trigram');
                 INSERT INTO trigram (trigram) VALUES ('rebuild');
                 COMMIT;",
            )?;
            drop(connection);
            std::fs::rename(&making, &path)?;
        }
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "cache_size", -16_000)?;
        Ok(Self(connection))
    }

    /// Bytes of all texts in UTF-8.
    pub(crate) fn bytes(&self) -> Outcome<i64> {
        Ok(self.0.query_row("SELECT sum(octet_length(text)) FROM entry", [], |row| row.get(0))?)
    }

    /// The newest 20 that hold every word.
    pub(crate) fn like(&self, words: &[&str]) -> Outcome<usize> {
        let places = vec!["text LIKE '%' || ? || '%'"; words.len()].join(" AND ");
        let sql = format!("SELECT substr(text, 1, 120) FROM entry WHERE {places} ORDER BY id DESC LIMIT 20");
        self.rows(&sql, words)
    }

    /// The best 20 by trigrams; what is shorter than three characters by `LIKE` among them.
    pub(crate) fn trigram(&self, words: &[&str]) -> Outcome<usize> {
        let (long, short): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.chars().count() >= 3);
        if long.is_empty() {
            return self.like(words);
        }
        let matching = long
            .iter()
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(" ");
        let places: String = short.iter().map(|_| " AND text LIKE '%' || ? || '%'").collect();
        let sql = format!(
            "SELECT snippet(trigram, 0, '<mark>', '</mark>', '…', 40) FROM trigram WHERE trigram MATCH ?{places} ORDER BY rank LIMIT 20"
        );
        let arguments: Vec<&str> = std::iter::once(matching.as_str()).chain(short).collect();
        self.rows(&sql, &arguments)
    }

    fn rows(&self, sql: &str, arguments: &[&str]) -> Outcome<usize> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(arguments))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += usize::from(!row.get_ref(0)?.as_str()?.is_empty());
        }
        Ok(count)
    }
}
