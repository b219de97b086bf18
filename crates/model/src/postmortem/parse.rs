//! From JSON to a postmortem, strictly, and the JSON Schema that says the same.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{DEPTH_LIMIT, FORMAT, Method, Postmortem};
use crate::{Error, Result, number::Number};

/// Reads a postmortem from JSON and fills what is missing.
///
/// Inner ids that are absent are taken from `next_id`; an absent strength is proposed by the method. `id` and
/// `number` may be absent (empty): whoever creates the document gives them.
///
/// # Errors
/// [`Error::Invalid`] with the path of the first wrong type, unknown enum value, bad time or bad id;
/// [`Error::TooDeep`] for a why-tree of more than [`DEPTH_LIMIT`] levels; [`Error::NewerFormat`] for a
/// document of a later format.
pub fn from_json(mut json: Value, next_id: &mut dyn FnMut() -> String) -> Result<Postmortem> {
    check_format(&json)?;
    check_depth(&json)?;
    fill_ids(&mut json, next_id);
    propose_strengths(&mut json);
    let mut postmortem: Postmortem = parse(json)?;
    if !postmortem.id.is_empty() {
        let id = Uuid::try_parse(&postmortem.id).map_err(|error| Error::invalid("id", error))?;
        postmortem.id = id.hyphenated().to_string();
    }
    if !postmortem.number.is_empty() {
        postmortem.number.parse::<Number>()?;
    }
    Ok(postmortem)
}

/// The JSON Schema of the format (draft 2020-12).
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Postmortem);
    schema.insert("$id".into(), FORMAT.into());
    schema.insert("title".into(), "Yokoten postmortem".into());
    schema.to_value()
}

/// Deserializes with the path of what went wrong.
pub(crate) fn parse<T: for<'de> Deserialize<'de>>(json: Value) -> Result<T> {
    serde_path_to_error::deserialize(json)
        .map_err(|error| Error::invalid(error.path().to_string(), error.inner()))
}

fn check_format(json: &Value) -> Result<()> {
    if !json.is_object() {
        return Err(Error::invalid(".", "expected one JSON object"));
    }
    let Some(format) = json.get("format") else { return Ok(()) };
    match format.as_str() {
        Some(FORMAT) => Ok(()),
        Some(other) if other.starts_with("yokoten/postmortem/") => {
            Err(Error::NewerFormat { found: other.to_owned() })
        }
        _ => Err(Error::invalid("format", format_args!("expected `{FORMAT}`"))),
    }
}

/// Refuses deep trees before anything recurses into them. Walks with a list of its own, not the call stack.
fn check_depth(json: &Value) -> Result<()> {
    for side in ["occurrence", "escape"] {
        let Some(roots) = json.pointer(&format!("/causes/{side}")) else { continue };
        let mut level = vec![(format!("causes.{side}"), roots)];
        for depth in 0.. {
            let nodes: Vec<(String, &Value)> = level
                .iter()
                .filter_map(|(path, list)| Some((path, list.as_array()?)))
                .flat_map(|(path, list)| {
                    list.iter().enumerate().map(move |(i, node)| (format!("{path}[{i}]"), node))
                })
                .collect();
            let Some((path, _)) = nodes.first() else { break };
            if depth == DEPTH_LIMIT {
                return Err(Error::TooDeep { path: path.clone(), limit: DEPTH_LIMIT });
            }
            level = nodes
                .into_iter()
                .filter_map(|(path, node)| Some((format!("{path}.children"), node.get("children")?)))
                .collect();
        }
    }
    Ok(())
}

/// Gives an id to every inner item that has none.
fn fill_ids(json: &mut Value, next_id: &mut dyn FnMut() -> String) {
    for path in ["/runbook/steps", "/countermeasures", "/timeline"] {
        if let Some(list) = json.pointer_mut(path) {
            fill_list(list, None, next_id);
        }
    }
    for path in ["/causes/occurrence", "/causes/escape"] {
        if let Some(list) = json.pointer_mut(path) {
            fill_list(list, Some("children"), next_id);
        }
    }
    if let Some(list) = json.pointer_mut("/comments") {
        fill_list(list, Some("replies"), next_id);
    }
}

pub(crate) fn fill_list(list: &mut Value, below: Option<&str>, next_id: &mut dyn FnMut() -> String) {
    for item in list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if !item.contains_key("id") {
            item.insert("id".into(), next_id().into());
        }
        if let Some(children) = below.and_then(|key| item.get_mut(key)) {
            fill_list(children, below, next_id);
        }
    }
}

/// An absent strength is proposed by the method; an explicit null stays.
fn propose_strengths(json: &mut Value) {
    let measures = json.get_mut("countermeasures").and_then(Value::as_array_mut);
    for measure in measures.into_iter().flatten().filter_map(Value::as_object_mut) {
        let method =
            measure.get("method").and_then(Value::as_str).and_then(|text| text.parse::<Method>().ok());
        if let Some(method) = method
            && !measure.contains_key("strength")
        {
            measure.insert("strength".into(), method.strength().into());
        }
    }
}
