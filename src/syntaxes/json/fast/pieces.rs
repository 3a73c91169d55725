//! Long lists in pieces.

use std::cell::{Cell, RefCell};

use crate::elements::{AUTHORITY, Elements, ROOT, Shape};
use crate::model::Span;
use crate::model::tree::{Content, Member, Tree};

/// The number of entries in a piece. Many entries make the cost of a piece negligible, and few
/// entries fit into the processor's cache.
const ENTRIES: usize = 128;

/// The pieces of the authority's long lists.
///
/// Pieces are lowered in a second thread while the rest of the text is read. The trees of the whole
/// text are never in memory together. With parallel checking, this reduced an unchanged run from
/// 0.7 to 0.53 s and from 226 to 150 MB.
///
/// The lowering merges the entries of a list by their keys, so a list in pieces has the same
/// meaning as the whole list. Text after the list may still change the meaning. Then the pieces are
/// discarded, and the text is read again as a whole.
pub(in crate::syntaxes::json) struct Pieces<'r, 's> {
    sink: RefCell<&'r mut dyn FnMut(Tree<'s>)>,
    any: Cell<bool>,
    revoked: Cell<bool>,
}

/// A container or list that is being read, and whose content may be passed on in pieces.
pub(in crate::syntaxes::json) struct Ancestor<'a> {
    pub(in crate::syntaxes::json) name: &'static str,
    pub(in crate::syntaxes::json) name_at: Span,
    pub(in crate::syntaxes::json) parent: Option<&'a Ancestor<'a>>,
}

impl<'r, 's> Pieces<'r, 's> {
    pub(in crate::syntaxes::json) fn new(sink: &'r mut dyn FnMut(Tree<'s>)) -> Self {
        Self { sink: RefCell::new(sink), any: Cell::new(false), revoked: Cell::new(false) }
    }

    /// Passes the entries of a list on once there are enough for a piece.
    pub(in crate::syntaxes::json) fn take(&self, list: &Ancestor<'_>, entries: &mut Vec<Tree<'s>>) {
        if entries.len() < ENTRIES {
            return;
        }
        let entries = std::mem::replace(entries, Vec::with_capacity(ENTRIES));
        let mut tree = Tree { at: list.name_at, content: Content::Sequence(entries) };
        let mut next = Some(list);
        while let Some(Ancestor { name, name_at, parent }) = next {
            let member = Member { name: (*name).into(), name_at: *name_at, tree };
            tree = Tree { at: *name_at, content: Content::Mapping(vec![member]) };
            next = *parent;
        }
        (self.sink.borrow_mut())(tree);
        self.any.set(true);
    }

    /// Notes that the pieces have another meaning than the whole.
    pub(in crate::syntaxes::json) fn revoke(&self) {
        self.revoked.set(true);
    }

    /// Returns true if pieces were passed on that must be discarded.
    pub(in crate::syntaxes::json) fn are_void(&self) -> bool {
        self.any.get() && self.revoked.get()
    }
}

/// Returns true if an element is, or contains, a list that may be passed on in pieces.
pub(in crate::syntaxes::json) fn leads_to_pieces(elements: &'static Elements, name: &str, shape: Shape) -> bool {
    let in_root = std::ptr::eq(elements, &raw const ROOT);
    match shape {
        Shape::Container(_) => matches!(name, "config" | "authority"),
        Shape::List { .. } => {
            (in_root || std::ptr::eq(elements, &raw const AUTHORITY)) && matches!(name, "router" | "service")
        }
        Shape::Leaf | Shape::LeafList => false,
    }
}
