//! The ends of CDATA sections, which text may not contain (XML 1.0, section 2.4).

use std::ops::Range;

use memchr::memmem::{self, FindIter};

/// The end of a CDATA section.
pub(super) const CDATA_END: &str = "]]>";

/// The places of `]]>` in a text. Most texts have none, so each part of a text needs only a
/// comparison.
pub(super) struct CdataEnds<'s> {
    others: FindIter<'s, 'static>,
    next: usize,
}

impl<'s> CdataEnds<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let mut others = memmem::find_iter(text.as_bytes(), CDATA_END);
        let next = others.next().unwrap_or(usize::MAX);
        Self { others, next }
    }

    /// Returns true if the next place is before a byte.
    pub(super) fn are_before(&self, byte: u64) -> bool {
        (self.next as u64) < byte
    }

    /// Returns the first place in `range`. Later ranges must start later.
    pub(super) fn within(&mut self, range: Range<usize>) -> Option<usize> {
        while self.next < range.start {
            self.next = self.others.next().unwrap_or(usize::MAX);
        }
        (self.next < range.end).then_some(self.next)
    }
}
