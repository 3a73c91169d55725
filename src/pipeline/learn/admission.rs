//! Whether tenant `_internal_` may use a service: its access policies and its ancestors', merged by source, the nearest winning.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diagnostics::{Code, Finding, MOST_HINTS, Subject, hint};
use crate::model::address::source_prefix_contains;
use crate::model::{Element, ElementPath, INTERNAL_TENANT, KNI_ADDRESS, Located, Permission, Scope, Service};
use crate::pipeline::learn::ServiceIndex;

/// What the policies say about tenant `_internal_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may use the service.
    Admitted {
        /// The service that holds the policy: itself, or an ancestor.
        by: ServiceIndex,
        /// The policy's source.
        source: String,
    },
    /// The service is switched off.
    Disabled,
    /// No policy is about this tenant.
    NoPolicy {
        /// Whether the scope is public, which gives this tenant nothing.
        public: bool,
    },
    /// A policy refuses it.
    Denied {
        /// The service that holds the policy: itself, or an ancestor.
        by: ServiceIndex,
        /// The policy's source.
        source: String,
    },
    /// A policy says something that is not known.
    Undecided,
}

/// A policy that is about tenant `_internal_`.
#[derive(Clone, Copy)]
struct Match<'a> {
    source: &'a str,
    permission: Option<&'a Located<Permission>>,
    by: ServiceIndex,
}

/// The policies of all services.
pub struct Policies<'a> {
    services: &'a [Service],
    parents: Vec<Option<ServiceIndex>>,
    /// What was inherited by, and added to, each service so far asked for.
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
    /// The policies of these services. `known` tells which of them could not be read well.
    #[must_use]
    pub fn new(services: &'a [Service], known: &[Finding], findings: &mut Vec<Finding>) -> Self {
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
        let missing = |service: &&Service| service.parent_name().is_some_and(|parent| !by_name.contains_key(parent));
        // Where so much is wrong, nobody reads the hints, and to look for them would take longer than all else.
        let with_hints = services.iter().filter(missing).count() < MOST_HINTS;
        for service in services.iter().filter(missing) {
            let known = with_hints.then(|| by_name.keys().copied());
            findings.push(missing_parent(service, service.parent_name().unwrap_or_default(), known));
        }
        Self { services, parents, inherited: vec![None; services.len()], in_error, in_policy_error }
    }

    /// Decides about one service; what is odd in its own policies is reported.
    pub fn admission(&mut self, index: ServiceIndex, findings: &mut Vec<Finding>) -> Admission {
        let service = &self.services[index];
        let inherited = self.inherit(index);
        report_policies(service, findings);
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
            return Admission::Denied { by: denied.by, source: denied.source.to_owned() };
        }
        match is(&Permission::Allow) {
            Some(_) if inherited.matches.iter().any(|m| is_unknown(m.permission)) => Admission::Undecided,
            Some(allowed) => Admission::Admitted { by: allowed.by, source: allowed.source.to_owned() },
            None => Admission::Undecided,
        }
    }

    /// The service whose `applies-to` counts for this one.
    pub fn applies_to(&mut self, index: ServiceIndex) -> Option<ServiceIndex> {
        self.inherit(index).applies_to
    }

    /// Whether this service or an ancestor could not be read well, and it would matter: some policy is about the tenant.
    pub fn in_error(&mut self, index: ServiceIndex) -> bool {
        let inherited = self.inherit(index);
        inherited.in_policy_error || (inherited.in_error && !inherited.matches.is_empty())
    }

    /// What a service has from itself and its ancestors, from the topmost down: no recursion, however deep the names nest.
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
            .filter(|policy| is_about_internal(&policy.source.value) == Some(true))
            .map(|policy| Match { source: &policy.source.value, permission: policy.permission.as_ref(), by: index })
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

/// Whether a source is tenant `_internal_`, or `_internal_@P` with a prefix P that holds Linux's address on `kni254`. A bare
/// prefix is the global tenant's. `None`: P is no prefix.
fn is_about_internal(source: &str) -> Option<bool> {
    match source.split_once('@') {
        None => Some(source == INTERNAL_TENANT),
        Some((tenant, prefix)) if tenant == INTERNAL_TENANT => source_prefix_contains(prefix, KNI_ADDRESS),
        Some(_) => Some(false),
    }
}

fn report_policies(service: &Service, findings: &mut Vec<Finding>) {
    for policy in &service.access_policies {
        let source = &policy.source;
        let subject = || Subject::Service(service.name.value.clone());
        let path =
            || ElementPath::authority().entry("service", &service.name.value).entry("access-policy", &source.value);
        match is_about_internal(&source.value) {
            None => {
                let message =
                    format!("the source {:?} names no prefix behind the `@`, so it matches nothing", source.value);
                findings.push(Finding::new(Code::InvalidSourcePrefix, subject(), path(), message).at(source.at));
            }
            Some(true) => {
                let Some(Located { value: Permission::Unknown(text), at }) = &policy.permission else { continue };
                let near = hint(text, ["allow", "deny"]);
                let message = format!("the permission {text:?} is unknown{near}; it is `allow` or `deny`");
                let path = path().child("permission");
                findings.push(Finding::new(Code::UnknownPermission, subject(), path, message).at(*at));
            }
            Some(false) => {}
        }
    }
}

fn missing_parent<'n>(service: &Service, parent: &str, known: Option<impl Iterator<Item = &'n str>>) -> Finding {
    let near = known.map_or_else(String::new, |known| hint(parent, known));
    let message = format!(
        "a child of {parent:?}, which does not exist{near}, so only its own access policies count; \
         add the parent, or name the service without dots"
    );
    let name = &service.name.value;
    let path = ElementPath::authority().entry("service", name);
    Finding::new(Code::MissingParentService, Subject::Service(name.clone()), path, message).at(service.name.at)
}
