//! Each format is as its own schema asks.

use jsonschema::Validator;
use loopback_static_routes::conductor::schemas::Schema;
use loopback_static_routes::report::validation::{Format, render};
use loopback_static_routes::validate::Report;
use serde_json::Value;

use crate::cases::{cases, codes, of_text, validated};
use crate::common::Workspace;
use crate::tools::{program, run, validators};

/// The schemas of the JSON formats.
pub(crate) struct Schemas([(Format, Validator); 3]);

impl Schemas {
    pub(crate) fn new() -> Self {
        let sarif = std::fs::read_to_string(validators().join("sarif-2.1.0.schema.json")).expect("installed");
        // One pattern of the schema is none where a `]` by itself is an error.
        let sarif = sarif.replace("{2}]?$\"", "{2}\\\\]?$\"");
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let validator = |text: &str| jsonschema::validator_for(&parse(text)).expect("a schema");
        Self([
            (Format::Json, validator(&Schema::Findings.text())),
            (Format::Sarif, validator(&sarif)),
            (Format::Gitlab, validator(include_str!("../validators/gitlab-code-quality.schema.json"))),
        ])
    }

    pub(crate) fn check(&self, report: &Report<'_>, what: &str) {
        for (format, schema) in &self.0 {
            let text = render(report, *format, false);
            let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
            let errors: Vec<String> =
                schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{what} as {format:?}: {errors:#?}");
        }
    }
}

#[test]
fn json_formats_are_as_their_schemas_ask() {
    let schemas = Schemas::new();
    for code in codes() {
        for case in cases(code) {
            validated(&case, &format!("a folder/ü:{code}.{}", case.syntax), |report| {
                schemas.check(report, &format!("{code}"));
            });
        }
    }
}

/// Checks JUnit documents with another program's validator, all at once.
pub(crate) fn check_junit(documents: &[String]) {
    let workspace = Workspace::new();
    let names: Vec<String> = (0..documents.len()).map(|index| format!("{index}.xml")).collect();
    names.iter().zip(documents).for_each(|(name, document)| workspace.write(name, document));
    let script = "import sys, xmlschema\n\
                  schema = xmlschema.XMLSchema(sys.argv[1])\n\
                  for name in sys.argv[2:]: schema.validate(name)";
    let mut python = program("python3");
    python.args(["-c", script]).arg(validators().join("junit-10.xsd")).args(&names).current_dir(workspace.path("."));
    let (good, said) = run(&mut python);
    assert!(good, "{said}");
}

#[test]
fn junit_is_as_its_schema_asks() {
    let cases = codes().flat_map(|code| cases(code).into_iter().take(2));
    let documents: Vec<String> =
        cases.map(|case| validated(&case, "f", |report| render(report, Format::Junit, false))).collect();
    assert!(documents.len() > 100);
    check_junit(&documents);
}

#[test]
fn fingerprints_stay_while_other_lines_come_and_go() {
    let fingerprints = |text: &str| -> Vec<String> {
        of_text(text, "f.yaml", None, |report| {
            report.findings.iter().map(|found| format!("{} {}", found.code(), found.fingerprint)).collect()
        })
    };
    let router = |name: &str, metric: &str| {
        format!(
            "  - name: {name}\n    node: {{name: n, asset-id: {name}}}\n    loopback-static-routes: {{metric: {metric}}}\n"
        )
    };
    let before = fingerprints(&format!("router:\n{}{}", router("a", "x"), router("b", "y")));
    let moved = fingerprints(&format!("# why\n\n\nrouter:\n{}{}", router("a", "x"), router("b", "y")));
    let others = fingerprints(&format!("router:\n{}{}", router("b", "y"), router("c", "1")));
    assert_eq!(before, moved);
    assert!(before.len() == 2 && before[0] != before[1], "{before:?}");
    assert!(before.iter().any(|fingerprint| others.contains(fingerprint)), "{before:?} {others:?}");
    let unique: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!(unique.len(), before.len());
}
