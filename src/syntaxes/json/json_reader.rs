//! The parts of a reader that all its values share.

use std::borrow::Cow;
use std::cell::Cell;

use serde::Deserialize;

use super::fast::{Meanings, Places};
use super::positions::offset_of;
use crate::model::{SourceId, Span};
use crate::syntaxes::parts::Shift;

/// The parts of a reader that all its values share.
pub(super) struct JsonReader<'s> {
    pub(super) places: Places,
    pub(super) meanings: Meanings<'s>,
    /// The byte of the text where the error is that ended the reading.
    pub(super) error_at: Cell<Option<usize>>,
}

impl<'s> JsonReader<'s> {
    pub(super) fn new(source: SourceId, text: &'s str) -> Self {
        Self::of_pieces(source, text, &[])
    }

    /// Returns a reader of a text whose pieces have these places in a longer one.
    pub(super) fn of_pieces(source: SourceId, text: &'s str, shifts: &[Shift]) -> Self {
        Self { places: Places::new(source, text, shifts), meanings: Meanings::new(), error_at: Cell::default() }
    }

    /// Returns the place of a name with its quotes. An escaped name is not part of the text.
    #[expect(clippy::ptr_arg, reason = "only a borrowed name has a place")]
    pub(super) fn name_span(&self, name: &Cow<'_, str>) -> Option<Span> {
        let Cow::Borrowed(name) = name else { return None };
        Some(self.places.of_quoted(name))
    }

    /// Parses a value of the text on its own.
    pub(super) fn parse<T: Deserialize<'s>>(&self, part: &'s str) -> serde_json::Result<T> {
        serde_json::from_str(part).map_err(|error| self.located(part, error))
    }

    /// Notes the place of an error in a part of the text. The position of the error is relative to
    /// the part. The first place is that of the innermost part.
    pub(super) fn located(&self, part: &str, error: serde_json::Error) -> serde_json::Error {
        if self.error_at.get().is_none() {
            let start = self.places.of(part).start as usize;
            self.error_at.set(Some(start + offset_of(part, error.line(), error.column())));
        }
        error
    }
}
