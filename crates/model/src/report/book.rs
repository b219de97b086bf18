//! A book as a report: a title page, and for each chapter its parts.

use super::{Block, Choice, Cover, Inline, Labels, Property, Question, Report};
use crate::book::{self, Book, Chapter};
use crate::markdown;
use crate::masking::{Masks, Review};

/// Freezes a book, masked. `review` is what [`crate::masking::review`] found in [`book_as_written`]; what is still to be
/// decided about is masked as it is proposed. `updated_at` is when it was last changed (RFC 3339).
#[must_use]
pub fn book(book: &Book, review: &Review, labels: &dyn Labels, updated_at: &str) -> Report {
    let mut report = book_as_written(book, labels, updated_at);
    Masks::of(review).report(&mut report);
    report
}

/// Freezes a book as it was written: for people of the team, and to look through. Nothing of it is published.
#[must_use]
pub fn book_as_written(book: &Book, labels: &dyn Labels, updated_at: &str) -> Report {
    let minutes: u32 = book.chapters.iter().map(Chapter::reading_minutes).sum();
    let chapters = labels.label("book.cover.chapters").replace("{n}", &book.chapters.len().to_string());
    let reading = labels.label("book.cover.minutes").replace("{n}", &minutes.to_string());
    let mut lines = vec![chapters, reading];
    let levels: Vec<&str> = book
        .levels
        .iter()
        .map(String::as_str)
        .filter(|level| book.chapters.iter().any(|c| c.level == **level))
        .collect();
    if !levels.is_empty() {
        lines.insert(0, levels.join(" / "));
    }
    Report {
        title: book.title.clone(),
        number: String::new(),
        lang: labels.lang().to_owned(),
        date: updated_at.to_owned(),
        properties: vec![
            ("id", Property::Text(book.id.clone())),
            ("title", Property::Text(book.title.clone())),
            ("updated_at", Property::Text(updated_at.to_owned())),
        ],
        cover: Some(Cover { lines, contents: labels.label("book.contents") }),
        blocks: book.chapters.iter().flat_map(|chapter| self::chapter(chapter, labels)).collect(),
    }
}

fn chapter(chapter: &Chapter, labels: &dyn Labels) -> Vec<Block> {
    let parts = &chapter.parts;
    let mut blocks = vec![Block::Heading {
        level: 1,
        text: vec![Inline::text(chapter.title.clone())],
        id: chapter.id.clone(),
    }];
    let minutes = labels.label("book.minutes").replace("{n}", &chapter.reading_minutes().to_string());
    let about: Vec<&str> =
        [chapter.level.as_str(), &minutes].into_iter().filter(|text| !text.is_empty()).collect();
    blocks.push(Block::Paragraph(vec![Inline::Emphasis(vec![Inline::text(about.join(" / "))])]));
    let mut part = |key: &str, body: Vec<Block>| {
        if !body.is_empty() {
            let text = vec![Inline::text(labels.label(&format!("book.{key}")))];
            blocks.push(Block::Heading { level: 2, text, id: format!("{}-{key}", chapter.id) });
            blocks.extend(body);
        }
    };
    part("situation", prose(&parts.situation));
    part("think", questions(&parts.think, labels));
    part("happened", prose(&parts.happened));
    part("why", prose(&parts.why));
    part("lessons", prose(&parts.lessons));
    part("check", questions(&parts.check, labels));
    blocks
}

/// A part's Markdown, its headings below the part's own.
fn prose(text: &str) -> Vec<Block> {
    super::postmortem::prose(text, 2)
}

fn questions(questions: &[book::Question], labels: &dyn Labels) -> Vec<Block> {
    let many = questions.len() > 1;
    let asked = questions.iter().enumerate().map(|(index, question)| {
        let number = (index + 1).to_string();
        let label = if many { labels.label("book.question").replace("{n}", &number) } else { String::new() };
        let choices = question.choices.iter();
        Block::Question(Question {
            label,
            prompt: prose(&question.prompt),
            choices: choices.map(|choice| Choice { text: line(&choice.text), right: choice.right }).collect(),
            answer_label: labels.label("book.answer"),
            answer: prose(&question.answer),
        })
    });
    asked.collect()
}

/// A choice is one line of Markdown; anything else in it is plain text.
fn line(text: &str) -> Vec<Inline> {
    match <[Block; 1]>::try_from(markdown::blocks(text)) {
        Ok([Block::Paragraph(inlines)]) => inlines,
        _ => vec![Inline::text(text.trim())],
    }
}
