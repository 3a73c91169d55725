//! The reasons why services and addresses have no route on a node.

use ipnet::Ipv4Net;

use crate::commands::exclusions::{Exclusion, ServiceRef, View};
use crate::commands::why::answer::{NotRouted, Query};
use crate::commands::why::reasons::reasons;
use crate::model::{Address, AddressKind, Plan, Router, ServiceIndex};

/// A query about services and addresses without a route.
pub(super) struct NotRoutedQuery<'q> {
    pub(super) plan: &'q Plan<'q>,
    /// The node.
    pub(super) view: &'q View<'q>,
    pub(super) router: &'q Router,
    pub(super) query: &'q Query,
    pub(super) service: Option<ServiceIndex>,
}

impl NotRoutedQuery<'_> {
    /// Returns the services and addresses that the query selects and the node does not route. A
    /// query that names neither a prefix nor a service leaves out the services that are not for the
    /// tenant, or not for this router.
    pub(super) fn answer(&self) -> Vec<NotRouted> {
        let learned = &self.plan.learned;
        let mut services: Vec<ServiceIndex> = match self.service {
            Some(service) => vec![service],
            None => (0..learned.services().len()).collect(),
        };
        learned.sort_by_name(&mut services);
        services.into_iter().flat_map(|service| self.of_service(service)).collect()
    }

    fn of_service(&self, index: ServiceIndex) -> Vec<NotRouted> {
        let service = self.plan.learned.service(index);
        let selected = service.addresses.iter().map(|address| &address.value).filter(|address| self.selects(address));
        let selected: Vec<&Address> = selected.collect();
        if self.query.prefix.is_some() && selected.is_empty() {
            return Vec::new();
        }
        let of_service = ServiceRef { name: &service.name.value, index: Some(index) };
        let mut exclusions = self.view.of_node();
        exclusions.extend(self.view.of_service(&of_service));
        if service.addresses.is_empty() {
            exclusions.push(Exclusion::NoAddress);
        }
        let is_named = self.service.is_some() || self.query.prefix.is_some();
        let mut answers = Vec::new();
        if !exclusions.is_empty() {
            if !is_named && exclusions.iter().any(|exclusion| exclusion.is_foreign()) {
                return Vec::new();
            }
            answers.push(self.not_routed(&of_service, (None, None), &exclusions));
        }
        if exclusions.is_empty() || is_named {
            answers.extend(selected.into_iter().flat_map(|address| self.of_address(&of_service, address)));
        }
        answers
    }

    /// Returns an answer for each destination of an address that a decision about the address alone
    /// excludes.
    fn of_address(&self, service: &ServiceRef<'_>, address: &Address) -> Vec<NotRouted> {
        let AddressKind::HostName(name) = address.kind() else {
            return self.excluded(service, (Some(address), None), &self.view.of_address(address)).into_iter().collect();
        };
        let mapped = self.router.mapped(name);
        if mapped.is_empty() {
            return vec![self.not_routed(service, (Some(address), None), &[Exclusion::NotMapped])];
        }
        let selected = mapped.iter().map(|to| &to.value).filter(|to| self.query.prefix.is_none() || self.overlaps(to));
        let answer = |to: &Address| self.excluded(service, (Some(address), Some(to)), &self.view.of_destination(to));
        selected.filter_map(answer).collect()
    }

    fn excluded(
        &self,
        service: &ServiceRef<'_>,
        addresses: (Option<&Address>, Option<&Address>),
        exclusions: &[Exclusion],
    ) -> Option<NotRouted> {
        (!exclusions.is_empty()).then(|| self.not_routed(service, addresses, exclusions))
    }

    fn not_routed(
        &self,
        service: &ServiceRef<'_>,
        (address, mapped_to): (Option<&Address>, Option<&Address>),
        exclusions: &[Exclusion],
    ) -> NotRouted {
        NotRouted {
            service: Some(service.name.to_owned()),
            address: address.map(Address::to_string),
            mapped_to: mapped_to.map(Address::to_string),
            reasons: reasons(exclusions, self.view, &self.router.name.value, Some(service)),
        }
    }

    /// Returns true if the query selects an address of a service.
    fn selects(&self, address: &Address) -> bool {
        match address.kind() {
            _ if self.query.prefix.is_none() => true,
            AddressKind::HostName(name) => self.router.mapped(name).iter().any(|to| self.overlaps(&to.value)),
            _ => self.overlaps(address),
        }
    }

    /// Returns true if an IPv4 address and the prefix of the query overlap.
    fn overlaps(&self, address: &Address) -> bool {
        let overlap = |a: Ipv4Net, b: Ipv4Net| a.contains(&b) || b.contains(&a);
        self.query.prefix.zip(address.network()).is_some_and(|(a, b)| overlap(a, b))
    }
}
