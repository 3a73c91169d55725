//! The part of a configuration that a finding concerns.

use super::NodeId;

/// The part of a configuration that a finding concerns, and that an error holds back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The whole configuration: with an error, nothing is published.
    Authority,
    /// A service: an error holds back the routers that would learn from it.
    Service(String),
    /// A router: an error holds back its nodes.
    Router(String),
    /// A node: an error holds back this node.
    Node(NodeId),
}

impl Subject {
    /// Returns the name of the service, router or node; `None` for the authority.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Authority => None,
            Self::Service(name) | Self::Router(name) => Some(name.clone()),
            Self::Node(id) => Some(id.to_string()),
        }
    }

    /// Returns the name of the service.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Service(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the name of the router, or of the node's router.
    #[must_use]
    pub fn router(&self) -> Option<&str> {
        match self {
            Self::Router(router) => Some(router),
            Self::Node(id) => Some(&id.router),
            Self::Authority | Self::Service(_) => None,
        }
    }

    /// Returns the name of the node.
    #[must_use]
    pub fn node(&self) -> Option<&str> {
        match self {
            Self::Node(id) => Some(&id.node),
            _ => None,
        }
    }
}
