//! Deleted elements.
//!
//! Documents are merged without an order. An element that one of them deletes and another one
//! defines is an error. A deletion of an element that is not defined has no effect.

use std::collections::HashMap;

use crate::diagnostics::Finding;
use crate::model::block::{RawKey, RawValue};
use crate::model::{Address, Authority, ElementPath, Located, Node, RawBlock, Router, Service, Span, Subject};
use crate::rules::conflicting_values;

/// The findings and deletions of the trees so far.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) findings: Vec<Finding>,
    pub(super) deletions: Vec<Deletion>,
    /// The indices of entries in long lists, by key.
    indices: HashMap<ElementPath, HashMap<String, usize>>,
}

/// The length from which a list has an index. A search of a shorter list costs less.
pub(super) const SHORT: usize = 16;

/// An element that is deleted.
pub(super) struct Deletion {
    pub(super) path: ElementPath,
    pub(super) subject: Subject,
    pub(super) at: Span,
}

impl Notes {
    /// Returns the index of the entry with this key. The list may only grow. `list` identifies it.
    pub(super) fn position<T>(
        &mut self,
        list: impl Fn() -> ElementPath,
        entries: &[T],
        key: &str,
        key_of: impl Fn(&T) -> &str,
    ) -> Option<usize> {
        if entries.len() < SHORT {
            return entries.iter().position(|entry| key_of(entry) == key);
        }
        let indices = self.indices.entry(list()).or_default();
        for (index, entry) in entries.iter().enumerate().skip(indices.len()) {
            indices.insert(key_of(entry).to_owned(), index);
        }
        indices.get(key).copied()
    }

    /// Reports the elements that are deleted in one place and defined in another.
    pub(super) fn finish(&mut self, authority: &Authority) {
        if self.deletions.is_empty() {
            return;
        }
        let mut elements = DefinedElements(HashMap::new());
        authority.routers.iter().for_each(|router| elements.router(router));
        authority.services.iter().for_each(|service| elements.service(service));
        for deletion in self.deletions.drain(..) {
            let Some(there) = elements.0.get(&deletion.path) else { continue };
            let Deletion { path, subject, at } = deletion;
            self.findings.push(conflicting_values::deleted_and_defined(subject, path, at, *there));
        }
    }
}

/// The elements of an authority by their paths.
struct DefinedElements(HashMap<ElementPath, Span>);

impl DefinedElements {
    fn add(&mut self, path: ElementPath, at: Span) {
        self.0.entry(path).or_insert(at);
    }

    fn leaf<T>(&mut self, path: &ElementPath, name: &str, leaf: Option<&Located<T>>) {
        if let Some(leaf) = leaf {
            self.add(path.child(name), leaf.at);
        }
    }

    fn leaf_list<T>(&mut self, path: &ElementPath, name: &str, values: &[Located<T>], text: impl Fn(&T) -> &str) {
        for value in values {
            self.add(path.child(name), value.at);
            self.add(path.entry(name, text(&value.value)), value.at);
        }
    }

    fn router(&mut self, router: &Router) {
        let path = ElementPath::authority().entry("router", &router.name.value);
        self.add(ElementPath::authority().child("router"), router.name.at);
        self.add(path.clone(), router.name.at);
        self.leaf(&path, "name", Some(&router.name));
        for name in ["router-group", "group"] {
            self.leaf_list(&path, name, &router.router_groups, String::as_str);
        }
        self.leaf_list(&path, "resource-group", &router.resource_groups, String::as_str);
        for mapping in &router.host_mappings {
            self.add(path.child("static-hostname-mapping"), mapping.host_name.at);
            for list in [path.clone(), path.child("static-hostname-mapping")] {
                for name in ["static-hostname-mapping", "static-entry"] {
                    self.add(list.entry(name, &mapping.host_name.value), mapping.host_name.at);
                }
            }
        }
        router.nodes.iter().for_each(|node| self.node(&path, node));
        self.block(&path, router.block.as_ref());
    }

    fn node(&mut self, router: &ElementPath, node: &Node) {
        let path = router.entry("node", &node.name.value);
        self.add(path.clone(), node.name.at);
        self.leaf(&path, "name", Some(&node.name));
        self.leaf(&path, "asset-id", node.asset_id.as_ref());
        self.leaf(&path, "role", node.role.as_ref());
        self.block(&path, node.block.as_ref());
    }

    fn block(&mut self, owner: &ElementPath, block: Option<&RawBlock>) {
        let Some(block) = block else { return };
        let path = owner.child("loopback-static-routes");
        self.add(path.clone(), block.at);
        self.keys(&path, &block.keys);
    }

    fn keys(&mut self, path: &ElementPath, keys: &[RawKey]) {
        for key in keys {
            self.add(path.child(&key.name), key.at);
            let RawValue::StaticRoutes(routes) = &key.value else { continue };
            for route in routes {
                let path = path.entry(&key.name, route.address.value.as_str());
                self.add(path.clone(), route.at);
                self.add(path.child("address"), route.address.at);
                self.keys(&path, &route.keys);
            }
        }
    }

    fn service(&mut self, service: &Service) {
        let path = ElementPath::authority().entry("service", &service.name.value);
        self.add(ElementPath::authority().child("service"), service.name.at);
        self.add(path.clone(), service.name.at);
        self.leaf(&path, "name", Some(&service.name));
        self.leaf(&path, "enabled", service.enabled.as_ref());
        self.leaf(&path, "scope", service.scope.as_ref());
        self.leaf_list(&path, "address", &service.addresses, Address::as_str);
        for policy in &service.access_policies {
            self.add(path.child("access-policy"), policy.source.at);
            let path = path.entry("access-policy", policy.source.value.as_str());
            self.add(path.clone(), policy.source.at);
            self.leaf(&path, "permission", policy.permission.as_ref());
        }
        for applies in &service.applies_to {
            self.add(path.child("applies-to"), applies.kind.at);
            let path = path.entry("applies-to", applies.kind.value.as_str());
            self.add(path.clone(), applies.kind.at);
            if let Some(name) = applies.kind.value.names_in() {
                self.leaf_list(&path, name, &applies.names, String::as_str);
            }
        }
    }
}
