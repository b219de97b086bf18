//! From the CRDT's containers to plain JSON, along the shapes.

use loro::{Container, LoroMap, LoroTree, LoroValue, TreeID, ValueOrContainer};
use serde_json::{Map, Value};

use crate::shape::{Fields, Shape};

/// The key under which a value that the CRDT cannot hold exactly (a list, an object, a large number) stands as
/// JSON text.
pub(super) const JSON: &str = "json";

/// The whole document; keys that were never written are absent.
pub(super) fn document(root: &LoroMap, fields: Fields) -> Value {
    Value::Object(record(root, fields))
}

fn record(map: &LoroMap, fields: Fields) -> Map<String, Value> {
    let mut object = Map::new();
    map.for_each(|key, slot| {
        let shape = fields.iter().find(|(name, _)| *name == key).map_or(Shape::Value, |(_, shape)| *shape);
        object.insert(key.to_owned(), value(slot, shape));
    });
    object
}

fn value(slot: ValueOrContainer, shape: Shape) -> Value {
    let container = match slot {
        ValueOrContainer::Value(value) => return plain(value),
        ValueOrContainer::Container(container) => container,
    };
    match (container, shape) {
        (Container::Text(text), _) => Value::String(text.to_string()),
        (Container::Map(map), Shape::Record(fields)) => Value::Object(record(&map, fields)),
        (Container::Map(map), _) => Value::Object(record(&map, &[])),
        (Container::MovableList(list), Shape::List { item, .. }) => {
            let mut items = Vec::new();
            list.for_each(|slot| items.push(value(slot, Shape::Record(item))));
            Value::Array(items)
        }
        (Container::List(list), _) => {
            let mut items = Vec::new();
            list.for_each(|slot| items.push(value(slot, Shape::Value)));
            Value::Array(items)
        }
        (Container::Tree(tree), Shape::Tree(fields)) => branches(&tree, tree.roots(), fields),
        // A container of another kind can only come from a program that broke the table of shapes.
        _ => Value::Null,
    }
}

fn branches(tree: &LoroTree, nodes: Vec<TreeID>, fields: Fields) -> Value {
    nodes
        .into_iter()
        .filter_map(|node| {
            let mut object = record(&tree.get_meta(node).ok()?, fields);
            let below = tree.children(node).unwrap_or_default();
            object.insert("children".into(), branches(tree, below, fields));
            Some(Value::Object(object))
        })
        .collect()
}

fn plain(value: LoroValue) -> Value {
    match value {
        LoroValue::Null => Value::Null,
        LoroValue::Bool(value) => Value::Bool(value),
        LoroValue::I64(value) => value.into(),
        LoroValue::Double(value) => value.into(),
        LoroValue::String(text) => Value::String(text.to_string()),
        LoroValue::Map(map) => match map.get(JSON) {
            Some(LoroValue::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            _ => Value::Null,
        },
        LoroValue::List(_) | LoroValue::Binary(_) | LoroValue::Container(_) => Value::Null,
    }
}
