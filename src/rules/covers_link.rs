//! `covers-link`: a route that can replace the route to the `kni254` link.

use ipnet::Ipv4Net;

use super::RoutesContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::line_order::LineOrder;
use crate::model::{GATEWAY, Origin};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("covers-link", Warning, "A route that can replace the route to the `kni254` link.");

/// The length of the link's prefix, which has two addresses: [`GATEWAY`] and
/// [`crate::model::KNI_ADDRESS`].
const LINK_LENGTH: u8 = 31;

/// Reports routes to the link. Such a route replaces the kernel's route, and then the gateway is
/// unreachable.
pub(super) fn check(context: &RoutesContext<'_>, findings: &mut Vec<Finding>) {
    let link = Ipv4Net::new(GATEWAY, LINK_LENGTH).expect("a valid length");
    let (set, learned) = (context.set.routes, context.learned);
    let own = set.own.iter().filter(|route| link.contains(&route.route.prefix));
    let own = own.map(|route| (route.route.prefix, route.origin.clone()));
    let itself = context.shared.contains(&link).then_some(link);
    let shared = itself.into_iter().chain(context.shared.within(link));
    let mut shared: Vec<Ipv4Net> = shared.filter(|prefix| set.learns && !context.own.contains(prefix)).collect();
    shared.sort_by_key(|prefix| LineOrder::of(*prefix));
    let shared = shared.into_iter().filter_map(|prefix| set.get(prefix, learned));
    let shared = shared.map(|view| (view.route.prefix, view.origin.into_owned()));
    for (prefix, origin) in own.chain(shared).collect::<Vec<(Ipv4Net, Origin)>>() {
        let message = format!(
            "{prefix} is a prefix of the link of kni254, so this route can make the gateway of all routes unreachable; \
             remove it"
        );
        findings.push(context.finding(&RULE, &origin, message));
    }
}
