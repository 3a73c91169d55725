//! `surplus-exit`: An `exit` that closes no block.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Action, Fix, Span};

/// The rule.
pub(crate) static RULE: Rule = rule!("surplus-exit", Warning, "An `exit` that closes no block.");

pub(crate) fn at(at: Span) -> Finding {
    Finding::of_authority(&RULE, "this `exit` closes no block; remove it").at(at).fix(Fix::safe(at, Action::RemoveLine))
}
