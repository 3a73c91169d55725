//! The access of tenant `_internal_` to a service: its own access policies and its ancestors',
//! merged by source. The policy of the nearest service wins.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diagnostics::Finding;
use crate::model::address::SourceKind;
use crate::model::{Admission, Element, Located, Permission, Scope, Service, ServiceIndex, Subject};

/// A policy that matches tenant `_internal_`.
#[derive(Clone, Copy)]
struct Match<'a> {
    source: &'a str,
    permission: Option<&'a Located<Permission>>,
    by: ServiceIndex,
}

/// The policies of all services.
pub(super) struct Policies<'a> {
    services: &'a [Service],
    parents: Vec<Option<ServiceIndex>>,
    /// The policies of each service so far, with those of its ancestors.
    inherited: Vec<Option<Inherited<'a>>>,
    in_error: HashSet<&'a str>,
    in_policy_error: HashSet<&'a str>,
}

#[derive(Clone, Default)]
struct Inherited<'a> {
    matches: Rc<Vec<Match<'a>>>,
    /// The first match with each permission. Services without own policies share it.
    allowed: Option<Match<'a>>,
    denied: Option<Match<'a>>,
    has_unknown: bool,
    applies_to: Option<ServiceIndex>,
    in_error: bool,
    in_policy_error: bool,
}

impl<'a> Policies<'a> {
    /// Returns the policies of these services. `known` are the findings of reading them.
    pub(super) fn new(services: &'a [Service], known: &[Finding]) -> Self {
        let by_name: HashMap<&str, ServiceIndex> =
            services.iter().enumerate().map(|(index, service)| (service.name.value.as_str(), index)).collect();
        let (mut in_error, mut in_policy_error) = (HashSet::new(), HashSet::new());
        for finding in known.iter().filter(|finding| finding.is_error()) {
            if let Subject::Service(name) = &finding.subject
                && let Some(index) = by_name.get(name.as_str())
            {
                in_error.insert(services[*index].name.value.as_str());
                if finding.path.is_within(&Element::AccessPolicy) {
                    in_policy_error.insert(services[*index].name.value.as_str());
                }
            }
        }
        let parents = services.iter().map(|service| by_name.get(service.parent_name()?).copied()).collect();
        Self { services, parents, inherited: vec![None; services.len()], in_error, in_policy_error }
    }

    /// Returns the parent of a child service, if it exists.
    pub(super) fn parent(&self, index: ServiceIndex) -> Option<ServiceIndex> {
        self.parents[index]
    }

    /// Decides about one service.
    pub(super) fn admission(&mut self, index: ServiceIndex) -> Admission {
        let service = &self.services[index];
        let inherited = self.inherit(index);
        if inherited.in_policy_error {
            return Admission::Undecided;
        }
        if inherited.matches.is_empty() {
            return Admission::NoPolicy { public: service.scope.as_ref().is_some_and(|s| s.value == Scope::Public) };
        }
        if service.enabled.as_ref().is_some_and(|enabled| !enabled.value) && !self.in_error(index) {
            return Admission::Disabled;
        }
        if let Some(denied) = inherited.denied {
            return Admission::Denied { by: denied.by, source: denied.source.to_owned() };
        }
        match inherited.allowed {
            Some(_) if inherited.has_unknown => Admission::Undecided,
            Some(allowed) => Admission::Admitted { by: allowed.by, source: allowed.source.to_owned() },
            None => Admission::Undecided,
        }
    }

    /// Returns the service whose `applies-to` is in effect: this one, or else its nearest ancestor
    /// that has an `applies-to`.
    pub(super) fn applies_to(&mut self, index: ServiceIndex) -> Option<ServiceIndex> {
        self.inherit(index).applies_to
    }

    /// Returns true if this service or an ancestor was not read completely, and a policy may
    /// match the tenant.
    pub(super) fn in_error(&mut self, index: ServiceIndex) -> bool {
        let inherited = self.inherit(index);
        inherited.in_policy_error || (inherited.in_error && !inherited.matches.is_empty())
    }

    /// Returns the policies of a service and its ancestors, computed from the topmost down. Names
    /// can nest too deep for recursion.
    fn inherit(&mut self, index: ServiceIndex) -> Inherited<'a> {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(index) = next.filter(|index| self.inherited[*index].is_none()) {
            chain.push(index);
            next = self.parents[index];
        }
        let mut inherited = next.and_then(|index| self.inherited[index].clone()).unwrap_or_default();
        for index in chain.into_iter().rev() {
            inherited = self.add_own(index, inherited);
            self.inherited[index] = Some(inherited.clone());
        }
        inherited
    }

    fn add_own(&self, index: ServiceIndex, mut inherited: Inherited<'a>) -> Inherited<'a> {
        let service = &self.services[index];
        let own: Vec<_> = service
            .access_policies
            .iter()
            .filter(|policy| policy.source.value.kind() == SourceKind::Internal)
            .map(|policy| Match {
                source: policy.source.value.as_str(),
                permission: policy.permission.as_ref(),
                by: index,
            })
            .collect();
        if !own.is_empty() {
            inherited.set_matches(merged(own, &inherited.matches));
        }
        if !service.applies_to.is_empty() {
            inherited.applies_to = Some(index);
        }
        inherited.in_error |= self.in_error.contains(service.name.value.as_str());
        inherited.in_policy_error |= self.in_policy_error.contains(service.name.value.as_str());
        inherited
    }
}

impl<'a> Inherited<'a> {
    fn set_matches(&mut self, matches: Vec<Match<'a>>) {
        let first = |wanted: &Permission| {
            let of = |m: &&Match<'a>| m.permission.map_or(&Permission::Allow, |p| &p.value) == wanted;
            matches.iter().find(of).copied()
        };
        self.allowed = first(&Permission::Allow);
        self.denied = first(&Permission::Deny);
        self.has_unknown = matches.iter().any(|m| is_unknown(m.permission));
        self.matches = Rc::new(matches);
    }
}

/// Returns a service's own policies, sorted by source, and those of its ancestors from other
/// sources.
fn merged<'a>(mut own: Vec<Match<'a>>, of_ancestors: &[Match<'a>]) -> Vec<Match<'a>> {
    own.sort_by_key(|m| m.source);
    let is_own = |m: &&Match<'a>| own.binary_search_by_key(&m.source, |own| own.source).is_ok();
    let others: Vec<_> = of_ancestors.iter().filter(|m| !is_own(m)).copied().collect();
    own.extend(others);
    own
}

fn is_unknown(permission: Option<&Located<Permission>>) -> bool {
    permission.is_some_and(|permission| matches!(permission.value, Permission::Unknown(_)))
}
