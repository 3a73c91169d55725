//! Ownership: the routes of the kernel that are ours to change.

use crate::model::Route;
use crate::router::kernel::{Form, KernelRoute, Protocol};

/// The rule that distinguishes our routes from those of others (`docs/router.md`, "The kernel").
///
/// A route of the main table through kni254 is ours in two cases:
///
/// - Its protocol is 128, which this program gives to all routes that it adds.
/// - Its protocol is `boot` or `static`, and a backend vouches for exactly this route. It is a line
///   in our part of the route file, before or after the run. The network scripts and NetworkManager
///   add the routes of the file under these protocols.
///
/// All other routes belong to other programs and are never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The vouched routes, sorted.
    vouched: Vec<Route>,
}

impl Ownership {
    /// Creates the rule for these vouched routes.
    #[must_use]
    pub fn new(mut vouched: Vec<Route>) -> Self {
        vouched.sort();
        vouched.dedup();
        Self { vouched }
    }

    /// Returns true if a route of the main table is ours. `interface` is the index of kni254.
    #[must_use]
    pub fn is_ours(&self, route: &KernelRoute, interface: u32) -> bool {
        route.interface == Some(interface)
            && match route.protocol {
                Protocol::OURS => true,
                Protocol::BOOT | Protocol::STATIC => route.form == Form::Plain && self.is_vouched(route.route),
                _ => false,
            }
    }

    fn is_vouched(&self, route: Route) -> bool {
        self.vouched.binary_search(&route).is_ok()
    }
}
