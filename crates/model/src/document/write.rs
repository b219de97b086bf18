//! From plain JSON into the CRDT's containers, by difference, along the shapes.

use std::collections::HashMap;

use loro::{
    LoroList, LoroMap, LoroMovableList, LoroText, LoroTree, LoroValue, TreeID, TreeParentId, UpdateOptions,
};
use serde_json::{Map, Value};

use super::{TEXT_LIMIT, read::JSON};
use crate::shape::{Fields, Shape};
use crate::{Error, Result};

/// A refined difference of two long texts can take seconds; past this the lines are compared instead.
const DIFF_TIMEOUT_MS: f64 = 50.0;

/// Refuses texts over [`TEXT_LIMIT`], with the path of the first.
pub(super) fn check_lengths(value: &Value, path: &str) -> Result<()> {
    match value {
        // A string has at least a third as many UTF-16 units as bytes, so most need no count.
        Value::String(text) if text.len() > TEXT_LIMIT => {
            let length = text.encode_utf16().count();
            if length > TEXT_LIMIT {
                return Err(Error::TooLong { path: path.to_owned(), length, limit: TEXT_LIMIT });
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_lengths(item, &format!("{path}[{index}]"))?;
            }
        }
        Value::Object(object) => {
            for (key, item) in object {
                check_lengths(item, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") })?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Makes the document say what `new` says; `old` is what it says now.
pub(super) fn document(root: &LoroMap, fields: Fields, old: &Value, new: &Value) -> Result<()> {
    record(root, fields, old, new)
}

fn record(map: &LoroMap, fields: Fields, old: &Value, new: &Value) -> Result<()> {
    for (key, shape) in fields {
        slot(map, key, *shape, old.get(key), new.get(key))?;
    }
    let known = |key: &str| fields.iter().any(|(name, _)| *name == key);
    for (key, value) in sorted(new).filter(|(key, _)| !known(key)) {
        slot(map, key, Shape::Value, old.get(key), Some(value))?;
    }
    for (key, _) in sorted(old).filter(|(key, _)| !known(key) && new.get(key).is_none()) {
        map.delete(key)?;
    }
    Ok(())
}

/// The entries in the order of their keys: the same document is written as the same operations everywhere.
fn sorted(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let mut entries: Vec<_> = value.as_object().into_iter().flatten().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries.into_iter()
}

fn slot(map: &LoroMap, key: &str, shape: Shape, old: Option<&Value>, new: Option<&Value>) -> Result<()> {
    let Some(new) = new else { return Ok(()) };
    if old == Some(new) || (old.is_none() && is_blank(shape, new)) {
        return Ok(());
    }
    let empty = Value::Null;
    let old = old.unwrap_or(&empty);
    match (shape, new) {
        (Shape::Text, Value::String(new)) => text(map, key, new)?,
        (Shape::Record(fields), new) => record(&map.ensure_mergeable_map(key)?, fields, old, new)?,
        (Shape::Texts, new) => texts(&map.ensure_mergeable_map(key)?, old, new)?,
        (Shape::List { item, key: by }, new) => {
            list(&map.ensure_mergeable_movable_list(key)?, item, by, old, new)?;
        }
        (Shape::Words, new) => words(&map.ensure_mergeable_list(key)?, new)?,
        (Shape::Tree(fields), new) => tree(&map.ensure_mergeable_tree(key)?, fields, old, new)?,
        (Shape::Text | Shape::Value, new) => map.insert(key, register(new))?,
    }
    Ok(())
}

/// Nothing to write where nothing was: the defaults say the same.
fn is_blank(shape: Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Record(fields), Value::Object(object)) => object
            .iter()
            .all(|(key, value)| fields.iter().any(|(name, shape)| name == key && is_blank(*shape, value))),
        (Shape::Texts, Value::Object(object)) => {
            object.iter().all(|(key, value)| value == "" && SECTIONS.contains(&key.as_str()))
        }
        (Shape::Text, Value::String(text)) => text.is_empty(),
        (_, Value::Array(items)) => items.is_empty() && !matches!(shape, Shape::Value),
        _ => false,
    }
}

/// The sections that every document has; others are a template's own.
const SECTIONS: [&str; 5] = ["overview", "problem", "occurrence_cause", "escape_cause", "lessons"];

fn text(map: &LoroMap, key: &str, new: &str) -> Result<()> {
    if map.get(key).is_some_and(|slot| slot.is_value()) {
        map.delete(key)?;
    }
    let text = map.ensure_mergeable_text(key)?;
    update(&text, new)
}

fn update(text: &LoroText, new: &str) -> Result<()> {
    if text.is_empty() {
        return Ok(text.insert(0, new)?);
    }
    let options = || UpdateOptions { timeout_ms: Some(DIFF_TIMEOUT_MS), use_refined_diff: true };
    if text.update(new, options()).is_err() && text.update_by_line(new, options()).is_err() {
        // Both gave up: replace what differs between the common ends.
        let old = text.to_string();
        let ahead = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
        let (old_length, new_length) = (old.chars().count(), new.chars().count());
        let limit = old_length.min(new_length) - ahead;
        let behind = old.chars().rev().zip(new.chars().rev()).take(limit).take_while(|(a, b)| a == b).count();
        text.delete(ahead, old_length - ahead - behind)?;
        let middle: String = new.chars().skip(ahead).take(new_length - ahead - behind).collect();
        text.insert(ahead, &middle)?;
    }
    Ok(())
}

fn texts(map: &LoroMap, old: &Value, new: &Value) -> Result<()> {
    for (key, value) in sorted(new) {
        let shape = if value.is_string() { Shape::Text } else { Shape::Value };
        let old = old.get(key);
        if old.is_none() && value == "" && !SECTIONS.contains(&key.as_str()) {
            map.ensure_mergeable_text(key)?;
        }
        slot(map, key, shape, old, Some(value))?;
    }
    for (key, _) in sorted(old).filter(|(key, _)| new.get(key).is_none()) {
        map.delete(key)?;
    }
    Ok(())
}

fn register(value: &Value) -> LoroValue {
    match value {
        Value::Null => LoroValue::Null,
        Value::Bool(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            (None, Some(float)) if number.is_f64() => float.into(),
            _ => as_text(value),
        },
        Value::Array(_) | Value::Object(_) => as_text(value),
    }
}

fn as_text(value: &Value) -> LoroValue {
    LoroValue::from(HashMap::from([(JSON.to_owned(), LoroValue::from(value.to_string()))]))
}

/// Identifies an item among its siblings; the number tells apart items that are alike.
type Key = (String, usize);

fn keys(items: &Value, by: &[&str]) -> Vec<Key> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let of = |item: &Value| match by {
        [] => item.to_string(),
        by => by.iter().map(|field| item.get(field).map(Value::to_string).unwrap_or_default()).collect(),
    };
    array(items)
        .iter()
        .map(|item| {
            let text = of(item);
            let count = seen.entry(text.clone()).or_default();
            *count += 1;
            (text, *count)
        })
        .collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The keys that keep their order from `old` to `new`: all others are moved.
fn unmoved<K: std::hash::Hash + Eq + Ord + Clone>(old: &[K], new: &[K]) -> Vec<K> {
    similar::capture_diff_slices(similar::Algorithm::Myers, old, new)
        .into_iter()
        .filter_map(|op| match op {
            similar::DiffOp::Equal { old_index, len, .. } => {
                Some(old.iter().skip(old_index).take(len).cloned())
            }
            _ => None,
        })
        .flatten()
        .collect()
}

fn list(list: &LoroMovableList, item: Fields, by: &[&str], old: &Value, new: &Value) -> Result<()> {
    let (old_keys, new_keys) = (keys(old, by), keys(new, by));
    let old_items: HashMap<&Key, &Value> = old_keys.iter().zip(array(old)).collect();

    let mut present = old_keys.clone();
    for index in (0..present.len()).rev() {
        if present.get(index).is_some_and(|key| !new_keys.contains(key)) {
            list.delete(index, 1)?;
            present.remove(index);
        }
    }
    let stay = unmoved(&present, &new_keys);
    for (index, (key, value)) in new_keys.iter().zip(array(new)).enumerate() {
        if stay.contains(key) {
            // Whatever stands before it moves later; put it behind everything for now.
            while present.get(index).is_some_and(|other| other != key) {
                let last = present.len() - 1;
                list.mov(index, last)?;
                let other = present.remove(index);
                present.push(other);
            }
        } else if let Some(from) = present.iter().position(|other| other == key) {
            list.mov(from, index)?;
            let key = present.remove(from);
            present.insert(index, key);
        } else {
            list.insert_container(index, LoroMap::new())?;
            present.insert(index, key.clone());
        }
        let map =
            list.get(index).and_then(|slot| slot.into_container().ok()).and_then(|slot| slot.into_map().ok());
        let map = map.ok_or_else(|| Error::damaged("a list item is no record"))?;
        record(&map, item, old_items.get(key).copied().unwrap_or(&Value::Null), value)?;
    }
    Ok(())
}

fn words(list: &LoroList, new: &Value) -> Result<()> {
    let mut old = Vec::new();
    list.for_each(|slot| old.push(slot.into_value().ok().and_then(|value| value.into_string().ok())));
    let old: Vec<String> =
        old.into_iter().map(|word| word.map(|word| word.to_string()).unwrap_or_default()).collect();
    let new: Vec<String> = array(new).iter().filter_map(Value::as_str).map(str::to_owned).collect();
    // From the back, so that earlier positions stay true.
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new).into_iter().rev() {
        let (tag, from, to) = op.as_tag_tuple();
        if tag == similar::DiffTag::Equal {
            continue;
        }
        list.delete(from.start, from.len())?;
        for word in new.get(to).unwrap_or_default().iter().rev() {
            list.insert(from.start, word.as_str())?;
        }
    }
    Ok(())
}

/// A tree in the making: the nodes that are there, by key, with what they say.
struct Present<'a> {
    nodes: HashMap<Key, (TreeID, &'a Value)>,
    seen: HashMap<String, usize>,
}

impl<'a> Present<'a> {
    fn key(seen: &mut HashMap<String, usize>, node: &Value) -> Key {
        let id = node.get("id").map(Value::to_string).unwrap_or_default();
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        (id, *count)
    }

    fn collect(&mut self, tree: &LoroTree, ids: &[TreeID], values: &'a Value) {
        for (id, value) in ids.iter().zip(array(values)) {
            let key = Self::key(&mut self.seen, value);
            self.nodes.insert(key, (*id, value));
            self.collect(tree, &tree.children(*id).unwrap_or_default(), children(value));
        }
    }
}

fn children(node: &Value) -> &Value {
    node.get("children").unwrap_or(&Value::Null)
}

fn tree(tree: &LoroTree, fields: Fields, old: &Value, new: &Value) -> Result<()> {
    let mut present = Present { nodes: HashMap::new(), seen: HashMap::new() };
    present.collect(tree, &tree.roots(), old);
    let mut leftover = present.nodes.clone();
    let mut seen = HashMap::new();
    let mut wanted = Vec::new();
    number(new, &mut seen, &mut wanted, &mut leftover);
    place(tree, fields, TreeParentId::Root, new, &present.nodes, &wanted)?;
    for (node, _) in leftover.into_values() {
        if !tree.is_node_deleted(&node)? {
            tree.delete(node)?;
        }
    }
    Ok(())
}

/// Lists the keys of the wanted nodes, parents before children, and strikes them from the leftover ones.
fn number(
    nodes: &Value,
    seen: &mut HashMap<String, usize>,
    wanted: &mut Vec<Key>,
    leftover: &mut HashMap<Key, (TreeID, &Value)>,
) {
    for node in array(nodes) {
        let key = Present::key(seen, node);
        leftover.remove(&key);
        wanted.push(key);
        number(children(node), seen, wanted, leftover);
    }
}

/// Puts the wanted nodes below `parent`, parents before children, so that no move can close a circle.
fn place(
    tree: &LoroTree,
    fields: Fields,
    parent: TreeParentId,
    nodes: &Value,
    present: &HashMap<Key, (TreeID, &Value)>,
    wanted: &[Key],
) -> Result<()> {
    // The keys come in pre-order, so a node's siblings are only known after its children: first all keys of this
    // level with their subtrees, then the level is ordered, then each subtree is placed.
    let mut level = Vec::new();
    let mut rest = wanted;
    for node in array(nodes) {
        let Some((key, after)) = rest.split_first() else { break };
        let (below, after) = after.split_at_checked(size(children(node))).unwrap_or((after, &[]));
        level.push((key, node, below));
        rest = after;
    }
    let old_order: Vec<TreeID> = tree.children(parent).unwrap_or_default();
    let new_order: Vec<TreeID> = level.iter().filter_map(|(key, ..)| Some(present.get(*key)?.0)).collect();
    let kept: Vec<TreeID> = old_order.iter().copied().filter(|node| new_order.contains(node)).collect();
    let stay = unmoved(&kept, &new_order);

    let mut before: Option<TreeID> = None;
    for (key, node, below) in level {
        let (id, old) = match present.get(key) {
            Some((id, old)) => {
                if !stay.contains(id) {
                    match before {
                        Some(before) => tree.mov_after(*id, before)?,
                        None => tree.mov_to(*id, parent, 0)?,
                    }
                }
                (*id, *old)
            }
            None => {
                let siblings = tree.children(parent).unwrap_or_default();
                let index = before
                    .and_then(|id| siblings.iter().position(|other| *other == id))
                    .map_or(0, |at| at + 1);
                (tree.create_at(parent, index)?, &Value::Null)
            }
        };
        record(&tree.get_meta(id)?, fields, &without_children(old), &without_children(node))?;
        place(tree, fields, TreeParentId::Node(id), children(node), present, below)?;
        before = Some(id);
    }
    Ok(())
}

fn size(nodes: &Value) -> usize {
    array(nodes).iter().map(|node| 1 + size(children(node))).sum()
}

fn without_children(node: &Value) -> Value {
    let own: Map<String, Value> = node
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "children")
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    Value::Object(own)
}
