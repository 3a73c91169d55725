//! Names that are hostile, or that look alike.

use super::{Case, check_all};

#[test]
fn unsafe_and_confusable_names_are_reported() {
    check_all(&[
        Case {
            rule: "names that lead out of the folder are errors",
            config: "
router:
  - {name: .., node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: a/b, node: [{name: n, asset-id: b}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: r1, node: [{name: ../../etc, asset-id: c}, {name: n, asset-id: d}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["../n held:", "a/b/n held:", "r1/../../etc held:", "r1/n on: 192.0.2.1/32 0"],
            findings: &["unsafe-name router ..", "unsafe-name router a/b", "unsafe-name node r1/../../etc"],
        },
        Case {
            rule: "names that differ in case alone are an error for both routers",
            config: "
router:
  - {name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: R1, node: [{name: n, asset-id: b}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: r2, node: [{name: n, asset-id: c}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["R1/n held:", "r1/n held:", "r2/n on: 192.0.2.1/32 0"],
            findings: &["name-clash router R1, r1"],
        },
        Case {
            rule: "names that look the same are an error, and unusual",
            config: "
router:
  - {name: paris, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: \"p\\u0430ris\", node: [{name: n, asset-id: b}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["paris/n held:", "p\u{430}ris/n held:"],
            findings: &["name-clash router p\u{430}ris, paris", "unusual-name router p\u{430}ris"],
        },
        Case {
            rule: "names with similar letters and digits are distinct",
            config: "
router:
  - {name: pod-11, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: pod-l1, node: [{name: n, asset-id: b}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["pod-11/n on: 192.0.2.1/32 0", "pod-l1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "a duplicate asset-id is an error for both nodes",
            config: "
router:
  - {name: r1, node: [{name: n, asset-id: same}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: r2, node: [{name: n, asset-id: same}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}
  - {name: r3, node: [{name: n, asset-id: other}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["r1/n held:", "r2/n held:", "r3/n on: 192.0.2.1/32 0"],
            findings: &["duplicate-asset-id node r2/n, r1/n"],
        },
        Case {
            rule: "asset-ids that Salt refuses are errors",
            config: "
router:
  - {name: r1, node: [{name: n, asset-id: a/b}, {name: m, asset-id: ..}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["r1/m held:", "r1/n held:"],
            findings: &["invalid-asset-id node r1/m", "invalid-asset-id node r1/n"],
        },
        Case {
            rule: "unusual names are generated, with a warning",
            config: r#"{"router": [{"name": "{{ 7*7 }}\n-rf *", "node": [{"name": "-n", "asset-id": "r1.a"}],
                "loopback-static-routes": {"static-route": [{"address": "192.0.2.1"}]}}]}"#,
            nodes: &["{{ 7*7 }}\n-rf */-n on: 192.0.2.1/32 0"],
            findings: &["unusual-name router {{ 7*7 }}\n-rf *"],
        },
    ]);
}

#[test]
fn a_name_of_300_characters_is_an_error() {
    let config =
        format!("router {}\n    node n\n    loopback-static-routes\n        static-route 192.0.2.1", "x".repeat(300));
    let (nodes, findings) = super::plan_of(&config);
    assert!(nodes[0].ends_with("held:"), "{nodes:?}");
    assert!(findings[0].starts_with("name-too-long"), "{findings:?}");
}
