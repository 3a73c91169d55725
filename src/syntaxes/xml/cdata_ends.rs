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

    /// Returns the next place, which may be before the current one. It is the largest number if
    /// there is none.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Returns the first place in `range`. Later ranges must start later.
    pub(super) fn within(&mut self, range: Range<usize>) -> Option<usize> {
        while self.next < range.start {
            self.next = self.others.next().unwrap_or(usize::MAX);
        }
        (self.next < range.end).then_some(self.next)
    }
}
