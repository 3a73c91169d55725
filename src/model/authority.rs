//! The authority as it was written: values are parsed into types, but not checked.
//!
//! `docs/configuration.md` explains each element.

use std::collections::HashMap;
use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::address::{Address, AddressKind, PolicySource};
use super::{Element, Located, RawBlock, Span};

/// The whole configuration, merged from all sources.
#[derive(Clone, Debug, Default)]
pub struct Authority {
    /// The routers, in the order in which they were read.
    pub routers: Vec<Router>,
    /// The services, in the order in which they were read.
    pub services: Vec<Service>,
    /// `conductor-address`: the addresses of the conductor, for routers without their own.
    pub conductor_addresses: Vec<Located<Address>>,
    /// The end of the last source, if the authority has no router.
    pub end: Option<Span>,
}

/// A router of one or two nodes.
#[derive(Clone, Debug)]
pub struct Router {
    /// `name`, the list key.
    pub name: Located<String>,
    /// `conductor-address`: the addresses of the conductor, which replace the authority's.
    pub conductor_addresses: Vec<Located<Address>>,
    /// `router-group` and `group`: the names for an `applies-to` of type `router-group`.
    pub router_groups: Vec<Located<String>>,
    /// `resource-group`: the names for an `applies-to` of type `resource-group`.
    pub resource_groups: Vec<Located<String>>,
    /// `static-hostname-mapping`: the only source of addresses for host names.
    pub host_mappings: Vec<HostMapping>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The plugin block as it was written.
    pub block: Option<RawBlock>,
}

/// An entry of `static-hostname-mapping`.
#[derive(Clone, Debug)]
pub struct HostMapping {
    /// The host name, in lower case.
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
    /// A plugin block that replaces the router's for this node.
    pub block: Option<RawBlock>,
}

/// The role of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeRole {
    /// `combo`: control and forwarding.
    Combo,
    /// `control`: control alone.
    Control,
    /// `slice`: forwarding alone.
    Slice,
    /// `conductor`: manages routers and does not route.
    Conductor,
    /// An unknown role.
    Unknown(String),
}

/// A service, or a child service (`child.parent`).
#[derive(Clone, Debug)]
pub struct Service {
    /// `name`, the list key.
    pub name: Located<String>,
    /// `enabled`; the default is true.
    pub enabled: Option<Located<bool>>,
    /// `scope`.
    pub scope: Option<Located<Scope>>,
    /// `address`: prefixes, addresses and host names.
    pub addresses: Vec<Located<Address>>,
    /// `access-policy`, with an entry for each source.
    pub access_policies: Vec<AccessPolicy>,
    /// `applies-to`, with an entry for each type.
    pub applies_to: Vec<AppliesTo>,
}

/// The purpose of a service that the product generates (`docs/configuration.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Purpose {
    /// The connections to a conductor.
    Conductor,
    /// Management over forwarding interfaces.
    Management,
}

/// The scope of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `public`: for the global tenant; tenant `_internal_` gets no access from it.
    Public,
    /// `private`: access policies decide.
    Private,
    /// An unknown scope: access policies decide.
    Unknown(String),
}

/// An entry of a service's `access-policy`.
#[derive(Clone, Debug)]
pub struct AccessPolicy {
    /// `source`, the list key: a tenant, a prefix, or `tenant@prefix`.
    pub source: Located<PolicySource>,
    /// `permission`; the default is allow.
    pub permission: Option<Located<Permission>>,
}

/// The permission of an access policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// `allow`.
    Allow,
    /// `deny`.
    Deny,
    /// An unknown permission.
    Unknown(String),
}

/// An entry of a service's `applies-to`.
#[derive(Clone, Debug)]
pub struct AppliesTo {
    /// `type`, the list key.
    pub kind: Located<AppliesToKind>,
    /// `router-name`, `group-name` or `resource-group`, depending on the type.
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
    /// An unknown type.
    Unknown(String),
}

macro_rules! words {
    ($($kind:ident { $($word:literal = $variant:ident,)+ })+) => { $(
        impl $kind {
            /// The known values.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Reads a value. An identity may start with the name of its module (RFC 7951, section
            /// 6.8).
            #[must_use]
            pub fn of(text: &str) -> Self {
                match text.rsplit(':').next().unwrap_or(text) {
                    $($word => Self::$variant,)+
                    _ => Self::Unknown(text.to_owned()),
                }
            }

            /// Returns the value as text.
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
    /// Returns the leaf-list that has the names of this type.
    pub fn names_in(&self) -> Option<&'static Element> {
        static ROUTER_NAME: Element = Element::RouterName;
        static GROUP_NAME: Element = Element::GroupName;
        static RESOURCE_GROUP: Element = Element::ResourceGroup;
        match self {
            Self::Router => Some(&ROUTER_NAME),
            Self::RouterGroup => Some(&GROUP_NAME),
            Self::ResourceGroup => Some(&RESOURCE_GROUP),
            Self::Authority | Self::Unknown(_) => None,
        }
    }
}

impl HostMapping {
    /// Returns a host name in lower case, without dots at its end.
    #[must_use]
    pub(crate) fn canonical_name(text: &str) -> String {
        text.trim_end_matches('.').to_ascii_lowercase()
    }
}

/// Returns the name of the parent of a child service with this name: `b.a` for `c.b.a`.
#[must_use]
pub(crate) fn parent_name(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, parent)| parent)
}

