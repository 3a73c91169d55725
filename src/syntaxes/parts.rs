//! Reading a large text on all cores.
//!
//! The routers and services of an authority are two long lists. A text is cut between their entries,
//! and each part is read on its own. Where to cut is a guess. It is proved by a reader that comes
//! to the start of a part through the text before it. If it does not come there, the part is
//! discarded, and its text is read again. So a wrong guess costs time, and never changes a tree.
//!
//! A text with any fault is read by the plain reader of its syntax. Tests compare the two.

use std::ops::Range;

use crate::model::SourceId;
use crate::model::Span;
use crate::model::tree::{Content, Member, Tree};

/// The size of the parts of large texts in bytes. Many parts keep all cores busy to the end, and large ones make
/// the cost of a guess negligible.
pub(crate) const PART: usize = 1 << 19;

/// The number of entries in a tree of a part. Few entries fit into the processor's cache.
pub(crate) const ENTRIES: usize = 128;

/// Entries of one list, one after the other in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The list: `router` or `service`.
    pub(crate) list: &'static str,
    /// The bytes from the start of the first entry to the end of the last one.
    pub(crate) bytes: Range<usize>,
}

/// What the text of a source has, in order.
pub(crate) enum Piece<'s> {
    /// The part with this index.
    Part(usize),
    /// Elements that are in no part.
    Tree(Tree<'s>),
}

/// How a syntax is read in parts.
pub(crate) struct Parts {
    /// Guesses the parts of a text, each of about this size. The end of each is the start of the
    /// next.
    pub(crate) guess: fn(&str, usize) -> Vec<Part>,
    /// Reads a part, passes its trees to the sink, and returns where it really ends. `None` if the
    /// guess was wrong.
    pub(crate) read: for<'s> fn(SourceId, &'s str, &Part, &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part>,
    /// Reads the text between the parts, and passes all pieces of the text on. `None` if the text
    /// must be read as a whole; the pieces are void then.
    pub(crate) join: for<'s> fn(SourceId, &'s str, &[Option<Part>], &mut (dyn FnMut(Piece<'s>) + '_)) -> Option<()>,
}

/// Returns a tree with entries of a list of the authority.
///
/// The elements around the list are left out, because a merge with the authority needs none of
/// them.
pub(crate) fn tree_of<'s>(source: SourceId, list: &'static str, entries: Vec<Tree<'s>>) -> Tree<'s> {
    let at = Span { source, start: 0, end: 0 };
    let tree = Tree { at, content: Content::Sequence(entries) };
    Tree { at, content: Content::Mapping(vec![Member { name: list.into(), name_at: at, tree }]) }
}
