//! Random documents that follow the format, unknown keys included.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Text as people and programs write it: Japanese, emoji, astral characters, Markdown, nothing at all.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[あ-ん漢字手順確認アイウ02:14A-z 、。\n]{0,24}",
        1 => any::<String>(),
        1 => Just(String::new()),
        1 => Just("𠮷野家で 😀 と書いた\n\n- 一\n- 二".to_owned()),
    ]
}

fn unknown() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |float| float.is_finite().then(|| Value::from(float))),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A record of these fields and perhaps some that nobody knows.
fn record(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let extra = prop::collection::hash_map("x_[a-z]{1,4}", unknown(), 0..2);
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    (values, extra)
        .prop_map(move |(values, extra)| {
            let known = names.iter().map(|name| (*name).to_owned()).zip(values);
            Value::Object(known.chain(extra).collect::<Map<_, _>>())
        })
        .boxed()
}

fn words() -> BoxedStrategy<Value> {
    text().prop_map(Value::from).boxed()
}

fn one_of(values: &[&str]) -> BoxedStrategy<Value> {
    prop::sample::select(values.iter().map(|value| json!(value)).collect::<Vec<_>>()).boxed()
}

fn maybe(values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![Just(Value::Null), values].boxed()
}

fn flag() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(Value::from).boxed()
}

fn moment() -> BoxedStrategy<Value> {
    maybe(one_of(&["", "2026-11-14T03:12:00+09:00", "2026-11-13T18:12:00.250Z", "2025-02-28t23:59:60z"]))
}

fn date() -> BoxedStrategy<Value> {
    maybe(one_of(&["", "2026-01-31", "2024-02-29"]))
}

/// Few different ids, so that lists share, lack and repeat them.
fn id() -> BoxedStrategy<Value> {
    "[a-d]{0,2}".prop_map(Value::from).boxed()
}

fn list(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(item, 0..5).prop_map(Value::from).boxed()
}

fn tree() -> BoxedStrategy<Value> {
    let fields = |children| {
        vec![
            ("id", id()),
            ("text", words()),
            ("kind", one_of(&["fact", "assumption"])),
            ("evidence", words()),
            ("root", flag()),
            ("children", children),
        ]
    };
    let leaf = record(fields(Just(json!([])).boxed()));
    let node = leaf.prop_recursive(4, 10, 3, move |inner| record(fields(list(inner.boxed()))));
    list(node.boxed())
}

/// A whole valid document with every key present, under one fixed id and number.
pub(crate) fn postmortem() -> BoxedStrategy<Value> {
    let strength = maybe((1..=5_u8).prop_map(Value::from).boxed());
    let effect = record(vec![
        ("measure", words()),
        ("denominator", words()),
        ("check_on", date()),
        ("judge", words()),
        ("verdict", one_of(&["pending", "effective", "ineffective"])),
        ("note", words()),
    ]);
    let countermeasure = record(vec![
        ("id", id()),
        ("side", one_of(&["occurrence", "escape"])),
        ("term", one_of(&["interim", "permanent"])),
        ("text", words()),
        ("causes", list(id())),
        ("method", maybe(one_of(&["eliminate", "replace", "ease", "detect", "mitigate", "check", "inform"]))),
        ("strength", strength),
        ("owner", words()),
        ("due", date()),
        ("state", one_of(&["open", "done", "dropped"])),
        ("closed_on", date()),
        ("link", words()),
        ("exception", words()),
        ("effect", effect),
    ]);
    let row = record(vec![
        ("id", id()),
        ("at", moment()),
        ("actor", words()),
        ("text", words()),
        ("source", one_of(&["manual", "slack", "pagerduty"])),
        ("step", id()),
        ("step_outcome", maybe(one_of(&["done", "skipped", "out_of_order", "not_in_runbook"]))),
    ]);
    let reply = || vec![("id", id()), ("by", words()), ("at", moment()), ("text", words())];
    let mut comment = reply();
    comment.extend([("on", words()), ("resolved", flag()), ("replies", list(record(reply())))]);
    record(vec![
        ("format", Just(json!("yokoten/postmortem/1")).boxed()),
        ("id", Just(json!("019aa1b2-0000-7000-8000-000000000001")).boxed()),
        ("number", Just(json!("PM-0142")).boxed()),
        ("title", words()),
        ("status", one_of(&["draft", "in_review", "published", "verified"])),
        ("defect", flag()),
        ("occurred_at", moment()),
        ("noticed_at", moment()),
        ("reported_at", moment()),
        ("resolved_at", moment()),
        ("customer", words()),
        ("service", words()),
        ("found_by", maybe(one_of(&["self", "colleague", "second_line", "automatic", "customer"]))),
        ("customer_impact", maybe(one_of(&["none", "notified", "affected"]))),
        ("occurrence_category", maybe(words())),
        ("escape_category", maybe(words())),
        ("tags", list(id())),
        (
            "alert",
            record(vec![("source", words()), ("name", words()), ("incident", words()), ("url", words())]),
        ),
        (
            "runbook",
            record(vec![
                ("title", words()),
                ("url", words()),
                ("revision", words()),
                ("step", words()),
                ("steps", list(record(vec![("id", id()), ("text", words())]))),
            ]),
        ),
        (
            "sections",
            record(vec![
                ("overview", words()),
                ("problem", words()),
                ("occurrence_cause", words()),
                ("escape_cause", words()),
                ("lessons", words()),
            ]),
        ),
        ("causes", record(vec![("occurrence", tree()), ("escape", tree())])),
        ("countermeasures", list(countermeasure)),
        ("timeline", list(row)),
        (
            "applies_to",
            list(record(vec![
                ("target", id()),
                ("decision", one_of(&["needed", "done", "not_needed"])),
                ("reason", words()),
                ("link", words()),
            ])),
        ),
        (
            "reviews",
            list(record(vec![
                ("team", one_of(&["msp", "second_line"])),
                ("reviewer", words()),
                ("at", moment()),
                ("verdict", one_of(&["approved", "changes"])),
            ])),
        ),
        ("checklist", list(record(vec![("item", id()), ("done", flag()), ("reason", words())]))),
        ("comments", list(record(comment))),
        ("dismissed", list(record(vec![("code", id()), ("field", words()), ("found", words())]))),
        ("agreed", list(record(vec![("side", one_of(&["occurrence", "escape"])), ("text", words())]))),
        ("template", words()),
        (
            "attachments",
            list(record(vec![
                ("hash", id()),
                ("name", words()),
                ("caption", words()),
                ("media_type", words()),
            ])),
        ),
    ])
}
