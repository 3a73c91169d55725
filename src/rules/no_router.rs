//! `no-router`: a configuration without a router.

use crate::diagnostics::{Finding, Rule, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("no-router", Error, "A configuration without a router.");

pub(crate) fn in_authority() -> Finding {
    Finding::of_authority(&RULE, "no router in the configuration; give the whole authority, with its `router` list")
}
