//! The place of an element: offsets, from which line and column are computed for a report.

/// The number of a source, in the order in which the sources were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of one source, from `start` (inclusive) to `end` (exclusive).
///
/// The unit of the offsets is the source's: bytes, except for YAML, whose parser counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source that holds the range.
    pub source: SourceId,
    /// The offset of the first unit.
    pub start: u32,
    /// The offset after the last unit.
    pub end: u32,
}

impl Span {
    /// Returns the smallest range that covers both, or `self` if they are in different sources.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub at: Span,
}

impl<T> Located<T> {
    /// Joins a value and its place.
    pub fn new(value: T, at: Span) -> Self {
        Self { value, at }
    }
}
