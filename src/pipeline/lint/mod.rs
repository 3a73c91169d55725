//! What would be published, and still is probably not what was meant: advice that a run of `generate` does not wait for.
//!
//! Each rule reads the plan and reports. None changes what is generated (`docs/rules.md`).

mod reach;
mod references;
mod routes;

use crate::diagnostics::Finding;
use crate::pipeline::check::Checked;
use crate::pipeline::plan::Plan;

/// Adds the advice about a plan to what was found on the way to it.
pub fn lint(checked: &Checked<'_>, plan: &Plan<'_>, findings: &mut Vec<Finding>) {
    references::check(checked, findings);
    reach::check(checked, plan, findings);
    routes::check(checked, plan, findings);
}
