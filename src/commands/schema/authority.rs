//! The schema of an authority: `schema/authority.schema.json`, completed from the table of
//! elements.
//!
//! The file has the elements with their titles and values. This module adds what follows from the
//! table: the forms of lists and leaf-lists, `null`, operations, the keys of entries, and the names
//! that are misspelled or in the wrong place.
//!
//! Editors show the messages in `errorMessage` and `patternErrorMessage`, which other validators
//! ignore. A forbidden element is a property with the schema `false`, because such a message has no
//! effect on `not`.

use serde_json::{Map, Value, json};

use crate::elements::{AUTHORITY, CONFIG, Elements, KnownElement, ROOT, Shape, misspellings, spellings};
use crate::model::Key;
use crate::pipeline::check::BLOCK_SCHEMA;
use crate::rules::{misplaced_element, missing_key, unknown_key};
use crate::syntaxes::json::EDIT_NAMES;
use crate::syntaxes::operations;

/// The name of the value in an object with an operation: `{"_value": 5, "_operation": "create"}`.
const VALUE: &str = EDIT_NAMES[0];

/// The definitions of the operation of an edit, of attributes, of an object with an operation, and
/// of one that deletes.
const OPERATION: &str = "operation";
const ATTRIBUTES: &str = "attributes";
const WRAPPER: &str = "wrapper";
const DELETION: &str = "deletion";

/// The pattern of the names of attributes that have the operation.
const OPERATION_NAME: &str = "^(?:.*:)?operation$";

/// Returns the schema as a JSON document.
pub(super) fn text() -> String {
    let mut schema = parse(include_str!("../../../schema/authority.schema.json"));
    let mut definitions = std::mem::take(schema["$defs"].as_object_mut().expect("an object"));
    embed_plugin(&mut definitions);
    definitions.extend(edit_definitions());
    complete("authority", &AUTHORITY, None, &mut definitions);
    schema["$defs"] = definitions.into();
    add_checks(&mut schema, &ROOT);
    add_checks(&mut schema["properties"]["config"], &CONFIG);
    serde_json::to_string_pretty(&schema).expect("plain values are JSON") + "\n"
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the schemas are JSON")
}

/// Embeds the schema of the plugin block, because editors do not load a second file. Its static
/// routes become a definition.
fn embed_plugin(definitions: &mut Map<String, Value>) {
    let mut plugin = parse(BLOCK_SCHEMA);
    let list = &mut plugin["properties"][Key::StaticRoute.name()];
    let mut route = list["items"].take();
    list["items"] = reference(Key::StaticRoute.name());
    remove(&mut route, &["type", "required"]);
    remove(&mut plugin, &["$id", "$schema", "type"]);
    definitions.insert(Key::StaticRoute.name().to_owned(), route);
    definitions.insert("plugin".to_owned(), plugin);
}

fn remove(schema: &mut Value, names: &[&str]) {
    schema.as_object_mut().expect("an object").retain(|name, _| !names.contains(&name.as_str()));
}

/// The start of a reference to a definition.
const DEFINITIONS: &str = "#/$defs/";

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("{DEFINITIONS}{definition}") })
}

/// Returns the definition that a schema refers to.
fn referenced(schema: &Value) -> &str {
    schema["$ref"].as_str().and_then(|reference| reference.get(DEFINITIONS.len()..)).expect("a reference")
}

/// Completes the definition of a container or of a list entry, and all definitions inside.
fn complete(name: &str, elements: &'static Elements, key: Option<&str>, definitions: &mut Map<String, Value>) {
    let Some(mut schema) = definitions.get_mut(name).map(Value::take) else { unreachable!("{name} is defined") };
    for known in elements.known.iter().filter(|known| known.belongs_in.is_none()) {
        let property = &mut schema["properties"][known.name];
        let pointer = format!("{name}/properties/{}", known.name);
        match known.shape {
            Shape::Leaf if key == Some(known.name) => {
                property["minLength"] = 1.into();
                allow_operation(property, "expected a single value", &reference(&pointer));
            }
            Shape::Leaf => {
                allow_null(property);
                if let Some(key) = Key::named(known.name, Key::ALL).filter(|_| elements.closed) {
                    property["errorMessage"] = format!("must be {}", key.value_type().expected()).into();
                }
                allow_operation(property, "expected a single value", &reference(&pointer));
            }
            Shape::LeafList => leaf_list(property, &pointer),
            Shape::List { key, entry } => {
                let inner = referenced(&property["items"]).to_owned();
                complete(&inner, entry, Some(key), definitions);
                let entry_name = format!("{inner}-entry");
                definitions.entry(entry_name.as_str()).or_insert_with(|| keyed(&inner, known.name, key, entry));
                list(property, known.name, &inner, key, entry);
            }
            // The block is `plugin` with more conditions.
            Shape::Container(inner) if inner.closed && definitions["plugin"]["errorMessage"].is_null() => {
                complete("plugin", inner, None, definitions);
            }
            Shape::Container(_) => {}
        }
    }
    schema["properties"].as_object_mut().expect("an object").extend(edit_properties());
    if elements.closed {
        schema["errorMessage"] = unknown_key::of_keys(preferred(elements)).into();
        schema["properties"][VALUE] = json!({ "doNotSuggest": true });
    } else {
        add_checks(&mut schema, elements);
    }
    add_camel_case(&mut schema, name, elements);
    definitions.insert(name.to_owned(), schema);
}

