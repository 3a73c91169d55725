//! `duplicate-key`: a duplicate name in a JSON object or a YAML mapping.

use super::names::listed;
use crate::diagnostics::{Rule, escaped, rule};

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-key", Error, "A duplicate name in a JSON object or a YAML mapping.");

/// Returns the message about names of a mapping that are there again, in a row.
pub(crate) fn message<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let (count, names) = (names.len(), listed(names.map(|name| format!("`{}`", escaped(name)))));
    match count {
        1 => format!("duplicate key {names}; remove one, or write one list"),
        _ => {
            format!("duplicate keys {names}; remove them, or add the line that begins the other entry")
        }
    }
}

/// The label of the first of the two.
pub(crate) const FIRST: &str = "the first one";
