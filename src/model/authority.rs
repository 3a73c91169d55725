//! The authority as written: values parsed into types, nothing judged yet.
//!
//! Every element and its meaning: `docs/configuration.md`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::address::{Address, PolicySource};
use super::{Located, RawBlock, Span};

/// The whole configuration, merged from all sources.
#[derive(Clone, Debug, Default)]
pub struct Authority {
    /// The routers, in the order in which they were first met.
    pub routers: Vec<Router>,
    /// The services, in the order in which they were first met.
    pub services: Vec<Service>,
    /// `conductor-address`: where the routers find the conductor, unless they have their own.
    pub conductor_addresses: Vec<Located<Address>>,
}

/// A router of one or two nodes.
#[derive(Clone, Debug)]
pub struct Router {
    /// `name`, the list key.
    pub name: Located<String>,
    /// `conductor-address`: where this router finds the conductor, in place of the authority's.
    pub conductor_addresses: Vec<Located<Address>>,
    /// `router-group` and `group`: what an `applies-to` of type `router-group` names.
    pub router_groups: Vec<Located<String>>,
    /// `resource-group`: what an `applies-to` of type `resource-group` names.
    pub resource_groups: Vec<Located<String>>,
    /// `static-hostname-mapping`: the only place where a host name becomes an address.
    pub host_mappings: Vec<HostMapping>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The plugin block as written, if there is one.
    pub block: Option<RawBlock>,
}

/// An entry of `static-hostname-mapping`.
#[derive(Clone, Debug)]
pub struct HostMapping {
    /// The host name, lower case.
    pub host_name: Located<String>,
    /// The addresses that it is mapped to.
    pub addresses: Vec<Located<Address>>,
}

/// A node of a router.
#[derive(Clone, Debug)]
pub struct Node {
    /// `name`, the list key; names repeat across routers.
    pub name: Located<String>,
    /// `asset-id`: the Salt minion id.
    pub asset_id: Option<Located<String>>,
    /// `role`.
    pub role: Option<Located<NodeRole>>,
    /// A plugin block of this node's own, which replaces the router's.
    pub block: Option<RawBlock>,
}

/// What a node does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeRole {
    /// `combo`: controls and forwards.
    Combo,
    /// `control`: controls.
    Control,
    /// `slice`: forwards.
    Slice,
    /// `conductor`: manages routers, is none.
    Conductor,
    /// A role that this version does not know.
    Unknown(String),
}

/// A service, or a child service (`child.parent`).
#[derive(Clone, Debug)]
pub struct Service {
    /// `name`, the list key.
    pub name: Located<String>,
    /// `enabled`; absent is true.
    pub enabled: Option<Located<bool>>,
    /// `scope`.
    pub scope: Option<Located<Scope>>,
    /// `address`: prefixes, addresses and host names.
    pub addresses: Vec<Located<Address>>,
    /// `access-policy`, one entry a source.
    pub access_policies: Vec<AccessPolicy>,
    /// `applies-to`, one entry a type.
    pub applies_to: Vec<AppliesTo>,
}

/// Who may see a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `public`: global, so `_internal_` gains nothing from it.
    Public,
    /// `private`: the access policies decide.
    Private,
    /// A scope that this version does not know: the access policies decide.
    Unknown(String),
}

/// An entry of a service's `access-policy`.
#[derive(Clone, Debug)]
pub struct AccessPolicy {
    /// `source`, the list key: a tenant, a prefix, or `tenant@prefix`.
    pub source: Located<PolicySource>,
    /// `permission`; absent is allow.
    pub permission: Option<Located<Permission>>,
}

/// What an access policy gives its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// `allow`.
    Allow,
    /// `deny`.
    Deny,
    /// A permission that this version does not know.
    Unknown(String),
}

/// An entry of a service's `applies-to`.
#[derive(Clone, Debug)]
pub struct AppliesTo {
    /// `type`, the list key.
    pub kind: Located<AppliesToKind>,
    /// `router-name`, `group-name` or `resource-group`, as the type has it.
    pub names: Vec<Located<String>>,
}

/// The type of an `applies-to` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppliesToKind {
    /// `authority`: every router.
    Authority,
    /// `router`: the routers named.
    Router,
    /// `router-group`: the routers in the groups named.
    RouterGroup,
    /// `resource-group`: the routers in the resource groups named.
    ResourceGroup,
    /// A type that this version does not know.
    Unknown(String),
}

macro_rules! words {
    ($($kind:ident { $($word:literal = $variant:ident,)+ })+) => { $(
        impl $kind {
            /// The value that a text stands for; an identity may have its module in front (RFC 7951, section 6.8).
            #[must_use]
            pub fn of(text: &str) -> Self {
                match text.rsplit(':').next().unwrap_or(text) {
                    $($word => Self::$variant,)+
                    _ => Self::Unknown(text.to_owned()),
                }
            }

            /// The value as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(text) => text,
                }
            }
        }
    )+ };
}

words! {
    NodeRole { "combo" = Combo, "control" = Control, "slice" = Slice, "conductor" = Conductor, }
    Scope { "public" = Public, "private" = Private, }
    Permission { "allow" = Allow, "deny" = Deny, }
    AppliesToKind {
        "authority" = Authority,
        "router" = Router,
        "router-group" = RouterGroup,
        "resource-group" = ResourceGroup,
    }
}

impl AppliesToKind {
    /// The leaf-list in which an entry of this type has its names.
    #[must_use]
    pub fn names_in(&self) -> Option<&'static str> {
        match self {
            Self::Router => Some("router-name"),
            Self::RouterGroup => Some("group-name"),
            Self::ResourceGroup => Some("resource-group"),
            Self::Authority | Self::Unknown(_) => None,
        }
    }
}

impl Service {
    /// The name of the service that this one is a child of: `b.a` for `c.b.a`.
    #[must_use]
    pub fn parent_name(&self) -> Option<&str> {
        self.name.value.split_once('.').map(|(_, parent)| parent)
    }
}

impl Router {
    /// Returns the addresses that `static-hostname-mapping` has for a host name in lower case.
    #[must_use]
    pub fn mapped(&self, host_name: &str) -> &[Located<Address>] {
        let mapping = self.host_mappings.iter().find(|mapping| mapping.host_name.value == host_name);
        mapping.map_or(&[], |mapping| &mapping.addresses)
    }

    /// Where the router is named.
    #[must_use]
    pub fn at(&self) -> Span {
        self.name.at
    }
}

/// A node in the authority: node names alone repeat across routers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId {
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.router, self.node)
    }
}
