//! A document as Google's API tells it, read into what planning needs. All indices are UTF-16 units.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::piece::{Look, OBJECT, Style, Target, units};

/// The font that marks code.
pub(super) const MONO: &str = "Roboto Mono";

/// A document.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    /// What the next write must be based on.
    pub(super) revision: String,
    /// All tabs, also those below others, in reading order.
    pub(super) tabs: Vec<Tab>,
}

/// A tab.
#[derive(Clone, Debug, Default)]
pub(super) struct Tab {
    /// Its id.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// Whether it stands below another.
    pub(super) nested: bool,
    /// Whether others stand below it.
    pub(super) parent: bool,
    /// What its body holds, in order.
    pub(super) body: Vec<Element>,
    /// Its named ranges.
    pub(super) ranges: Vec<NamedRange>,
}

/// A named range.
#[derive(Clone, Debug)]
pub(super) struct NamedRange {
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Where it is; several spans where it was split.
    pub(super) spans: Vec<Span>,
}

/// From, and up to but without.
pub(super) type Span = (u32, u32);

/// A paragraph, a table, or what we never make.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Where it is.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: Kind,
    /// What it says and how it looks, without ids and indices.
    canonical: Value,
    /// Whether a suggestion is open in it.
    pub(super) suggested: bool,
}

/// What an element is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A paragraph.
    Paragraph(ReadParagraph),
    /// A table: rows of cells of elements.
    Table(Vec<Vec<Vec<Element>>>),
    /// A section break, a table of contents, or something new.
    Other,
}

/// A paragraph as it is there.
#[derive(Clone, Debug)]
pub(super) struct ReadParagraph {
    /// Its look, as far as its style tells.
    pub(super) look: Look,
    /// The depth in a list.
    pub(super) bullet: Option<u8>,
    /// Its characters as a person counts them, without the line end.
    pub(super) clusters: Vec<Cluster>,
}

/// One character with its look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    /// The character; [`OBJECT`] for whatever is no text.
    pub(super) text: String,
    /// How many units it takes.
    pub(super) units: u32,
    /// Its look.
    pub(super) style: Style,
}

/// Characters of a text with one look.
pub(super) fn clusters(text: &str, style: &Style) -> impl Iterator<Item = Cluster> {
    text.graphemes(true).map(move |text| Cluster {
        text: text.to_owned(),
        units: units(text),
        style: style.clone(),
    })
}

impl Document {
    /// Reads the answer of `documents.get`.
    #[must_use]
    pub(super) fn read(json: &Value) -> Self {
        let mut tabs = Vec::new();
        for tab in list(json, "tabs") {
            read_tab(tab, false, &mut tabs);
        }
        Self { revision: text(json, "revisionId"), tabs }
    }

    /// The tab with an id.
    #[must_use]
    pub(super) fn tab(&self, id: &str) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.id == id)
    }
}

impl Tab {
    /// Where the body's last line end is: nothing can stand behind it, and it cannot be deleted.
    #[must_use]
    pub(super) fn last(&self) -> u32 {
        self.body.last().map_or(1, |element| element.span.1.saturating_sub(1))
    }

    /// Whether it holds one empty paragraph and nothing else.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        let mut paragraphs = self.body.iter().filter(|element| element.span.1 > 1);
        paragraphs.next().is_none_or(
            |element| matches!(&element.kind, Kind::Paragraph(paragraph) if paragraph.clusters.is_empty()),
        ) && paragraphs.next().is_none()
            && self.ranges.is_empty()
    }

    /// The elements that a span touches.
    pub(super) fn touching(&self, span: Span) -> impl Iterator<Item = &Element> {
        self.body.iter().filter(move |element| element.span.0 < span.1 && span.0 < element.span.1)
    }

    /// The element that begins at an index.
    #[must_use]
    pub(super) fn beginning(&self, at: u32) -> Option<&Element> {
        self.body.iter().find(|element| element.span.0 == at)
    }
}

fn text(json: &Value, key: &str) -> String {
    json[key].as_str().unwrap_or_default().to_owned()
}

fn list<'a>(json: &'a Value, key: &str) -> &'a [Value] {
    json[key].as_array().map_or(&[], Vec::as_slice)
}

