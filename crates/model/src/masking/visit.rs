//! Every text of a report, in runs that are read as one.

use crate::report::{Block, Inline, Property, Question, Report, Why};

/// The texts outside the blocks.
pub(super) fn titles(report: &mut Report, each: &mut dyn FnMut(&str)) {
    titles_mut(report, &mut |text| each(text));
}

/// The texts outside the blocks, to change.
pub(super) fn titles_mut(report: &mut Report, each: &mut dyn FnMut(&mut String)) {
    each(&mut report.title);
    each(&mut report.number);
    for (_, property) in &mut report.properties {
        match property {
            Property::Text(text) => each(text),
            Property::List(texts) => texts.iter_mut().for_each(&mut *each),
            Property::Flag(_) => {}
        }
    }
    if let Some(cover) = &mut report.cover {
        cover.lines.iter_mut().for_each(&mut *each);
        each(&mut cover.contents);
    }
}

/// All texts of a report in one, to see whether a word is used.
pub(super) fn all_text(report: &Report) -> String {
    let mut report = report.clone();
    let mut all = String::new();
    titles(&mut report, &mut |text| {
        all.push_str(text);
        all.push('\n');
    });
    for block in &mut report.blocks {
        texts(block, &mut |run| {
            run.iter().for_each(|part| all.push_str(part));
            all.push('\n');
        });
    }
    all
}

/// Every run of texts of a block.
pub(super) fn texts(block: &mut Block, each: &mut dyn FnMut(&mut [&mut String])) {
    parts(block, &mut |part| match part {
        Part::Inlines(inlines) => run(inlines, each),
        Part::Plain(text) => each(&mut [text]),
    });
}

/// Every address of a link; where `each` says yes, the link becomes its text.
pub(super) fn addresses(block: &mut Block, each: &mut dyn FnMut(&str) -> bool) {
    parts(block, &mut |part| {
        if let Part::Inlines(inlines) = part {
            unlink(inlines, each);
        }
    });
}

/// Every picture: its hash and its caption.
pub(super) fn images(block: &mut Block, each: &mut dyn FnMut(&str, &str)) {
    if let Block::Image { hash, caption } = block {
        each(hash, caption);
        return;
    }
    match block {
        Block::Quote(inner) => inner.iter_mut().for_each(|block| images(block, each)),
        Block::List { items, .. } => {
            items.iter_mut().flat_map(|item| &mut item.blocks).for_each(|block| images(block, each));
        }
        Block::Question(question) => {
            let blocks = question.prompt.iter_mut().chain(&mut question.answer);
            blocks.for_each(|block| images(block, each));
            question.choices.iter_mut().for_each(|choice| inline_images(&choice.text, each));
        }
        other => parts(other, &mut |part| {
            if let Part::Inlines(inlines) = part {
                inline_images(inlines, each);
            }
        }),
    }
}

fn inline_images(inlines: &[Inline], each: &mut dyn FnMut(&str, &str)) {
    for inline in inlines {
        match inline {
            Inline::Image { hash, caption } => each(hash, caption),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Strike(inner)
            | Inline::Link { text: inner, .. } => inline_images(inner, each),
            Inline::Text(_) | Inline::Code(_) | Inline::Tag(_) | Inline::Break => {}
        }
    }
}

/// What holds text.
enum Part<'a> {
    Inlines(&'a mut Vec<Inline>),
    Plain(&'a mut String),
}

/// Everything of a block that holds text, in reading order.
fn parts(block: &mut Block, each: &mut dyn FnMut(Part<'_>)) {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => each(Part::Inlines(text)),
        Block::List { items, .. } => {
            items.iter_mut().flat_map(|item| &mut item.blocks).for_each(|block| parts(block, each));
        }
        Block::Table { head, rows, .. } => {
            let cells = head.iter_mut().chain(rows.iter_mut().flatten());
            cells.for_each(|cell| each(Part::Inlines(cell)));
        }
        Block::Quote(blocks) => blocks.iter_mut().for_each(|block| parts(block, each)),
        Block::Code { language, text } => {
            [language, text].into_iter().for_each(|text| each(Part::Plain(text)));
        }
        Block::Image { caption, .. } => each(Part::Plain(caption)),
        Block::WhyTree(whys) => whys.iter_mut().for_each(|why| why_parts(why, each)),
        Block::Question(question) => {
            let Question { label, prompt, choices, answer_label, answer } = question;
            each(Part::Plain(label));
            prompt.iter_mut().for_each(|block| parts(block, each));
            choices.iter_mut().for_each(|choice| each(Part::Inlines(&mut choice.text)));
            each(Part::Plain(answer_label));
            answer.iter_mut().for_each(|block| parts(block, each));
        }
        Block::Rule => {}
    }
}

fn why_parts(why: &mut Why, each: &mut dyn FnMut(Part<'_>)) {
    each(Part::Plain(&mut why.text));
    each(Part::Plain(&mut why.note));
    why.children.iter_mut().for_each(|why| why_parts(why, each));
}

/// One run: a name may begin in plain text and end in bold. A line break or a picture ends it.
fn run(inlines: &mut [Inline], each: &mut dyn FnMut(&mut [&mut String])) {
    let mut leaves = Vec::new();
    collect(inlines, &mut leaves);
    for leaf in leaves.split_mut(Option::is_none) {
        let mut run: Vec<&mut String> = leaf.iter_mut().filter_map(|part| part.as_deref_mut()).collect();
        if !run.is_empty() {
            each(&mut run);
        }
    }
}

/// The texts in reading order; `None` where a run ends.
fn collect<'a>(inlines: &'a mut [Inline], leaves: &mut Vec<Option<&'a mut String>>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) | Inline::Tag(text) => leaves.push(Some(text)),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Strike(inner)
            | Inline::Link { text: inner, .. } => collect(inner, leaves),
            Inline::Image { caption, .. } => leaves.extend([None, Some(caption), None]),
            Inline::Break => leaves.push(None),
        }
    }
}

fn unlink(inlines: &mut Vec<Inline>, each: &mut dyn FnMut(&str) -> bool) {
    for inline in std::mem::take(inlines) {
        match inline {
            Inline::Link { url, mut text } => {
                unlink(&mut text, each);
                if each(&url) {
                    inlines.append(&mut text);
                } else {
                    inlines.push(Inline::Link { url, text });
                }
            }
            Inline::Strong(mut inner) => {
                unlink(&mut inner, each);
                inlines.push(Inline::Strong(inner));
            }
            Inline::Emphasis(mut inner) => {
                unlink(&mut inner, each);
                inlines.push(Inline::Emphasis(inner));
            }
            Inline::Strike(mut inner) => {
                unlink(&mut inner, each);
                inlines.push(Inline::Strike(inner));
            }
            other => inlines.push(other),
        }
    }
}
