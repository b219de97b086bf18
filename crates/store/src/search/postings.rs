//! The index's only durable part: which documents hold a term.
//!
//! A row has the documents of one block of 16,384, or, where that would be long, of one of its eight parts: a change
//! writes little, and no row spills over the page of the tree that it stands in. It has three lists, one a tier, each of
//! offsets from the row's first document: where there are few, the distances between them in a Golomb-Rice code (R. F.
//! Rice, "Some Practical Universal Noiseless Coding Techniques", 1979); where that would be longer, a bitmap. Before the
//! lists stand the lengths of the first two, in LEB128. The same documents make the same rows, so a rebuilt index can be
//! compared.

use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use rusqlite::{Connection, params};
use rustc_hash::FxBuildHasher;

use super::{code, terms};
use crate::leb128::{put_number, take_number};
use crate::{Error, Result, passages};

/// Documents in a block.
const BLOCK: usize = 1 << OFFSET;
/// Bits of an offset.
const OFFSET: u32 = 14;
/// Documents in a part of a block.
const PART: usize = BLOCK / PARTS;
const PARTS: usize = 8;
/// Bytes up to which a block is one row. With its term, a row of up to some 1,000 spills nowhere.
const ROW: usize = 900;
/// The first byte of a bitmap. Of a list it is the number of low bits of each distance, at most [`OFFSET`].
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
}

/// Changes to the index, gathered so that each block is read and written once.
#[derive(Default)]
pub(crate) struct Writer {
    /// By character or pair (see [`pack`]): what changed, as [`note`] says it.
    short: HashMap<u64, Vec<u32>, FxBuildHasher>,
    /// Likewise by word.
    words: HashMap<String, Vec<u32>, FxBuildHasher>,
    documents: usize,
    /// The index has nothing yet, and documents come in the order of their numbers: each block is written once.
    anew: bool,
    /// The block of the last document.
    block: i64,
}

/// Where a note's tier and block begin.
const TIER_OF_NOTE: u32 = OFFSET + 1;
const BLOCK_OF_NOTE: u32 = TIER_OF_NOTE + 2;

/// A change of one document (of half a billion at most): its block in the highest bits, the tier, the offset, and in the
/// lowest bit whether it holds the term now.
fn note(tier: Tier, doc: i64, there: bool) -> u32 {
    let doc = u32::try_from(doc).unwrap_or_default();
    doc >> OFFSET << BLOCK_OF_NOTE
        | (tier as u32) << TIER_OF_NOTE
        | u32::from(offset_of(doc)) << 1
        | u32::from(there)
}

fn offset_of(doc: u32) -> u16 {
    (doc & ((1 << OFFSET) - 1)) as u16
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

/// The terms of some texts, each once, in order.
#[derive(Debug, Default)]
struct Terms<'a> {
    short: Vec<u64>,
    words: Vec<&'a str>,
}

impl<'a> Terms<'a> {
    fn of(texts: &[&'a str]) -> Self {
        let mut terms = Self::default();
        for text in texts {
            terms.short.reserve(text.len());
            terms::each(text, |term| {
                let mut chars = term.chars();
                match (chars.next(), chars.next(), chars.next()) {
                    (Some(first), second, None) => terms.short.push(pack(first, second)),
                    _ => terms.words.push(term),
                }
            });
        }
        terms.short.sort_unstable();
        terms.short.dedup();
        terms.words.sort_unstable();
        terms.words.dedup();
        terms
    }
}

/// Every term of a document's texts, the words of a tier with line feeds between: made without the database, on any core.
#[derive(Debug, Default)]
pub(crate) struct AllTerms(Vec<(Tier, Vec<u64>, String)>);

impl AllTerms {
    /// The terms of an entry's texts, which its row has folded already.
    pub(crate) fn of(row: &passages::Row) -> Self {
        let mut texts: [String; 3] = std::array::from_fn(|_| String::new());
        for (field, code) in row.texts() {
            if let Some(text) = texts.get_mut(Tier::of(field) as usize) {
                text.extend(code::chars(code));
                text.push('\n');
            }
        }
        let of_tier = |(tier, text): (Tier, &String)| {
            let Terms { short, words } = Terms::of(&[text]);
            (tier, short, words.join("\n"))
        };
        Self(Tier::ALL.into_iter().zip(&texts).map(of_tier).collect())
    }
}

/// Documents that are gathered before they are written: one block's worth, some 80 MB.
const GATHER: usize = BLOCK;

impl Writer {
    /// Writes an index that has nothing yet, of documents in the order of their numbers.
    pub(crate) fn anew() -> Self {
        Self { anew: true, ..Self::default() }
    }

