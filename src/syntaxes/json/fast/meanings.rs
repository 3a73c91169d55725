//! A cache of the meanings of names.

use std::cell::Cell;

use crate::elements::{Elements, Meaning};

/// The number of slots: a power of two, and several times the number of different names.
const SLOTS: usize = 256;

type Slot<'s> = Option<(&'static Elements, &'s str, Meaning)>;

/// The meanings of the most recent names.
///
/// An authority repeats a few hundred names. So a comparison with one cached name replaces a search
/// among all known elements. That search would also look for misspelled names.
pub(in crate::syntaxes::json) struct Meanings<'s>(Vec<Cell<Slot<'s>>>);

impl<'s> Meanings<'s> {
    pub(in crate::syntaxes::json) fn new() -> Self {
        Self(vec![Cell::new(None); SLOTS])
    }

    /// Returns [`Elements::meaning`] of a name that is borrowed from the text.
    pub(in crate::syntaxes::json) fn of(&self, elements: &'static Elements, name: &'s str) -> Meaning {
        let slot = &self.0[slot_of(elements, name)];
        match slot.get() {
            Some((of, known, meaning)) if std::ptr::eq(of, elements) && known == name => meaning,
            _ => {
                let meaning = elements.meaning(name);
                slot.set(Some((elements, name, meaning)));
                meaning
            }
        }
    }
}

/// Returns the only slot where a name can be.
fn slot_of(elements: &'static Elements, name: &str) -> usize {
    let bytes = name.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    let address = std::ptr::from_ref(elements).addr() / size_of::<Elements>();
    let hash = address.wrapping_mul(31) + bytes.len() * 37 + usize::from(first) * 5 + usize::from(last) * 3;
    hash % SLOTS
}
