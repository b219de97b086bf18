//! What people wrote in a document, as blocks: so that it can be taken back into the chapter.

use yokoten_model::report::{Align, Block, Inline, Item};

use super::piece::{Look, OBJECT, SOFT_BREAK, Style, Target};
use super::read::{Cluster, Element, Kind, ReadParagraph};

/// Paragraphs and tables as blocks.
#[must_use]
pub(super) fn blocks<'a>(elements: impl IntoIterator<Item = &'a Element>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for element in elements {
        match &element.kind {
            Kind::Paragraph(paragraph) => add_paragraph(paragraph, &mut blocks),
            Kind::Table(rows) => {
                let cell = |cell: &Vec<Element>| {
                    let mut inlines = Vec::new();
                    for element in cell {
                        if let Kind::Paragraph(paragraph) = &element.kind {
                            if !inlines.is_empty() {
                                inlines.push(Inline::Break);
                            }
                            inlines.extend(inline(&paragraph.clusters));
                        }
                    }
                    inlines
                };
                let mut rows = rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>());
                let head = rows.next().unwrap_or_default();
                let width = head.len();
                let rows = rows.map(|mut row| {
                    row.resize(width, Vec::new());
                    row
                });
                blocks.push(Block::Table { align: vec![Align::Left; width], head, rows: rows.collect() });
            }
            Kind::Other => {}
        }
    }
    blocks
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
