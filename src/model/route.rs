//! A route through `kni254`.

use std::fmt;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// A metric from 0 to 4294967295; lower is preferred. To the kernel, 0 and no metric are the same
/// (`ip-route(8)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metric(pub u32);

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A destination and the metric of the route to it. The gateway and the interface are always
/// [`crate::model::GATEWAY`] and `kni254`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Route {
    /// The destination, without host bits.
    pub prefix: Ipv4Net,
    /// The metric.
    pub metric: Metric,
}

/// Returns the destination of a default route, `0.0.0.0/0`.
#[must_use]
pub(crate) fn default_prefix() -> Ipv4Net {
    Ipv4Net::default()
}
