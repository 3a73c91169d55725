//! `merge-conflict`: a text with the markers of an unresolved merge.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("merge-conflict", Error, "A text with the markers of an unresolved merge.");

/// Returns the finding about a conflict that starts at this marker.
pub(crate) fn conflict(at: Span) -> Finding {
    let message = "unresolved merge conflict: the text has both versions of these lines; \
                   keep one of them and delete the markers `<<<<<<<`, `=======` and `>>>>>>>`";
    Finding::of_authority(&RULE, message).at(at)
}

/// Returns the finding about a marker that belongs to no conflict.
pub(crate) fn marker(marker: &str, at: Span) -> Finding {
    let message = format!(
        "this line is the marker `{marker}` of a merge conflict, but the conflict is incomplete; \
         check the lines around it and delete the marker"
    );
    Finding::of_authority(&RULE, message).at(at)
}
