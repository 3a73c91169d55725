//! The options of a push.

use std::time::Duration;

/// The options of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushOptions {
    /// The number of minions of the first batch, whose result is waited for. 0 for none.
    pub first: usize,
    /// The most minions that are asked at the same time.
    pub batch: usize,
    /// How long the routers of the first batch may try their new routes.
    pub trial: Duration,
    /// How long the master may be away, for example during its restart.
    pub absence: Duration,
    /// How long another push may hold the lock.
    pub wait: Duration,
    /// True to find out who lacks a document, and to deliver nothing.
    pub check: bool,
}
