//! The routes that a run would remove, and the decision whether that is suspicious.

use ipnet::Ipv4Net;
use serde::{Serialize, Serializer};

use crate::model::NodeId;

/// The fewest lost destinations that are suspicious. In a small authority, an operator often
/// changes more than half of the routes.
const FEWEST_DESTINATIONS: usize = 20;

/// The number of lost destinations that a node keeps as examples.
pub(crate) const EXAMPLES: usize = 3;

/// The published routes that a run would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Removals {
    /// The published nodes that have routes. Lost: those that would have none.
    pub(crate) nodes: Share,
    /// The published destinations, counted for each node. Lost: those that no route of the node
    /// would cover.
    pub(crate) destinations: Share,
    /// The nodes that lose something, sorted.
    pub(crate) by_node: Vec<NodeRemovals>,
}

/// The lost part of a published number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    pub(crate) lost: usize,
    pub(crate) published: usize,
}

/// The published routes that one node would lose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct NodeRemovals {
    #[serde(serialize_with = "as_text")]
    pub(crate) node: NodeId,
    /// True if the node would have no routes.
    pub(crate) loses_all: bool,
    /// The destinations; `None` if the published file is missing or was edited.
    pub(crate) destinations: Option<Share>,
    /// The first lost destinations, at most [`EXAMPLES`].
    #[serde(skip)]
    pub(crate) examples: Vec<Ipv4Net>,
}

impl Share {
    /// Returns true if more than half is lost.
    pub(crate) fn is_mostly_lost(self) -> bool {
        self.lost > self.published - self.lost
    }

    /// Returns true if so many destinations are lost that the configuration may be incomplete.
    pub(crate) fn is_suspicious_for_destinations(self) -> bool {
        self.lost >= FEWEST_DESTINATIONS && self.is_mostly_lost()
    }
}

impl Removals {
    /// Returns the sum of what nodes lose. `published` are the nodes that have routes, and
    /// `other_destinations` are those of all other nodes.
    pub(crate) fn new(mut by_node: Vec<NodeRemovals>, published: usize, other_destinations: usize) -> Self {
        let mut destinations = Share { lost: 0, published: other_destinations };
        for share in by_node.iter().filter_map(|node| node.destinations) {
            destinations.lost += share.lost;
            destinations.published += share.published;
        }
        by_node.retain(|node| node.loses_all || node.destinations.is_some_and(|share| share.lost > 0));
        by_node.sort_unstable_by(|a, b| a.node.cmp(&b.node));
        let lost = by_node.iter().filter(|node| node.loses_all).count();
        Self { nodes: Share { lost, published }, destinations, by_node }
    }

    /// Returns true if so much is lost that the configuration may be incomplete.
    pub(crate) fn is_suspicious(&self) -> bool {
        self.nodes.is_mostly_lost() || self.destinations.is_suspicious_for_destinations()
    }
}

fn as_text<S: Serializer>(node: &NodeId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(node)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NodeRemovals, Removals, Share};
    use crate::model::NodeId;

    fn node(name: &str, loses_all: bool, lost: usize, published: usize) -> NodeRemovals {
        let node = NodeId { router: name.to_owned(), node: "n1".to_owned() };
        NodeRemovals { node, loses_all, destinations: Some(Share { lost, published }), examples: Vec::new() }
    }

    #[test]
    fn more_than_half_of_at_least_twenty_destinations_are_suspicious() {
        for (lost, others, expected) in [
            (0, 0, false),
            (19, 0, false),
            (20, 0, true),
            (21, 0, true),
            (19, 18, false),
            (20, 19, true),
            (20, 20, false),
            (21, 20, true),
            (21, 21, false),
            (1000, 999, true),
            (1000, 1000, false),
        ] {
            let removals = Removals::new(vec![node("r1", false, lost, lost)], 9, others);
            assert_eq!(removals.is_suspicious(), expected, "{lost} lost, {others} others");
        }
    }

    #[test]
    fn nodes_without_routes_are_suspicious_if_they_are_more_than_half() {
        for (lost, published, expected) in [
            (0, 0, false),
            (0, 1, false),
            (1, 1, true),
            (1, 2, false),
            (2, 2, true),
            (1, 3, false),
            (2, 3, true),
            (2, 4, false),
            (3, 4, true),
        ] {
            let nodes = (0..lost).map(|index| node(&format!("r{index}"), true, 1, 1)).collect();
            let removals = Removals::new(nodes, published, 100);
            assert_eq!(removals.is_suspicious(), expected, "{lost} of {published}");
        }
    }

    #[test]
    fn nodes_are_sorted_and_those_that_lose_nothing_are_left_out() {
        let uncounted = NodeRemovals { destinations: None, ..node("r3", true, 0, 0) };
        let nodes = vec![node("r9", false, 1, 7), uncounted.clone(), node("r2", false, 0, 5), node("r1", true, 3, 3)];
        let removals = Removals::new(nodes, 8, 10);
        assert_eq!(removals.by_node, [node("r1", true, 3, 3), uncounted, node("r9", false, 1, 7)]);
        assert_eq!(removals.destinations, Share { lost: 4, published: 25 });
        assert_eq!(removals.nodes, Share { lost: 2, published: 8 });
    }

    proptest! {
        #[test]
        fn a_run_that_covers_every_destination_is_never_suspicious(
            published in prop::collection::vec(0_usize..100, 0..50),
            others in 0_usize..1000,
        ) {
            let nodes: Vec<_> = published.iter().map(|published| node("r1", false, 0, *published)).collect();
            let count = nodes.len();
            prop_assert!(!Removals::new(nodes, count, others).is_suspicious());
        }
    }
}
