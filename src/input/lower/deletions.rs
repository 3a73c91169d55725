//! Elements that an edit takes away.
//!
//! Documents are merged without an order, so an element that one of them deletes and another one has is neither there nor not:
//! that is an error. A deletion of what is nowhere else leaves nothing to do.

use std::collections::HashMap;

use crate::diagnostics::{Code, Finding, Subject};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{Authority, ElementPath, Located, Node, Router, Service, Span};

/// What is noted while trees are lowered.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) findings: Vec<Finding>,
    pub(crate) deletions: Vec<Deletion>,
    /// Where in long lists the entries with a key are.
    places: HashMap<ElementPath, HashMap<String, usize>>,
}

/// Lists shorter than this are looked through.
const SHORT: usize = 16;

/// An element that is deleted.
pub(crate) struct Deletion {
    pub(crate) path: ElementPath,
    pub(crate) subject: Subject,
    pub(crate) at: Span,
}

impl Notes {
    /// Where in a list the entry with a key is. The list only grows; `list` names it.
    pub(crate) fn position<T>(
        &mut self,
        list: impl Fn() -> ElementPath,
        entries: &[T],
        key: &str,
        key_of: impl Fn(&T) -> &str,
    ) -> Option<usize> {
        if entries.len() < SHORT {
            return entries.iter().position(|entry| key_of(entry) == key);
        }
        let places = self.places.entry(list()).or_default();
        for (place, entry) in entries.iter().enumerate().skip(places.len()) {
            places.insert(key_of(entry).to_owned(), place);
        }
        places.get(key).copied()
    }

    /// Finds the elements that are deleted and there.
    pub(crate) fn finish(&mut self, authority: &Authority) {
        if self.deletions.is_empty() {
            return;
        }
        let mut elements = Elements(HashMap::new());
        authority.routers.iter().for_each(|router| elements.router(router));
        authority.services.iter().for_each(|service| elements.service(service));
        for deletion in self.deletions.drain(..) {
            let Some(there) = elements.0.get(&deletion.path) else { continue };
            let message = "this is deleted here and defined elsewhere, and neither comes first; remove one of them";
            let finding = Finding::new(Code::ConflictingValues, deletion.subject, deletion.path, message);
            self.findings.push(finding.at(deletion.at).related("it is defined here", *there));
        }
    }
}

/// The elements of an authority by their paths.
struct Elements(HashMap<ElementPath, Span>);

impl Elements {
    fn add(&mut self, path: ElementPath, at: Span) {
        self.0.entry(path).or_insert(at);
    }

    fn leaf<T>(&mut self, path: &ElementPath, name: &str, leaf: Option<&Located<T>>) {
        if let Some(leaf) = leaf {
            self.add(path.child(name), leaf.at);
        }
    }

    fn leaf_list(&mut self, path: &ElementPath, name: &str, values: &[Located<String>]) {
        for value in values {
            self.add(path.child(name), value.at);
            self.add(path.entry(name, &value.value), value.at);
        }
    }

    fn router(&mut self, router: &Router) {
        let path = ElementPath::authority().entry("router", &router.name.value);
        self.add(ElementPath::authority().child("router"), router.name.at);
        self.add(path.clone(), router.name.at);
        self.leaf(&path, "name", Some(&router.name));
        for name in ["router-group", "group"] {
            self.leaf_list(&path, name, &router.router_groups);
        }
        self.leaf_list(&path, "resource-group", &router.resource_groups);
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

    fn block(&mut self, owner: &ElementPath, block: Option<&Tree<'_>>) {
        let Some(block) = block else { return };
        let path = owner.child("loopback-static-routes");
        self.add(path.clone(), block.at);
        self.members(&path, block.members());
    }

    fn members(&mut self, path: &ElementPath, members: &[Member<'_>]) {
        for member in members {
            let here = path.child(&member.name);
            self.add(here.clone(), member.tree.at);
            let Content::Sequence(entries) = &member.tree.content else { continue };
            for entry in entries {
                // `block` has put the key first.
                if let Some(Content::Scalar(key)) = entry.members().first().map(|key| &key.tree.content) {
                    let path = path.entry(&member.name, &key.text);
                    self.add(path.clone(), entry.at);
                    self.members(&path, entry.members());
                }
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
        self.leaf_list(&path, "address", &service.addresses);
        for policy in &service.access_policies {
            self.add(path.child("access-policy"), policy.source.at);
            let path = path.entry("access-policy", &policy.source.value);
            self.add(path.clone(), policy.source.at);
            self.leaf(&path, "permission", policy.permission.as_ref());
        }
        for applies in &service.applies_to {
            self.add(path.child("applies-to"), applies.kind.at);
            let path = path.entry("applies-to", applies.kind.value.as_str());
            self.add(path.clone(), applies.kind.at);
            if let Some(name) = applies.kind.value.names_in() {
                self.leaf_list(&path, name, &applies.names);
            }
        }
    }
}
