//! Places of parts of a text, by their addresses.

use crate::model::{SourceId, Span};
use crate::syntaxes::offset;

/// The places in a text.
///
/// `serde_json` reports no positions, but the names and raw values that it borrows are parts of the
/// text. The address of a part gives its offset. This costs one subtraction for each place, and
/// makes a separate parser unnecessary.
pub(in crate::syntaxes::json) struct Places {
    source: SourceId,
    /// The address of the first byte of the text.
    first: usize,
}

impl Places {
    pub(in crate::syntaxes::json) fn new(source: SourceId, text: &str) -> Self {
        Self { source, first: text.as_ptr() as usize }
    }

    /// Returns the start of the text.
    pub(in crate::syntaxes::json) fn start(&self) -> Span {
        Span { source: self.source, start: 0, end: 0 }
    }

    /// Returns the place of a string, with its quotes, from the part of the text inside of them.
    pub(in crate::syntaxes::json) fn of_quoted(&self, inside: &str) -> Span {
        let at = self.of(inside);
        Span { start: at.start - 1, end: at.end + 1, ..at }
    }

    /// Returns the place of a part of the text.
    pub(in crate::syntaxes::json) fn of(&self, part: &str) -> Span {
        let start = part.as_ptr() as usize - self.first;
        Span { source: self.source, start: offset(start), end: offset(start + part.len()) }
    }
}
