//! A report's blocks laid out as pieces.
//!
//! What Google Docs has no words for is said in words it has: a quotation is an indented paragraph with a line at its
//! left, code is one shaded paragraph with soft line breaks, a picture is its caption and a link.

use yokoten_model::report::{Align, Block, Inline, Item, Report, Why, plain};

use super::piece::{
    Chapter, Look, Mark, OBJECT, Paragraph, Pictures, Piece, Run, SOFT_BREAK, Style, Target, shorten,
};

/// The longest title of a tab, in UTF-16 units.
const TITLE: usize = 50;

/// A book's chapters. Whatever stands before the first chapter's heading is a chapter with an empty id.
///
/// `have` tells which pictures are here: another becomes its caption alone.
#[must_use]
pub(super) fn chapters(report: &Report, pictures: Pictures, have: &dyn Fn(&str) -> bool) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut start = 0;
    let is_chapter = |block: &Block| matches!(block, Block::Heading { level: 1, id, .. } if !id.is_empty());
    let mut ends: Vec<usize> =
        report.blocks.iter().enumerate().filter(|(_, block)| is_chapter(block)).map(|(at, _)| at).collect();
    ends.push(report.blocks.len());
    for end in ends {
        if let Some(blocks) = report.blocks.get(start..end).filter(|blocks| !blocks.is_empty()) {
            let (id, title) = match &blocks[0] {
                Block::Heading { level: 1, id, text } if !id.is_empty() => (id.clone(), plain(text)),
                _ => (String::new(), report.title.clone()),
            };
            let mut layout =
                Layout { pictures, have, at: Vec::new(), pieces: Vec::new(), origins: Vec::new() };
            for (at, block) in blocks.iter().enumerate() {
                layout.inside(start + at, |layout| layout.block(block, Look::Normal));
            }
            let Layout { pieces, origins, .. } = layout;
            chapters.push(Chapter { id, title: tab_title(&title), pieces, origins });
        }
        start = end;
    }
    chapters
}

/// A title that fits a tab: one line, cut between characters as a person counts them.
fn tab_title(title: &str) -> String {
    let title = clean(title).replace([SOFT_BREAK, '\t'], " ");
    shorten(title.trim(), TITLE)
}

/// Without what Google Docs would strip from an inserted text: indices must not shift.
fn clean(text: &str) -> String {
    let stripped = |char: char| matches!(char, '\0'..='\u{8}' | '\u{c}'..='\u{1f}' | '\u{e000}'..='\u{f8ff}');
    text.chars()
        .filter(|char| !stripped(*char))
        .map(|char| if char == '\n' { SOFT_BREAK } else { char })
        .collect()
}

/// A line break in prose: a space between Latin words, nothing between others.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    for line in text.lines() {
        let latin = |char: Option<char>| char.is_some_and(|char| char.is_ascii());
        if latin(prose.chars().next_back()) && latin(line.chars().next()) {
            prose.push(' ');
        }
        prose.push_str(line);
    }
    clean(&prose).replace('\t', " ")
}

struct Layout<'a> {
    pictures: Pictures,
    have: &'a dyn Fn(&str) -> bool,
    /// The block that is being laid out: by its number among the report's, then among those of the block around it.
    at: Vec<usize>,
    pieces: Vec<Piece>,
    origins: Vec<Vec<usize>>,
}

