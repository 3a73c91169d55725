//! Routers that do not learn although services would give them routes (rule 12).

use crate::rules::{Case, check_all};

#[test]
fn learning_off() {
    check_all(&[
        Case {
            rule: "12: learning off while services for _internal_ exist is a warning",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 203.0.113.1}]}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 203.0.113.1/32 0"],
            findings: &["learning-off router r1"],
        },
        Case {
            rule: "12: not where static routes cover them",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 192.0.2.0/24 0"],
            findings: &[],
        },
        Case {
            rule: "12: nor where the default route does",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 5}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 0.0.0.0/0 5"],
            findings: &[],
        },
        Case {
            rule: "12: nor where they apply to others",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 203.0.113.1}]}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: r2}]}]",
            nodes: &["r1/n on: 203.0.113.1/32 0"],
            findings: &[],
        },
    ]);
}
