//! `unknown-key`: an unknown or misspelled element name.

use crate::diagnostics::{Finding, Rule, did_you_mean, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("unknown-key", Error, "An unknown or misspelled element name.");

/// Returns the finding about a line of PCLI text that is in no element.
pub(crate) fn at(at: Span, message: String) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}

/// Returns the message about an element that is probably `known`, in the plural or with a typing
/// error.
pub(crate) fn misspelt(name: &str, known: &str) -> String {
    format!("unknown element `{name}`; did you mean `{known}`?")
}

/// Returns the message of the schema about an element that is probably `known`.
pub(crate) fn probably(known: &str) -> String {
    format!("unknown element; did you mean `{known}`?")
}

/// Returns the message of the schema about a key that is none of `known`.
pub(crate) fn of_keys<'k>(known: impl Iterator<Item = &'k str>) -> String {
    format!("unknown key; the keys are {}", known.collect::<Vec<_>>().join(", "))
}

/// Returns the message about a key of the plugin block, or of its part, that has the keys `known`.
pub(crate) fn of_block<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    match did_you_mean(name, known.clone()) {
        Some(near) => format!("unknown key `{name}`; did you mean `{near}`?"),
        None => format!("unknown key `{name}`; the keys are {}", known.collect::<Vec<_>>().join(", ")),
    }
}
