//! Taking back into a chapter what people wrote where it was published.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Book, Chapter, Question};
use crate::markdown;
use crate::report::{self, Block, Labels, plain};

/// A block of a published book that someone edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Which block of [`report::book`] it is: its number, then those of the blocks inside it (a question's as
    /// [`report::Question::open`] has them).
    pub at: Vec<usize>,
    /// What was published there, masked, as it reads back from there.
    pub ours: Vec<Block>,
    /// What stands there now.
    pub theirs: Vec<Block>,
}

/// The chapters with what people wrote in them; those that stay the same are left out. What a mask stands for, and
/// whatever else is lost on the way out and back, comes from the chapter: only the person's own changes are taken.
///
/// # Errors
/// The place in `written` of the first text that no field of a chapter holds, such as a heading that every chapter
/// has.
pub fn take_back(
    book: &Book,
    labels: &dyn Labels,
    written: &[Written],
    markdown: &dyn Fn(&[Block]) -> String,
) -> Result<Vec<Chapter>, usize> {
    let blocks = report::book_as_written(book, labels, "").blocks;
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut order: Vec<usize> = (0..written.len()).collect();
    // From the end: a text that becomes two blocks moves only what stands behind it.
    order.sort_by(|one, other| written[*other].at.cmp(&written[*one].at));
    for number in order {
        let one = &written[number];
        let (id, field, at) = place(book, &blocks, &one.at).ok_or(number)?;
        let mut chapter = match chapters.iter().position(|chapter| chapter.id == id) {
            Some(known) => chapters.remove(known),
            None => book.chapter(id).ok_or(number)?.clone(),
        };
        Taking { one, at: &at, markdown }.chapter(&mut chapter, field).ok_or(number)?;
        chapters.push(chapter);
    }
    chapters.retain(|chapter| book.chapter(&chapter.id) != Some(chapter));
    Ok(chapters)
}

/// A field of a chapter.
enum Field {
    Title,
    Situation,
    Think(usize),
    Happened,
    Why,
    Lessons,
    Check(usize),
}

/// The chapter and the field that a block was made of, and the block's place in it.
fn place<'a>(book: &'a Book, blocks: &[Block], at: &[usize]) -> Option<(&'a str, Field, Vec<usize>)> {
    let (first, rest) = at.split_first()?;
    let mut chapter: Option<&Chapter> = None;
    let mut part = None;
    for (number, block) in blocks.iter().enumerate().take(first + 1) {
        let Block::Heading { level, id, .. } = block else { continue };
        if *level == 1 {
            (chapter, part) = (book.chapter(id), None);
        } else if let Some(key) = chapter.and_then(|chapter| id.strip_prefix(&format!("{}-", chapter.id))) {
            part = Some((key, number + 1));
        }
    }
    let chapter = chapter?;
    let Some((key, start)) = part else {
        let is_title = matches!(blocks.get(*first), Some(Block::Heading { level: 1, .. }));
        return is_title.then(|| (chapter.id.as_str(), Field::Title, Vec::new()));
    };
    let number = first.checked_sub(start)?;
    let (field, at) = match key {
        "think" => (Field::Think(number), rest.to_vec()),
        "check" => (Field::Check(number), rest.to_vec()),
        key => {
            let field = match key {
                "situation" => Field::Situation,
                "happened" => Field::Happened,
                "why" => Field::Why,
                "lessons" => Field::Lessons,
                _ => return None,
            };
            (field, [&[number], rest].concat())
        }
    };
    Some((&chapter.id, field, at))
}

struct Taking<'a> {
    one: &'a Written,
    /// The place in the field.
    at: &'a [usize],
    markdown: &'a dyn Fn(&[Block]) -> String,
}

