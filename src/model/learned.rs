//! The authority's services after the stage `learn`: the prefixes that routers learn, and the
//! reasons.
//!
//! Most services apply to every router. Their prefixes are computed once and shared; a router
//! adds those that apply to it alone.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::address::{Address, AddressKind, SourceKind};
use super::authority::AppliesToKind;
use super::line_order::LineOrder;
use super::{AccessPolicy, AppliesTo, Authority, Located, Router, Service};

/// The index of a service in [`Authority::services`].
pub type ServiceIndex = usize;

/// An address of a service: the origin of a learned route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceAddress {
    /// The service.
    pub service: ServiceIndex,
    /// The index in [`Service::addresses`].
    pub address: usize,
}

/// An access policy of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePolicy {
    /// The service.
    pub service: ServiceIndex,
    /// The index in [`Service::access_policies`].
    pub policy: usize,
}

/// The decisions about all services.
#[derive(Debug)]
pub struct Learned<'a> {
    /// The authority of the services.
    pub(crate) authority: &'a Authority,
    /// The decision about each service, in the order of [`Authority::services`].
    pub(crate) decisions: Vec<Decision>,
    /// The services that apply to every router, and their prefixes.
    pub everywhere: Shared,
    /// The other services, by the names in their `applies-to`.
    pub(crate) by_name: ServicesByName<'a>,
}

/// Services by the names of the routers and groups that they apply to.
#[derive(Debug, Default)]
pub(crate) struct ServicesByName<'a> {
    pub(crate) routers: HashMap<&'a str, Vec<ServiceIndex>>,
    pub(crate) router_groups: HashMap<&'a str, Vec<ServiceIndex>>,
    pub(crate) resource_groups: HashMap<&'a str, Vec<ServiceIndex>>,
}

/// The indices of routers by the names that an `applies-to` can have.
#[derive(Debug, Default)]
pub(crate) struct RoutersByName<'a> {
    routers: HashMap<&'a str, Vec<usize>>,
    router_groups: HashMap<&'a str, Vec<usize>>,
    resource_groups: HashMap<&'a str, Vec<usize>>,
    count: usize,
}

impl<'a> RoutersByName<'a> {
    /// Returns the routers by their names. The index of a router is its place in the list.
    pub(crate) fn new(routers: &[&'a Router]) -> Self {
        let mut by_name = Self { count: routers.len(), ..Self::default() };
        for (index, router) in routers.iter().enumerate() {
            by_name.routers.entry(&router.name.value).or_default().push(index);
            for group in &router.router_groups {
                by_name.router_groups.entry(&group.value).or_default().push(index);
            }
            for group in &router.resource_groups {
                by_name.resource_groups.entry(&group.value).or_default().push(index);
            }
        }
        by_name
    }
}

/// The decision about one service.
#[derive(Debug)]
pub struct Decision {
    /// The parent of a child service, if it exists.
    pub parent: Option<ServiceIndex>,
    /// The access of tenant `_internal_`.
    pub admission: Admission,
    /// The access that the policies give, also to a disabled service.
    pub by_policies: Admission,
    /// The service whose `applies-to` is in effect: this one, or else its nearest ancestor that has
    /// an `applies-to`. `None` if the service applies to every router.
    pub applies_to: Option<ServiceIndex>,
    /// The destinations, if it admits the tenant.
    pub destinations: Destinations,
    /// True if the service or an ancestor has errors. Then its prefixes are unknown.
    pub in_error: bool,
    /// True if it could not be read completely. Then the routers to which it applies are also
    /// unknown.
    pub unread: bool,
}

/// The access that the policies of a service, or of its ancestors, give to tenant `_internal_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A policy allows it.
    Admitted(ServicePolicy),
    /// The service is disabled.
    Disabled,
    /// No policy matches the tenant.
    NoPolicy {
        /// True if the scope is public, which has no effect for this tenant.
        public: bool,
    },
    /// A policy denies it.
    Denied(ServicePolicy),
    /// The policies have errors.
    Undecided,
}

/// The services that apply to every router.
#[derive(Debug, Default)]
pub struct Shared {
    /// The services, sorted by name.
    pub services: Vec<ServiceIndex>,
    /// Their prefixes in the order of the route file's lines, each once.
    pub prefixes: Vec<SharedPrefix>,
    /// Those with host names among their addresses.
    pub with_host_names: Vec<ServiceIndex>,
    /// Those with errors.
    pub in_error: Vec<ServiceIndex>,
    /// The services in the order in which a message names them: first the generated ones for
    /// conductor and management.
    pub by_importance: Vec<ServiceIndex>,
}

