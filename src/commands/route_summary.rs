//! The summary of changed routes in one line, for `diff` and `generate --diff`.

use serde::Serialize;

use crate::model::count::{counted, plural};

/// The numbers of changed nodes and routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RouteSummary {
    /// The number of nodes that the plugin manages before or after the change.
    pub(crate) nodes: usize,
    pub(crate) changed_nodes: usize,
    /// The number of routes that are added, removed and changed on all nodes.
    pub(crate) routes: [usize; 3],
    /// The number of nodes whose conductors change.
    pub(crate) changed_conductors: usize,
    /// The alerts, each with the number of its nodes.
    pub(crate) alerts: Vec<(AlertKind, usize)>,
}

/// The kind of an effect that must not be missed, in the order of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AlertKind {
    /// Errors hold back the nodes.
    HeldBack,
    /// The nodes are switched off.
    SwitchedOff,
    /// The nodes do not exist any more, or the plugin does not manage them any more.
    Gone,
    /// The nodes are on, and lose all routes.
    NoRoutesLeft,
    /// A default route goes.
    DefaultRouteRemoved,
    /// A default route comes.
    DefaultRouteAdded,
    /// A route to a conductor goes.
    ConductorRouteRemoved,
    /// A route to a management service goes.
    ManagementRouteRemoved,
}

impl AlertKind {
    /// Describes an alert with the number of its nodes, as in `1 node is switched off`.
    pub(crate) fn describe(self, nodes: usize) -> String {
        let verb = |one, many| plural(nodes, one, many);
        let predicate = match self {
            Self::HeldBack => format!("{} held back by errors", verb("is", "are")),
            Self::SwitchedOff => format!("{} switched off", verb("is", "are")),
            Self::Gone => format!("{} gone", verb("is", "are")),
            Self::NoRoutesLeft => format!("{} all routes", verb("loses", "lose")),
            Self::DefaultRouteRemoved => format!("{} the default route", verb("loses", "lose")),
            Self::DefaultRouteAdded => format!("{} a default route", verb("gets", "get")),
            Self::ConductorRouteRemoved => format!("{} a route to a conductor", verb("loses", "lose")),
            Self::ManagementRouteRemoved => format!("{} a route to a management service", verb("loses", "lose")),
        };
        format!("{} {predicate}", counted(nodes, "node"))
    }
}

impl RouteSummary {
    /// Returns `2 of 40 nodes change: 3 routes added, 1 removed, 0 with another metric`. If
    /// conductors change, `; the conductors of 2 nodes change` follows.
    pub(crate) fn counts(&self) -> String {
        let conductors = match self.changed_conductors {
            0 => String::new(),
            changed => format!("; the conductors of {} change", counted(changed, "node")),
        };
        if self.changed_nodes == 0 {
            return format!("no route changes on any of {}{conductors}", counted(self.nodes, "node"));
        }
        let [added, removed, changed] = self.routes;
        format!(
            "{} of {} {}: {} added, {removed} removed, {changed} with another metric{conductors}",
            self.changed_nodes,
            counted(self.nodes, "node"),
            plural(self.changed_nodes, "changes", "change"),
            counted(added, "route")
        )
    }

    /// Returns the counts and the alerts in one line.
    pub(crate) fn line(&self) -> String {
        let alerts = self.alerts.iter().map(|(kind, nodes)| kind.describe(*nodes));
        std::iter::once(self.counts()).chain(alerts).collect::<Vec<_>>().join("; ")
    }
}