fn read_tab(json: &Value, nested: bool, tabs: &mut Vec<Tab>) {
    let properties = &json["tabProperties"];
    let content = &json["documentTab"];
    let children = list(json, "childTabs");
    let mut ranges = Vec::new();
    for (name, named) in content["namedRanges"].as_object().into_iter().flatten() {
        for range in list(named, "namedRanges") {
            let spans = list(range, "ranges").iter().filter(|span| text(span, "segmentId").is_empty());
            ranges.push(NamedRange {
                id: text(range, "namedRangeId"),
                name: name.clone(),
                spans: spans.map(read_span).collect(),
            });
        }
    }
    tabs.push(Tab {
        id: text(properties, "tabId"),
        title: text(properties, "title"),
        nested,
        parent: !children.is_empty(),
        body: list(&content["body"], "content").iter().map(read_element).collect(),
        ranges,
    });
    for child in children {
        read_tab(child, true, tabs);
    }
}

/// A zero is absent in Google's JSON.
fn read_span(json: &Value) -> Span {
    let index =
        |key: &str| json[key].as_u64().and_then(|index| u32::try_from(index).ok()).unwrap_or_default();
    (index("startIndex"), index("endIndex"))
}

fn read_element(json: &Value) -> Element {
    let canonical = canonical(json);
    let suggested = has_suggestion(&canonical);
    let kind = if let Some(paragraph) = json.get("paragraph") {
        Kind::Paragraph(read_paragraph(paragraph))
    } else if let Some(table) = json.get("table") {
        let cell = |cell: &Value| list(cell, "content").iter().map(read_element).collect();
        let row = |row: &Value| list(row, "tableCells").iter().map(cell).collect();
        Kind::Table(list(table, "tableRows").iter().map(row).collect())
    } else {
        Kind::Other
    };
    Element { span: read_span(json), kind, canonical, suggested }
}

fn read_paragraph(json: &Value) -> ReadParagraph {
    let style = &json["paragraphStyle"];
    let look = match style["namedStyleType"].as_str().unwrap_or_default() {
        named if named.starts_with("HEADING_") => {
            Look::Heading(named.trim_start_matches("HEADING_").parse().unwrap_or(1))
        }
        _ if style.pointer("/shading/backgroundColor/color").is_some() => Look::Code,
        _ if width(&style["borderLeft"]) => Look::Quote,
        _ if width(&style["borderBottom"]) => Look::Rule,
        _ => Look::Normal,
    };
    let bullet = json.get("bullet").map(|bullet| {
        bullet["nestingLevel"].as_u64().and_then(|level| u8::try_from(level).ok()).unwrap_or_default()
    });
    let mut found = Vec::new();
    for element in list(json, "elements") {
        match element.get("textRun") {
            Some(run) => {
                let style = read_style(&run["textStyle"]);
                let content = text(run, "content");
                found.extend(clusters(content.trim_end_matches('\n'), &style));
            }
            None => {
                let (start, end) = read_span(element);
                let units = end.saturating_sub(start);
                found.push(Cluster { text: OBJECT.into(), units, style: Style::default() });
            }
        }
    }
    ReadParagraph { look, bullet, clusters: found }
}

fn width(border: &Value) -> bool {
    border.pointer("/width/magnitude").and_then(Value::as_f64).is_some_and(|width| width > 0.0)
}

fn read_style(json: &Value) -> Style {
    let flag = |key: &str| json[key].as_bool().unwrap_or_default();
    Style {
        bold: flag("bold"),
        italic: flag("italic"),
        strike: flag("strikethrough"),
        code: json.pointer("/weightedFontFamily/fontFamily").and_then(Value::as_str) == Some(MONO),
        link: json.pointer("/link/url").and_then(Value::as_str).map(|url| Target::Url(url.to_owned())),
    }
}

/// A print of what elements say and how they look: text, styles, open suggestions; no ids, no indices.
#[must_use]
pub(super) fn print<'a>(elements: impl IntoIterator<Item = &'a Element>) -> String {
    let mut hasher = blake3::Hasher::new();
    for element in elements {
        hasher.update(&serde_json::to_vec(&element.canonical).unwrap_or_default());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..24].to_owned()
}

