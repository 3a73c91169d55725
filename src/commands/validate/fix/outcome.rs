//! The outcome that a fix must keep: the routes, and no error more.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::candidates::Candidate;
use crate::diagnostics::Finding;
use crate::model::{Metric, NodeId, NodeState, Plan, Safety, Subject};
use crate::pipeline::Run;

/// A part of the configuration that errors are counted for.
type ErrorKey = (&'static str, Subject);

/// The result of a configuration.
#[derive(Debug)]
pub(super) struct Outcome {
    errors: BTreeMap<ErrorKey, usize>,
    nodes: BTreeMap<NodeId, NodeOutcome>,
    findings: BTreeMap<String, usize>,
}

/// The published state of a node.
#[derive(Debug, PartialEq, Eq)]
enum NodeOutcome {
    Unmanaged,
    Off,
    On { asset_id: Option<String>, conductors: Vec<String>, routes: Vec<(Ipv4Net, Metric)> },
    Held,
}

impl Outcome {
    /// Returns the outcome of a run, with all its findings.
    pub(super) fn of(run: &Run<'_>, findings: &[Finding]) -> Self {
        let (mut errors, mut counts) = (BTreeMap::new(), BTreeMap::new());
        for finding in findings {
            *counts.entry(key(finding)).or_default() += 1;
            if finding.is_error() {
                *errors.entry((finding.rule.code, finding.subject.clone())).or_default() += 1;
            }
        }
        Self { errors, nodes: nodes(&run.plan), findings: counts }
    }

    /// Returns true if `after` is what these fixes promise: their findings are gone, there is no
    /// error more, and, if all of them are safe, each node has the routes that it had. A node that
    /// an error held back may get routes.
    pub(super) fn allows(&self, after: &Self, fixes: &[&Candidate]) -> bool {
        let mut fixed: BTreeMap<String, usize> = BTreeMap::new();
        for fix in fixes {
            *fixed.entry(key(&fix.finding)).or_default() += 1;
        }
        let left = |key: &String| after.findings.get(key).copied().unwrap_or_default();
        let had = |key: &String| self.findings.get(key).copied().unwrap_or_default();
        let are_gone = fixed.iter().all(|(key, count)| left(key) + count <= had(key));
        let has_no_new_error =
            after.errors.iter().all(|(key, count)| self.errors.get(key).is_some_and(|before| count <= before));
        let are_safe = fixes.iter().all(|fix| fix.safety == Safety::Safe);
        are_gone && has_no_new_error && (!are_safe || self.has_same_routes(after))
    }

    fn has_same_routes(&self, after: &Self) -> bool {
        self.nodes.len() == after.nodes.len()
            && self.nodes.iter().all(|(id, before)| {
                let after = after.nodes.get(id);
                after == Some(before) || *before == NodeOutcome::Held && after.is_some()
            })
    }
}

/// Returns what makes a finding the same one after a fix. Places move.
pub(super) fn key(finding: &Finding) -> String {
    format!("{}\0{}\0{:?}\0{}", finding.rule, finding.path, finding.subject, finding.message)
}

fn nodes(plan: &Plan<'_>) -> BTreeMap<NodeId, NodeOutcome> {
    let mut nodes = BTreeMap::new();
    for router in &plan.routers {
        for node in &router.nodes {
            let outcome = match node.state {
                NodeState::Unmanaged => NodeOutcome::Unmanaged,
                NodeState::Off => NodeOutcome::Off,
                NodeState::Held => NodeOutcome::Held,
                NodeState::On(index) => {
                    let set = router.route_sets[index].as_ref();
                    let routes = set.into_iter().flat_map(|set| set.routes(&plan.learned));
                    NodeOutcome::On {
                        asset_id: node.asset_id.map(str::to_owned),
                        conductors: router.conductors.clone(),
                        routes: routes.map(|view| (view.route.prefix, view.route.metric)).collect(),
                    }
                }
            };
            nodes.insert(node.id.clone(), outcome);
        }
    }
    nodes
}