impl Layout<'_> {
    fn blocks(&mut self, blocks: &[Block], look: Look) {
        for (at, block) in blocks.iter().enumerate() {
            self.inside(at, |layout| layout.block(block, look));
        }
    }

    fn inside(&mut self, at: usize, lay: impl FnOnce(&mut Self)) {
        self.at.push(at);
        lay(self);
        self.at.pop();
    }

    fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
        self.origins.push(self.at.clone());
    }

    fn paragraph(&mut self, look: Look, runs: Vec<Run>) {
        if !runs.is_empty() || look == Look::Rule {
            self.push(Piece::Text(vec![Paragraph { look, bullet: None, runs }]));
        }
    }

    fn block(&mut self, block: &Block, look: Look) {
        match block {
            Block::Heading { level, text, .. } => {
                let runs = self.runs(text);
                self.paragraph(Look::Heading((*level).clamp(1, 6)), runs);
            }
            Block::Paragraph(inlines) => {
                let runs = self.runs(inlines);
                self.paragraph(look, runs);
            }
            Block::List { start, items } => self.list(*start, items, look),
            Block::Table { align, head, rows } => {
                let row =
                    |cells: &Vec<Vec<Inline>>| cells.iter().map(|cell| self.runs(cell)).collect::<Vec<_>>();
                let rows: Vec<_> = std::iter::once(head).chain(rows).map(row).collect();
                let align = align.iter().map(|align| match align {
                    Align::Left => 0,
                    Align::Center => 1,
                    Align::Right => 2,
                });
                if rows.first().is_some_and(|head| !head.is_empty()) {
                    let align = align.collect();
                    self.push(Piece::Table { align, rows });
                }
            }
            Block::Quote(inner) => self.blocks(inner, Look::Quote),
            Block::Code { text, .. } => {
                let text = clean(text.trim_end_matches('\n'));
                let style = Style { code: true, ..Style::default() };
                self.paragraph(Look::Code, vec![Run { text, style, picture: None }]);
            }
            Block::Image { hash, caption } => {
                if self.pictures == Pictures::Inline && (self.have)(hash) {
                    let picture = Some(hash.clone());
                    self.paragraph(look, vec![Run { text: OBJECT.into(), style: Style::default(), picture }]);
                }
                let runs = self.runs(&[Inline::Image { hash: hash.clone(), caption: caption.clone() }]);
                self.paragraph(look, runs);
            }
            Block::Rule => self.paragraph(Look::Rule, Vec::new()),
            Block::WhyTree(whys) => {
                let mut paragraphs = Vec::new();
                why_tree(whys, 0, look, &mut paragraphs);
                if !paragraphs.is_empty() {
                    self.push(Piece::Text(paragraphs));
                }
            }
            Block::Question(question) => self.blocks(&question.open(), look),
        }
    }

    /// A list is one piece; a table inside it stands on its own, between the halves.
    fn list(&mut self, start: Option<u64>, items: &[Item], look: Look) {
        let mut paragraphs = Vec::new();
        self.items(start, items, 0, look, &mut paragraphs);
        // Google Docs cannot begin at another number than 1: such numbers are written out.
        self.flush(&mut paragraphs);
    }

    fn flush(&mut self, paragraphs: &mut Vec<Paragraph>) {
        if !paragraphs.is_empty() {
            self.push(Piece::Text(std::mem::take(paragraphs)));
        }
    }

    fn items(
        &mut self,
        start: Option<u64>,
        items: &[Item],
        depth: u8,
        look: Look,
        paragraphs: &mut Vec<Paragraph>,
    ) {
        for (number, item) in items.iter().enumerate() {
            let number = start.map(|start| start.saturating_add(number as u64));
            let written = number.filter(|_| start.is_some_and(|start| start != 1));
            let mark = match (item.done, start) {
                (Some(_), _) => Some(Mark::Box),
                (None, Some(1)) => Some(Mark::Number),
                (None, Some(_)) => None,
                (None, None) => Some(Mark::Dot),
            };
            let mut runs = Vec::new();
            if let Some(number) = written {
                runs.push(Run { text: format!("{number}. "), style: Style::default(), picture: None });
            }
            let bullet = mark.map(|mark| (mark, depth.min(8)));
            let mut at = paragraphs.len();
            paragraphs.push(Paragraph { look, bullet, runs });
            for block in &item.blocks {
                match block {
                    Block::List { start, items } => {
                        self.items(*start, items, depth.saturating_add(1), look, paragraphs);
                        at = usize::MAX;
                    }
                    Block::Table { .. } => {
                        self.flush(paragraphs);
                        self.block(block, look);
                        at = usize::MAX;
                    }
                    other => {
                        let more = self.lines(other);
                        if more.is_empty() {
                            continue;
                        }
                        if at >= paragraphs.len() {
                            paragraphs.push(Paragraph { look, bullet: None, runs: more });
                            at = paragraphs.len() - 1;
                            continue;
                        }
                        let runs = &mut paragraphs[at].runs;
                        if !runs.is_empty() && written.is_none_or(|_| runs.len() > 1) {
                            runs.push(Run {
                                text: SOFT_BREAK.into(),
                                style: Style::default(),
                                picture: None,
                            });
                        }
                        runs.extend(more);
                    }
                }
            }
        }
    }

    /// A block inside an item as lines of the item's paragraph.
    fn lines(&self, block: &Block) -> Vec<Run> {
        let strong = |mut runs: Vec<Run>| {
            runs.iter_mut().for_each(|run| run.style.bold = true);
            runs
        };
        match block {
            Block::Paragraph(inlines) => self.runs(inlines),
            Block::Heading { text, .. } => strong(self.runs(text)),
            Block::Code { text, .. } => self.runs(&[Inline::Code(text.trim_end_matches('\n').to_owned())]),
            Block::Image { hash, caption } => {
                self.runs(&[Inline::Image { hash: hash.clone(), caption: caption.clone() }])
            }
            Block::Quote(inner) => self.joined(inner),
            Block::Question(question) => self.joined(&question.open()),
            Block::List { items, .. } => {
                self.joined(&items.iter().flat_map(|item| item.blocks.clone()).collect::<Vec<_>>())
            }
            Block::WhyTree(whys) => {
                let mut paragraphs = Vec::new();
                why_tree(whys, 0, Look::Normal, &mut paragraphs);
                join(paragraphs.into_iter().map(|paragraph| paragraph.runs).collect())
            }
            Block::Table { .. } | Block::Rule => Vec::new(),
        }
    }

    fn joined(&self, blocks: &[Block]) -> Vec<Run> {
        join(blocks.iter().map(|block| self.lines(block)).collect())
    }

    fn runs(&self, inlines: &[Inline]) -> Vec<Run> {
        let mut runs = Vec::new();
        self.collect(inlines, &Style::default(), &mut runs);
        let mut merged: Vec<Run> = Vec::new();
        for run in runs {
            match merged.last_mut() {
                Some(last) if last.style == run.style && last.picture.is_none() && run.picture.is_none() => {
                    last.text.push_str(&run.text);
                }
                _ if run.text.is_empty() => {}
                _ => merged.push(run),
            }
        }
        merged
    }

    fn collect(&self, inlines: &[Inline], style: &Style, runs: &mut Vec<Run>) {
        for inline in inlines {
            let (text, style) = match inline {
                Inline::Text(text) => (prose(text), style.clone()),
                Inline::Code(text) => {
                    (clean(text).replace('\t', "    "), Style { code: true, ..style.clone() })
                }
                Inline::Tag(text) => (format!("［{}］", prose(text)), Style { bold: true, ..style.clone() }),
                Inline::Break => (SOFT_BREAK.into(), style.clone()),
                Inline::Image { hash, caption } => {
                    let link = (self.have)(hash).then(|| Target::Picture(hash.clone()));
                    let text = format!("🖼 {}", prose(caption)).trim_end().to_owned();
                    (text, Style { link: link.or_else(|| style.link.clone()), ..style.clone() })
                }
                Inline::Strong(inner) => {
                    self.collect(inner, &Style { bold: true, ..style.clone() }, runs);
                    continue;
                }
                Inline::Emphasis(inner) => {
                    self.collect(inner, &Style { italic: true, ..style.clone() }, runs);
                    continue;
                }
                Inline::Strike(inner) => {
                    self.collect(inner, &Style { strike: true, ..style.clone() }, runs);
                    continue;
                }
                Inline::Link { url, text } => {
                    let link = Some(Target::Url(url.clone()));
                    self.collect(text, &Style { link, ..style.clone() }, runs);
                    continue;
                }
            };
            runs.push(Run { text, style, picture: None });
        }
    }
}

fn join(lines: Vec<Vec<Run>>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !joined.is_empty() {
            joined.push(Run { text: SOFT_BREAK.into(), style: Style::default(), picture: None });
        }
        joined.extend(line);
    }
    joined
}

fn why_tree(whys: &[Why], depth: u8, look: Look, paragraphs: &mut Vec<Paragraph>) {
    for why in whys {
        let run = |text: String, style: Style| Run { text, style, picture: None };
        let bold = || Style { bold: true, ..Style::default() };
        let mut runs = vec![run(format!("{} ", prose(&why.label)), bold())];
        let note = if why.note.is_empty() { String::new() } else { format!("（{}）", prose(&why.note)) };
        runs.push(run(format!("{}{note}", clean(&why.text).replace('\t', " ")), Style::default()));
        if let Some(tag) = &why.tag {
            runs.push(run(format!("［{}］", prose(tag)), bold()));
        }
        paragraphs.push(Paragraph { look, bullet: Some((Mark::Dot, depth.min(8))), runs });
        why_tree(&why.children, depth.saturating_add(1), look, paragraphs);
    }
}
