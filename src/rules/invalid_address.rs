//! `invalid-address`: an invalid address of a service.

use super::addresses::{self, Remark, Replacement};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Address, AddressKind, Learned};

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-address", Error, "An invalid address of a service.");

fn remark(address: &Address) -> Option<Remark> {
    let text = address.as_str();
    let is_invalid = *address.kind() == AddressKind::Invalid;
    is_invalid.then(|| Remark {
        message: match address.defect() {
            Some(defect) => format!("invalid address {text:?}: {defect}"),
            None => format!("invalid address {text:?}; write an IP prefix, an IP address or a host name"),
        },
        replacement: address.with_netmask().map(|prefix| Replacement::Guess(prefix.to_string())),
    })
}

/// Reports the addresses of services that admit the tenant.
pub(super) fn check(learned: &Learned<'_>, findings: &mut Vec<Finding>) {
    addresses::report_admitted(&RULE, remark, learned, findings);
}
