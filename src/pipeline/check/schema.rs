//! The JSON Schema of the plugin block, and its violations as findings.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value};

use crate::diagnostics::{Finding, alike, did_you_mean, is_plain};
use crate::model::block::{RawKey, RawStaticRoute, RawValue};
use crate::model::key::KeyType;
use crate::model::tree::ScalarStyle;
use crate::model::{Element, ElementPath, Fix, Key, RawBlock, Span, fix};
use crate::rules::{BlockContext, confusable_word, invalid_value, missing_key, unknown_key};

/// The text of the schema, as in `schema/`.
pub const BLOCK_SCHEMA: &str = include_str!("../../../schema/loopback-static-routes.schema.json");

/// The compiled schema. It is compiled for the first block that is unusual, which takes 1 ms.
static COMPILED: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(BLOCK_SCHEMA).expect("the schema is JSON");
    jsonschema::draft202012::new(&schema).expect("the schema is valid")
});

/// Reports the violations of a block.
///
/// Blocks that are usual are not validated. The validation took half of the time of checking 10,000
/// blocks. A test compares the two.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    if are_usual(&context.raw.keys, Key::OF_BLOCK) {
        return;
    }
    let value = block_to_json(context.raw);
    for error in COMPILED.iter_errors(&value) {
        report(&error, context, findings);
    }
}

/// Returns true for keys with usual values, which violate the schema at most by their addresses.
/// The rules about addresses check those.
fn are_usual(keys: &[RawKey], known: &[Key]) -> bool {
    keys.iter().all(|key| match (Key::named(&key.name, known).map(Key::value_type), &key.value) {
        (Some(KeyType::Boolean), RawValue::Text { text, .. }) => matches!(text.as_str(), "true" | "false"),
        (Some(KeyType::Metric), RawValue::Text { text, .. }) => is_decimal(text) && text.parse::<u32>().is_ok(),
        (Some(KeyType::StaticRoutes), RawValue::StaticRoutes(routes)) => {
            routes.iter().all(|route| are_usual(&route.keys, Key::OF_STATIC_ROUTE))
        }
        _ => false,
    })
}

fn block_to_json(block: &RawBlock) -> Value {
    Value::Object(keys_to_json(&block.keys))
}

fn keys_to_json(keys: &[RawKey]) -> Map<String, Value> {
    let keys = keys.iter().filter(|key| !key.is_null());
    keys.map(|key| (key.name.clone(), value_to_json(key))).collect()
}

fn route_to_json(route: &RawStaticRoute) -> Value {
    let mut object = keys_to_json(&route.keys);
    object.insert(Key::Address.name().to_owned(), route.address.value.as_str().into());
    Value::Object(object)
}

fn value_to_json(key: &RawKey) -> Value {
    match &key.value {
        RawValue::Text { text, .. } => text_to_json(&key.name, text),
        RawValue::StaticRoutes(routes) => routes.iter().map(route_to_json).collect(),
        RawValue::Unexpected(tree) if tree.is_list() => Value::Array(Vec::new()),
        RawValue::Unexpected(_) => Value::Object(Map::new()),
    }
}

/// Gives a text the type of its key. PCLI has no types, and one dialect of the REST interface
/// writes all values as strings.
fn text_to_json(name: &str, text: &str) -> Value {
    let value_type = Key::named(name, Key::OF_BLOCK).map_or(KeyType::Boolean, Key::value_type);
    match (value_type, text) {
        (KeyType::Boolean, "true") => Value::Bool(true),
        (KeyType::Boolean, "false") => Value::Bool(false),
        (KeyType::Metric, _) if is_decimal(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}

/// Returns true for decimal digits. YAML 1.1 reads a leading zero as octal.
fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// An element of the block: the block, one of its keys, a static route, or one of its keys.
struct BlockElement<'b> {
    path: ElementPath,
    at: Span,
    name: &'b str,
    /// The value if it is text.
    text: Option<&'b str>,
    /// True if the value is a plain word that YAML 1.1 reads as a boolean or a number.
    is_contested: bool,
    /// The value as a message shows it.
    found: String,
    /// The keys inside, as written and as known.
    keys: (&'b [RawKey], &'static [Key]),
}

/// Finds the element that a violation is about.
fn locate<'b>(context: &BlockContext<'b>, pointer: &str) -> BlockElement<'b> {
    let block = context.raw;
    let mut place = BlockElement {
        path: context.path.clone(),
        at: block.at,
        name: "the block",
        text: None,
        is_contested: false,
        found: "a block of elements".to_owned(),
        keys: (&block.keys, Key::OF_BLOCK),
    };
    for step in pointer.split('/').skip(1) {
        if let (Key::OF_BLOCK, Some(route)) = (place.keys.1, route_at(block, place.name, step)) {
            place.path = context.path.entry(Element::StaticRoute, route.address.value.as_str());
            place.at = route.at;
            place.keys = (&route.keys, Key::OF_STATIC_ROUTE);
        } else if let Some(key) = place.keys.0.iter().find(|key| key.name == step) {
            let (path, text) = (place.path.child_named(step), key.text().map(|text| text.value));
            let is_contested = matches!(key.value, RawValue::Text { style: ScalarStyle::Contested, .. });
            place = BlockElement { path, at: key.at, name: &key.name, text, is_contested, found: found(key), ..place };
        }
    }
    place
}

