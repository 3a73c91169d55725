//! Missing and surplus `exit`s.

/// The maximum number of flaws that are reported one by one. A hostile text may have many.
pub(super) const MOST_FLAWS: usize = 1000;

/// The missing and surplus `exit`s of a text.
#[derive(Default)]
pub(super) struct Flaws {
    /// The first flaws, up to [`MOST_FLAWS`].
    pub(super) first: Vec<Flaw>,
    /// The number of further flaws.
    pub(super) more: usize,
}

/// A missing or surplus `exit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Neither the block that this line opens nor this number of blocks around it have an `exit`.
    /// The line `before` is the first one after them, unless they are the end of the text.
    Missing { line: usize, around: usize, before: Option<usize> },
    /// The `exit` on this line closes no block.
    Surplus { line: usize },
}

impl Flaws {
    /// Adds a flaw.
    pub(super) fn push(&mut self, flaw: Flaw) {
        if self.first.len() < MOST_FLAWS { self.first.push(flaw) } else { self.more += 1 }
    }

    /// Returns true if there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

impl Flaw {
    /// Returns the offset of the line where it shows.
    pub(super) fn place(self) -> usize {
        match self {
            Self::Missing { before: Some(line), .. } | Self::Missing { line, .. } | Self::Surplus { line } => line,
        }
    }
}
