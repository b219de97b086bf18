//! A chapter's work as one batch: operations from the end of the tab to its beginning, so that no index has moved
//! when it is used; then all of the chapter's ranges anew, where they will be.

use serde_json::{Value, json};

use super::journal::{Block, Pending, hash};
use super::piece::{Chapter, Paragraph, Piece};
use super::plan::{Act, Item, Work};
use super::read::{BLOCK, Document, GENERATION, Kind, ReadParagraph, Span, Tab, plain};
use super::requests::{Places, Writer};

/// What is sent for one chapter, and what will be true when it was carried out.
pub(super) struct Batch {
    pub(super) requests: Vec<Value>,
    pub(super) pending: Pending,
}

/// What happens at one place of a tab.
struct Op<'a> {
    item: usize,
    at: u32,
    /// What stood there and is ours.
    old: Span,
    what: What<'a>,
    /// How many units it will take, and what stands before and behind it that had to be made; set as requests are
    /// written.
    length: u32,
    lead: u32,
    trail: u32,
}

#[derive(Clone, Copy)]
enum Break {
    /// A paragraph begins here.
    None,
    /// In the middle of a paragraph: it has to be ended first.
    Ends,
    /// Before a table: a paragraph has to be made first.
    Table,
}

enum What<'a> {
    Stay,
    Insert(&'a Piece, Break),
    Replace(&'a Piece),
    Delete,
}

/// Makes the batch of a chapter that has a tab.
pub(super) fn batch(
    work: &Work,
    chapters: &[Chapter],
    document: &Document,
    places: &dyn Places,
) -> Option<Batch> {
    let tab = document.tab(work.tab.as_deref()?)?;
    let generation = hash(&format!("{} {}", document.revision, work.id))[..12].to_owned();
    let pending =
        Pending { generation, title: work.title.clone(), wish: work.wish.clone(), blocks: Vec::new() };
    if work.delete_tab {
        let requests = vec![json!({ "deleteTab": { "tabId": tab.id } })];
        return Some(Batch { requests, pending });
    }
    let pieces = work.chapter.and_then(|at| chapters.get(at)).map_or(&[][..], |chapter| &chapter.pieces);
    let mut ops = ops(work, pieces, tab);
    // The last place first; at one place what stands there before what comes there, and that in reverse.
    let rank = |op: &Op| (op.at, !op.is_insert(), op.item);
    ops.sort_by_key(|op| std::cmp::Reverse(rank(op)));

    let mut writer = Writer { tab: &tab.id, places, requests: Vec::new() };
    if work.rename {
        let properties = json!({ "tabId": tab.id, "title": work.title });
        let request = json!({ "tabProperties": properties, "fields": "title" });
        writer.requests.push(json!({ "updateDocumentTabProperties": request }));
    }
    for id in &work.found.ranges {
        writer.unname(id);
    }
    for at in 0..ops.len() {
        // Of those that come to one place, the first to be written makes room for all.
        let together = |one: usize, other: usize| match (ops.get(one), ops.get(other)) {
            (Some(one), Some(other)) => one.at == other.at && one.is_insert() && other.is_insert(),
            _ => false,
        };
        let first = !at.checked_sub(1).is_some_and(|before| together(before, at));
        let last = !together(at, at + 1);
        if let Some(op) = ops.get_mut(at) {
            operate(op, (first, last), tab, &mut writer);
        }
    }

    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); work.items.len()];
    let mut shift = 0_i64;
    let moved = |at: u32, shift: i64| u32::try_from(i64::from(at) + shift).unwrap_or_default();
    for op in ops.iter().rev() {
        let start = moved(op.at, shift) + op.lead;
        if op.length > 0 {
            spans[op.item].push((start, start + op.length));
        }
        shift += i64::from(op.lead + op.length + op.trail) - i64::from(op.old.1 - op.old.0);
    }
    let blocks: Vec<Block> = work
        .items
        .iter()
        .zip(&spans)
        .filter_map(|(item, spans)| pending_block(item, spans.is_empty(), pieces, tab))
        .collect();
    let is_ours = |item: &Item| !matches!(item.act, Act::Release | Act::Delete | Act::Forget);
    let named = || work.items.iter().zip(&spans).filter(|(item, _)| is_ours(item));
    for (item, spans) in named() {
        for span in spans {
            writer.name(&format!("{BLOCK}{}:{}", work.id, item.block.id), *span);
        }
    }
    let kept = || named().flat_map(|(_, spans)| spans);
    if let (Some(start), Some(end)) = (kept().map(|span| span.0).min(), kept().map(|span| span.1).max()) {
        writer.name(&format!("{GENERATION}{}:{}", work.id, pending.generation), (start, end));
    }
    Some(Batch { requests: writer.requests, pending: Pending { blocks, ..pending } })
}

impl Op<'_> {
    fn is_insert(&self) -> bool {
        matches!(self.what, What::Insert(..))
    }
}

/// What the journal will say of a block; nothing for one that is gone for good.
fn pending_block(item: &Item, absent: bool, pieces: &[Piece], tab: &Tab) -> Option<Block> {
    let mut block = item.block.clone();
    match item.act {
        Act::Delete | Act::Release | Act::Forget => return None,
        Act::Insert | Act::Replace => {
            let piece = item.piece.and_then(|at| pieces.get(at))?;
            block.source = piece.source();
            block.declined = false;
            block.print = None;
            block.text = Some(hash(&piece.text()));
        }
        Act::Leave if !absent => {
            let elements = item.spans.iter().flat_map(|span| tab.touching(*span));
            block.text = Some(hash(&plain(elements)));
        }
        Act::Leave | Act::Spare | Act::Settle => {}
    }
    Some(block)
}

