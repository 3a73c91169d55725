//! The states after a run, and the messages about their transitions.

use std::net::Ipv4Addr;

use crate::model::Route;
use crate::router::error::KernelError;
use crate::router::event::Event;
use crate::router::inputs::Inputs;
use crate::router::kernel::{Interface, Kernel};
use crate::router::memory::{Memory, Transitions};
use crate::router::reconcile::Reconciled;
use crate::router::state::State;
use crate::router::survey::{Scope, Survey, survey, with_interfaces};

/// The maximum number of routes or lines that a run logs. `status` lists all of them.
pub(crate) const LISTED: usize = 10;

/// Checks whether the routes are used. A quiet run checks only the default route, the routes to
/// peers, and the places of the conflicts that are known.
pub(crate) fn survey_after(
    kernel: &mut dyn Kernel,
    inputs: &Inputs,
    reconciled: &Reconciled,
    quiet: bool,
    memory: &Memory,
    peers: &[Ipv4Addr],
) -> Result<Survey, KernelError> {
    let known: Vec<Route> = memory.states().iter().filter_map(State::contested).collect();
    let scope = if quiet { Scope::Default(&known) } else { Scope::All };
    let absent: Vec<Route> = reconciled.conflicts.iter().map(|conflict| conflict.wanted).collect();
    if reconciled.waiting > 0 {
        return Ok(Survey::default());
    }
    survey(kernel, &inputs.goal, reconciled.interface, &absent, scope, peers)
}

/// Returns the states after a run.
pub(crate) fn states(
    kernel: &mut dyn Kernel,
    inputs: &Inputs,
    reconciled: &Reconciled,
    surveyed: &Survey,
    memory: &Memory,
) -> Vec<State> {
    let mut states = Vec::new();
    for (conflicts, is_shared) in [(&reconciled.conflicts, false), (&surveyed.shared, true)] {
        let named = with_interfaces(kernel, conflicts);
        states.extend(named.into_iter().map(|(conflict, name)| State::conflict(&conflict, name, is_shared)));
    }
    let wanted = inputs.goal.wanted();
    match reconciled.interface {
        // The kernel has all routes, though it may not accept another one.
        Interface::Ready(_) | Interface::WithoutLinkRoute(_) if reconciled.waiting == 0 => {
            let shadows = surveyed.shadows.iter().cloned();
            states.extend(shadows.map(|(route, shadow)| State::Shadowed { route, shadow }));
            states.extend(surveyed.lacks_carrier.then_some(State::NoCarrier { routes: wanted.len() }));
        }
        unready => {
            // Whether these have ended is unknown.
            let is_kept = |state: &&State| match state {
                State::Shadowed { route, .. } => wanted.binary_search(route).is_ok(),
                _ => state.contested().is_some_and(|route| wanted.binary_search(&route).is_ok()),
            };
            states.extend(memory.states().iter().filter(is_kept).cloned());
            states.extend(State::waiting(unready, reconciled.waiting));
        }
    }
    states
}

/// Logs the states that begin, or all of them, and those that ended.
pub(crate) fn log_states(states: &[State], transitions: &Transitions<'_>, quiet: bool, log: &mut dyn FnMut(Event<'_>)) {
    let is_logged = |state: &&State| !state.is_failing() && (!quiet || transitions.begun.contains(state));
    let (conflicts, others): (Vec<&State>, Vec<&State>) =
        states.iter().filter(is_logged).partition(|state| matches!(state, State::Conflict { .. }));
    log_some(&conflicts, &mut |state| log(Event::State(state)));
    log_more(conflicts.len(), log);
    others.iter().for_each(|state| log(Event::State(state)));
    log_some(&transitions.ended, &mut |state| log(Event::Ended(state)));
    log_more(transitions.ended.len(), log);
}

fn log_some(states: &[&State], log: &mut dyn FnMut(&State)) {
    states.iter().take(LISTED).for_each(|state| log(state));
}

/// Logs how many further messages of a kind are left out.
pub(crate) fn log_more(count: usize, log: &mut dyn FnMut(Event<'_>)) {
    if count > LISTED {
        log(Event::More(count - LISTED));
    }
}
