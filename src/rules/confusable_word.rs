//! `confusable-word`: a word that looks like another one.

use crate::diagnostics::{Finding, Rule, escaped, rule, unusual_character};
use crate::model::{ElementPath, Fix, Span, Subject};

/// The rule.
pub(crate) static RULE: Rule = rule!("confusable-word", Error, "A word that looks like another one.");

/// Returns the message about a name or a value that looks like `known`.
pub(crate) fn message(word: &str, known: &str) -> String {
    let shown = escaped(word);
    match unusual_character(word) {
        Some(character) => format!("`{shown}` looks like `{known}`, but has {character}; did you mean `{known}`?"),
        None => format!("unknown word `{shown}`; did you mean `{known}`? Upper and lower case, `-` and `_` differ"),
    }
}

/// Returns the finding about a line of PCLI text that is in no element.
pub(crate) fn at(at: Span, message: String) -> Finding {
    Finding::of_authority(&RULE, message).at(at)
}

/// Returns the finding about a value that looks like `known`.
pub(crate) fn of_value(word: &str, known: &str, subject: Subject, path: ElementPath, at: Span) -> Finding {
    // The prefix of a tenant and the module of a word stay (RFC 7951, section 6.8).
    let new = match (word.split_once('@'), word.rsplit_once(':')) {
        (Some((_, prefix)), _) => format!("{known}@{prefix}"),
        (None, Some((module, _))) => format!("{module}:{known}"),
        (None, None) => known.to_owned(),
    };
    let fix = Fix::guess(at, word, &new);
    Finding::new(&RULE, subject, path, message(word, known)).at(at).fix(fix)
}
