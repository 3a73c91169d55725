//! Elements that are deleted.
//!
//! Documents are merged without an order. An element that one of them deletes and another one
//! defines is an error. A deletion of an element that is not defined has no effect.
//!
//! Deletions are rare, so merging skips them. Sources with a deletion are read again. Then the
//! table of elements leads through each tree, so no element of the table can be forgotten.

use std::collections::HashMap;

use super::entries::{is_by_key, key_leaf, subject};
use crate::diagnostics::Finding;
use crate::elements::identity::{preferred_name, same_key, same_value};
use crate::elements::{Elements, ROOT, Shape};
use crate::model::tree::{Content, Member, ScalarStyle, Tree};
use crate::model::{Element, ElementPath, Located, NodeId, Span, Subject};
use crate::rules::conflicting_values;

/// The elements that documents define and delete. All spellings of an element have the same path.
#[derive(Default)]
pub(in crate::input) struct Edits {
    /// The place of the first definition of each element.
    defined: HashMap<ElementPath, Span>,
    deletions: Vec<Deletion>,
}

/// An element that is deleted.
struct Deletion {
    path: ElementPath,
    subject: Subject,
    at: Span,
}

/// The element around others.
struct Parent {
    path: ElementPath,
    subject: Subject,
}

/// A list, and the paths of its entries.
struct List<'m> {
    name: &'m str,
    /// The name of the key leaf.
    key: &'static str,
    elements: &'static Elements,
    /// The list itself.
    path: ElementPath,
    /// The element around the entries: the list itself, if its entries are in an inner list.
    container: ElementPath,
    /// The name of the entries in a path.
    entries: &'m str,
}

impl Edits {
    /// Adds a document.
    pub(in crate::input) fn document(&mut self, root: &Tree<'_>) {
        let authority = Parent { path: ElementPath::authority(), subject: Subject::Authority };
        // A fragment defines the elements around it without naming them.
        if let Some(at) = self.members(root.members(), &ROOT, &authority) {
            self.define(configuration(), at);
            self.define(authority.path, at);
        }
    }

    /// Reports the elements that are both deleted and defined.
    pub(in crate::input) fn report(self, findings: &mut Vec<Finding>) {
        for Deletion { path, subject, at } in self.deletions {
            if let Some(there) = self.defined.get(&path) {
                findings.push(conflicting_values::deleted_and_defined(subject, path, at, *there));
            }
        }
    }

    fn define(&mut self, path: ElementPath, at: Span) -> Option<Span> {
        self.defined.entry(path).or_insert(at);
        Some(at)
    }

    fn delete(&mut self, path: ElementPath, subject: &Subject, at: Span) {
        self.deletions.push(Deletion { path, subject: subject.clone(), at });
    }

    /// Adds the elements in another one. Returns the place of the first that is defined. An element
    /// that only leads to deletions is not.
    fn members(&mut self, members: &[Member<'_>], elements: &'static Elements, parent: &Parent) -> Option<Span> {
        let places: Vec<Span> = members.iter().filter_map(|member| self.member(member, elements, parent)).collect();
        places.first().copied()
    }

    fn member(&mut self, member: &Member<'_>, elements: &'static Elements, parent: &Parent) -> Option<Span> {
        if parent.subject == Subject::Authority && ROOT.belongs_in(&member.name).is_some() {
            return None;
        }
        match elements.find(&member.name).map(|(_, shape)| shape) {
            None | Some(Shape::Leaf) => self.leaf(member, parent),
            Some(Shape::LeafList) => self.leaf_list(member, parent),
            Some(Shape::Container(elements)) => self.container(member, elements, parent),
            Some(Shape::List { key, entry }) => self.list(&List::new(&member.name, key, entry, parent), member, parent),
        }
    }

    /// Adds a leaf. Null counts as absent.
    fn leaf(&mut self, member: &Member<'_>, parent: &Parent) -> Option<Span> {
        let path = parent.path.child_named(preferred_name(&member.name));
        match &member.tree.content {
            Content::Deleted(_) => self.delete(path, &parent.subject, member.tree.at),
            Content::Fault(_) => {}
            _ if member.tree.is_null() => {}
            _ => return self.define(path, member.tree.at),
        }
        None
    }

    fn leaf_list(&mut self, member: &Member<'_>, parent: &Parent) -> Option<Span> {
        let name = preferred_name(&member.name);
        let entry = |item: &Tree<'_>| match &item.content {
            Content::Scalar(scalar) if scalar.style != ScalarStyle::Null && !scalar.text.is_empty() => {
                Some(parent.path.entry_named(name, &same_value(name, &scalar.text)))
            }
            _ => None,
        };
        let mut first = None;
        for item in items(&member.tree) {
            if let Content::Deleted(deleted) = &item.content {
                let values: Vec<ElementPath> = items(deleted).iter().filter_map(entry).collect();
                let all = if values.is_empty() { vec![parent.path.child_named(name)] } else { values };
                all.into_iter().for_each(|path| self.delete(path, &parent.subject, item.at));
            } else if let Some(path) = entry(item) {
                self.define(parent.path.child_named(name), item.at);
                let defined = self.define(path, item.at);
                first = first.or(defined);
            }
        }
        first
    }

