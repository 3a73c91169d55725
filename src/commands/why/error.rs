//! Errors of `why`.

use crate::diagnostics::hint;

/// A name in the query that does not exist in the configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown {kind} {name:?}{hint}")]
pub(crate) struct UnknownName {
    kind: &'static str,
    name: String,
    hint: String,
}

impl UnknownName {
    pub(super) fn new<'k>(kind: &'static str, name: &str, known: impl Iterator<Item = &'k str>) -> Self {
        Self { kind, name: name.to_owned(), hint: hint(name, known) }
    }
}
