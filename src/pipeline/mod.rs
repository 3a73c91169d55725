//! The stages between reading and publishing: check, learn, plan; and the advice about a plan.

pub mod check;
pub mod learn;
pub mod lint;
mod parallel;
pub mod plan;

pub use check::{Checked, check};
pub use lint::lint;
pub use plan::{Plan, plan};