    /// A document is new.
    pub(crate) fn new_document(&mut self, doc: i64, AllTerms(terms): &AllTerms) {
        for (tier, short, words) in terms {
            let note = note(*tier, doc, true);
            short.iter().for_each(|packed| self.short.entry(*packed).or_default().push(note));
            words.lines().for_each(|word| self.word(word, note));
        }
    }

    fn word(&mut self, word: &str, note: u32) {
        match self.words.get_mut(word) {
            Some(list) => list.push(note),
            None => drop(self.words.insert(word.to_owned(), vec![note])),
        }
    }

    /// One field of a document changed from `old` to `new` (folded); `rest` are the other texts of the same tier, which
    /// may go on holding what this one no longer does.
    pub(crate) fn field(&mut self, doc: i64, tier: Tier, old: &str, new: &str, rest: &[String]) {
        // Only what differs is taken apart; what stays before and behind it is asked term by term.
        let ((before, old_rest), (after, new_rest)) = differing(old, new);
        let (before, after) = (Terms::of(&[before]), Terms::of(&[after]));
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
        for word in before.words.iter().filter(|term| after.words.binary_search(term).is_err()) {
            if gone(word) {
                self.word(word, note(tier, doc, false));
            }
        }
        for word in after.words.iter().filter(|term| before.words.binary_search(term).is_err()) {
            if fresh(word) {
                self.word(word, note(tier, doc, true));
            }
        }
    }

    /// Document `doc` comes next: what was gathered before it is written when it is much.
    pub(crate) fn next(&mut self, connection: &Connection, doc: i64) -> Result<()> {
        let block = doc >> OFFSET;
        let much = if self.anew { block != self.block } else { self.documents >= GATHER };
        if much {
            self.flush(connection)?;
        }
        self.block = block;
        self.documents += 1;
        Ok(())
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// Where the database refuses.
    pub(crate) fn flush(&mut self, connection: &Connection) -> Result<()> {
        self.documents = 0;
        // In the order of the tree, so that neighbours are written together.
        let short = self.short.drain().map(|(packed, list)| (unpack(packed), list));
        let mut changes: Vec<(String, Vec<u32>)> = short.chain(self.words.drain()).collect();
        changes.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if self.anew { write_anew(connection, changes) } else { write(connection, changes) }
    }
}

/// A term and its changes.
type Changes = (String, Vec<u32>);

/// By block, tier and document; of one document's changes the later stay behind the earlier.
fn in_order(list: &mut [u32]) {
    list.sort_by_key(|note| note >> 1);
}

/// The first part of the block of some changes.
fn first_part(changes: &[u32]) -> u32 {
    changes.first().map_or(0, |note| note >> BLOCK_OF_NOTE) * PARTS as u32
}

fn write(connection: &Connection, changes: Vec<Changes>) -> Result<()> {
    let mut read = connection.prepare_cached(
        "SELECT part, docs FROM posting WHERE term = ?1 AND part >= ?2 AND part < ?3 ORDER BY part",
    )?;
    let mut write = connection.prepare_cached(
        "INSERT INTO posting (term, part, docs) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET docs = excluded.docs",
    )?;
    let mut remove = connection.prepare_cached("DELETE FROM posting WHERE term = ?1 AND part = ?2")?;
    for (term, mut list) in changes {
        in_order(&mut list);
        for part in list.chunk_by(|a, b| a >> BLOCK_OF_NOTE == b >> BLOCK_OF_NOTE) {
            let first = first_part(part);
            let there: Vec<(u32, Vec<u8>)> = read
                .query_map(params![term, first, first + PARTS as u32], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            if there.is_empty() {
                learn(connection, &term)?;
            }
            let mut lists = Lists::default();
            there.iter().for_each(|(part, bytes)| lists.add((part - first) as usize * PART, bytes));
            lists.apply(part);
            let rows = lists.rows(first);
            for (part, _) in there.iter().filter(|(part, _)| !rows.iter().any(|row| row.0 == *part)) {
                remove.execute(params![term, part])?;
            }
            for row in rows.iter().filter(|row| !there.contains(row)) {
                write.execute(params![term, row.0, row.1])?;
            }
        }
    }
    Ok(())
}

/// Notes a word for the vocabulary, where it is new.
fn learn(connection: &Connection, term: &str) -> Result<()> {
    if term.chars().nth(2).is_some() {
        connection.prepare_cached("INSERT OR IGNORE INTO word (text) VALUES (?1)")?.execute([term])?;
    }
    Ok(())
}

/// Terms whose rows are made at once, on a core of its own.
const TERMS: usize = 4096;

/// As [`write`], of one block of which nothing is there: rows are made on all cores and written in order.
fn write_anew(connection: &Connection, changes: Vec<Changes>) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut write =
        connection.prepare_cached("INSERT INTO posting (term, part, docs) VALUES (?1, ?2, ?3)")?;
    let rows = |(_, list): &Changes| Lists::of_new(list).rows(first_part(list));
    for some in changes.chunks(TERMS * cores) {
        let made = std::thread::scope(|scope| {
            let parts = some.chunks(TERMS);
            let workers: Vec<_> =
                parts.map(|part| scope.spawn(move || part.iter().map(rows).collect::<Vec<_>>())).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().map_err(|_| Error::damaged("no rows can be made")))
                .collect::<Result<Vec<_>>>()
        })?;
        for ((term, _), rows) in some.iter().zip(made.into_iter().flatten()) {
            learn(connection, term)?;
            for (part, docs) in rows {
                write.execute(params![term, part, docs])?;
            }
        }
    }
    Ok(())
}

/// The documents of one block that hold a term: sorted offsets by tier.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lists([Vec<u16>; 3]);

impl Lists {
    /// Of notes of documents that are all new, in their order.
    fn of_new(notes: &[u32]) -> Self {
        let mut lists = Self::default();
        for note in notes {
            if let Some(docs) = lists.0.get_mut((note >> TIER_OF_NOTE & 3) as usize) {
                docs.push(offset_of(note >> 1));
            }
        }
        lists
    }

