//! A deck of a report's questions for Anki: a card each, tagged by its chapter.
//!
//! The package is Anki's own of schema 11 (`collection.anki2` and `media` in a zip file), which every version imports.
//! A card's identity is its chapter and its place there, so importing a later edition renews the cards that are
//! already being learnt, and nobody's progress is lost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Seek, Write};

use rusqlite::{Connection, MAIN_DB, params};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use yokoten_model::report::{Block, Inline, Item, Question, Report, plain};
use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::html::{self, Address};
use super::text::clean;
use super::{Error, Images, Result, chapters, picture_type};

const SCHEMA: &str = include_str!("anki.sql");
const STYLE: &str = include_str!("anki.css");
/// The kind of note, the same in every deck of ours.
const MODEL: i64 = 1_700_000_000_001;
/// Ids are milliseconds since 1970 in Anki; ours are drawn from the ten years before 2017, which it never makes anew.
const FIRST_ID: i64 = 1_160_000_000_000;
const IDS: u64 = 300_000_000_000;

/// Writes the questions of a report as an `.apkg` file. The report's date decides which edition is newer.
///
/// # Errors
/// [`Error::Write`] where `out` takes no more, [`Error::Writer`] where the file cannot be made.
pub fn write<W: Write + Seek>(report: &Report, images: &dyn Images, out: W) -> Result<()> {
    let media = Media { images, names: RefCell::default() };
    let cards = cards(report, &media);
    let collection = collection(report, &cards).map_err(|error| failed(&error))?;
    package(&collection, &media.names.into_inner(), images, out).map_err(|error| match error {
        ZipError::Io(error) => Error::Write(error),
        error => failed(&error),
    })
}

struct Card {
    guid: String,
    tag: String,
    front: String,
    back: String,
}

/// The pictures of the cards: hash → file name.
struct Media<'a> {
    images: &'a dyn Images,
    names: RefCell<BTreeMap<String, String>>,
}

impl Media<'_> {
    fn html(&self, blocks: &[Block]) -> String {
        // A control character would end a field.
        clean(&html::fragment(blocks, &|hash| self.name(hash).map(Address::File)))
    }

    fn name(&self, hash: &str) -> Option<String> {
        let mut names = self.names.borrow_mut();
        if let Some(name) = names.get(hash) {
            return Some(name.clone());
        }
        let kind = picture_type(&self.images.bytes(hash)?)?;
        let extension = kind.trim_start_matches("image/").replace("jpeg", "jpg");
        let short: String = hash.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        let name = format!("yokoten-{short}.{extension}");
        names.insert(hash.to_owned(), name.clone());
        Some(name)
    }
}

fn cards(report: &Report, media: &Media<'_>) -> Vec<Card> {
    let mut chapters = chapters(report).into_iter();
    let (mut id, mut tag) = (String::new(), String::new());
    let (mut cards, mut number) = (Vec::new(), 0);
    for block in &report.blocks {
        match block {
            Block::Heading { level: 1, text, id: named } => {
                id = chapters.next().map_or_else(|| named.clone(), |chapter| chapter.id);
                // A space would end a tag.
                tag = clean(&plain(text)).split_whitespace().collect::<Vec<_>>().join("_");
                number = 0;
            }
            block => questions(block, &mut |question| {
                number += 1;
                cards.push(Card {
                    guid: short(&digest(&[&id, &number.to_string()])),
                    tag: tag.clone(),
                    front: media.html(&asked(question)),
                    back: media.html(&answered(question)),
                });
            }),
        }
    }
    cards
}

/// Questions wherever they stand.
fn questions(block: &Block, found: &mut impl FnMut(&Question)) {
    match block {
        Block::Question(question) => found(question),
        Block::Quote(inner) => inner.iter().for_each(|block| questions(block, found)),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.blocks).for_each(|block| questions(block, found));
        }
        _ => {}
    }
}

fn asked(question: &Question) -> Vec<Block> {
    let mut blocks = question.prompt.clone();
    if !question.choices.is_empty() {
        let items = question.choices.iter().map(|choice| item(choice.text.clone())).collect();
        blocks.push(Block::List { start: None, items });
    }
    blocks
}

fn answered(question: &Question) -> Vec<Block> {
    let right = question.choices.iter().filter(|choice| choice.right);
    let right = right.map(|choice| item(vec![Inline::Strong(choice.text.clone())]));
    let right: Vec<Item> = right.collect();
    let list = (!right.is_empty()).then_some(Block::List { start: None, items: right });
    list.into_iter().chain(question.answer.iter().cloned()).collect()
}

fn item(text: Vec<Inline>) -> Item {
    Item { done: None, blocks: vec![Block::Paragraph(text)] }
}

