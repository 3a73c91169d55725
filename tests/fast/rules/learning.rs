//! Learning from services: rules 3 to 9 and 12.

use super::{Case, check_all};

/// A router that learns with metric 128, in YAML behind which services stand.
macro_rules! learning {
    ($services:literal) => {
        concat!(
            "
router: [{name: r1, router-group: [east, west], resource-group: gold, node: [{name: n, asset-id: a}],
          loopback-static-routes: {learn-from-services: true, metric: 128, static-route: [{address: 203.0.113.1}]}}]
service:
",
            $services
        )
    };
}

/// What the static route of [`learning`] gives, which keeps the warning about no routes away.
const NOTHING: &[&str] = &["r1/n on: 203.0.113.1/32 128"];
const LEARNED: &[&str] = &["r1/n on: 192.0.2.1/32 128, 203.0.113.1/32 128"];

#[test]
fn admission() {
    check_all(&[
        Case {
            rule: "3: every address of a service that allows _internal_",
            config: learning!(
                "  - {name: s, address: [192.0.2.1, 198.51.100.0/24], access-policy: [{source: _internal_, permission: allow}]}"
            ),
            nodes: &["r1/n on: 192.0.2.1/32 128, 198.51.100.0/24 128, 203.0.113.1/32 128"],
            findings: &[],
        },
        Case {
            rule: "3a: a disabled service gives nothing",
            config: learning!(
                "  - {name: s, enabled: false, address: 192.0.2.1, access-policy: [{source: _internal_}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: an absent permission is allow",
            config: learning!("  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}]}"),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "4: deny blocks",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: deny}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: one matching deny blocks whatever else allows",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: allow}, {source: _internal_@169.254.0.0/16, permission: deny}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: _internal_@P matches where P holds 169.254.127.127",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_@169.254.127.127}]}\n  - {name: t, address: 192.0.2.2, access-policy: [{source: _internal_@10.0.0.0/8}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "4: a deny for another prefix does not match",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}, {source: _internal_@10.0.0.0/8, permission: deny}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "4: a bare prefix, and a tenant that merely looks like it, match nothing",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: 0.0.0.0/0}, {source: red._internal_}, {source: _internal_.red}, {source: _INTERNAL_}, {source: internal}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: scope public gives _internal_ nothing",
            config: learning!("  - {name: s, scope: public, address: 192.0.2.1}"),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: a source whose prefix is none matches nothing, and is told of",
            config: learning!("  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_@home}]}"),
            nodes: NOTHING,
            findings: &["invalid-source-prefix service s"],
        },
        Case {
            rule: "a permission that is not known holds back who would learn",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: permit}]}"
            ),
            nodes: &["r1/n held:"],
            findings: &["unknown-permission service s", "service-in-error router r1"],
        },
        Case {
            rule: "a fault of a service without a policy for _internal_ holds back nothing, whatever the service is named",
            config: learning!("  - {name: x/access-policy, enabled: maybe, access-policy: [{source: guests}]}"),
            nodes: NOTHING,
            findings: &["invalid-value service x/access-policy"],
        },
        Case {
            rule: "a service in error leaves open whether there is any route",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: permit}]}]",
            nodes: &["r1/n held:"],
            findings: &["unknown-permission service s", "service-in-error router r1"],
        },
        Case {
            rule: "an applies-to that could not be read holds back whoever learns",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}},
         {name: r2, node: [{name: n, asset-id: b}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: r1}, {router-name: r2}]}]",
            nodes: &["r1/n held:", "r2/n held:"],
            findings: &["missing-key service s", "service-in-error router r1", "service-in-error router r2"],
        },
        Case {
            rule: "what another tenant's policy says is no matter",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}, {source: red, permission: permit}, {source: red, permission: deny}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
    ]);
}

#[test]
fn ancestors() {
    check_all(&[
        Case {
            rule: "5: access policies are inherited, over two generations",
            config: learning!(
                "  - {name: a, access-policy: [{source: _internal_}]}\n  - {name: b.a}\n  - {name: c.b.a, address: 192.0.2.1}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "4: the nearest policy of a source wins",
            config: learning!(
                "  - {name: a, access-policy: [{source: _internal_, permission: deny}]}\n  - {name: b.a, address: 192.0.2.1, access-policy: [{source: _internal_, permission: allow}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "4: policies of other sources merge: an inherited deny blocks",
            config: learning!(
                "  - {name: a, access-policy: [{source: _internal_@169.254.127.0/24, permission: deny}]}\n  - {name: b.a, address: 192.0.2.1, access-policy: [{source: _internal_, permission: allow}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "5: a child denies what its parent allows",
            config: learning!(
                "  - {name: a, address: 192.0.2.1, access-policy: [{source: _internal_}]}\n  - {name: b.a, address: 192.0.2.2, access-policy: [{source: _internal_, permission: deny}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "5: address, enabled and scope are not inherited",
            config: learning!(
                "  - {name: a, enabled: false, scope: public, address: 198.51.100.1, access-policy: [{source: _internal_}]}\n  - {name: b.a, address: 192.0.2.1}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "5: applies-to is inherited, and a child's own overrides",
            config: learning!(
                "  - {name: a, applies-to: [{type: router, router-name: r9}], access-policy: [{source: _internal_}]}\n  - {name: b.a, address: 192.0.2.2}\n  - {name: c.a, address: 192.0.2.1, applies-to: [{type: authority}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "5: a child whose parent does not exist has its own policies only",
            config: learning!(
                "  - {name: s.nowhere, address: 192.0.2.1, access-policy: [{source: _internal_}]}\n  - {name: t.nowhere, address: 192.0.2.2}"
            ),
            nodes: LEARNED,
            findings: &["missing-parent-service service s.nowhere", "missing-parent-service service t.nowhere"],
        },
    ]);
}

#[test]
fn applies_to() {
    check_all(&[
        Case {
            rule: "6: by router name",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: [r0, r1]}]}\n  - {name: t, address: 192.0.2.2, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: [r0]}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: by router group",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router-group, group-name: [west]}]}\n  - {name: t, address: 192.0.2.2, access-policy: [{source: _internal_}], applies-to: [{type: router-group, group-name: gold}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: by resource group",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: resource-group, resource-group: [gold]}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: any of several entries suffices, and two that match give one route",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: [r9]}, {type: router-group, group-name: [east, west]}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: names of another type's element do not count",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router-group, router-name: [r1]}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "an applies-to type that is not known holds back who might learn",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: planet, router-name: [r9]}]}"
            ),
            nodes: &["r1/n held:"],
            findings: &["unknown-applies-to-type service s", "service-in-error router r1"],
        },
    ]);
}

#[test]
fn addresses() {
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
            rule: "7: a host name without a mapping stays unrouted, and the warning names the service",
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
            rule: "a service without an address gives nothing",
            config: learning!("  - {name: s, application-type: dns-proxy, access-policy: [{source: _internal_}]}"),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "an address that is none holds back who would learn it",
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
            rule: "9: the static route stands where the same prefix is learned, with a notice",
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
