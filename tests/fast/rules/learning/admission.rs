//! Access policies: the services that a router learns from (rules 3 and 4).

use super::{LEARNED, NOTHING};
use crate::rules::{Case, check_all};

#[test]
fn access_policies_decide_which_services_are_learned() {
    check_all(&[
        Case {
            rule: "3: every address of a service that allows _internal_ is learned",
            config: learning!(
                "  - {name: s, address: [192.0.2.1, 198.51.100.0/24], access-policy: [{source: _internal_, permission: allow}]}"
            ),
            nodes: &["r1/n on: 192.0.2.1/32 128, 198.51.100.0/24 128, 203.0.113.1/32 128"],
            findings: &[],
        },
        Case {
            rule: "3a: a disabled service gives no routes",
            config: learning!(
                "  - {name: s, enabled: false, address: 192.0.2.1, access-policy: [{source: _internal_}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: a missing permission means allow",
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
            rule: "4: one matching deny blocks despite any allow",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: allow}, {source: _internal_@169.254.0.0/16, permission: deny}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: _internal_@P matches if P contains 169.254.127.127",
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
            rule: "4: bare prefixes and tenants with similar names do not match",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: 0.0.0.0/0}, {source: red._internal_}, {source: _internal_.red}, {source: internal}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: the tenant in another case is an error, because its policy would be lost",
            config: learning!("  - {name: s, address: 192.0.2.1, access-policy: [{source: _INTERNAL_}]}"),
            nodes: &["r1/n held:"],
            findings: &["confusable-word service s", "service-in-error router r1"],
        },
        Case {
            rule: "4: scope public alone does not admit _internal_",
            config: learning!("  - {name: s, scope: public, address: 192.0.2.1}"),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "4: a source with an invalid prefix does not match, and is reported",
            config: learning!("  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_@home}]}"),
            nodes: NOTHING,
            findings: &["invalid-source-prefix service s"],
        },
        Case {
            rule: "an unknown permission holds back the routers that would learn",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: permit}]}"
            ),
            nodes: &["r1/n held:"],
            findings: &["unknown-permission service s", "service-in-error router r1"],
        },
        Case {
            rule: "an error in a service without a policy for _internal_ holds back no router, with any service name",
            config: learning!("  - {name: x/access-policy, enabled: maybe, access-policy: [{source: guests}]}"),
            nodes: NOTHING,
            findings: &["invalid-value service x/access-policy"],
        },
        Case {
            rule: "a service with an error suppresses the warning about missing routes",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_, permission: permit}]}]",
            nodes: &["r1/n held:"],
            findings: &["unknown-permission service s", "service-in-error router r1"],
        },
        Case {
            rule: "an unreadable applies-to holds back every router that learns",
            config: "
router: [{name: r1, node: [{name: n, asset-id: a}], loopback-static-routes: {learn-from-services: true}},
         {name: r2, node: [{name: n, asset-id: b}], loopback-static-routes: {learn-from-services: true}}]
service: [{name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: r1}, {router-name: r2}]}]",
            nodes: &["r1/n held:", "r2/n held:"],
            findings: &["missing-key service s", "service-in-error router r1", "service-in-error router r2"],
        },
        Case {
            rule: "policies of other tenants have no effect",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}, {source: red, permission: permit}, {source: red, permission: deny}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
    ]);
}
