//! What a publication would do: a pure function of the book, the journal, the document and a person's answers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::align::{Side, align};
use super::journal::{self, Journal, hash};
use super::piece::{Chapter, Piece, shorten, units};
use super::read::{Document, Element, Found, Kind, Span, Tab};
use super::view::View;

/// What is about to happen to a block, or what is asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It will be added.
    Added,
    /// It will be changed.
    Changed,
    /// It stays.
    Same,
    /// Someone edited it in the document; the book has not changed it: it stays.
    Edited,
    /// Both have changed it: it stays until someone decides.
    Conflict,
    /// It will be taken out.
    Removed,
    /// Someone took it out of the document: it stays out until someone decides.
    Gone,
}

/// One block of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockPlan {
    /// What an answer is given to.
    pub key: String,
    /// What is about to happen.
    pub change: Change,
    /// The document's text.
    pub before: Option<String>,
    /// The book's text.
    pub after: Option<String>,
    /// What was seen in the document: an answer holds for that alone.
    pub print: Option<String>,
}

/// What is about to happen to a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A tab will be made.
    New,
    /// It has a tab.
    There,
    /// The book no longer has it.
    Removed,
    /// Someone removed its tab: a question.
    TabGone,
    /// Someone removed its tab, and that is all right.
    Declined,
}

/// One chapter of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterPlan {
    /// Its id; also the key of an answer to [`Place::TabGone`].
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tab, for the address `…/edit?tab=`.
    pub tab: Option<String>,
    /// What is about to happen.
    pub place: Place,
    /// Its blocks, in order.
    pub blocks: Vec<BlockPlan>,
}

/// What a publication would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The document; `None` where one will be made.
    pub document: Option<String>,
    /// The chapters, in order; those that the book no longer has come last.
    pub chapters: Vec<ChapterPlan>,
}

impl Plan {
    /// How many blocks are of a kind.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.chapters
            .iter()
            .flat_map(|chapter| &chapter.blocks)
            .filter(|block| block.change == change)
            .count()
    }

    /// What someone has to decide or to know: edited, in conflict, or gone.
    pub fn questions(&self) -> impl Iterator<Item = (&ChapterPlan, &BlockPlan)> {
        let asked =
            |block: &&BlockPlan| matches!(block.change, Change::Edited | Change::Conflict | Change::Gone);
        self.chapters
            .iter()
            .flat_map(move |chapter| chapter.blocks.iter().filter(asked).map(move |block| (chapter, block)))
    }
}

/// What a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The document's text stays; of something gone: it stays out.
    Keep,
    /// The book's text replaces it; of something gone: it is made anew.
    Overwrite,
    /// The document's text was taken into the chapter: it counts as published.
    TakeBack,
}

/// A decision about what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The decision.
    pub choice: Choice,
    /// [`BlockPlan::print`] as it was seen; something else there voids the decision.
    pub print: Option<String>,
}

/// Decisions by key.
pub type Answers = BTreeMap<String, Answer>;

/// What is done to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Nothing; it is as it was published.
    Leave,
    /// Nothing; what stands there is not what was published.
    Spare,
    /// Nothing in the document; the journal learns the new source, or that the text there is all right.
    Settle,
    Insert,
    Replace,
    Delete,
    /// Its range goes, its text stays.
    Release,
    /// The journal forgets it.
    Forget,
}

/// A block at work.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) block: journal::Block,
    pub(super) piece: Option<usize>,
    pub(super) spans: Vec<Span>,
    pub(super) act: Act,
    pub(super) change: Change,
    pub(super) before: Option<String>,
    pub(super) print: Option<String>,
}

/// A chapter at work.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) id: String,
    /// Where it stands in the book; `None` if it no longer does.
    pub(super) chapter: Option<usize>,
    pub(super) place: Place,
    pub(super) tab: Option<String>,
    pub(super) title: String,
    /// The title that the book wishes for.
    pub(super) wish: String,
    pub(super) rename: bool,
    pub(super) delete_tab: bool,
    pub(super) found: Found,
    pub(super) items: Vec<Item>,
}

