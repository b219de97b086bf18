//! The texts of an entry by field, without markup, as they are stored: one row, since search reads many of them whole.
//!
//! `fields` has, for each text, a byte that is its field's place in [`FIELDS`], and its length in bytes in LEB128; `text`
//! has the texts one behind the other.

use rusqlite::{Connection, params};

use crate::Result;

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

/// The one row of an entry.
const ROW: &str = "SELECT fields, text FROM passage WHERE doc = ?1";

/// The texts (in UTF-8) of a row, each with its field. Bytes that we did not write are read as far as they make sense.
pub(crate) fn split<'a>(
    mut fields: &'a [u8],
    mut text: &'a [u8],
) -> impl Iterator<Item = (&'static str, &'a [u8])> + Clone {
    std::iter::from_fn(move || {
        let (field, mut rest) = fields.split_first()?;
        let mut length = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let (byte, behind) = rest.split_first()?;
            rest = behind;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (this, behind) = text.split_at_checked(length)?;
        (fields, text) = (rest, behind);
        Some((*FIELDS.get(usize::from(*field))?, this))
    })
}

/// Calls `work` with the row of an entry, as [`split`] takes it; `None` where it has none.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn with_row<T>(
    connection: &Connection,
    doc: i64,
    work: impl FnOnce(&[u8], &[u8]) -> T,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(ROW)?;
    let mut rows = statement.query([doc])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (fields, text) = (row.get_ref(0)?, row.get_ref(1)?);
    Ok(Some(work(fields.as_blob().unwrap_or_default(), text.as_bytes().unwrap_or_default())))
}

/// Entries between two that are read, so many at most, are passed over by steps: a look from the root takes longer.
const GAP: i64 = 2;

/// Calls `work` with the row of each of `docs` (sorted) that has one.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn each(
    connection: &Connection,
    docs: &[i64],
    mut work: impl FnMut(i64, &[u8], &[u8]),
) -> Result<()> {
    let mut statement = connection
        .prepare_cached("SELECT doc, fields, text FROM passage WHERE doc BETWEEN ?1 AND ?2 ORDER BY doc")?;
    for near in docs.chunk_by(|one, next| next - one <= GAP) {
        let (mut wanted, mut rows) =
            (near.iter().peekable(), statement.query(params![near.first(), near.last()])?);
        while let Some(row) = rows.next()? {
            let doc = row.get(0)?;
            while wanted.next_if(|wanted| **wanted < doc).is_some() {}
            if wanted.next_if_eq(&&doc).is_some() {
                let (fields, text) = (row.get_ref(1)?, row.get_ref(2)?);
                work(doc, fields.as_blob().unwrap_or_default(), text.as_bytes().unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// The texts of an entry, by field.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn read(connection: &Connection, doc: i64) -> Result<Vec<(String, String)>> {
    let texts = with_row(connection, doc, |fields, text| {
        let owned = |part| String::from_utf8_lossy(part).into_owned();
        split(fields, text).map(|(field, part)| (field.to_owned(), owned(part))).collect()
    })?;
    Ok(texts.unwrap_or_default())
}

/// Stores the texts of an entry, in place of those that are there; of none no row.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn write(connection: &Connection, doc: i64, texts: &[(&'static str, String)]) -> Result<()> {
    if texts.is_empty() {
        connection.prepare_cached("DELETE FROM passage WHERE doc = ?1")?.execute([doc])?;
        return Ok(());
    }
    let (mut fields, mut all) = (Vec::new(), String::new());
    for (number, name) in (0..).zip(FIELDS) {
        for (_, text) in texts.iter().filter(|(field, _)| *field == name) {
            fields.push(number);
            let mut length = text.len();
            while length > 0x7f {
                fields.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            fields.push(length as u8);
            all.push_str(text);
        }
    }
    connection
        .prepare_cached(
            "INSERT INTO passage (doc, fields, text) VALUES (?1, ?2, ?3)
             ON CONFLICT (doc) DO UPDATE SET fields = excluded.fields, text = excluded.text",
        )?
        .execute(params![doc, fields, all])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::projection;

    #[test]
    fn texts_of_every_length_are_read_as_they_were_written() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE passage (doc INTEGER PRIMARY KEY, fields, text)").unwrap();
        let lengths = [1, 42, 43, 5461, 5462, 700_000];
        for (doc, length) in (1..).zip(lengths) {
            let texts = [("title", "手".repeat(length)), ("alert", "a".to_owned()), ("problem", "順".into())];
            write(&connection, doc, &texts).unwrap();
            let back = read(&connection, doc).unwrap();
            let mut wanted: Vec<_> = texts.map(|(field, text)| (field.to_owned(), text)).to_vec();
            wanted.sort();
            assert_eq!(back, wanted);
        }
        write(&connection, 1, &[]).unwrap();
        assert_eq!(read(&connection, 1).unwrap(), []);
        assert_eq!(read(&connection, 99).unwrap(), []);
    }

    #[test]
    fn rows_that_nobody_wrote_end_somewhere() {
        for fields in [&[9][..], &[9, 0xff], &[9, 200, 1], &[200, 1], &[9; 40], &[9, 0xff, 0xff, 0xff, 0xff]]
        {
            assert!(split(fields, b"text").count() <= 20);
        }
        assert_eq!(
            split(&[9, 2, 10, 2], b"text").collect::<Vec<_>>(),
            [("overview", &b"te"[..]), ("problem", b"xt")]
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