    fn container(&mut self, member: &Member<'_>, elements: &'static Elements, parent: &Parent) -> Option<Span> {
        let tree = &member.tree;
        let (path, inside) = match &*member.name {
            "config" => (configuration(), parent.path.clone()),
            "authority" => (parent.path.clone(), parent.path.clone()),
            name => (parent.path.child_named(name), parent.path.child_named(name)),
        };
        if matches!(tree.content, Content::Deleted(_)) {
            self.delete(path, &parent.subject, tree.at);
            return None;
        }
        let inside = Parent { path: inside, subject: parent.subject.clone() };
        let inner = self.members(tree.members(), elements, &inside);
        // An empty plugin block has a meaning, unlike other empty containers.
        let is_defined = inner.is_some() || elements.closed && tree.is_empty();
        is_defined.then(|| self.define(path, member.name_at)).flatten()
    }

    fn list(&mut self, list: &List<'_>, member: &Member<'_>, parent: &Parent) -> Option<Span> {
        let places: Vec<Span> = match &member.tree.content {
            Content::Mapping(entries) if is_by_key(entries, list.key, list.elements) => {
                let by_name = |entry: &Member<'_>| Located::new(entry.name.clone().into_owned(), entry.name_at);
                entries.iter().filter_map(|entry| self.entry(list, &entry.tree, Some(by_name(entry)), parent)).collect()
            }
            Content::Mapping(members) if members.is_empty() => Vec::new(),
            Content::Deleted(deleted) if deleted.is_list() && !deleted.is_empty() => {
                items(deleted).iter().for_each(|entry| self.delete_entry(list, entry, None, parent));
                Vec::new()
            }
            _ => items(&member.tree).iter().filter_map(|entry| self.entry(list, entry, None, parent)).collect(),
        };
        places.first().copied()
    }

    /// Adds an entry of a list. The merge reports entries without a key.
    fn entry(
        &mut self,
        list: &List<'_>,
        tree: &Tree<'_>,
        key: Option<Located<String>>,
        parent: &Parent,
    ) -> Option<Span> {
        if let Content::Deleted(deleted) = &tree.content {
            self.delete_entry(list, deleted, key, parent);
            return None;
        }
        let Some(key) = key.or_else(|| key_leaf(tree, list.key)) else {
            let inside = Parent { path: list.path.clone(), subject: parent.subject.clone() };
            let inner = list.has_inner().then(|| self.members(tree.members(), list.elements, &inside)).flatten()?;
            return self.define(list.path.clone(), inner);
        };
        let inside = Parent { path: list.entry(&key.value), subject: list.subject_inside(&key.value, &parent.subject) };
        let (mut is_defined, mut only_deletions) = (false, false);
        for member in tree.members().iter().filter(|member| member.name != list.key || member.tree.has_deletion()) {
            is_defined |= self.member(member, list.elements, &inside).is_some();
            only_deletions |= member.tree.has_deletion();
        }
        if only_deletions && !is_defined {
            return None;
        }
        self.define(list.path.clone(), key.at);
        self.define(list.container.child_named(list.entries), key.at);
        self.define(inside.path.child_named(list.key), key.at);
        self.define(inside.path, key.at)
    }

    /// Adds an entry that is deleted, or a whole list. `written` is the written part of it.
    fn delete_entry(&mut self, list: &List<'_>, written: &Tree<'_>, key: Option<Located<String>>, parent: &Parent) {
        let around = &parent.subject;
        match key.or_else(|| key_leaf(written, list.key)) {
            Some(key) => self.delete(list.entry(&key.value), &subject(list.name, &key.value, around), key.at),
            None if list.has_inner() || written.is_empty() => self.delete(list.path.clone(), around, written.at),
            None => {}
        }
    }
}

impl<'m> List<'m> {
    fn new(name: &'m str, key: &'static str, elements: &'static Elements, parent: &Parent) -> Self {
        let path = parent.path.child_named(name);
        let (container, entries) = match elements.inner_list() {
            Some(inner) => (path.clone(), inner),
            None => (parent.path.clone(), name),
        };
        Self { name, key, elements, path, container, entries }
    }

    fn has_inner(&self) -> bool {
        self.entries != self.name
    }

    /// Returns the path of the entry with this key.
    fn entry(&self, key: &str) -> ElementPath {
        self.container.entry_named(self.entries, &same_key(self.name, key))
    }

    /// Returns the subject of findings about elements in the entry with this key.
    fn subject_inside(&self, key: &str, around: &Subject) -> Subject {
        match (self.name, around) {
            ("node", Subject::Router(router)) => Subject::Node(NodeId { router: router.clone(), node: key.to_owned() }),
            _ => subject(self.name, key, around),
        }
    }
}

/// Returns the path of the element around the authority.
fn configuration() -> ElementPath {
    ElementPath::default().child(Element::Config)
}

/// Returns the items of a list. A single value or entry counts as a list of one.
fn items<'t>(tree: &'t Tree<'t>) -> &'t [Tree<'t>] {
    match &tree.content {
        Content::Sequence(items) => items,
        _ => std::slice::from_ref(tree),
    }
}
