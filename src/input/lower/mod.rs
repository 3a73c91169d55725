//! Trees → authority. The trees of several documents go into one authority: entries meet by their keys, leaf-lists add up, and
//! a leaf with two values is a finding that names both places.

mod block;
mod deletions;
mod entries;
mod scope;

use std::collections::{HashMap, HashSet};

use self::deletions::Notes;
use self::entries::entries;
use self::scope::Scope as Place;
use crate::diagnostics::{Code, Finding, Subject};
use crate::elements::{ROOT, Shape};
use crate::model::authority::AppliesToKind;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{
    AccessPolicy, AppliesTo, Authority, ElementPath, HostMapping, INTERNAL_TENANT, Located, Node, NodeId, NodeRole,
    Permission, Router, Scope, Service, Span,
};

/// An authority in the making.
#[derive(Default)]
pub(crate) struct Lowering {
    authority: Authority,
    routers: HashMap<String, usize>,
    services: HashMap<String, usize>,
    notes: Notes,
}

impl Lowering {
    /// Adds what a document holds.
    pub(crate) fn document(&mut self, root: &Tree<'_>) {
        let path = ElementPath::authority();
        let mut notes = std::mem::take(&mut self.notes);
        let mut place = Place::new(&Subject::Authority, &path, &mut notes);
        if !matches!(root.content, Content::Mapping(_)) && !root.is_null() {
            let message = format!("a configuration is a block of elements, and here is {}", root.describe());
            let finding = Finding::new(Code::UnexpectedShape, Subject::Authority, path.clone(), message);
            place.notes.findings.push(finding.at(root.at));
        }
        self.elements(root.members(), &mut place);
        self.notes = notes;
    }

    /// The authority with everything added.
    pub(crate) fn finish(mut self, findings: &mut Vec<Finding>) -> Authority {
        self.authority.routers.iter_mut().for_each(distinct_values_of_router);
        self.authority.services.iter_mut().for_each(distinct_values_of_service);
        distinct(&mut self.authority.conductor_addresses);
        self.notes.finish(&self.authority);
        findings.append(&mut self.notes.findings);
        self.authority
    }

