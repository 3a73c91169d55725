//! Merges the trees of all sources into one authority. Entries meet by their keys, and leaf-lists add up. A leaf with two values is a
//! finding with both places.

mod block;
mod deletions;
mod entries;
mod scope;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use self::deletions::Notes;
use self::entries::entries;
use self::scope::Scope;
use crate::diagnostics::Finding;
use crate::elements::{ROOT, Shape};
use crate::model::address::{PolicySource, SourceKind};
use crate::model::authority::{self, AppliesToKind};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{
    AccessPolicy, Address, AppliesTo, Authority, ElementPath, HostMapping, Located, Node, NodeId, NodeRole, Permission,
    Router, Service, Subject,
};
use crate::rules::{misplaced_element, unexpected_shape};

/// An authority that is being merged.
#[derive(Default)]
pub(crate) struct Lowering {
    authority: Authority,
    routers: HashMap<String, usize>,
    services: HashMap<String, usize>,
    notes: Notes,
}

impl Lowering {
    /// Adds a document.
    pub(crate) fn document(&mut self, root: &Tree<'_>) {
        let path = ElementPath::authority();
        let mut notes = std::mem::take(&mut self.notes);
        let mut scope = Scope::new(&Subject::Authority, &path, &mut notes);
        if !matches!(root.content, Content::Mapping(_)) && !root.is_null() {
            scope.report(unexpected_shape::of_document(root.describe(), root.at));
        }
        self.elements(root.members(), &mut scope);
        self.notes = notes;
    }

    /// Returns the authority once all documents are added.
    pub(crate) fn finish(mut self, findings: &mut Vec<Finding>) -> Authority {
        self.authority.routers.iter_mut().for_each(distinct_values_of_router);
        self.authority.services.iter_mut().for_each(distinct_values_of_service);
        distinct(&mut self.authority.conductor_addresses);
        self.notes.finish(&self.authority);
        findings.append(&mut self.notes.findings);
        self.authority
    }

