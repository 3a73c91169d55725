//! Reading a large text on all cores.
//!
//! The routers and services of an authority are two long lists. A text is cut between their
//! entries, and each part is read by itself. The place of a cut is a guess. It is proved by a
//! reader that comes to it through the text before it. If no reader comes there, the part is
//! discarded, and its text is read again. So a wrong guess costs time, and never changes a tree.
//!
//! A text with any fault is read by the plain reader of its syntax. Tests compare the two.

use std::ops::Range;

use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};

/// The size of the parts of a large text in bytes. Many parts keep all cores busy to the end. Large
/// parts make the cost of a guess negligible.
pub(crate) const PART: usize = 1 << 19;

/// The number of entries in a tree of a part. Few entries fit into the processor's cache.
pub(crate) const ENTRIES: usize = 128;

/// The lists that are read in parts.
pub(crate) const LISTS: [&str; 2] = ["router", "service"];

/// The maximum number of bytes before the first entry of a list, and after the last one, in a text
/// that is searched for them.
pub(crate) const AROUND: usize = 64 << 10;

/// The number of bytes that are looked at first for the start of an entry.
pub(crate) const LOOK: usize = 16 << 10;

/// Entries that follow one another in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The kind of entries, for the reader of the syntax.
    pub(crate) kind: &'static str,
    /// The bytes from the start of the first entry to the end of the last one.
    pub(crate) bytes: Range<usize>,
    /// The start in the unit of the syntax's offsets.
    pub(crate) offset: usize,
}

/// A piece of a text.
pub(crate) enum Piece<'s> {
    /// The part with this index.
    Part(usize),
    /// Elements that are in no part.
    Tree(Tree<'s>),
}

/// The functions of a syntax that read a text in parts.
pub(crate) struct Parts {
    /// Guesses the parts of a text, each of about this size.
    pub(crate) guess: fn(&str, usize) -> Vec<Part>,
    /// Reads a part.
    pub(crate) read: ReadPart,
    /// Reads the text around the parts.
    pub(crate) join: JoinParts,
    /// Reads parts of a text of which only a window is in memory. `None` if a part of this syntax
    /// needs the text around it.
    pub(crate) windows: Option<Windows>,
}

/// The functions of a syntax that read a text in windows.
pub(crate) struct Windows {
    /// Returns the first entry after a byte of a window, and its list. It looks at `least` bytes,
    /// and at more if no entry starts there.
    pub(crate) start_after: fn(text: &str, target: usize, least: usize) -> Option<(usize, &'static str)>,
    /// The entry that takes the place of a part in the text around the parts.
    pub(crate) placeholder: &'static str,
    /// Reads the text around the parts.
    pub(crate) join: JoinRest,
}

/// Says where a piece of a text was, of which other pieces are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    /// The first byte of the piece.
    pub(crate) from: usize,
    /// The offset of that byte in the whole text.
    pub(crate) offset: usize,
}

/// Reads a part, passes its trees to `sink`, and returns the part with its real end. `None` if the
/// guess was wrong.
pub(crate) type ReadPart =
    for<'s> fn(source: SourceId, text: &'s str, part: &Part, sink: &mut (dyn FnMut(Tree<'s>) + '_)) -> Option<Part>;

/// Reads the text around the parts, and passes all pieces of the text to `sink`, in order. `None`
/// if the text must be read as a whole. The pieces are void then.
pub(crate) type JoinParts = for<'s> fn(
    source: SourceId,
    text: &'s str,
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()>;

/// Reads the text around the parts, as [`JoinParts`] does. `text` has only that text and a
/// placeholder for each part, and `shifts` say where its pieces were.
pub(crate) type JoinRest = for<'s> fn(
    source: SourceId,
    text: &'s str,
    shifts: &[Shift],
    parts: &[Option<Part>],
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) -> Option<()>;

/// Cuts bytes of a text into parts of about `size` bytes. `start_after` returns the first place
/// after a byte where an entry starts. A single part would be the whole text, so it is left out.
pub(crate) fn cut(
    bytes: Range<usize>,
    size: usize,
    kind: &'static str,
    start_after: impl Fn(usize) -> Option<usize>,
) -> Vec<Part> {
    let mut starts = vec![bytes.start];
    let mut at = bytes.start.saturating_add(size);
    while at.saturating_add(size / 2) < bytes.end {
        let Some(start) = start_after(at).filter(|start| *start < bytes.end) else { break };
        starts.push(start);
        at = start + size;
    }
    let ends: Vec<usize> = starts[1..].iter().copied().chain([bytes.end]).collect();
    let parts = starts.into_iter().zip(ends).map(|(start, end)| Part { kind, bytes: start..end, offset: start });
    parts.filter(|part| part.bytes != bytes).collect()
}

/// Returns all parts. `None` if one of them could not be read.
pub(crate) fn all(parts: &[Option<Part>]) -> Option<Vec<&Part>> {
    parts.iter().map(Option::as_ref).collect()
}

/// Passes on all parts, and then the trees around them.
pub(crate) fn pass_on<'s>(
    parts: &[&Part],
    around: impl IntoIterator<Item = Tree<'s>>,
    sink: &mut (dyn FnMut(Piece<'s>) + '_),
) {
    let parts = (0..parts.len()).map(Piece::Part);
    parts.chain(around.into_iter().map(Piece::Tree)).for_each(sink);
}

/// Returns a tree with entries of a list of the authority.
pub(crate) fn tree_of<'s>(source: SourceId, list: &'static str, entries: Vec<Tree<'s>>) -> Tree<'s> {
    let at = Span { source, start: 0, end: 0 };
    let tree = Tree { at, content: Content::Sequence(entries) };
    tree_with(source, vec![Member { name: list.into(), name_at: at, tree }])
}

/// Returns a tree with elements of the authority. The elements around them are left out, because
/// the merge needs none of them.
pub(crate) fn tree_with(source: SourceId, members: Vec<Member<'_>>) -> Tree<'_> {
    Tree { at: Span { source, start: 0, end: 0 }, content: Content::Mapping(members) }
}

/// Returns true if all elements are lists that are read in parts, in the elements around them.
/// Values of the authority must keep their order with those in the text around the parts.
pub(crate) fn are_lists(members: &[Member<'_>]) -> bool {
    members.iter().all(|member| match &*member.name {
        "config" | "authority" => are_lists(member.tree.members()),
        name => LISTS.contains(&name),
    })
}

/// Returns true for elements around the parts that have no list, no deletion and no fault. A
/// deletion may delete the parts too, and the message of a fault may need their text.
pub(crate) fn are_around(members: &[Member<'_>]) -> bool {
    members.iter().all(|member| !LISTS.contains(&&*member.name) && is_defined(&member.tree))
}

/// Returns true for a tree without deletions and faults.
fn is_defined(tree: &Tree<'_>) -> bool {
    match &tree.content {
        Content::Scalar(_) => true,
        Content::Sequence(items) => items.iter().all(is_defined),
        Content::Mapping(members) => are_around(members),
        Content::Deleted(_) | Content::Fault(_) => false,
    }
}
