//! Masking (匿名化): finding what tells too much, and putting a role in its place everywhere.
//!
//! A hit is one text, not one place: the same name gets the same mask throughout a book, however it is spelled (width,
//! case and spaces make no difference). What is scanned and masked is the frozen report, so that nothing can be
//! published that was not looked at: titles, captions and addresses of links included.

mod fold;
mod patterns;
mod visit;

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::book::{Book, Mask};
use crate::markdown;
use crate::postmortem::choices;
use crate::report::{Block, Labels, Report};
use fold::Folded;
use patterns::Span;

choices!(
    /// What a text may tell.
    HitKind {
        /// Whose system it is.
        Customer = "customer",
        /// Who it was.
        Person = "person",
        /// A word of the workspace's own list.
        Word = "word",
        /// A mail address.
        Mail = "mail",
        /// A telephone number.
        Phone = "phone",
        /// An IP address.
        Ip = "ip",
        /// An account's number.
        Account = "account",
        /// The name of a cloud resource.
        Arn = "arn",
        /// The name of a host.
        Host = "host",
        /// A token, key or password.
        Token = "token",
    }
);

/// How many letters of context a place shows on each side.
const CONTEXT: usize = 24;

/// What the workspace knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Names of customers.
    pub customers: Vec<String>,
    /// Names of persons.
    pub persons: Vec<String>,
    /// The workspace's own list.
    pub words: Vec<String>,
}

/// One text that may tell too much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "MaskHit")]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// The text, as it stands at its first place.
    pub text: String,
    /// What stands in its place: as it was decided, else a proposal.
    pub mask: String,
    /// It may be published as it is.
    pub keep: bool,
    /// A person has decided.
    pub reviewed: bool,
    /// Where it stands, in reading order.
    pub places: Vec<Place>,
}

/// One place of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Place {
    /// The chapter's id, or empty on the title page.
    pub chapter: String,
    /// The text before it, shortened.
    pub before: String,
    /// The text itself, as it is spelled there.
    pub text: String,
    /// The text after it, shortened.
    pub after: String,
}

/// One picture: what it shows can only be judged by eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Picture {
    /// The attachment's hash.
    pub hash: String,
    /// Its caption.
    pub caption: String,
    /// The chapter's id.
    pub chapter: String,
    /// A person has looked at it.
    pub reviewed: bool,
}

/// Everything to look at before a book is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Review {
    /// The hits, in reading order.
    pub hits: Vec<Hit>,
    /// The pictures, in reading order.
    pub images: Vec<Picture>,
}

impl Review {
    /// How many hits and pictures nobody has decided about.
    #[must_use]
    pub fn open(&self) -> usize {
        self.hits.iter().filter(|hit| !hit.reviewed).count()
            + self.images.iter().filter(|image| !image.reviewed).count()
    }
}

/// Looks through a book. `report` is its frozen form before masking, see [`crate::report::book`].
#[must_use]
pub fn review(book: &Book, report: &Report, known: &Known, labels: &dyn Labels) -> Review {
    let mut names = patterns::Names::new(known);
    names.extend(book.masks.iter().map(|mask| (mask.text.as_str(), mask.kind)));
    let mut report = report.clone();
    // A name that is known by its form at one place (佐伯さん) is a name at all others, too.
    let (first, _) = scan(book, &mut report, &names);
    names.extend(first.order.iter().map(|hit| (hit.text.as_str(), hit.kind)));
    let (found, images) = scan(book, &mut report, &names);
    Review { hits: found.named(book, &report, labels), images }
}

fn scan(book: &Book, report: &mut Report, names: &patterns::Names) -> (Found, Vec<Picture>) {
    let mut found = Found::default();
    let mut images = Vec::new();
    let mut titles: Vec<String> = Vec::new();
    visit::titles(report, &mut |text| {
        if !titles.iter().any(|title| title == text) {
            found.scan("", text, names);
            titles.push(text.to_owned());
        }
    });
    let mut chapter = String::new();
    for block in &mut report.blocks {
        if let Block::Heading { level: 1, id, .. } = block {
            chapter.clone_from(id);
        }
        visit::images(block, &mut |hash, caption| {
            if !images.iter().any(|image: &Picture| image.hash == hash) {
                images.push(Picture {
                    hash: hash.to_owned(),
                    caption: caption.to_owned(),
                    chapter: chapter.clone(),
                    reviewed: book.images.iter().any(|seen| seen.hash == hash),
                });
            }
        });
        visit::texts(block, &mut |run| {
            let text: String = run.iter().map(|part| part.as_str()).collect();
            found.scan(&chapter, &text, names);
        });
        visit::addresses(block, &mut |url| {
            found.scan(&chapter, &decoded(url), names);
            false
        });
    }
    (found, images)
}

