//! Writing and reading entries.

use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;
use uuid::Uuid;
use yokoten_model::effect::date_closings;
use yokoten_model::postmortem::{Attachment, DEPTH_LIMIT, Postmortem, from_json};
use yokoten_model::template::Template;
use yokoten_model::{Assignment, Document, Revision};
use yokoten_store::{Progress, Written};

use crate::clock::{moment, rfc3339};
use crate::{Error, Result, Row, Workspace};

/// Days that a deleted entry can be restored.
pub(crate) const TRASH_DAYS: i64 = 30;

/// A new or changed entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Created {
    /// The identity.
    pub id: String,
    /// The number as it is shown.
    pub number: String,
}

/// An entry, opened.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Entry {
    /// The document.
    pub document: Postmortem,
    /// Its revision, the base of the next edit.
    pub revision: String,
    /// When it was created (RFC 3339, UTC).
    pub created_at: String,
    /// When it was last changed, likewise.
    pub updated_at: String,
    /// By whom.
    pub updated_by: String,
    /// When it was put into the trash, likewise.
    pub deleted_at: Option<String>,
    /// The template that it was written with.
    pub template: Template,
}

/// An edit, stored.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Edited {
    /// The revision of the caller's own line of edits: the base of its next edit.
    pub branch: String,
    /// The merged revision.
    pub revision: String,
    /// When it was stored (RFC 3339, UTC).
    pub at: String,
    /// The merged document.
    pub document: Postmortem,
}

/// An id for an inner item.
pub(crate) fn next_id() -> String {
    Uuid::new_v4().simple().to_string()
}

impl Workspace {
    /// Creates an entry.
    ///
    /// # Errors
    /// As any write.
    pub fn create(&self, title: &str) -> Result<Entry> {
        let template = self.template().reference();
        let json = serde_json::json!({"title": title, "template": template});
        let mut postmortem = from_json(json, &mut next_id)?;
        postmortem.id = self.new_id();
        let (id, _) = self.put_one(&postmortem)?;
        self.entry(id)
    }

    /// Creates the documents, or makes existing ones say the same, by difference. Either all are stored or none of
    /// them is looked at further than the first that is refused.
    ///
    /// # Errors
    /// [`Error::Json`], [`Error::NoDocument`], or what the document's format refuses, with its path.
    pub fn put(&self, input: &[u8]) -> Result<(Vec<Created>, bool)> {
        self.put_watched(input, &Progress::default())
    }

    /// As [`Workspace::put`], and may be stopped.
    pub(crate) fn put_watched(&self, input: &[u8], progress: &Progress) -> Result<(Vec<Created>, bool)> {
        let json = read_json(input)?;
        let (documents, many) = match json {
            Value::Array(documents) => (documents, true),
            one => (vec![one], false),
        };
        if documents.is_empty() {
            return Err(Error::NoDocument);
        }
        let mut postmortems = Vec::new();
        for (index, document) in documents.into_iter().enumerate() {
            let mut postmortem = from_json(document, &mut next_id)
                .map_err(|error| if many { at_index(error, index) } else { error })?;
            if postmortem.id.is_empty() {
                postmortem.id = self.new_id();
            }
            if postmortem.template.is_empty() {
                postmortem.template = self.template().reference();
            }
            postmortems.push(postmortem);
        }
        let author = self.author()?;
        let now = self.clock.now();
        let written = self.store().put_watched(&postmortems, &author, now, progress)?;
        let mut created = Vec::new();
        for written in written {
            self.note(&written);
            created.push(Created { id: written.postmortem.id, number: written.postmortem.number });
        }
        Ok((created, many))
    }

    fn put_one(&self, postmortem: &Postmortem) -> Result<(Uuid, Written)> {
        let (author, now) = (self.author()?, self.clock.now());
        let mut written = self.store().put_all(std::slice::from_ref(postmortem), &author, now)?;
        let written = written.pop().ok_or_else(|| Error::Internal("nothing was written".into()))?;
        self.note(&written);
        let id = Uuid::try_parse(&postmortem.id).map_err(|error| Error::Internal(error.to_string()))?;
        Ok((id, written))
    }

    /// An entry by `PM-0142` or UUID, in the trash or not.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`].
    pub fn show(&self, reference: &str) -> Result<Entry> {
        let id = self.store().find(reference)?;
        self.entry(id)
    }

    fn entry(&self, id: Uuid) -> Result<Entry> {
        let mut store = self.store();
        let (document, revision, deleted_at) = store.read(id)?;
        let item = store.item(id)?;
        drop(store);
        Ok(Entry {
            template: self.template_of(&document),
            document,
            revision: revision.as_str().to_owned(),
            created_at: rfc3339(item.created),
            updated_at: rfc3339(item.updated),
            updated_by: item.updated_by,
            deleted_at,
        })
    }

    /// Carries out assignments as they were meant at the revision `base`, and merges them with what others wrote.
    ///
    /// # Errors
    /// [`Error::InTrash`], what the document refuses, or what the store fails at; nothing is then stored.
    pub fn edit(&self, reference: &str, base: &str, mut set: Vec<Assignment>) -> Result<Edited> {
        date_closings(&mut set, self.today());
        let base = Revision::new(base.to_owned());
        self.change(reference, |document| Ok(document.edit(&base, set, &mut next_id)?))
    }

