//! How each part of a document is held by the CRDT: the one table that reading and writing follow.

/// How a value is held, and so how two people's changes to it meet.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A register: the later change wins. Unknown keys are held so, too.
    Value,
    /// Merged character by character.
    Text,
    /// A record whose fields merge one by one.
    Record(Fields),
    /// An open record: every string in it is a [`Shape::Text`].
    Texts,
    /// A list of records, matched by these fields (by the whole record where there are none).
    List {
        /// The shape of one record.
        item: Fields,
        /// What identifies a record among its siblings.
        key: &'static [&'static str],
    },
    /// A list of plain strings.
    Words,
    /// A movable tree of records; the branches stand under `children`.
    Tree(Fields),
}

/// The known fields of a record, in the order in which they are written.
pub type Fields = &'static [(&'static str, Shape)];

use Shape::{List, Record, Text, Texts, Tree, Value, Words};

const ID: &[&str] = &["id"];

const NODE: Fields = &[("id", Value), ("text", Text), ("kind", Value), ("evidence", Text), ("root", Value)];

const EFFECT: Fields = &[
    ("measure", Text),
    ("denominator", Text),
    ("check_on", Value),
    ("judge", Text),
    ("verdict", Value),
    ("note", Text),
];

const COUNTERMEASURE: Fields = &[
    ("id", Value),
    ("side", Value),
    ("term", Value),
    ("text", Text),
    ("causes", Words),
    ("method", Value),
    ("strength", Value),
    ("owner", Text),
    ("due", Value),
    ("state", Value),
    ("closed_on", Value),
    ("link", Text),
    ("exception", Text),
    ("effect", Record(EFFECT)),
];

const TIMELINE_ROW: Fields = &[
    ("id", Value),
    ("at", Value),
    ("actor", Text),
    ("text", Text),
    ("source", Value),
    ("step", Value),
    ("step_outcome", Value),
];

const APPLIES_TO: Fields = &[("target", Text), ("decision", Value), ("reason", Text), ("link", Text)];
const REVIEW: Fields = &[("team", Value), ("reviewer", Value), ("at", Value), ("verdict", Value)];
const CHECKLIST_ITEM: Fields = &[("item", Value), ("done", Value), ("reason", Text)];
const REPLY: Fields = &[("id", Value), ("by", Value), ("at", Value), ("text", Text)];
const COMMENT: Fields = &[
    ("id", Value),
    ("on", Value),
    ("by", Value),
    ("at", Value),
    ("text", Text),
    ("resolved", Value),
    ("replies", List { item: REPLY, key: ID }),
];
const DISMISSED: Fields = &[("code", Value), ("field", Value), ("found", Value)];
const AGREED: Fields = &[("side", Value), ("text", Value)];
const ATTACHMENT: Fields = &[("hash", Value), ("name", Text), ("caption", Text), ("media_type", Value)];

/// A whole postmortem. A field's shape never changes: offices with older programs hold it so.
pub const POSTMORTEM: Fields = &[
    ("format", Value),
    ("id", Value),
    ("number", Value),
    ("title", Text),
    ("status", Value),
    ("defect", Value),
    ("occurred_at", Value),
    ("noticed_at", Value),
    ("reported_at", Value),
    ("resolved_at", Value),
    ("customer", Text),
    ("service", Text),
    ("found_by", Value),
    ("customer_impact", Value),
    ("occurrence_category", Value),
    ("escape_category", Value),
    ("tags", Words),
    ("alert", Record(&[("source", Text), ("name", Text), ("incident", Text), ("url", Text)])),
    (
        "runbook",
        Record(&[
            ("title", Text),
            ("url", Text),
            ("revision", Text),
            ("step", Text),
            ("steps", List { item: &[("id", Value), ("text", Text)], key: ID }),
        ]),
    ),
    ("sections", Texts),
    ("causes", Record(&[("occurrence", Tree(NODE)), ("escape", Tree(NODE))])),
    ("countermeasures", List { item: COUNTERMEASURE, key: ID }),
    ("timeline", List { item: TIMELINE_ROW, key: ID }),
    ("applies_to", List { item: APPLIES_TO, key: &["target"] }),
    ("reviews", List { item: REVIEW, key: &[] }),
    ("checklist", List { item: CHECKLIST_ITEM, key: &["item"] }),
    ("comments", List { item: COMMENT, key: ID }),
    ("dismissed", List { item: DISMISSED, key: &[] }),
    ("agreed", List { item: AGREED, key: &["side", "text"] }),
    ("template", Value),
    ("attachments", List { item: ATTACHMENT, key: &["hash"] }),
];

const CHOICE: Fields = &[("id", Value), ("text", Text), ("right", Value)];
const QUESTION: Fields =
    &[("id", Value), ("prompt", Text), ("choices", List { item: CHOICE, key: ID }), ("answer", Text)];
const PARTS: Fields = &[
    ("situation", Text),
    ("think", List { item: QUESTION, key: ID }),
    ("happened", Text),
    ("why", Text),
    ("lessons", Text),
    ("check", List { item: QUESTION, key: ID }),
];
const CHAPTER: Fields = &[
    ("id", Value),
    ("title", Text),
    ("level", Value),
    ("minutes", Value),
    ("sources", List { item: &[("entry", Value), ("number", Value), ("revision", Value)], key: &["entry"] }),
    ("parts", Record(PARTS)),
    ("taken", Value),
];

/// A whole book. As of a postmortem, a field's shape never changes.
pub const BOOK: Fields = &[
    ("format", Value),
    ("id", Value),
    ("lang", Value),
    ("title", Text),
    ("levels", Words),
    ("chapters", List { item: CHAPTER, key: ID }),
    (
        "masks",
        List { item: &[("text", Value), ("kind", Value), ("mask", Value), ("keep", Value)], key: &["text"] },
    ),
    ("images", List { item: &[("hash", Value)], key: &["hash"] }),
];
