//! Routers and their nodes.

use super::element_reader::ElementReader;
use super::entries::{self, entries};
use super::notes::Notes;
use super::reserve::reserve_first;
use super::{CONDUCTOR_ADDRESS, advice, block, list, shape_in};
use crate::elements::Shape;
use crate::model::tree::Member;
use crate::model::{Element, ElementPath, HostMapping, Located, Node, NodeId, NodeRole, Router, Subject};

/// Returns a router without elements.
pub(super) fn new(name: &Located<String>) -> Router {
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

/// Removes duplicate values of leaf-lists.
pub(super) fn remove_duplicates(router: &mut Router) {
    super::remove_duplicates(&mut router.conductor_addresses);
    super::remove_duplicates(&mut router.router_groups);
    super::remove_duplicates(&mut router.resource_groups);
    router.host_mappings.iter_mut().for_each(|mapping| super::remove_duplicates(&mut mapping.addresses));
}

/// Adds elements to a router.
pub(super) fn merge(router: &mut Router, members: &[Member<'_>], notes: &mut Notes) {
    let subject = Subject::Router(router.name.value.clone());
    let path = ElementPath::authority().entry(Element::Router, &router.name.value);
    let mut reader = ElementReader::new(&subject, &path, notes);
    for member in members {
        if member.name == CONDUCTOR_ADDRESS {
            advice(&mut router.conductor_addresses, member, &mut reader);
            continue;
        }
        if !reader.accept(member) {
            continue;
        }
        match &*member.name {
            "name" => reader.key(&router.name, member),
            "router-group" | "group" => reader.leaf_list(&mut router.router_groups, member, str::to_owned),
            "resource-group" => reader.leaf_list(&mut router.resource_groups, member, str::to_owned),
            "static-hostname-mapping" => host_mappings(&mut router.host_mappings, member, &mut reader),
            "node" => nodes(router, member, &mut reader),
            "loopback-static-routes" => block::add(&mut router.block, member, &mut reader),
            _ => {}
        }
    }
}

fn nodes(router: &mut Router, member: &Member<'_>, reader: &mut ElementReader<'_>) {
    let entries = entries(member, shape_in(list("router"), "node"), reader);
    reserve_first(&mut router.nodes, entries.len());
    for entry in entries {
        let list = || reader.path.child(Element::Node);
        let key = &entry.key.value;
        let position = reader.notes.position(list, &router.nodes, key, |node| &node.name.value);
        let index = position.unwrap_or_else(|| {
            let name = entry.key.clone();
            router.nodes.push(Node { name, asset_id: None, role: None, block: None });
            router.nodes.len() - 1
        });
        node(&router.name.value, &mut router.nodes[index], entry.members, reader.path, reader.notes);
    }
}

fn node(router: &str, node: &mut Node, members: &[Member<'_>], path: &ElementPath, notes: &mut Notes) {
    let subject = Subject::Node(NodeId { router: router.to_owned(), node: node.name.value.clone() });
    let path = path.entry(Element::Node, &node.name.value);
    let mut reader = ElementReader::new(&subject, &path, notes);
    for member in members {
        if !reader.accept(member) {
            continue;
        }
        match &*member.name {
            "name" => reader.key(&node.name, member),
            "asset-id" => reader.leaf(&mut node.asset_id, member, "text", |text| Some(text.to_owned())),
            "role" => reader.word(&mut node.role, member, NodeRole::WORDS, NodeRole::of),
            "loopback-static-routes" => block::add(&mut node.block, member, &mut reader),
            _ => {}
        }
    }
}

fn host_mappings(mappings: &mut Vec<HostMapping>, member: &Member<'_>, reader: &mut ElementReader<'_>) {
    let shape = shape_in(list("router"), "static-hostname-mapping");
    for nested in entries::nested(member, "static-entry") {
        host_mapping_entries(mappings, nested, shape_in(shape, "static-entry"), reader);
    }
    if !entries::is_wrapper(member, "static-entry") {
        host_mapping_entries(mappings, member, shape, reader);
    }
}

fn host_mapping_entries(
    mappings: &mut Vec<HostMapping>,
    member: &Member<'_>,
    shape: Shape,
    reader: &mut ElementReader<'_>,
) {
    for entry in entries(member, shape, reader) {
        let name = HostMapping::canonical_name(&entry.key.value);
        if name.is_empty() {
            // The name of the DNS root, or no name.
            continue;
        }
        let list = || reader.path.child(Element::StaticHostNameMapping);
        let position = reader.notes.position(list, mappings, &name, |mapping| &mapping.host_name.value);
        let index = position.unwrap_or_else(|| {
            mappings.push(HostMapping { host_name: Located::new(name, entry.key.at), addresses: Vec::new() });
            mappings.len() - 1
        });
        for member in entry.members {
            if reader.accept(member) && member.name == "ip-address" {
                reader.addresses(&mut mappings[index].addresses, member);
            }
        }
    }
}
