//! The plain form of a book (教材): chapters made of entries, for people who are new.
//!
//! As with a postmortem, unknown keys are kept, missing keys take their defaults, and a wrong type is an error that
//! names its path. A chapter holds what it took from its entries beside its own text: so it can tell what changed in an
//! entry since, and editing a chapter never changes an entry.

mod back;
mod changes;
mod draft;
mod why;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;

pub use back::{Written, take_back};
pub use changes::{Change, Decision, Slot, changes, decide, take};
pub use draft::{draft, first_divergence};

use crate::masking::HitKind;
use crate::postmortem::{fill_list, parse, records};
use crate::{Error, Result, markdown};

/// The `format` of every book that this program writes.
pub const FORMAT: &str = "yokoten/book/1";

/// Characters that are read in a minute.
const READING_SPEED: usize = 500;

records! {
    /// A book.
    Book {
        /// Always [`FORMAT`].
        format: String = FORMAT.to_owned(),
        /// UUIDv7, the identity.
        id: String,
        /// The language of what is drafted: `ja` or `en`.
        lang: String = "ja".to_owned(),
        /// The title.
        title: String,
        /// The levels of the team, in order: 入社, 1か月, 独り立ち.
        levels: Vec<String>,
        /// The chapters, in order.
        chapters: Vec<Chapter>,
        /// What was decided about names and the like, once for the whole book.
        masks: Vec<Mask>,
        /// Pictures that someone has looked at.
        images: Vec<SeenImage>,
    }

    /// One chapter.
    Chapter {
        /// What publications and answers refer to.
        id: String,
        /// The title.
        title: String,
        /// One of the book's levels, or empty.
        level: String,
        /// Reading time in minutes, where a person set it.
        minutes: Option<u32>,
        /// The entries that it was made of.
        sources: Vec<ChapterSource>,
        /// What it says.
        parts: Parts,
        /// What its entries gave it, change by change, as it was taken or left.
        taken: Parts,
    }

    /// An entry that a chapter was made of.
    ChapterSource {
        /// The entry's identity.
        entry: String,
        /// Its number at that time.
        number: String,
        /// The entry's revision that the chapter has seen.
        revision: String,
    }

    /// The parts of a chapter. Texts are Markdown.
    Parts {
        /// 状況
        situation: String,
        /// 考えてみよう
        think: Vec<Question>,
        /// 何が起きたか
        happened: String,
        /// なぜ
        why: String,
        /// 学び
        lessons: String,
        /// 確認問題
        check: Vec<Question>,
    }

    /// A question to the reader.
    Question {
        /// What answers refer to.
        id: String,
        /// What is asked, in Markdown.
        prompt: String,
        /// What can be chosen, or none where the answer is free.
        choices: Vec<Choice>,
        /// The answer, in Markdown.
        answer: String,
    }

    /// One thing to choose.
    Choice {
        /// What answers refer to.
        id: String,
        /// Its text.
        text: String,
        /// Whether it is right.
        right: bool,
    }

    /// What was decided about one text that may tell too much.
    Mask {
        /// The text as it stands in the chapters.
        text: String,
        /// What it is.
        kind: HitKind = HitKind::Word,
        /// What stands in its place wherever the book is published.
        mask: String,
        /// It may be published as it is.
        keep: bool,
    }

    /// A picture that someone has looked at.
    SeenImage {
        /// The attachment's hash.
        hash: String,
    }
}

/// Reads a book from JSON, strictly, and fills what is missing; inner ids that are absent are taken from `next_id`.
///
/// # Errors
/// [`Error::Invalid`] with the path of the first wrong type, unknown value or bad id; [`Error::NewerFormat`] for a book
/// of a later format.
pub fn from_json(mut json: Value, next_id: &mut dyn FnMut() -> String) -> Result<Book> {
    if !json.is_object() {
        return Err(Error::invalid(".", "expected one JSON object"));
    }
    match json.get("format").map(Value::as_str) {
        None | Some(Some(FORMAT)) => {}
        Some(Some(other)) if other.starts_with("yokoten/book/") => {
            return Err(Error::NewerFormat { found: other.to_owned() });
        }
        Some(_) => return Err(Error::invalid("format", format_args!("expected `{FORMAT}`"))),
    }
    if let Some(chapters) = json.get_mut("chapters") {
        fill_list(chapters, None, next_id);
        for chapter in chapters.as_array_mut().into_iter().flatten() {
            for path in ["/parts/think", "/parts/check"] {
                if let Some(questions) = chapter.pointer_mut(path) {
                    fill_list(questions, Some("choices"), next_id);
                }
            }
        }
    }
    let mut book: Book = parse(json)?;
    if !book.id.is_empty() {
        let id = Uuid::try_parse(&book.id).map_err(|error| Error::invalid("id", error))?;
        book.id = id.hyphenated().to_string();
    }
    Ok(book)
}

impl Question {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let choices = self.choices.iter().map(|choice| choice.text.as_str());
        std::iter::once(self.prompt.as_str()).chain(choices).chain([self.answer.as_str()])
    }
}

impl Parts {
    /// Every text, in reading order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.situation.as_str())
            .chain(self.think.iter().flat_map(Question::texts))
            .chain([self.happened.as_str(), &self.why, &self.lessons])
            .chain(self.check.iter().flat_map(Question::texts))
    }
}

impl Chapter {
    /// Reading time in minutes: as it was set, else by the number of characters. At least one.
    #[must_use]
    pub fn reading_minutes(&self) -> u32 {
        let letters =
            |text| markdown::plain_text(text).chars().filter(|letter| !letter.is_whitespace()).count();
        let count: usize = self.parts.texts().map(letters).sum();
        self.minutes
            .unwrap_or_else(|| u32::try_from(count.div_ceil(READING_SPEED)).unwrap_or(u32::MAX))
            .max(1)
    }

    /// A digest of what a reader sees: two that are alike read the same.
    #[must_use]
    pub fn digest(&self) -> String {
        let shown = serde_json::json!([self.title, self.level, self.minutes, self.parts]);
        blake3::hash(shown.to_string().as_bytes()).to_hex().to_string()
    }

    /// The question that bears this id, in whichever part.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.parts.think.iter().chain(&self.parts.check).find(|question| question.id == id)
    }
}

impl Book {
    /// The hashes of all its pictures, each once, sorted.
    #[must_use]
    pub fn pictures(&self) -> Vec<String> {
        let texts = self.chapters.iter().flat_map(|chapter| chapter.parts.texts());
        let mut hashes: Vec<String> = texts.flat_map(markdown::pictures).collect();
        hashes.sort();
        hashes.dedup();
        hashes
    }

    /// The chapter that bears this id.
    #[must_use]
    pub fn chapter(&self, id: &str) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.id == id)
    }
}
