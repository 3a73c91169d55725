//! `duplicate-key`: a duplicate name in a JSON object or a YAML mapping.

use crate::diagnostics::{Rule, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-key", Error, "A duplicate name in a JSON object or a YAML mapping.");

/// Returns the message about a name of a mapping.
pub(crate) fn message(name: &str) -> String {
    format!("duplicate name {name:?} in one mapping; remove one, or write one list")
}

/// The label of the first of the two.
pub(crate) const FIRST: &str = "the first one";
