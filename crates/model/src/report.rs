//! A frozen tree of blocks: what every publisher reads, and nothing else.

mod book;
mod postmortem;

pub use book::{book, book_as_written};
pub use postmortem::{Labels, postmortem, root_tags};

/// A document, ready to be published in any form.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// `PM-0142`, above the title.
    pub number: String,
    /// `ja` or `en`.
    pub lang: String,
    /// When it was last changed (RFC 3339): the date in a file's properties.
    pub date: String,
    /// Keys and values for a file's head, such as YAML front matter.
    pub properties: Vec<(&'static str, Property)>,
    /// What a book has and an entry has not: a title page and a list of its chapters. Each chapter of a book begins
    /// with a heading of level 1 whose `id` is the chapter's.
    pub cover: Option<Cover>,
    /// Everything below the title.
    pub blocks: Vec<Block>,
}

/// The title page of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Lines below the title, such as for whom it is and how many chapters it has.
    pub lines: Vec<String>,
    /// The heading of the contents: 目次.
    pub contents: String,
}

/// A value in a file's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Property {
    /// One text.
    Text(String),
    /// Several.
    List(Vec<String>),
    /// Yes or no.
    Flag(bool),
}

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading, 1 (a chapter) to 6; `id` names it for links inside a file, or is empty.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        text: Vec<Inline>,
        /// Its name.
        id: String,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list, ordered where it has a start.
    List {
        /// The first number.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A table; every row has as many cells as the head.
    Table {
        /// Of each column.
        align: Vec<Align>,
        /// The head's cells.
        head: Vec<Cell>,
        /// The rows.
        rows: Vec<Vec<Cell>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Code, or what a terminal showed.
    Code {
        /// Its language, or empty.
        language: String,
        /// Its text.
        text: String,
    },
    /// A picture on its own.
    Image {
        /// The attachment's hash.
        hash: String,
        /// What it shows.
        caption: String,
    },
    /// A rule.
    Rule,
    /// A why-tree.
    WhyTree(Vec<Why>),
    /// A question whose answer is hidden until one has thought, where the form can hide it.
    Question(Question),
}

/// A question to the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// 問1, 問2 …, or empty.
    pub label: String,
    /// What is asked.
    pub prompt: Vec<Block>,
    /// What can be chosen, or none where the answer is free.
    pub choices: Vec<Choice>,
    /// The word before the answer: 答え.
    pub answer_label: String,
    /// The answer.
    pub answer: Vec<Block>,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its text.
    pub text: Vec<Inline>,
    /// Whether it is right.
    pub right: bool,
}

impl Question {
    /// The question, its choices as boxes to tick, and the answer in a quotation: for forms that cannot hide.
    #[must_use]
    pub fn open(&self) -> Vec<Block> {
        let label = |label: &str| Block::Paragraph(vec![Inline::Strong(vec![Inline::text(label)])]);
        let mut blocks = Vec::new();
        if !self.label.is_empty() {
            blocks.push(label(&self.label));
        }
        blocks.extend(self.prompt.iter().cloned());
        if !self.choices.is_empty() {
            let items = self.choices.iter();
            let items = items.map(|choice| Item {
                done: Some(false),
                blocks: vec![Block::Paragraph(choice.text.clone())],
            });
            blocks.push(Block::List { start: None, items: items.collect() });
        }
        let mut answer = vec![label(&self.answer_label)];
        let right = self.right();
        if !right.is_empty() {
            answer.push(Block::List { start: None, items: right });
        }
        answer.extend(self.answer.iter().cloned());
        blocks.push(Block::Quote(answer));
        blocks
    }

    /// The choices that are right, as items of a list.
    #[must_use]
    pub fn right(&self) -> Vec<Item> {
        let right = self.choices.iter().filter(|choice| choice.right);
        right.map(|choice| Item { done: None, blocks: vec![Block::Paragraph(choice.text.clone())] }).collect()
    }
}

/// One cell of a table.
pub type Cell = Vec<Inline>;

/// One item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Ticked or not, in a task list.
    pub done: Option<bool>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Left.
    #[default]
    Left,
    /// Centred.
    Center,
    /// Right.
    Right,
}

/// One why of a tree, with the words that stand beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// なぜ1, なぜ2 ….
    pub label: String,
    /// The answer.
    pub text: String,
    /// 事実 or 推定, with the evidence.
    pub note: String,
    /// 発1 or 流1 where it is a root cause.
    pub tag: Option<String>,
    /// The whys below it.
    pub children: Vec<Why>,
}

/// A run of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Text; a line break in it is a space between Latin words.
    Text(String),
    /// Strong.
    Strong(Vec<Inline>),
    /// Emphasised.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link whose address was found safe.
    Link {
        /// The address.
        url: String,
        /// The text.
        text: Vec<Inline>,
    },
    /// A picture within text.
    Image {
        /// The attachment's hash.
        hash: String,
        /// What it shows.
        caption: String,
    },
    /// A boxed tag, such as 発1.
    Tag(String),
    /// A line break that was asked for.
    Break,
}

impl Inline {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The text without its form.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Code(text) | Self::Tag(text) | Self::Image { caption: text, .. } => {
                text.clone()
            }
            Self::Strong(inner)
            | Self::Emphasis(inner)
            | Self::Strike(inner)
            | Self::Link { text: inner, .. } => plain(inner),
            Self::Break => "\n".to_owned(),
        }
    }
}

/// The text of a run without its form.
#[must_use]
pub fn plain(inlines: &[Inline]) -> String {
    inlines.iter().map(Inline::plain).collect()
}

impl Report {
    /// The hashes of all its pictures, in reading order, each once.
    #[must_use]
    pub fn images(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        collect(&self.blocks, &mut found);
        let mut seen = std::collections::HashSet::new();
        found.retain(|(hash, _)| seen.insert(*hash));
        found
    }
}

fn collect<'a>(blocks: &'a [Block], found: &mut Vec<(&'a str, &'a str)>) {
    for block in blocks {
        match block {
            Block::Image { hash, caption } => found.push((hash, caption)),
            Block::Paragraph(inlines) | Block::Heading { text: inlines, .. } => {
                collect_inline(inlines, found);
            }
            Block::List { items, .. } => items.iter().for_each(|item| collect(&item.blocks, found)),
            Block::Quote(inner) => collect(inner, found),
            Block::Question(question) => {
                collect(&question.prompt, found);
                question.choices.iter().for_each(|choice| collect_inline(&choice.text, found));
                collect(&question.answer, found);
            }
            Block::Table { head, rows, .. } => {
                head.iter().chain(rows.iter().flatten()).for_each(|cell| collect_inline(cell, found));
            }
            Block::Code { .. } | Block::Rule | Block::WhyTree(_) => {}
        }
    }
}

fn collect_inline<'a>(inlines: &'a [Inline], found: &mut Vec<(&'a str, &'a str)>) {
    for inline in inlines {
        match inline {
            Inline::Image { hash, caption } => found.push((hash, caption)),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Strike(inner)
            | Inline::Link { text: inner, .. } => {
                collect_inline(inner, found);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Tag(_) | Inline::Break => {}
        }
    }
}
