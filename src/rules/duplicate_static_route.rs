//! `duplicate-static-route`: two static routes with the same destination.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::block::{RawKey, RawStaticRoute, RawValue};
use crate::model::{Action, Fix};

/// The rule.
pub(crate) static RULE: Rule = rule!("duplicate-static-route", Error, "Two static routes with the same destination.");

/// Reports all static routes to one destination except the first one by address. The order in the
/// configuration has no effect.
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    let mut by_prefix: BTreeMap<Ipv4Net, Vec<&RawStaticRoute>> = BTreeMap::new();
    for route in context.raw.static_routes() {
        if let Some(prefix) = route.address.value.routable() {
            by_prefix.entry(prefix).or_default().push(route);
        }
    }
    for (prefix, mut routes) in by_prefix {
        routes.sort_by_key(|route| (route.address.value.as_str(), route.address.at));
        let Some((first, others)) = routes.split_first() else { continue };
        for route in others {
            let message = format!("duplicate static route to {prefix}; remove one of them");
            let finding = context.of_static_route(&RULE, &route.address, message);
            let remove = Action::RemoveEntry { key: route.address.value.as_str().to_owned() };
            let fix = says_the_same(route, first).then(|| Fix::safe(route.address.at, remove));
            findings.push(finding.related("the other one", first.address.at).fix(fix));
        }
    }
}

/// Returns true if two static routes have the same keys with the same values.
fn says_the_same(a: &RawStaticRoute, b: &RawStaticRoute) -> bool {
    let texts = |route: &RawStaticRoute| {
        let text = |key: &RawKey| match &key.value {
            RawValue::Text { text, .. } => Some((key.name.clone(), text.clone())),
            RawValue::StaticRoutes(_) | RawValue::Unexpected(_) => None,
        };
        route.keys.iter().filter(|key| !key.is_null()).map(text).collect::<Option<BTreeMap<_, _>>>()
    };
    texts(a).is_some() && texts(a) == texts(b)
}
