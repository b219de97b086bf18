//! What people wrote in a document, as blocks: so that it can be taken back into the chapter.

use yokoten_model::report::{Align, Block, Inline, Item};

use super::journal::Journal;
use super::piece::{Chapter, Look, OBJECT, Paragraph, Piece, Run, SOFT_BREAK, Style, Target};
use super::plan::{Answers, plan};
use super::publisher::{Error, Publisher};
use super::read::{Cluster, Element, Kind, ReadParagraph, clusters};
use super::reconcile::reconcile;
use super::send::{Publication, chapters, choose, ids};

/// A block that someone edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Theirs {
    /// Its key in the plan, with what was seen there behind an `@`.
    pub key: String,
    /// Which block of the report it is: by its number, then by those inside it. `None` where the book no longer has
    /// it, or where it is but a part of one.
    pub origin: Option<Vec<usize>>,
    /// What the book says there, as it would read in the document: what is lost there is lost here.
    pub ours: Vec<Block>,
    /// What the person wrote.
    pub theirs: Vec<Block>,
    /// A suggestion waits there: nobody knows yet what the text will be.
    pub suggested: bool,
}

impl Publisher<'_> {
    /// What people wrote in place of each block that differs from what was published. Reads the document once.
    ///
    /// # Errors
    /// What is on the way.
    pub fn theirs(&self, publication: &Publication<'_>, journal: &Journal) -> Result<Vec<Theirs>, Error> {
        let mut journal = journal.clone();
        choose(publication, &mut journal);
        let Some(id) = &journal.document else { return Ok(Vec::new()) };
        let document = self.look(id)?;
        let chapters = chapters(publication);
        reconcile(&mut journal, &document, &ids(&chapters), None);
        let mut found = Vec::new();
        for work in plan(&chapters, &journal, &document, &Answers::new()) {
            let tab = work.tab.as_deref().and_then(|tab| document.tab(tab));
            let chapter = work.chapter.and_then(|at| chapters.get(at));
            let (Some(tab), Some(chapter)) = (tab, chapter) else { continue };
            for item in work.items.iter().filter(|item| item.print != item.block.print) {
                let (Some(print), Some(at)) = (&item.print, item.piece) else { continue };
                let elements: Vec<&Element> =
                    item.spans.iter().flat_map(|span| tab.touching(*span)).collect();
                let (ours, theirs) = sides(chapter, at, &elements, &journal);
                found.push(Theirs {
                    key: format!("{}/{}@{print}", work.id, item.block.id),
                    origin: origin(chapter, at),
                    ours,
                    theirs,
                    suggested: elements.iter().any(|element| element.suggested),
                });
            }
        }
        Ok(found)
    }
}

/// The block that a piece is all of.
fn origin(chapter: &Chapter, at: usize) -> Option<Vec<usize>> {
    let origin = chapter.origins.get(at)?;
    let alone = chapter.origins.iter().filter(|other| *other == origin).count() == 1;
    alone.then(|| origin.clone())
}

