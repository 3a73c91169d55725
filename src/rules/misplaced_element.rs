//! `misplaced-element`: an element that must be inside a router or service.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{ElementPath, Span};

/// The rule.
pub(crate) static RULE: Rule = rule!("misplaced-element", Error, "An element that must be inside a router or service.");

/// Returns the finding about an element outside of `around`.
///
/// This is an error because the owner of the element is unknown. If the element were ignored,
/// routes might be withdrawn.
pub(crate) fn element(name: &str, around: &str, path: ElementPath, at: Span) -> Finding {
    Finding::of_authority(&RULE, message(name, around)).path(path).at(at)
}

/// Returns the finding about an element of an entry that belongs in another list. The entry or the
/// element is in the wrong place.
pub(crate) fn of_entry(name: &str, list: &str, key: &str, around: &str, path: ElementPath) -> Finding {
    let message = format!(
        "`{name}` in {list} {key:?}: only a `{around}` has it; move it into its `{around}`, \
         or this entry into the list `{around}`"
    );
    Finding::of_authority(&RULE, message).path(path)
}

/// Returns the message about an element outside of `around`.
pub(crate) fn message(name: &str, around: &str) -> String {
    format!("`{name}` must be inside a `{around}`; move it into the `{around}` that it belongs to")
}
