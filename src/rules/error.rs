//! Errors of the registry.

/// An unknown code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown code {code:?}; {hint}")]
pub struct UnknownCode {
    pub(super) code: String,
    pub(super) hint: String,
}