impl Work {
    /// Whether anything has to be sent.
    pub(super) fn is_due(&self) -> bool {
        let moves = |item: &Item| matches!(item.act, Act::Insert | Act::Replace | Act::Delete | Act::Release);
        self.tab.is_some() && (self.rename || self.delete_tab || self.items.iter().any(moves))
    }
}

/// The plan of work as a person sees it.
pub(super) fn shown(document: Option<&str>, chapters: &[Chapter], work: &[Work]) -> Plan {
    let chapters = work.iter().map(|work| {
        let pieces = work.chapter.and_then(|at| chapters.get(at)).map_or(&[][..], |chapter| &chapter.pieces);
        let block = |item: &Item| BlockPlan {
            key: format!("{}/{}", work.id, item.block.id),
            change: item.change,
            before: item.before.clone(),
            after: item.piece.and_then(|at| pieces.get(at)).map(Piece::text),
            print: item.print.clone(),
        };
        let blocks =
            work.items.iter().filter(|item| !(item.act == Act::Forget && item.change == Change::Same));
        ChapterPlan {
            id: work.id.clone(),
            title: work.title.clone(),
            tab: work.tab.clone(),
            place: work.place,
            blocks: blocks.map(block).collect(),
        }
    });
    Plan { document: document.map(str::to_owned), chapters: chapters.collect() }
}

/// Plans all chapters.
pub(super) fn plan(
    chapters: &[Chapter],
    journal: &Journal,
    document: &Document,
    answers: &Answers,
) -> Vec<Work> {
    let mut titles: BTreeSet<String> = document.tabs.iter().map(|tab| tab.title.to_lowercase()).collect();
    let mut work: Vec<Work> = Vec::new();
    for (at, chapter) in chapters.iter().enumerate() {
        work.push(plan_chapter(at, chapter, journal, document, answers, &mut titles));
    }
    let here: BTreeSet<&str> = chapters.iter().map(|chapter| chapter.id.as_str()).collect();
    for (id, known) in journal.chapters.iter().filter(|(id, _)| !here.contains(id.as_str())) {
        work.push(plan_removal(id, known, document, answers));
    }
    work
}

/// The tab that holds a chapter: by its ranges, else as remembered.
fn tab_of<'a>(id: &str, known: &journal::Chapter, document: &'a Document) -> (Option<&'a Tab>, Found) {
    for tab in &document.tabs {
        let found = tab.found(id);
        if !found.ranges.is_empty() {
            return (Some(tab), found);
        }
    }
    (known.tab.as_deref().and_then(|tab| document.tab(tab)), Found::default())
}