impl AccessPolicy {
    /// Returns true if the policy denies access.
    #[must_use]
    pub(crate) fn denies(&self) -> bool {
        self.permission.as_ref().is_some_and(|permission| permission.value == Permission::Deny)
    }
}

impl Service {
    /// Returns the purpose of a service that the product generates.
    #[must_use]
    pub(crate) fn generated_for(&self) -> Option<Purpose> {
        let name = &self.name.value;
        if name.starts_with("_conductor_") {
            Some(Purpose::Conductor)
        } else {
            name.starts_with("_management_").then_some(Purpose::Management)
        }
    }

    /// Returns true if the service has `enabled false`.
    #[must_use]
    pub(crate) fn is_disabled(&self) -> bool {
        self.enabled.as_ref().is_some_and(|enabled| !enabled.value)
    }

    /// Returns the name of the parent of a child service.
    #[must_use]
    pub(crate) fn parent_name(&self) -> Option<&str> {
        parent_name(&self.name.value)
    }
}

impl Router {
    /// Returns the addresses of the router's conductors. Its own list replaces the authority's, and
    /// the product generates services for the same list.
    #[must_use]
    pub(crate) fn conductors<'a>(&'a self, authority: &'a Authority) -> &'a [Located<Address>] {
        if self.conductor_addresses.is_empty() { &authority.conductor_addresses } else { &self.conductor_addresses }
    }

    /// Returns the purpose of a service that carries the router's own management. This is a
    /// generated service, or one that leads to the host name of a conductor.
    pub(crate) fn purpose(&self, service: &Service, authority: &Authority) -> Option<Purpose> {
        let conductors = self.conductors(authority);
        let is_name = |address: &&Located<Address>| matches!(address.value.kind(), AddressKind::HostName(_));
        let leads_to_conductor = || {
            let mut names = service.addresses.iter().filter(is_name);
            names.any(|name| conductors.iter().any(|conductor| conductor.value.kind() == name.value.kind()))
        };
        service.generated_for().or_else(|| leads_to_conductor().then_some(Purpose::Conductor))
    }

    /// Iterates over the IPv4 addresses of the router's conductors, also of those with host names.
    pub(crate) fn conductor_hosts<'a>(&'a self, authority: &'a Authority) -> impl Iterator<Item = Ipv4Addr> + 'a {
        let mapped = |address: &'a Located<Address>| match address.value.kind() {
            AddressKind::HostName(name) => self.mapped(name),
            _ => std::slice::from_ref(address),
        };
        self.conductors(authority).iter().flat_map(mapped).filter_map(|address| address.value.host())
    }

    /// Returns the addresses that `static-hostname-mapping` has for a host name in lower case.
    #[must_use]
    pub(crate) fn mapped(&self, host_name: &str) -> &[Located<Address>] {
        let mapping = self.host_mappings.iter().find(|mapping| mapping.host_name.value == host_name);
        mapping.map_or(&[], |mapping| &mapping.addresses)
    }

    /// Returns an index of `static-hostname-mapping`, for many host names.
    #[must_use]
    pub(crate) fn mappings(&self) -> HostMappings<'_> {
        let is_long = self.host_mappings.len() >= LONG_MAPPING;
        let names = self.host_mappings.iter().map(|mapping| mapping.host_name.value.as_str());
        HostMappings { router: self, index: is_long.then(|| names.zip(0..).collect()) }
    }

    /// Returns the place of the router's name.
    #[must_use]
    pub fn at(&self) -> Span {
        self.name.at
    }
}

/// The length from which a mapping has an index. A search of a shorter one costs less.
const LONG_MAPPING: usize = 16;

/// The `static-hostname-mapping` of a router.
#[derive(Debug)]
pub(crate) struct HostMappings<'a> {
    router: &'a Router,
    index: Option<HashMap<&'a str, usize>>,
}

impl<'a> HostMappings<'a> {
    /// Returns the addresses of a host name in lower case.
    pub(crate) fn of(&self, host_name: &str) -> &'a [Located<Address>] {
        match &self.index {
            Some(index) => index.get(host_name).map_or(&[], |index| &self.router.host_mappings[*index].addresses),
            None => self.router.mapped(host_name),
        }
    }
}

/// The identity of a node. Node names repeat across routers.
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
