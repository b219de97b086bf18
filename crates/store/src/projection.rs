//! From documents to rows: derived, in the transaction of the change, and the same again when rebuilt.

use std::cell::OnceCell;
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;
use yokoten_model::document::Kind;
use yokoten_model::number::Number;
use yokoten_model::{Document, Postmortem, gaps, markdown};

use crate::log::{Change, ChangeRow, Snapshot};
use crate::progress::{Part, Progress, interruptible};
use crate::search::fold;
use crate::search::mechanism::{self, Profile};
use crate::search::postings::{AllTerms, Tier, Writer};
use crate::store::begin;
use crate::{Error, Result, Store, awaiting, books, log, measures, passages};

/// The tables that are derived, for `rebuild` and `verify`.
pub(crate) const DERIVED: [&str; 9] =
    ["postmortem", "passage", "term", "measure", "site", "awaiting", "posting", "mechanism", "book"];

/// Notes who changed a document and when. The row is a blank until [`project_document`] fills it.
pub(crate) fn note_change(
    connection: &Connection,
    doc: i64,
    uuid: Uuid,
    kind: Kind,
    change: &Change,
) -> Result<()> {
    if kind == Kind::Book {
        return books::note_change(connection, doc, uuid, change);
    }
    connection
        .prepare_cached(
            "INSERT INTO postmortem (doc, uuid, serial, copy, number, title, status, defect, customer, service, alert,
                                     open_points, created, updated, updated_by, changes)
             VALUES (?1, ?2, 0, 0, '', '', '', 0, '', '', '', 0, ?3, ?3, ?4, 1)
             ON CONFLICT (doc) DO UPDATE SET
               changes = changes + 1,
               created = min(created, excluded.created),
               updated_by = iif(excluded.updated >= updated, excluded.updated_by, updated_by),
               updated = max(updated, excluded.updated)",
        )?
        .execute(params![doc, uuid.hyphenated().to_string(), change.at, change.author.name])?;
    Ok(())
}

/// Writes a document's rows, whatever it is; see [`project`]. Of an entry returns what it says.
///
/// # Errors
/// Where the database refuses.
pub(crate) fn project_document(
    connection: &Connection,
    doc: i64,
    document: &Document,
    index: &mut Writer,
) -> Result<Option<Postmortem>> {
    match document.kind() {
        Kind::Postmortem => {
            let source = Source::of(document.postmortem()?, document.deleted_at());
            project(connection, doc, &source, index)?;
            Ok(Some(source.postmortem))
        }
        Kind::Book => {
            books::project(connection, doc, &document.book()?, document.deleted_at())?;
            Ok(None)
        }
    }
}

/// What an entry's rows are made of: made without the database, on any core.
struct Source {
    postmortem: Postmortem,
    deleted_at: Option<String>,
    passages: Vec<(&'static str, String)>,
    profile: Profile,
    gaps: usize,
    /// Where one of its texts is new.
    row: OnceCell<passages::Row>,
    /// Where all of them are.
    terms: OnceCell<AllTerms>,
}

impl Source {
    fn of(postmortem: Postmortem, deleted_at: Option<String>) -> Self {
        let passages = texts(&postmortem);
        let profile = Profile::of(passages.iter().map(|(field, text)| (*field, text.as_str())));
        let gaps = gaps::gaps(&postmortem).len();
        Self { postmortem, deleted_at, passages, profile, gaps, row: OnceCell::new(), terms: OnceCell::new() }
    }

    fn row(&self) -> &passages::Row {
        self.row.get_or_init(|| passages::Row::of(&self.passages))
    }

