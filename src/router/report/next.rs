//! The next steps of an operator, for each cause of a difference.

use super::{Surroundings, guard};
use crate::model::INTERFACE;
use crate::model::count::{counted, plural};
use crate::router::error::Error;
use crate::router::kernel::{Described, Interface, Protocol};
use crate::router::state::Holder;
use crate::router::status::Status;

/// The command by which a router gets its document.
const DELIVER: &str = "salt-call state.apply loopback_static_routes saltenv=plugins";

/// The command that corrects file and kernel.
const APPLY: &str = "handle_loopback_static_route_config";

/// The most conflicts that are named.
const NAMED: usize = 3;

/// Returns the steps for a state, one for each cause.
pub(super) fn steps(status: &Status, surroundings: &Surroundings) -> Vec<String> {
    let mut steps = guard::steps(status, APPLY);
    if !status.has_document {
        steps.push(format!("Salt has not delivered a configuration: run {DELIVER}"));
        return steps;
    }
    for (conflict, interface) in status.conflicts.iter().take(NAMED) {
        let (wanted, holder) = (Described(conflict.wanted), Holder(interface.as_deref(), conflict.holder.protocol));
        let prefix = conflict.wanted.prefix;
        let place =
            if conflict.holder.protocol == Protocol::KERNEL { "the address of the other interface" } else { "" };
        let advice = match place {
            "" => "give one of the two routes another metric".to_owned(),
            place => format!("give the route another metric, or remove {place}"),
        };
        steps.push(format!("{wanted} is held by {holder}: {advice}; see ip route show {prefix}"));
    }
    let more = status.conflicts.len().saturating_sub(NAMED);
    if more > 0 {
        steps.push(format!("{} more in conflict: see status --all", counted(more, "route")));
    }
    steps.extend(of_interface(status));
    for (route, shadow) in &status.survey.shadows {
        steps.push(format!("{} is not used, because {shadow}: see ip rule show", Described(*route)));
    }
    if !status.inputs.plan.foreign.is_empty() {
        steps.push("to keep an unknown line, move it above the marker".to_owned());
    }
    let units_off: Vec<&str> = surroundings.units_off().map(|unit| &*unit.name).collect();
    if !units_off.is_empty() {
        let verb = plural(units_off.len(), "is", "are");
        let names = units_off.join(" ");
        steps.push(format!("{names} {verb} not active and enabled: run systemctl enable --now {names}"));
    }
    if status.has_changes() {
        let watch = if surroundings.units.is_some() && units_off.is_empty() { ", or wait for the watch" } else { "" };
        steps.push(format!("to correct file and kernel, run {APPLY}{watch}"));
    }
    steps
}

fn of_interface(status: &Status) -> Option<String> {
    let count = status.inputs.goal.wanted().len();
    let (routes, verb) = (counted(count, "route"), plural(count, "waits", "wait"));
    match status.observation.interface {
        _ if count == 0 => None,
        Interface::Ready(_) if status.survey.lacks_carrier => {
            Some(format!("{INTERFACE} has no carrier: check that the product runs; see ip link show {INTERFACE}"))
        }
        Interface::Ready(_) => None,
        unready => Some(format!(
            "{unready}, and {routes} {verb} for it: check that the product runs; see ip addr show {INTERFACE}"
        )),
    }
}

/// Returns the steps after an error.
pub(super) fn steps_after(error: &Error) -> Vec<String> {
    let step = match error {
        Error::Document { .. } => format!("let Salt deliver the document again: run {DELIVER}"),
        Error::LostDocument(_) => format!("this node had a document, which is missing: run {DELIVER}"),
        Error::Sourced { .. } => "write the line as PREFIX via GATEWAY dev INTERFACE".to_owned(),
        Error::File(_) => {
            format!("correct the cause, then run {APPLY} status again; if the document is missing, run {DELIVER}")
        }
        _ => format!("correct the cause, then run {APPLY} status again"),
    };
    vec![step]
}
