//! `applies-to-nothing`: an `applies-to` that names an unknown router or group.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::AdviceContext;
use crate::diagnostics::{Finding, MOST_HINTS, Rule, did_you_mean, rule};
use crate::model::authority::AppliesToKind;
use crate::model::{AppliesTo, Authority, Element, Fix, Located, Service};

/// The rule.
pub(crate) static RULE: Rule =
    rule!("applies-to-nothing", Warning, "An `applies-to` that names an unknown router or group.");

/// The names that an `applies-to` of each type can have.
struct Names<'a> {
    routers: Known<'a>,
    router_groups: Known<'a>,
    resource_groups: Known<'a>,
}

/// The known names of a type.
struct Known<'a> {
    names: HashSet<&'a str>,
    /// The same names, once they are needed.
    sorted: OnceCell<Vec<&'a str>>,
}

impl<'a> Known<'a> {
    fn new(names: impl Iterator<Item = &'a str>) -> Self {
        Self { names: names.collect(), sorted: OnceCell::new() }
    }

    /// Returns the name that was probably intended.
    fn near(&self, name: &str) -> Option<&'a str> {
        let sorted = self.sorted.get_or_init(|| {
            let mut names: Vec<&str> = self.names.iter().copied().collect();
            names.sort_unstable();
            names
        });
        did_you_mean(name, sorted.iter().copied())
    }
}

/// Reports names in `applies-to` that no router or group has. If the sources have no router, the
/// services may name routers of other files.
pub(super) fn check(context: &AdviceContext<'_>, findings: &mut Vec<Finding>) {
    let authority = context.checked.authority;
    if authority.routers.is_empty() {
        return;
    }
    let names = Names::of(authority);
    let unknown = authority.services.iter().flat_map(|service| &service.applies_to);
    let has_hints = unknown.map(|applies| names.unknown(applies).count()).sum::<usize>() < MOST_HINTS;
    for service in &authority.services {
        for applies in &service.applies_to {
            names.check(service, applies, has_hints, findings);
        }
    }
}

impl<'a> Names<'a> {
    fn of(authority: &'a Authority) -> Self {
        let values = |list: &'a [Located<String>]| list.iter().map(|name| name.value.as_str());
        let routers = &authority.routers;
        Self {
            routers: Known::new(routers.iter().map(|router| router.name.value.as_str())),
            router_groups: Known::new(routers.iter().flat_map(|router| values(&router.router_groups))),
            resource_groups: Known::new(routers.iter().flat_map(|router| values(&router.resource_groups))),
        }
    }

    /// Returns the known names of a type, and the noun for it.
    fn of_kind(&self, kind: &AppliesToKind) -> Option<(&Known<'a>, &'static str)> {
        match kind {
            AppliesToKind::Router => Some((&self.routers, "router")),
            AppliesToKind::RouterGroup => Some((&self.router_groups, "router group")),
            AppliesToKind::ResourceGroup => Some((&self.resource_groups, "resource group")),
            AppliesToKind::Authority | AppliesToKind::Unknown(_) => None,
        }
    }

    fn unknown<'n>(&self, applies: &'n AppliesTo) -> impl Iterator<Item = &'n Located<String>> {
        let known = self.of_kind(&applies.kind.value).map(|(known, _)| known);
        applies.names.iter().filter(move |name| known.is_some_and(|known| !known.names.contains(name.value.as_str())))
    }

    fn check(&self, service: &Service, applies: &AppliesTo, has_hints: bool, findings: &mut Vec<Finding>) {
        let kind = &applies.kind.value;
        let Some(((known, noun), names_in)) = self.of_kind(kind).zip(kind.names_in()) else { return };
        let finding = |message| {
            let finding = Finding::of_service(&RULE, &service.name.value, message);
            let path = finding.path.entry(Element::AppliesTo, kind.as_str());
            finding.path(path)
        };
        if applies.names.is_empty() {
            let message = format!(
                "`applies-to` without a {noun} has no effect; add a `{}`, or remove the entry",
                names_in.name()
            );
            findings.push(finding(message).at(applies.kind.at));
        }
        for name in self.unknown(applies) {
            let near = if has_hints { known.near(&name.value) } else { None };
            let hint = near.map_or_else(|| "correct or remove it".to_owned(), |near| format!("did you mean {near:?}?"));
            let unknown = match kind {
                AppliesToKind::Router => format!("unknown router {:?}", name.value),
                _ => format!("no router is in {noun} {:?}", name.value),
            };
            let finding = finding(format!("{unknown}, so the service does not apply through it; {hint}"));
            let path = finding.path.entry(names_in, &name.value);
            let fix = near.map(|near| Fix::guess(name.at, &name.value, near));
            findings.push(finding.path(path).at(name.at).fix(fix));
        }
    }
}
