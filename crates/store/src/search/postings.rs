//! The index's only durable part: which documents hold a term, in blocks of 4,096 documents.
//!
//! A block is a list of 12-bit offsets: where there are few, the distances between them (one byte below 255, else 255
//! and two bytes); where that would be longer, a bitmap. The same documents make the same bytes, so a rebuilt index
//! can be compared.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use rusqlite::{Connection, OptionalExtension, params};

use super::terms;
use crate::Result;

/// Documents in a block.
pub(crate) const BLOCK: i64 = 4096;
const BITMAP: usize = 4096 / 8;
/// The first byte of a bitmap; of a list it is [`LIST`].
const MAP: u8 = 1;
const LIST: u8 = 0;

/// How much a place says: the lower, the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tier {
    Title,
    /// Causes and lessons.
    Cause,
    Body,
}

impl Tier {
    pub(crate) const ALL: [Self; 3] = [Self::Title, Self::Cause, Self::Body];

    pub(crate) fn of(field: &str) -> Self {
        match field {
            "title" => Self::Title,
            "occurrence_cause" | "escape_cause" | "lessons" => Self::Cause,
            _ => Self::Body,
        }
    }

    fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Title,
            1 => Self::Cause,
            _ => Self::Body,
        }
    }
}

/// Changes to the index, gathered so that each block is read and written once.
#[derive(Default)]
pub(crate) struct Writer {
    /// By term: tier, document, and whether it holds the term now.
    changes: HashMap<String, Vec<(Tier, i64, bool)>>,
    documents: usize,
}

/// Documents that are gathered before they are written: one block's worth, some 30 MB.
const GATHER: usize = 4096;

impl Writer {
    /// One field of a document changed from `old` to `new` (folded); `rest` are the other texts of the same tier, which
    /// may go on holding what this one no longer does.
    pub(crate) fn field(&mut self, doc: i64, tier: Tier, old: &str, new: &str, rest: &[String]) {
        let (before, after) = (distinct(old), distinct(new));
        let gone = |term: &str| !rest.iter().any(|text| holds(text, term));
        let removed =
            before.iter().filter(|term| after.binary_search(term).is_err()).filter(|term| gone(term));
        let added = after.iter().filter(|term| before.binary_search(term).is_err());
        for (term, there) in removed.map(|term| (term, false)).chain(added.map(|term| (term, true))) {
            match self.changes.get_mut(*term) {
                Some(list) => list.push((tier, doc, there)),
                None => drop(self.changes.insert((*term).to_owned(), vec![(tier, doc, there)])),
            }
        }
    }

