//! The plugin block: rules 1, 2 and 7 to 13, and its elements.

use super::{Case, check_all};

#[test]
fn default_routes_follow_the_rules() {
    check_all(&[
        Case {
            rule: "1: default-route alone gives the default route with the block's metric",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 10}}]",
            nodes: &["r1/n on: 0.0.0.0/0 10"],
            findings: &[],
        },
        Case {
            rule: "1: default-route with learn-from-services is an error",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 10, learn-from-services: true}}]",
            nodes: &["r1/n held:"],
            findings: &["default-route-not-alone router r1"],
        },
        Case {
            rule: "1: default-route with a static-route is an error",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 10, static-route: [{address: 10.0.0.0/8}]}}]",
            nodes: &["r1/n held:"],
            findings: &["default-route-not-alone router r1"],
        },
        Case {
            rule: "8: a static 0.0.0.0/0 is the default route, and more specific prefixes are kept",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {metric: 7, static-route: [{address: 0.0.0.0/0}, {address: 192.0.2.0/24, metric: 5}]}}]",
            nodes: &["r1/n on: 0.0.0.0/0 7, 192.0.2.0/24 5"],
            findings: &[],
        },
        Case {
            rule: "13: metric 0 on a default route is a notice",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 0}}]",
            nodes: &["r1/n on: 0.0.0.0/0 0"],
            findings: &["default-metric-zero router r1"],
        },
        Case {
            rule: "13: a static default route without a metric is a notice",
            config: "
authority:
  router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 0.0.0.0/0}]}}]",
            nodes: &["r1/n on: 0.0.0.0/0 0"],
            findings: &["default-metric-zero router r1"],
        },
    ]);
}

#[test]
fn elements_of_the_block_follow_the_rules() {
    check_all(&[
        Case {
            rule: "both spellings are accepted, with a notice",
            config: "
router r1
    node n
        asset-id a
    loopback-static-routes
        default true
        metric 3
router r2
    node n
        asset-id b
    loopback-static-routes
        learn-from-service true
        static-route 192.0.2.0/24",
            nodes: &["r1/n on: 0.0.0.0/0 3", "r2/n on: 192.0.2.0/24 0"],
            findings: &["other-spelling router r1", "other-spelling router r2"],
        },
        Case {
            rule: "both spellings at once are an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default: true, default-route: true, metric: 1}}]",
            nodes: &["r1/n held:"],
            findings: &["both-spellings router r1"],
        },
        Case {
            rule: "an empty block is off",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {}}]",
            nodes: &["r1/n off:"],
            findings: &["empty-block router r1"],
        },
        Case {
            rule: "enabled is true by default",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &[],
        },
        Case {
            rule: "an unknown key is an error, in a disabled block too",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {enabled: false, metrics: 5}}]",
            nodes: &["r1/n held:"],
            findings: &["unknown-key router r1"],
        },
        Case {
            rule: "every wrong type and range is an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {enabled: maybe, metric: 4294967296, static-route: [{address: 192.0.2.1, metric: -1}]}}]",
            nodes: &["r1/n held:"],
            findings: &["invalid-value router r1", "invalid-value router r1", "invalid-value router r1"],
        },
        Case {
            rule: "the whole range of metrics is allowed",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {metric: 4294967295, static-route: [{address: 192.0.2.1}, {address: 192.0.2.2, metric: 0}]}}]",
            nodes: &["r1/n on: 192.0.2.1/32 4294967295, 192.0.2.2/32 0"],
            findings: &[],
        },
        Case {
            rule: "values written as text are read as their type",
            config: r#"{"authority": {"router": [{"name": "r1", "node": [{"name": "n", "assetId": "a"}],
                "loopbackStaticRoutes": {"enabled": "true", "metric": "128", "staticRoute": [{"address": "192.0.2.1", "metric": "5"}]}}]}}"#,
            nodes: &["r1/n on: 192.0.2.1/32 5"],
            findings: &[],
        },
        Case {
            rule: "a block under a node replaces the router's whole block for that node",
            config: "
router r1
    node n1
        asset-id a
    node n2
        asset-id b
        loopback-static-routes
            static-route 198.51.100.0/24
    loopback-static-routes
        metric 9
        static-route 192.0.2.0/24",
            nodes: &["r1/n1 on: 192.0.2.0/24 9", "r1/n2 on: 198.51.100.0/24 0"],
            findings: &[],
        },
        Case {
            rule: "2: an error in a node's own block holds back that node alone",
            config: "
router r1
    node n1
        asset-id a
    node n2
        asset-id b
        loopback-static-routes
            metric high
    loopback-static-routes
        static-route 192.0.2.0/24",
            nodes: &["r1/n1 on: 192.0.2.0/24 0", "r1/n2 held:"],
            findings: &["invalid-value node r1/n2"],
        },
    ]);
}