impl Taking<'_> {
    fn chapter(&self, chapter: &mut Chapter, field: Field) -> Option<()> {
        let parts = &mut chapter.parts;
        let text = match field {
            Field::Title => {
                chapter.title = merge(&line(&self.one.ours), &chapter.title, &line(&self.one.theirs));
                return Some(());
            }
            Field::Think(number) => {
                let many = parts.think.len() > 1;
                return self.question(parts.think.get_mut(number)?, many);
            }
            Field::Check(number) => {
                let many = parts.check.len() > 1;
                return self.question(parts.check.get_mut(number)?, many);
            }
            Field::Situation => &mut parts.situation,
            Field::Happened => &mut parts.happened,
            Field::Why => &mut parts.why,
            Field::Lessons => &mut parts.lessons,
        };
        *text = self.text(text, self.at)?;
        Some(())
    }

    /// A Markdown text with the block at a place changed as the person changed it. The rest keeps its spelling.
    fn text(&self, text: &str, at: &[usize]) -> Option<String> {
        let (number, inside) = at.split_first()?;
        let places = places(text);
        let mut blocks = markdown::blocks(text);
        if blocks.len() != places.len() {
            return None;
        }
        let block = blocks.get_mut(*number)?;
        let merged = |mine: &Block| {
            let write = self.markdown;
            merge(&write(&self.one.ours), &write(std::slice::from_ref(mine)), &write(&self.one.theirs))
        };
        let new = match inside {
            [] => merged(block),
            [inner] => {
                let Block::Quote(quoted) = &mut *block else { return None };
                let new = markdown::blocks(&merged(quoted.get(*inner)?));
                quoted.splice(inner..=inner, new);
                (self.markdown)(std::slice::from_ref(block))
            }
            _ => return None,
        };
        let range = places.get(*number)?.clone();
        // What a parser counts to a block may end behind its last line.
        let end = range.start + text.get(range.clone())?.trim_end().len();
        let (before, behind) = (text.get(..range.start)?, text.get(end..)?);
        let new = new.trim_end();
        let behind = if new.is_empty() { behind.trim_start_matches('\n') } else { behind };
        Some(format!("{before}{new}{behind}"))
    }

    fn question(&self, question: &mut Question, labelled: bool) -> Option<()> {
        let (number, inside) = self.at.split_first()?;
        let number = number.checked_sub(usize::from(labelled))?;
        let prompt = markdown::blocks(&question.prompt).len();
        if number < prompt {
            question.prompt = self.text(&question.prompt, &[&[number], inside].concat())?;
            return Some(());
        }
        if !question.choices.is_empty() && number == prompt {
            return self.choices(question);
        }
        // The answer's quotation begins with its label, and with the choices that are right.
        let (inner, _) = inside.split_first()?;
        let before = 1 + usize::from(question.choices.iter().any(|choice| choice.right));
        question.answer = self.text(&question.answer, &[inner.checked_sub(before)?])?;
        Some(())
    }

    /// Choices may be reworded there; which are right is not told there, so none comes or goes.
    fn choices(&self, question: &mut Question) -> Option<()> {
        let lines = |blocks: &[Block]| match blocks {
            [Block::List { items, .. }] if items.len() == question.choices.len() => {
                Some(items.iter().map(|item| (self.markdown)(&item.blocks)).collect::<Vec<_>>())
            }
            _ => None,
        };
        let (ours, theirs) = (lines(&self.one.ours)?, lines(&self.one.theirs)?);
        for ((choice, ours), theirs) in question.choices.iter_mut().zip(ours).zip(theirs) {
            choice.text = merge(ours.trim_end(), &choice.text, theirs.trim_end());
        }
        Some(())
    }
}

/// A title is one line.
fn line(blocks: &[Block]) -> String {
    let text = |block: &Block| match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => plain(text),
        _ => String::new(),
    };
    blocks.iter().map(text).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Where each block of [`markdown::blocks`] stands in its text, in bytes.
fn places(text: &str) -> Vec<Range<usize>> {
    use pulldown_cmark::{Event, Parser};
    let mut depth = 0_usize;
    let mut places = Vec::new();
    for (event, range) in Parser::new_ext(text, markdown::options()).into_offset_iter() {
        match event {
            Event::Start(_) => {
                if depth == 0 {
                    places.push(range);
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ if depth == 0 => places.push(range),
            _ => {}
        }
    }
    places
}

/// `mine` with what changed from `ours` to `theirs`; where both differ from `ours` at one place, theirs stands there.
fn merge(ours: &str, mine: &str, theirs: &str) -> String {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    let (base, mine, theirs) = (letters(ours), letters(mine), letters(theirs));
    let mut mine_changes = changes(&base, &mine).into_iter().peekable();
    let mut their_changes = changes(&base, &theirs).into_iter().peekable();
    let mut merged: Vec<char> = Vec::new();
    let mut at = 0;
    loop {
        let next = |change: Option<&(Range<usize>, Vec<char>)>| change.map(|(range, _)| range.clone());
        let (one, other) = (next(mine_changes.peek()), next(their_changes.peek()));
        let take_mine = match (&one, &other) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(one), Some(other)) => {
                // What is restored goes before what was added at the same place.
                if one.start < other.end && other.start < one.end {
                    // At one place: theirs stands, and what of mine reaches into it goes.
                    mine_changes.next();
                    continue;
                }
                (one.start, one.end) <= (other.start, other.end)
            }
        };
        let (range, new) = match if take_mine { mine_changes.next() } else { their_changes.next() } {
            Some(change) => change,
            None => break,
        };
        merged.extend(base.get(at..range.start).unwrap_or_default());
        merged.extend(new);
        at = at.max(range.end);
    }
    merged.extend(base.get(at..).unwrap_or_default());
    merged.into_iter().collect()
}

/// The ranges of `old` that differ, each with what stands there in `new`.
fn changes(old: &[char], new: &[char]) -> Vec<(Range<usize>, Vec<char>)> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new).into_iter();
    ops.filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| (op.old_range(), new.get(op.new_range()).unwrap_or_default().to_vec()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn masks_are_lifted_and_the_persons_words_taken() {
        for (ours, mine, theirs, merged) in [
            ("A社の監視です。", "青葉商店の監視です。", "A社の夜の監視です。", "青葉商店の夜の監視です。"),
            ("A社へ電話。", "青葉商店へ電話。", "A社へ電話", "青葉商店へ電話"),
            ("A社へ電話。", "青葉商店へ電話。", "別の会社へ電話。", "別の会社へ電話。"),
            ("- 確かめる", "- [ ] 確かめる", "- よく確かめる", "- [ ] よく確かめる"),
            ("ア", "ア", "イ", "イ"),
            ("A社", "青葉商店", "", ""),
            ("A社", "青葉商店", "A社。", "青葉商店。"),
        ] {
            assert_eq!(merge(ours, mine, theirs), merged, "{ours} / {mine} / {theirs}");
        }
    }
}
