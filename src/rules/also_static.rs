//! `also-static`: a prefix that is both static and learned.

use super::RouterContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::{Action, Element, Fix, Origin, Route, Safety};

/// The rule.
pub(crate) static RULE: Rule = rule!("also-static", Notice, "A prefix that is both static and learned.");

/// Reports static routes to a prefix that is also learned.
pub(super) fn check(context: &RouterContext<'_>, findings: &mut Vec<Finding>) {
    for set in context.sets() {
        for route in set.routes.own.iter().filter(|route| !route.replaces.is_empty()) {
            let Origin::Static(address) = &route.origin else { continue };
            let mut names: Vec<&str> =
                route.replaces.iter().map(|address| context.learned.name(address.service)).collect();
            names.sort_unstable();
            names.dedup();
            let Route { prefix, metric } = route.route;
            let message = format!(
                "{prefix} is also learned from {}; the static route is used, with metric {metric}",
                super::some_of(&names)
            );
            let path = set.checked.path.entry(Element::StaticRoute, &address.value);
            let fix = Fix::new(Safety::Unsafe, address.at, Action::RemoveEntry { key: address.value.clone() });
            findings.push(set.finding(&RULE, message).path(path).at(address.at).fix(fix));
        }
    }
}