fn plan_chapter(
    at: usize,
    chapter: &Chapter,
    journal: &Journal,
    document: &Document,
    answers: &Answers,
    titles: &mut BTreeSet<String>,
) -> Work {
    let mut known = journal.chapters.get(&chapter.id).cloned().unwrap_or_default();
    let (tab, found) = tab_of(&chapter.id, &known, document);
    let mut place = match tab {
        Some(_) if known.blocks.is_empty() && found.ranges.is_empty() => Place::New,
        Some(_) => Place::There,
        None if known.generation.is_empty() => Place::New,
        None if answers.get(&chapter.id).is_some_and(|answer| answer.choice == Choice::Overwrite) => {
            Place::New
        }
        None if known.declined => Place::Declined,
        None if answers.get(&chapter.id).is_some_and(|answer| answer.choice == Choice::Keep) => {
            Place::Declined
        }
        None => Place::TabGone,
    };
    if place == Place::New && tab.is_none() {
        known.blocks.clear();
    }
    if known.declined && tab.is_some() {
        place = Place::There;
    }
    let wished = known.wish == chapter.title;
    let renamed = tab.is_some_and(|tab| tab.title != known.title);
    let rename = tab.is_some() && !known.title.is_empty() && !wished && !renamed;
    let waits = tab.is_none() && place == Place::New;
    let taken = || !wished || titles.contains(&known.title.to_lowercase());
    let title = if rename || (waits && taken()) {
        unique(&chapter.title, titles)
    } else {
        titles.insert(known.title.to_lowercase());
        tab.map_or_else(|| known.title.clone(), |tab| tab.title.clone())
    };
    let mut work = Work {
        id: chapter.id.clone(),
        chapter: Some(at),
        place,
        tab: tab.map(|tab| tab.id.clone()),
        title,
        wish: chapter.title.clone(),
        rename,
        delete_tab: false,
        found,
        items: Vec::new(),
    };
    if matches!(place, Place::TabGone | Place::Declined) {
        return work;
    }
    let mut view = View::new(tab, &work.found);
    view.trim(&known.blocks);
    view.adopt(&mut known, &chapter.pieces);
    let old: Vec<Side> = known
        .blocks
        .iter()
        .map(|block| Side { source: block.source.clone(), text: view.text(&block.id).unwrap_or_default() })
        .collect();
    let new: Vec<Side> =
        chapter.pieces.iter().map(|piece| Side { source: piece.source(), text: piece.text() }).collect();
    let mut minted = 0;
    for (old, piece) in align(&old, &new) {
        let side = piece.map(|at| (at, &new[at]));
        let block = match old {
            Some(at) => known.blocks[at].clone(),
            None => {
                minted += 1;
                journal::Block {
                    id: mint(&document.revision, side.map_or("", |(_, side)| &side.source), minted),
                    ..journal::Block::default()
                }
            }
        };
        work.items.push(view.item(&chapter.id, block, side, answers));
    }
    work
}

/// An id for a new block that nobody else gives: revisions are told apart by document and person.
fn mint(revision: &str, source: &str, number: usize) -> String {
    format!("{}-{number}", &hash(&format!("{revision} {source}"))[..8])
}

fn unique(title: &str, titles: &mut BTreeSet<String>) -> String {
    let title = if title.trim().is_empty() { "—" } else { title };
    let mut found = title.to_owned();
    let mut number = 1;
    while !titles.insert(found.to_lowercase()) {
        number += 1;
        let suffix = format!(" ({number})");
        found = format!("{}{suffix}", shorten(title, 50 - units(&suffix) as usize));
    }
    found
}

fn plan_removal(id: &str, known: &journal::Chapter, document: &Document, answers: &Answers) -> Work {
    let (tab, found) = tab_of(id, known, document);
    let mut view = View::new(tab, &found);
    view.trim(&known.blocks);
    let items =
        known.blocks.iter().map(|block| view.item(id, block.clone(), None, answers)).collect::<Vec<_>>();
    let ours_alone = tab.is_some_and(|tab| {
        let last = tab.last();
        let covered = |element: &Element| {
            let span = (element.span.0, element.span.1.min(last));
            let blank = matches!(&element.kind, Kind::Paragraph(paragraph) if paragraph.clusters.is_empty());
            matches!(element.kind, Kind::Other if element.span.0 == 0)
                || (blank && element.span.1 > last)
                || items.iter().flat_map(|item| &item.spans).any(|own| own.0 <= span.0 && span.1 <= own.1)
        };
        tab.body.iter().all(covered) && !tab.parent && document.tabs.len() > 1
    });
    let delete_tab = ours_alone
        && !items.is_empty()
        && items.iter().all(|item| matches!(item.act, Act::Delete | Act::Forget));
    Work {
        id: id.to_owned(),
        chapter: None,
        place: Place::Removed,
        tab: tab.map(|tab| tab.id.clone()),
        title: known.title.clone(),
        wish: known.wish.clone(),
        rename: false,
        delete_tab,
        found,
        items,
    }
}
