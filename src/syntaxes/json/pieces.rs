//! A long list of the authority, handed on in pieces while the rest of the text is read: it is lowered beside the reading, and its trees are never all in memory.
//!
//! The lowering puts the entries of a list together by their keys, so a list in pieces means what the whole means. What would have changed it, and is only known behind it, makes
//! the pieces void: then all is read again as a whole.

use std::cell::{Cell, RefCell};

use crate::elements::{AUTHORITY, Elements, ROOT, Shape};
use crate::model::Span;
use crate::model::tree::{Content, Member, Tree};

/// Entries of a piece: enough that handing it on costs nothing, few enough to fit into the processor's cache.
const ENTRIES: usize = 128;

/// Where pieces go.
pub(crate) struct Pieces<'r, 's> {
    sink: RefCell<&'r mut dyn FnMut(Tree<'s>)>,
    any: Cell<bool>,
    void: Cell<bool>,
}

/// A container whose content may be handed on in pieces, and those around it.
pub(crate) struct Around<'a> {
    pub(crate) name: &'static str,
    pub(crate) name_at: Span,
    pub(crate) around: Option<&'a Around<'a>>,
}

impl<'r, 's> Pieces<'r, 's> {
    pub(crate) fn new(sink: &'r mut dyn FnMut(Tree<'s>)) -> Self {
        Self { sink: RefCell::new(sink), any: Cell::new(false), void: Cell::new(false) }
    }

    /// Hands on the entries of a list when they are enough.
    pub(crate) fn take(&self, list: &Around<'_>, entries: &mut Vec<Tree<'s>>) {
        if entries.len() < ENTRIES {
            return;
        }
        let entries = std::mem::replace(entries, Vec::with_capacity(ENTRIES));
        let mut tree = Tree { at: list.name_at, content: Content::Sequence(entries) };
        let mut next = Some(list);
        while let Some(Around { name, name_at, around }) = next {
            let member = Member { name: (*name).into(), name_at: *name_at, tree };
            tree = Tree { at: *name_at, content: Content::Mapping(vec![member]) };
            next = *around;
        }
        (self.sink.borrow_mut())(tree);
        self.any.set(true);
    }

    /// What was handed on turned out to mean something else.
    pub(crate) fn revoke(&self) {
        self.void.set(true);
    }

    /// Whether what was handed on must be forgotten.
    pub(crate) fn are_void(&self) -> bool {
        self.any.get() && self.void.get()
    }
}

/// Whether an element of a container leads to lists that may be handed on in pieces, or is one.
pub(crate) fn leads_to_pieces(elements: &'static Elements, name: &str, shape: Shape) -> bool {
    let in_root = std::ptr::eq(elements, &raw const ROOT);
    match shape {
        Shape::Container(_) => matches!(name, "config" | "authority"),
        Shape::List { .. } => {
            (in_root || std::ptr::eq(elements, &raw const AUTHORITY)) && matches!(name, "router" | "service")
        }
        Shape::Leaf | Shape::LeafList => false,
    }
}
