//! The JSON output of the program, checked with its own schemas.

use jsonschema::Validator;
use loopback_static_routes::commands::schema::Schema;
use serde_json::{Value, json};

use crate::common::Workspace;
use crate::common::cases::{IN_SCHEMA, of_text};
use crate::common::sample;

fn validator(schema: Schema) -> Validator {
    jsonschema::validator_for(&serde_json::from_str(&schema.text()).expect("JSON")).expect("a schema")
}

#[track_caller]
fn assert_valid(schema: Schema, text: &str) {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> =
        validator(schema).iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
}

#[test]
fn printed_json_is_valid_against_the_schemas() {
    let workspace = Workspace::new();
    workspace.write(
        "old.yaml",
        "router: [{name: a, node: {name: n, asset-id: m}, loopback-static-routes: {default-route: true}}]\n",
    );
    workspace.write(
        "new.yaml",
        "router: [{name: a, node: {name: n, asset-id: m}, loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}},\n\
         {name: b, node: {name: n}, loopback-static-routes: {metric: x}}]\n",
    );
    let run = workspace.run(&["generate", "new.yaml", "--out", "out"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_valid(Schema::Manifest, &workspace.read("out/manifest.json"));
    assert_valid(Schema::Diff, &workspace.run(&["diff", "old.yaml", "new.yaml", "--format", "json"]).stdout);
    let pillar = workspace.tree("out/pillar").into_iter().find(|(name, _)| name.contains("m")).expect("a document").1;
    if let Some((_, document)) = pillar.split_once("#!json\n") {
        assert_valid(Schema::Pillar, document);
    }
    for schema in ["plugin", "authority", "pillar", "manifest", "findings", "diff", "settings"] {
        let run = workspace.run(&["schema", schema]);
        assert!(run.code == 0 && serde_json::from_str::<Value>(&run.stdout).is_ok(), "{schema}");
    }
}

/// Returns the JSON pointers of all values inside a value.
fn pointers(value: &Value) -> Vec<String> {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.replace('/', "~1"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    let all = members.into_iter().flat_map(|(name, value)| {
        let inner = pointers(value).into_iter().map(|rest| format!("/{name}{rest}"));
        std::iter::once(format!("/{name}")).chain(inner).collect::<Vec<_>>()
    });
    all.collect()
}

/// Returns a document with another value at a pointer, or without any.
fn changed(document: &Value, pointer: &str, value: Option<&Value>) -> Value {
    let mut document = document.clone();
    if let Some(value) = value {
        *document.pointer_mut(pointer).expect("a value") = value.clone();
        return document;
    }
    let (around, name) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(around).expect("a value") {
        Value::Object(members) => _ = members.remove(&name.replace("~1", "/")),
        Value::Array(items) => _ = items.remove(name.parse().expect("an index")),
        _ => unreachable!("the value is inside"),
    }
    document
}

/// Returns documents with every element, with lists as sequences, as single entries, and by key,
/// and one with operations.
fn documents() -> [Value; 3] {
    let sequences = json!({
        "router": [{
            "name": "r",
            "router-group": ["g"],
            "group": ["h"],
            "resource-group": ["g"],
            "static-hostname-mapping": { "static-entry": [{ "hostname": "h.example.com", "ip-address": ["192.0.2.5"] }] },
            "node": [{ "name": "n", "asset-id": "m", "role": "combo" }],
            "loopback-static-routes": {
                "enabled": true,
                "default-route": false,
                "learn-from-services": true,
                "metric": 5,
                "static-route": [{ "address": "198.51.100.0/24", "metric": 5 }],
            },
        }],
        "service": [{
            "name": "a",
            "address": ["192.0.2.1", "h.example.com"],
            "enabled": true,
            "access-policy": [{ "source": "_internal_", "permission": "allow" }],
            "applies-to": [
                { "type": "router", "router-name": ["r"] },
                { "type": "router-group", "group-name": ["g"] },
                { "type": "authority" },
            ],
        }],
    });
    let mappings = json!({ "config": { "authority": {
        "router": { "r": {
            "resource-group": "g",
            "static-hostname-mapping": { "h.example.com": { "ip-address": "192.0.2.5" } },
            "node": {
                "n": {
                    "asset-id": "m",
                    "loopback-static-routes": { "static-route": { "198.51.100.0/24": { "metric": 5 } } },
                },
                "o": { "asset-id": "p" },
            },
            "loopback-static-routes": {
                "learn-from-services": true,
                "static-route": { "address": "198.51.100.0/24", "metric": 5 },
            },
        } },
        "service": {
            "a": {
                "address": "h.example.com",
                "access-policy": { "_internal_": { "permission": "allow" } },
                "applies-to": { "resource-group": { "resource-group": "g" } },
            },
            "b": {
                "address": "192.0.2.1",
                "access-policy": { "source": "_internal_" },
                "applies-to": { "type": "router", "router-name": "r" },
            },
        },
    } } });
    let operations = json!({
        "router": [
            { "_value": { "name": "r", "router-group": "g" }, "_operation": "create" },
            {
                "name": "s",
                "_operation": "replace",
                "router-group": [{ "_value": "g", "_operation": "create" }],
                "node": [{ "name": "n", "asset-id": { "_value": "m", "_attributes": [] } }],
                "loopback-static-routes": {
                    "_operation": "merge",
                    "learn-from-services": true,
                    "metric": { "_value": 5, "_operation": "create" },
                    "static-route": [{ "_value": { "address": "192.0.2.0/24" }, "_operation": "create" }],
                },
            },
        ],
        "service": [{
            "name": "a",
            "_attributes": [{ "name": "nc:operation", "value": "merge" }],
            "address": { "_value": ["192.0.2.1"], "_operation": "create" },
            "access-policy": [{ "_value": { "source": "_internal_" }, "_operation": "create" }],
            "enabled": { "_operation": "delete" },
        }],
    });
    [sequences, mappings, operations]
}

#[test]
fn the_authority_schema_allows_operations_in_json() {
    let document = json!({
        "router": [
            { "_value": { "name": "r" }, "_operation": "create" },
            {
                "name": "s",
                "_operation": "create",
                "routerGroup": [{ "_value": "g", "_operation": "create", "_position": { "insert": "first" } }],
                "node": { "_value": { "name": "n", "asset-id": "m" }, "_attributes": [] },
                "loopbackStaticRoutes": {
                    "_operation": "replace",
                    "metric": { "_value": 5, "_operation": "create" },
                    "staticRoute": [{ "_value": { "address": "192.0.2.0/24" }, "_operation": "create" }],
                },
            },
        ],
    });
    let errors: Vec<_> = validator(Schema::Authority).iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    of_text(&document.to_string(), "f.json", None, |report| {
        let found: Vec<_> = report.findings.iter().filter(|found| found.finding.is_error()).collect();
        assert!(found.is_empty(), "{found:?}");
    });
}

#[test]
fn the_authority_schema_rejects_the_same_values_as_validate() {
    let schema = validator(Schema::Authority);
    let values =
        [json!(null), json!(5), json!("x y"), json!(""), json!([]), json!(["x"]), json!([["x"]]), json!({ "x": 5 })];
    let values: Vec<Option<&Value>> = std::iter::once(None).chain(values.iter().map(Some)).collect();
    let (mut good, mut bad) = (0, 0);
    for document in documents() {
        for pointer in pointers(&document) {
            for position in sample::positions(values.len(), &pointer) {
                let changed = changed(&document, &pointer, values[position - 1]);
                let is_found = of_text(&changed.to_string(), "f.json", None, |report| {
                    report.findings.iter().any(|found| IN_SCHEMA.contains(&found.rule().code))
                });
                let errors: Vec<String> = schema.iter_errors(&changed).map(|error| error.to_string()).collect();
                assert_eq!(!errors.is_empty(), is_found, "{pointer}: {errors:?}\n{changed:#}");
                *if is_found { &mut bad } else { &mut good } += 1;
            }
        }
    }
    assert!(good > 80 && bad > 80, "{good} {bad}");
}

#[test]
fn the_schema_of_the_settings_accepts_what_the_program_accepts() {
    let schema = validator(Schema::Settings);
    let codes: std::collections::BTreeSet<&str> = loopback_static_routes::rules::all().map(|rule| rule.code).collect();
    let document: Value = serde_json::from_str(&Schema::Settings.text()).expect("JSON");
    let listed = document["$defs"]["code"]["enum"].as_array().expect("a list").iter().filter_map(Value::as_str);
    assert!(listed.eq(codes), "schema/settings.schema.json has other codes than the registry");
    for (text, is_valid) in [
        ("", true),
        ("paths = [\"a\"]\ninclude = [\"**/*.yaml\"]\nexclude = []\n", true),
        ("[severity]\nhost-bits-set = \"error\"\nunusual-name = \"off\"\n", true),
        ("[[ignore]]\ncodes = [\"no-asset-id\"]\npaths = [\"lab/**\"]\n", true),
        ("path = [\"a\"]\n", false),
        ("paths = \"a\"\n", false),
        ("[severity]\nhost-bits = \"error\"\n", false),
        ("[severity]\nhost-bits-set = \"loud\"\n", false),
        ("[[ignore]]\npaths = []\n", false),
        ("[[ignore]]\ncodes = [1]\n", false),
        ("ignore = {codes = [\"no-asset-id\"]}\n", false),
    ] {
        let value: Value = toml::from_str(text).expect("TOML");
        assert_eq!(schema.is_valid(&value), is_valid, "{text}");
        let parsed = loopback_static_routes::commands::Settings::parse("f", std::path::Path::new("/r"), text);
        assert_eq!(parsed.is_ok(), is_valid, "{text}");
    }
}
