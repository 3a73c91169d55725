//! The result of a comparison. Its JSON is described by `schema/diff.schema.json`.

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::diagnostics::Rule;
use crate::export::Leaf;
use crate::model::{Metric, NodeId};

/// The differences between the routes of two configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Comparison {
    /// The number of nodes that the plugin manages in at least one configuration.
    pub(crate) nodes: usize,
    /// The number of these nodes that change.
    pub(crate) changed_nodes: usize,
    /// The number of nodes whose conductors change. The router must keep reaching these. Their
    /// change is one of the pillar, and not of a route.
    pub(crate) changed_conductors: usize,
    /// The changes, sorted by their first node.
    pub(crate) changes: Vec<Change>,
}

/// A change and the nodes that share it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Change {
    /// The nodes, sorted.
    pub(crate) nodes: Vec<NodeId>,
    /// The state in the old configuration.
    pub(crate) before: State,
    /// The state in the new configuration.
    pub(crate) after: State,
    /// The changed routes, grouped by their causes.
    pub(crate) parts: Vec<Part>,
}

/// The state of a node in one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// The node does not exist.
    Absent,
    /// The node has no plugin block.
    Unmanaged,
    /// The plugin is off.
    Off,
    /// The node has routes.
    On,
    /// The node keeps its published files because of an error.
    Held,
}

impl State {
    /// Returns true if the plugin manages a node in this state.
    pub(crate) fn is_managed(self) -> bool {
        !matches!(self, Self::Absent | Self::Unmanaged)
    }
}

/// Routes that change because of the same edits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Part {
    /// The edits, sorted. Edits of the node's own router do not contain its name.
    pub(crate) because: Vec<Edit>,
    /// The routes, in the order of the route file's lines.
    pub(crate) routes: Vec<RouteChange>,
}

/// An element that only one configuration has, or an error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Edit {
    /// The owner of the element.
    pub(crate) of: EditOwner,
    /// The kind of the edit.
    pub(crate) kind: EditKind,
    /// The element, or the error.
    pub(crate) element: EditedElement,
}

/// The owner of an edited element, in the order of the output.
///
/// The node's own router has no name here, so nodes of several routers can share an edit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EditOwner {
    /// The node itself.
    Node(String),
    /// The node's own router.
    Router,
    /// A service.
    Service(String),
}

/// The object of an edit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EditedElement {
    /// An element and its value.
    Leaf(Leaf),
    /// The rule and the message of an error.
    Error(&'static Rule, String),
}

impl Edit {
    /// Returns the sort key of the output: elements are sorted as text.
    pub(super) fn order(&self) -> (EditOwner, EditKind, String) {
        (self.of.clone(), self.kind, self.element.to_string())
    }
}

/// The kind of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EditKind {
    /// Only the old configuration has the element.
    Removed,
    /// Only the new configuration has the element.
    Added,
    /// The new configuration has an error.
    Error,
}

/// A route that changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RouteChange {
    /// The destination.
    pub(crate) prefix: Ipv4Net,
    /// The old route; `None` if the route is added.
    pub(crate) before: Option<RouteSide>,
    /// The new route; `None` if the route is removed.
    pub(crate) after: Option<RouteSide>,
}

/// A route in one configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RouteSide {
    pub(crate) metric: Metric,
    /// The origins: `default-route`, `static-route 192.0.2.0/24`, `service dns, address
    /// 192.0.2.53`.
    pub(crate) from: Vec<String>,
}

/// The kind of a changed route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteChangeKind {
    /// Only the new configuration has the route.
    Added,
    /// Only the old configuration has the route.
    Removed,
    /// The metric differs.
    Changed,
}

impl RouteChangeKind {
    /// Returns the kind as a word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl RouteChange {
    /// Returns the kind of the change.
    #[must_use]
    pub(crate) fn kind(&self) -> RouteChangeKind {
        match (&self.before, &self.after) {
            (None, _) => RouteChangeKind::Added,
            (_, None) => RouteChangeKind::Removed,
            _ => RouteChangeKind::Changed,
        }
    }
}

impl Change {
    /// Returns the number of routes that are added, removed and changed on each node.
    #[must_use]
    pub(crate) fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for route in self.parts.iter().flat_map(|part| &part.routes) {
            counts[route.kind() as usize] += 1;
        }
        counts
    }
}

impl Comparison {
    /// Returns true if no node changes.
    #[must_use]
    pub(crate) fn is_same(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the number of routes that are added, removed and changed on all nodes.
    #[must_use]
    pub(crate) fn counts(&self) -> [usize; 3] {
        let of_all = |change: &Change| change.counts().map(|count| count * change.nodes.len());
        self.changes.iter().map(of_all).fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z])
    }
}
