//! Which prefixes a router learns from services.
//!
//! Everything about a service is decided once; most services apply to every router, so what they give is computed once too, and
//! shared. A router adds what applies to it alone.

mod admission;
mod destinations;

use std::collections::HashMap;

use ipnet::Ipv4Net;

pub use admission::{Admission, Policies};
pub use destinations::{Destination, Destinations, address_path, routable};

use crate::diagnostics::{Code, Finding, Subject, hint};
use crate::model::authority::AppliesToKind;
use crate::model::{AppliesTo, Authority, ElementPath, Router, Service};

/// Index of a service in [`Authority::services`].
pub type ServiceIndex = usize;

/// An address of a service: where a learned route comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceAddress {
    /// The service.
    pub service: ServiceIndex,
    /// Index in [`Service::addresses`].
    pub address: usize,
}

/// What all services give.
#[derive(Debug)]
pub struct Learned<'a> {
    authority: &'a Authority,
    /// What was decided about each service.
    decisions: Vec<Decision>,
    /// The services that apply to every router, and what they give.
    pub everywhere: Shared,
    by_router: HashMap<&'a str, Vec<ServiceIndex>>,
    by_router_group: HashMap<&'a str, Vec<ServiceIndex>>,
    by_resource_group: HashMap<&'a str, Vec<ServiceIndex>>,
}

/// What was decided about one service.
#[derive(Debug)]
pub struct Decision {
    /// Whether tenant `_internal_` may use it.
    pub admission: Admission,
    /// The service whose `applies-to` counts: itself, or the nearest ancestor that has one. None: it applies to every router.
    pub applies_to: Option<ServiceIndex>,
    /// Where it leads, if it is learned at all.
    pub destinations: Destinations,
    /// Whether something is wrong with it or an ancestor, so that what it gives cannot be told.
    pub in_error: bool,
    /// Whether it could not be read well, so that whom it applies to cannot be told either.
    pub unread: bool,
}

/// What the services that apply to every router give.
#[derive(Debug, Default)]
pub struct Shared {
    /// The services, by name.
    pub services: Vec<ServiceIndex>,
    /// Their prefixes in the order of the route file's lines, each once.
    pub prefixes: Vec<SharedPrefix>,
    /// Those of them that have host names among their addresses.
    pub with_host_names: Vec<ServiceIndex>,
    /// Those of them that are in error.
    pub in_error: Vec<ServiceIndex>,
    /// The services in the order in which a message names them: the generated ones for conductor and management first.
    pub by_importance: Vec<ServiceIndex>,
}

impl Shared {
    /// The index of a prefix, given as text.
    #[must_use]
    pub fn find(&self, prefix: &str) -> Option<usize> {
        self.prefixes.binary_search_by(|shared| shared.text.as_str().cmp(prefix)).ok()
    }
}

/// A prefix and the addresses that give it.
#[derive(Debug)]
pub struct SharedPrefix {
    /// The prefix.
    pub prefix: Ipv4Net,
    /// The prefix as text, by which routes are sorted.
    pub text: String,
    /// The addresses, by the names of their services.
    pub from: Vec<ServiceAddress>,
}

impl<'a> Learned<'a> {
    /// Decides about every service. `known` tells which services could not be read well; what is wrong with one that would be
    /// learned goes to `findings`.
    #[must_use]
    pub fn new(authority: &'a Authority, known: &[Finding], findings: &mut Vec<Finding>) -> Self {
        let mut policies = Policies::new(&authority.services, known, findings);
        let mut decisions: Vec<Decision> = Vec::with_capacity(authority.services.len());
        for index in 0..authority.services.len() {
            let admission = policies.admission(index, findings);
            let applies_to = policies.applies_to(index);
            let service = &authority.services[index];
            let unread = policies.in_error(index);
            let mut in_error = unread || admission == Admission::Undecided;
            let mut destinations = Destinations::default();
            if matches!(admission, Admission::Admitted { .. }) {
                in_error |= report_unknown_types(service, applies_to.map(|by| &authority.services[by]), findings);
                destinations = Destinations::of(service, findings);
                in_error |= destinations.any_invalid;
            }
            decisions.push(Decision { admission, applies_to, destinations, in_error, unread });
        }
        let mut learned = Self {
            authority,
            decisions,
            everywhere: Shared::default(),
            by_router: HashMap::new(),
            by_router_group: HashMap::new(),
            by_resource_group: HashMap::new(),
        };
        learned.index();
        learned
    }

    /// What was decided about a service.
    #[must_use]
    pub fn decision(&self, service: ServiceIndex) -> &Decision {
        &self.decisions[service]
    }