/// Returns the names of the keys that are not another spelling of a key.
fn preferred(elements: &Elements) -> impl Iterator<Item = &'static str> {
    let keys = elements.known.iter().filter_map(|known| Key::named(known.name, Key::ALL));
    keys.filter(|key| key.preferred().is_none()).map(Key::name)
}

/// Adds the names in camelCase. Editors do not propose them.
fn add_camel_case(schema: &mut Value, definition: &str, elements: &Elements) {
    for known in elements.known.iter().filter(|known| known.belongs_in.is_none()) {
        let property = reference(&format!("{definition}/properties/{}", known.name));
        for camel in spellings(known.name).skip(1) {
            schema["properties"][camel] = json!({ "allOf": [&property], "doNotSuggest": true });
        }
    }
}

/// Allows `null`, which means absent.
fn allow_null(schema: &mut Value) {
    if let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") {
        alternatives.push(json!({ "type": "null" }));
    } else if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.push("null".into());
    } else if let Some(only) = schema.get_mut("type") {
        *only = json!([only, "null"]);
    }
}

/// Returns the definitions for the operations of edits.
fn edit_definitions() -> Map<String, Value> {
    let attribute = json!({
        "type": "object",
        "required": ["name"],
        "properties": { "name": { "type": "string" } },
        "if": { "properties": { "name": { "type": "string", "pattern": OPERATION_NAME } } },
        "then": { "properties": { "value": reference(OPERATION) } },
        "errorMessage": "expected blocks with a `name` and a `value`",
    });
    let operations: Vec<Value> = operations::NAMES.iter().map(|name| Value::from(*name)).chain([Value::Null]).collect();
    let operation = json!({
        "enum": operations,
        "errorMessage": format!("must be {}", operations::EXPECTED),
    });
    let attributes = json!({
        "type": ["array", "null"],
        "items": attribute,
        "errorMessage": "must be a list of attributes",
    });
    let wrapper = json!({
        "type": "object",
        "anyOf": EDIT_NAMES.map(|name| json!({ "required": [name] })),
        "properties": edit_properties(),
    });
    let definitions = [(OPERATION, operation), (ATTRIBUTES, attributes), (WRAPPER, wrapper), (DELETION, deletion())];
    definitions.map(|(name, definition)| (name.to_owned(), definition)).into_iter().collect()
}

/// Returns the schema of an object with an operation that deletes.
fn deletion() -> Value {
    let [_, operation, attributes, _] = EDIT_NAMES;
    let attribute = json!({
        "required": ["name", "value"],
        "properties": { "name": { "pattern": OPERATION_NAME }, "value": { "enum": operations::DELETIONS } },
    });
    let of_attribute = json!({ "type": "array", "contains": attribute });
    json!({ "anyOf": [
        { "required": [operation], "properties": { operation: { "enum": operations::DELETIONS } } },
        { "required": [attributes], "properties": { attributes: of_attribute } },
    ] })
}

/// Returns the members of an object with an operation, apart from the value.
fn edit_properties() -> Map<String, Value> {
    let hidden = |definition| json!({ "allOf": [reference(definition)], "doNotSuggest": true });
    let [_, operation, attributes, position] = EDIT_NAMES;
    Map::from_iter([
        (operation.to_owned(), hidden(OPERATION)),
        (attributes.to_owned(), hidden(ATTRIBUTES)),
        (position.to_owned(), json!({ "doNotSuggest": true })),
    ])
}

/// Returns the schema of an object with an operation around a value. A deleted value may be
/// anything.
fn wrapper(value: &Value) -> Value {
    json!({
        "allOf": [reference(WRAPPER)],
        "if": reference(DELETION),
        "else": { "properties": { VALUE: value } },
    })
}

