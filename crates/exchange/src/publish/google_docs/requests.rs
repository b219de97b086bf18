//! Pieces → the requests of a batch that make them. All indices are UTF-16 units.

use serde_json::{Value, json};

use super::piece::{Look, Mark, Paragraph, Piece, Run, Style, Target, units};
use super::read::{Cluster, MONO, ReadParagraph, Span, clusters};

/// All that we give a paragraph or take from it. Not `*`: a table's paragraphs must not be told about page breaks.
const PARAGRAPH: &str = "namedStyleType,alignment,lineSpacing,spaceAbove,spaceBelow,indentStart,indentFirstLine,\
    indentEnd,borderTop,borderBottom,borderLeft,borderRight,borderBetween,shading,keepLinesTogether,keepWithNext";

/// Where pictures are kept.
pub(super) trait Places {
    /// The address that a link to a picture leads to.
    fn link(&self, hash: &str) -> Option<String>;
    /// The address at which Google can read it for the moment.
    fn public(&self, hash: &str) -> Option<String>;
}

/// Writes requests for one tab.
pub(super) struct Writer<'a> {
    pub(super) tab: &'a str,
    pub(super) places: &'a dyn Places,
    pub(super) requests: Vec<Value>,
}

impl Writer<'_> {
    fn push(&mut self, kind: &str, request: Value) {
        self.requests.push(json!({ kind: request }));
    }

    fn at(&self, index: u32) -> Value {
        json!({ "index": index, "tabId": self.tab })
    }

    fn range(&self, span: Span) -> Value {
        json!({ "startIndex": span.0, "endIndex": span.1, "tabId": self.tab })
    }

    pub(super) fn text(&mut self, at: u32, text: &str) {
        let location = self.at(at);
        self.push("insertText", json!({ "location": location, "text": text }));
    }

    pub(super) fn delete(&mut self, span: Span) {
        if span.0 < span.1 {
            let range = self.range(span);
            self.push("deleteContentRange", json!({ "range": range }));
        }
    }

    pub(super) fn name(&mut self, name: &str, span: Span) {
        let range = self.range(span);
        self.push("createNamedRange", json!({ "name": name, "range": range }));
    }

    pub(super) fn unname(&mut self, id: &str) {
        self.push("deleteNamedRange", json!({ "namedRangeId": id }));
    }

    /// Inserts a piece where a paragraph begins; answers how many units it takes.
    pub(super) fn insert(&mut self, piece: &Piece, at: u32) -> u32 {
        match piece {
            Piece::Text(paragraphs) => self.paragraphs(paragraphs, at),
            Piece::Table { align, rows } => self.table(align, rows, at),
        }
    }

    fn paragraphs(&mut self, paragraphs: &[Paragraph], at: u32) -> u32 {
        // Tabs before an item say how deep it is: making the list takes them away again.
        let tabs = |paragraph: &Paragraph| paragraph.bullet.map_or(0, |(_, depth)| usize::from(depth));
        let mut text = String::new();
        for paragraph in paragraphs {
            text.extend(std::iter::repeat_n('\t', tabs(paragraph)));
            text.push_str(&plain(&paragraph.runs));
            text.push('\n');
        }
        let whole = (at, at + units(&text));
        self.text(at, &text);
        let range = self.range(whole);
        self.push("deleteParagraphBullets", json!({ "range": range }));
        self.unstyle(whole);

        let mut start = at;
        let mut lists: Vec<(Mark, Span)> = Vec::new();
        let mut looks: Vec<(Look, Span)> = Vec::new();
        for paragraph in paragraphs {
            let length = units(&plain(&paragraph.runs)) + 1 + u32::try_from(tabs(paragraph)).unwrap_or(0);
            let end = start + length;
            match looks.last_mut() {
                Some((look, span)) if *look == paragraph.look => span.1 = end,
                _ => looks.push((paragraph.look, (start, end))),
            }
            if let Some((mark, depth)) = paragraph.bullet {
                match lists.last_mut() {
                    Some((known, span)) if span.1 == start && (depth > 0 || *known == mark) => span.1 = end,
                    _ => lists.push((mark, (start, end))),
                }
            }
            start = end;
        }
        for (look, span) in looks {
            self.look(look, span, None);
        }
        for (mark, span) in lists.into_iter().rev() {
            let preset = match mark {
                Mark::Dot => "BULLET_DISC_CIRCLE_SQUARE",
                Mark::Number => "NUMBERED_DECIMAL_NESTED",
                Mark::Box => "BULLET_CHECKBOX",
            };
            let range = self.range(span);
            self.push("createParagraphBullets", json!({ "range": range, "bulletPreset": preset }));
        }

        let mut start = at;
        let mut pictures = Vec::new();
        for paragraph in paragraphs {
            start = self.runs(&paragraph.runs, start, &mut pictures) + 1;
        }
        let shown = self.pictures(pictures);
        start + shown - at
    }

    fn table(&mut self, align: &[u8], rows: &[Vec<Vec<Run>>], at: u32) -> u32 {
        let columns = rows.first().map_or(0, Vec::len);
        let (height, width) = (u32::try_from(rows.len()).unwrap_or(0), u32::try_from(columns).unwrap_or(0));
        let location = self.at(at);
        self.push("insertTable", json!({ "location": location, "rows": height, "columns": width }));
        let empty = 1 + 2 + height + 2 * height * width;
        let mut filled = 0;
        let mut cells = Vec::new();
        for (row, cols) in (0..).zip(rows) {
            for (column, runs) in (0..).zip(cols) {
                let index = at + 4 + row * (1 + 2 * width) + 2 * column;
                cells.push((index, row, column, runs));
            }
        }
        for (index, .., runs) in cells.iter().rev() {
            let text = plain(runs);
            if !text.is_empty() {
                self.text(*index, &text);
            }
            filled += units(&text);
        }
        let whole = (at, at + empty + filled);
        let range = self.range(whole);
        self.push("deleteParagraphBullets", json!({ "range": range }));
        self.look(Look::Normal, whole, None);
        self.unstyle(whole);
        let mut before = 0;
        for (index, row, column, runs) in cells {
            let start = index + before;
            let length = units(&plain(runs));
            match align.get(column as usize) {
                Some(1) => self.look(Look::Normal, (start, start + length + 1), Some("CENTER")),
                Some(2) => self.look(Look::Normal, (start, start + length + 1), Some("END")),
                _ => {}
            }
            let head = row == 0;
            let dressed: Vec<Run> = runs
                .iter()
                .map(|run| {
                    let bold = run.style.bold || head;
                    Run { style: Style { bold, ..run.style.clone() }, ..run.clone() }
                })
                .collect();
            self.runs(&dressed, start, &mut Vec::new());
            before += length;
        }
        let start = self.at(at + 1);
        self.push("pinTableHeaderRows", json!({ "tableStartLocation": start, "pinnedHeaderRowsCount": 1 }));
        empty + filled
    }

    /// Gives runs their looks; answers where they end. Pictures are inserted later and take no room yet.
    fn runs(&mut self, runs: &[Run], at: u32, pictures: &mut Vec<(u32, String)>) -> u32 {
        let mut start = at;
        for run in runs {
            match &run.picture {
                Some(hash) => pictures.push((start, hash.clone())),
                None => {
                    let end = start + units(&run.text);
                    self.dress((start, end), &run.style);
                    start = end;
                }
            }
        }
        start
    }

    /// Inserts pictures, the last first; answers how many units they take.
    fn pictures(&mut self, pictures: Vec<(u32, String)>) -> u32 {
        let mut shown = 0;
        for (at, hash) in pictures.into_iter().rev() {
            if let Some(uri) = self.places.public(&hash) {
                let location = self.at(at);
                self.push("insertInlineImage", json!({ "location": location, "uri": uri }));
                shown += 1;
            }
        }
        shown
    }

    fn unstyle(&mut self, span: Span) {
        let range = self.range(span);
        self.push("updateTextStyle", json!({ "range": range, "textStyle": {}, "fields": "*" }));
    }

    fn look(&mut self, look: Look, span: Span, alignment: Option<&str>) {
        let pt = |magnitude: u32| json!({ "magnitude": magnitude, "unit": "PT" });
        let border = |width: u32, padding: u32| {
            let color = json!({ "color": { "rgbColor": { "red": 0.75, "green": 0.75, "blue": 0.73 } } });
            json!({ "width": pt(width), "padding": pt(padding), "dashStyle": "SOLID", "color": color })
        };
        let mut style = match look {
            Look::Heading(level) => json!({ "namedStyleType": format!("HEADING_{level}") }),
            Look::Normal => json!({ "namedStyleType": "NORMAL_TEXT" }),
            Look::Quote => json!({
                "namedStyleType": "NORMAL_TEXT", "indentStart": pt(18), "indentFirstLine": pt(18),
                "borderLeft": border(2, 8),
            }),
            Look::Rule => json!({ "namedStyleType": "NORMAL_TEXT", "borderBottom": border(1, 1) }),
            Look::Code => {
                let color = json!({ "color": { "rgbColor": { "red": 0.95, "green": 0.95, "blue": 0.94 } } });
                json!({ "namedStyleType": "NORMAL_TEXT", "shading": { "backgroundColor": color } })
            }
        };
        if let Some(alignment) = alignment {
            style["alignment"] = alignment.into();
        }
        let range = self.range(span);
        self.push(
            "updateParagraphStyle",
            json!({ "range": range, "paragraphStyle": style, "fields": PARAGRAPH }),
        );
    }

    fn dress(&mut self, span: Span, style: &Style) {
        let mut dress = serde_json::Map::new();
        for (key, on) in [("bold", style.bold), ("italic", style.italic), ("strikethrough", style.strike)] {
            if on {
                dress.insert(key.to_owned(), true.into());
            }
        }
        if style.code {
            dress.insert("weightedFontFamily".to_owned(), json!({ "fontFamily": MONO }));
        }
        if let Some(url) = self.address(style) {
            dress.insert("link".to_owned(), json!({ "url": url }));
        }
        if span.0 < span.1 && !dress.is_empty() {
            let fields = dress.keys().cloned().collect::<Vec<_>>().join(",");
            let range = self.range(span);
            self.push("updateTextStyle", json!({ "range": range, "textStyle": dress, "fields": fields }));
        }
    }

    fn address(&self, style: &Style) -> Option<String> {
        match style.link.as_ref()? {
            Target::Url(url) => Some(url.clone()),
            Target::Picture(hash) => self.places.link(hash),
        }
    }

    /// A run's characters with the links that they have in the document.
    fn clusters(&self, runs: &[Run]) -> Vec<Cluster> {
        let dressed = runs.iter().flat_map(|run| {
            let link = self.address(&run.style).map(Target::Url);
            clusters(&run.text, &Style { link, ..run.style.clone() }).collect::<Vec<_>>()
        });
        dressed.collect()
    }

    /// Changes the differing middle of a paragraph that begins at `at`; answers how many units it then takes, with
    /// its line end.
    pub(super) fn change(&mut self, old: &ReadParagraph, new: &Paragraph, at: u32) -> u32 {
        let new = self.clusters(&new.runs);
        let (start, gone, come) = middle(&old.clusters, &new);
        let length = |clusters: &[Cluster]| clusters.iter().map(|cluster| cluster.units).sum::<u32>();
        let from = at + length(&new[..start]);
        let (gone, come) = (&old.clusters[start..gone], &new[start..come]);
        let same_text = gone.iter().map(|cluster| &cluster.text).eq(come.iter().map(|cluster| &cluster.text));
        let end = from + length(come);
        if !same_text {
            self.delete((from, from + length(gone)));
            if !come.is_empty() {
                self.text(from, &come.iter().map(|cluster| cluster.text.as_str()).collect::<String>());
            }
        }
        if !come.is_empty() {
            self.unstyle((from, end));
        }
        let mut start = from;
        for group in come.chunk_by(|one, other| one.style == other.style) {
            let end = start + length(group);
            self.dress((start, end), &group[0].style);
            start = end;
        }
        length(&new) + 1
    }

    /// Whether a paragraph already says what is wanted.
    pub(super) fn is_same(&self, old: &ReadParagraph, new: &Paragraph) -> bool {
        old.clusters == self.clusters(&new.runs)
    }
}

fn plain(runs: &[Run]) -> String {
    runs.iter().filter(|run| run.picture.is_none()).map(|run| run.text.as_str()).collect()
}

/// Where two texts begin to differ, and where the differing middle ends in each.
fn middle(old: &[Cluster], new: &[Cluster]) -> (usize, usize, usize) {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rest = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = rest.take_while(|(old, new)| old == new).count();
    (start, old.len() - end, new.len() - end)
}
