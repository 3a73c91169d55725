//! Routes of one set against each other, against the link, and against the way to the conductor.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Mutex;

use ipnet::Ipv4Net;

use crate::diagnostics::{Code, Finding};
use crate::model::address::Address;
use crate::model::route::default_prefix;
use crate::model::{GATEWAY, Located, Metric, Router, Span};
use crate::pipeline::check::{Checked, CheckedBlock};
use crate::pipeline::learn::{Learned, ServiceIndex};
use crate::pipeline::parallel;
use crate::pipeline::plan::{Origin, Plan, PlannedRoute, RouteSet};

/// The length of the link's own prefix, of which [`GATEWAY`] and [`crate::model::KNI_ADDRESS`] are all.
const LINK_LENGTH: u8 = 31;

pub(crate) fn check(checked: &Checked<'_>, plan: &Plan<'_>, findings: &mut Vec<Finding>) {
    let shared = Prefixes::new(plan.learned.everywhere.prefixes.iter().map(|shared| shared.prefix));
    let conductor = Conductor { learned: &plan.learned, served_everywhere: Mutex::default() };
    let routers: Vec<_> = checked.routers.iter().zip(&plan.routers).collect();
    parallel::map(&routers, findings, |(judged, planned), findings| {
        let given = &judged.router.conductor_addresses;
        let given = if given.is_empty() { &checked.authority.conductor_addresses } else { given };
        let addresses = host_addresses(given, judged.router);
        for (block, set) in judged.blocks.iter().zip(&planned.route_sets) {
            let Some(set) = set else { continue };
            let own = Prefixes::new(set.own.iter().map(|route| route.route.prefix));
            let mut rules = Rules { block, set, own, shared: &shared, learned: &plan.learned, findings };
            rules.link();
            rules.within();
            rules.learned_within_static();
            for address in &addresses {
                rules.conductor(*address, judged.router, &conductor);
            }
        }
    });
}

