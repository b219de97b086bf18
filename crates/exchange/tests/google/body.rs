//! The body of a tab as a sequence of slots, one for each index: what Google counts is what there is.

use std::ops::Range;

use serde_json::{Map, Value, json};

/// What takes one index.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    Section,
    Unit { unit: u16, style: Value, inserted: Option<String>, deleted: Option<String> },
    Object { id: String },
    Newline { style: Value, paragraph: Value, bullet: Option<(String, String, u64)> },
    Table { columns: u64 },
    Row,
    Cell,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NamedRange {
    pub id: String,
    pub name: String,
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    pub slots: Vec<Slot>,
    pub ranges: Vec<NamedRange>,
    /// Whether a range takes in what is typed at its borders: Google does not say.
    pub greedy: bool,
}

fn normal() -> Value {
    json!({ "namedStyleType": "NORMAL_TEXT", "direction": "LEFT_TO_RIGHT" })
}

impl Body {
    pub fn empty(greedy: bool) -> Self {
        let newline = Slot::Newline { style: json!({}), paragraph: normal(), bullet: None };
        Self { slots: vec![Slot::Section, newline], ranges: Vec::new(), greedy }
    }

    fn splice(&mut self, span: Range<usize>, new: Vec<Slot>) {
        let (gone, come) = (span.len(), new.len());
        self.slots.splice(span.clone(), new);
        for range in &mut self.ranges {
            if gone > 0 {
                let cut = |at: usize| {
                    if at >= span.end { at - gone } else { at.min(span.start) }
                };
                range.span = cut(range.span.start)..cut(range.span.end);
            }
            if come > 0 {
                let at = span.start;
                let start = range.span.start;
                let moves = at < start || (at == start && !self.greedy);
                let grows = at < range.span.end || (at == range.span.end && self.greedy);
                range.span = if moves { start + come } else { start }..if moves || grows {
                    range.span.end + come
                } else {
                    range.span.end
                };
            }
        }
        self.ranges.retain(|range| !range.span.is_empty());
    }

    fn newline_after(&self, at: usize) -> usize {
        // A paragraph's own line end; a table inside would have its own ones, but text never stands before one.
        (at..self.slots.len()).find(|at| matches!(self.slots[*at], Slot::Newline { .. })).unwrap()
    }

    fn start_of(&self, at: usize) -> usize {
        let inside = |slot: &Slot| matches!(slot, Slot::Unit { .. } | Slot::Object { .. });
        (0..at).rev().take_while(|at| inside(&self.slots[*at])).last().unwrap_or(at)
    }

    fn paragraph_index(&self, at: usize) -> Result<(), String> {
        match self.slots.get(at) {
            None => Err(format!(
                "Index {at} must be less than the end index of the referenced segment, {}.",
                self.slots.len()
            )),
            Some(Slot::Unit { unit, .. }) if (0xdc00..0xe000).contains(unit) => {
                Err(format!("Index {at} splits a surrogate pair."))
            }
            Some(Slot::Unit { .. } | Slot::Object { .. } | Slot::Newline { .. }) => Ok(()),
            Some(_) => {
                Err("The insertion index must be inside the bounds of an existing paragraph.".to_owned())
            }
        }
    }

    /// Google's rule: the look of what stands before, in the same paragraph.
    fn style_at(&self, at: usize) -> Value {
        let of = |slot: &Slot| match slot {
            Slot::Unit { style, .. } | Slot::Newline { style, .. } => Some(style.clone()),
            _ => None,
        };
        let before =
            at.checked_sub(1).map(|at| &self.slots[at]).filter(|slot| matches!(slot, Slot::Unit { .. }));
        before.and_then(of).or_else(|| of(&self.slots[at])).unwrap_or_else(|| json!({}))
    }