/// Allows a value with an operation, and describes what is expected instead of any other object.
fn allow_operation(schema: &mut Value, expected: &str, value: &Value) {
    if let Some(Value::Array(alternatives)) = schema.get_mut("oneOf") {
        // With a condition in an alternative, an editor shows the title of the element twice.
        alternatives.push(reference(WRAPPER));
    } else if let Some(types) = schema.get_mut("type") {
        let listed = types.as_array().cloned().unwrap_or_else(|| vec![types.clone()]);
        *types = listed.into_iter().chain(["object".into()]).collect();
        schema["if"] = json!({ "type": "object" });
        schema["then"] = wrapper(value);
        schema["then"]["errorMessage"] = expected.into();
        if schema.get("errorMessage").is_none() {
            schema["errorMessage"] = schema.get("patternErrorMessage").cloned().unwrap_or(expected.into());
        }
    }
}

const EXPECTED_LIST: &str = "expected a list of values";

/// Allows a list of values, and a single value. `pointer` is the place of the schema.
fn leaf_list(schema: &mut Value, pointer: &str) {
    let mut item = schema["items"].take();
    allow_null(&mut item);
    item["description"] = schema["description"].clone();
    let mut single = item.clone();
    allow_operation(&mut item, EXPECTED_LIST, &reference(&format!("{pointer}/then/items")));
    allow_operation(&mut single, EXPECTED_LIST, &reference(pointer));
    schema["if"] = json!({ "type": "array" });
    schema["then"] = json!({ "items": item });
    schema["else"] = single;
    remove(schema, &["items"]);
}

/// Allows a sequence of entries, a single entry, and a mapping by key.
fn list(schema: &mut Value, name: &str, inner: &str, key: &str, entry: &Elements) {
    let entry_name = format!("{inner}-entry");
    let is_block = |known: &&KnownElement| matches!(known.shape, Shape::Container(_) | Shape::List { .. });
    let blocks = entry.known.iter().filter(is_block).flat_map(|known| spellings(known.name));
    let mut blocks: Map<String, Value> = blocks.map(|name| (name, false.into())).collect();
    blocks.insert(key.to_owned(), json!({ "type": "object" }));
    blocks.insert(VALUE.to_owned(), false.into());
    let by_key = json!({
        "type": "object",
        "properties": blocks,
        "additionalProperties": { "type": ["object", "null"] },
    });
    schema["type"] = json!(["array", "object", "null"]);
    // The condition comes first, so an editor takes title and description from there.
    schema["if"] = json!({ "type": "array", "title": schema["title"], "description": schema["description"] });
    let item = json!({
        "type": "object",
        "errorMessage": missing_key::expected(name, key),
        "allOf": [reference(&entry_name)],
    });
    schema["then"] = json!({ "items": item });
    // With `not`, an editor does not take titles from the condition.
    schema["else"] = json!({
        "if": { "not": by_key },
        "then": reference(&entry_name),
        "else": {
            "propertyNames": reference(&format!("{inner}/properties/{key}")),
            "additionalProperties": reference(inner),
        },
    });
    remove(schema, &["items"]);
}

/// Returns the schema of an entry that has its key inside. A misspelled key is reported once.
fn keyed(inner: &str, list: &str, key: &str, entry: &Elements) -> Value {
    let known = entry.known.iter().find(|known| known.name == key).expect("a key is an element");
    let mut has_other_key = json!({ "patternProperties": { misspellings(known): false } });
    if let Some(inner_list) = entry.inner_list() {
        has_other_key["properties"] = spellings(inner_list).map(|name| (name, Value::from(false))).collect();
    }
    let has_key = json!({
        "if": has_other_key,
        "then": { "required": [key], "errorMessage": missing_key::message(list, key) },
    });
    let entry = json!({ "allOf": [reference(inner), has_key] });
    let mut wrapped = entry.clone();
    wrapped["type"] = "object".into();
    // The entry may be inside a value with an operation.
    json!({ "if": { "properties": { VALUE: false } }, "then": entry, "else": wrapper(&wrapped) })
}

/// Adds the names that are misspelled or in the wrong place.
fn add_checks(schema: &mut Value, elements: &Elements) {
    let misspelled = elements.known.iter().map(|known| {
        json!({
            "patternProperties": { misspellings(known): false },
            "errorMessage": unknown_key::probably(known.name),
        })
    });
    let misplaced = elements.known.iter().filter_map(|known| {
        let message = misplaced_element::message(known.name, known.belongs_in?);
        Some(json!({ "properties": { known.name: false }, "errorMessage": message }))
    });
    let checks = misspelled.chain(misplaced);
    match schema.get_mut("allOf") {
        Some(Value::Array(there)) => there.extend(checks),
        _ => schema["allOf"] = checks.collect(),
    }
}
