//! The addresses of services, as prefixes and host names (rules 7 to 9).

use super::{LEARNED, NOTHING};
use crate::rules::{Case, check_all};

#[test]
fn addresses_and_host_names_become_routes() {
    check_all(&[
        Case {
            rule: "7: host bits of a learned prefix are masked, with a warning",
            config: learning!("  - {name: s, address: 192.0.2.1/24, access-policy: [{source: _internal_}]}"),
            nodes: &["r1/n on: 192.0.2.0/24 128, 203.0.113.1/32 128"],
            findings: &["host-bits-set service s"],
        },
        Case {
            rule: "7: a learned IPv6 prefix is a notice, and its IPv4 neighbour is routed",
            config: learning!(
                "  - {name: s, address: ['2001:db8::1', 192.0.2.1], access-policy: [{source: _internal_}]}"
            ),
            nodes: LEARNED,
            findings: &["ipv6-address service s"],
        },
        Case {
            rule: "7: a learned gateway address is skipped with a notice",
            config: learning!(
                "  - {name: s, address: [169.254.127.126, 192.0.2.1], access-policy: [{source: _internal_}]}"
            ),
            nodes: LEARNED,
            findings: &["gateway-address service s"],
        },
        Case {
            rule: "7: a host name without a mapping has no route, and the warning names the service",
            config: learning!("  - {name: s, address: updates.example.com, access-policy: [{source: _internal_}]}"),
            nodes: NOTHING,
            findings: &["unrouted-host-name router r1"],
        },
        Case {
            rule: "7: a host name is routed through the router's own mapping",
            config: "
router r1
    node n
        asset-id a
    static-hostname-mapping
        static-entry Updates.Example.com.
            ip-address 192.0.2.1
            ip-address 2001:db8::1
    loopback-static-routes
        learn-from-services true
        metric 128
service s
    address updates.example.com
    access-policy _internal_",
            nodes: &["r1/n on: 192.0.2.1/32 128"],
            findings: &["ipv6-address router r1"],
        },
        Case {
            rule: "a service without an address gives no routes",
            config: learning!("  - {name: s, application-type: dns-proxy, access-policy: [{source: _internal_}]}"),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "an invalid address holds back the routers that would learn it",
            config: learning!(
                "  - {name: s, address: [192.0.2.1, 10.0.0.0/88], access-policy: [{source: _internal_}]}"
            ),
            nodes: &["r1/n held:"],
            findings: &["invalid-address service s", "service-in-error router r1"],
        },
        Case {
            rule: "8: a learned 0.0.0.0/0 is the default route",
            config: learning!("  - {name: s, address: 0.0.0.0/0, access-policy: [{source: _internal_}]}"),
            nodes: &["r1/n on: 0.0.0.0/0 128, 203.0.113.1/32 128"],
            findings: &[],
        },
        Case {
            rule: "9: a static route replaces a learned one with the same prefix, with a notice",
            config: learning!(
                "  - {name: s, address: [203.0.113.1, 192.0.2.1], access-policy: [{source: _internal_}]}"
            ),
            nodes: LEARNED,
            findings: &["also-static router r1"],
        },
        Case {
            rule: "9: the same prefix of several services is one route",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}]}\n  - {name: t, address: 192.0.2.1/32, access-policy: [{source: _internal_}]}\n  - {name: u, address: 192.0.2.1/32, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: r1}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
    ]);
}