    fn terms(&self) -> &AllTerms {
        self.terms.get_or_init(|| AllTerms::of(self.row()))
    }
}

/// Writes an entry's rows, and to `index` what changed in its texts: the caller flushes it before it commits.
///
/// # Errors
/// Where the database refuses.
fn project(connection: &Connection, doc: i64, source: &Source, index: &mut Writer) -> Result<()> {
    let Source { postmortem, deleted_at, profile, .. } = source;
    index.next(connection, doc)?;
    let number = postmortem.number.parse().unwrap_or(Number { serial: 0, copy: 1 });
    // Of a blank row nothing else was ever written.
    let (serial, copy, new): (u32, u32, bool) = connection
        .prepare_cached("SELECT serial, copy, number = '' FROM postmortem WHERE doc = ?1")?
        .query_row([doc], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    connection
        .prepare_cached(
            "UPDATE postmortem SET serial = ?2, copy = ?3, title = ?4, status = ?5, defect = ?6, occurred_at = ?7,
               customer = ?8, service = ?9, alert = ?10, occurrence_category = ?11, escape_category = ?12,
               open_points = ?13, deleted_at = ?14
             WHERE doc = ?1",
        )?
        .execute(params![
            doc,
            number.serial,
            number.copy,
            postmortem.title,
            postmortem.status.as_str(),
            postmortem.defect,
            postmortem.occurred_at.as_ref().map(yokoten_model::postmortem::Moment::as_str),
            postmortem.customer,
            postmortem.service,
            postmortem.alert.name,
            postmortem.occurrence_category,
            postmortem.escape_category,
            i64::try_from(source.gaps).unwrap_or(i64::MAX),
            deleted_at,
        ])?;
    if (serial, copy) != (number.serial, number.copy) {
        renumber(connection, number.serial)?;
    }
    if new {
        passages::write(connection, doc, source.row())?;
        index.new_document(doc, source.terms());
    } else {
        write_passages(connection, doc, source, index)?;
    }
    mechanism::write(connection, doc, profile)?;
    write_terms(connection, doc, postmortem, new)?;
    measures::project(connection, doc, postmortem, new)?;
    awaiting::project(connection, doc, postmortem, new)
}

/// Shows the numbers of one serial: each bearer as it is stored where that is free, the later UUIDs with the next
/// copy. The same set of documents is numbered the same in every office.
fn renumber(connection: &Connection, serial: u32) -> Result<()> {
    let mut statement = connection
        .prepare_cached("SELECT doc, copy FROM postmortem WHERE serial = ?1 ORDER BY copy, uuid")?;
    let bearers: Vec<(i64, u32)> = statement
        .query_map([serial], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut taken = Vec::new();
    for (doc, wanted) in bearers {
        let copy = (wanted..).find(|copy| !taken.contains(copy)).unwrap_or(wanted);
        taken.push(copy);
        connection
            .prepare_cached("UPDATE postmortem SET number = ?2 WHERE doc = ?1 AND number <> ?2")?
            .execute(params![doc, Number { serial, copy }.to_string()])?;
    }
    Ok(())
}

/// The next free serial.
pub(crate) fn next_serial(connection: &Connection) -> Result<u32> {
    let last: Option<u32> =
        connection.query_row("SELECT max(serial) FROM postmortem", [], |row| row.get(0))?;
    Ok(last.unwrap_or(0) + 1)
}

/// A document's number as it is shown.
pub(crate) fn shown_number(connection: &Connection, doc: i64) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT number FROM postmortem WHERE doc = ?1")?;
    Ok(statement.query_row([doc], |row| row.get(0)).optional()?)
}

/// Every text of a postmortem by field, without markup.
pub(crate) fn texts(postmortem: &Postmortem) -> Vec<(&'static str, String)> {
    let joined = |texts: &mut dyn Iterator<Item = &str>| {
        texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n")
    };
    let sections = &postmortem.sections;
    let (alert, runbook) = (&postmortem.alert, &postmortem.runbook);
    let mut all = vec![
        ("title", postmortem.title.clone()),
        ("customer", postmortem.customer.clone()),
        ("service", postmortem.service.clone()),
        ("tags", joined(&mut postmortem.tags.iter().map(String::as_str))),
        ("alert", joined(&mut [&alert.name, &alert.source, &alert.incident].into_iter().map(String::as_str))),
        (
            "runbook",
            joined(
                &mut [&runbook.title, &runbook.revision, &runbook.step]
                    .into_iter()
                    .chain(runbook.steps.iter().map(|step| &step.text))
                    .map(String::as_str),
            ),
        ),
        ("overview", markdown::plain_text(&sections.overview)),
        ("problem", markdown::plain_text(&sections.problem)),
        ("occurrence_cause", why_text(&sections.occurrence_cause, &postmortem.causes.occurrence)),
        ("escape_cause", why_text(&sections.escape_cause, &postmortem.causes.escape)),
        (
            "countermeasure",
            joined(&mut postmortem.countermeasures.iter().flat_map(|measure| {
                [
                    &measure.text,
                    &measure.owner,
                    &measure.exception,
                    &measure.effect.measure,
                    &measure.effect.note,
                ]
                .map(String::as_str)
            })),
        ),
        (
            "timeline",
            joined(&mut postmortem.timeline.iter().flat_map(|row| [row.actor.as_str(), row.text.as_str()])),
        ),
        ("lessons", markdown::plain_text(&sections.lessons)),
        (
            "applies_to",
            joined(
                &mut postmortem
                    .applies_to
                    .iter()
                    .flat_map(|place| [place.target.as_str(), place.reason.as_str()]),
            ),
        ),
        (
            "comments",
            joined(&mut postmortem.comments.iter().flat_map(|comment| {
                std::iter::once(comment.text.as_str())
                    .chain(comment.replies.iter().map(|reply| reply.text.as_str()))
            })),
        ),
        (
            "attachments",
            joined(
                &mut postmortem
                    .attachments
                    .iter()
                    .flat_map(|file| [file.name.as_str(), file.caption.as_str()]),
            ),
        ),
    ];
    all.retain(|(_, text)| !text.is_empty());
    all
}

fn why_text(conclusion: &str, nodes: &[yokoten_model::postmortem::WhyNode]) -> String {
    let mut text = markdown::plain_text(conclusion);
    let mut stack: Vec<_> = nodes.iter().rev().collect();
    while let Some(node) = stack.pop() {
        for part in [&node.text, &node.evidence] {
            if !part.is_empty() {
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(part);
            }
        }
        stack.extend(node.children.iter().rev());
    }
    text
}

fn write_passages(connection: &Connection, doc: i64, source: &Source, index: &mut Writer) -> Result<()> {
    let texts = &source.passages;
    let there = passages::read(connection, doc)?;
    let mut reindex = |field: &str, old: &str, new: &str| {
        let tier = Tier::of(field);
        let others = texts.iter().filter(|(name, _)| *name != field && Tier::of(name) == tier);
        let rest: Vec<String> =
            if old.is_empty() { Vec::new() } else { others.map(|(_, text)| fold(text)).collect() };
        index.field(doc, tier, &fold(old), &fold(new), &rest);
    };
    let mut changed = false;
    for (field, old) in there.iter().filter(|(field, _)| !texts.iter().any(|(name, _)| name == field)) {
        reindex(field, old, "");
        changed = true;
    }
    for (field, text) in texts {
        let old = there.iter().find(|(name, _)| name == field).map_or("", |(_, old)| old);
        if old != text {
            reindex(field, old, text);
            changed = true;
        }
    }
    if changed { passages::write(connection, doc, source.row()) } else { Ok(()) }
}

fn write_terms(connection: &Connection, doc: i64, postmortem: &Postmortem, new: bool) -> Result<()> {
    let (alert, runbook) = (&postmortem.alert, &postmortem.runbook);
    let mut terms = vec![
        ("customer", postmortem.customer.as_str(), ""),
        ("service", &postmortem.service, ""),
        ("alert_source", &alert.source, ""),
        ("alert_name", &alert.name, ""),
        ("runbook", &runbook.title, runbook.url.as_str()),
    ];
    terms.extend(postmortem.tags.iter().map(|tag| ("tag", tag.as_str(), "")));
    terms.extend(postmortem.countermeasures.iter().map(|measure| ("owner", measure.owner.as_str(), "")));
    terms.retain(|(_, value, _)| !value.trim().is_empty());
    terms.sort_unstable();
    terms.dedup_by_key(|(kind, value, _)| (*kind, *value));

    if !new {
        // Mostly nothing changes; then nothing is written.
        if read_terms(connection, doc)?
            .iter()
            .map(|(kind, value, detail)| (kind.as_str(), value.as_str(), detail.as_str()))
            .eq(terms.iter().copied())
        {
            return Ok(());
        }
        connection.prepare_cached("DELETE FROM term WHERE doc = ?1")?.execute([doc])?;
    }
    for (kind, value, detail) in terms {
        connection
            .prepare_cached("INSERT INTO term (doc, kind, value, detail) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![doc, kind, value, detail])?;
    }
    Ok(())
}

fn read_terms(connection: &Connection, doc: i64) -> Result<Vec<(String, String, String)>> {
    let mut statement = connection.prepare_cached("SELECT kind, value, detail FROM term WHERE doc = ?1")?;
    let terms = statement.query_map([doc], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(terms.collect::<rusqlite::Result<_>>()?)
}

impl Store {
    /// Makes every derived row again from the log. Returns how many entries there are.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the log is damaged, [`Error::Cancelled`]; the rows are then as they were.
    pub fn rebuild(&mut self, progress: &Progress) -> Result<usize> {
        self.cache.clear();
        interruptible(&mut self.connection, progress, |connection| {
            let transaction = begin(connection)?;
            let count = project_anew(&transaction, progress)?;
            transaction.commit()?;
            Ok(count)
        })
    }
}

/// Makes every derived row again. Returns how many entries there are.
pub(crate) fn project_anew(connection: &Connection, progress: &Progress) -> Result<usize> {
    let usual: i64 = connection.query_row("PRAGMA cache_size", [], |row| row.get(0))?;
    connection.pragma_update(None, "cache_size", PAGES)?;
    let count = delete_all(connection).and_then(|()| project_all(connection, progress));
    connection.pragma_update(None, "cache_size", usual)?;
    count
}

/// Pages that are kept while everything is written, in KiB (SQLite's `cache_size`): else those that come again would be
/// written and read again and again.
const PAGES: i64 = -64_000;

fn delete_all(connection: &Connection) -> Result<()> {
    for table in DERIVED {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    // What others hold of these in memory is void.
    connection.execute("DELETE FROM word", [])?;
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('generation', '1') ON CONFLICT DO UPDATE SET value = value + 1",
        [],
    )?;
    Ok(())
}

/// Documents that are read from the log at once, on all cores, before their rows are written.
const AT_ONCE: usize = 128;

/// What the log holds of one document.
struct Logged {
    doc: i64,
    uuid: Uuid,
    snapshot: Option<Snapshot>,
    changes: Vec<ChangeRow>,
}

/// A document as the log has it, read as far as its kind is known.
enum Replayed {
    Postmortem(Box<Source>),
    Book(Document),
}

impl Logged {
    fn replay(self) -> Result<(Self, Replayed)> {
        let seen = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
        let mut document = match &self.snapshot {
            Some(snapshot) => Document::from_bytes(&snapshot.body)?,
            None => Document::empty(),
        };
        let unseen = self.changes.iter().filter(|row| row.seq > seen);
        document.import_all(unseen.map(|row| row.change.body.as_slice()))?;
        let replayed = match document.kind() {
            Kind::Postmortem => {
                let source = Source::of(document.postmortem()?, document.deleted_at());
                source.row();
                source.terms();
                Replayed::Postmortem(Box::new(source))
            }
            Kind::Book => Replayed::Book(document),
        };
        Ok((self, replayed))
    }
}

/// Replays documents on all cores, in order, while this thread does something else.
fn replay_all(
    logged: Vec<Logged>,
    meanwhile: impl FnOnce() -> Result<()>,
) -> Result<Vec<(Logged, Replayed)>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(logged.len());
    // One at a time: the core that this thread is busy on does fewer.
    let next = Mutex::new(logged.into_iter());
    let replay = || {
        let next = || next.lock().ok().and_then(|mut next| next.next());
        std::iter::from_fn(next).map(Logged::replay).collect::<Result<Vec<_>>>()
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(replay)).collect();
        meanwhile()?;
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| Error::damaged("a document cannot be replayed"))??);
        }
        all.sort_unstable_by_key(|(logged, _)| logged.doc);
        Ok(all)
    })
}