    /// Carries out changes, sorted, of which the later hold.
    fn apply(&mut self, changes: &[u32]) {
        for of_tier in changes.chunk_by(|a, b| a >> TIER_OF_NOTE == b >> TIER_OF_NOTE) {
            let tier = of_tier.first().map_or(0, |note| note >> TIER_OF_NOTE & 3);
            if let Some(docs) = self.0.get_mut(tier as usize) {
                *docs = apply(std::mem::take(docs), of_tier);
            }
        }
    }

    /// The rows of the block whose first part has the number `first`.
    fn rows(&self, first: u32) -> Vec<(u32, Vec<u8>)> {
        let whole = self.to_bytes(0, BLOCK);
        let rows = if whole.len() <= ROW {
            vec![(first, whole)]
        } else {
            let parts = (first..).zip((0..BLOCK).step_by(PART));
            parts.map(|(number, from)| (number, self.to_bytes(from, PART))).collect()
        };
        rows.into_iter().filter(|(_, bytes)| bytes.len() > 2).collect()
    }

    /// The lists of the documents `from` on, so many: two bytes where there are none.
    fn to_bytes(&self, from: usize, span: usize) -> Vec<u8> {
        let [title, cause, body] = self.0.each_ref().map(|docs| {
            let at = |offset: usize| docs.partition_point(|doc| usize::from(*doc) < offset);
            let docs = docs.get(at(from)..at(from + span)).unwrap_or_default();
            encode(docs.iter().map(|doc| doc - from as u16), span)
        });
        let mut bytes = Vec::with_capacity(4 + title.len() + cause.len() + body.len());
        [title.len(), cause.len()].into_iter().for_each(|length| put_number(length, &mut bytes));
        [title, cause, body].iter().for_each(|list| bytes.extend_from_slice(list));
        bytes
    }

