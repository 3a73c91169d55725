//! `invalid-utf-8`: text that is not valid UTF-8.

use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Span;

/// The rule.
pub(crate) static RULE: Rule = rule!("invalid-utf-8", Error, "Text that is not valid UTF-8.");

pub(crate) fn at(at: Span) -> Finding {
    Finding::of_authority(&RULE, "invalid UTF-8: no character begins with this byte; save the file as UTF-8").at(at)
}

/// Returns the finding about a text in another encoding of Unicode.
pub(crate) fn encoded(at: Span, encoding: &str) -> Finding {
    let message = format!(
        "this text is {encoding}, expected UTF-8; save it as UTF-8, for example with `iconv -f {encoding} -t UTF-8`"
    );
    Finding::of_authority(&RULE, message).at(at)
}
