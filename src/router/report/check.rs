//! The result of `check` as text.

use std::fmt::Write as _;

use super::command::Command;
use crate::model::INTERFACE;
use crate::model::count::{counted, plural};
use crate::router::kernel::Described;
use crate::router::state::Holder;
use crate::router::status::Status;

/// Returns the output of `check`: what `apply` would do, one line for each step.
#[must_use]
pub fn check_text(status: &Status) -> String {
    let mut text = String::new();
    let step = status.inputs.plan.step;
    if !step.is_empty() {
        let _ = writeln!(text, "{}: {}", status.inputs.path.display(), step);
    }
    for request in status.requests() {
        let _ = writeln!(text, "{}", Command(&request, status.interface_of(&request)));
    }
    for (conflict, interface) in &status.conflicts {
        let holder = Holder(interface.as_deref(), conflict.holder.protocol);
        let _ = writeln!(text, "conflict: {} is held by {holder}", Described(conflict.wanted));
    }
    let waiting = status.observation.waiting.len();
    if waiting > 0 {
        let (routes, verb) = (counted(waiting, "route"), plural(waiting, "waits", "wait"));
        let _ = writeln!(text, "{}: {routes} {verb} for it", status.observation.interface);
    }
    if status.survey.lacks_carrier {
        let _ = writeln!(text, "{INTERFACE} has no carrier");
    }
    for (route, shadow) in &status.survey.shadows {
        let _ = writeln!(text, "{} is not used: {shadow}", Described(*route));
    }
    if text.is_empty() {
        text.push_str("nothing to do\n");
    }
    text
}
