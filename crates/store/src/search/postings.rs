//! The index's only durable part: which documents hold a term, in blocks of 4,096 documents.
//!
//! A block is a list of 12-bit offsets: where there are few, the distances between them in a Golomb-Rice code (R. F. Rice,
//! "Some Practical Universal Noiseless Coding Techniques", 1979); where that would be longer, a bitmap. The same
//! documents make the same bytes, so a rebuilt index can be compared.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxBuildHasher;

use super::fold::script;
use super::terms;
use crate::Result;

/// Documents in a block.
pub(crate) const BLOCK: i64 = 4096;
const BITMAP: usize = 4096 / 8;
/// Where a note's tier and block begin, see [`note`].
const BLOCK_OF_NOTE: u32 = BLOCK.trailing_zeros() + 1;
/// The first byte of a bitmap. Of a list it is the number of low bits of each distance, at most 12.
const MAP: u8 = 0xff;

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
    /// By character or pair (see [`pack`]): what changed, as [`note`] says it.
    short: HashMap<u64, Vec<u64>, FxBuildHasher>,
    /// Likewise by word.
    words: HashMap<String, Vec<u64>, FxBuildHasher>,
    documents: usize,
}

/// A change of one document: its tier in the highest bits, the document, and in the lowest bit whether it holds the
/// term now.
fn note(tier: Tier, doc: i64, there: bool) -> u64 {
    (tier as u64) << 62 | (doc.cast_unsigned() << 2 >> 1) | u64::from(there)
}

/// A character, or a pair, as one number that sorts fast.
fn pack(first: char, second: Option<char>) -> u64 {
    u64::from(u32::from(first)) << 32 | second.map_or(0, |second| u64::from(u32::from(second)) + 1)
}

fn unpack(packed: u64) -> String {
    let part = |part: u64| u32::try_from(part).ok().and_then(char::from_u32);
    let second = (packed & 0xffff_ffff).checked_sub(1);
    part(packed >> 32).into_iter().chain(second.and_then(part)).collect()
}

/// The terms of a text, each once, in order.
#[derive(Default)]
struct Terms<'a> {
    short: Vec<u64>,
    words: Vec<&'a str>,
}

impl<'a> Terms<'a> {
    fn of(folded: &'a str) -> Self {
        let mut terms = Self { short: Vec::with_capacity(folded.len()), words: Vec::new() };
        terms::each(folded, |term| {
            let mut chars = term.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(first), second, None) => terms.short.push(pack(first, second)),
                _ => terms.words.push(term),
            }
        });
        terms.short.sort_unstable();
        terms.short.dedup();
        terms.words.sort_unstable();
        terms.words.dedup();
        terms
    }
}

/// Documents that are gathered before they are written: one block's worth, some 30 MB.
const GATHER: usize = 4096;

