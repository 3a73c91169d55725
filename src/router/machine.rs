//! The machine that a run reads and changes.

use crate::router::backend::Backend;
pub use crate::router::confirm::record::Moment;
use crate::router::files::Files;
use crate::router::kernel::Kernel;
use crate::router::network::Network;

/// The time of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The time for deadlines.
    pub moment: Moment,
    /// The time for people, in seconds since the epoch.
    pub epoch: i64,
}

/// The parts of a machine.
pub struct Machine<'m> {
    /// The kernel's routes.
    pub kernel: &'m mut dyn Kernel,
    /// The storage of the routes.
    pub storage: &'m mut dyn Backend,
    /// The other files.
    pub files: &'m mut dyn Files,
    /// The TCP connections.
    pub network: &'m mut dyn Network,
    /// The time.
    pub now: Now,
}