    pub fn insert_text(&mut self, at: usize, text: &str, suggestion: Option<&str>) -> Result<(), String> {
        self.paragraph_index(at)?;
        let style = self.style_at(at);
        let Slot::Newline { paragraph, bullet, .. } = self.slots[self.newline_after(at)].clone() else {
            unreachable!()
        };
        let stripped = |unit: &u16| matches!(unit, 0..=8 | 0xc..=0x1f | 0xe000..=0xf8ff);
        let new = text.encode_utf16().filter(|unit| !stripped(unit)).map(|unit| match unit {
            10 => Slot::Newline {
                style: style.clone(),
                paragraph: strip_heading(paragraph.clone()),
                bullet: bullet.clone(),
            },
            unit => Slot::Unit {
                unit,
                style: style.clone(),
                inserted: suggestion.map(str::to_owned),
                deleted: None,
            },
        });
        let new = new.collect();
        self.splice(at..at, new);
        Ok(())
    }

    pub fn insert_object(&mut self, at: usize, id: &str) -> Result<(), String> {
        self.paragraph_index(at)?;
        self.splice(at..at, vec![Slot::Object { id: id.to_owned() }]);
        Ok(())
    }

    pub fn delete(&mut self, span: Range<usize>) -> Result<(), String> {
        if span.is_empty() {
            return Err("The range should not be empty.".to_owned());
        }
        if span.start < 1 || span.end > self.slots.len() - 1 {
            return Err(
                "The range cannot include the newline character at the end of the segment.".to_owned()
            );
        }
        for at in [span.start, span.end] {
            if matches!(&self.slots[at], Slot::Unit { unit, .. } if (0xdc00..0xe000).contains(unit)) {
                return Err("The range splits a surrogate pair.".to_owned());
            }
        }
        self.whole_tables(&span)?;
        if matches!(self.slots[span.end], Slot::Table { .. })
            && matches!(self.slots[span.end - 1], Slot::Newline { .. })
        {
            return Err("The newline character before a table cannot be deleted without it.".to_owned());
        }
        self.splice(span, Vec::new());
        Ok(())
    }

    /// Tables go whole or not at all, and no cell loses its last line end.
    fn whole_tables(&self, span: &Range<usize>) -> Result<(), String> {
        for (start, slot) in self.slots.iter().enumerate() {
            if !matches!(slot, Slot::Table { .. }) {
                continue;
            }
            let end = start + self.slots[start..].iter().position(|slot| *slot == Slot::End).unwrap() + 1;
            let whole = span.start <= start && end <= span.end;
            let structure = (start..end).filter(|at| span.contains(at)).any(|at| {
                let last = matches!(self.slots.get(at + 1), Some(Slot::Cell | Slot::Row | Slot::End));
                !matches!(self.slots[at], Slot::Unit { .. } | Slot::Object { .. })
                    && (last || !matches!(self.slots[at], Slot::Newline { .. }))
            });
            if structure && !whole {
                return Err("The range cannot partially overlap a table.".to_owned());
            }
        }
        Ok(())
    }

    pub fn insert_table(&mut self, at: usize, rows: u64, columns: u64) -> Result<(), String> {
        self.paragraph_index(at)?;
        if rows == 0 || columns == 0 || rows * columns > 20_000 {
            return Err("rows and columns must be positive.".to_owned());
        }
        let Slot::Newline { paragraph, bullet, style } = self.slots[self.newline_after(at)].clone() else {
            unreachable!()
        };
        let mut new = vec![Slot::Newline { style, paragraph: strip_heading(paragraph), bullet }];
        new.push(Slot::Table { columns });
        for _ in 0..rows {
            new.push(Slot::Row);
            for _ in 0..columns {
                new.push(Slot::Cell);
                new.push(Slot::Newline { style: json!({}), paragraph: normal(), bullet: None });
            }
        }
        new.push(Slot::End);
        self.splice(at..at, new);
        Ok(())
    }

    fn checked(&self, span: &Range<usize>) -> Result<(), String> {
        if span.is_empty() || span.end > self.slots.len() {
            return Err(format!("Invalid range {span:?}."));
        }
        Ok(())
    }

    pub fn text_style(&mut self, span: Range<usize>, new: &Value, fields: &str) -> Result<(), String> {
        self.checked(&span)?;
        for slot in &mut self.slots[span] {
            if let Slot::Unit { style, .. } | Slot::Newline { style, .. } = slot {
                merge(style, new, fields);
                // As the editor does it: a link is blue and underlined.
                if new["link"].is_object() && !fields.contains("underline") {
                    style["underline"] = true.into();
                    style["foregroundColor"] =
                        json!({ "color": { "rgbColor": { "blue": 0.8, "red": 0.06, "green": 0.33 } } });
                }
            }
        }
        Ok(())
    }

