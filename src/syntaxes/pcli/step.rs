//! The steps of a path.

use crate::model::Span;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::words::Word;

/// A step into a container or into a list entry.
#[derive(Clone)]
pub(super) struct BlockStep<'s> {
    pub(super) name: &'static str,
    pub(super) name_at: Span,
    /// For a list entry: the name of the key, and the key if it is on the line.
    pub(super) entry: Option<(&'static str, Option<Word<'s>>)>,
    /// The element, for the lines in it.
    pub(super) inside: Enclosing,
    /// The number of a list entry without a key. Entries with the same number are the same entry,
    /// and an entry with number 0 differs from all others.
    pub(super) visit: usize,
}

impl BlockStep<'_> {
    /// Returns true if both lead to the same element.
    pub(super) fn leads_to_same(&self, other: &Self) -> bool {
        let same_key = match (&self.entry, &other.entry) {
            (None, None) => true,
            (Some((_, Some(key))), Some((_, Some(other)))) => key.text == other.text,
            (Some((_, None)), Some((_, None))) => self.visit > 0 && self.visit == other.visit,
            _ => false,
        };
        self.name == other.name && same_key
    }
}
