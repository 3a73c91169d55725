//! The elements that can give a node a route to a prefix.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ipnet::Ipv4Net;

use super::edits::Edits;
use crate::commands::exclusions::{Exclusion, View};
use crate::model::route::default_prefix;
use crate::model::{Address, AddressKind, Metric, Router};

/// An element that can give a route to a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    /// The block's `default-route`.
    DefaultRoute,
    /// A `static-route` to the prefix.
    StaticRoute,
    /// An address of a service: the prefix, or a host name that is mapped to it.
    Service { service: String, address: Address },
}

/// The addresses of the services in two configurations.
pub(super) struct Candidates<'a> {
    /// The services with each IPv4 prefix, in any spelling, or host name.
    services: HashMap<AddressKey, BTreeSet<&'a str>>,
}

/// An address that services can share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum AddressKey {
    Prefix(Ipv4Net),
    HostName(String),
}

impl AddressKey {
    fn of(address: &Address) -> Option<Self> {
        match address.kind() {
            AddressKind::HostName(name) => Some(Self::HostName(name.clone())),
            _ => address.routable().map(Self::Prefix),
        }
    }

    fn address(&self) -> Address {
        match self {
            Self::Prefix(prefix) => Address::parse(&prefix.to_string()),
            Self::HostName(name) => Address::parse(name),
        }
    }
}

/// The host names that a router maps to each prefix, in any of two configurations.
pub(super) type MappedHosts<'a> = BTreeMap<Ipv4Net, BTreeSet<&'a str>>;

/// Returns the host names that a router maps to each prefix.
pub(super) fn mapped_hosts<'a>(sides: [Option<&'a Router>; 2]) -> MappedHosts<'a> {
    let mut hosts = MappedHosts::new();
    for mapping in sides.into_iter().flatten().flat_map(|router| &router.host_mappings) {
        for prefix in mapping.addresses.iter().filter_map(|address| address.value.routable()) {
            hosts.entry(prefix).or_default().insert(&mapping.host_name.value);
        }
    }
    hosts
}

impl<'a> Candidates<'a> {
    pub(super) fn of(edits: &Edits<'a>) -> Self {
        let mut services: HashMap<AddressKey, BTreeSet<&'a str>> = HashMap::new();
        for service in edits.services().flat_map(|pair| pair.sides.into_iter().flatten()) {
            for key in service.addresses.iter().filter_map(|address| AddressKey::of(&address.value)) {
                services.entry(key).or_default().insert(&service.name.value);
            }
        }
        Self { services }
    }

    /// Returns the elements that can give a router a route to a prefix.
    pub(super) fn to(&self, prefix: Ipv4Net, mapped: &MappedHosts<'_>) -> Vec<Candidate> {
        let mut candidates = vec![Candidate::StaticRoute];
        if prefix == default_prefix() {
            candidates.push(Candidate::DefaultRoute);
        }
        let hosts = mapped.get(&prefix).into_iter().flatten().map(|host| AddressKey::HostName((*host).to_owned()));
        for key in std::iter::once(AddressKey::Prefix(prefix)).chain(hosts) {
            let services = self.services.get(&key).into_iter().flatten();
            let candidate =
                |service: &&str| Candidate::Service { service: (*service).to_owned(), address: key.address() };
            candidates.extend(services.map(candidate));
        }
        candidates
    }
}

impl Candidate {
    /// Returns the decisions that exclude the route of this element.
    ///
    /// A view of a mixture has no other static routes. So an empty block is not a decision here:
    /// its missing keys are.
    pub(super) fn exclusions(&self, prefix: Ipv4Net, view: &View<'_>) -> Vec<Exclusion> {
        let mut exclusions = view.of_node();
        exclusions.retain(|exclusion| *exclusion != Exclusion::EmptyBlock);
        match self {
            Self::DefaultRoute => exclusions.extend(view.of_default_route()),
            Self::StaticRoute => exclusions.extend(view.of_static_route(prefix)),
            Self::Service { service, address } => {
                let service = view.service(service);
                exclusions.extend(view.of_service(&service));
                let addresses = service.index.map(|index| &view.learned.service(index).addresses);
                let has_it = addresses.is_some_and(|addresses| {
                    addresses.iter().any(|written| written.value.canonical() == address.canonical())
                });
                exclusions.extend((!has_it && service.index.is_some()).then_some(Exclusion::NoAddress));
                exclusions.extend((!is_mapped(address, prefix, view)).then_some(Exclusion::NotMapped));
                exclusions.extend(view.static_metric(prefix).map(|_| Exclusion::Replaced));
            }
        }
        exclusions
    }

    /// Returns the metric of a route of this element.
    pub(super) fn metric(&self, prefix: Ipv4Net, view: &View<'_>) -> Option<Metric> {
        match self {
            Self::StaticRoute => view.static_metric(prefix),
            Self::DefaultRoute | Self::Service { .. } => view.metric(),
        }
    }
}

/// Returns true for an IP address, and for a host name that the router maps to the prefix.
fn is_mapped(address: &Address, prefix: Ipv4Net, view: &View<'_>) -> bool {
    let AddressKind::HostName(name) = address.kind() else { return true };
    view.router.is_some_and(|router| router.mapped(name).iter().any(|to| to.value.routable() == Some(prefix)))
}