    fn newlines(&self, span: &Range<usize>) -> Vec<usize> {
        let overlaps = |at: &usize| {
            matches!(self.slots[*at], Slot::Newline { .. })
                && self.start_of(*at) < span.end
                && span.start <= *at
        };
        (0..self.slots.len()).filter(overlaps).collect()
    }

    pub fn paragraph_style(&mut self, span: Range<usize>, new: &Value, fields: &str) -> Result<(), String> {
        self.checked(&span)?;
        for at in self.newlines(&span) {
            if let Slot::Newline { paragraph, .. } = &mut self.slots[at] {
                let heading = paragraph["headingId"].clone();
                merge(paragraph, new, fields);
                let is_heading =
                    paragraph["namedStyleType"].as_str().is_some_and(|style| style.starts_with("HEADING"));
                if is_heading {
                    paragraph["headingId"] =
                        if heading.is_null() { format!("h.{at:x}").into() } else { heading };
                }
            }
        }
        Ok(())
    }

    pub fn bullets(&mut self, span: Range<usize>, preset: &str, list: &str) -> Result<(), String> {
        self.checked(&span)?;
        let newlines = self.newlines(&span);
        let first = self.start_of(newlines[0]);
        let before = first.checked_sub(1).and_then(|at| match &self.slots[at] {
            Slot::Newline { bullet: Some((list, known, _)), .. } if known == preset => Some(list.clone()),
            _ => None,
        });
        let list = before.unwrap_or_else(|| list.to_owned());
        for at in newlines.into_iter().rev() {
            let start = self.start_of(at);
            let is_tab = |slot: &Slot| matches!(slot, Slot::Unit { unit: 9, .. });
            let tabs = self.slots[start..at].iter().take_while(|slot| is_tab(slot)).count();
            if let Slot::Newline { bullet, paragraph, .. } = &mut self.slots[at] {
                *bullet = Some((list.clone(), preset.to_owned(), tabs as u64));
                paragraph["indentStart"] = json!({ "magnitude": 36 * (tabs + 1), "unit": "PT" });
                paragraph["indentFirstLine"] = json!({ "magnitude": 36 * tabs + 18, "unit": "PT" });
            }
            if tabs > 0 {
                self.splice(start..start + tabs, Vec::new());
            }
        }
        Ok(())
    }

    pub fn no_bullets(&mut self, span: Range<usize>) -> Result<(), String> {
        self.checked(&span)?;
        for at in self.newlines(&span) {
            if let Slot::Newline { bullet, .. } = &mut self.slots[at] {
                *bullet = None;
            }
        }
        Ok(())
    }

    /// `content` of a body, as `documents.get` tells it.
    pub fn json(&self) -> Value {
        let mut content = Vec::new();
        let mut at = 0;
        while at < self.slots.len() {
            let (element, next) = self.element(at);
            content.push(element);
            at = next;
        }
        content.into()
    }

    fn element(&self, start: usize) -> (Value, usize) {
        match &self.slots[start] {
            Slot::Section => (json!({ "endIndex": 1, "sectionBreak": { "sectionStyle": {} } }), start + 1),
            Slot::Table { columns } => self.table(start, *columns),
            _ => self.paragraph(start),
        }
    }

    fn table(&self, start: usize, columns: u64) -> (Value, usize) {
        let mut rows: Vec<Value> = Vec::new();
        let mut at = start + 1;
        while self.slots[at] == Slot::Row {
            let row = at;
            let mut cells = Vec::new();
            at += 1;
            while self.slots[at] == Slot::Cell {
                let cell = at;
                let mut content = Vec::new();
                at += 1;
                while !matches!(self.slots[at], Slot::Cell | Slot::Row | Slot::End) {
                    let (element, next) = self.element(at);
                    content.push(element);
                    at = next;
                }
                cells.push(
                    json!({ "startIndex": cell, "endIndex": at, "content": content, "tableCellStyle": {} }),
                );
            }
            rows.push(json!({ "startIndex": row, "endIndex": at, "tableCells": cells, "tableRowStyle": {} }));
        }
        let table = json!({ "rows": rows.len(), "columns": columns, "tableRows": rows, "tableStyle": {} });
        (json!({ "startIndex": start, "endIndex": at + 1, "table": table }), at + 1)
    }

