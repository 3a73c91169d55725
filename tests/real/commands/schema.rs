//! The schemas, compared with another program's validator.

use std::collections::BTreeSet;

use clap::ValueEnum as _;
use loopback_static_routes::commands::schema::Schema;
use loopback_static_routes::commands::validate::report::Report;
use serde_json::Value;

use crate::common::Workspace;
use crate::common::cases::{Case, IN_SCHEMA, cases, codes, validated};
use crate::parts::{run, validator};

#[test]
#[ignore = "needs check-jsonschema: tests/run.sh"]
fn another_validator_rejects_the_same_cases() {
    let workspace = Workspace::new();
    workspace.write("authority.schema.json", &Schema::Authority.text());
    let (mut files, mut bad) = (Vec::new(), BTreeSet::new());
    for code in codes().filter(|code| !NO_DOCUMENT.contains(code)) {
        let cases = cases(code).into_iter().filter(|case| is_compared(code, case));
        for (index, case) in cases.enumerate() {
            let name = format!("{code}-{index}.{}", case.syntax);
            workspace.write(&name, &case.text);
            let is_said =
                |report: &Report<'_>| report.findings.iter().any(|found| IN_SCHEMA.contains(&found.rule().code));
            if validated(&case, &name, is_said) {
                bad.insert(name.clone());
            }
            files.push(name);
        }
    }
    assert!(files.len() > 250 && bad.len() > 50, "{} {}", files.len(), bad.len());
    let mut checker = validator("check-jsonschema");
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
#[ignore = "needs check-jsonschema: tests/run.sh"]
fn the_schemas_are_valid_json_schemas() {
    let workspace = Workspace::new();
    let names: Vec<String> = Schema::value_variants().iter().map(|schema| format!("{schema:?}.json")).collect();
    names.iter().zip(Schema::value_variants()).for_each(|(name, schema)| workspace.write(name, &schema.text()));
    let mut checker = validator("check-jsonschema");
    let (good, said) = run(checker.arg("--check-metaschema").args(&names).current_dir(workspace.path(".")));
    assert!(good, "{said}");
}

/// Returns true for a case that a schema can express.
pub(super) fn is_compared(code: &str, case: &Case) -> bool {
    let title = case.title.as_deref().unwrap_or_default();
    matches!(case.syntax.as_str(), "json" | "yaml") && !UNSAID.contains(&(code, title))
}

/// The cases that a schema cannot express, each with its code and title.
const UNSAID: &[(&str, &str)] = &[
    // The letter that looks like `e`.
    ("confusable-word", "the tenant at a prefix"),
    // A YAML parser makes an integer of it.
    ("invalid-value", "an octal metric"),
    // Both spellings of a key, one of them deleted.
    ("conflicting-values", "another spelling of a key"),
];

/// The codes on which the two may differ: the text cannot be parsed, or the reader sees another
/// document.
pub(super) const NO_DOCUMENT: &[&str] = &["invalid-syntax", "duplicate-key", "empty-source", "merge-conflict"];