fn route_at<'b>(block: &'b RawBlock, list: &str, index: &str) -> Option<&'b RawStaticRoute> {
    if list != Key::StaticRoute.name() {
        return None;
    }
    block.static_routes().get(index.parse::<usize>().ok()?)
}

fn found(key: &RawKey) -> String {
    match &key.value {
        _ if key.is_null() => "nothing".to_owned(),
        RawValue::Text { text, .. } => format!("{text:?}"),
        RawValue::StaticRoutes(_) => "a list".to_owned(),
        RawValue::Unexpected(tree) => tree.describe().to_owned(),
    }
}

fn report(error: &ValidationError<'_>, context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    let place = locate(context, error.instance_path().as_str());
    let subject = || context.owner.clone();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = place.keys.1.iter().map(|key| key.name());
            let written: HashMap<&str, Span> =
                place.keys.0.iter().rev().map(|key| (key.name.as_str(), key.name_at)).collect();
            findings.extend(unexpected.iter().map(|name| {
                let message = unknown_key::of_block(name, known.clone());
                let at = written.get(name.as_str()).copied().unwrap_or(place.at);
                let fix = did_you_mean(name, known.clone()).map(|near| Fix::rename(at, name, near));
                Finding::new(&unknown_key::RULE, subject(), place.path.child_named(name), message).at(at).fix(fix)
            }));
        }
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            findings.push(missing_key::of_entry(place.name, property, subject(), place.path, place.at));
        }
        // The rules about addresses report why one is invalid.
        ValidationErrorKind::Pattern { .. } => {}
        _ => {
            let value_type = Key::named(place.name, place.keys.1).map_or(KeyType::Boolean, Key::value_type);
            if let (KeyType::Boolean, Some(text)) = (value_type, place.text)
                && !is_plain(text)
                && let Some(known) = alike(text, KeyType::BOOLEANS.iter().copied())
            {
                findings.push(confusable_word::of_value(text, known, subject(), place.path, place.at));
                return;
            }
            let (name, found) = (place.name, &place.found);
            let expected = value_type.expected();
            let text = place.text.filter(|_| value_type == KeyType::Boolean);
            let fix = text.and_then(|text| fix::of_boolean(place.at, text, place.is_contested));
            findings.push(invalid_value::of_leaf(name, found, expected, subject(), place.path, place.at).fix(fix));
        }
    }
}

#[cfg(test)]
mod tests {
    use jsonschema::error::ValidationErrorKind;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{COMPILED, are_usual, block_to_json};
    use crate::model::block::{RawKey, RawStaticRoute, RawValue};
    use crate::model::tree::ScalarStyle;
    use crate::model::{Address, Key, Located, RawBlock, SourceId, Span};

    const AT: Span = Span { source: SourceId(0), start: 0, end: 0 };

    const TEXTS: [&str; 16] = [
        "true",
        "false",
        "True",
        "yes",
        "0",
        "1",
        "007",
        "+5",
        "-1",
        "4294967295",
        "4294967296",
        "1.0",
        "1e3",
        "",
        "x",
        "192.0.2.0/24",
    ];

    fn key(known: &'static [Key]) -> impl Strategy<Value = RawKey> {
        let names: Vec<&str> = known.iter().map(|key| key.name()).chain(["other", "address", "Metric"]).collect();
        let style = select(&[ScalarStyle::Plain, ScalarStyle::Text, ScalarStyle::Null, ScalarStyle::Contested][..]);
        (select(names), select(&TEXTS[..]), style).prop_map(|(name, text, style)| {
            let value = RawValue::Text { text: text.to_owned(), style };
            RawKey { name: name.to_owned(), name_at: AT, at: AT, value }
        })
    }

    fn route() -> impl Strategy<Value = RawStaticRoute> {
        let keys = prop::collection::vec(key(Key::OF_STATIC_ROUTE), 0..2);
        (select(&TEXTS[..]), keys).prop_map(|(address, keys)| RawStaticRoute {
            at: AT,
            address: Located::new(Address::parse(address), AT),
            keys,
        })
    }

    proptest! {
        #[test]
        fn usual_blocks_violate_the_schema_at_most_by_their_addresses(
            mut keys in prop::collection::vec(key(Key::OF_BLOCK), 0..3),
            routes in prop::option::of(prop::collection::vec(route(), 0..3)),
        ) {
            let routes = routes.map(RawValue::StaticRoutes);
            keys.extend(routes.map(|value| RawKey { name: "static-route".to_owned(), name_at: AT, at: AT, value }));
            let usual = are_usual(&keys, Key::OF_BLOCK);
            let value = block_to_json(&RawBlock { at: AT, keys });
            let is_address = |error: &jsonschema::ValidationError<'_>| {
                matches!(error.kind(), ValidationErrorKind::Pattern { .. })
            };
            prop_assert!(!usual || COMPILED.iter_errors(&value).all(|error| is_address(&error)), "{value}");
        }
    }

    #[test]
    fn most_blocks_are_usual() {
        let text = |name: &str, text: &str| {
            let value = RawValue::Text { text: text.to_owned(), style: ScalarStyle::Plain };
            RawKey { name: name.to_owned(), name_at: AT, at: AT, value }
        };
        for (name, value, expected) in
            [("enabled", "true", true), ("metric", "5", true), ("metric", "05", false), ("metrc", "5", false)]
        {
            assert_eq!(are_usual(&[text(name, value)], Key::OF_BLOCK), expected, "{name} {value}");
        }
    }
}