/// Whole paragraphs that someone wrote before or behind, and that a range has taken in, are not the block: finds the
/// run of elements that is.
#[must_use]
pub(super) fn window<'a>(
    elements: &[&'a Element],
    is_it: impl Fn(&[&'a Element]) -> bool,
) -> Option<std::ops::Range<usize>> {
    if is_it(elements) {
        return Some(0..elements.len());
    }
    // The longest first; in a very long block one does not search on.
    let most = elements.len().min(60);
    let windows =
        (1..=most).rev().flat_map(|length| (0..=most - length).map(move |start| start..start + length));
    windows.into_iter().find(|window| elements.get(window.clone()).is_some_and(&is_it))
}

/// The text of elements, in the form of [`super::piece::Piece::text`].
#[must_use]
pub(super) fn plain<'a>(elements: impl IntoIterator<Item = &'a Element>) -> String {
    let texts = elements.into_iter().map(|element| match &element.kind {
        Kind::Paragraph(paragraph) => {
            paragraph.clusters.iter().map(|cluster| cluster.text.as_str()).collect()
        }
        Kind::Table(rows) => {
            let rows = rows.iter().map(|row| row.iter().map(plain).collect::<Vec<_>>().join("\t"));
            rows.collect::<Vec<_>>().join("\n")
        }
        Kind::Other => String::new(),
    });
    texts.collect::<Vec<String>>().join("\n")
}

const IDS: [&str; 8] = [
    "startIndex",
    "endIndex",
    "headingId",
    "listId",
    "inlineObjectId",
    "personId",
    "richLinkId",
    "positionedObjectIds",
];

/// Without ids, indices and empty styles; neighbouring runs of one look are one run.
fn canonical(json: &Value) -> Value {
    match json {
        Value::Object(map) => {
            let mut kept = Map::new();
            for (key, value) in map.iter().filter(|(key, _)| !IDS.contains(&key.as_str())) {
                let value = canonical(value);
                let empty = value.as_object().is_some_and(Map::is_empty)
                    || value.as_array().is_some_and(Vec::is_empty)
                    || value.is_null();
                if !empty {
                    kept.insert(key.clone(), value);
                }
            }
            Value::Object(kept)
        }
        Value::Array(items) => {
            let mut kept: Vec<Value> = Vec::new();
            for item in items.iter().map(canonical) {
                match kept.last_mut().and_then(|last| joined(last, &item)) {
                    Some(whole) => {
                        kept.pop();
                        kept.push(whole);
                    }
                    None => kept.push(item),
                }
            }
            Value::Array(kept)
        }
        other => other.clone(),
    }
}

/// Two runs as one, where they differ in nothing but their text.
fn joined(one: &Value, other: &Value) -> Option<Value> {
    let without = |value: &Value| {
        let mut run = value.get("textRun")?.clone();
        let content = run.as_object_mut()?.remove("content")?;
        Some((run, content.as_str()?.to_owned()))
    };
    let ((one, first), (other, second)) = (without(one)?, without(other)?);
    (one == other).then(|| {
        let mut run = one;
        run["content"] = Value::String(first + &second);
        serde_json::json!({ "textRun": run })
    })
}

fn has_suggestion(json: &Value) -> bool {
    match json {
        Value::Object(map) => {
            map.iter().any(|(key, value)| key.starts_with("suggested") || has_suggestion(value))
        }
        Value::Array(items) => items.iter().any(has_suggestion),
        _ => false,
    }
}

/// Our names of blocks in a tab: `yk1:b:<chapter>:<block>`, and of generations: `yk1:g:<chapter>:<generation>`.
pub(super) const BLOCK: &str = "yk1:b:";
pub(super) const GENERATION: &str = "yk1:g:";

/// What a range's name says, if it is one of ours: the chapter, and the block or generation.
pub(super) fn ours<'a>(name: &'a str, prefix: &str) -> Option<(&'a str, &'a str)> {
    name.strip_prefix(prefix)?.rsplit_once(':')
}

/// Where a chapter's blocks are in a tab, and its generations there.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Spans by block.
    pub(super) blocks: BTreeMap<String, Vec<Span>>,
    /// Its generations.
    pub(super) generations: Vec<String>,
    /// Ids of all its ranges.
    pub(super) ranges: Vec<String>,
}

impl Tab {
    /// What a chapter has in this tab.
    #[must_use]
    pub(super) fn found(&self, chapter: &str) -> Found {
        let mut found = Found::default();
        for range in &self.ranges {
            if let Some((_, block)) = ours(&range.name, BLOCK).filter(|(of, _)| *of == chapter) {
                let spans = range.spans.iter().filter(|span| span.0 < span.1);
                found.blocks.entry(block.to_owned()).or_default().extend(spans);
                found.ranges.push(range.id.clone());
            } else if let Some((_, generation)) =
                ours(&range.name, GENERATION).filter(|(of, _)| *of == chapter)
            {
                found.generations.push(generation.to_owned());
                found.ranges.push(range.id.clone());
            }
        }
        for spans in found.blocks.values_mut() {
            spans.sort_unstable();
            spans.dedup_by(|next, last| {
                let touching = next.0 <= last.1;
                if touching {
                    last.1 = last.1.max(next.1);
                }
                touching
            });
        }
        found.blocks.retain(|_, spans| !spans.is_empty());
        found
    }
}
