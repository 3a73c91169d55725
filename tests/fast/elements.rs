//! The table of elements and the table of the block's keys, compared with the schemas and the
//! documentation.

use std::collections::BTreeSet;

use loopback_static_routes::commands::schema::Schema;
use loopback_static_routes::elements::{Elements, KnownElement, ROOT, Shape};
use loopback_static_routes::model::Key;
use loopback_static_routes::model::key::KeyType;
use serde_json::Value;

/// Other spellings and forms of elements, which editors do not propose.
const OTHER_FORMS: [&str; 1] = ["group"];

fn schema(of: Schema) -> Value {
    serde_json::from_str(&of.text()).expect("JSON")
}

/// Follows references.
fn resolve<'s>(root: &'s Value, mut node: &'s Value) -> &'s Value {
    while let Some(reference) = node["$ref"].as_str() {
        node = root.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} is missing"));
    }
    node
}

/// Compares a container with its schema, and all containers inside.
fn compare(root: &Value, node: &Value, elements: &'static Elements, path: &str) {
    let node = resolve(root, node);
    let in_schema: BTreeSet<&str> = node["properties"].as_object().expect(path).keys().map(String::as_str).collect();
    let is_proposed = |known: &&KnownElement| known.belongs_in.is_none() && !OTHER_FORMS.contains(&known.name);
    let in_table: BTreeSet<&str> = elements.known.iter().filter(is_proposed).map(|known| known.name).collect();
    let only = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.difference(b).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(only(&in_table, &in_schema), [""; 0], "{path}: missing in the schema");
    let known: BTreeSet<&str> = elements.known.iter().map(|known| known.name).collect();
    assert_eq!(only(&in_schema, &known), [""; 0], "{path}: missing in the table");
    for KnownElement { name, shape, .. } in elements.known.iter().filter(is_proposed) {
        let inner = resolve(root, &node["properties"][*name]);
        match shape {
            Shape::Leaf | Shape::LeafList => {}
            // Compared with its own schema.
            Shape::Container(elements) if elements.closed => {}
            Shape::Container(elements) => compare(root, inner, elements, name),
            Shape::List { entry, .. } => {
                let items = if inner["items"].is_object() { &inner["items"] } else { &inner["then"]["items"] };
                compare(root, items, entry, name);
            }
        }
    }
}

#[test]
fn the_authority_schema_has_the_elements_of_the_table() {
    let schema = schema(Schema::Authority);
    let (_, authority) = ROOT.find("authority").expect("an element");
    let Shape::Container(authority) = authority else { panic!("the authority is a container") };
    compare(&schema, &schema["$defs"]["authority"], authority, "authority");
}

#[test]
fn the_plugin_schema_has_the_keys_and_types_of_the_table() {
    let schema = schema(Schema::Plugin);
    let compare = |node: &Value, keys: &[Key]| {
        let properties = node["properties"].as_object().expect("properties");
        let names: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(names, keys.iter().map(|key| key.name()).collect());
        for key in keys {
            let expected = match key.value_type() {
                KeyType::Boolean => "boolean",
                KeyType::Metric => "integer",
                KeyType::Prefix => "string",
                KeyType::StaticRoutes => "array",
            };
            assert_eq!(properties[key.name()]["type"], expected, "{}", key.name());
        }
    };
    compare(&schema, Key::OF_BLOCK);
    compare(&schema["properties"]["static-route"]["items"], Key::OF_STATIC_ROUTE);
}

#[test]
fn the_reference_names_every_element_and_key() {
    let reference = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md"));
    let reference = reference.expect("readable");
    let code = reference.split('`').skip(1).step_by(2);
    let words: BTreeSet<&str> = code.flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '-')).collect();
    let mut open = vec![&ROOT];
    let mut seen = BTreeSet::new();
    while let Some(elements) = open.pop() {
        for KnownElement { name, shape, .. } in elements.known {
            assert!(words.contains(name), "{name} is not documented");
            if let (Shape::Container(inner) | Shape::List { entry: inner, .. }, true) = (shape, seen.insert(*name)) {
                open.push(inner);
            }
        }
    }
}
