//! The stage `learn`: decides about each service once, and computes the prefixes that all routers
//! share.

mod admission;
mod index;

use rayon::prelude::*;

use self::admission::Policies;
use crate::diagnostics::Finding;
use crate::model::authority::AppliesToKind;
use crate::model::learned::{Decision, Destinations};
use crate::model::{AddressKind, Admission, Authority, Checked, Learned, Service};
use crate::rules;

/// The minimum number of services that a thread works on at a time.
const AT_A_TIME: usize = 256;

/// Decides about every service. `known` are the findings so far: a service that was not read
/// completely has errors.
///
/// Findings about services are reported only if some router learns from services, or would without
/// its errors.
#[must_use]
pub fn learn<'a>(checked: &Checked<'a>, known: &[Finding]) -> (Learned<'a>, Vec<Finding>) {
    let learned = index::learned(checked.authority, decide(checked.authority, known));
    let mut findings = Vec::new();
    if checked.any_learns() {
        rules::check_services(&learned, &mut findings);
    }
    (learned, findings)
}

/// Returns the decisions about the services of a part of an authority that has been read before.
#[must_use]
pub(crate) fn learned_from(part: &Authority) -> Learned<'_> {
    index::learned(part, decide(part, &[]))
}

fn decide(authority: &Authority, known: &[Finding]) -> Vec<Decision> {
    let services = &authority.services;
    let mut policies = Policies::new(services, known);
    // A service inherits from those before it, so its policies are found on one core.
    let by_policies = |index: usize| {
        let by_policies = policies.by_policies(index);
        let admission = policies.admission(index, &by_policies);
        let (parent, applies_to) = (policies.parent(index), policies.applies_to(index));
        let unread = policies.in_error(index);
        let in_error = unread || admission == Admission::Undecided;
        let destinations = Destinations::default();
        Decision { parent, admission, by_policies, applies_to, destinations, in_error, unread }
    };
    let mut decisions: Vec<Decision> = (0..services.len()).map(by_policies).collect();
    decisions.par_iter_mut().zip(services).with_min_len(AT_A_TIME).for_each(|(decision, service)| {
        if matches!(decision.admission, Admission::Admitted(_)) {
            let is_invalid = decision.applies_to.is_some_and(|by| has_unknown_type(&services[by]));
            decision.in_error |= is_invalid || has_invalid_address(service);
            decision.destinations = Destinations::of(service);
        }
    });
    decisions
}

fn has_unknown_type(service: &Service) -> bool {
    service.applies_to.iter().any(|applies| matches!(applies.kind.value, AppliesToKind::Unknown(_)))
}

fn has_invalid_address(service: &Service) -> bool {
    service.addresses.iter().any(|address| *address.value.kind() == AddressKind::Invalid)
}
