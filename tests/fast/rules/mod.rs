//! The rules of `docs/configuration.md`, and the known failures of such generators.

mod blocks;
mod learning;
mod names;
mod past_failures;

use crate::common::planned::{Planned, plan_of_all};

/// A configuration, and the expected plan and findings.
struct Case {
    /// The rule.
    rule: &'static str,
    /// The configuration, in any syntax.
    config: &'static str,
    /// A line for each node: `router/node state: prefix metric, …`.
    nodes: &'static [&'static str],
    /// A line for each finding: `code subject`, sorted.
    findings: &'static [&'static str],
}

/// Checks every row of a table, and reports all differences together.
fn check_all(cases: &[Case]) {
    let mut failures = String::new();
    for case in cases {
        let (nodes, findings) = plan_of(case.config);
        if nodes != case.nodes || findings != case.findings {
            failures.push_str(&format!(
                "\n{}\n  nodes    {nodes:#?}\n  expected {:#?}\n  findings {findings:#?}\n  expected {:#?}\n",
                case.rule, case.nodes, case.findings
            ));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn plan_of(config: &str) -> (Vec<String>, Vec<String>) {
    let Planned { nodes, findings, .. } = plan_of_all(&[config]);
    (nodes, findings.into_iter().map(|(_, finding)| finding).collect())
}
