//! What names mean, remembered: an authority says the same few hundred names over and over.

use std::cell::Cell;

use crate::elements::{Elements, Meaning};

/// A power of two, and a few times the number of names that an authority has where elements are read.
const SLOTS: usize = 256;

type Slot<'s> = Option<(&'static Elements, &'s str, Meaning)>;

/// The names met last, each in the one place where it can be.
pub(crate) struct Meanings<'s>(Vec<Cell<Slot<'s>>>);

impl<'s> Meanings<'s> {
    pub(crate) fn new() -> Self {
        Self(vec![Cell::new(None); SLOTS])
    }

    /// [`Elements::meaning`] of a name that the text lends.
    pub(crate) fn of(&self, elements: &'static Elements, name: &'s str) -> Meaning {
        let bytes = name.as_bytes();
        let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
        let address = std::ptr::from_ref(elements).addr() / size_of::<Elements>();
        let hash = address.wrapping_mul(31) + bytes.len() * 37 + usize::from(first) * 5 + usize::from(last) * 3;
        let slot = &self.0[hash % SLOTS];
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