    /// Adds the documents of a row, behind those that are there.
    fn add(&mut self, from: usize, bytes: &[u8]) {
        for (docs, list) in self.0.iter_mut().zip(split(bytes)) {
            decode(list, |offset| {
                let offset = from + usize::from(offset);
                let follows = docs.last().is_none_or(|last| usize::from(*last) < offset);
                // Rows that we did not write may overlap.
                docs.extend(u16::try_from(offset).ok().filter(|_| follows && offset < BLOCK));
            });
        }
    }
}

/// The three lists of a row.
fn split(bytes: &[u8]) -> [&[u8]; 3] {
    let mut rest = bytes;
    let [title, cause] = std::array::from_fn(|_| take_number(&mut rest).unwrap_or_default());
    let (title, rest) = rest.split_at_checked(title).unwrap_or((rest, &[]));
    let (cause, body) = rest.split_at_checked(cause).unwrap_or((rest, &[]));
    [title, cause, body]
}

/// The sorted offsets `docs` after `changes` of one tier, of which the later hold.
fn apply(docs: Vec<u16>, changes: &[u32]) -> Vec<u16> {
    let offset = |note: u32| offset_of(note >> 1);
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
    // The word that the common part ends with goes on in the other part; one character more makes a pair.
    let run = |chars: &mut dyn Iterator<Item = char>| -> (usize, usize) {
        let Some(mut last) = chars.next() else { return (0, 0) };
        let mut length = last.len_utf8();
        for char in chars {
            if !terms::together(last, char) {
                return (length, char.len_utf8());
            }
            length += char.len_utf8();
            last = char;
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

/// A list of sorted offsets below `span`; of nothing nothing.
fn encode(docs: impl ExactSizeIterator<Item = u16> + DoubleEndedIterator + Clone, span: usize) -> Vec<u8> {
    let Some(last) = docs.clone().next_back() else { return Vec::new() };
    let mean = usize::from(last + 1) / docs.len();
    // The best parameter for a geometric distribution, near enough: the logarithm of ln 2 times its mean.
    let low = (mean * 69 / 100).max(1).ilog2();
    let mut list = vec![u8::try_from(low).unwrap_or_default()];
    let (mut pending, mut bits) = (0_u64, 0_u32);
    let mut next = 0;
    for doc in docs.clone() {
        let distance = u64::from(doc - next);
        next = doc + 1;
        // The high part in ones, a zero, the low bits.
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
        if list.len() > span / 8 {
            let mut map = vec![0; span / 8 + 1];
            map[0] = MAP;
            for doc in docs {
                if let Some(byte) = map.get_mut(1 + usize::from(doc) / 8) {
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

/// Bits that were read ahead: so many stand at the top of `bits`, what comes after them is of no account.
struct Ahead<'a> {
    rest: &'a [u8],
    bits: u64,
    count: u32,
}

impl Ahead<'_> {
    /// Reads ahead where less than a half is there.
    #[inline]
    fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(eight) = self.rest.first_chunk() {
            // The bits of a byte that is not counted yet come again, the same, in the same place.
            self.bits |= u64::from_be_bytes(*eight) >> self.count;
            let bytes = (64 - self.count) / 8;
            self.rest = self.rest.get(bytes as usize..).unwrap_or_default();
            self.count += bytes * 8;
            return;
        }
        while self.count <= 56
            && let Some((byte, rest)) = self.rest.split_first()
        {
            self.bits |= u64::from(*byte) << (56 - self.count);
            self.count += 8;
            self.rest = rest;
        }
    }

    /// Passes over `count` bits, no more than there are.
    #[inline]
    fn pass(&mut self, count: u32) {
        self.bits = self.bits.checked_shl(count).unwrap_or_default();
        self.count -= count;
    }

    /// Takes `count` bits, no more than there are and fewer than 64.
    #[inline]
    fn take(&mut self, count: u32) -> u64 {
        let bits = self.bits >> 1 >> (63 - count);
        self.pass(count);
        bits
    }

    /// The next distance, of so many low bits; `None` at the end.
    #[inline]
    fn distance(&mut self, low: u32) -> Option<u64> {
        self.fill();
        let high = self.bits.leading_ones();
        if high + 1 + low > self.count {
            return self.long_distance(low);
        }
        self.pass(high + 1);
        Some(u64::from(high) << low | self.take(low))
    }

    /// One that may go on behind what was read ahead: few do.
    #[cold]
    fn long_distance(&mut self, low: u32) -> Option<u64> {
        let mut high = 0;
        loop {
            self.fill();
            let ones = self.bits.leading_ones().min(self.count);
            high += u64::from(ones);
            self.pass(ones);
            if self.count > 0 {
                break;
            }
            if self.rest.is_empty() {
                return None;
            }
        }
        // The zero; the low bits are there unless the list is torn.
        self.pass(1);
        self.fill();
        (self.count >= low).then(|| high << low | self.take(low))
    }
}

/// Calls `put` with each offset. Bytes that we did not write are read as far as they make sense.
fn decode(bytes: &[u8], mut put: impl FnMut(u16)) {
    match bytes.split_first() {
        Some((&MAP, map)) => {
            for (at, byte) in map.iter().enumerate().take(BLOCK / 8) {
                let mut left = *byte;
                while left != 0 {
                    put(u16::try_from(at * 8).unwrap_or_default()
                        + u16::try_from(left.trailing_zeros()).unwrap_or_default());
                    left &= left - 1;
                }
            }
        }
        Some((low, list)) => {
            let low = u32::from(*low).min(OFFSET);
            let mut ahead = Ahead { rest: list, bits: 0, count: 0 };
            let mut next = 0;
            while let Some(distance) = ahead.distance(low) {
                let Ok(offset) = u16::try_from(next + distance) else { return };
                if usize::from(offset) >= BLOCK {
                    return;
                }
                put(offset);
                next = u64::from(offset) + 1;
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
    let mut statement = connection.prepare_cached("SELECT part, docs FROM posting WHERE term = ?1")?;
    let mut rows = statement.query([term])?;
    while let Some(row) = rows.next()? {
        let base = row.get::<_, u32>(0)? as usize * PART;
        for (set, list) in found.iter_mut().zip(split(row.get_ref(1)?.as_blob().unwrap_or_default())) {
            union(set, base, list);
        }
    }
    Ok(())
}

/// Adds the documents of a list from document `base` on, a multiple of [`PART`], as far as `set` goes.
fn union(set: &mut FixedBitSet, base: usize, list: &[u8]) {
    let length = set.len();
    let Some((&MAP, map)) = list.split_first() else {
        return decode(list, |offset| {
            let doc = base + usize::from(offset);
            if doc < length {
                set.insert(doc);
            }
        });
    };
    const BITS: usize = usize::BITS as usize;
    let words = set.as_mut_slice().iter_mut().enumerate().skip(base / BITS);
    for ((at, word), bytes) in words.zip(map.chunks(BITS / 8)) {
        let mut more = [0; BITS / 8];
        more.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        let inside = match (at + 1) * BITS {
            end if end <= length => usize::MAX,
            end => usize::MAX >> (end - length),
        };
        *word |= usize::from_le_bytes(more) & inside;
    }
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
        const END: u16 = BLOCK as u16;
        let mut sets: Vec<Vec<u16>> = [1, 2, 3, 7, 50, 254, 255, 256, 1000, 4095, 16_383]
            .into_iter()
            .map(|step| (0..END).step_by(step).collect())
            .collect();
        sets.extend([
            vec![0],
            vec![END - 1],
            vec![0, END - 1],
            (0..40).chain([END - 1]).collect(),
            (END - 90..END).collect(),
            vec![],
        ]);
        for docs in &sets {
            let bytes = encode(docs.iter().copied(), BLOCK);
            let mut back = Vec::new();
            decode(&bytes, |offset| back.push(offset));
            assert_eq!(*docs, back);
            assert!(bytes.len() <= BLOCK / 8 + 1);
        }
        let mut counts = std::collections::BTreeSet::new();
        for tiers in sets.windows(3) {
            let lists = Lists(std::array::from_fn(|tier| tiers[tier].clone()));
            let rows = lists.rows(80);
            let mut back = Lists::default();
            for (part, bytes) in &rows {
                assert!(bytes.len() <= ROW);
                back.add((part - 80) as usize * PART, bytes);
            }
            assert_eq!(back, lists);
            counts.insert(rows.len());
        }
        assert!(counts.contains(&1) && counts.contains(&8), "{counts:?}");
    }

    #[test]
    fn lists_and_bitmaps_are_added_as_far_as_a_set_goes() {
        for step in [1, 2, 5, 300] {
            let list = encode((0..PART as u16).step_by(step), PART);
            for length in [0, 1, PART, PART + 1, PART + 777, 2 * PART, 3 * PART] {
                let mut set = FixedBitSet::with_capacity(length);
                set.extend((0..length).take(3));
                union(&mut set, PART, &list);
                let wanted = (0..3).chain((PART..2 * PART).step_by(step)).filter(|doc| *doc < length);
                assert_eq!(set.ones().collect::<Vec<_>>(), wanted.collect::<Vec<_>>(), "{step} {length}");
                assert_eq!(set.count_ones(..), set.ones().count());
            }
        }
    }

    #[test]
    fn bytes_that_nobody_wrote_end_somewhere() {
        for first in 0..=u8::MAX {
            for rest in [&[][..], &[0xff], &[0x00, 0x00], &[0xff; 600], &[0x00; 600], &[0xa5; 600]] {
                let bytes = [&[first], rest].concat();
                decode(&bytes, |offset| assert!(usize::from(offset) < BLOCK));
                let mut lists = Lists::default();
                lists.add(BLOCK - PART, &bytes);
                assert!(lists.0.iter().flatten().all(|offset| usize::from(*offset) < BLOCK));
                lists.add(0, &bytes);
                lists.rows(0);
            }
        }
    }
}
