//! `yaml-1-1-value`: an unquoted value that YAML 1.1 tools read differently.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Action, ElementPath, Fix, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("yaml-1-1-value", Warning, "An unquoted value that YAML 1.1 tools read differently.");

/// Returns the finding about a value that YAML 1.1 reads as `kind`.
pub(crate) fn value(text: &str, kind: &str, subject: Subject, path: ElementPath, at: Span) -> Finding {
    let message = format!("YAML 1.1 tools read {text:?} as {kind}; write it in quotes");
    let fix = Fix::safe(at, Action::Quote { value: text.to_owned() });
    Finding::new(&RULE, subject, path, message).at(at).fix(fix)
}
