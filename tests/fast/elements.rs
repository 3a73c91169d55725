//! The table of elements and the table of the block's keys, compared with the schemas and the
//! documentation.

use std::collections::BTreeSet;

use loopback_static_routes::commands::schema::Schema;
use loopback_static_routes::elements::{Elements, KnownElement, ROOT, Shape};
use loopback_static_routes::model::Key;
use loopback_static_routes::model::key::KeyType;
use serde_json::{Map, Value, json};

use crate::common::cases::of_text;

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
    let is_valid = |known: &&KnownElement| known.belongs_in.is_none();
    let in_table: BTreeSet<&str> = elements.known.iter().filter(is_valid).map(|known| known.name).collect();
    let only = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.difference(b).map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(only(&in_table, &in_schema), [""; 0], "{path}: missing in the schema");
    let is_element = |name: &&&str| !name.starts_with('_');
    let unknown: Vec<_> = in_schema.iter().filter(is_element).filter(|name| elements.find(name).is_none()).collect();
    assert_eq!(unknown, [&""; 0], "{path}: missing in the table");
    for KnownElement { name, shape, .. } in elements.known.iter().filter(is_valid) {
        let inner = resolve(root, &node["properties"][*name]);
        match shape {
            Shape::Leaf | Shape::LeafList => {}
            // Compared with its own schema.
            Shape::Container(elements) if elements.closed => {}
            Shape::Container(elements) => compare(root, inner, elements, name),
            Shape::List { entry, .. } => {
                compare(root, &inner["else"]["else"]["additionalProperties"], entry, name);
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

/// Returns the names that differ from `name` by one typing error or in case, and its plurals.
fn mutants(name: &str) -> BTreeSet<String> {
    let letters: Vec<char> = name.chars().collect();
    let text = |parts: &[&[char]]| parts.concat().into_iter().collect::<String>();
    let mut mutants = BTreeSet::new();
    // A second plural is two typing errors, which the schema does not reject.
    if !name.ends_with('s') {
        mutants.extend([format!("{name}s"), format!("{name}es"), format!("{}ies", &name[..name.len() - 1])]);
    }
    mutants.extend([
        name.to_uppercase(),
        name.replace('-', "_"),
        name.replace('-', ""),
        format!("_{name}"),
        format!("m:{}", name.to_uppercase()),
    ]);
    for at in 0..=letters.len() {
        let (before, after) = letters.split_at(at);
        mutants.insert(text(&[before, &['q'], after]));
        let Some((letter, after)) = after.split_first() else { continue };
        mutants.extend([
            text(&[before, after]),
            text(&[before, &['q'], after]),
            text(&[before, &[*letter, *letter], after]),
        ]);
        if let Some((next, after)) = after.split_first() {
            mutants.insert(text(&[before, &[*next, *letter], after]));
        }
    }
    mutants
}

fn camel_case(kebab: &str) -> String {
    let mut words = kebab.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

/// Adds the documents with all mutants of the names in a container, and of those inside. `wrap`
/// puts members into the container.
fn documents(elements: &'static Elements, wrap: &dyn Fn(Map<String, Value>) -> Value, documents: &mut Vec<Value>) {
    let spellings = || elements.known.iter().flat_map(|known| [known.name.to_owned(), camel_case(known.name)]);
    let correct: BTreeSet<String> = spellings().collect();
    let mut mutants: BTreeSet<String> = spellings().flat_map(|name| mutants(&name)).collect();
    // Other words that are similar to a name.
    mutants.extend(["mode", "none", "rule"].map(str::to_owned));
    documents.push(wrap(mutants.difference(&correct).map(|name| (name.clone(), Value::Null)).collect()));
    for known in elements.known.iter().filter(|known| known.belongs_in.is_none()) {
        let wrap_inner = |members: Value| wrap(Map::from_iter([(known.name.to_owned(), members)]));
        match known.shape {
            Shape::List { key, entry } => {
                let value = if known.name == "applies-to" { "router" } else { "_internal_" };
                let wrap = |mut members: Map<String, Value>| {
                    members.insert(key.to_owned(), value.into());
                    wrap_inner(json!([members]))
                };
                self::documents(entry, &wrap, documents);
            }
            Shape::Container(inner) if !inner.closed => {
                self::documents(inner, &|members| wrap_inner(members.into()), documents)
            }
            _ => {}
        }
    }
}

#[test]
fn the_authority_schema_rejects_the_same_misspelled_names() {
    let schema = jsonschema::validator_for(&schema(Schema::Authority)).expect("a schema");
    let mut all = Vec::new();
    documents(&ROOT, &Value::Object, &mut all);
    let mut count = 0;
    for document in all {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let errors: BTreeSet<String> =
            schema.iter_errors(&document).map(|error| name(error.instance_path().as_str())).collect();
        let found = of_text(&document.to_string(), "f.json", None, |report| -> BTreeSet<String> {
            let named =
                report.findings.iter().filter(|found| matches!(found.rule().code, "unknown-key" | "confusable-word"));
            let places = named.map(|found| &found.place.as_ref().expect("a place").excerpt);
            places.map(|excerpt| excerpt.line[excerpt.marked.clone()].trim_matches('"').to_owned()).collect()
        });
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
        assert_eq!((only(&errors, &found), only(&found, &errors)), (vec![], vec![]), "{document}");
        count += found.len();
    }
    assert!(count > 1000, "{count}");
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
