//! Compares what the routers have with what was published (`docs/commands/fleet.md`).
//!
//! | step | file |
//! |---|---|
//! | read the answers that another program collected | `collected` |
//! | read the answer of a minion | `answer` |
//! | compare the answers with the published documents | `compare` |
//! | ask the minions through Salt | `ask` |

mod answer;
mod ask;
mod collected;
mod compare;
mod error;
mod report;

pub use answer::{Answer, Conflict, FirstDrift, Summary, answers};
pub use ask::ask;
pub use collected::collected;
pub use compare::{Expected, compare, expected};
pub use error::FleetError;
pub use report::{FleetReport, MinionReport, MinionState};
