//! A tab for each chapter that has none.

use serde_json::{Value, json};

use super::journal::{self, Part};
use super::plan::{Place, Work};
use super::publisher::{Error, Sent};
use super::read::Document;
use super::send::Run;

impl Run<'_, '_> {
    /// All missing tabs in one batch, each behind the tab of the chapter before it.
    pub(super) fn make_tabs(
        &mut self,
        id: &str,
        document: &Document,
        work: &[Work],
        unmade: &[&Work],
    ) -> Result<Sent, Error> {
        let mut order: Vec<&str> =
            document.tabs.iter().filter(|tab| !tab.nested).map(|tab| tab.id.as_str()).collect();
        let mut requests = Vec::new();
        let (mut parts, mut tabs) = (Vec::new(), Vec::new());
        // The first tab of a document that we made, while nobody has used it.
        let sole = document.tabs.first().filter(|_| self.journal.made && document.tabs.len() == 1);
        let mut blank =
            sole.filter(|tab| tab.is_empty() && !self.is_taken(&tab.id)).map(|tab| tab.id.clone());
        let mut previous: Option<&str> = None;
        for work in work.iter().filter(|work| work.chapter.is_some()) {
            if work.tab.is_none() && work.place == Place::New {
                let mut made = None;
                if let Some(tab) = blank.take() {
                    let properties = json!({ "tabId": tab, "title": work.title });
                    let request = json!({ "tabProperties": properties, "fields": "title" });
                    requests.push(json!({ "updateDocumentTabProperties": request }));
                    order.retain(|known| *known != tab);
                    order.push(&work.id);
                    made = Some(tab);
                } else {
                    let behind =
                        previous.and_then(|previous| order.iter().position(|known| *known == previous));
                    let index = behind.map_or(order.len(), |at| at + 1);
                    let properties = json!({ "title": work.title, "index": index });
                    requests.push(json!({ "addDocumentTab": { "tabProperties": properties } }));
                    order.insert(index, &work.id);
                }
                let chapter = self.journal.chapters.entry(work.id.clone()).or_default();
                let (title, wish) = (work.title.clone(), work.wish.clone());
                *chapter = journal::Chapter { title, wish, ..Default::default() };
                parts.push(Part::Chapter(work.id.clone()));
                tabs.push(made);
                previous = Some(&work.id);
            } else if let Some(tab) = work.tab.as_deref() {
                previous = Some(tab);
            }
        }
        self.keep(&parts)?;
        let sent = self.publisher.write(id, &document.revision, &requests)?;
        if let Sent::Done(answer, revision) = &sent {
            self.own.clone_from(revision);
            let replies = answer["replies"].as_array().into_iter().flatten();
            for ((reply, work), renamed) in replies.zip(unmade).zip(tabs) {
                let added = reply.pointer("/addDocumentTab/tabProperties/tabId").and_then(Value::as_str);
                if let Some(chapter) = self.journal.chapters.get_mut(&work.id) {
                    chapter.tab = renamed.or_else(|| added.map(str::to_owned));
                }
            }
            self.keep(&parts)?;
        }
        Ok(sent)
    }

    fn is_taken(&self, tab: &str) -> bool {
        self.journal.chapters.values().any(|chapter| chapter.tab.as_deref() == Some(tab))
    }
}
