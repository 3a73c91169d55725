//! The parts of a reader that all its values share.

use super::fast::{Meanings, Pieces, Places};

/// The parts of a reader that all its values share.
pub(super) struct JsonReader<'r, 's> {
    pub(super) places: Places,
    pub(super) meanings: Meanings<'s>,
    /// `None` if the text is read as a whole.
    pub(super) pieces: Option<Pieces<'r, 's>>,
}
