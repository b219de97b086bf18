//! Publishing a book: the plan, and going through with it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use yokoten_exchange::publish::google_docs::{
    Answer, Answers, Change, Choice, Pictures, Place, Plan, Progress, Publication,
};
use yokoten_model::report::Report;

use super::{Google, journal};
use crate::{Result, Workspace};

/// How a book is published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PublishOptions {
    /// A document that exists, in place of the book's own.
    pub document: Option<String>,
    /// A folder for a new document.
    pub folder: Option<String>,
    /// What nobody has reviewed goes out as proposed.
    pub accept_masking: bool,
    /// Pictures in the text, each readable by everyone for a moment.
    pub inline_pictures: bool,
    /// [`Difference::key`]s: the document's text stays.
    pub keep: Vec<String>,
    /// [`Difference::key`]s: the book's text replaces it.
    pub overwrite: Vec<String>,
    /// [`Difference::key`]s: the document's text is taken back into its chapter, which is then published.
    pub take: Vec<String>,
}

/// What a publication does or did, counted in blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Published {
    /// The document; null where one would be made.
    pub document: Option<String>,
    /// Where one reads it.
    pub url: Option<String>,
    /// New blocks.
    #[ts(type = "number")]
    pub added: usize,
    /// Changed blocks.
    #[ts(type = "number")]
    pub changed: usize,
    /// Blocks that stay.
    #[ts(type = "number")]
    pub same: usize,
    /// Blocks that go.
    #[ts(type = "number")]
    pub removed: usize,
    /// What someone has to decide or to know.
    pub conflicts: Vec<Difference>,
    /// Each block that is added, changed or removed.
    pub differences: Vec<Difference>,
}

/// A block that differs between the book and the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Difference {
    /// Names it, as it was seen.
    pub key: String,
    /// The chapter's id in the book.
    pub chapter_id: String,
    /// The chapter's title.
    pub chapter: String,
    /// `added`, `changed`, `removed`; `edited`, `conflict`, `gone`, `tab_gone`.
    pub kind: String,
    /// The document's text.
    pub theirs: Option<String>,
    /// The book's text.
    pub ours: Option<String>,
}

impl Workspace {
    /// What publishing a book would do. Reads the document once, writes nothing.
    ///
    /// # Errors
    /// [`crate::Error::Google`], [`crate::Error::Unreviewed`], [`yokoten_store::Error::NotFound`].
    pub fn publish_plan(
        &self,
        google: &Google,
        reference: &str,
        options: &PublishOptions,
    ) -> Result<Published> {
        let (book, _, report) = self.freeze_book(reference, options.accept_masking)?;
        let journal = self.google_journal(&book.id)?;
        let answers = answers(options);
        google.with(|publisher| {
            let publication = publication(&book.id, &report, options, self, &answers);
            let plan = publisher.plan(&publication, &journal)?;
            Ok(published(plan.document.clone(), &plan, &plan))
        })
    }

    /// Publishes a book to Google Docs. Safe to repeat after whatever happened.
    ///
    /// # Errors
    /// As [`Workspace::publish_plan`] and [`Workspace::google_take`]; what was sent until then stays, and the next run goes on from there.
    pub fn publish_book(
        &self,
        google: &Google,
        reference: &str,
        options: &PublishOptions,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Published> {
        if !options.take.is_empty() {
            let taken = self.google_take(google, reference, &options.take, options)?;
            self.put_chapters(reference, taken)?;
        }
        let (book, _, report) = self.freeze_book(reference, options.accept_masking)?;
        let mut journal = self.google_journal(&book.id)?;
        let answers = answers(options);
        let outcome = google.with(|publisher| {
            let publication = publication(&book.id, &report, options, self, &answers);
            let mut keeper = journal::Keeper::new(self, &book.id);
            publisher.publish(&publication, &mut journal, &mut keeper, progress)
        })?;
        for plan in &outcome.left.chapters {
            let asked = |change| matches!(change, Change::Edited | Change::Conflict | Change::Gone);
            let edited = plan.place == Place::TabGone || plan.blocks.iter().any(|block| asked(block.change));
            if let Some(chapter) = book.chapter(&plan.id).filter(|_| plan.place != Place::Declined) {
                self.note_published(&book.id, chapter, edited)?;
            }
        }
        self.note_last(&book.id)?;
        Ok(published(Some(outcome.document), &outcome.plan, &outcome.left))
    }
}

pub(super) fn publication<'a>(
    book: &'a str,
    report: &'a Report,
    options: &'a PublishOptions,
    workspace: &'a Workspace,
    answers: &'a Answers,
) -> Publication<'a> {
    Publication {
        report,
        book,
        document: options.document.as_deref(),
        folder: options.folder.as_deref(),
        pictures: if options.inline_pictures { Pictures::Inline } else { Pictures::Linked },
        images: workspace,
        answers,
    }
}

/// Decisions by key; a key bears what was seen behind an `@`.
fn answers(options: &PublishOptions) -> Answers {
    let keep = options.keep.iter().map(|key| (key, Choice::Keep));
    let overwrite = options.overwrite.iter().map(|key| (key, Choice::Overwrite));
    let all = keep.chain(overwrite).chain(options.take.iter().map(|key| (key, Choice::TakeBack)));
    let answer = |(key, choice): (&String, Choice)| match key.rsplit_once('@') {
        Some((key, print)) => (key.to_owned(), Answer { choice, print: Some(print.to_owned()) }),
        None => (key.clone(), Answer { choice, print: None }),
    };
    all.map(answer).collect()
}

fn published(document: Option<String>, plan: &Plan, left: &Plan) -> Published {
    let mut conflicts = Vec::new();
    for chapter in left.chapters.iter().filter(|chapter| chapter.place == Place::TabGone) {
        conflicts.push(Difference {
            key: chapter.id.clone(),
            chapter_id: chapter.id.clone(),
            chapter: chapter.title.clone(),
            kind: "tab_gone".to_owned(),
            theirs: None,
            ours: None,
        });
    }
    conflicts.extend(differences(left, &[Change::Edited, Change::Conflict, Change::Gone]));
    let url = document.as_deref().map(url);
    Published {
        document,
        url,
        added: plan.count(Change::Added),
        changed: plan.count(Change::Changed),
        same: plan.count(Change::Same),
        removed: plan.count(Change::Removed),
        conflicts,
        differences: differences(plan, &[Change::Added, Change::Changed, Change::Removed]),
    }
}

/// Where a person reads a document.
pub(super) fn url(document: &str) -> String {
    format!("https://docs.google.com/document/d/{document}/edit")
}

fn differences(plan: &Plan, kinds: &[Change]) -> Vec<Difference> {
    let mut found = Vec::new();
    for chapter in &plan.chapters {
        for block in chapter.blocks.iter().filter(|block| kinds.contains(&block.change)) {
            let kind = serde_json::to_value(block.change).unwrap_or_default();
            found.push(Difference {
                key: match &block.print {
                    Some(print) => format!("{}@{print}", block.key),
                    None => block.key.clone(),
                },
                chapter_id: chapter.id.clone(),
                chapter: chapter.title.clone(),
                kind: kind.as_str().unwrap_or_default().to_owned(),
                theirs: block.before.clone(),
                ours: block.after.clone(),
            });
        }
    }
    found
}