/// The IPv4 addresses of hosts as a router sees them. A host name is what the router's own mapping says, as for services.
fn host_addresses(given: &[Located<String>], router: &Router) -> Vec<Ipv4Addr> {
    let address = |text: &str| match Address::parse(text) {
        Address::Ipv4 { network, host_bits: false } if network.prefix_len() == 32 => Some(network.addr()),
        _ => None,
    };
    given
        .iter()
        .flat_map(|given| match Address::parse(&given.value) {
            Address::HostName(name) => {
                let mapping = router.host_mappings.iter().find(|mapping| mapping.host_name.value == name);
                let mapped = mapping.map_or(&[][..], |mapping| &mapping.addresses);
                mapped.iter().filter_map(|mapped| address(&mapped.value)).collect()
            }
            _ => address(&given.value).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// Prefixes, to look up what covers one, and what lies in one.
struct Prefixes {
    sorted: Vec<Ipv4Net>,
    /// The lengths that occur, longest first.
    lengths: Vec<u8>,
}

impl Prefixes {
    fn new(prefixes: impl Iterator<Item = Ipv4Net>) -> Self {
        let mut sorted: Vec<Ipv4Net> = prefixes.collect();
        sorted.sort_unstable();
        let mut lengths: Vec<u8> = sorted.iter().map(Ipv4Net::prefix_len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        Self { sorted, lengths }
    }

    fn contains(&self, prefix: &Ipv4Net) -> bool {
        self.sorted.binary_search(prefix).is_ok()
    }

    /// The longest prefix around another one, the default route and itself aside.
    fn around(&self, prefix: Ipv4Net) -> Option<Ipv4Net> {
        let shorter = self.lengths.iter().filter(|length| **length > 0 && **length < prefix.prefix_len());
        shorter
            .filter_map(|length| Some(Ipv4Net::new(prefix.network(), *length).ok()?.trunc()))
            .find(|wider| self.contains(wider))
    }

    /// The prefixes that lie in one, itself aside.
    fn within(&self, prefix: Ipv4Net) -> impl Iterator<Item = Ipv4Net> + '_ {
        let start = self.sorted.partition_point(|other| other.network() < prefix.network());
        let inside = self.sorted[start..].iter().copied().take_while(move |other| prefix.contains(&other.network()));
        inside.filter(move |other| other.prefix_len() > prefix.prefix_len())
    }
}

/// The rules about one set of routes.
struct Rules<'r> {
    block: &'r CheckedBlock,
    set: &'r RouteSet,
    own: Prefixes,
    shared: &'r Prefixes,
    learned: &'r Learned<'r>,
    findings: &'r mut Vec<Finding>,
}

impl Rules<'_> {
    fn report(&mut self, code: Code, route: &PlannedRoute, message: String, related: Option<(String, Span)>) {
        let mut path = self.block.path.clone();
        if let Origin::Static(address) = &route.origin {
            path = path.entry("static-route", &address.value);
        }
        let mut finding =
            Finding::new(code, self.block.owner.clone(), path, message).at(place_of(&route.origin, self.learned));
        if let Some((label, at)) = related {
            finding = finding.related(label, at);
        }
        self.findings.push(finding);
    }

    /// A route to the link itself takes the place of the one that the kernel makes for it, and the gateway is gone.
    fn link(&mut self) {
        let link = Ipv4Net::new(GATEWAY, LINK_LENGTH).expect("a length of IPv4");
        let set = self.set;
        let own = set
            .own
            .iter()
            .filter(|route| link.contains(&route.route.prefix))
            .map(|route| (route.route.prefix, route.origin.clone()));
        let learned = self.learned;
        let shared = &learned.everywhere.prefixes;
        let shared = shared
            .iter()
            .filter(|shared| set.learns && link.contains(&shared.prefix) && !self.own.contains(&shared.prefix));
        let shared = shared
            .filter_map(|shared| set.get(shared.prefix, learned))
            .map(|view| (view.route.prefix, view.origin.into_owned()));
        for (prefix, origin) in own.chain(shared).collect::<Vec<_>>() {
            let message = format!(
                "{prefix} is kni254's own link; a route to it through its own gateway can make the gateway unreachable, \
                 and with it every route of this file; remove it"
            );
            let route = PlannedRoute::new(prefix, set.metric, origin);
            self.report(Code::CoversLink, &route, message, None);
        }
    }

    /// Static routes inside other routes: the longest prefix wins, whatever the metrics.
    fn within(&mut self) {
        let set = self.set;
        for route in set.own.iter().filter(|route| matches!(route.origin, Origin::Static(_))) {
            let prefix = route.route.prefix;
            let shared = if set.learns { self.shared.around(prefix) } else { None };
            let Some(wider) = self.own.around(prefix).max_by_length(shared) else { continue };
            let Some(outer) = set.get(wider, self.learned) else { continue };
            let (metric, outer_metric) = (route.route.metric, outer.route.metric);
            let is_learned = matches!(*outer.origin, Origin::Learned(_));
            let whence = if is_learned { "learned" } else { "static" };
            let related = place_of(&outer.origin, self.learned).map(|at| (format!("{wider}, {whence}"), at));
            if metric > outer_metric {
                self.report(
                    Code::WorseMetricWithin,
                    route,
                    worse(prefix, metric, wider, outer_metric, whence),
                    related,
                );
            } else if is_learned {
                let message = format!(
                    "{prefix} lies in {wider}, which is learned and leads the same way, so this static route adds nothing; remove it, \
                     unless another interface has a route in between"
                );
                self.report(Code::ShadowedRoute, route, message, related);
            }
        }
    }

    /// Learned prefixes inside a static route of a better metric. One finding a static route: how many there are is no news.
    fn learned_within_static(&mut self) {
        let set = self.set;
        for route in set.own.iter().filter(|route| matches!(route.origin, Origin::Static(_))) {
            let prefix = route.route.prefix;
            if prefix == default_prefix() || !set.learns || set.metric <= route.route.metric {
                continue;
            }
            let own = self.own.within(prefix).filter(|inner| self.is_learned(*inner));
            let shared = self.shared.within(prefix).filter(|inner| !self.own.contains(inner));
            let Some(inner) = own.chain(shared).min() else { continue };
            let message = worse(inner, set.metric, prefix, route.route.metric, "static");
            let related = set.get(inner, self.learned).and_then(|view| place_of(&view.origin, self.learned));
            self.report(Code::WorseMetricWithin, route, message, related.map(|at| (format!("{inner}, learned"), at)));
        }
    }

    fn is_learned(&self, prefix: Ipv4Net) -> bool {
        self.set.get(prefix, self.learned).is_some_and(|view| matches!(*view.origin, Origin::Learned(_)))
    }

    /// A route to the conductor through kni254 leads into a black hole where no service takes its traffic further.
    fn conductor(&mut self, address: Ipv4Addr, router: &Router, conductor: &Conductor<'_>) {
        let host = Ipv4Net::from(address);
        let covers = |prefix: Ipv4Net| self.set.get(prefix, self.learned).is_some();
        let around = self.own.around(host).filter(|_| !self.own.contains(&host));
        let cover = if covers(host) { Some(host) } else { around };
        let cover = cover.or_else(|| covers(default_prefix()).then(default_prefix));
        let Some(cover) = cover else { return };
        let Some(view) = self.set.get(cover, self.learned).filter(|view| !matches!(*view.origin, Origin::Learned(_)))
        else {
            return;
        };
        if conductor.is_served(address, router) {
            return;
        }
        let message = format!(
            "this route leads to the conductor, {address}, through kni254, and no service that admits tenant `_internal_` and applies to \
             this router leads on to it, so the router would lose its conductor; add such a service, or narrow the route"
        );
        let route = PlannedRoute::new(cover, view.route.metric, view.origin.into_owned());
        self.report(Code::ConductorCutOff, &route, message, None);
    }
}

fn worse(inner: Ipv4Net, metric: Metric, outer: Ipv4Net, outer_metric: Metric, whence: &str) -> String {
    format!(
        "{inner} has metric {metric}, worse than {outer_metric} of the {whence} {outer} around it; the longest prefix wins whatever the metrics, \
         so its worse metric keeps nothing off it; give both the same metric"
    )
}

/// The longer one of two prefixes around another.
trait MaxByLength {
    fn max_by_length(self, other: Self) -> Self;
}

impl MaxByLength for Option<Ipv4Net> {
    fn max_by_length(self, other: Self) -> Self {
        self.into_iter().chain(other).max_by_key(Ipv4Net::prefix_len)
    }
}

fn place_of(origin: &Origin, learned: &Learned<'_>) -> Option<Span> {
    match origin {
        Origin::Default(at) => Some(*at),
        Origin::Static(address) => Some(address.at),
        Origin::Learned(from) => from.first().map(|from| learned.address(from.address).at),
    }
}

/// Who leads on to the conductor.
struct Conductor<'a> {
    learned: &'a Learned<'a>,
    /// Whether a service that applies to every router does.
    served_everywhere: Mutex<HashMap<Ipv4Addr, bool>>,
}

impl Conductor<'_> {
    fn is_served(&self, address: Ipv4Addr, router: &Router) -> bool {
        let learned = self.learned;
        // What a service in error leads to cannot be told.
        let serves = |service: &ServiceIndex| {
            let decision = learned.decision(*service);
            decision.in_error || decision.destinations.prefixes.iter().any(|to| to.prefix.contains(&address))
        };
        let everywhere = {
            let mut known = self.served_everywhere.lock().expect("no thread panics while it holds this");
            *known.entry(address).or_insert_with(|| learned.everywhere.services.iter().any(serves))
        };
        let by_name = |service: &ServiceIndex| {
            let names = &learned.decision(*service).destinations.host_names;
            let given: Vec<_> =
                names.iter().map(|(_, address)| learned.service(*service).addresses[*address].clone()).collect();
            host_addresses(&given, router).contains(&address)
        };
        let of_router = learned.of_router(router);
        everywhere
            || of_router.iter().any(serves)
            || learned.everywhere.with_host_names.iter().chain(&of_router).any(by_name)
    }
}