/// Both texts of a block. One that stands in a quotation, by its origin, is without the quotation.
fn sides(chapter: &Chapter, at: usize, elements: &[&Element], journal: &Journal) -> (Vec<Block>, Vec<Block>) {
    let hash = |url: &str| {
        let kept = journal.pictures.iter().find(|(_, picture)| {
            picture.file.as_ref().is_some_and(|file| url.contains(&format!("/file/d/{file}/")))
        });
        kept.map(|(hash, _)| hash.clone())
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    if let Some(piece) = chapter.pieces.get(at) {
        add_piece(piece, &mut ours);
    }
    for element in elements {
        add_element(element, &hash, &mut theirs);
    }
    let inner = chapter.origins.get(at).is_some_and(|origin| origin.len() > 1);
    let bare = |blocks: Vec<Block>| {
        let bare = |block| match block {
            Block::Quote(inside) if inner => inside,
            block => vec![block],
        };
        blocks.into_iter().flat_map(bare).collect()
    };
    (bare(ours), bare(theirs))
}

/// A piece as blocks, by the way of how it would be read.
fn add_piece(piece: &Piece, blocks: &mut Vec<Block>) {
    let read = |runs: &[Run]| -> Vec<Cluster> {
        runs.iter().flat_map(|run| clusters(&run.text, &run.style)).collect()
    };
    match piece {
        Piece::Text(paragraphs) => {
            for Paragraph { look, bullet, runs } in paragraphs {
                let bullet = bullet.map(|(_, depth)| depth);
                add_paragraph(&ReadParagraph { look: *look, bullet, clusters: read(runs) }, blocks);
            }
        }
        Piece::Table { rows, .. } => {
            let mut rows: Vec<Vec<Vec<Run>>> = rows.clone();
            // A head is bold there by itself.
            for run in rows.first_mut().into_iter().flatten().flatten() {
                run.style.bold = true;
            }
            let cell = |runs: &Vec<Run>| inline(&read(runs));
            blocks.push(table(rows.iter().map(|row| row.iter().map(cell).collect()).collect()));
        }
    }
}

/// A paragraph or a table of the document; `hash` tells which picture an address leads to.
fn add_element(element: &Element, hash: &dyn Fn(&str) -> Option<String>, blocks: &mut Vec<Block>) {
    let named = |paragraph: &ReadParagraph| {
        let mut paragraph = paragraph.clone();
        for cluster in &mut paragraph.clusters {
            if let Some(Target::Url(url)) = &cluster.style.link
                && let Some(hash) = hash(url)
            {
                cluster.style.link = Some(Target::Picture(hash));
            }
        }
        paragraph
    };
    match &element.kind {
        Kind::Paragraph(paragraph) => add_paragraph(&named(paragraph), blocks),
        Kind::Table(rows) => {
            let cell = |cell: &Vec<Element>| {
                let mut inlines = Vec::new();
                for element in cell {
                    if let Kind::Paragraph(paragraph) = &element.kind {
                        if !inlines.is_empty() {
                            inlines.push(Inline::Break);
                        }
                        inlines.extend(inline(&named(paragraph).clusters));
                    }
                }
                inlines
            };
            blocks.push(table(rows.iter().map(|row| row.iter().map(cell).collect()).collect()));
        }
        Kind::Other => {}
    }
}

/// A table whose rows are as long as its head.
fn table(rows: Vec<Vec<Vec<Inline>>>) -> Block {
    let mut rows = rows.into_iter();
    let head = rows.next().unwrap_or_default();
    let width = head.len();
    let rows = rows.map(|mut row| {
        row.resize(width, Vec::new());
        row
    });
    Block::Table { align: vec![Align::Left; width], head, rows: rows.collect() }
}

fn add_paragraph(paragraph: &ReadParagraph, blocks: &mut Vec<Block>) {
    let text = || inline(&paragraph.clusters);
    if paragraph.clusters.is_empty() {
        if paragraph.look == Look::Rule {
            blocks.push(Block::Rule);
        }
        return;
    }
    if let Some(depth) = paragraph.bullet {
        return add_item(text(), depth, blocks);
    }
    match paragraph.look {
        Look::Heading(level) => blocks.push(Block::Heading { level, text: text(), id: String::new() }),
        Look::Quote => blocks.push(Block::Quote(vec![Block::Paragraph(text())])),
        Look::Code => {
            let text = paragraph.clusters.iter().map(|cluster| cluster.text.as_str()).collect::<String>();
            blocks.push(Block::Code { language: String::new(), text: text.replace(SOFT_BREAK, "\n") });
        }
        Look::Normal | Look::Rule => blocks.push(Block::Paragraph(text())),
    }
}

/// Adds to the list that stands last, as deep as it goes.
fn add_item(text: Vec<Inline>, depth: u8, blocks: &mut Vec<Block>) {
    let is_list = matches!(blocks.last(), Some(Block::List { .. }));
    if !is_list {
        blocks.push(Block::List { start: None, items: Vec::new() });
    }
    if let Some(Block::List { items, .. }) = blocks.last_mut() {
        match items.last_mut() {
            Some(last) if depth > 0 => add_item(text, depth - 1, &mut last.blocks),
            _ => items.push(Item { done: None, blocks: vec![Block::Paragraph(text)] }),
        }
    }
}

fn inline(clusters: &[Cluster]) -> Vec<Inline> {
    let mut runs: Vec<(String, &Style)> = Vec::new();
    for cluster in clusters.iter().filter(|cluster| !cluster.text.starts_with(OBJECT)) {
        match runs.last_mut() {
            Some((text, style)) if *style == &cluster.style => text.push_str(&cluster.text),
            _ => runs.push((cluster.text.clone(), &cluster.style)),
        }
    }
    let mut inlines = Vec::new();
    for (text, style) in runs {
        for (number, line) in text.split(SOFT_BREAK).enumerate() {
            if number > 0 {
                inlines.push(Inline::Break);
            }
            if !line.is_empty() {
                inlines.push(dressed(line, style));
            }
        }
    }
    inlines
}

fn dressed(text: &str, style: &Style) -> Inline {
    if let Some(Target::Picture(hash)) = &style.link {
        let caption = text.strip_prefix('🖼').unwrap_or(text).trim_start().to_owned();
        return Inline::Image { hash: hash.clone(), caption };
    }
    let mut inline = if style.code { Inline::Code(text.to_owned()) } else { Inline::text(text) };
    if style.strike {
        inline = Inline::Strike(vec![inline]);
    }
    if style.italic {
        inline = Inline::Emphasis(vec![inline]);
    }
    if style.bold {
        inline = Inline::Strong(vec![inline]);
    }
    match &style.link {
        Some(Target::Url(url)) => Inline::Link { url: url.clone(), text: vec![inline] },
        _ => inline,
    }
}
