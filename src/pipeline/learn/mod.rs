//! The stage `learn`: decides about each service once, and computes the prefixes that all routers
//! share.

mod admission;
mod index;

use self::admission::Policies;
use crate::diagnostics::Finding;
use crate::model::authority::AppliesToKind;
use crate::model::learned::{Decision, Destinations};
use crate::model::{AddressKind, Admission, Authority, Checked, Learned, Service};
use crate::rules;

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
    let decide = |index: usize| {
        let by_policies = policies.by_policies(index);
        let admission = policies.admission(index, &by_policies);
        let applies_to = policies.applies_to(index);
        let unread = policies.in_error(index);
        let mut in_error = unread || admission == Admission::Undecided;
        let mut destinations = Destinations::default();
        if matches!(admission, Admission::Admitted(_)) {
            let is_invalid = applies_to.is_some_and(|by| has_unknown_type(&services[by]));
            in_error |= is_invalid || has_invalid_address(&services[index]);
            destinations = Destinations::of(&services[index]);
        }
        Decision { parent: policies.parent(index), admission, by_policies, applies_to, destinations, in_error, unread }
    };
    (0..services.len()).map(decide).collect()
}

fn has_unknown_type(service: &Service) -> bool {
    service.applies_to.iter().any(|applies| matches!(applies.kind.value, AppliesToKind::Unknown(_)))
}

fn has_invalid_address(service: &Service) -> bool {
    service.addresses.iter().any(|address| *address.value.kind() == AddressKind::Invalid)
}