impl Shared {
    /// Returns the index of a prefix.
    pub(crate) fn find(&self, prefix: Ipv4Net) -> Option<usize> {
        self.prefixes.binary_search_by_key(&LineOrder::of(prefix), |shared| LineOrder::of(shared.prefix)).ok()
    }
}

/// A prefix and the addresses that it comes from.
#[derive(Debug)]
pub struct SharedPrefix {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The addresses, sorted by the names of their services.
    pub from: Vec<ServiceAddress>,
}

/// The destinations of one service.
#[derive(Debug, Default)]
pub struct Destinations {
    /// The IPv4 prefixes that can be routes.
    pub prefixes: Vec<Destination>,
    /// The host names, in lower case, with their index in [`Service::addresses`].
    pub host_names: Vec<(String, usize)>,
}

/// An address that can be a route.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The index in [`Service::addresses`].
    pub address: usize,
}

/// A host name of a service, as a router maps it to addresses.
#[derive(Debug)]
pub(crate) struct Resolution<'l> {
    /// The host name, in lower case.
    pub host_name: &'l str,
    /// The address of the service.
    pub address: ServiceAddress,
    /// The addresses in the router's `static-hostname-mapping`.
    pub addresses: &'l [Located<Address>],
}

impl<'a> Learned<'a> {
    /// Returns the decision about a service.
    #[must_use]
    pub(crate) fn decision(&self, service: ServiceIndex) -> &Decision {
        &self.decisions[service]
    }