/// Hits by the form in which they are compared.
#[derive(Default)]
struct Found {
    order: Vec<Hit>,
    by_form: HashMap<String, usize>,
}

impl Found {
    fn scan(&mut self, chapter: &str, text: &str, names: &patterns::Names) {
        let folded = Folded::new(text);
        for Span { range, kind } in patterns::settle(patterns::spans(&folded, names)) {
            let shown = folded.original(&range);
            let form = fold::form(&shown);
            let index = *self.by_form.entry(form).or_insert_with(|| {
                self.order.push(Hit {
                    kind,
                    text: shown.clone(),
                    mask: String::new(),
                    keep: false,
                    reviewed: false,
                    places: Vec::new(),
                });
                self.order.len() - 1
            });
            let (before, after) = folded.around(&range, CONTEXT);
            if let Some(hit) = self.order.get_mut(index) {
                hit.places.push(Place { chapter: chapter.to_owned(), before, text: shown, after });
            }
        }
    }

    /// Gives every hit its mask: what was decided, else the next free one of its kind.
    fn named(self, book: &Book, report: &Report, labels: &dyn Labels) -> Vec<Hit> {
        let decided: HashMap<String, &Mask> =
            book.masks.iter().map(|mask| (fold::form(&mask.text), mask)).collect();
        let mut taken: Vec<String> = book.masks.iter().map(|mask| mask.mask.clone()).collect();
        let secret: Vec<String> = self.order.iter().map(|hit| fold::form(&hit.text)).collect();
        let said = fold::form(&visit::all_text(report));
        let mut hits = self.order;
        // One company, more or less of whose name is said, is one company.
        let mut companies: Vec<(String, String)> = Vec::new();
        for hit in &mut hits {
            let own = fold::form(&hit.text);
            let company = hit.kind == HitKind::Customer;
            let kin = |(name, _): &&(String, String)| name.contains(&own) || own.contains(name.as_str());
            if let Some(mask) = decided.get(&own) {
                (hit.mask, hit.keep, hit.reviewed) = (mask.mask.clone(), mask.keep, true);
            } else if let Some((_, mask)) = companies.iter().find(kin).filter(|_| company) {
                hit.mask.clone_from(mask);
            }
            if !hit.mask.is_empty() || hit.reviewed {
                if company && !hit.keep {
                    companies.push((own, hit.mask.clone()));
                }
                continue;
            }
            let pattern = labels.label(&format!("mask.{}", hit.kind.as_str()));
            // A mask tells nothing of any hit, and means nothing else that is said in the book.
            let free = |mask: &String| {
                let form = fold::form(mask);
                !taken.contains(mask)
                    && !secret.iter().any(|secret| form.contains(secret.as_str()))
                    && (own.contains(&form) || !said.contains(&form))
            };
            let proposals = (0..).map(|index| {
                pattern.replace("{letter}", &letters(index)).replace("{n}", &(index + 1).to_string())
            });
            // Where a name is a role already (顧客A社), its own letter.
            let like = |mask: &String| own.ends_with(fold::form(mask).as_str());
            let own_letter = proposals.clone().take(26).find(|mask| like(mask) && free(mask));
            let limit = taken.len() + said.len() + 2;
            let chosen = own_letter.or_else(|| proposals.take(limit).find(free));
            hit.mask = chosen.unwrap_or_else(|| "■".to_owned());
            taken.push(hit.mask.clone());
            if company {
                companies.push((own, hit.mask.clone()));
            }
        }
        hits
    }
}

/// A, B … Z, AA, AB …
fn letters(index: usize) -> String {
    let (rest, letter) = (index / 26, index % 26);
    let letter = char::from(b'A' + u8::try_from(letter).unwrap_or_default());
    if rest == 0 { letter.to_string() } else { format!("{}{letter}", letters(rest - 1)) }
}

/// What is put in place of what, everywhere at once.
pub struct Masks {
    search: Option<AhoCorasick>,
    pairs: Vec<(String, String)>,
}

impl std::fmt::Debug for Masks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the texts: this may end in a log.
        f.debug_struct("Masks").field("count", &self.pairs.len()).finish_non_exhaustive()
    }
}

