//! Names in `applies-to` that are nobody's.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Finding, MOST_HINTS, Subject, did_you_mean};
use crate::model::authority::AppliesToKind;
use crate::model::{AppliesTo, Authority, ElementPath, Located, Service};
use crate::pipeline::check::Checked;

/// The names that an `applies-to` may have, of each type.
struct Names<'a> {
    routers: BTreeSet<&'a str>,
    router_groups: BTreeSet<&'a str>,
    resource_groups: BTreeSet<&'a str>,
    with_hints: bool,
}

pub(crate) fn check(checked: &Checked<'_>, findings: &mut Vec<Finding>) {
    let authority = checked.authority;
    if authority.routers.is_empty() {
        // Fragments of services alone name routers that stand elsewhere.
        return;
    }
    let mut names = Names::of(authority);
    // Where so much is wrong, nobody reads the hints, and to look for them would take longer than all else.
    names.with_hints = authority
        .services
        .iter()
        .flat_map(|service| &service.applies_to)
        .map(|applies| names.misses(applies))
        .sum::<usize>()
        < MOST_HINTS;
    for service in &authority.services {
        for applies in &service.applies_to {
            names.check(service, applies, findings);
        }
    }
}

impl<'a> Names<'a> {
    fn of(authority: &'a Authority) -> Self {
        let values = |list: &'a [Located<String>]| list.iter().map(|name| name.value.as_str());
        let routers = &authority.routers;
        Self {
            routers: routers.iter().map(|router| router.name.value.as_str()).collect(),
            router_groups: routers.iter().flat_map(|router| values(&router.router_groups)).collect(),
            resource_groups: routers.iter().flat_map(|router| values(&router.resource_groups)).collect(),
            with_hints: true,
        }
    }

    /// The names that an entry may have, and what they are.
    fn of_kind(&self, kind: &AppliesToKind) -> Option<(&BTreeSet<&'a str>, &'static str)> {
        match kind {
            AppliesToKind::Router => Some((&self.routers, "router")),
            AppliesToKind::RouterGroup => Some((&self.router_groups, "router group")),
            AppliesToKind::ResourceGroup => Some((&self.resource_groups, "resource group")),
            AppliesToKind::Authority | AppliesToKind::Unknown(_) => None,
        }
    }

    fn misses(&self, applies: &AppliesTo) -> usize {
        let known = self.of_kind(&applies.kind.value);
        known.map_or(0, |(known, _)| applies.names.iter().filter(|name| !known.contains(name.value.as_str())).count())
    }

    fn check(&self, service: &Service, applies: &AppliesTo, findings: &mut Vec<Finding>) {
        let kind = &applies.kind.value;
        let Some((known, what)) = self.of_kind(kind) else { return };
        let path = ElementPath::authority().entry("service", &service.name.value).entry("applies-to", kind.as_str());
        let names_in = kind.names_in().unwrap_or_default();
        let subject = || Subject::Service(service.name.value.clone());
        if applies.names.is_empty() {
            let message = format!(
                "this `applies-to` names no {what}, so the service applies to nobody by it; add a `{names_in}`, or remove the entry"
            );
            findings.push(Finding::new(Code::AppliesToNothing, subject(), path.clone(), message).at(applies.kind.at));
        }
        for name in applies.names.iter().filter(|name| !known.contains(name.value.as_str())) {
            let near = self.with_hints.then(|| did_you_mean(&name.value, known.iter().copied())).flatten();
            let hint = near
                .map_or_else(|| "correct the name, or remove it".to_owned(), |near| format!("did you mean {near:?}?"));
            let whose = if matches!(kind, AppliesToKind::Router) { "is no router" } else { "is no router's" };
            let of = if matches!(kind, AppliesToKind::Router) { String::new() } else { format!(" {what}") };
            let message = format!(
                "{:?} {whose}{of} of this authority, so the service applies to nobody by it; {hint}",
                name.value
            );
            let finding = Finding::new(Code::AppliesToNothing, subject(), path.entry(names_in, &name.value), message);
            findings.push(finding.at(name.at));
        }
    }
}
