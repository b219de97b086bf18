//! The texts of an entry by field, without markup: one row, since search reads many of them whole.
//!
//! They are stored folded, in a code of half the bytes (`search/code.rs`), and beside it how they were written
//! (`search/written.rs`): `folded` has the texts with a byte between them, `written` likewise without one, and `fields`,
//! for each text, a byte that is its field's place in [`FIELDS`], and its lengths in both in LEB128.

use rusqlite::blob::Blob;
use rusqlite::{Connection, MAIN_DB, params};

use crate::Result;
use crate::leb128::{put_number, take_number};
use crate::search::code::SEPARATOR;
use crate::search::written::{put_together, take_apart};

/// Every field that has a text, in the order in which texts are stored.
const FIELDS: [&str; 16] = [
    "alert",
    "applies_to",
    "attachments",
    "comments",
    "countermeasure",
    "customer",
    "escape_cause",
    "lessons",
    "occurrence_cause",
    "overview",
    "problem",
    "runbook",
    "service",
    "tags",
    "timeline",
    "title",
];

/// The row of an entry: made without the database, on any core.
#[derive(Debug, Default)]
pub(crate) struct Row {
    folded: Vec<u8>,
    fields: Vec<u8>,
    written: Vec<u8>,
}

impl Row {
    pub(crate) fn of(texts: &[(&'static str, String)]) -> Self {
        let mut row = Self::default();
        for (number, name) in (0..).zip(FIELDS) {
            for (_, text) in texts.iter().filter(|(field, _)| *field == name) {
                if !row.fields.is_empty() {
                    row.folded.push(SEPARATOR);
                }
                let (folded, written) = (row.folded.len(), row.written.len());
                take_apart(text, &mut row.folded, &mut row.written);
                row.fields.push(number);
                put_number(row.folded.len() - folded, &mut row.fields);
                put_number(row.written.len() - written, &mut row.fields);
            }
        }
        row
    }

    /// The coded texts, each with its field.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        split(&self.fields, &self.folded)
    }
}

/// One text of a row, as it is stored.
struct Part<'a> {
    field: &'static str,
    folded: &'a [u8],
    written: &'a [u8],
}

/// The texts of a row. Bytes that we did not write are read as far as they make sense.
fn parts<'a>(
    mut fields: &'a [u8],
    mut folded: &'a [u8],
    mut written: &'a [u8],
) -> impl Iterator<Item = Part<'a>> {
    std::iter::from_fn(move || {
        let (field, rest) = fields.split_first()?;
        fields = rest;
        let (text, behind) = folded.split_at_checked(take_number(&mut fields)?)?;
        folded = behind.get(1..).unwrap_or_default();
        let (how, behind) = written.split_at(take_number(&mut fields)?.min(written.len()));
        written = behind;
        Some(Part { field: FIELDS.get(usize::from(*field))?, folded: text, written: how })
    })
}

/// The coded texts of a row's `fields` and `folded`, each with its field.
pub(crate) fn split<'a>(
    fields: &'a [u8],
    folded: &'a [u8],
) -> impl Iterator<Item = (&'static str, &'a [u8])> {
    parts(fields, folded, &[]).map(|part| (part.field, part.folded))
}

/// Calls `work` with `fields` and `folded` of an entry's row; `None` where it has none.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn with_row<T>(
    connection: &Connection,
    doc: i64,
    work: impl FnOnce(&[u8], &[u8]) -> T,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached("SELECT fields, folded FROM passage WHERE doc = ?1")?;
    let mut rows = statement.query([doc])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (fields, folded) = (row.get_ref(0)?, row.get_ref(1)?);
    Ok(Some(work(fields.as_blob().unwrap_or_default(), folded.as_blob().unwrap_or_default())))
}

/// Calls `work` with each of `docs` that has a row, and the row's `folded`.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn each(connection: &Connection, docs: &[i64], mut work: impl FnMut(i64, &[u8])) -> Result<()> {
    let mut folded = Vec::new();
    // One handle that goes from row to row: a statement would be begun anew for each.
    let mut last: Option<Blob<'_>> = None;
    for doc in docs.iter().copied() {
        let row = match last.take() {
            Some(mut row) => row.reopen(doc).map(|()| row),
            None => connection.blob_open(MAIN_DB, "passage", "folded", doc, true),
        };
        let Ok(row) = row else {
            // There is none, or this tells what is wrong.
            with_row(connection, doc, |_, folded| work(doc, folded))?;
            continue;
        };
        folded.resize(row.len(), 0);
        row.read_at_exact(&mut folded, 0)?;
        work(doc, &folded);
        last = Some(row);
    }
    Ok(())
}

