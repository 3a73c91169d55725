//! Routers that do not learn although services would give them routes (rule 12).

use crate::rules::{Case, check_all};

#[test]
fn disabled_learning_is_reported_when_services_have_no_route() {
    check_all(&[
        Case {
            rule: "12: disabled learning is a warning if services for _internal_ exist",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 203.0.113.1}]}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 203.0.113.1/32 0"],
            findings: &["learning-off router r1"],
        },
        Case {
            rule: "12: there is no warning if static routes cover the services",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 192.0.2.0/24 0"],
            findings: &[],
        },
        Case {
            rule: "12: there is no warning if the default route covers the services",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 5}}]
service: [{name: _conductor_1, address: 192.0.2.1, access-policy: [{source: _internal_}]}]",
            nodes: &["r1/n on: 0.0.0.0/0 5"],
            findings: &[],
        },
        Case {
            rule: "12: there is no warning if the services apply to other routers",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 203.0.113.1}]}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: r2}]}]",
            nodes: &["r1/n on: 203.0.113.1/32 0"],
            findings: &[],
        },
    ]);
}
