//! The addresses of static routes, services and host mappings, for the rules about them.
//!
//! Each function reports, for a rule, the addresses for which `message` returns a message.

use super::{BlockContext, RouterContext};
use crate::diagnostics::{Finding, Rule};
use crate::model::{Address, Admission, Element, ElementPath, Learned, Service, Subject};

/// Returns the path of a service's address.
pub(super) fn path(service: &Service, address: &Address) -> ElementPath {
    ElementPath::authority().entry(Element::Service, &service.name.value).entry(Element::Address, address.as_str())
}

/// Reports the destinations of the static routes of a block.
pub(super) fn report_static(
    rule: &'static Rule,
    message: impl Fn(&Address) -> Option<String>,
    context: &BlockContext<'_>,
    findings: &mut Vec<Finding>,
) {
    for route in context.raw.static_routes() {
        let address = &route.address;
        findings.extend(message(&address.value).map(|message| context.of_static_route(rule, address, message)));
    }
}

/// Reports the addresses of the services that admit the tenant.
pub(super) fn report_admitted(
    rule: &'static Rule,
    message: impl Fn(&Address) -> Option<String>,
    learned: &Learned<'_>,
    findings: &mut Vec<Finding>,
) {
    for (service, decision) in learned.decided() {
        if !matches!(decision.admission, Admission::Admitted(_)) {
            continue;
        }
        for address in &service.addresses {
            let Some(message) = message(&address.value) else { continue };
            let subject = Subject::Service(service.name.value.clone());
            findings.push(Finding::new(rule, subject, path(service, &address.value), message).at(address.at));
        }
    }
}

/// Reports the addresses to which a router maps host names.
pub(super) fn report_mapped(
    rule: &'static Rule,
    message: impl Fn(&Address) -> Option<String>,
    context: &RouterContext<'_>,
    findings: &mut Vec<Finding>,
) {
    for (set, resolution) in context.resolutions() {
        for address in resolution.addresses {
            let Some(message) = message(&address.value) else { continue };
            let finding = set.finding(rule, message).path(context.mapping_path(resolution.host_name));
            findings.push(finding.at(address.at));
        }
    }
}