impl Writer {
    /// One field of a document changed from `old` to `new` (folded); `rest` are the other texts of the same tier, which
    /// may go on holding what this one no longer does.
    pub(crate) fn field(&mut self, doc: i64, tier: Tier, old: &str, new: &str, rest: &[String]) {
        // Only what differs is taken apart; what stays before and behind it is asked term by term.
        let ((before, old_rest), (after, new_rest)) = differing(old, new);
        let (before, after) = (Terms::of(before), Terms::of(after));
        let gone = |term: &str| {
            !new_rest.iter().copied().chain(rest.iter().map(String::as_str)).any(|text| holds(text, term))
        };
        let fresh = |term: &str| !old_rest.iter().any(|text| holds(text, term));
        for packed in before.short.iter().filter(|term| after.short.binary_search(term).is_err()) {
            if gone(&unpack(*packed)) {
                self.short.entry(*packed).or_default().push(note(tier, doc, false));
            }
        }
        for packed in after.short.iter().filter(|term| before.short.binary_search(term).is_err()) {
            if old_rest.is_empty() || fresh(&unpack(*packed)) {
                self.short.entry(*packed).or_default().push(note(tier, doc, true));
            }
        }
        let mut put = |word: &str, there: bool| match self.words.get_mut(word) {
            Some(list) => list.push(note(tier, doc, there)),
            None => drop(self.words.insert(word.to_owned(), vec![note(tier, doc, there)])),
        };
        for word in before.words.iter().filter(|term| after.words.binary_search(term).is_err()) {
            if gone(word) {
                put(word, false);
            }
        }
        for word in after.words.iter().filter(|term| before.words.binary_search(term).is_err()) {
            if fresh(word) {
                put(word, true);
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
        let short = self.short.drain().map(|(packed, list)| (unpack(packed), list));
        let mut changes: Vec<(String, Vec<u64>)> = short.chain(self.words.drain()).collect();
        changes.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut read = connection
            .prepare_cached("SELECT docs FROM posting WHERE term = ?1 AND tier = ?2 AND block = ?3")?;
        let mut write = connection.prepare_cached(
            "INSERT INTO posting (term, tier, block, docs) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET docs = excluded.docs",
        )?;
        let mut learn = connection.prepare_cached("INSERT OR IGNORE INTO word (text) VALUES (?1)")?;
        for (term, mut list) in changes {
            // By tier and document; of one document's changes the later stay behind the earlier.
            list.sort_by_key(|note| note >> 1);
            for part in list.chunk_by(|a, b| a >> BLOCK_OF_NOTE == b >> BLOCK_OF_NOTE) {
                let Some(first) = part.first().copied() else { continue };
                let (tier, block) = (first >> 62, (first << 2 >> 2 >> BLOCK_OF_NOTE).cast_signed());
                let there: Option<Vec<u8>> =
                    read.query_row(params![term, tier.cast_signed(), block], |row| row.get(0)).optional()?;
                if there.is_none() && term.chars().nth(2).is_some() {
                    learn.execute([&term])?;
                }
                let mut docs = Vec::new();
                decode(there.as_deref().unwrap_or_default(), |offset| docs.push(offset));
                let docs = apply(docs, part);
                if docs.is_empty() {
                    connection
                        .prepare_cached("DELETE FROM posting WHERE term = ?1 AND tier = ?2 AND block = ?3")?
                        .execute(params![term, tier.cast_signed(), block])?;
                } else {
                    write.execute(params![term, tier.cast_signed(), block, encode(&docs)])?;
                }
            }
        }
        Ok(())
    }
}

/// The sorted offsets `docs` after `changes` (sorted by document), of which the later hold.
fn apply(docs: Vec<u16>, changes: &[u64]) -> Vec<u16> {
    let offset = |note: u64| u16::try_from(note >> 1 & (BLOCK.cast_unsigned() - 1)).unwrap_or_default();
    let mut merged = Vec::with_capacity(docs.len() + changes.len());
    let mut docs = docs.into_iter().peekable();
    for of_one in changes.chunk_by(|a, b| a >> 1 == b >> 1) {
        let Some(last) = of_one.last().copied() else { continue };
        while let Some(doc) = docs.next_if(|doc| *doc < offset(last)) {
            merged.push(doc);
        }
        docs.next_if_eq(&offset(last));
        if last & 1 == 1 {
            merged.push(offset(last));
        }
    }
    merged.extend(docs);
    merged
}

/// A text's part that differs from another's, and the parts around it that do not.
type Parts<'a> = (&'a str, Vec<&'a str>);

/// The parts of two texts that differ, widened to whole words and one character more on each side: whatever term one
/// text holds and the other does not lies within.
fn differing<'a>(old: &'a str, new: &'a str) -> (Parts<'a>, Parts<'a>) {
    let same = old
        .chars()
        .zip(new.chars())
        .take_while(|(a, b)| a == b)
        .map(|(char, _)| char.len_utf8())
        .sum::<usize>();
    let most = old.len().min(new.len()) - same;
    let mut behind = 0;
    for (a, b) in old.chars().rev().zip(new.chars().rev()) {
        if a != b || behind + a.len_utf8() > most {
            break;
        }
        behind += a.len_utf8();
    }
    // The run of one script that the common part ends with goes on in the other part; one character more makes a pair.
    let run = |chars: &mut dyn Iterator<Item = char>| -> (usize, usize) {
        let Some(first) = chars.next() else { return (0, 0) };
        let mut length = first.len_utf8();
        for char in chars {
            if script(char) != script(first) {
                return (length, char.len_utf8());
            }
            length += char.len_utf8();
        }
        (length, 0)
    };
    let (whole, more) = run(&mut old.get(..same).unwrap_or_default().chars().rev());
    // What stays keeps the character, which may end a word of its own.
    let (kept_to, start) = (same - whole, same - whole - more);
    let (whole, more) = run(&mut old.get(old.len() - behind..).unwrap_or_default().chars());
    let (kept_from, end) = (behind - whole, behind - whole - more);
    let part = |text: &'a str| {
        let around = [text.get(..kept_to), text.get(text.len() - kept_from..)];
        let around = around.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        (text.get(start..text.len() - end).unwrap_or_default(), around)
    };
    (part(old), part(new))
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
    let mean = usize::from(docs.last().copied().unwrap_or_default() + 1) / docs.len().max(1);
    // The best parameter for a geometric distribution, near enough: the logarithm of ln 2 times its mean.
    let low = (mean * 69 / 100).max(1).ilog2();
    let mut list = vec![u8::try_from(low).unwrap_or_default()];
    let (mut pending, mut bits) = (0_u64, 0_u32);
    let mut next = 0;
    for doc in docs {
        let distance = u64::from(doc - next);
        next = doc + 1;
        // The high part in ones, a zero, the low bits; 4,096 ones at most.
        let mut ones = distance >> low;
        let mut write = |value: u64, count: u32| {
            pending = pending << count | value;
            bits += count;
            while bits >= 8 {
                bits -= 8;
                list.push((pending >> bits & 0xff) as u8);
            }
        };
        while ones >= 32 {
            write(0xffff_ffff, 32);
            ones -= 32;
        }
        let ones = u32::try_from(ones).unwrap_or_default();
        write(((1 << ones) - 1) << 1, ones + 1);
        write(distance & ((1 << low) - 1), low);
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
    if bits > 0 {
        // Filled with ones, which never end a distance.
        let fill = 8 - bits;
        list.push(((pending << fill | ((1 << fill) - 1)) & 0xff) as u8);
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
        Some((low, list)) => {
            let low = u32::from(*low).min(12);
            let mut bytes = list.iter();
            // The bits that were read ahead stand at the top.
            let (mut ahead, mut bits) = (0_u64, 0_u32);
            let mut next = 0_u64;
            loop {
                let mut high = 0;
                loop {
                    while bits <= 56
                        && let Some(byte) = bytes.next()
                    {
                        ahead |= u64::from(*byte) << (56 - bits);
                        bits += 8;
                    }
                    let ones = ahead.leading_ones().min(bits);
                    high += u64::from(ones);
                    (ahead, bits) = (ahead.checked_shl(ones).unwrap_or_default(), bits - ones);
                    if bits > 0 {
                        break;
                    }
                    if bytes.len() == 0 {
                        return;
                    }
                }
                // The zero; the low bits lie within what was read ahead unless the list is torn.
                (ahead, bits) = (ahead << 1, bits - 1);
                if bits < low {
                    while bits <= 56
                        && let Some(byte) = bytes.next()
                    {
                        ahead |= u64::from(*byte) << (56 - bits);
                        bits += 8;
                    }
                }
                if bits < low {
                    return;
                }
                let doc = next + (high << low | if low == 0 { 0 } else { ahead >> (64 - low) });
                (ahead, bits) = (ahead << low, bits - low);
                let Ok(offset) = u16::try_from(doc) else { return };
                if offset >= 4096 {
                    return;
                }
                put(offset);
                next = doc + 1;
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
    fn what_differs_is_taken_apart_with_whole_words_around_it() {
        let (old, new) = differing("手順ノ再起動対象ヲ見ル", "手順ノ再起動台帳ヲ見ル");
        assert_eq!(old, ("ノ再起動対象ヲ見", vec!["手順ノ", "見ル"]));
        assert_eq!(new, ("ノ再起動台帳ヲ見", vec!["手順ノ", "見ル"]));
        assert_eq!(differing("", "見ル"), (("", vec![]), ("見ル", vec![])));
        assert_eq!(differing("見ル", "見ル見ル").1.0, "見ル見ル");
    }

    #[test]
    fn blocks_of_every_density_read_back() {
        let mut sets: Vec<Vec<u16>> = [1, 2, 3, 7, 50, 254, 255, 256, 1000, 4095]
            .into_iter()
            .map(|step| (0..4096).step_by(step).collect())
            .collect();
        sets.extend([
            vec![0],
            vec![4095],
            vec![0, 4095],
            (0..40).chain([4095]).collect(),
            (4000..4096).collect(),
            vec![],
        ]);
        for docs in sets {
            let bytes = encode(&docs);
            let mut back = Vec::new();
            decode(&bytes, |offset| back.push(offset));
            assert_eq!(docs, back);
            assert!(bytes.len() <= BITMAP + 1);
        }
    }

    #[test]
    fn bytes_that_nobody_wrote_end_somewhere() {
        for first in 0..=u8::MAX {
            for rest in [&[][..], &[0xff], &[0x00, 0x00], &[0xff; 600], &[0x00; 600], &[0xa5; 600]] {
                decode(&[&[first], rest].concat(), |offset| assert!(offset < 4096));
            }
        }
    }
}
