//! Fingerprints, and the formats with a schema in the repository.

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

#[test]
fn fingerprints_stay_the_same_when_other_lines_change() {
    let fingerprints = |text: &str| -> Vec<String> {
        of_text(text, "f.yaml", None, |report| {
            report.findings.iter().map(|found| format!("{} {}", found.rule().code, found.fingerprint)).collect()
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
