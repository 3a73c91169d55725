//! Services with parents (rules 4 and 5).

use super::{LEARNED, NOTHING};
use crate::rules::{Case, check_all};

#[test]
fn services_inherit_access_policies_and_applies_to() {
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
            rule: "5: a child can deny what its parent allows",
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
            rule: "5: applies-to is inherited, and the child's overrides it",
            config: learning!(
                "  - {name: a, applies-to: [{type: router, router-name: r9}], access-policy: [{source: _internal_}]}\n  - {name: b.a, address: 192.0.2.2}\n  - {name: c.a, address: 192.0.2.1, applies-to: [{type: authority}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "5: a child with a missing parent has its own policies alone",
            config: learning!(
                "  - {name: s.nowhere, address: 192.0.2.1, access-policy: [{source: _internal_}]}\n  - {name: t.nowhere, address: 192.0.2.2}"
            ),
            nodes: LEARNED,
            findings: &["missing-parent-service service s.nowhere", "missing-parent-service service t.nowhere"],
        },
    ]);
}
