//! `learning-off`: learning is off, but services for `_internal_` exist.

use std::collections::HashSet;

use ipnet::Ipv4Net;

use super::RouterContext;
use super::{NAMED, SetContext};
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::learned::Destinations;
use crate::model::route::default_prefix;
use crate::model::{Address, GATEWAY, Located, ServiceIndex};

/// The rule.
pub(crate) static RULE: Rule = rule!("learning-off", Warning, "Learning is off, but services for `_internal_` exist.");

/// Reports blocks that do not learn while there are services for the tenant. The plugin takes over
/// the route file, so it removes earlier routes to these services.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets().filter(|set| !set.block.learn_from_services) {
        if set.routes.get(default_prefix(), context.learned).is_some() {
            continue;
        }
        let names = missed(context, &set);
        if !names.is_empty() {
            let message = format!(
                "`learn-from-services` is off, so Linux has no route to {} for tenant `_internal_`; set it to true, \
                 or add their prefixes as `static-route`",
                super::some_of(&names)
            );
            findings.push(set.finding(&RULE, message));
        }
    }
}

/// Returns the names of the first services that have a destination without a route in the set.
/// Services that carry the router's own management come first. Host names count only for these.
fn missed<'c>(context: &RouterContext<'c>, set: &SetContext<'_>) -> Vec<&'c str> {
    let learned = context.learned;
    let covered = Covered::by(set);
    let is_management = |service: &ServiceIndex| context.purpose(learned.service(*service)).is_some();
    let is_missed = |service: &&ServiceIndex| {
        let decision = learned.decision(**service);
        let Destinations { prefixes, host_names } = &decision.destinations;
        let has_missed_name = || {
            is_management(service)
                && host_names.iter().any(|(name, _)| covered.misses_any(context.checked.router.mapped(name)))
        };
        !decision.in_error && (prefixes.iter().any(|to| !covered.contains(to.prefix)) || has_missed_name())
    };
    let (management, others): (Vec<_>, Vec<_>) = context.of_router.iter().partition(|service| is_management(service));
    let services = management.into_iter().chain(&learned.everywhere.by_importance).chain(others);
    let mut names: Vec<&str> =
        services.filter(is_missed).take(NAMED + 1).map(|service| learned.name(*service)).collect();
    names.dedup();
    names
}

/// The prefixes of a set's own routes.
struct Covered {
    prefixes: HashSet<Ipv4Net>,
    /// The lengths of the prefixes, ascending.
    lengths: Vec<u8>,
}

impl Covered {
    fn by(set: &SetContext<'_>) -> Self {
        let prefixes: HashSet<Ipv4Net> = set.routes.own.iter().map(|route| route.route.prefix).collect();
        let mut lengths: Vec<u8> = prefixes.iter().map(Ipv4Net::prefix_len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self { prefixes, lengths }
    }

    /// Returns true if a prefix of the set contains this one.
    fn contains(&self, prefix: Ipv4Net) -> bool {
        let wider = |length: u8| Ipv4Net::new(prefix.network(), length).map(|wider| wider.trunc());
        let lengths = self.lengths.iter().take_while(|length| **length <= prefix.prefix_len());
        lengths.copied().any(|length| wider(length).is_ok_and(|wider| self.prefixes.contains(&wider)))
    }

    /// Returns true if the addresses of a host name are unknown, or one of them has no route.
    fn misses_any(&self, addresses: &[Located<Address>]) -> bool {
        let mut networks = addresses.iter().filter_map(|address| address.value.network()).peekable();
        let is_unknown = networks.peek().is_none();
        is_unknown || networks.any(|network| network != Ipv4Net::from(GATEWAY) && !self.contains(network))
    }
}
