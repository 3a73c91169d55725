//! The access of tenant `_internal_` to a service: its own access policies and its ancestors',
//! merged by source. The policy of the nearest service wins.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diagnostics::Finding;
use crate::model::address::SourceKind;
use crate::model::learned::ServicePolicy;
use crate::model::{Admission, Element, Located, Permission, Scope, Service, ServiceIndex, Subject};

/// A policy that matches tenant `_internal_`.
#[derive(Clone, Copy)]
struct Match<'a> {
    source: &'a str,
    permission: Option<&'a Located<Permission>>,
    policy: ServicePolicy,
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
        let is = |wanted: &Permission| {
            inherited.matches.iter().find(|m| m.permission.map_or(&Permission::Allow, |p| &p.value) == wanted)
        };
        if inherited.matches.is_empty() {
            return Admission::NoPolicy { public: service.scope.as_ref().is_some_and(|s| s.value == Scope::Public) };
        }
        if service.enabled.as_ref().is_some_and(|enabled| !enabled.value) && !self.in_error(index) {
            return Admission::Disabled;
        }
        if let Some(denied) = is(&Permission::Deny) {
            return Admission::Denied(denied.policy);
        }
        match is(&Permission::Allow) {
            Some(_) if inherited.matches.iter().any(|m| is_unknown(m.permission)) => Admission::Undecided,
            Some(allowed) => Admission::Admitted(allowed.policy),
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
            .enumerate()
            .filter(|(_, policy)| policy.source.value.kind() == SourceKind::Internal)
            .map(|(position, policy)| Match {
                source: policy.source.value.as_str(),
                permission: policy.permission.as_ref(),
                policy: ServicePolicy { service: index, policy: position },
            })
            .collect();
        if !own.is_empty() {
            let mut own = own;
            let of_ancestors = inherited.matches.iter().filter(|m| !own.iter().any(|own| own.source == m.source));
            let of_ancestors: Vec<_> = of_ancestors.copied().collect();
            own.sort_by_key(|m| m.source);
            own.extend(of_ancestors);
            inherited.matches = Rc::new(own);
        }
        if !service.applies_to.is_empty() {
            inherited.applies_to = Some(index);
        }
        inherited.in_error |= self.in_error.contains(service.name.value.as_str());
        inherited.in_policy_error |= self.in_policy_error.contains(service.name.value.as_str());
        inherited
    }
}

fn is_unknown(permission: Option<&Located<Permission>>) -> bool {
    permission.is_some_and(|permission| matches!(permission.value, Permission::Unknown(_)))
}