    /// All services, in the order of their indices.
    #[must_use]
    pub fn services(&self) -> &'a [Service] {
        &self.authority.services
    }

    /// The service itself.
    #[must_use]
    pub fn service(&self, index: ServiceIndex) -> &'a Service {
        &self.authority.services[index]
    }

    /// The services that apply to this router and not to every one, by name. What a service appears for is no matter: any
    /// matching entry of `applies-to` suffices.
    #[must_use]
    pub fn of_router(&self, router: &Router) -> Vec<ServiceIndex> {
        let groups = router.router_groups.iter().map(|group| self.by_router_group.get(group.value.as_str()));
        let resources = router.resource_groups.iter().map(|group| self.by_resource_group.get(group.value.as_str()));
        let named = std::iter::once(self.by_router.get(router.name.value.as_str()));
        let mut services: Vec<_> = named.chain(groups).chain(resources).flatten().flatten().copied().collect();
        self.sort_by_name(&mut services);
        services.dedup();
        services
    }

    /// An address as written.
    #[must_use]
    pub fn address(&self, address: ServiceAddress) -> &'a crate::model::Located<String> {
        &self.service(address.service).addresses[address.address]
    }

    /// Whether a service applies to a router.
    #[must_use]
    pub fn applies(&self, service: ServiceIndex, router: &Router) -> bool {
        let Some(by) = self.decisions[service].applies_to else { return true };
        self.service(by).applies_to.iter().any(|applies| applies_to_router(applies, router))
    }

    /// Sorts services by name, so that nothing depends on their order in the configuration.
    pub fn sort_by_name(&self, services: &mut [ServiceIndex]) {
        services.sort_by(|a, b| self.service(*a).name.value.cmp(&self.service(*b).name.value));
    }

    /// Files the services that may be learned under what they apply to.
    fn index(&mut self) {
        let authority = self.authority;
        for index in 0..self.decisions.len() {
            let decision = &self.decisions[index];
            if !decision.in_error && !matches!(decision.admission, Admission::Admitted { .. }) {
                continue;
            }
            let Some(by) = decision.applies_to.filter(|_| !decision.unread) else {
                self.everywhere.services.push(index);
                continue;
            };
            for applies in &authority.services[by].applies_to {
                let by_name = match &applies.kind.value {
                    // A type that is not known might mean any router.
                    AppliesToKind::Authority | AppliesToKind::Unknown(_) => {
                        self.everywhere.services.push(index);
                        continue;
                    }
                    AppliesToKind::Router => &mut self.by_router,
                    AppliesToKind::RouterGroup => &mut self.by_router_group,
                    AppliesToKind::ResourceGroup => &mut self.by_resource_group,
                };
                for name in &applies.names {
                    by_name.entry(&name.value).or_default().push(index);
                }
            }
        }
        let mut services = std::mem::take(&mut self.everywhere.services);
        self.sort_by_name(&mut services);
        services.dedup();
        self.everywhere = self.share(services);
    }

    fn share(&self, services: Vec<ServiceIndex>) -> Shared {
        let mut from: HashMap<Ipv4Net, Vec<ServiceAddress>> = HashMap::new();
        for &service in &services {
            let decision = &self.decisions[service];
            for destination in decision.destinations.prefixes.iter().filter(|_| !decision.in_error) {
                let address = ServiceAddress { service, address: destination.address };
                from.entry(destination.prefix).or_default().push(address);
            }
        }
        let mut prefixes: Vec<_> =
            from.into_iter().map(|(prefix, from)| SharedPrefix { prefix, text: prefix.to_string(), from }).collect();
        prefixes.sort_by(|a, b| a.text.cmp(&b.text));
        let only = |keep: &dyn Fn(&Decision) -> bool| {
            services.iter().copied().filter(|service| keep(&self.decisions[*service])).collect::<Vec<_>>()
        };
        let with_host_names = only(&|decision| !decision.in_error && !decision.destinations.host_names.is_empty());
        let in_error = only(&|decision| decision.in_error);
        let mut by_importance = services.clone();
        by_importance.sort_by_key(|service| {
            let name = &self.service(*service).name.value;
            !(name.starts_with("_conductor_") || name.starts_with("_management_"))
        });
        Shared { services, prefixes, with_host_names, in_error, by_importance }
    }
}

fn applies_to_router(applies: &AppliesTo, router: &Router) -> bool {
    let names_any_of = |groups: &[crate::model::Located<String>]| {
        applies.names.iter().any(|name| groups.iter().any(|group| group.value == name.value))
    };
    match &applies.kind.value {
        AppliesToKind::Authority | AppliesToKind::Unknown(_) => true,
        AppliesToKind::Router => names_any_of(std::slice::from_ref(&router.name)),
        AppliesToKind::RouterGroup => names_any_of(&router.router_groups),
        AppliesToKind::ResourceGroup => names_any_of(&router.resource_groups),
    }
}

/// An `applies-to` of an unknown type leaves open whom the service applies to.
fn report_unknown_types(service: &Service, by: Option<&Service>, findings: &mut Vec<Finding>) -> bool {
    let mut any = false;
    for applies in by.map_or(&[][..], |by| &by.applies_to) {
        let AppliesToKind::Unknown(kind) = &applies.kind.value else { continue };
        any = true;
        let message = format!(
            "the applies-to type {kind:?} is unknown{}, so whom the service applies to is too; \
             known are authority, router, router-group, resource-group",
            hint(kind, ["authority", "router", "router-group", "resource-group"])
        );
        let path = ElementPath::authority().entry("service", &service.name.value).entry("applies-to", kind);
        let subject = Subject::Service(service.name.value.clone());
        findings.push(Finding::new(Code::UnknownAppliesToType, subject, path, message).at(applies.kind.at));
    }
    any
}
