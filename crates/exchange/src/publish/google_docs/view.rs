//! A chapter's blocks as they stand in its tab, and what each of them calls for.

use std::collections::{BTreeMap, BTreeSet};

use super::align::Side;
use super::journal;
use super::piece::Piece;
use super::plan::{Act, Answers, Change, Choice, Item};
use super::read::{Element, Found, Span, Tab, plain, print, window};

/// A chapter's blocks in its tab: each with the whole paragraphs that it touches.
pub(super) struct View<'a> {
    tab: Option<&'a Tab>,
    spans: BTreeMap<String, Vec<Span>>,
    split: BTreeSet<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(tab: Option<&'a Tab>, found: &Found) -> Self {
        let mut view = Self { tab, spans: BTreeMap::new(), split: BTreeSet::new() };
        let Some(tab) = tab else { return view };
        let mut raw: Vec<(Span, &String)> =
            found.blocks.iter().flat_map(|(id, spans)| spans.iter().map(move |span| (*span, id))).collect();
        raw.sort();
        let mut before = 1;
        for (at, (span, id)) in raw.iter().enumerate() {
            let next = raw.get(at + 1).map_or(u32::MAX, |(next, _)| next.0.max(span.0 + 1));
            let whole = tab
                .touching(*span)
                .fold(*span, |whole, element| (whole.0.min(element.span.0), whole.1.max(element.span.1)));
            // Two blocks in one paragraph, and the last paragraph, which is never ours.
            let whole = (whole.0.max(before), whole.1.min(next).min(tab.last()));
            if whole.0 < whole.1 {
                view.spans.entry((*id).clone()).or_default().push(whole);
                before = whole.1;
            }
            if found.blocks.get(*id).is_some_and(|spans| spans.len() > 1) {
                view.split.insert((*id).clone());
            }
        }
        view
    }

    fn elements(&self, id: &str) -> Vec<&'a Element> {
        let spans = self.spans.get(id).into_iter().flatten();
        spans.flat_map(|span| self.tab.into_iter().flat_map(|tab| tab.touching(*span))).collect()
    }

    /// What stands whole among more is the block; the rest is someone's.
    pub(super) fn trim(&mut self, blocks: &[journal::Block]) {
        for block in blocks {
            let elements = self.elements(&block.id);
            let is_it = |window: &[&Element]| Some(print(window.iter().copied())) == block.print;
            if let (Some([span]), Some(window)) =
                (self.spans.get_mut(&block.id).map(Vec::as_mut_slice), window(&elements, is_it))
                && window.len() < elements.len()
                && let (Some(first), Some(last)) = (elements.get(window.start), elements.get(window.end - 1))
            {
                *span = (first.span.0.max(span.0), last.span.1.min(span.1));
            }
        }
    }

    pub(super) fn text(&self, id: &str) -> Option<String> {
        self.spans.contains_key(id).then(|| plain(self.elements(id)))
    }

    /// Blocks that the journal does not know, published from another machine: those that say what the book says
    /// count as published from here, any other as edited by someone.
    pub(super) fn adopt(&self, known: &mut journal::Chapter, pieces: &[Piece]) {
        let ids: BTreeSet<&String> = known.blocks.iter().map(|block| &block.id).collect();
        if self.spans.keys().all(|id| ids.contains(id)) {
            return;
        }
        let mut by_place: Vec<(&String, Span)> =
            self.spans.iter().filter_map(|(id, spans)| Some((id, *spans.first()?))).collect();
        by_place.sort_by_key(|(_, span)| *span);
        let mut free: Vec<&Piece> = pieces.iter().collect();
        let mut blocks = Vec::new();
        for (id, _) in by_place {
            if let Some(block) = known.blocks.iter().find(|block| block.id == *id) {
                blocks.push(block.clone());
                continue;
            }
            let text = self.text(id).unwrap_or_default();
            let same = free.iter().position(|piece| piece.text() == text).map(|at| free.remove(at));
            blocks.push(journal::Block {
                id: id.clone(),
                source: same.map_or_else(|| "?:".to_owned(), Piece::source),
                print: same.map(|_| print(self.elements(id))),
                ..journal::Block::default()
            });
        }
        let here: BTreeSet<String> = blocks.iter().map(|block| block.id.clone()).collect();
        blocks.extend(known.blocks.iter().filter(|block| !here.contains(&block.id)).cloned());
        known.blocks = blocks;
    }

    pub(super) fn item(
        &self,
        chapter: &str,
        block: journal::Block,
        piece: Option<(usize, &Side)>,
        answers: &Answers,
    ) -> Item {
        let spans = self.spans.get(&block.id).cloned().unwrap_or_default();
        let elements = self.elements(&block.id);
        let there = !spans.is_empty();
        let now = there.then(|| print(elements.iter().copied()));
        let as_published = block.print.is_some() && now == block.print && !self.split.contains(&block.id);
        let answer = answers.get(&format!("{chapter}/{}", block.id));
        let choice = answer.filter(|answer| answer.print == now).map(|answer| answer.choice);
        let known = !block.source.is_empty();
        let same = piece.is_some_and(|(_, side)| side.source == block.source);
        let before = there.then(|| plain(elements.iter().copied()));
        // Both came to say the same: what someone wrote there was taken into the book, or the other way round.
        let settled = piece.is_some_and(|(_, side)| Some(&side.text) == before.as_ref())
            && !same
            && !self.split.contains(&block.id)
            && !elements.iter().any(|element| element.suggested);
        let (act, change) = match (known, there, piece.is_some()) {
            (false, ..) => (Act::Insert, Change::Added),
            (true, false, false) => (Act::Forget, Change::Same),
            (true, false, true) if choice == Some(Choice::Overwrite) => (Act::Insert, Change::Added),
            (true, false, true) if block.declined => (Act::Settle, Change::Same),
            (true, false, true) if choice == Some(Choice::Keep) => (Act::Settle, Change::Same),
            (true, false, true) => (Act::Spare, Change::Gone),
            (true, true, false) => match choice {
                _ if as_published => (Act::Delete, Change::Removed),
                Some(Choice::Overwrite) => (Act::Delete, Change::Removed),
                Some(Choice::Keep | Choice::TakeBack) => (Act::Release, Change::Same),
                None => (Act::Spare, Change::Conflict),
            },
            (true, true, true) if as_published && same => (Act::Leave, Change::Same),
            (true, true, true) if as_published => (Act::Replace, Change::Changed),
            (true, true, true) if settled => (Act::Settle, Change::Same),
            (true, true, true) => match choice {
                Some(Choice::Overwrite) => (Act::Replace, Change::Changed),
                Some(Choice::TakeBack) if same => (Act::Settle, Change::Same),
                Some(Choice::TakeBack) => (Act::Replace, Change::Changed),
                Some(Choice::Keep) if !same => (Act::Settle, Change::Edited),
                _ if same => (Act::Spare, Change::Edited),
                _ => (Act::Spare, Change::Conflict),
            },
        };
        let mut block = block;
        if act == Act::Settle {
            let source = piece.map(|(_, side)| side.source.clone());
            block.source = source.unwrap_or(block.source);
            block.declined = !there;
            if settled || choice == Some(Choice::TakeBack) {
                block.print.clone_from(&now);
            }
        }
        Item { block, piece: piece.map(|(at, _)| at), spans, act, change, before, print: now }
    }
}
