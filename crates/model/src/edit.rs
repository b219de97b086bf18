//! One edit: assignments to paths of the plain form, and what they changed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{Error, Result};

/// One step of a path: a key of an object or an index of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Step {
    /// A key.
    Key(String),
    /// An index.
    Index(usize),
}

/// A new value for one place of the document, as it is at the edit's base revision.
///
/// The value is written by difference: of a text the differing characters, of a list the differing items, of a
/// tree the moves. So a whole list may be assigned to insert, remove or move one of its items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Assignment {
    /// Where, such as `["countermeasures", 2, "text"]`.
    pub path: Vec<Step>,
    /// What shall stand there.
    #[ts(type = "unknown")]
    pub value: Value,
}

/// Carries the assignments out on the plain form.
///
/// # Errors
/// [`Error::Invalid`] where a path leads nowhere, or to the id, number or format, which never change.
pub(crate) fn apply(mut json: Value, assignments: Vec<Assignment>) -> Result<Value> {
    for Assignment { path, value } in assignments {
        if let [Step::Key(key), ..] = path.as_slice()
            && matches!(key.as_str(), "id" | "number" | "format")
        {
            return Err(Error::invalid(key, "never changes"));
        }
        let place =
            find(&mut json, &path).ok_or_else(|| Error::invalid(show(&path), "there is no such place"))?;
        *place = value;
    }
    Ok(json)
}

/// The place that a path leads to. The last key may be new, everything before it must be there.
fn find<'a>(json: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    match (path, json) {
        ([], json) => Some(json),
        ([Step::Key(key)], Value::Object(object)) => Some(object.entry(key).or_insert(Value::Null)),
        ([Step::Key(key), rest @ ..], Value::Object(object)) => find(object.get_mut(key)?, rest),
        ([Step::Index(index), rest @ ..], Value::Array(items)) => find(items.get_mut(*index)?, rest),
        _ => None,
    }
}

fn show(path: &[Step]) -> String {
    path.iter()
        .enumerate()
        .map(|(depth, step)| match step {
            Step::Key(key) if depth == 0 => key.clone(),
            Step::Key(key) => format!(".{key}"),
            Step::Index(index) => format!("[{index}]"),
        })
        .collect()
}

/// The fields that differ, named as deep as a person would name them: `title`, `sections.problem`,
/// `causes.escape`, `countermeasures`.
pub(crate) fn changed_fields(old: &Value, new: &Value) -> Vec<String> {
    let mut fields = Vec::new();
    for (key, value) in new.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("format" | "id" | "number", _) => {}
            ("sections" | "causes" | "alert" | "runbook", Value::Object(object)) => {
                let before = old.get(key);
                fields.extend(
                    object
                        .iter()
                        .filter(|(inner, value)| before.and_then(|old| old.get(inner)) != Some(value))
                        .map(|(inner, _)| format!("{key}.{inner}")),
                );
            }
            _ if old.get(key) != Some(value) => fields.push(key.clone()),
            _ => {}
        }
    }
    fields.sort();
    fields
}
