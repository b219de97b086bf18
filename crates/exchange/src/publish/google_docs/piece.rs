//! A report's blocks as pieces: what one named range of a document holds.
//!
//! A piece is either paragraphs or one table. What Google Docs has no words for is said in words it has: a quotation
//! is an indented paragraph with a line at its left, code is one shaded paragraph with soft line breaks, a picture is
//! its caption and a link. All lengths are UTF-16 units.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use yokoten_model::report::{Align, Block, Inline, Item, Report, Why, plain};

/// A line break inside a paragraph.
pub(super) const SOFT_BREAK: char = '\u{b}';
/// Stands for a picture in a paragraph's text: one unit.
pub(super) const OBJECT: char = '\u{fffc}';
/// The longest title of a tab, in UTF-16 units.
const TITLE: usize = 50;
/// Changes where the same block would be laid out differently from before.
const VERSION: u8 = 1;

/// The look of a run of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Style {
    /// Strong.
    pub(super) bold: bool,
    /// Emphasised.
    pub(super) italic: bool,
    /// Struck out.
    pub(super) strike: bool,
    /// Code.
    pub(super) code: bool,
    /// Where it leads to.
    pub(super) link: Option<Target>,
}

/// Where a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Target {
    /// An address.
    Url(String),
    /// A picture by its hash, wherever it is kept.
    Picture(String),
}

/// A run of text with one look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    /// Its text, without line ends.
    pub(super) text: String,
    /// Its look.
    pub(super) style: Style,
    /// The hash of the picture that stands here; `text` is then [`OBJECT`].
    pub(super) picture: Option<String>,
}

/// The look of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Look {
    /// A plain one.
    Normal,
    /// A heading, 1 to 6.
    Heading(u8),
    /// Quoted.
    Quote,
    /// Code.
    Code,
    /// A line across the page, below an empty paragraph.
    Rule,
}

/// The mark before an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Mark {
    /// A dot.
    Dot,
    /// A number.
    Number,
    /// A box to tick.
    Box,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Paragraph {
    /// Its look.
    pub(super) look: Look,
    /// Its mark and depth (0 to 8), in a list.
    pub(super) bullet: Option<(Mark, u8)>,
    /// Its text.
    pub(super) runs: Vec<Run>,
}

/// What one named range holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Piece {
    /// Paragraphs.
    Text(Vec<Paragraph>),
    /// A table, its head first; every row is as long as the head.
    Table {
        /// How the columns are aligned: 0 left, 1 centred, 2 right.
        align: Vec<u8>,
        /// Rows of cells of runs.
        rows: Vec<Vec<Vec<Run>>>,
    },
}

/// A chapter: one tab.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chapter {
    /// The chapter's id in the book.
    pub(super) id: String,
    /// The tab's title as wished for: not yet unique.
    pub(super) title: String,
    /// Its pieces.
    pub(super) pieces: Vec<Piece>,
}

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pictures {
    /// Kept privately beside the document, with caption and link.
    #[default]
    Linked,
    /// In the text; each is readable by everyone with its link for the moment of being inserted.
    Inline,
}

impl Piece {
    /// A name of the content: the kind, and a hash. The same content has the same name.
    #[must_use]
    pub(super) fn source(&self) -> String {
        let json = serde_json::to_vec(&(VERSION, self)).unwrap_or_default();
        format!("{}:{}", self.kind(), &blake3::hash(&json).to_hex()[..20])
    }

    /// A letter for the kind: a block is only ever changed into another of its kind.
    #[must_use]
    pub(super) fn kind(&self) -> char {
        match self {
            Self::Table { .. } => 't',
            Self::Text(paragraphs) => match paragraphs.first() {
                Some(Paragraph { bullet: Some(_), .. }) => 'l',
                Some(Paragraph { look: Look::Heading(_), .. }) => 'h',
                Some(Paragraph { look: Look::Quote, .. }) => 'q',
                Some(Paragraph { look: Look::Code, .. }) => 'c',
                _ => 'p',
            },
        }
    }

    /// Its text: paragraphs and rows by lines, cells by tabs; a table stands below an empty paragraph.
    #[must_use]
    pub(super) fn text(&self) -> String {
        let text = |runs: &Vec<Run>| runs.iter().map(|run| run.text.as_str()).collect::<String>();
        match self {
            Self::Text(paragraphs) => {
                paragraphs.iter().map(|paragraph| text(&paragraph.runs)).collect::<Vec<_>>().join("\n")
            }
            Self::Table { rows, .. } => {
                let rows = rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("\t"));
                format!("\n{}", rows.collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// The runs of all its paragraphs or cells.
    fn runs(&self) -> Vec<&Run> {
        match self {
            Self::Text(paragraphs) => paragraphs.iter().flat_map(|paragraph| &paragraph.runs).collect(),
            Self::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
        }
    }

    /// The hashes of the pictures that it shows or leads to.
    #[must_use]
    pub(super) fn pictures(&self) -> Vec<&str> {
        let mut hashes = Vec::new();
        for run in self.runs() {
            if let Some(Target::Picture(hash)) = &run.style.link {
                hashes.push(hash.as_str());
            }
            hashes.extend(run.picture.as_deref());
        }
        hashes
    }

    /// The hashes of the pictures that stand in its text.
    #[must_use]
    pub(super) fn shown(&self) -> Vec<&str> {
        self.runs().into_iter().filter_map(|run| run.picture.as_deref()).collect()
    }
}

/// The length in UTF-16 units.
#[must_use]
pub(super) fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

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
            let mut layout = Layout { pictures, have, pieces: Vec::new() };
            layout.blocks(blocks, Look::Normal);
            chapters.push(Chapter { id, title: tab_title(&title), pieces: layout.pieces });
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

/// The first characters that fit into so many UTF-16 units, with an ellipsis where some are missing.
#[must_use]
pub(super) fn shorten(title: &str, most: usize) -> String {
    if units(title) as usize <= most {
        return title.to_owned();
    }
    let mut short = String::new();
    for cluster in title.graphemes(true) {
        if (units(&short) + units(cluster)) as usize > most.saturating_sub(1) {
            break;
        }
        short.push_str(cluster);
    }
    format!("{}…", short.trim_end())
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
    pieces: Vec<Piece>,
}

impl Layout<'_> {
    fn blocks(&mut self, blocks: &[Block], look: Look) {
        for block in blocks {
            self.block(block, look);
        }
    }

    fn paragraph(&mut self, look: Look, runs: Vec<Run>) {
        if !runs.is_empty() || look == Look::Rule {
            self.pieces.push(Piece::Text(vec![Paragraph { look, bullet: None, runs }]));
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
                    self.pieces.push(Piece::Table { align, rows });
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
                    self.pieces.push(Piece::Text(paragraphs));
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
            self.pieces.push(Piece::Text(std::mem::take(paragraphs)));
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
