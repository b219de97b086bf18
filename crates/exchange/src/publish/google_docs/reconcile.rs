//! After a look at the document: what of the journal was carried out, and what never was.

use std::collections::BTreeSet;

use super::journal::{Block, Chapter, Journal, Part, hash};
use super::plan::{Act, Place, Work};
use super::read::{Document, Element, Tab, plain, print, window};

/// What a look at the document told.
pub(super) struct Learnt {
    /// The parts of the journal that changed.
    pub(super) changed: Vec<Part>,
    /// Whether something that was sent turned out to be carried out.
    pub(super) forward: bool,
}

/// Brings the journal up to what the document tells.
///
/// `own` is the revision after our last write, if nothing is known to have come between.
pub(super) fn reconcile(
    journal: &mut Journal,
    document: &Document,
    here: &[&str],
    own: Option<&str>,
) -> Learnt {
    let mut changed = Vec::new();
    let mut forward = false;
    let mut taken: BTreeSet<String> =
        journal.chapters.values().filter_map(|chapter| chapter.tab.clone()).collect();
    let ids: Vec<String> = journal.chapters.keys().cloned().collect();
    for id in ids {
        let Some(before) = journal.chapters.get(&id) else { continue };
        let mut chapter = before.clone();
        let tab = find_tab(&id, &mut chapter, document, &mut taken);
        let found = tab.map(|tab| tab.found(&id)).unwrap_or_default();
        if let (Some(pending), Some(tab)) = (chapter.pending.take(), tab)
            && found.generations.contains(&pending.generation)
        {
            let untouched = own == Some(document.revision.as_str());
            let blocks = pending.blocks.into_iter();
            chapter.blocks = blocks.map(|block| confirm(block, &id, tab, untouched)).collect();
            chapter.generation = pending.generation;
            chapter.title = pending.title;
            chapter.wish = pending.wish;
            chapter.declined = false;
            forward = true;
        }
        forward |= before.tab.is_none() && chapter.tab.is_some();
        let dropped = !here.contains(&id.as_str()) && found.ranges.is_empty();
        if dropped {
            journal.chapters.remove(&id);
            forward = true;
            changed.push(Part::Chapter(id));
        } else if *before != chapter {
            journal.chapters.insert(id.clone(), chapter);
            changed.push(Part::Chapter(id));
        }
    }
    Learnt { changed, forward }
}

/// The chapter's tab; one that was wished for and is there, empty, is the one that was made.
fn find_tab<'a>(
    id: &str,
    chapter: &mut Chapter,
    document: &'a Document,
    taken: &mut BTreeSet<String>,
) -> Option<&'a Tab> {
    let holding = document.tabs.iter().find(|tab| !tab.found(id).ranges.is_empty());
    let remembered = || chapter.tab.as_deref().and_then(|tab| document.tab(tab));
    let never_filled = chapter.generation.is_empty();
    let found = holding.or_else(remembered).or_else(|| {
        let mut tabs = document.tabs.iter().filter(|_| never_filled);
        tabs.find(|tab| tab.title == chapter.title && tab.is_empty() && !taken.contains(&tab.id))
    });
    if let Some(tab) = found {
        taken.insert(tab.id.clone());
        chapter.tab = Some(tab.id.clone());
    } else if never_filled {
        chapter.tab = None;
    }
    found
}

/// The block as read back. What differs from what was sent was edited by someone meanwhile.
fn confirm(mut block: Block, chapter: &str, tab: &Tab, untouched: bool) -> Block {
    let Some(text) = block.text.take() else { return block };
    let found = tab.found(chapter);
    let spans = found.blocks.get(&block.id).map_or(&[][..], Vec::as_slice);
    let elements: Vec<&Element> = spans.iter().flat_map(|span| tab.touching(*span)).collect();
    let sent = window(&elements, |window| hash(&plain(window.iter().copied())) == text);
    let as_sent = sent.filter(|_| spans.len() == 1).and_then(|window| elements.get(window));
    let as_sent = as_sent.filter(|window| !window.iter().any(|element| element.suggested));
    let whole = untouched.then_some(elements.as_slice()).filter(|elements| !elements.is_empty());
    block.print = whole.or(as_sent).map(|elements| print(elements.iter().copied()));
    block
}

/// What the journal learns from a plan without anything being sent.
pub(super) fn settle(journal: &mut Journal, work: &[Work]) -> Vec<Part> {
    let mut changed = Vec::new();
    for work in work.iter().filter(|work| work.chapter.is_some() && !work.is_due()) {
        let before = journal.chapters.get(&work.id);
        let mut chapter = before.cloned().unwrap_or_default();
        match work.place {
            Place::Declined => chapter.declined = true,
            Place::There => {
                let kept = work.items.iter().filter(|item| item.act != Act::Forget);
                chapter.blocks = kept.map(|item| item.block.clone()).collect();
                chapter.tab.clone_from(&work.tab);
                chapter.declined = false;
                if let Some(generation) = work.found.generations.first() {
                    chapter.generation.clone_from(generation);
                }
                if chapter.title.is_empty() {
                    chapter.title.clone_from(&work.title);
                    chapter.wish.clone_from(&work.wish);
                }
            }
            Place::New | Place::TabGone | Place::Removed => continue,
        }
        if before != Some(&chapter) {
            journal.chapters.insert(work.id.clone(), chapter);
            changed.push(Part::Chapter(work.id.clone()));
        }
    }
    changed
}
