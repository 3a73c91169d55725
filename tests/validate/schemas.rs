//! The schemas, and that another program's validator agrees with ours on all that a schema can say.

use std::collections::BTreeSet;

use jsonschema::Validator;
use loopback_static_routes::conductor::schemas::Schema;
use loopback_static_routes::diagnostic::Code;
use loopback_static_routes::validate::Report;
use serde_json::Value;

use crate::cases::{cases, codes, validated};
use crate::common::Workspace;
use crate::tools::{program, run};

/// What the authority's schema can say.
const SAID: &[Code] = &[
    Code::BothSpellings,
    Code::DefaultRouteNotAlone,
    Code::InvalidStaticRoute,
    Code::InvalidValue,
    Code::Ipv6StaticRoute,
    Code::MissingKey,
    Code::UnexpectedShape,
    Code::UnknownKey,
    Code::UnknownPermission,
];

/// Where the two may differ: what is no document, and what makes it one of another kind.
const NO_DOCUMENT: &[Code] = &[Code::InvalidSyntax, Code::DuplicateKey];

#[test]
fn another_validator_agrees() {
    let workspace = Workspace::new();
    workspace.write("authority.schema.json", &Schema::Authority.text());
    let (mut files, mut bad) = (Vec::new(), BTreeSet::new());
    for code in codes().filter(|code| !NO_DOCUMENT.contains(code)) {
        let cases = cases(code).into_iter().filter(|case| case.syntax == "json" || case.syntax == "yaml");
        for (index, case) in cases.enumerate() {
            let name = format!("{code}-{index}.{}", case.syntax);
            workspace.write(&name, &case.text);
            // Names outside of the block are open.
            let in_block = |report: &Report<'_>| {
                report.findings.iter().any(|found| {
                    found.code() == code && found.finding.path.as_str().contains("/loopback-static-routes")
                })
            };
            let is_said = code != Code::UnknownKey || validated(&case, &name, in_block);
            if !case.good && SAID.contains(&code) && is_said {
                bad.insert(name.clone());
            }
            files.push(name);
        }
    }
    assert!(files.len() > 200 && bad.len() > 15, "{} {}", files.len(), bad.len());
    let mut checker = program("check-jsonschema");
    checker.args(["--schemafile", "authority.schema.json", "--output-format", "json"]).args(&files);
    let (_, said) = run(checker.current_dir(workspace.path(".")));
    let answer: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(answer["parse_errors"].as_array().map(Vec::len), Some(0), "{said}");
    let found: BTreeSet<String> = answer["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|error| Some(error["filename"].as_str()?.to_owned()))
        .collect();
    let ours_alone: Vec<_> = bad.difference(&found).collect();
    let theirs_alone: Vec<_> = found.difference(&bad).collect();
    assert!(ours_alone.is_empty() && theirs_alone.is_empty(), "ours: {ours_alone:?}\ntheirs: {theirs_alone:?}\n{said}");
}

#[test]
fn the_schemas_are_schemas() {
    let workspace = Workspace::new();
    let names: Vec<String> = Schema::ALL.iter().map(|schema| format!("{schema:?}.json")).collect();
    names.iter().zip(Schema::ALL).for_each(|(name, schema)| workspace.write(name, &schema.text()));
    let mut checker = program("check-jsonschema");
    let (good, said) = run(checker.arg("--check-metaschema").args(&names).current_dir(workspace.path(".")));
    assert!(good, "{said}");
}

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
fn what_is_printed_is_as_the_schemas_say() {
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
