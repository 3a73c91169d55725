//! The routers and nodes that findings hold back.

use std::collections::HashSet;

use super::Finding;
use crate::model::{NodeId, Subject};

/// The routers and nodes that keep their published files because of errors. Only the findings
/// decide this, so reports and actions agree.
#[derive(Debug, Default)]
pub struct Held {
    routers: HashSet<String>,
    nodes: HashSet<NodeId>,
}

impl Held {
    /// Returns the routers and nodes that these findings hold back.
    #[must_use]
    pub fn by<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut held = Self::default();
        let holding = findings.into_iter().filter(|finding| finding.rule.holds_back);
        for subject in holding.flat_map(Finding::subjects) {
            match subject {
                Subject::Router(router) => {
                    held.routers.insert(router.clone());
                }
                Subject::Node(id) => {
                    held.nodes.insert(id.clone());
                }
                Subject::Authority | Subject::Service(_) => {}
            }
        }
        held
    }

    /// Returns true if a router or node is held back.
    #[must_use]
    pub fn contains(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Router(router) => self.routers.contains(router),
            Subject::Node(id) => self.contains_node(id),
            Subject::Authority | Subject::Service(_) => false,
        }
    }

    /// Returns true if a node is held back, alone or with its router.
    #[must_use]
    pub(crate) fn contains_node(&self, id: &NodeId) -> bool {
        self.routers.contains(&id.router) || self.nodes.contains(id)
    }
}
