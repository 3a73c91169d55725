//! The elements that the program reads, as a table that guides every reader.
//!
//! `docs/configuration.md` explains each element.

pub(crate) mod identity;
mod names;
mod patterns;
mod table;

use crate::diagnostics::{alike, alike_plain, appearances, is_plain};

pub(crate) use self::patterns::{misspellings, spellings};
pub(crate) use self::table::{AUTHORITY, CONFIG, MARKS, STATIC_ROUTE};
pub use self::table::{BLOCK, ROOT};

/// The content of an element, as the configuration model defines it.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// One value.
    Leaf,
    /// Any number of values.
    LeafList,
    /// Elements.
    Container(&'static Elements),
    /// Entries, each with a key.
    List {
        /// The leaf that identifies an entry.
        key: &'static str,
        /// The elements of an entry.
        entry: &'static Elements,
    },
}

/// An element that is read in a container or in a list entry.
#[derive(Clone, Copy, Debug)]
pub struct KnownElement {
    /// The name: kebab-case.
    pub name: &'static str,
    /// The content.
    pub shape: Shape,
    /// The list to whose entries it belongs, if it is not valid here and read only to be reported.
    pub belongs_in: Option<&'static str>,
}

/// The elements of a container or of a list entry.
#[derive(Debug)]
pub struct Elements {
    /// The elements that are read.
    pub known: &'static [KnownElement],
    /// True if unknown elements are kept and reported instead of skipped.
    pub closed: bool,
}

/// The meaning of a name in a container or in a list entry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    /// An element that is read.
    Element(&'static str, Shape),
    /// An element that does not exist. It is kept and reported.
    Unknown,
    /// Probably this element: in the plural, misspelled, or with characters that look alike. If it
    /// were skipped silently, routers or services would be lost.
    Misspelled(&'static str),
    /// An element that is skipped.
    Skipped,
}

impl Elements {
    /// Finds an element by name: kebab-case, camelCase, or with a module's prefix (RFC 7951,
    /// section 4).
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&'static str, Shape)> {
        self.known(name).map(|known| (known.name, known.shape))
    }

    fn known(&self, name: &str) -> Option<&'static KnownElement> {
        let local = names::local(name);
        self.known.iter().find(|known| names::is_same(local, known.name))
    }

    /// Returns the list that is in another list only in the product's form. The outer list is a
    /// container there, so it may have entries without a key.
    pub(crate) fn inner_list(&self) -> Option<&'static str> {
        std::ptr::eq(self, &raw const table::HOST_MAPPING).then_some("static-entry")
    }

    /// Returns true if `name` is a spelling of the list that [`Self::inner_list`] returns.
    pub(crate) fn is_inner_list(&self, name: &str) -> bool {
        self.inner_list().is_some_and(|inner| self.is_name(name, inner))
    }

    /// Returns true if an element of this name is read here, or in an element here.
    #[must_use]
    pub fn holds_somewhere(&self, name: &str) -> bool {
        self.known.iter().any(|known| {
            known.name == name
                || match known.shape {
                    Shape::Container(inner) | Shape::List { entry: inner, .. } => inner.holds_somewhere(name),
                    Shape::Leaf | Shape::LeafList => false,
                }
        })
    }

    /// Returns true if an element of this name is valid here, and not only read to be reported.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.known(name).is_some_and(|known| known.belongs_in.is_none())
    }

    /// Returns the list to whose entries an element belongs that is read here only to be reported.
    pub(crate) fn belongs_in(&self, name: &str) -> Option<&'static str> {
        self.known(name)?.belongs_in
    }

    /// Returns true if `name` is a full spelling of the known element `known`.
    pub(crate) fn is_name(&self, name: &str, known: &str) -> bool {
        self.find(name).is_some_and(|(found, _)| found == known)
    }

    /// Returns the meaning of a name.
    ///
    /// Most names of a configuration are skipped, so a plain name takes the short way.
    #[must_use]
    pub(crate) fn meaning(&self, name: &str) -> Meaning {
        if let Some((name, shape)) = self.find(name) {
            return Meaning::Element(name, shape);
        }
        if let Some(known) = self.alike(name) {
            return Meaning::Misspelled(known);
        }
        if self.closed {
            return Meaning::Unknown;
        }
        let known = if is_plain(name) {
            self.similar(name)
        } else {
            appearances(name).iter().find_map(|seen| self.similar(seen))
        };
        known.map_or(Meaning::Skipped, Meaning::Misspelled)
    }

    /// Returns the meaning of a name in YAML, which reads `permission:deny` and `permission deny`
    /// as one name.
    pub(crate) fn meaning_in_yaml(&self, name: &str) -> Meaning {
        match (self.meaning(name), name.split_once([':', ' '])) {
            (Meaning::Skipped, Some((start, _))) => {
                self.find(start).map_or(Meaning::Skipped, |(known, _)| Meaning::Misspelled(known))
            }
            (meaning, _) => meaning,
        }
    }

    /// Returns the element that `name` looks like, or only differs from in case, `-` and `_`.
    pub(crate) fn alike(&self, name: &str) -> Option<&'static str> {
        let known = self.known.iter().map(|known| known.name);
        if is_plain(name) {
            return alike_plain(names::local(name), known);
        }
        // A colon may be disguised too.
        alike(name.rsplit([':', '：']).next().unwrap_or(name), known)
    }

    /// Returns the element of which `name` is the plural, or that it misspells.
    fn similar(&self, name: &str) -> Option<&'static str> {
        self.singular(name).or_else(|| self.misspelled(name))
    }

    /// Returns the list or leaf-list of which `name` is the plural.
    fn singular(&self, name: &str) -> Option<&'static str> {
        if !name.ends_with('s') {
            return None;
        }
        let is_list = |known: &&KnownElement| matches!(known.shape, Shape::List { .. } | Shape::LeafList);
        let lists = self.known.iter().filter(is_list);
        lists.map(|known| known.name).find(|known| names::is_plural(name, known))
    }

    /// Returns the element that `name` misspells.
    fn misspelled(&self, name: &str) -> Option<&'static str> {
        let known = self.known.iter().map(|known| known.name);
        names::nearest(name, known)
    }
}