    /// Keeps a file and names it in the entry.
    ///
    /// # Errors
    /// [`yokoten_store::Error::TooLarge`], or as [`Workspace::edit`].
    pub fn attach(&self, reference: &str, name: &str, bytes: &[u8]) -> Result<Attachment> {
        let hash = self.store().keep_attachment(bytes)?;
        let media_type =
            infer::get(bytes).map_or("application/octet-stream", |kind| kind.mime_type()).to_owned();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let file = Attachment { hash, name, media_type, ..Attachment::default() };
        self.rewrite(reference, |postmortem| {
            if !postmortem.attachments.iter().any(|there| there.hash == file.hash) {
                postmortem.attachments.push(file.clone());
            }
            Ok(())
        })?;
        Ok(file)
    }

    /// Reads a file that shall be attached.
    ///
    /// # Errors
    /// [`yokoten_store::Error::TooLarge`] before anything is read, or where it cannot be read.
    pub fn read_attachment(&self, file: &std::path::Path) -> Result<Vec<u8>> {
        Ok(yokoten_store::attachments::read_file(file)?)
    }

    /// The bytes of an attachment, and its media type by what the bytes are.
    ///
    /// # Errors
    /// [`yokoten_store::Error::NotFound`], [`yokoten_store::Error::Damaged`].
    pub fn attachment(&self, hash: &str) -> Result<(Vec<u8>, &'static str)> {
        let bytes = self.store().attachment(hash)?;
        let media_type = infer::get(&bytes).map_or("application/octet-stream", |kind| kind.mime_type());
        Ok((bytes, media_type))
    }

    /// Puts an entry into the trash.
    ///
    /// # Errors
    /// [`Error::InTrash`] where it is there already.
    pub fn delete(&self, reference: &str) -> Result<Row> {
        let at = rfc3339(self.clock.now());
        self.change(reference, |document| Ok(document.set_deleted_at(Some(&at))?))?;
        self.row(reference)
    }

    /// Takes an entry out of the trash.
    ///
    /// # Errors
    /// [`Error::TrashExpired`] after 30 days.
    pub fn restore(&self, reference: &str) -> Result<Row> {
        let row = self.row(reference)?;
        if row.deleted_at.is_some_and(|at| at < self.trash_since()) {
            return Err(Error::TrashExpired(row.number));
        }
        let id = self.store().find(reference)?;
        self.write(id, |document| Ok(document.set_deleted_at(None)?))?;
        self.row(reference)
    }

    fn row(&self, reference: &str) -> Result<Row> {
        let store = self.store();
        Ok(store.item(store.find(reference)?)?.into())
    }

    /// A change to an entry that is not in the trash.
    pub(crate) fn change(
        &self,
        reference: &str,
        edit: impl FnOnce(&mut Document) -> yokoten_store::Result<yokoten_model::document::Edited>,
    ) -> Result<Edited> {
        let row = self.row(reference)?;
        if row.deleted_at.is_some() {
            return Err(Error::InTrash(row.number));
        }
        let id = self.store().find(reference)?;
        self.write(id, edit)
    }

    fn write(
        &self,
        id: Uuid,
        edit: impl FnOnce(&mut Document) -> yokoten_store::Result<yokoten_model::document::Edited>,
    ) -> Result<Edited> {
        let (author, now) = (self.author()?, self.clock.now());
        let written = self.store().edit(id, &author, now, edit)?;
        self.note(&written);
        Ok(Edited {
            branch: written.branch.as_str().to_owned(),
            revision: written.revision.as_str().to_owned(),
            at: rfc3339(now),
            document: written.postmortem,
        })
    }

    fn note(&self, written: &Written) {
        if let Some(change) = written.change {
            self.watchers.wrote(change);
        }
    }

    /// A UUIDv7 of now.
    pub(crate) fn new_id(&self) -> String {
        let now = moment(self.clock.now());
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.timestamp_subsec_nanos());
        Uuid::new_v7(timestamp).to_string()
    }

    /// The earliest moment of deletion that can be taken back.
    pub(crate) fn trash_since(&self) -> String {
        rfc3339(self.clock.now() - TRASH_DAYS * 24 * 60 * 60 * 1000)
    }
}

/// Reads JSON. What nests so deep that the parser stops is too deep for the format, too, and is named by its path.
fn read_json(input: &[u8]) -> Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(input);
    let json: Value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        if path.contains("causes.") && error.inner().to_string().contains("recursion limit") {
            return yokoten_model::Error::TooDeep { path, limit: DEPTH_LIMIT }.into();
        }
        Error::Json(error.into_inner().to_string())
    })?;
    deserializer.end().map_err(|error| Error::Json(error.to_string()))?;
    Ok(json)
}

/// Names the document of an array in an error's path.
fn at_index(error: yokoten_model::Error, index: usize) -> yokoten_model::Error {
    use yokoten_model::Error as E;
    let under = |path: String| if path == "." { format!("[{index}]") } else { format!("[{index}].{path}") };
    match error {
        E::Invalid { path, reason } => E::Invalid { path: under(path), reason },
        E::TooDeep { path, limit } => E::TooDeep { path: under(path), limit },
        E::TooLong { path, length, limit } => E::TooLong { path: under(path), length, limit },
        other => other,
    }
}
