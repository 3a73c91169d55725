//! `applies-to`: the routers that learn from a service (rule 6).

use super::{LEARNED, NOTHING};
use crate::rules::{Case, check_all};

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
