//! Errors of reading and printing a syntax.

use super::PrintFormat;
use crate::model::{ElementPath, Span};

/// An element that a syntax cannot express.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be written in {format}: {why}")]
pub struct Unprintable {
    /// The element.
    pub path: ElementPath,
    /// The syntax.
    pub format: PrintFormat,
    /// The reason, as the end of a message.
    pub why: &'static str,
}

/// A violation of a syntax, which makes the rest of the text unreadable.
pub(super) struct SyntaxError {
    pub(super) at: Span,
    pub(super) message: String,
}