fn ops<'a>(work: &Work, pieces: &'a [Piece], tab: &Tab) -> Vec<Op<'a>> {
    let mut ops = Vec::new();
    let op = |item, old: Span, what| Op { item, at: old.0, old, what, length: 0, lead: 0, trail: 0 };
    let has_place = |item: &&Item| !item.spans.is_empty() && item.act != Act::Forget;
    for (at, item) in work.items.iter().enumerate() {
        let piece = item.piece.and_then(|at| pieces.get(at));
        match (item.act, piece) {
            (Act::Insert, Some(piece)) => {
                let before = work.items[..at].iter().rev().find(has_place);
                let before = before.and_then(|item| item.spans.last()).map(|span| span.1);
                let after = || work.items[at..].iter().find(has_place)?.spans.first().map(|span| span.0);
                let index = before.or_else(after).unwrap_or_else(|| beginning(work, tab));
                let breaks = match tab.beginning(index).map(|element| &element.kind) {
                    Some(Kind::Paragraph(_)) => Break::None,
                    Some(_) => Break::Table,
                    None => Break::Ends,
                };
                ops.push(op(at, (index, index), What::Insert(piece, breaks)));
            }
            (Act::Replace, Some(piece)) => {
                for (number, span) in item.spans.iter().enumerate() {
                    ops.push(op(at, *span, if number == 0 { What::Replace(piece) } else { What::Delete }));
                }
            }
            (Act::Delete, _) => ops.extend(item.spans.iter().map(|span| op(at, *span, What::Delete))),
            _ => ops.extend(item.spans.iter().map(|span| op(at, *span, What::Stay))),
        }
    }
    ops
}

/// Where the first block of a chapter comes in a tab that has none: an empty tab's beginning, else the end.
fn beginning(work: &Work, tab: &Tab) -> u32 {
    let first = tab.body.iter().find(|element| matches!(element.kind, Kind::Paragraph(_)));
    match first {
        Some(first) if work.found.ranges.is_empty() && tab.is_empty() => first.span.0.max(1),
        _ => tab.last(),
    }
}

/// Writes what happens at one place; `first` and `last` say where among those that come to the same place.
fn operate(op: &mut Op, (first, last): (bool, bool), tab: &Tab, writer: &mut Writer) {
    match &op.what {
        What::Stay => op.length = op.old.1 - op.old.0,
        What::Insert(piece, Break::None) => op.length = writer.insert(piece, op.at),
        What::Insert(piece, Break::Ends) => {
            if first {
                writer.text(op.at, "\n");
            }
            op.lead = u32::from(last);
            op.length = writer.insert(piece, op.at + 1);
        }
        What::Insert(piece, Break::Table) => {
            if first {
                writer.text(op.at.saturating_sub(1), "\n");
            }
            op.trail = u32::from(first);
            op.length = writer.insert(piece, op.at);
        }
        What::Replace(piece) => op.length = replace(piece, op.old, tab, writer),
        What::Delete => op.length = delete(op.old, tab, writer),
    }
}

/// Deletes a span; answers what must stay of it: the line end before a table cannot go.
fn delete(span: Span, tab: &Tab, writer: &mut Writer) -> u32 {
    let before_other =
        tab.beginning(span.1).is_some_and(|element| !matches!(element.kind, Kind::Paragraph(_)));
    let stays = u32::from(before_other);
    writer.delete((span.0, span.1 - stays));
    stays
}

/// Replaces what stands in a span: in paragraphs of the same form only the differing middle of each.
fn replace(piece: &Piece, span: Span, tab: &Tab, writer: &mut Writer) -> u32 {
    if let Some(pairs) = same_form(piece, span, tab) {
        let lengths = pairs.into_iter().rev().map(|(at, end, old, new)| {
            if writer.is_same(old, new) { end - at } else { writer.change(old, new, at) }
        });
        return lengths.sum();
    }
    let stays = delete(span, tab, writer);
    writer.insert(piece, span.0) + stays
}

/// Old and new paragraphs side by side, where they differ in their text alone.
fn same_form<'a>(
    piece: &'a Piece,
    span: Span,
    tab: &'a Tab,
) -> Option<Vec<(u32, u32, &'a ReadParagraph, &'a Paragraph)>> {
    let Piece::Text(paragraphs) = piece else { return None };
    let old: Vec<_> = tab.touching(span).collect();
    let whole =
        old.first()?.span.0 == span.0 && old.last()?.span.1 == span.1 && old.len() == paragraphs.len();
    let pairs = old.into_iter().zip(paragraphs).map(|(element, new)| {
        let Kind::Paragraph(old) = &element.kind else { return None };
        let same = old.look == new.look
            && old.bullet == new.bullet.map(|(_, depth)| depth)
            && new.runs.iter().all(|run| run.picture.is_none())
            && !element.suggested;
        same.then_some((element.span.0, element.span.1, old, new))
    });
    pairs.collect::<Option<Vec<_>>>().filter(|_| whole)
}