    /// Returns all services, in the order of their indices.
    #[must_use]
    pub fn services(&self) -> &'a [Service] {
        &self.authority.services
    }

    /// Returns the services with their decisions.
    pub(crate) fn decided(&self) -> impl Iterator<Item = (&'a Service, &Decision)> {
        self.authority.services.iter().zip(&self.decisions)
    }

    /// Returns a service.
    #[must_use]
    pub fn service(&self, index: ServiceIndex) -> &'a Service {
        &self.authority.services[index]
    }

    /// Returns the name of a service.
    #[must_use]
    pub fn name(&self, index: ServiceIndex) -> &'a str {
        &self.service(index).name.value
    }

    /// Returns the services that apply to this router but not to every router, sorted by name.
    /// Any matching entry of `applies-to` suffices.
    #[must_use]
    pub(crate) fn of_router(&self, router: &Router) -> Vec<ServiceIndex> {
        let mut services: Vec<_> = self.each_of_router(router).collect();
        self.sort_by_name(&mut services);
        services.dedup();
        services
    }

    /// Returns the same services in any order. A service may occur several times.
    pub(crate) fn each_of_router<'r>(&'r self, router: &'r Router) -> impl Iterator<Item = ServiceIndex> + 'r {
        let groups = router.router_groups.iter().map(|group| self.by_name.router_groups.get(group.value.as_str()));
        let resources =
            router.resource_groups.iter().map(|group| self.by_name.resource_groups.get(group.value.as_str()));
        let named = std::iter::once(self.by_name.routers.get(router.name.value.as_str()));
        named.chain(groups).chain(resources).flatten().flatten().copied()
    }

    /// Returns an address as it was written.
    #[must_use]
    pub fn address(&self, address: ServiceAddress) -> &'a Located<Address> {
        &self.service(address.service).addresses[address.address]
    }

    /// Returns an access policy.
    pub(crate) fn policy(&self, policy: ServicePolicy) -> &'a AccessPolicy {
        &self.service(policy.service).access_policies[policy.policy]
    }

    /// Returns the policies in effect that deny tenant `_internal_` the access to a service. For
    /// each source, the policy of the nearest service is in effect.
    pub(crate) fn denying(&self, service: ServiceIndex) -> Vec<ServicePolicy> {
        let (mut seen, mut denying) = (HashSet::new(), Vec::new());
        for service in self.with_ancestors(service) {
            for (policy, written) in self.service(service).access_policies.iter().enumerate() {
                let is_internal = written.source.value.kind() == SourceKind::Internal;
                if is_internal && seen.insert(written.source.value.as_str()) && written.denies() {
                    denying.push(ServicePolicy { service, policy });
                }
            }
        }
        denying
    }

    /// Iterates over a service and its ancestors, from the nearest to the topmost.
    pub(crate) fn with_ancestors(&self, service: ServiceIndex) -> impl Iterator<Item = ServiceIndex> {
        std::iter::successors(Some(service), |service| self.decision(*service).parent)
    }

    /// Returns true if a service applies to a router.
    #[must_use]
    pub(crate) fn applies(&self, service: ServiceIndex, router: &Router) -> bool {
        let Some(by) = self.decisions[service].applies_to else { return true };
        self.service(by).applies_to.iter().any(|applies| applies_to_router(applies, router))
    }

    /// Returns the routers that the `applies-to` of a service matches, sorted.
    pub(crate) fn matched_by(&self, by: ServiceIndex, routers: &RoutersByName<'_>) -> Vec<usize> {
        let mut matched = Vec::new();
        for applies in &self.service(by).applies_to {
            let names = match &applies.kind.value {
                AppliesToKind::Authority | AppliesToKind::Unknown(_) => return (0..routers.count).collect(),
                AppliesToKind::Router => &routers.routers,
                AppliesToKind::RouterGroup => &routers.router_groups,
                AppliesToKind::ResourceGroup => &routers.resource_groups,
            };
            matched.extend(applies.names.iter().filter_map(|name| names.get(name.value.as_str())).flatten());
        }
        matched.sort_unstable();
        matched.dedup();
        matched
    }

    /// Sorts services by name, so that their order in the configuration has no effect.
    pub(crate) fn sort_by_name(&self, services: &mut [ServiceIndex]) {
        services.sort_by(|a, b| self.name(*a).cmp(self.name(*b)));
    }

    /// Returns the services with errors that a router would learn from, given those that apply to
    /// it alone.
    pub(crate) fn in_error<'l>(&'l self, of_router: &'l [ServiceIndex]) -> impl Iterator<Item = ServiceIndex> + 'l {
        let services = self.everywhere.in_error.iter().chain(of_router).copied();
        services.filter(|service| self.decision(*service).in_error)
    }

    /// Returns the IPv4 addresses of the host names in the services that a router learns from,
    /// with or without errors.
    pub(crate) fn host_addresses<'l>(
        &'l self,
        router: &'l Router,
        of_router: &'l [ServiceIndex],
    ) -> impl Iterator<Item = Ipv4Addr> + 'l {
        let services = self.everywhere.with_host_names.iter().chain(of_router);
        let names = services.flat_map(|service| &self.decision(*service).destinations.host_names);
        let mappings = router.mappings();
        names.flat_map(move |(host_name, _)| mappings.of(host_name)).filter_map(|address| address.value.host())
    }

    /// Resolves the host names of the services that a router learns from, using only the router's
    /// mapping.
    pub(crate) fn resolutions<'l>(
        &'l self,
        router: &'l Router,
        of_router: &'l [ServiceIndex],
    ) -> impl Iterator<Item = Resolution<'l>> + 'l {
        let services = self.everywhere.with_host_names.iter().chain(of_router).copied();
        let read = services.filter(|service| !self.decision(*service).in_error);
        let names = read.flat_map(|service| {
            self.decision(service).destinations.host_names.iter().map(move |(name, address)| (service, name, *address))
        });
        let mappings = router.mappings();
        names.map(move |(service, host_name, address)| Resolution {
            host_name,
            address: ServiceAddress { service, address },
            addresses: mappings.of(host_name),
        })
    }
}

impl Destinations {
    /// Returns the destinations of a service.
    pub(crate) fn of(service: &Service) -> Self {
        let mut destinations = Self::default();
        for (index, address) in service.addresses.iter().enumerate() {
            if let AddressKind::HostName(name) = address.value.kind() {
                destinations.host_names.push((name.clone(), index));
            }
            let prefix = address.value.routable();
            destinations.prefixes.extend(prefix.map(|prefix| Destination { prefix, address: index }));
        }
        destinations
    }
}

fn applies_to_router(applies: &AppliesTo, router: &Router) -> bool {
    let names_any_of = |groups: &[Located<String>]| {
        applies.names.iter().any(|name| groups.iter().any(|group| group.value == name.value))
    };
    match &applies.kind.value {
        AppliesToKind::Authority | AppliesToKind::Unknown(_) => true,
        AppliesToKind::Router => names_any_of(std::slice::from_ref(&router.name)),
        AppliesToKind::RouterGroup => names_any_of(&router.router_groups),
        AppliesToKind::ResourceGroup => names_any_of(&router.resource_groups),
    }
}
