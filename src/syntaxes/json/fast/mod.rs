//! The optimisations of the JSON reader for speed and memory. `docs/performance.md` has the
//! measurements.
//!
//! - [`Places`] finds places by addresses, so that the text is parsed once and by `serde_json`.
//! - [`Meanings`] caches the meanings of names.
//! - [`Pieces`] passes long lists on while the text is read.

mod meanings;
mod pieces;
mod places;

pub(super) use self::meanings::Meanings;
pub(super) use self::pieces::{Ancestor, Pieces, leads_to_pieces};
pub(super) use self::places::Places;
