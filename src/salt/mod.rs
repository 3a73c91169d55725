//! Salt on the conductor: where the master is, and what its minions answer.
//!
//! The program runs Salt's own commands, and reads their JSON. [`Master`] finds the master's
//! configuration and the commands. [`Minions`] has the questions to minions, so that tests can
//! answer them without Salt.

mod answers;
mod error;
mod master;
mod minions;
mod program;
mod settings;
mod targets;

pub use answers::Applied;
pub use error::SaltError;
pub use master::Master;
pub use minions::{MasterMinions, Minions};
pub use settings::{MasterSettings, Roots};
