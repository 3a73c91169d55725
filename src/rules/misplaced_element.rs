//! `misplaced-element`: an element that must be inside a router or service.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{ElementPath, Span};

/// The rule.
pub(crate) static RULE: Rule = rule!("misplaced-element", Error, "An element that must be inside a router or service.");

/// This is an error, because the owner of the element is unknown, and ignoring the element might
/// withdraw routes.
pub(crate) fn element(name: &str, path: ElementPath, at: Span) -> Finding {
    let around = if matches!(name, "access-policy" | "applies-to") { "service" } else { "router" };
    let message = format!("`{name}` must be inside a `{around}`; move it into the `{around}` that it belongs to");
    Finding::of_authority(&RULE, message).path(path).at(at)
}
