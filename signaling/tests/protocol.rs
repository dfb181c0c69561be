//! `docs/protocol.md` says what is true: every example is a message, and every message has an example.

#![cfg(test)]

use giaoban_signaling::ledger::Body;
use giaoban_signaling::wire::{ClientMessage, Command, ServerMessage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../../docs/protocol.md");
const TYPES: &str = include_str!("../../web-client/src/protocol/generated.ts");

/// The JSON values of all fenced blocks of one sort.
fn examples(sort: &str) -> Vec<Value> {
    let fence = format!("```json {sort}\n");
    let blocks = DOCUMENT.split(&fence).skip(1);
    blocks
        .filter_map(|rest| rest.split("```").next())
        .flat_map(|block| serde_json::Deserializer::from_str(block).into_iter::<Value>())
        .map(|value| value.unwrap())
        .collect()
}

/// Every example is read, and written again as it stands.
fn round_trip<T: DeserializeOwned + Serialize>(sort: &str) -> usize {
    let examples = examples(sort);
    for example in &examples {
        let message: T = serde_json::from_value(example.clone())
            .unwrap_or_else(|error| panic!("{error}: {example}"));
        assert_eq!(&serde_json::to_value(&message).unwrap(), example);
    }
    examples.len()
}

#[test]
fn every_example_is_a_message_of_the_protocol() {
    assert!(round_trip::<ClientMessage>("client") > 0);
    assert!(round_trip::<Command>("command") > 0);
    assert!(round_trip::<ServerMessage>("server") > 0);
}

/// The values of `tag` anywhere in a value.
fn tags(value: &Value, tag: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(name)) = fields.get(tag) {
                found.insert(name.clone());
            }
            fields.values().for_each(|field| tags(field, tag, found));
        }
        Value::Array(items) => items.iter().for_each(|item| tags(item, tag, found)),
        _ => {}
    }
}

/// The variants of a type, as the generated TypeScript lists them.
fn variants(name: &str, tag: &str) -> BTreeSet<String> {
    let start = format!("export type {name} = ");
    let declaration = TYPES.split(&start).nth(1).unwrap();
    let declaration = declaration.split("\nexport ").next().unwrap();
    let before = format!("\"{tag}\": \"");
    declaration
        .split(&before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_message_has_an_example() {
    for (name, tag) in [
        ("ClientMessage", "type"),
        ("MediaRequest", "type"),
        ("Command", "type"),
        ("Audience", "type"),
        ("RollMark", "state"),
        ("ServerMessage", "type"),
        ("Outcome", "type"),
        ("MediaNotice", "type"),
        ("Change", "section"),
    ] {
        let mut shown = BTreeSet::new();
        for sort in ["client", "command", "server"] {
            for example in examples(sort) {
                tags(&example, tag, &mut shown);
            }
        }
        let all = variants(name, tag);
        assert!(!all.is_empty(), "{name}");
        let missing: Vec<_> = all.difference(&shown).collect();
        assert!(missing.is_empty(), "{name} without example: {missing:?}");
    }
    let goodbyes: BTreeSet<_> = examples("server")
        .iter()
        .filter_map(|example| example.get("reason")?.as_str().map(str::to_owned))
        .collect();
    assert_eq!(goodbyes.len(), 11);
}

#[test]
fn every_kind_of_fact_is_in_the_table() {
    // An unknown kind is refused with the list of the known ones.
    let error = serde_json::from_str::<Body>(r#"{"kind":"?"}"#).unwrap_err();
    let error = error.to_string();
    let kinds: Vec<&str> = error.split('`').skip(1).step_by(2).collect();
    assert!(kinds.len() > 40, "{error}");
    for kind in kinds.into_iter().filter(|kind| *kind != "?") {
        assert!(
            DOCUMENT.contains(&format!("`{kind}`")),
            "{kind} is not in the table"
        );
    }
}