/// The texts of an entry, by field.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn read(connection: &Connection, doc: i64) -> Result<Vec<(String, String)>> {
    let mut statement =
        connection.prepare_cached("SELECT fields, folded, written FROM passage WHERE doc = ?1")?;
    let mut rows = statement.query([doc])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let blob = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_blob().unwrap_or_default());
    let parts = parts(blob(0)?, blob(1)?, blob(2)?);
    Ok(parts.map(|part| (part.field.to_owned(), put_together(part.folded, part.written))).collect())
}

/// Stores the texts of an entry, in place of those that are there; of none no row.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn write(connection: &Connection, doc: i64, row: &Row) -> Result<()> {
    let Row { folded, fields, written } = row;
    if fields.is_empty() {
        connection.prepare_cached("DELETE FROM passage WHERE doc = ?1")?.execute([doc])?;
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO passage (doc, folded, fields, written) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (doc) DO UPDATE
             SET folded = excluded.folded, fields = excluded.fields, written = excluded.written",
        )?
        .execute(params![doc, folded, fields, written])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection;

    fn empty() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE passage (doc INTEGER PRIMARY KEY, folded, fields, written)";
        connection.execute_batch(table).unwrap();
        connection
    }

    #[test]
    fn texts_of_every_length_are_read_as_they_were_written() {
        let connection = empty();
        let lengths = [1, 42, 43, 5461, 5462, 700_000];
        for (doc, length) in (1..).zip(lengths) {
            let texts = [("title", "テ".repeat(length)), ("alert", "A".to_owned()), ("problem", "順".into())];
            write(&connection, doc, &Row::of(&texts)).unwrap();
            let back = read(&connection, doc).unwrap();
            let mut wanted: Vec<_> = texts.map(|(field, text)| (field.to_owned(), text)).to_vec();
            wanted.sort();
            assert_eq!(back, wanted);
        }
        write(&connection, 1, &Row::of(&[])).unwrap();
        assert_eq!(read(&connection, 1).unwrap(), []);
        assert_eq!(read(&connection, 99).unwrap(), []);
    }

    #[test]
    fn where_there_is_no_row_the_next_is_read() {
        let connection = empty();
        for (doc, text) in [(2, "順"), (3, "テテテ"), (7, "A")] {
            write(&connection, doc, &Row::of(&[("title", text.to_owned())])).unwrap();
        }
        let mut read = Vec::new();
        each(&connection, &[1, 2, 3, 4, 5, 7, 8], |doc, folded| read.push((doc, folded.len()))).unwrap();
        assert_eq!(read, [(2, 2), (3, 3), (7, 1)]);
    }

    #[test]
    fn rows_that_nobody_wrote_end_somewhere() {
        for fields in
            [&[9][..], &[9, 0xff], &[9, 200, 1], &[200, 1, 1], &[9; 40], &[9, 0xff, 0xff, 0xff, 0xff]]
        {
            assert!(parts(fields, b"text", b"written").count() <= 20);
        }
        assert_eq!(
            split(&[9, 2, 0, 10, 1, 9], b"te\0x").collect::<Vec<_>>(),
            [("overview", &b"te"[..]), ("problem", b"x")]
        );
    }

    #[test]
    fn every_field_of_an_entry_has_a_place() {
        let json = serde_json::json!({
            "id": "019aa1b2-0000-7000-8000-000000000001", "title": "a", "customer": "a", "service": "a", "tags": ["a"],
            "alert": {"name": "a"}, "runbook": {"title": "a"}, "applies_to": [{"target": "a"}],
            "sections": {"overview": "a", "problem": "a", "occurrence_cause": "a", "escape_cause": "a", "lessons": "a"},
            "countermeasures": [{"side": "escape", "text": "a"}],
            "timeline": [{"at": "2026-11-14T03:12:00+09:00", "text": "a"}],
            "comments": [{"text": "a", "at": "2026-11-14T03:12:00+09:00"}],
            "attachments": [{"hash": "a".repeat(64), "name": "a", "media_type": "image/png"}],
        });
        let entry = yokoten_model::postmortem::from_json(json, &mut String::new).unwrap();
        let mut named: Vec<&str> = projection::texts(&entry).into_iter().map(|(field, _)| field).collect();
        named.sort_unstable();
        assert_eq!(named, FIELDS);
    }
}
