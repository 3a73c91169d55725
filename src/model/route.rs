//! A route through `kni254`.

use std::fmt;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// A route's metric, 0 to 4294967295; lower is preferred. Zero and absent are the same route to the kernel (`ip-route(8)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metric(pub u32);

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A destination and the metric of the route to it. Gateway and interface are always [`crate::model::GATEWAY`] and
/// [`crate::model::INTERFACE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Route {
    /// The destination, host bits zero.
    pub prefix: Ipv4Net,
    /// The metric.
    pub metric: Metric,
}

/// The destination that makes a route the default one, `0.0.0.0/0`.
#[must_use]
pub fn default_prefix() -> Ipv4Net {
    Ipv4Net::default()
}
