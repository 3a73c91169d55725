//! The addresses of static routes, services and host mappings, for the rules about them.
//!
//! Each function reports, for a rule, the addresses for which `remark` returns a [`Remark`].

use super::{BlockContext, RouterContext};
use crate::diagnostics::{Finding, Rule};
use crate::model::{Action, Address, Admission, Element, ElementPath, Fix, Learned, Located, Service, Subject};

/// The message about an address, and the text that replaces the address.
pub(super) struct Remark {
    pub(super) message: String,
    pub(super) replacement: Option<Replacement>,
}

/// The text that replaces an address.
pub(super) enum Replacement {
    /// It means the same.
    Same(String),
    /// It is a guess.
    Guess(String),
}

impl From<String> for Remark {
    fn from(message: String) -> Self {
        Self { message, replacement: None }
    }
}

/// Adds the fix of an address to a finding.
fn with_fix(finding: Finding, address: &Located<Address>, replacement: Option<Replacement>) -> Finding {
    let old = address.value.as_str().to_owned();
    let fix = replacement.map(|replacement| match replacement {
        Replacement::Same(new) => Fix::safe(address.at, Action::Write { old, new }),
        Replacement::Guess(new) => Fix::guess(address.at, &old, &new),
    });
    finding.fix(fix)
}

/// Returns the path of a service's address.
pub(super) fn path(service: &Service, address: &Address) -> ElementPath {
    ElementPath::authority().entry(Element::Service, &service.name.value).entry(Element::Address, address.as_str())
}

/// Reports the destinations of the static routes of a block.
pub(super) fn report_static<R: Into<Remark>>(
    rule: &'static Rule,
    remark: impl Fn(&Address) -> Option<R>,
    context: &BlockContext<'_>,
    findings: &mut Vec<Finding>,
) {
    for route in context.raw.static_routes() {
        let address = &route.address;
        let Some(Remark { message, replacement }) = remark(&address.value).map(Into::into) else { continue };
        findings.push(with_fix(context.of_static_route(rule, address, message), address, replacement));
    }
}

/// Reports the addresses of the services that admit the tenant.
pub(super) fn report_admitted<R: Into<Remark>>(
    rule: &'static Rule,
    remark: impl Fn(&Address) -> Option<R>,
    learned: &Learned<'_>,
    findings: &mut Vec<Finding>,
) {
    for (service, decision) in learned.decided() {
        if !matches!(decision.admission, Admission::Admitted(_)) {
            continue;
        }
        for address in &service.addresses {
            let Some(Remark { message, replacement }) = remark(&address.value).map(Into::into) else { continue };
            let subject = Subject::Service(service.name.value.clone());
            let finding = Finding::new(rule, subject, path(service, &address.value), message).at(address.at);
            findings.push(with_fix(finding, address, replacement));
        }
    }
}

/// Reports the addresses to which a router maps host names.
pub(super) fn report_mapped<R: Into<Remark>>(
    rule: &'static Rule,
    remark: impl Fn(&Address) -> Option<R>,
    context: &RouterContext<'_>,
    findings: &mut Vec<Finding>,
) {
    for (set, resolution) in context.resolutions() {
        for address in resolution.addresses {
            let Some(Remark { message, replacement }) = remark(&address.value).map(Into::into) else { continue };
            let finding = set.finding(rule, message).path(context.mapping_path(resolution.host_name));
            findings.push(with_fix(finding.at(address.at), address, replacement));
        }
    }
}
