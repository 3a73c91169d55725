//! Places of parts of a text, by their addresses.

use crate::model::{SourceId, Span};
use crate::syntaxes::offset;
use crate::syntaxes::parts::Shift;

/// The places in a text.
///
/// `serde_json` reports no positions, but the names and raw values that it borrows are parts of the
/// text. The address of a part gives its offset. This costs one subtraction for each place, and
/// makes a separate parser unnecessary.
pub(in crate::syntaxes::json) struct Places {
    source: SourceId,
    /// The address of the first byte of the text.
    first: usize,
    /// The places of the pieces of the text in a longer one, in ascending order.
    shifts: Vec<Shift>,
}

impl Places {
    /// Returns the places in a text whose pieces have these places in a longer one.
    pub(in crate::syntaxes::json) fn new(source: SourceId, text: &str, shifts: &[Shift]) -> Self {
        Self { source, first: text.as_ptr() as usize, shifts: shifts.to_vec() }
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
        let start = self.shifted(part.as_ptr() as usize - self.first);
        Span { source: self.source, start: offset(start), end: offset(start + part.len()) }
    }

    /// Returns the offset of a byte of the text in the longer text.
    fn shifted(&self, at: usize) -> usize {
        let before = self.shifts.partition_point(|shift| shift.from <= at);
        before.checked_sub(1).map_or(at, |index| at - self.shifts[index].from + self.shifts[index].offset)
    }
}
