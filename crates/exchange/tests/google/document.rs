//! A document: tabs, revisions, and batches that are carried out whole or not at all.

use serde_json::{Value, json};

use super::body::{Body, NamedRange, Slot};
use super::schema::Discovery;

#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    pub id: String,
    pub title: String,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub tabs: Vec<Tab>,
    pub revision: u64,
    pub greedy: bool,
    ids: u64,
}

/// May Google read this address now?
pub type Readable<'a> = &'a dyn Fn(&str) -> bool;

impl Document {
    pub fn new(id: &str, title: &str, greedy: bool) -> Self {
        let tab = Tab { id: "t.0".to_owned(), title: "タブ 1".to_owned(), body: Body::empty(greedy) };
        Self { id: id.to_owned(), title: title.to_owned(), tabs: vec![tab], revision: 1, greedy, ids: 0 }
    }

    pub fn revision_id(&self) -> String {
        format!("ALm{:x}rev{}", blake_like(&self.id), self.revision)
    }

    pub fn tab(&mut self, title: &str) -> &mut Tab {
        let titles: Vec<String> = self.tabs.iter().map(|tab| tab.title.clone()).collect();
        let tab = self.tabs.iter_mut().find(|tab| tab.title == title);
        tab.unwrap_or_else(|| panic!("no tab `{title}` among {titles:?}"))
    }

    /// A person changes something.
    pub fn edit<T>(&mut self, title: &str, change: impl FnOnce(&mut Body) -> T) -> T {
        self.revision += 1;
        change(&mut self.tab(title).body)
    }

    fn next(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{}", self.ids)
    }

    pub fn json(&self) -> Value {
        let tabs = self.tabs.iter().enumerate().map(|(index, tab)| {
            let mut named = serde_json::Map::new();
            for range in &tab.body.ranges {
                let span = json!({
                    "startIndex": range.span.start, "endIndex": range.span.end, "tabId": tab.id,
                });
                let one = json!({ "name": range.name, "namedRangeId": range.id, "ranges": [span] });
                let all = named
                    .entry(&range.name)
                    .or_insert_with(|| json!({ "name": range.name, "namedRanges": [] }));
                all["namedRanges"].as_array_mut().unwrap().push(one);
            }
            let mut properties = json!({ "tabId": tab.id, "title": tab.title });
            if index > 0 {
                properties["index"] = index.into();
            }
            let mut content = json!({ "body": { "content": tab.body.json() }, "documentStyle": {} });
            if !named.is_empty() {
                content["namedRanges"] = named.into();
            }
            json!({ "tabProperties": properties, "documentTab": content })
        });
        json!({
            "documentId": self.id, "title": self.title, "revisionId": self.revision_id(),
            "suggestionsViewMode": "SUGGESTIONS_INLINE", "tabs": tabs.collect::<Vec<_>>(),
        })
    }

    /// Carries out a batch.
    pub fn batch(
        &mut self,
        body: &Value,
        discovery: &Discovery,
        readable: Readable<'_>,
    ) -> Result<Value, String> {
        discovery.body("BatchUpdateDocumentRequest", body)?;
        if let Some(required) = body.pointer("/writeControl/requiredRevisionId").and_then(Value::as_str)
            && required != self.revision_id()
        {
            return Err(format!("The required revision ID '{required}' does not match the latest revision."));
        }
        let mut next = self.clone();
        let mut replies = Vec::new();
        let requests = body["requests"].as_array().cloned().unwrap_or_default();
        if requests.is_empty() {
            return Err("Must specify at least one request.".to_owned());
        }
        for (at, request) in requests.iter().enumerate() {
            let (kind, request) =
                request.as_object().filter(|kinds| kinds.len() == 1).unwrap().iter().next().unwrap();
            let reply = next.carry_out(kind, request, discovery, readable);
            replies.push(reply.map_err(|error| format!("Invalid requests[{at}].{kind}: {error}"))?);
        }
        next.revision += 1;
        *self = next;
        let control = json!({ "requiredRevisionId": self.revision_id() });
        Ok(json!({ "documentId": self.id, "replies": replies, "writeControl": control }))
    }