#[test]
fn static_routes_follow_the_rules() {
    check_all(&[
        Case {
            rule: "an empty list equals a missing one, so the block is empty",
            config: "router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: []}}]",
            nodes: &["r1/n off:"],
            findings: &["empty-block router r1"],
        },
        Case {
            rule: "a list without a value equals a missing one",
            config: "router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: }}]",
            nodes: &["r1/n off:"],
            findings: &["empty-block router r1"],
        },
        Case {
            rule: "an empty list beside other elements equals a missing one",
            config: "router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {default-route: true, metric: 9, static-route: {}}}]",
            nodes: &["r1/n on: 0.0.0.0/0 9"],
            findings: &[],
        },
        Case {
            rule: "7: a bare address is a /32, and lines sort bytewise",
            config: "
router r1
    node n
        asset-id a
    loopback-static-routes
        static-route 9.9.9.9
        static-route 10.0.0.0/8
        static-route 10.0.0.0/16
        static-route 192.0.2.0/24",
            nodes: &["r1/n on: 10.0.0.0/16 0, 10.0.0.0/8 0, 192.0.2.0/24 0, 9.9.9.9/32 0"],
            findings: &[],
        },
        Case {
            rule: "7: host bits are masked, with a warning",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.77/24}]}}]",
            nodes: &["r1/n on: 192.0.2.0/24 0"],
            findings: &["host-bits-set router r1"],
        },
        Case {
            rule: "7: a static IPv6 route is an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: '2001:db8::/32'}]}}]",
            nodes: &["r1/n held:"],
            findings: &["ipv6-static-route router r1"],
        },
        Case {
            rule: "a static route to a host name or to an invalid prefix is an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: dns.example.com}, {address: 192.0.2.0/33}]}}]",
            nodes: &["r1/n held:"],
            findings: &["invalid-static-route router r1", "invalid-static-route router r1"],
        },
        Case {
            rule: "7: the gateway's own /32 is skipped with a notice",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 169.254.127.126/32}, {address: 192.0.2.1}]}}]",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &["gateway-address router r1"],
        },
        Case {
            rule: "9: two static routes with one address, after masking, are an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{address: 192.0.2.0/24}, {address: 192.0.2.1/24}]}}]",
            nodes: &["r1/n held:"],
            findings: &["duplicate-static-route router r1", "host-bits-set router r1"],
        },
        Case {
            rule: "a static route without its address is an error",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {static-route: [{metric: 5}]}}]",
            nodes: &["r1/n held:"],
            findings: &["missing-key router r1"],
        },
        Case {
            rule: "static routes can be a mapping by address",
            config: "
router: {r1: {node: {n: {asset-id: a}}, loopback-static-routes: {static-route: {192.0.2.0/24: {metric: 5}, 192.0.2.1: }}}}",
            nodes: &["r1/n on: 192.0.2.0/24 5, 192.0.2.1/32 0"],
            findings: &[],
        },
    ]);
}

#[test]
fn nodes_follow_the_rules() {
    check_all(&[
        Case {
            rule: "10: enabled false gives no routes",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {enabled: false, static-route: [{address: 192.0.2.1}]}}]",
            nodes: &["r1/n off:"],
            findings: &[],
        },
        Case {
            rule: "10: a router without a block is not changed",
            config: "router: [{name: r1, node: [{name: n, asset-id: a}]}]",
            nodes: &[],
            findings: &[],
        },
        Case {
            rule: "10: an enabled block without any route is a warning",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {enabled: true}}]",
            nodes: &["r1/n on:"],
            findings: &["no-routes router r1"],
        },
        Case {
            rule: "11: a node of role conductor is skipped",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a, role: conductor}, {name: m, asset-id: b, role: control}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]",
            nodes: &["r1/m on: 192.0.2.1/32 0"],
            findings: &["conductor-node node r1/n"],
        },
        Case {
            rule: "11: a node without asset-id is a warning",
            config: "
router: [{name: r1, node: [{name: n}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &["no-asset-id node r1/n"],
        },
        Case {
            rule: "an unknown role is treated as a router's",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a, role: sentinel}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]",
            nodes: &["r1/n on: 192.0.2.1/32 0"],
            findings: &["unknown-role node r1/n"],
        },
        Case {
            rule: "a router with a block and without nodes is a warning",
            config: "router: [{name: r1, loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]",
            nodes: &[],
            findings: &["router-without-node router r1"],
        },
    ]);
}
