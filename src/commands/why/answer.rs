//! A query of `why`, and its answer.

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::model::{Metric, NodeId};

/// A query about the nodes of a router, or of all routers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// The router to explain; `None` for all routers.
    pub(crate) router: Option<String>,
    /// The node to explain; `None` for all nodes.
    pub(crate) node: Option<String>,
    /// A prefix that limits the answer.
    pub(crate) prefix: Option<Ipv4Net>,
    /// A service that limits the answer.
    pub(crate) service: Option<String>,
}

/// The routes of a node, and the addresses that it does not route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Answer {
    #[serde(flatten)]
    pub(crate) id: NodeId,
    /// The state of the node, as text.
    pub(crate) state: &'static str,
    pub(crate) routes: Vec<RouteAnswer>,
    pub(crate) not_routed: Vec<NotRouted>,
}

/// A route and its origins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RouteAnswer {
    pub(crate) prefix: Ipv4Net,
    pub(crate) metric: Metric,
    /// The path of the element that gives the metric. Without this element, the metric is 0.
    pub(crate) metric_element: String,
    pub(crate) from: Vec<RouteOrigin>,
}

/// An element that a route comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "kind")]
pub(crate) enum RouteOrigin {
    /// The block's `default-route`.
    DefaultRoute,
    /// A `static-route`.
    StaticRoute {
        /// The address as written.
        address: String,
    },
    /// A service.
    Service {
        /// The name of the service.
        service: String,
        /// The address as written.
        address: String,
        /// The service whose access policy allows the tenant: this one or an ancestor.
        access_policy_of: String,
        /// The source of that policy.
        source: String,
        /// The service whose `applies-to` is in effect: this one or an ancestor; `None` if the
        /// service applies to every router.
        #[serde(skip_serializing_if = "Option::is_none")]
        applies_to_of: Option<String>,
        /// The address that `static-hostname-mapping` gives for a host name.
        #[serde(skip_serializing_if = "Option::is_none")]
        mapped_to: Option<String>,
    },
}

/// A service or an address without a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct NotRouted {
    /// The name of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// The address as written; `None` for all addresses of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// The address that `static-hostname-mapping` gives for a host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mapped_to: Option<String>,
    /// The decisions that exclude the route. Each of them suffices.
    pub(crate) reasons: Vec<Reason>,
}

/// A decision that alone excludes a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Reason {
    /// The name of the decision.
    pub(crate) decision: &'static str,
    /// The decision as text.
    pub(crate) reason: String,
    /// The paths of the elements that decide, present or missing.
    pub(crate) elements: Vec<String>,
}
