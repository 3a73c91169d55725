//! The JSON Schema of the plugin block, and its verdicts as findings.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use crate::diagnostics::{Code, did_you_mean};
use crate::elements::{BLOCK, Elements, Shape};
use crate::model::Span;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};

/// The schema's text, as `schema/` has it.
pub const BLOCK_SCHEMA: &str = include_str!("../../../schema/loopback-static-routes.schema.json");

/// The compiled schema.
pub(crate) struct Schema(Validator);

/// A verdict of the schema.
pub(crate) struct Violation {
    pub(crate) code: Code,
    /// Names and list positions from the block to the element.
    pub(crate) location: Vec<String>,
    pub(crate) message: String,
    pub(crate) at: Span,
}

impl Schema {
    pub(crate) fn new() -> Self {
        let schema: Value = serde_json::from_str(BLOCK_SCHEMA).expect("the schema is JSON");
        Self(jsonschema::draft202012::new(&schema).expect("the schema is a schema"))
    }

    /// All that the schema says against a block.
    pub(crate) fn violations(&self, block: &Tree<'_>) -> Vec<Violation> {
        let value = to_json(block, &BLOCK);
        self.0.iter_errors(&value).flat_map(|error| violations(&error, block)).collect()
    }
}

/// The block as JSON. A value that was written as text where the schema has another type is taken for what it says: PCLI has no
/// types, and one dialect of the REST interface writes all values as strings.
fn to_json(tree: &Tree<'_>, elements: &'static Elements) -> Value {
    let mut object = Map::new();
    for member in tree.members().iter().filter(|member| !member.tree.is_null()) {
        let value = match (elements.find(&member.name), &member.tree.content) {
            (Some((_, Shape::List { entry, .. })), Content::Sequence(items)) => {
                items.iter().map(|item| to_json(item, entry)).collect()
            }
            (_, Content::Scalar(scalar)) => scalar_to_json(&member.name, scalar),
            (_, Content::Sequence(_)) => Value::Array(Vec::new()),
            (_, Content::Mapping(_) | Content::Deleted(_) | Content::Fault(_)) => Value::Object(Map::new()),
        };
        object.insert(member.name.clone().into_owned(), value);
    }
    Value::Object(object)
}

fn scalar_to_json(name: &str, scalar: &Scalar<'_>) -> Value {
    let text = || Value::String(scalar.text.clone().into_owned());
    match name {
        "address" => text(),
        "metric" if is_decimal(&scalar.text) => serde_json::from_str(&scalar.text).unwrap_or_else(|_| text()),
        "metric" => text(),
        _ => match &*scalar.text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => text(),
        },
    }
}

/// Decimal digits with a sign perhaps, and no leading zero, which YAML 1.1 reads as octal.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'))
}

fn violations(error: &jsonschema::ValidationError<'_>, block: &Tree<'_>) -> Vec<Violation> {
    let pointer = error.instance_path().as_str().to_owned();
    let location: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
    let (place, known) = locate(block, &location);
    let name = location.last().map_or("the block", String::as_str);
    let found = match &place.content {
        Content::Scalar(Scalar { style: ScalarStyle::Null, .. }) => "nothing".to_owned(),
        Content::Scalar(scalar) => format!("{:?}", scalar.text),
        _ => place.describe().to_owned(),
    };
    let violation = |code, message| vec![Violation { code, location: location.clone(), message, at: place.at }];
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|key| {
                let member = place.members().iter().find(|member| member.name == key.as_str());
                Violation {
                    code: Code::UnknownKey,
                    location: location.iter().cloned().chain([key.clone()]).collect(),
                    message: unknown_key(key, known),
                    at: member.map_or(place.at, |member| member.name_at),
                }
            })
            .collect(),
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            violation(Code::MissingKey, format!("`{property}` is missing; add it"))
        }
        // What is an address, the checks say, and why it is none.
        ValidationErrorKind::Pattern { .. } => Vec::new(),
        _ => violation(Code::InvalidValue, format!("`{name}` is {found}, and must be {}", expected(name))),
    }
}

fn unknown_key(key: &str, known: &'static Elements) -> String {
    let names = || known.known.iter().map(|(name, _)| *name);
    match did_you_mean(key, names()) {
        Some(near) => format!("`{key}` is no element of this block; did you mean `{near}`?"),
        None => format!("`{key}` is no element of this block; it has {}", names().collect::<Vec<_>>().join(", ")),
    }
}

fn expected(name: &str) -> &'static str {
    match name {
        "metric" => "a whole number from 0 to 4294967295",
        "static-route" => "a list of entries, each with an `address`",
        "address" => "an IPv4 prefix",
        _ => "`true` or `false`",
    }
}

/// The element at a location, and the elements that its kind may have.
fn locate<'t, 's>(block: &'t Tree<'s>, location: &[String]) -> (&'t Tree<'s>, &'static Elements) {
    let mut place = block;
    let mut elements = &BLOCK;
    for step in location {
        let next = match &place.content {
            Content::Sequence(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => {
                if let Some((_, Shape::List { entry, .. })) = elements.find(step) {
                    elements = entry;
                }
                place.members().iter().find(|member| member.name == step.as_str()).map(|member| &member.tree)
            }
        };
        place = next.unwrap_or(place);
    }
    (place, elements)
}
