//! Paths of elements within their router or service.

use crate::model::element_path::Step;
use crate::model::{Element, ElementPath};

/// The owner of an element, in the order of the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Owner {
    /// The authority itself.
    Authority,
    /// The router of the node in question. It has no name here, so several routers can share a
    /// path.
    Router,
    /// A service.
    Service(String),
}

/// The path of an element within its owner. An empty path is the owner itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LocalPath {
    pub(crate) owner: Owner,
    pub(crate) path: ElementPath,
}

impl LocalPath {
    /// Returns an element of the router; without steps, the router itself.
    pub(crate) fn of_router(path: ElementPath) -> Self {
        Self { owner: Owner::Router, path }
    }

    /// Returns an element of a service; without steps, the service itself.
    pub(crate) fn of_service(name: &str, path: ElementPath) -> Self {
        Self { owner: Owner::Service(name.to_owned()), path }
    }

    /// Returns the path of a child element.
    pub(crate) fn child(&self, element: impl Into<Element>) -> Self {
        Self { owner: self.owner.clone(), path: self.path.child(element) }
    }

    /// Returns the path of a list entry: the child `list` with this key.
    pub(crate) fn entry(&self, list: impl Into<Element>, key: &str) -> Self {
        Self { owner: self.owner.clone(), path: self.path.entry(list, key) }
    }

    /// Returns the path in an authority, given the name of the router.
    pub(crate) fn in_authority(&self, router: &str) -> ElementPath {
        let authority = ElementPath::authority();
        let owner = match &self.owner {
            Owner::Authority => authority,
            Owner::Router => authority.entry(Element::Router, router),
            Owner::Service(name) => authority.entry(Element::Service, name),
        };
        owner.join(&self.path)
    }

    /// Returns true if one of the two elements contains the other, or both are the same. A list
    /// contains its entries.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (these, others) = (self.path.steps(), other.path.steps());
        self.owner == other.owner && these.into_iter().zip(others).all(|(a, b)| is_same(a, b))
    }
}

/// Returns true if the steps lead to the same element, or to a list and one of its entries.
fn is_same(a: &Step, b: &Step) -> bool {
    a.element == b.element && (a.key.is_none() || b.key.is_none() || a.key == b.key)
}
