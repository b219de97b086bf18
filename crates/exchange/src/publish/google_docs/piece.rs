//! Pieces: what one named range of a document holds, paragraphs or one table. All lengths are UTF-16 units.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// A line break inside a paragraph.
pub(super) const SOFT_BREAK: char = '\u{b}';
/// Stands for a picture in a paragraph's text: one unit.
pub(super) const OBJECT: char = '\u{fffc}';
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
    /// The block of the report that each piece comes from: its number, then those of the blocks inside it.
    pub(super) origins: Vec<Vec<usize>>,
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