    fn carry_out(
        &mut self,
        kind: &str,
        request: &Value,
        discovery: &Discovery,
        readable: Readable<'_>,
    ) -> Result<Value, String> {
        let span = || {
            let index = |key: &str| request["range"][key].as_u64().unwrap_or_default() as usize;
            index("startIndex")..index("endIndex")
        };
        let at = request["location"]["index"].as_u64().unwrap_or_default() as usize;
        let word = |key: &str| request[key].as_str().unwrap_or_default();
        match kind {
            "addDocumentTab" => return self.add_tab(&request["tabProperties"]),
            "updateDocumentTabProperties" => {
                let title = request["tabProperties"]["title"].as_str().unwrap_or_default().to_owned();
                let id = request["tabProperties"]["tabId"].as_str().unwrap_or_default().to_owned();
                if word("fields") != "title" {
                    return Err("fields".to_owned());
                }
                self.unique(&title, &id)?;
                self.by_id(&id)?.title = title;
                return Ok(json!({}));
            }
            "deleteTab" => {
                self.by_id(word("tabId"))?;
                if self.tabs.len() == 1 {
                    return Err("The last tab cannot be deleted.".to_owned());
                }
                self.tabs.retain(|tab| tab.id != word("tabId"));
                return Ok(json!({}));
            }
            "deleteNamedRange" => {
                let mut gone = 0;
                for tab in &mut self.tabs {
                    let before = tab.body.ranges.len();
                    tab.body.ranges.retain(|range| range.id != word("namedRangeId"));
                    gone += before - tab.body.ranges.len();
                }
                return if gone == 1 {
                    Ok(json!({}))
                } else {
                    Err("The named range does not exist.".to_owned())
                };
            }
            _ => {}
        }
        let tab =
            ["range", "location", "tableStartLocation"].iter().find_map(|key| request[key]["tabId"].as_str());
        let fresh = self.next("x.");
        let body = &mut self.by_id(tab.ok_or("every request says which tab")?)?.body;
        match kind {
            "insertText" => body.insert_text(at, word("text"), None)?,
            "deleteContentRange" => body.delete(span())?,
            "insertTable" => body.insert_table(
                at,
                request["rows"].as_u64().unwrap_or_default(),
                request["columns"].as_u64().unwrap_or_default(),
            )?,
            "insertInlineImage" => {
                if !readable(word("uri")) {
                    return Err("There was a problem retrieving the image. The provided image should be publicly accessible.".to_owned());
                }
                body.insert_object(at, &fresh)?;
            }
            "updateTextStyle" => {
                mask(discovery, "TextStyle", word("fields"))?;
                body.text_style(span(), &request["textStyle"], word("fields"))?;
            }
            "updateParagraphStyle" => {
                mask(discovery, "ParagraphStyle", word("fields"))?;
                let breaks = word("fields") == "*" || word("fields").contains("pageBreakBefore");
                if breaks && body.slots.get(span()).is_some_and(|slots| slots.contains(&Slot::Cell)) {
                    return Err("Page breaks cannot be updated inside a table.".to_owned());
                }
                body.paragraph_style(span(), &request["paragraphStyle"], word("fields"))?;
            }
            "createParagraphBullets" => body.bullets(span(), word("bulletPreset"), &fresh)?,
            "deleteParagraphBullets" => body.no_bullets(span())?,
            "pinTableHeaderRows" => {
                let at = request["tableStartLocation"]["index"].as_u64().unwrap_or_default() as usize;
                if !matches!(body.slots.get(at), Some(Slot::Table { .. })) {
                    return Err("The table start location is invalid.".to_owned());
                }
            }
            "createNamedRange" => {
                let name = word("name").to_owned();
                let (span, length) = (span(), name.encode_utf16().count());
                if span.is_empty() || span.end > body.slots.len() || !(1..=256).contains(&length) {
                    return Err(format!("Invalid range {span:?} for `{name}`."));
                }
                body.ranges.push(NamedRange { id: fresh.clone(), name, span });
                return Ok(json!({ "createNamedRange": { "namedRangeId": fresh } }));
            }
            other => return Err(format!("unknown request {other}")),
        }
        Ok(json!({}))
    }

    fn add_tab(&mut self, properties: &Value) -> Result<Value, String> {
        let title = properties["title"].as_str().unwrap_or("タブ").to_owned();
        self.unique(&title, "")?;
        let index = properties["index"].as_u64().map_or(self.tabs.len(), |index| index as usize);
        if index > self.tabs.len() {
            return Err("The tab index is out of bounds.".to_owned());
        }
        let id = self.next("t.");
        let body = Body::empty(self.greedy);
        self.tabs.insert(index, Tab { id: id.clone(), title: title.clone(), body });
        Ok(json!({ "addDocumentTab": { "tabProperties": { "tabId": id, "title": title, "index": index } } }))
    }

    fn unique(&self, title: &str, id: &str) -> Result<(), String> {
        if self.tabs.iter().any(|tab| tab.title == title && tab.id != id) {
            return Err("Tab title must be unique.".to_owned());
        }
        if title.encode_utf16().count() > 50 { Err("The tab title is too long.".to_owned()) } else { Ok(()) }
    }

    fn by_id(&mut self, id: &str) -> Result<&mut Tab, String> {
        self.tabs.iter_mut().find(|tab| tab.id == id).ok_or_else(|| format!("No tab with the ID `{id}`."))
    }
}

fn mask(discovery: &Discovery, schema: &str, fields: &str) -> Result<(), String> {
    let known = fields == "*" || fields.split(',').all(|field| discovery.has(schema, field));
    if known && !fields.is_empty() { Ok(()) } else { Err(format!("Invalid field mask `{fields}`.")) }
}

fn blake_like(text: &str) -> u64 {
    text.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}
