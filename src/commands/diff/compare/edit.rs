//! An edit: a difference between the elements of two configurations.

use ipnet::Ipv4Net;

use crate::commands::exclusions::LocalPath;

/// A difference between the elements of two configurations. The spelling and the order of elements
/// make none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    /// The element.
    pub(crate) element: LocalPath,
    /// The change of the element.
    pub(crate) change: ElementChange,
    /// The routes that the edit can change.
    pub(crate) reach: Reach,
}

impl Edit {
    /// Returns the sort key. Elements are sorted as text, so their order in the configuration has
    /// no effect.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (self.element.owner.clone(), self.element.path.to_string(), self.change.clone())
    }
}

/// The change of an element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ElementChange {
    /// The old configuration has the element with its content, and the new one does not.
    Removed,
    /// The new configuration has the element with its content, and the old one does not.
    Added,
    /// A value of a leaf-list is removed.
    ValueRemoved(String),
    /// A value of a leaf-list is added.
    ValueAdded(String),
    /// The value of a leaf changes. At least one of the configurations has it.
    Value { before: Option<String>, after: Option<String> },
}

/// The routes that an edit can change, alone or with others. The edit of a router can change routes
/// of its nodes alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// No route.
    Nothing,
    /// All routes of the router, or of the service and its descendants.
    All,
    /// All routes of the service, but not those of its descendants.
    Service,
    /// All routes of a node.
    Node(String),
    /// The route to a prefix, on all nodes or one node.
    StaticRoute { prefix: Ipv4Net, node: Option<String> },
    /// The routes to an address of the service, in its canonical form.
    Address(String),
    /// The routes of services whose `applies-to` matches a router by this name.
    Name(NameKind, String),
    /// The routes to addresses of a host name.
    HostName(String),
}

/// The meaning of a name in an `applies-to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NameKind {
    Router,
    RouterGroup,
    ResourceGroup,
}