impl Masks {
    /// The masks of a review; what is still to be decided about is masked as it is proposed.
    #[must_use]
    pub fn of(review: &Review) -> Self {
        let pairs: Vec<(String, String)> = review
            .hits
            .iter()
            .filter(|hit| !hit.keep)
            .map(|hit| (fold::form(&hit.text), hit.mask.clone()))
            .filter(|(form, _)| !form.is_empty())
            .collect();
        let forms = pairs.iter().map(|(form, _)| form);
        Self { search: AhoCorasick::new(forms).ok().filter(|_| !pairs.is_empty()), pairs }
    }

    /// The text with its masks.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        self.run(&mut [&mut text]);
        text
    }

    /// Whether anything in the text is masked.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        !self.matches(&Folded::new(text)).is_empty()
    }

    /// The places to mask, as ranges of the folded text, and with what.
    fn matches(&self, folded: &Folded) -> Vec<(std::ops::Range<usize>, &str)> {
        let Some(search) = &self.search else { return Vec::new() };
        let (text, starts) = folded.lower();
        let letter = |byte: usize| starts.binary_search(&byte).unwrap_or_else(|next| next);
        let mut found: Vec<(std::ops::Range<usize>, &str)> = search
            .find_overlapping_iter(&text)
            .filter_map(|found| {
                let range = letter(found.start())..letter(found.end());
                let (_, mask) = self.pairs.get(found.pattern().as_usize())?;
                folded.stands_alone(&range).then_some((range, mask.as_str()))
            })
            .collect();
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        found.retain(|(range, _)| {
            let free = range.start >= end;
            if free {
                end = range.end;
            }
            free
        });
        found
    }

    /// Masks a run of texts that are read as one: a name may begin in one and end in another.
    fn run(&self, run: &mut [&mut String]) {
        let whole: String = run.iter().map(|part| part.as_str()).collect();
        let folded = Folded::new(&whole);
        // From the back, so that earlier places stay true.
        for (range, mask) in self.matches(&folded).into_iter().rev() {
            let bytes = folded.bytes(&range);
            let mut start = 0;
            let mut said = false;
            let lengths: Vec<usize> = run.iter().map(|part| part.len()).collect();
            let mut edits = Vec::new();
            for (index, length) in lengths.into_iter().enumerate() {
                let (from, to) = (bytes.start.max(start), bytes.end.min(start + length));
                if from < to {
                    edits.push((index, from - start..to - start, if said { "" } else { mask }));
                    said = true;
                }
                start += length;
            }
            for (index, range, mask) in edits {
                if let Some(part) = run.get_mut(index) {
                    part.replace_range(range, mask);
                }
            }
        }
    }

    /// Masks a report: every text, caption, property and name in it. A link whose address tells too much becomes its
    /// text.
    pub fn report(&self, report: &mut Report) {
        visit::titles_mut(report, &mut |text| *text = self.text(text));
        for (number, block) in report.blocks.iter_mut().enumerate() {
            if let Block::Heading { id, .. } = block
                && self.is_in(id)
            {
                *id = format!("part-{number}");
            }
            visit::texts(block, &mut |run| self.run(run));
            visit::addresses(block, &mut |url| self.is_in(&decoded(url)) || self.is_in(url));
        }
    }

    /// Masks a book as it is written to JSON: its texts are masked, and what tells of the originals (decisions, what was
    /// taken from the entries) is left out.
    #[must_use]
    pub fn book(&self, book: &Book) -> Value {
        let mut open = book.clone();
        open.masks.clear();
        for chapter in &mut open.chapters {
            chapter.taken = crate::book::Parts::default();
        }
        let mut json = serde_json::to_value(open).unwrap_or_default();
        self.json(&mut json);
        json
    }

    fn json(&self, json: &mut Value) {
        match json {
            Value::String(text) => *text = self.markdown(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(object) => {
                let entries = std::mem::take(object);
                for (key, mut value) in entries {
                    self.json(&mut value);
                    object.insert(self.text(&key), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Markdown with its masks. Where a name still shows once it is read (markup within it, an address in another
    /// spelling), what is left is its plain text.
    fn markdown(&self, source: &str) -> String {
        let masked = self.text(source);
        let mut shown = false;
        for block in &mut markdown::blocks(&masked) {
            visit::texts(block, &mut |run| {
                let text: String = run.iter().map(|part| part.as_str()).collect();
                shown |= self.is_in(&text);
            });
            visit::addresses(block, &mut |url| {
                shown |= self.is_in(&decoded(url));
                false
            });
        }
        if shown { self.text(&markdown::plain_text(&masked)) } else { masked }
    }
}

/// An address with its percent signs read, as far as they can be.
fn decoded(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        match (first, after) {
            (b'%', [high, low, tail @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
