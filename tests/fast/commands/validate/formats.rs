//! Fingerprints, and the formats with a schema in the repository.

use loopback_static_routes::commands::validate::formats::Format;
use loopback_static_routes::rules;
use serde_json::Value;

use crate::common::Workspace;
use crate::common::cases::{cases, codes, of_text, validated};
use crate::common::formats::Schemas;

#[test]
fn json_formats_are_valid_against_their_schemas() {
    let schemas = Schemas::own();
    for code in codes() {
        for case in cases(code) {
            validated(&case, &format!("a folder/ü:{code}.{}", case.syntax), |report| {
                schemas.check(report, code);
            });
        }
    }
}

/// Code scanning shows at most this number of characters of a description.
const LONGEST_DESCRIPTION: usize = 1024;

#[test]
fn sarif_has_a_full_description_of_every_rule() {
    for rule in rules::all() {
        let meaning = rule.meaning();
        let length = meaning.chars().count();
        assert!(
            length > 30 && length <= LONGEST_DESCRIPTION && !meaning.contains("\n#"),
            "{rule}: {length}\n{meaning}"
        );
    }
    of_text("router: {name: a, loopback-static-routes: {metric: x}}", "f.yaml", None, |report| {
        let log: Value = serde_json::from_str(&Format::Sarif.render(report, false)).expect("JSON");
        let driver = &log["runs"][0]["tool"]["driver"];
        let descriptions: Vec<_> =
            driver["rules"].as_array().expect("a list").iter().map(|rule| &rule["fullDescription"]["text"]).collect();
        assert!(driver["informationUri"].as_str().is_some_and(|uri| uri.starts_with("https://")), "{driver}");
        assert!(descriptions.len() > 1 && descriptions.iter().all(|text| text.is_string()), "{descriptions:?}");
    });
}

#[test]
fn standard_input_is_not_a_file_in_sarif() {
    let workspace = Workspace::new();
    workspace.write("input", "router: {name: a, loopback-static-routes: {metric: x, enabled: x}}");
    let input = std::fs::File::open(workspace.path("input")).expect("readable");
    let output = workspace.command(&["validate", "--format", "sarif", "-"]).stdin(input).output().expect("it runs");
    let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    let uri = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert!(results.len() > 1 && results.iter().map(uri).all(|uri| uri == "stdin:"), "{results:?}");
}

#[test]
fn fingerprints_stay_the_same_when_other_lines_change() {
    let fingerprints = |text: &str| -> Vec<String> {
        of_text(text, "f.yaml", None, |report| {
            let found = report.findings.iter().zip(report.fingerprints());
            found.map(|(found, fingerprint)| format!("{} {fingerprint}", found.rule().code)).collect()
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

#[test]
fn a_repeated_finding_counts_routers_or_places() {
    let same_in = |text: &str| {
        of_text(text, "f.yaml", None, |report| {
            let text = Format::Text.render(report, false);
            text.lines().find_map(|line| line.split_once("same in ")).map(|(_, same)| same.to_owned())
        })
    };
    let router = |name: &str| format!("- {{name: {name}, node: [{{asset-id: a}}]}}\n");
    let routers = ["r1", "r2", "r3"].map(router).concat();
    for (text, expected) in [
        (
            "router: [{name: r1, node: [{role: combo}, {role: combo}, {role: combo}]}]",
            "2 more places: r1 (f.yaml:1:44, f.yaml:1:59)",
        ),
        (&*format!("router:\n{routers}"), "2 more routers: r2 (f.yaml:3:22), r3 (f.yaml:4:22)"),
    ] {
        assert_eq!(same_in(text).as_deref(), Some(expected), "{text}");
    }
}