    fn elements(&mut self, members: &[Member<'_>], place: &mut Place<'_>) {
        for member in members {
            if member.name == CONDUCTOR_ADDRESS {
                advice(&mut self.authority.conductor_addresses, member, place);
                continue;
            }
            if place.is_fault(member) {
                continue;
            }
            match &*member.name {
                "config" | "authority" if place.is_container(member) => self.elements(member.tree.members(), place),
                "router" => {
                    for entry in entries(member, list("router"), place) {
                        let index = *self.routers.entry(entry.key.value.clone()).or_insert_with(|| {
                            self.authority.routers.push(new_router(&entry.key));
                            self.authority.routers.len() - 1
                        });
                        router(&mut self.authority.routers[index], entry.members, place.notes);
                    }
                }
                "service" => {
                    for entry in entries(member, list("service"), place) {
                        let index = *self.services.entry(entry.key.value.clone()).or_insert_with(|| {
                            self.authority.services.push(new_service(&entry.key));
                            self.authority.services.len() - 1
                        });
                        service(&mut self.authority.services[index], entry.members, place.notes);
                    }
                }
                // What a document may only start with by mistake, and the authority only hold by mistake.
                "node" | "loopback-static-routes" | "access-policy" | "applies-to" => {
                    misplaced(&member.name, member.name_at, place);
                }
                _ => {}
            }
        }
    }
}

/// Whose it is cannot be told, and to leave it out might withdraw routes.
fn misplaced(name: &str, at: Span, place: &mut Place<'_>) {
    let around = if matches!(name, "access-policy" | "applies-to") { "service" } else { "router" };
    let message = format!(
        "this `{name}` stands in no `{around}`, so it is not read; put it into the `{around}` that it belongs to"
    );
    let finding = Finding::new(Code::MisplacedElement, Subject::Authority, place.path.child(name), message);
    place.notes.findings.push(finding.at(at));
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

/// A leaf-list adds up, and the same value twice counts once: the first one.
fn distinct(values: &mut Vec<Located<String>>) {
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
    let mut place = Place::new(&subject, &path, notes);
    for member in members {
        if member.name == CONDUCTOR_ADDRESS {
            advice(&mut router.conductor_addresses, member, &mut place);
            continue;
        }
        if place.is_fault(member) {
            continue;
        }
        match &*member.name {
            "name" => place.key(&router.name, member),
            "router-group" | "group" => place.leaf_list(&mut router.router_groups, member),
            "resource-group" => place.leaf_list(&mut router.resource_groups, member),
            "static-hostname-mapping" => host_mappings(&mut router.host_mappings, member, &mut place),
            "node" => {
                let shape = shape_in(list("router"), "node");
                let entries = entries(member, shape, &mut place);
                router.nodes.reserve_exact(entries.len());
                for entry in entries {
                    let list = || path.child("node");
                    let key = &entry.key.value;
                    let position = place.notes.position(list, &router.nodes, key, |node| &node.name.value);
                    let index = position.unwrap_or_else(|| {
                        let name = entry.key.clone();
                        router.nodes.push(Node { name, asset_id: None, role: None, block: None });
                        router.nodes.len() - 1
                    });
                    node(&router.name.value, &mut router.nodes[index], entry.members, &path, place.notes);
                }
            }
            "loopback-static-routes" => block::add(&mut router.block, member, &mut place),
            _ => {}
        }
    }
}

/// What no route is made of, and is read for the sake of advice.
const CONDUCTOR_ADDRESS: &str = "conductor-address";

/// Values that no route depends on: what is wrong with them holds nothing back, and only costs the advice.
fn advice(values: &mut Vec<Located<String>>, member: &Member<'_>, place: &mut Place<'_>) {
    if matches!(member.tree.content, Content::Fault(_)) {
        return;
    }
    let mut unheard = Notes::default();
    Place::new(place.subject, place.path, &mut unheard).leaf_list(values, member);
}

/// The shape of an element of a list's entries.
fn shape_in(list: Shape, name: &str) -> Shape {
    let Shape::List { entry, .. } = list else { unreachable!("only lists have entries") };
    entry.find(name).expect("an element of the entry").1
}

fn node(router: &str, node: &mut Node, members: &[Member<'_>], path: &ElementPath, notes: &mut Notes) {
    let subject = Subject::Node(NodeId { router: router.to_owned(), node: node.name.value.clone() });
    let path = path.entry("node", &node.name.value);
    let mut place = Place::new(&subject, &path, notes);
    for member in members {
        if place.is_fault(member) {
            continue;
        }
        match &*member.name {
            "name" => place.key(&node.name, member),
            "asset-id" => place.leaf(&mut node.asset_id, member, "text", |text| Some(text.to_owned())),
            "role" => place.leaf(&mut node.role, member, "a role", |text| Some(NodeRole::of(text))),
            "loopback-static-routes" => block::add(&mut node.block, member, &mut place),
            _ => {}
        }
    }
}

fn host_mappings(mappings: &mut Vec<HostMapping>, member: &Member<'_>, place: &mut Place<'_>) {
    let shape = shape_in(list("router"), "static-hostname-mapping");
    for nested in entries::nested(member, "static-entry") {
        host_mapping_entries(mappings, nested, shape_in(shape, "static-entry"), place);
    }
    if !entries::is_wrapper(member, "static-entry") {
        host_mapping_entries(mappings, member, shape, place);
    }
}

fn host_mapping_entries(mappings: &mut Vec<HostMapping>, member: &Member<'_>, shape: Shape, place: &mut Place<'_>) {
    for entry in entries(member, shape, place) {
        let name = entry.key.value.trim_end_matches('.').to_ascii_lowercase();
        if name.is_empty() {
            // The root of all host names has no address.
            continue;
        }
        let list = || place.path.child("static-hostname-mapping");
        let position = place.notes.position(list, mappings, &name, |mapping| &mapping.host_name.value);
        let index = position.unwrap_or_else(|| {
            mappings.push(HostMapping { host_name: Located::new(name, entry.key.at), addresses: Vec::new() });
            mappings.len() - 1
        });
        for member in entry.members {
            if !place.is_fault(member) && member.name == "ip-address" {
                place.leaf_list(&mut mappings[index].addresses, member);
            }
        }
    }
}

fn service(service: &mut Service, members: &[Member<'_>], notes: &mut Notes) {
    let subject = Subject::Service(service.name.value.clone());
    let path = ElementPath::authority().entry("service", &service.name.value);
    let mut place = Place::new(&subject, &path, notes);
    for member in members {
        if place.is_fault(member) {
            continue;
        }
        match &*member.name {
            "name" => place.key(&service.name, member),
            "enabled" => place.leaf(&mut service.enabled, member, "`true` or `false`", |text| text.parse().ok()),
            "scope" => place.leaf(&mut service.scope, member, "a scope", |text| Some(Scope::of(text))),
            "address" => place.leaf_list(&mut service.addresses, member),
            "access-policy" => {
                for entry in entries(member, shape_in(list("service"), "access-policy"), &mut place) {
                    access_policy(&mut service.access_policies, &entry, &path, &mut place);
                }
            }
            "applies-to" => {
                for entry in entries(member, shape_in(list("service"), "applies-to"), &mut place) {
                    applies_to(&mut service.applies_to, &entry, &path, &mut place);
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
    place: &mut Place<'_>,
) {
    let list = || path.child("access-policy");
    let position = place.notes.position(list, policies, &entry.key.value, |policy| &policy.source.value);
    let index = position.unwrap_or_else(|| {
        policies.push(AccessPolicy { source: entry.key.clone(), permission: None });
        policies.len() - 1
    });
    let policy = &mut policies[index];
    let path = path.entry("access-policy", &entry.key.value);
    // What other tenants may do makes no route: it is none of our business whether it agrees with itself.
    let mut unheard = Notes::default();
    let notes = if entry.key.value.starts_with(INTERNAL_TENANT) { &mut *place.notes } else { &mut unheard };
    let mut place = Place::new(place.subject, &path, notes);
    for member in entry.members {
        if place.is_fault(member) {
            continue;
        }
        match &*member.name {
            "source" => place.key(&policy.source, member),
            "permission" => {
                place.leaf(&mut policy.permission, member, "a permission", |text| Some(Permission::of(text)));
            }
            _ => {}
        }
    }
}

fn applies_to(list: &mut Vec<AppliesTo>, entry: &entries::Entry<'_>, path: &ElementPath, place: &mut Place<'_>) {
    let kind = AppliesToKind::of(&entry.key.value);
    let names_in = kind.names_in();
    let named = || path.child("applies-to");
    let position = place.notes.position(named, list, kind.as_str(), |applies| applies.kind.value.as_str());
    let index = position.unwrap_or_else(|| {
        list.push(AppliesTo { kind: Located::new(kind, entry.key.at), names: Vec::new() });
        list.len() - 1
    });
    let path = path.entry("applies-to", &entry.key.value);
    let mut place = Place::new(place.subject, &path, place.notes);
    for member in entry.members {
        if place.is_fault(member) {
            continue;
        }
        match &*member.name {
            "type" => place.key(&entry.key, member),
            name if Some(name) == names_in => place.leaf_list(&mut list[index].names, member),
            _ => {}
        }
    }
}