/// The collection as the bytes of an SQLite file.
fn collection(report: &Report, cards: &[Card]) -> rusqlite::Result<Vec<u8>> {
    let date = chrono::DateTime::parse_from_rfc3339(&report.date).map_or(0, |date| date.timestamp());
    let deck = number(&digest(&["deck", &report.title]));
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
        params![
            date,
            date * 1000,
            json!({"curDeck": deck, "curModel": MODEL.to_string(), "nextPos": cards.len() + 1, "activeDecks": [deck]})
                .to_string(),
            json!({MODEL.to_string(): model(deck, date)}).to_string(),
            json!({"1": self::deck(1, "Default", date), deck.to_string(): self::deck(deck, &report.title, date)})
                .to_string(),
            json!({"1": options()}).to_string(),
        ],
    )?;
    let mut taken = std::collections::HashSet::new();
    for (place, card) in cards.iter().enumerate() {
        let mut id = number(&digest(&["note", &card.guid]));
        while !taken.insert(id) {
            id += 1;
        }
        let check = i64::from_str_radix(&digest(&[&stripped(&card.front)])[..8], 16).unwrap_or_default();
        transaction.execute(
            "INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, ?8, 0, '')",
            params![
                id,
                card.guid,
                MODEL,
                date,
                if card.tag.is_empty() { String::new() } else { format!(" {} ", card.tag) },
                format!("{}\u{1f}{}", card.front, card.back),
                stripped(&card.front),
                check,
            ],
        )?;
        transaction.execute(
            "INSERT INTO cards VALUES (?1, ?1, ?2, 0, ?3, -1, 0, 0, ?4, 0, 0, 0, 0, 0, 0, 0, 0, '')",
            params![id, deck, date, place as i64 + 1],
        )?;
    }
    transaction.commit()?;
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

fn model(deck: i64, date: i64) -> Value {
    let field = |name: &str, ord: usize| json!({"name": name, "ord": ord, "sticky": false, "rtl": false, "font": "sans-serif", "size": 18, "media": []});
    json!({
        "id": MODEL, "name": "Yokoten", "type": 0, "mod": date, "usn": -1, "sortf": 0, "did": deck, "tags": [], "vers": [],
        "flds": [field("Front", 0), field("Back", 1)],
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            "bqfmt": "", "bafmt": "", "did": null}],
        "css": STYLE, "latexPre": "", "latexPost": "", "req": [[0, "any", [0]]],
    })
}

fn deck(id: i64, name: &str, date: i64) -> Value {
    json!({
        // `::` would make decks within decks.
        "id": id, "name": clean(name).replace("::", ":"), "mod": date, "usn": -1, "desc": "", "dyn": 0, "conf": 1, "collapsed": false,
        "browserCollapsed": false, "extendNew": 10, "extendRev": 50,
        "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
    })
}

/// Anki's defaults; an importer keeps the reader's own.
fn options() -> Value {
    json!({
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true, "dyn": false,
        "new": {"bury": false, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1, "perDay": 20},
        "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
    })
}

/// Writes each picture as it is read.
fn package<W: Write + Seek>(
    collection: &[u8],
    names: &BTreeMap<String, String>,
    images: &dyn Images,
    out: W,
) -> ZipResult<()> {
    let mut file = ZipWriter::new(out);
    let options = SimpleFileOptions::default();
    file.start_file("collection.anki2", options)?;
    file.write_all(collection)?;
    let mut listed = serde_json::Map::new();
    for (number, (hash, name)) in names.iter().enumerate() {
        let bytes = images.bytes(hash).ok_or(ZipError::FileNotFound)?;
        // It is as small as it can be.
        file.start_file(number.to_string(), options.compression_method(CompressionMethod::Stored))?;
        file.write_all(&bytes)?;
        listed.insert(number.to_string(), name.as_str().into());
    }
    file.start_file("media", options)?;
    file.write_all(Value::from(listed).to_string().as_bytes())?;
    file.finish().map(drop)
}

/// SHA-1 in hexadecimal digits: what Anki checks its fields by, and what our own ids are drawn from.
fn digest(parts: &[&str]) -> String {
    let mut out = String::new();
    for byte in Sha1::digest(parts.join("\u{1f}").as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// An id of Anki's size from a digest.
fn number(digest: &str) -> i64 {
    let drawn = u64::from_str_radix(digest.get(..12).unwrap_or_default(), 16).unwrap_or_default();
    FIRST_ID + (drawn % IDS) as i64
}

/// A note's name, which is the same in every edition.
fn short(digest: &str) -> String {
    format!("yokoten-{}", digest.get(..20).unwrap_or_default())
}

/// Text without its tags: what Anki sorts and compares notes by.
fn stripped(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    text.trim().to_owned()
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Writer { format: "anki", reason: error.to_string() }
}
