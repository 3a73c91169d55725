//! The stages between reading and publishing: [`check()`], [`learn()`] and [`plan()`]. The command
//! `validate` also runs [`advise()`].
//!
//! Each stage returns its result and its findings. [`run`] runs the first three.

mod advise;
pub mod check;
mod learn;
mod parallel;
mod plan;

pub use advise::advise;
pub use check::check;
pub use learn::learn;
pub use plan::plan;

use crate::diagnostics::Finding;
use crate::model::{Authority, Checked, Plan};

/// A plan, the checked authority that it comes from, and the findings of all stages.
#[derive(Debug)]
pub struct Run<'a> {
    /// The checked authority.
    pub checked: Checked<'a>,
    /// The plan.
    pub plan: Plan<'a>,
    /// All findings. Those of reading come first.
    pub findings: Vec<Finding>,
}

/// Checks, learns and plans. `findings` contains the findings of reading the authority.
#[must_use]
pub fn run(authority: &Authority, mut findings: Vec<Finding>) -> Run<'_> {
    let (checked, of_check) = check::check(authority, &findings);
    findings.extend(of_check);
    let (learned, of_learn) = learn::learn(&checked, &findings);
    findings.extend(of_learn);
    let (plan, of_plan) = plan::plan(&checked, learned, &findings);
    findings.extend(of_plan);
    Run { checked, plan, findings }
}
