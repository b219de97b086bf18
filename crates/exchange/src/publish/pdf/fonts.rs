//! The fonts of this computer, and which of them a page is set in.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

use crate::publish::{Error, Result};

/// Families by purpose, the best first: those of macOS, of Windows, of Linux.
const GOTHIC: [&str; 14] = [
    "Hiragino Kaku Gothic ProN",
    "Hiragino Sans",
    "BIZ UDPGothic",
    "Yu Gothic",
    "Meiryo",
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Source Han Sans",
    "IBM Plex Sans JP",
    "IPAexGothic",
    "IPAPGothic",
    "Takao PGothic",
    "VL PGothic",
    "MS PGothic",
];
const MINCHO: [&str; 10] = [
    "Hiragino Mincho ProN",
    "BIZ UDPMincho",
    "Yu Mincho",
    "Noto Serif CJK JP",
    "Noto Serif JP",
    "Source Han Serif",
    "IPAexMincho",
    "IPAPMincho",
    "Takao PMincho",
    "MS PMincho",
];
const MONO: [&str; 6] =
    ["BIZ UDGothic", "Noto Sans Mono CJK JP", "Osaka-Mono", "IPAGothic", "VL Gothic", "MS Gothic"];

/// A family is Japanese where it has these.
const JAPANESE: [char; 4] = ['あ', 'ア', '手', '障'];

/// The fonts of this computer.
pub struct Fonts {
    book: LazyHash<FontBook>,
    faces: Vec<Face>,
    /// What has been read: the faces of a collection share its bytes.
    files: Mutex<HashMap<PathBuf, Bytes>>,
    gothic: String,
    mincho: String,
    mono: String,
}

struct Face {
    path: PathBuf,
    /// In a collection.
    index: u32,
    font: OnceLock<Option<Font>>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Fonts({}, {}, {})", self.gothic, self.mincho, self.mono)
    }
}

impl Fonts {
    /// Looks where this system keeps its fonts, for as long as it takes to read the head of each (about 0.1 s).
    ///
    /// # Errors
    /// [`Error::NoJapaneseFont`].
    pub fn system() -> Result<Self> {
        Self::of(typst_kit::fonts::system().map(|(face, info)| (face.path, face.index, info)))
    }

    /// From some faces: the file, the index within it, and what is known about it.
    ///
    /// # Errors
    /// [`Error::NoJapaneseFont`].
    pub fn of(all: impl IntoIterator<Item = (PathBuf, u32, FontInfo)>) -> Result<Self> {
        let (mut book, mut faces) = (FontBook::new(), Vec::new());
        for (path, index, info) in all {
            book.push(info);
            faces.push(Face { path, index, font: OnceLock::new() });
        }
        let known = |wanted: &[&str]| {
            wanted.iter().find(|family| japanese(&book, family)).map(|family| (*family).to_owned())
        };
        let any = || {
            let mut names: Vec<&str> = book.families().map(|(name, _)| name).collect();
            names.sort_unstable();
            names.into_iter().find(|family| japanese(&book, family)).map(str::to_owned)
        };
        let gothic = known(&GOTHIC).or_else(any).ok_or(Error::NoJapaneseFont)?;
        let mincho = known(&MINCHO).unwrap_or_else(|| gothic.clone());
        let mono = known(&MONO).unwrap_or_else(|| gothic.clone());
        Ok(Self { book: LazyHash::new(book), faces, files: Mutex::default(), gothic, mincho, mono })
    }

    /// The family of the text.
    #[must_use]
    pub fn gothic(&self) -> &str {
        &self.gothic
    }

    /// The family of headings.
    #[must_use]
    pub fn mincho(&self) -> &str {
        &self.mincho
    }

    /// The family of code.
    #[must_use]
    pub fn mono(&self) -> &str {
        &self.mono
    }

    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(super) fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        face.font.get_or_init(|| Font::new(self.file(&face.path)?, face.index)).clone()
    }

    fn file(&self, path: &PathBuf) -> Option<Bytes> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(path) {
            return Some(bytes.clone());
        }
        let bytes = Bytes::new(std::fs::read(path).ok()?);
        files.insert(path.clone(), bytes.clone());
        Some(bytes)
    }
}

fn japanese(book: &FontBook, family: &str) -> bool {
    book.select_family(&family.to_lowercase()).any(|index| {
        let covers = |char: char| book.info(index).is_some_and(|info| info.coverage.contains(char.into()));
        JAPANESE.into_iter().all(covers)
    })
}