    /// One document is done; what was gathered is written when it is much.
    pub(crate) fn done(&mut self, connection: &Connection) -> Result<()> {
        self.documents += 1;
        if self.documents >= GATHER { self.flush(connection) } else { Ok(()) }
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// Where the database refuses.
    pub(crate) fn flush(&mut self, connection: &Connection) -> Result<()> {
        self.documents = 0;
        // In the order of the tree, so that neighbours are written together.
        let mut changes: Vec<_> = self.changes.drain().collect();
        changes.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut read = connection
            .prepare_cached("SELECT docs FROM posting WHERE term = ?1 AND tier = ?2 AND block = ?3")?;
        let mut write = connection.prepare_cached(
            "INSERT INTO posting (term, tier, block, docs) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET docs = excluded.docs",
        )?;
        let mut learn = connection.prepare_cached("INSERT OR IGNORE INTO word (text) VALUES (?1)")?;
        for (term, mut list) in changes {
            list.sort_by_key(|(tier, doc, _)| (*tier, *doc));
            for part in list.chunk_by(|(tier, doc, _), (next, other, _)| {
                tier == next && doc.div_euclid(BLOCK) == other.div_euclid(BLOCK)
            }) {
                let Some((tier, first, _)) = part.first().copied() else { continue };
                let block = first.div_euclid(BLOCK);
                let there: Option<Vec<u8>> =
                    read.query_row(params![term, tier as u8, block], |row| row.get(0)).optional()?;
                if there.is_none() && term.chars().nth(2).is_some() {
                    learn.execute([&term])?;
                }
                let mut docs = Vec::new();
                decode(there.as_deref().unwrap_or_default(), |offset| docs.push(offset));
                let docs = apply(docs, part);
                if docs.is_empty() {
                    connection
                        .prepare_cached("DELETE FROM posting WHERE term = ?1 AND tier = ?2 AND block = ?3")?
                        .execute(params![term, tier as u8, block])?;
                } else {
                    write.execute(params![term, tier as u8, block, encode(&docs)])?;
                }
            }
        }
        Ok(())
    }
}

/// The sorted offsets `docs` after `changes`, of which the later hold.
fn apply(docs: Vec<u16>, changes: &[(Tier, i64, bool)]) -> Vec<u16> {
    let mut set = std::collections::BTreeSet::from_iter(docs);
    for (_, doc, there) in changes {
        let offset = u16::try_from(doc.rem_euclid(BLOCK)).unwrap_or_default();
        if *there {
            set.insert(offset)
        } else {
            set.remove(&offset)
        };
    }
    set.into_iter().collect()
}

fn distinct(folded: &str) -> Vec<&str> {
    let mut all = Vec::with_capacity(folded.len());
    terms::each(folded, |term| all.push(term));
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a folded text is indexed under `term`. A longer term is a whole word, so finding it is not enough.
fn holds(folded: &str, term: &str) -> bool {
    if !folded.contains(term) {
        return false;
    }
    if term.chars().nth(2).is_none() {
        return true;
    }
    let mut found = false;
    terms::each(folded, |other| found |= other == term);
    found
}

fn encode(docs: &[u16]) -> Vec<u8> {
    let mut list = vec![LIST];
    let mut last = 0;
    for doc in docs {
        let distance = doc - last;
        match u8::try_from(distance) {
            Ok(short) if short < u8::MAX => list.push(short),
            _ => {
                list.push(u8::MAX);
                list.extend(distance.to_le_bytes());
            }
        }
        last = *doc;
        if list.len() > BITMAP {
            let mut map = vec![0; BITMAP + 1];
            map[0] = MAP;
            for doc in docs {
                if let Some(byte) = map.get_mut(1 + usize::from(*doc) / 8) {
                    *byte |= 1 << (doc % 8);
                }
            }
            return map;
        }
    }
    list
}

/// Calls `put` with each offset. Bytes that we did not write are read as far as they make sense.
fn decode(bytes: &[u8], mut put: impl FnMut(u16)) {
    match bytes.split_first() {
        Some((&MAP, map)) => {
            for (at, byte) in map.iter().enumerate().take(BITMAP) {
                let mut left = *byte;
                while left != 0 {
                    put(u16::try_from(at * 8).unwrap_or_default()
                        + u16::try_from(left.trailing_zeros()).unwrap_or_default());
                    left &= left - 1;
                }
            }
        }
        Some((_, list)) => {
            let mut last = 0_u16;
            let mut bytes = list.iter();
            while let Some(byte) = bytes.next() {
                let distance = if *byte == u8::MAX {
                    let (Some(low), Some(high)) = (bytes.next(), bytes.next()) else { return };
                    u16::from_le_bytes([*low, *high])
                } else {
                    u16::from(*byte)
                };
                last = last.saturating_add(distance);
                put(last);
            }
        }
        None => {}
    }
}

/// Adds the documents that hold a term to `found`, by tier.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn read(connection: &Connection, term: &str, found: &mut [FixedBitSet; 3]) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT tier, block, docs FROM posting WHERE term = ?1")?;
    let mut rows = statement.query([term])?;
    while let Some(row) = rows.next()? {
        let (tier, block): (u8, i64) = (row.get(0)?, row.get(1)?);
        let Some(set) = found.get_mut(Tier::from_number(tier) as usize) else { continue };
        let Ok(base) = usize::try_from(block * BLOCK) else { continue };
        decode(row.get_ref(2)?.as_blob().unwrap_or_default(), |offset| {
            let doc = base + usize::from(offset);
            if doc < set.len() {
                set.insert(doc);
            }
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_every_density_read_back() {
        for step in [1, 2, 3, 7, 50, 254, 255, 256, 1000, 4095] {
            let docs: Vec<u16> = (0..4096).step_by(step).collect();
            let bytes = encode(&docs);
            let mut back = Vec::new();
            decode(&bytes, |offset| back.push(offset));
            assert_eq!(docs, back);
            assert!(bytes.len() <= BITMAP + 1);
        }
        decode(&[LIST, 255, 1], |_| panic!("a torn list holds nothing"));
    }
}
