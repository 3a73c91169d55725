//! The content of blocks, and the blocks that lines open and close.

use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::Line;
use crate::syntaxes::pcli::model::{ModelElement, ModelKind};
use crate::syntaxes::pcli::words::{Word, keyword};

/// The content of an open block.
#[derive(Clone, Copy)]
pub(super) enum BlockContent {
    Read(Enclosing),
    /// Lines that are skipped, of an element in the model.
    Known(&'static ModelElement),
    /// Lines that are skipped, of an element that the model does not have.
    Unknown,
}

/// The block that a line opens.
#[derive(Clone, Copy)]
pub(super) enum Opening {
    Nothing,
    Block(BlockContent),
    /// The line opens this block, or is a leaf. Other lines decide.
    Unsure(BlockContent),
}

impl BlockContent {
    /// Returns true if an element of this name is valid in the block.
    pub(super) fn has(self, name: &str) -> bool {
        match self {
            Self::Read(enclosing) => enclosing.has(name),
            Self::Known(element) => element.child(name).is_some(),
            Self::Unknown => false,
        }
    }

    /// Returns true if an element of this name is read in the block.
    pub(super) fn reads(self, name: &str) -> bool {
        matches!(self, Self::Read(enclosing) if enclosing.read.find(name).is_some())
    }

    /// Returns true if both are the content of the same element.
    pub(super) fn is_same(self, other: Self) -> bool {
        let is_same_model = |a: Option<&'static ModelElement>, b: Option<&'static ModelElement>| match (a, b) {
            (Some(a), Some(b)) => std::ptr::eq(a, b),
            (None, None) => true,
            _ => false,
        };
        match (self, other) {
            (Self::Read(a), Self::Read(b)) => std::ptr::eq(a.read, b.read) && is_same_model(a.model, b.model),
            (Self::Known(a), Self::Known(b)) => std::ptr::eq(a, b),
            (Self::Unknown, Self::Unknown) => true,
            _ => false,
        }
    }
}

/// Returns the number of open blocks that a line closes without their `exit`s: those in which it is
/// invalid, if a block around them may hold it. `open` has the innermost block first, and `depth`
/// is their number.
pub(super) fn closed_by(
    line: Line<'_>,
    root: Enclosing,
    depth: usize,
    mut open: impl Iterator<Item = BlockContent> + Clone,
) -> usize {
    let name = keyword(line.text);
    if matches!(name, "config" | "configure") && starts_authority(line.text) {
        return depth;
    }
    if matches!(open.clone().next(), None | Some(BlockContent::Unknown)) {
        return 0;
    }
    match open.position(|content| content.has(name)) {
        Some(count) => count,
        // Another fragment.
        None if root.is_root() && root.read.find(name).is_some() => depth,
        None => 0,
    }
}

/// Returns true for `config` alone, or with the authority.
fn starts_authority(line: &str) -> bool {
    line.split_ascii_whitespace().nth(1).is_none_or(|second| second.starts_with("auth") || second.starts_with('#'))
}

/// Returns the block that a line opens in a block that is skipped.
pub(super) fn opening_in_skipped(content: BlockContent, words: &[Word<'_>]) -> Opening {
    let element = match content {
        BlockContent::Known(element) => words.first().and_then(|name| element.child(&name.text)),
        BlockContent::Read(_) | BlockContent::Unknown => None,
    };
    element.map_or(Opening::Unsure(BlockContent::Unknown), |element| opening_of(element, &words[1..]))
}

/// Returns the block that a line opens in `enclosing`, where its first word is skipped.
pub(super) fn opening_of_skipped(enclosing: Enclosing, words: &[Word<'_>]) -> Opening {
    let element = words.first().and_then(|name| enclosing.model_of(&name.text));
    element.map_or(Opening::Unsure(BlockContent::Unknown), |element| opening_of(element, &words[1..]))
}

/// Returns the block that a line opens, given its first element and the words after it. A line
/// that ends in a leaf opens none.
fn opening_of(element: &'static ModelElement, words: &[Word<'_>]) -> Opening {
    let (mut element, mut words) = (element, words.iter());
    loop {
        match element.kind {
            ModelKind::Leaf => return Opening::Nothing,
            ModelKind::List { keys } => words.by_ref().take(keys).for_each(drop),
            ModelKind::Container => {}
        }
        match words.next().filter(|word| !word.starts_comment()).map(|word| element.child(&word.text)) {
            Some(Some(child)) => element = child,
            // A path into an unknown element most likely ends in a leaf.
            Some(None) => return Opening::Nothing,
            None => return Opening::Block(BlockContent::Known(element)),
        }
    }
}
