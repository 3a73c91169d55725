//! The options and the observer of a run.

use std::time::Duration;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// Compare only, and write nothing.
    pub check: bool,
    /// Allow the removal of most routes.
    pub allow_removals: bool,
    /// The revision of the configuration, a number that grows with each commit. It travels beside
    /// the documents, and a router keeps the documents of the highest one.
    pub revision: Option<u64>,
    /// Make a unified diff of each change.
    pub diff: bool,
    /// The time to wait for another run on the same folder.
    pub wait: Duration,
}

/// An observer of a run.
pub trait Observer: Sync {
    /// Called once if another run holds the folder and this run waits.
    fn waiting(&self) {}
    /// Called after each step, with the numbers of compared routers and of all routers.
    fn progress(&self, _done: usize, _total: usize) {}
    /// Called with the unified diff of each change: first the changes in the plan's order, then the
    /// removals.
    fn diff(&self, _diff: &str) {}
}
