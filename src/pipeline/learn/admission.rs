//! The access of tenant `_internal_` to a service: its own access policies and its ancestors',
//! merged by source. The policy of the nearest service wins.

use std::collections::{HashMap, HashSet};

use crate::diagnostics::Finding;
use crate::model::address::SourceKind;
use crate::model::learned::ServicePolicy;
use crate::model::{AccessPolicy, Admission, Element, Permission, Scope, Service, ServiceIndex, Subject};

/// A policy that matches tenant `_internal_`.
#[derive(Clone, Copy)]
struct Match<'a> {
    source: &'a str,
    policy: ServicePolicy,
}

/// The policies of all services.
pub(super) struct Policies<'a> {
    services: &'a [Service],
    parents: Vec<Option<ServiceIndex>>,
    /// The policies of each service so far, with those of its ancestors.
    inherited: Vec<Option<Inherited>>,
    /// The own policies of the services that have some.
    own: HashMap<ServiceIndex, Own<'a>>,
    in_error: HashSet<&'a str>,
    in_policy_error: HashSet<&'a str>,
}

/// The policies of a service and its ancestors.
#[derive(Clone, Copy, Default)]
struct Inherited {
    /// The service itself or its nearest ancestor, if it has own policies.
    nearest: Option<ServiceIndex>,
    applies_to: Option<ServiceIndex>,
    in_error: bool,
    in_policy_error: bool,
}

/// The kinds of permissions, as indices.
const KINDS: usize = 3;
const ALLOW: usize = 0;
const DENY: usize = 1;
const UNKNOWN: usize = 2;

/// The own policies of a service. It does not repeat those of its ancestors, because many
/// services can inherit from one with many policies.
struct Own<'a> {
    /// The sources, sorted.
    sources: Vec<&'a str>,
    /// The matches of each kind, sorted by source.
    matches: [Vec<Match<'a>>; KINDS],
    /// The first match of each kind in effect, here or in an ancestor.
    first: [Option<Match<'a>>; KINDS],
    /// The nearest ancestor with own policies.
    parent: Option<ServiceIndex>,
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
        Self {
            services,
            parents,
            inherited: vec![None; services.len()],
            own: HashMap::new(),
            in_error,
            in_policy_error,
        }
    }

    /// Returns the parent of a child service, if it exists.
    pub(super) fn parent(&self, index: ServiceIndex) -> Option<ServiceIndex> {
        self.parents[index]
    }

    /// Decides about one service, given the access that its policies give. A service that was not
    /// read completely may be enabled.
    pub(super) fn admission(&mut self, index: ServiceIndex, by_policies: &Admission) -> Admission {
        let inherited = self.inherit(index);
        let decides = !inherited.in_error && inherited.nearest.is_some();
        if decides && self.services[index].is_disabled() { Admission::Disabled } else { by_policies.clone() }
    }

    /// Returns the access that the policies of a service and its ancestors give.
    pub(super) fn by_policies(&mut self, index: ServiceIndex) -> Admission {
        let service = &self.services[index];
        let inherited = self.inherit(index);
        if inherited.in_policy_error {
            return Admission::Undecided;
        }
        let Some(nearest) = inherited.nearest else {
            return Admission::NoPolicy { public: service.scope.as_ref().is_some_and(|s| s.value == Scope::Public) };
        };
        let first = &self.own[&nearest].first;
        if let Some(denied) = first[DENY] {
            return Admission::Denied(denied.policy);
        }
        match first[ALLOW] {
            Some(_) if first[UNKNOWN].is_some() => Admission::Undecided,
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
        inherited.in_policy_error || (inherited.in_error && inherited.nearest.is_some())
    }

    /// Returns the policies of a service and its ancestors, computed from the topmost down. Names
    /// can nest too deep for recursion.
    fn inherit(&mut self, index: ServiceIndex) -> Inherited {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(index) = next.filter(|index| self.inherited[*index].is_none()) {
            chain.push(index);
            next = self.parents[index];
        }
        let mut inherited = next.and_then(|index| self.inherited[index]).unwrap_or_default();
        for index in chain.into_iter().rev() {
            inherited = self.add_own(index, inherited);
            self.inherited[index] = Some(inherited);
        }
        inherited
    }

    fn add_own(&mut self, index: ServiceIndex, mut inherited: Inherited) -> Inherited {
        let service = &self.services[index];
        let policies = service.access_policies.iter().enumerate();
        let own: Vec<_> = policies.filter(|(_, policy)| policy.source.value.kind() == SourceKind::Internal).collect();
        if !own.is_empty() {
            let own = self.own(index, own, inherited.nearest);
            self.own.insert(index, own);
            inherited.nearest = Some(index);
        }
        if !service.applies_to.is_empty() {
            inherited.applies_to = Some(index);
        }
        inherited.in_error |= self.in_error.contains(service.name.value.as_str());
        inherited.in_policy_error |= self.in_policy_error.contains(service.name.value.as_str());
        inherited
    }

    /// Returns the own policies of a service, given the nearest ancestor that has some.
    fn own(
        &self,
        service: ServiceIndex,
        mut policies: Vec<(usize, &'a AccessPolicy)>,
        parent: Option<ServiceIndex>,
    ) -> Own<'a> {
        policies.sort_by_key(|(_, policy)| policy.source.value.as_str());
        let sources = policies.iter().map(|(_, policy)| policy.source.value.as_str()).collect();
        let mut own = Own { sources, matches: Default::default(), first: [None; KINDS], parent };
        for (index, policy) in policies {
            let source = policy.source.value.as_str();
            own.matches[kind(policy)].push(Match { source, policy: ServicePolicy { service, policy: index } });
        }
        own.first = std::array::from_fn(|kind| own.matches[kind].first().copied().or_else(|| self.first(kind, &own)));
        own
    }

    /// Returns the first match of a kind in the ancestors. A policy is in effect if no service
    /// below has a policy for the same source.
    fn first(&self, kind: usize, own: &Own<'a>) -> Option<Match<'a>> {
        let parent = &self.own[&own.parent?];
        let first = parent.first[kind]?;
        if !own.replaces(first.source) {
            return Some(first);
        }
        let mut below = vec![own];
        let mut next = Some(parent);
        while let Some(level) = next {
            let in_effect = |m: &&Match<'a>| !below.iter().any(|below| below.replaces(m.source));
            if let Some(found) = level.matches[kind].iter().find(in_effect) {
                return Some(*found);
            }
            below.push(level);
            next = level.parent.map(|parent| &self.own[&parent]);
        }
        None
    }
}

impl Own<'_> {
    fn replaces(&self, source: &str) -> bool {
        self.sources.binary_search(&source).is_ok()
    }
}

/// Returns the kind of a policy's permission. A missing permission allows.
fn kind(policy: &AccessPolicy) -> usize {
    match policy.permission.as_ref().map(|permission| &permission.value) {
        None | Some(Permission::Allow) => ALLOW,
        Some(Permission::Deny) => DENY,
        Some(Permission::Unknown(_)) => UNKNOWN,
    }
}
