//! What a learning router adds to the shared prefixes, and what a router that does not learn misses.

use std::collections::{BTreeMap, HashSet};

use ipnet::Ipv4Net;

use crate::diagnostics::{Code, Finding};
use crate::model::address::Address;
use crate::model::route::default_prefix;
use crate::pipeline::learn::{ServiceAddress, ServiceIndex, address_path, routable};
use crate::pipeline::plan::route_set::shared_origin;
use crate::pipeline::plan::{Context, LearnedFrom, Origin, PlannedRoute, RouteSet};

/// How many services a message names.
const NAMED: usize = 3;

impl Context<'_, '_> {
    /// Adds what the router learns for itself to its static routes. Whether a service in error leaves open what else there is.
    pub(crate) fn learn(&mut self, own: &mut Vec<PlannedRoute>) -> bool {
        let learned = self.learned;
        let services = learned.of_router(self.router);
        let candidates = learned.everywhere.in_error.iter().chain(&services).copied();
        let in_error: Vec<ServiceIndex> = candidates.filter(|service| learned.decision(*service).in_error).collect();
        in_error.iter().for_each(|service| self.report_service_in_error(*service));
        let mut found: BTreeMap<Ipv4Net, Vec<LearnedFrom>> = BTreeMap::new();
        for &service in services.iter().filter(|service| !learned.decision(**service).in_error) {
            for destination in &learned.decision(service).destinations.prefixes {
                let address = ServiceAddress { service, address: destination.address };
                found.entry(destination.prefix).or_default().push(LearnedFrom { address, mapped_to: None });
            }
        }
        for &service in learned.everywhere.with_host_names.iter().chain(&services) {
            if !learned.decision(service).in_error {
                self.resolve(service, &mut found);
            }
        }
        self.give_way_to_static(own, &mut found);
        for (prefix, mut from) in found {
            if let Some(index) = learned.everywhere.find(&prefix.to_string()) {
                from.extend(shared_origin(&learned.everywhere.prefixes[index]));
            }
            from.sort_by(|a, b| {
                learned.service(a.address.service).name.value.cmp(&learned.service(b.address.service).name.value)
            });
            from.dedup();
            own.push(PlannedRoute::new(prefix, self.block.metric, Origin::Learned(from)));
        }
        !in_error.is_empty()
    }

    /// A static route stands where the same prefix is learned.
    fn give_way_to_static(&mut self, own: &[PlannedRoute], found: &mut BTreeMap<Ipv4Net, Vec<LearnedFrom>>) {
        let learned = self.learned;
        for route in own {
            let Origin::Static(address) = &route.origin else { continue };
            let here = found.remove(&route.route.prefix).unwrap_or_default();
            let shared =
                learned.everywhere.find(&route.text).map(|index| shared_origin(&learned.everywhere.prefixes[index]));
            let mut names: Vec<&str> = here
                .iter()
                .chain(shared.iter().flatten())
                .map(|from| learned.service(from.address.service).name.value.as_str())
                .collect();
            names.sort_unstable();
            names.dedup();
            if names.is_empty() {
                continue;
            }
            let message = format!(
                "{} is learned from {} too; the static route stands, with metric {}",
                route.text,
                some_of(&names),
                route.route.metric
            );
            let mut finding = self.finding(Code::AlsoStatic, message).at(address.at);
            finding.path = finding.path.entry("static-route", &address.value);
            self.findings.push(finding);
        }
    }

    /// The prefixes of a service's host names, by the router's own mapping and nothing else.
    fn resolve(&mut self, service: ServiceIndex, found: &mut BTreeMap<Ipv4Net, Vec<LearnedFrom>>) {
        let learned = self.learned;
        for (host, address) in &learned.decision(service).destinations.host_names {
            let mapping = self.router.host_mappings.iter().find(|mapping| mapping.host_name.value == *host);
            let mut routed = false;
            for mapped_to in mapping.map_or(&[][..], |mapping| &mapping.addresses) {
                let parsed = Address::parse(&mapped_to.value);
                let mut reports = Vec::new();
                if matches!(parsed, Address::HostName(_) | Address::Invalid) {
                    let message =
                        format!("{host} is mapped to {:?}, which is no IP address; correct it", mapped_to.value);
                    reports.push((Code::InvalidValue, message));
                }
                let prefix = routable(&parsed, mapped_to, |code, message| reports.push((code, message)));
                for (code, message) in reports {
                    let finding = self.finding(code, message).at(mapped_to.at);
                    let path = crate::model::ElementPath::authority().entry("router", &self.router.name.value);
                    let path = path.entry("static-hostname-mapping", host);
                    self.findings.push(Finding { path, ..finding });
                }
                if let Some(prefix) = prefix {
                    routed = true;
                    let address = ServiceAddress { service, address: *address };
                    found.entry(prefix).or_default().push(LearnedFrom { address, mapped_to: Some(mapped_to.clone()) });
                }
            }
            if !routed {
                self.report_unrouted(service, *address);
            }
        }
    }

    fn report_unrouted(&mut self, service: ServiceIndex, address: usize) {
        let service = self.learned.service(service);
        let address = &service.addresses[address];
        let message = format!(
            "the host name {} of service {} stays unrouted: the router's `static-hostname-mapping` gives no IPv4 address for it; \
             add one, or give the service an address",
            address.value, service.name.value
        );
        let finding = self.finding(Code::UnroutedHostName, message).at(address.at);
        self.findings.push(Finding { path: address_path(service, &address.value), ..finding });
    }

    fn report_service_in_error(&mut self, service: ServiceIndex) {
        let service = self.learned.service(service);
        let message = format!(
            "the router would learn from service {}, which has errors; it keeps what it has until they are mended",
            service.name.value
        );
        let finding = self.finding(Code::ServiceInError, message);
        self.findings.push(finding.at(service.name.at));
    }

    /// The plugin takes the route file over, so what led to these services before is gone once it is on.
    pub(crate) fn report_learning_off(&mut self, set: &RouteSet) {
        let learned = self.learned;
        if set.get(default_prefix(), learned).is_some() {
            return;
        }
        let prefixes: HashSet<Ipv4Net> = set.own.iter().map(|route| route.route.prefix).collect();
        let mut lengths: Vec<u8> = prefixes.iter().map(Ipv4Net::prefix_len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let is_covered = |prefix: &Ipv4Net| {
            lengths.iter().take_while(|length| **length <= prefix.prefix_len()).any(|length| {
                Ipv4Net::new(prefix.network(), *length).is_ok_and(|wider| prefixes.contains(&wider.trunc()))
            })
        };
        let own = learned.of_router(self.router);
        let missed = learned.everywhere.by_importance.iter().chain(&own).filter(|service| {
            let decision = learned.decision(**service);
            !decision.in_error && decision.destinations.prefixes.iter().any(|to| !is_covered(&to.prefix))
        });
        let mut names: Vec<&str> =
            missed.take(NAMED + 1).map(|service| learned.service(*service).name.value.as_str()).collect();
        names.dedup();
        if names.is_empty() {
            return;
        }
        let message = format!(
            "`learn-from-services` is off, so Linux has no route to {}, which admit tenant `_internal_`; \
             set it to true, or add their prefixes as `static-route`",
            some_of(&names)
        );
        self.report(Code::LearningOff, message);
    }
}

/// `service a, b, c and others`.
fn some_of(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    let plural = if names.len() == 1 { "service" } else { "services" };
    format!("{plural} {shown}{}", if names.len() > NAMED { " and others" } else { "" })
}