/// Projects every document of the log into empty tables. Returns how many entries there are.
pub(crate) fn project_all(connection: &Connection, progress: &Progress) -> Result<usize> {
    let mut statement = connection.prepare("SELECT id, uuid FROM doc ORDER BY id")?;
    let docs: Vec<(i64, Uuid)> = statement
        .query_map([], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get::<_, [u8; 16]>(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    let of = docs.len() as u64;
    let mut parts = docs.chunks(AT_ONCE);
    let mut next = || parts.next().map(|part| read_logged(connection, part)).transpose();
    let mut index = Writer::anew();
    let (mut entries, mut written) = (0, 0);
    let (mut logged, mut replayed) = (next()?, Vec::new());
    // While a part is replayed, the one before it is written and the one behind it read.
    while let Some(this) = logged.take().or_else(|| (!replayed.is_empty()).then(Vec::new)) {
        let done = std::mem::take(&mut replayed);
        replayed = replay_all(this, || {
            logged = next()?;
            done.iter().try_for_each(|(logged, replayed)| {
                progress.step(Part::Entries, written, of)?;
                written += 1;
                entries += usize::from(matches!(replayed, Replayed::Postmortem(_)));
                write_replayed(connection, logged, replayed, &mut index)
            })
        })?;
    }
    index.flush(connection)?;
    Ok(entries)
}

/// What the log holds of documents.
fn read_logged(connection: &Connection, docs: &[(i64, Uuid)]) -> Result<Vec<Logged>> {
    let mut logged = Vec::with_capacity(docs.len());
    for (doc, uuid) in docs.iter().copied() {
        let changes = log::changes_of(connection, doc, 0)?;
        if !changes.is_empty() {
            logged.push(Logged { doc, uuid, snapshot: log::snapshot(connection, doc)?, changes });
        }
    }
    Ok(logged)
}

fn write_replayed(
    connection: &Connection,
    logged: &Logged,
    replayed: &Replayed,
    index: &mut Writer,
) -> Result<()> {
    let kind = match replayed {
        Replayed::Postmortem(_) => Kind::Postmortem,
        Replayed::Book(_) => Kind::Book,
    };
    for row in &logged.changes {
        note_change(connection, logged.doc, logged.uuid, kind, &row.change)?;
    }
    match replayed {
        Replayed::Postmortem(source) => project(connection, logged.doc, source, index),
        Replayed::Book(document) => {
            books::project(connection, logged.doc, &document.book()?, document.deleted_at())
        }
    }
}