    fn paragraph(&self, start: usize) -> (Value, usize) {
        let mut elements: Vec<Value> = Vec::new();
        let mut at = start;
        loop {
            let slot = &self.slots[at];
            if let Slot::Object { id } = slot {
                let object = json!({ "inlineObjectId": id, "textStyle": {} });
                elements.push(json!({ "startIndex": at, "endIndex": at + 1, "inlineObjectElement": object }));
                at += 1;
                continue;
            }
            let from = at;
            let look = look(slot);
            let mut units = Vec::new();
            while look.is_some() && self::look(&self.slots[at]) == look {
                match &self.slots[at] {
                    Slot::Unit { unit, .. } => units.push(*unit),
                    _ => units.push(10),
                }
                at += 1;
                if units.last() == Some(&10) {
                    break;
                }
            }
            let mut run = json!({ "content": String::from_utf16(&units).unwrap() });
            for (key, value) in look.unwrap() {
                run[key] = value;
            }
            elements.push(json!({ "startIndex": from, "endIndex": at, "textRun": run }));
            if units.last() == Some(&10) {
                break;
            }
        }
        let Slot::Newline { paragraph, bullet, .. } = &self.slots[at - 1] else { unreachable!() };
        let mut json = json!({ "elements": elements, "paragraphStyle": paragraph });
        if let Some((list, _, level)) = bullet {
            json["bullet"] = json!({ "listId": list, "textStyle": {} });
            if *level > 0 {
                json["bullet"]["nestingLevel"] = (*level).into();
            }
        }
        (json!({ "startIndex": start, "endIndex": at, "paragraph": json }), at)
    }

    /// All text, for comparing and for finding.
    pub fn text(&self) -> String {
        let units = self.slots.iter().map(|slot| match slot {
            Slot::Unit { unit, .. } => *unit,
            Slot::Newline { .. } => 10,
            Slot::Object { .. } => 0xfffc,
            Slot::Section | Slot::Row | Slot::End => 2,
            Slot::Table { .. } | Slot::Cell => 3,
        });
        String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
    }

    /// Text and looks without ids: two documents that a person could not tell apart are equal.
    pub fn looks(&self) -> Vec<Slot> {
        self.slots
            .iter()
            .map(|slot| match slot.clone() {
                Slot::Newline { style, paragraph, bullet } => Slot::Newline {
                    style,
                    paragraph: strip_heading(paragraph),
                    bullet: bullet.map(|(_, preset, level)| (String::new(), preset, level)),
                },
                Slot::Object { .. } => Slot::Object { id: String::new() },
                other => other,
            })
            .collect()
    }

    /// The index at which a text begins.
    pub fn find(&self, text: &str) -> usize {
        let here = self.text();
        let at = here.find(text).unwrap_or_else(|| panic!("`{text}` is not in `{here}`"));
        here[..at].encode_utf16().count()
    }
}

fn look(slot: &Slot) -> Option<Map<String, Value>> {
    let mut look = Map::new();
    match slot {
        Slot::Unit { style, inserted, deleted, .. } => {
            look.insert("textStyle".to_owned(), style.clone());
            if let Some(id) = inserted {
                look.insert("suggestedInsertionIds".to_owned(), json!([id]));
            }
            if let Some(id) = deleted {
                look.insert("suggestedDeletionIds".to_owned(), json!([id]));
            }
        }
        Slot::Newline { style, .. } => {
            look.insert("textStyle".to_owned(), style.clone());
        }
        _ => return None,
    }
    Some(look)
}

fn strip_heading(mut paragraph: Value) -> Value {
    paragraph.as_object_mut().unwrap().remove("headingId");
    paragraph
}

/// A field mask: `*` replaces all, a named field that is unset is reset.
fn merge(style: &mut Value, new: &Value, fields: &str) {
    if fields == "*" {
        *style = new.clone();
        return;
    }
    for field in fields.split(',') {
        match new.get(field) {
            Some(value) => style[field] = value.clone(),
            None => {
                style.as_object_mut().unwrap().remove(field);
            }
        }
    }
}
