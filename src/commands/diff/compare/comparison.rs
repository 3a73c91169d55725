//! The result of a comparison. Its JSON is described by `schema/diff.schema.json`.

use std::fmt;

use ipnet::Ipv4Net;
use serde::{Serialize, Serializer};

use super::edit::Edit;
use crate::commands::route_summary::{AlertKind, RouteSummary};
use crate::model::authority::Purpose;
use crate::model::{Metric, NodeId};

/// The differences between the routes of two configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// The number of nodes that the plugin manages in at least one configuration.
    pub(crate) nodes: usize,
    /// The number of these nodes that change.
    pub(crate) changed_nodes: usize,
    /// The number of nodes whose conductors change. The router must keep reaching these. Their
    /// change is one of the pillar, and not of a route.
    pub(crate) changed_conductors: usize,
    /// The effects that a reviewer must not miss.
    pub(crate) alerts: Vec<Alert>,
    /// The edits, sorted by their elements.
    pub(crate) edits: Vec<EditEffect>,
    /// The changes, sorted by their first node.
    pub(crate) changes: Vec<Change>,
}

/// An effect that a reviewer must not miss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Alert {
    pub(crate) kind: AlertKind,
    /// The nodes, sorted.
    pub(crate) nodes: Vec<NodeId>,
    /// The prefixes of the routes to conductors or management services, in the order of the route
    /// file's lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) prefixes: Vec<Ipv4Net>,
    /// The errors that hold back the nodes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<ErrorCause>,
}

/// An edit and its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EditEffect {
    pub(crate) edit: Edit,
    /// The routers that have the edit; none for the edit of a service.
    pub(crate) routers: Vec<String>,
    /// The number of nodes that the edit changes, alone or with others.
    pub(crate) nodes: usize,
    /// The number of routes that it adds, removes and changes on all nodes.
    pub(crate) routes: [usize; 3],
}

/// The index of an edit in [`Comparison::edits`].
pub(crate) type EditIndex = usize;

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
    /// The edits that cause the change of the state.
    pub(crate) because: Vec<EditIndex>,
    /// The errors that hold back the nodes.
    pub(crate) errors: Vec<ErrorCause>,
    /// True if the nodes had routes, and have none now.
    #[serde(skip)]
    pub(crate) loses_all: bool,
    /// The changed routes, grouped by their causes.
    pub(crate) parts: Vec<Part>,
}

/// The state of a node in one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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

/// An error that holds back a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ErrorCause {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// Routes that change because of the same edits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Part {
    /// The edits, sorted. An edit of a router is one of the node's own router.
    pub(crate) because: Vec<EditIndex>,
    /// The routes, in the order of the route file's lines.
    pub(crate) routes: Vec<RouteChange>,
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
    /// The purpose of the old route, if the router's own management needs it.
    #[serde(skip)]
    pub(crate) purpose: Option<Purpose>,
}

/// A route in one configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RouteSide {
    pub(crate) metric: Metric,
    pub(crate) from: Vec<RouteFrom>,
}

/// An origin of a route. It is printed, and written to JSON, as text: `default-route`,
/// `static-route 192.0.2.0/24`, `service dns, address 192.0.2.53`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RouteFrom {
    DefaultRoute,
    StaticRoute {
        /// The address as written.
        address: String,
    },
    Service {
        name: String,
        /// The address as written.
        address: String,
    },
}

impl fmt::Display for RouteFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DefaultRoute => f.write_str("default-route"),
            Self::StaticRoute { address } => write!(f, "static-route {address}"),
            Self::Service { name, address } => write!(f, "service {name}, address {address}"),
        }
    }
}

impl Serialize for RouteFrom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
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

    /// Returns the numbers of changes and of alerts.
    #[must_use]
    pub(crate) fn summary(&self) -> RouteSummary {
        let of_all = |change: &Change| change.counts().map(|count| count * change.nodes.len());
        RouteSummary {
            nodes: self.nodes,
            changed_nodes: self.changed_nodes,
            routes: self.changes.iter().map(of_all).fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z]),
            changed_conductors: self.changed_conductors,
            alerts: self.alerts.iter().map(|alert| (alert.kind, alert.nodes.len())).collect(),
        }
    }
}
