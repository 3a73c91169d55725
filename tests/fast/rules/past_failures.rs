//! Known failures of generators like this one.
//!
//! Other tests cover the rest. `tests/fast/publish` has leftovers of disabled plugins, excessive
//! removals, missing folders, failed reads and commits without a change.
//! `tests/fast/rules/names.rs` and `tests/real/salt.rs` have names in paths, templates and targets.
//! `tests/fast/pipeline/large.rs` has large configurations.

use super::{Case, check_all, plan_of};

#[test]
fn configurations_that_broke_other_generators_are_handled() {
    check_all(&[
        Case {
            rule: "one router's bad configuration broke all others",
            config: "
router:
  - {name: bad, node: [{name: n, asset-id: a}], loopback-static-routes: {metric: [1], colour: red, static-route: nonsense}}
  - {name: worse, node: [{name: n, asset-id: b}], loopback-static-routes: all}
  - {name: good, node: [{name: n, asset-id: c}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["bad/n held:", "good/n on: 192.0.2.1/32 0"],
            findings: &[
                "unknown-key router bad",
                "invalid-value router bad",
                "unexpected-shape router bad",
                "unexpected-shape router worse",
            ],
        },
        Case {
            rule: "generation failed on routers without the block",
            config: "
router:
  - {name: none, node: [{name: n, asset-id: a}]}
  - {name: r1, node: [{name: n, asset-id: b}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "a missing permission broke generation",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: [192.0.2.1], access-policy: [{source: _internal_, permission: null}, {source: red}]}]",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "names with a newline, a leading dash, braces or a glob broke paths, templates and comments",
            config: r#"{"router": [{"name": "-r", "node": [{"name": "n*", "asset-id": "[ab]"}],
                "loopback-static-routes": {"learn-from-services": true}}],
                "service": [{"name": "{{ s }}\n192.0.2.9/32 via 192.0.2.1 #", "address": "192.0.2.1", "access-policy": {"source": "_internal_"}}]}"#,
            nodes: &["-r/n* on: 192.0.2.1/32 0"],
            findings: &["missing-parent-service service {{ s }}\n192.0.2.9/32 via 192.0.2.1 #", "unusual-name node -r/n*"],
        },
        Case {
            rule: "a single value in place of a list broke generation",
            config: r#"{"authority": {
                "router": {"name": "r1", "node": {"name": "n", "assetId": "a"}, "loopbackStaticRoutes": {"learnFromServices": true}},
                "service": {"name": "s", "address": "192.0.2.1", "accessPolicy": {"source": "_internal_"},
                            "appliesTo": {"type": "router", "routerName": "r1"}}}}"#,
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "strict CIDR checks rejected good configurations",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: [192.0.2.1, 10.1.2.3/8], access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 10.0.0.0/8 0, 192.0.2.1/32 0"],
            findings: &["host-bits-set service s"],
        },
        Case {
            rule: "the output had duplicates",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}}]
service:
  - {name: s, address: [192.0.2.1, 192.0.2.1/32, 192.0.2.1], access-policy: [{source: _internal_}]}
  - {name: t, address: [192.0.2.1], access-policy: [{source: _internal_}]}",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "an empty configuration is an error, and does not remove all routes",
            config: "{\"authority\": {\"service\": []}}",
            nodes: &[],
            findings: &["no-router authority"],
        },
        Case {
            rule: "a truncated configuration is an error",
            config: "{\"authority\": {\"router\": [{\"name\": \"r1\"}",
            nodes: &[],
            findings: &["invalid-syntax authority"],
        },
        Case {
            rule: "a plural list name is reported, also in the single entry of a list",
            config: "
router: [{name: r1}]
service: {name: s, addresses: [192.0.2.1]}",
            nodes: &[],
            findings: &["unknown-key service s"],
        },
        Case {
            rule: "a document that is a list is an error, and is not ignored",
            config: "[{\"router\": []}]",
            nodes: &[],
            findings: &["unexpected-shape authority"],
        },
        Case {
            rule: "a router without a name is an error, and does not look like a removed router",
            config: "router: [{node: [{name: n}]}, {name: r1}]",
            nodes: &[],
            findings: &["missing-key authority"],
        },
    ]);
}

#[test]
fn long_lines_are_read() {
    let description = "x".repeat(10_000_000);
    for config in [
        format!(
            "router: [{{name: r1, description: {description}, node: [{{name: n, asset-id: a}}], loopback-static-routes: {{static-route: [{{address: 192.0.2.1}}]}}}}]"
        ),
        format!(
            "router r1\n    description {description}\n    node n\n        asset-id a\n    loopback-static-routes\n        static-route 192.0.2.1\n"
        ),
        format!(
            "{{\"router\": [{{\"name\": \"r1\", \"description\": \"{description}\", \"node\": [{{\"name\": \"n\", \"asset-id\": \"a\"}}], \"loopback-static-routes\": {{\"static-route\": [{{\"address\": \"192.0.2.1\"}}]}}}}]}}"
        ),
    ] {
        assert_eq!(plan_of(&config), (vec!["r1/n on: 192.0.2.1/32 0".to_owned()], vec![]));
    }
}
