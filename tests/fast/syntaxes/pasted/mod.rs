//! PCLI text that people keep and paste: services in wikis, notes and terminals.
//!
//! Each case is a fragment with services. A second fragment has two routers that learn from them.
//! The expected routes are worked out by hand.

mod misplaced;
mod terminals;
mod wikis;

use loopback_static_routes::model::SourceId;

use crate::common::planned::{Planned, plan_of_all};

/// A router that learns, and its neighbour in another group.
const ROUTERS: &str = "
router branch
    router-group  stores
    static-hostname-mapping  time.example.com
        ip-address  192.0.2.123
    node n1
        asset-id  branch
    loopback-static-routes
        learn-from-services  true
        metric               7
router hub
    node n1
        asset-id  hub
    loopback-static-routes
        learn-from-services  true
        metric               7
";

struct Case {
    name: &'static str,
    text: &'static str,
    /// The routes of `branch`. The next field has those of `hub`.
    branch: &'static [&'static str],
    hub: &'static [&'static str],
    /// The codes of the findings about the text.
    findings: &'static [&'static str],
}

fn check(cases: &[Case]) {
    let mut failures = String::new();
    for case in cases {
        let Planned { nodes, findings, .. } = plan_of_all(&[ROUTERS, case.text]);
        let routes = |node: &str| -> Vec<&str> {
            let line = nodes.iter().find_map(|line| line.strip_prefix(node)).expect("planned");
            let routes = line.split_once(": ").map_or("", |(_, routes)| routes);
            routes.split(", ").filter(|route| !route.is_empty()).map(|route| route.trim_end_matches(" 7")).collect()
        };
        let about_text = findings.iter().filter(|(source, _)| *source == Some(SourceId(1)));
        let codes: Vec<&str> = about_text.map(|(_, finding)| finding.split(' ').next().unwrap_or_default()).collect();
        let (branch, hub) = (routes("branch/n1 "), routes("hub/n1 "));
        if branch != case.branch || hub != case.hub || codes != case.findings {
            failures
                .push_str(&format!("\n{}:\n  branch {branch:?}\n  hub {hub:?}\n  findings {findings:?}\n", case.name));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
