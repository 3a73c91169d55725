//! The JSON output of the program, checked with its own schemas.

use jsonschema::Validator;
use loopback_static_routes::commands::schema::Schema;
use serde_json::Value;

use crate::common::Workspace;

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
    for schema in ["plugin", "authority", "pillar", "manifest", "findings", "diff"] {
        let run = workspace.run(&["schema", schema]);
        assert!(run.code == 0 && serde_json::from_str::<Value>(&run.stdout).is_ok(), "{schema}");
    }
}
