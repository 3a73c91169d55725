//! `unsupported-syntax`: a syntax that this version does not support.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("unsupported-syntax", Error, "A syntax that this version does not support.");

/// Returns the finding about a NETCONF filter.
pub(crate) fn filter(at: Span) -> Finding {
    let message = "a NETCONF filter requests a configuration and does not contain one; give the reply instead";
    Finding::of_authority(&RULE, message).at(at)
}
