//! Elements that are pasted outside their block.

use loopback_static_routes::model::SourceId;

use super::ROUTERS;
use crate::common::planned::{Planned, plan_of_all};

#[test]
fn an_element_outside_its_block_is_an_error() {
    let service = |policy: &str| {
        format!(
            "config\n    authority\n        service  outside\n            name     outside\n            address  203.0.113.0/24\n{policy}        service  other\n            name  other\n"
        )
    };
    let texts = [
        ("a policy below a description, without an exit", service("            description  text\n                access-policy  _internal_\n                    source  _internal_\n")),
        ("a policy beside its service", service("        access-policy  _internal_\n            source  _internal_\n")),
        ("a surplus `exit` before the policy", "config\n    authority\n        service  outside\n            name     outside\n            address  203.0.113.0/24\n            exit\n            access-policy  _internal_\n                source  _internal_\n            exit\n        exit\n    exit\nexit\n".to_owned()),
        ("a prompt in the middle of the service", "admin@n1.branch# show config running\nconfig\n    authority\n        service  outside\n            name     outside\nadmin@n1.branch#\n            address  203.0.113.0/24\n            access-policy  _internal_\n                source  _internal_\n            exit\n        exit\n    exit\nexit\n".to_owned()),
        ("the same without an exit", "admin@n1.branch# show config running\nconfig\n    authority\n        service  outside\n            name     outside\nadmin@n1.branch# show config running\n            address  203.0.113.0/24\n            access-policy  _internal_\n        service  other\n".to_owned()),
    ];
    for (name, text) in texts {
        let Planned { nodes, findings, refused } = plan_of_all(&[ROUTERS, &text]);
        let codes = ["ambiguous-nesting", "misplaced-element", "invalid-syntax"];
        let is_reported = findings.iter().any(|(source, finding)| {
            *source == Some(SourceId(1)) && codes.iter().any(|code| finding.starts_with(&format!("{code} ")))
        });
        assert!(is_reported, "{name}: {findings:?}");
        let none_is_on = nodes.iter().all(|node| !node.contains(" on"));
        assert!(refused || none_is_on, "{name}: something would be published: {nodes:?}");
    }
}
