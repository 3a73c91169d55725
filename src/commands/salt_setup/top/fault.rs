//! A place in a text that Salt, Jinja or YAML rejects.

/// A place that is rejected, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The offset.
    pub(super) at: usize,
    /// The problem, and what was expected.
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}
