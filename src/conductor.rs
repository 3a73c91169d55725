//! The conductor's side: check → learn → plan → render → publish, with the advice of `lint` beside the plan. Only [`publish`] and [`salt_setup`] touch the file system.

pub mod check;
pub mod compare;
pub mod learn;
pub mod lint;
pub mod names;
mod parallel;
pub mod plan;
pub mod publish;
pub mod render;
pub mod salt_setup;
pub mod schemas;
pub mod why;

pub use check::{Checked, check};
pub use compare::compare;
pub use lint::lint;
pub use plan::{Plan, plan};