    fn elements(&mut self, members: &[Member<'_>], scope: &mut Scope<'_>) {
        for member in members {
            if member.name == CONDUCTOR_ADDRESS {
                advice(&mut self.authority.conductor_addresses, member, scope);
                continue;
            }
            if !scope.accepts(member) {
                continue;
            }
            match &*member.name {
                "config" | "authority" if scope.accepts_container(member) => {
                    self.elements(member.tree.members(), scope)
                }
                "router" => {
                    for entry in entries(member, list("router"), scope) {
                        let index = *self.routers.entry(entry.key.value.clone()).or_insert_with(|| {
                            self.authority.routers.push(new_router(&entry.key));
                            self.authority.routers.len() - 1
                        });
                        router(&mut self.authority.routers[index], entry.members, scope.notes);
                    }
                }
                "service" => {
                    for entry in entries(member, list("service"), scope) {
                        let index = *self.services.entry(entry.key.value.clone()).or_insert_with(|| {
                            self.authority.services.push(new_service(&entry.key));
                            self.authority.services.len() - 1
                        });
                        service(&mut self.authority.services[index], entry.members, scope.notes);
                    }
                }
                // Elements of a router or a service.
                "node" | "loopback-static-routes" | "access-policy" | "applies-to" => {
                    let path = scope.child(member);
                    scope.report(misplaced_element::element(&member.name, path, member.name_at));
                }
                _ => {}
            }
        }
    }
}

fn distinct_values_of_router(router: &mut Router) {
    distinct(&mut router.conductor_addresses);
    distinct(&mut router.router_groups);
    distinct(&mut router.resource_groups);
    router.host_mappings.iter_mut().for_each(|mapping| distinct(&mut mapping.addresses));
}

fn distinct_values_of_service(service: &mut Service) {
    distinct(&mut service.addresses);
    service.applies_to.iter_mut().for_each(|applies| distinct(&mut applies.names));
}

/// Removes the second and later of equal values.
fn distinct<T: Clone + Eq + Hash>(values: &mut Vec<Located<T>>) {
    if values.len() > 1 {
        let mut seen = HashSet::with_capacity(values.len());
        values.retain(|value| seen.insert(value.value.clone()));
    }
}

fn list(name: &str) -> Shape {
    ROOT.find(name).expect("a list of the root").1
}

fn new_router(name: &Located<String>) -> Router {
    Router {
        name: name.clone(),
        conductor_addresses: Vec::new(),
        router_groups: Vec::new(),
        resource_groups: Vec::new(),
        host_mappings: Vec::new(),
        nodes: Vec::new(),
        block: None,
    }
}

fn new_service(name: &Located<String>) -> Service {
    Service {
        name: name.clone(),
        enabled: None,
        scope: None,
        addresses: Vec::new(),
        access_policies: Vec::new(),
        applies_to: Vec::new(),
    }
}

fn router(router: &mut Router, members: &[Member<'_>], notes: &mut Notes) {
    let subject = Subject::Router(router.name.value.clone());
    let path = ElementPath::authority().entry("router", &router.name.value);
    let mut scope = Scope::new(&subject, &path, notes);
    for member in members {
        if member.name == CONDUCTOR_ADDRESS {
            advice(&mut router.conductor_addresses, member, &mut scope);
            continue;
        }
        if !scope.accepts(member) {
            continue;
        }
        match &*member.name {
            "name" => scope.key(&router.name, member),
            "router-group" | "group" => scope.leaf_list(&mut router.router_groups, member, str::to_owned),
            "resource-group" => scope.leaf_list(&mut router.resource_groups, member, str::to_owned),
            "static-hostname-mapping" => host_mappings(&mut router.host_mappings, member, &mut scope),
            "node" => {
                let shape = shape_in(list("router"), "node");
                let entries = entries(member, shape, &mut scope);
                router.nodes.reserve_exact(entries.len());
                for entry in entries {
                    let list = || path.child("node");
                    let key = &entry.key.value;
                    let position = scope.notes.position(list, &router.nodes, key, |node| &node.name.value);
                    let index = position.unwrap_or_else(|| {
                        let name = entry.key.clone();
                        router.nodes.push(Node { name, asset_id: None, role: None, block: None });
                        router.nodes.len() - 1
                    });
                    node(&router.name.value, &mut router.nodes[index], entry.members, &path, scope.notes);
                }
            }
            "loopback-static-routes" => block::add(&mut router.block, member, &mut scope),
            _ => {}
        }
    }
}

/// An element that has no effect on routes, and is read for advice.
const CONDUCTOR_ADDRESS: &str = "conductor-address";

/// Reads values that have no effect on routes. Their faults are not reported, and only cost the advice.
fn advice(values: &mut Vec<Located<Address>>, member: &Member<'_>, scope: &mut Scope<'_>) {
    if matches!(member.tree.content, Content::Fault(_)) {
        return;
    }
    let mut unheard = Notes::default();
    Scope::new(scope.subject, scope.path, &mut unheard).leaf_list(values, member, Address::parse);
}

/// Returns the shape of an element of a list's entries.
fn shape_in(list: Shape, name: &str) -> Shape {
    let Shape::List { entry, .. } = list else { unreachable!("only lists have entries") };
    entry.find(name).expect("an element of the entry").1
}

fn node(router: &str, node: &mut Node, members: &[Member<'_>], path: &ElementPath, notes: &mut Notes) {
    let subject = Subject::Node(NodeId { router: router.to_owned(), node: node.name.value.clone() });
    let path = path.entry("node", &node.name.value);
    let mut scope = Scope::new(&subject, &path, notes);
    for member in members {
        if !scope.accepts(member) {
            continue;
        }
        match &*member.name {
            "name" => scope.key(&node.name, member),
            "asset-id" => scope.leaf(&mut node.asset_id, member, "text", |text| Some(text.to_owned())),
            "role" => scope.leaf(&mut node.role, member, "a role", |text| Some(NodeRole::of(text))),
            "loopback-static-routes" => block::add(&mut node.block, member, &mut scope),
            _ => {}
        }
    }
}

fn host_mappings(mappings: &mut Vec<HostMapping>, member: &Member<'_>, scope: &mut Scope<'_>) {
    let shape = shape_in(list("router"), "static-hostname-mapping");
    for nested in entries::nested(member, "static-entry") {
        host_mapping_entries(mappings, nested, shape_in(shape, "static-entry"), scope);
    }
    if !entries::is_wrapper(member, "static-entry") {
        host_mapping_entries(mappings, member, shape, scope);
    }
}

fn host_mapping_entries(mappings: &mut Vec<HostMapping>, member: &Member<'_>, shape: Shape, scope: &mut Scope<'_>) {
    for entry in entries(member, shape, scope) {
        let name = entry.key.value.trim_end_matches('.').to_ascii_lowercase();
        if name.is_empty() {
            // The name of the root.
            continue;
        }
        let list = || scope.path.child("static-hostname-mapping");
        let position = scope.notes.position(list, mappings, &name, |mapping| &mapping.host_name.value);
        let index = position.unwrap_or_else(|| {
            mappings.push(HostMapping { host_name: Located::new(name, entry.key.at), addresses: Vec::new() });
            mappings.len() - 1
        });
        for member in entry.members {
            if scope.accepts(member) && member.name == "ip-address" {
                scope.leaf_list(&mut mappings[index].addresses, member, Address::parse);
            }
        }
    }
}

fn service(service: &mut Service, members: &[Member<'_>], notes: &mut Notes) {
    let subject = Subject::Service(service.name.value.clone());
    let path = ElementPath::authority().entry("service", &service.name.value);
    let mut scope = Scope::new(&subject, &path, notes);
    for member in members {
        if !scope.accepts(member) {
            continue;
        }
        match &*member.name {
            "name" => scope.key(&service.name, member),
            "enabled" => scope.leaf(&mut service.enabled, member, "`true` or `false`", |text| text.parse().ok()),
            "scope" => scope.leaf(&mut service.scope, member, "a scope", |text| Some(authority::Scope::of(text))),
            "address" => scope.leaf_list(&mut service.addresses, member, Address::parse),
            "access-policy" => {
                for entry in entries(member, shape_in(list("service"), "access-policy"), &mut scope) {
                    access_policy(&mut service.access_policies, &entry, &path, &mut scope);
                }
            }
            "applies-to" => {
                for entry in entries(member, shape_in(list("service"), "applies-to"), &mut scope) {
                    applies_to(&mut service.applies_to, &entry, &path, &mut scope);
                }
            }
            _ => {}
        }
    }
}

fn access_policy(
    policies: &mut Vec<AccessPolicy>,
    entry: &entries::Entry<'_>,
    path: &ElementPath,
    scope: &mut Scope<'_>,
) {
    let list = || path.child("access-policy");
    let position = scope.notes.position(list, policies, &entry.key.value, |policy| policy.source.value.as_str());
    let index = position.unwrap_or_else(|| {
        let source = Located::new(PolicySource::parse(&entry.key.value), entry.key.at);
        policies.push(AccessPolicy { source, permission: None });
        policies.len() - 1
    });
    let policy = &mut policies[index];
    let path = path.entry("access-policy", &entry.key.value);
    // Policies for other tenants have no effect on routes, so their faults are not reported.
    let mut unheard = Notes::default();
    let is_internal = policy.source.value.kind() != SourceKind::Other;
    let notes = if is_internal { &mut *scope.notes } else { &mut unheard };
    let mut scope = Scope::new(scope.subject, &path, notes);
    for member in entry.members {
        if !scope.accepts(member) {
            continue;
        }
        match &*member.name {
            "source" => scope.key(&entry.key, member),
            "permission" => {
                scope.leaf(&mut policy.permission, member, "a permission", |text| Some(Permission::of(text)));
            }
            _ => {}
        }
    }
}

fn applies_to(list: &mut Vec<AppliesTo>, entry: &entries::Entry<'_>, path: &ElementPath, scope: &mut Scope<'_>) {
    let kind = AppliesToKind::of(&entry.key.value);
    let names_in = kind.names_in();
    let named = || path.child("applies-to");
    let position = scope.notes.position(named, list, kind.as_str(), |applies| applies.kind.value.as_str());
    let index = position.unwrap_or_else(|| {
        list.push(AppliesTo { kind: Located::new(kind, entry.key.at), names: Vec::new() });
        list.len() - 1
    });
    let path = path.entry("applies-to", &entry.key.value);
    let mut scope = Scope::new(scope.subject, &path, scope.notes);
    for member in entry.members {
        if !scope.accepts(member) {
            continue;
        }
        match &*member.name {
            "type" => scope.key(&entry.key, member),
            name if Some(name) == names_in => scope.leaf_list(&mut list[index].names, member, str::to_owned),
            _ => {}
        }
    }
}
