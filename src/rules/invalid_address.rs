//! `invalid-address`: an invalid address of a service.

use super::finding_of_address;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-address", Error, "An invalid address of a service.");

/// Reports the addresses of services that admit the tenant.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    super::each_admitted_address(learned, |service, address| {
        if *address.value.kind() == AddressKind::Invalid {
            let text = address.value.as_str();
            let message = format!("invalid address {text:?}; write an IP prefix, an IP address or a host name");
            findings.push(finding_of_address(&RULE, service, address, message));
        }
    });
}
