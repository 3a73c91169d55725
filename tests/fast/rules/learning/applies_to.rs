//! `applies-to`: the routers that learn from a service (rule 6).

use super::{LEARNED, NOTHING};
use crate::rules::{Case, check_all};

#[test]
fn applies_to_selects_the_routers_that_learn() {
    check_all(&[
        Case {
            rule: "6: applies-to can name routers",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: [r0, r1]}]}\n  - {name: t, address: 192.0.2.2, access-policy: [{source: _internal_}], applies-to: [{type: router, router-name: [r0]}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: applies-to can name router groups",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router-group, group-name: [west]}]}\n  - {name: t, address: 192.0.2.2, access-policy: [{source: _internal_}], applies-to: [{type: router-group, group-name: gold}]}"
            ),
            nodes: LEARNED,
            findings: &[],
        },
        Case {
            rule: "6: applies-to can name resource groups",
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
            rule: "6: names in the element of another type are ignored",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: router-group, router-name: [r1]}]}"
            ),
            nodes: NOTHING,
            findings: &[],
        },
        Case {
            rule: "an unknown applies-to type holds back every router that learns",
            config: learning!(
                "  - {name: s, address: 192.0.2.1, access-policy: [{source: _internal_}], applies-to: [{type: planet, router-name: [r9]}]}"
            ),
            nodes: &["r1/n held:"],
            findings: &["unknown-applies-to-type service s", "service-in-error router r1"],
        },
    ]);
}
