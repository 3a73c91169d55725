//! The optimisations of the JSON reader for speed and memory. `docs/performance.md` has the
//! measurements.
//!
//! - [`Places`] finds places by addresses, so that the plain reader parses a text once and with
//!   `serde_json`.
//! - [`Meanings`] caches the meanings of names.
//! - [`PARTS`] reads the long lists on all cores.

mod cursor;
mod entry;
mod guess;
mod join;
mod meanings;
mod places;

pub(super) use self::meanings::Meanings;
pub(super) use self::places::Places;
use crate::syntaxes::parts::{Parts, Windows};

/// The reader of large texts.
pub(super) const PARTS: Parts = Parts {
    guess: guess::guess,
    read: join::read,
    join: |source, text, parts, sink| join::join(source, text, &[], parts, sink),
    windows: Some(Windows { start_after: guess::start_after, placeholder: "{}", join: join::join }),
};
