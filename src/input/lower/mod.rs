//! Merges the trees of all sources into one authority.
//!
//! List entries are merged by their keys, and leaf-lists are joined. A leaf with two values is a
//! finding with both places.

mod block;
mod deletions;
mod element_reader;
mod entries;
mod notes;
mod reserve;
mod router;
mod service;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use rayon::prelude::*;

pub(super) use self::deletions::Edits;
use self::element_reader::ElementReader;
use self::entries::{ListEntry, entries};
use self::notes::Notes;
use crate::diagnostics::Finding;
use crate::elements::{ROOT, Shape};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{Address, Authority, ElementPath, Located, SourceId, Subject};
use crate::rules::{misplaced_element, unexpected_shape};

/// The authority that is being merged.
#[derive(Default)]
pub(super) struct Lowering {
    authority: Authority,
    /// The indices in the authority by name.
    router_indices: HashMap<String, usize>,
    service_indices: HashMap<String, usize>,
    has_deletion: bool,
    /// The sources and lists with a reported entry of another list.
    mixed_lists: HashSet<(SourceId, &'static str)>,
    notes: Notes,
}

impl Lowering {
    /// Adds a document, or a part of one.
    pub(super) fn document(&mut self, root: &Tree<'_>) {
        self.has_deletion |= root.has_deletion();
        let path = ElementPath::authority();
        let mut notes = std::mem::take(&mut self.notes);
        let mut reader = ElementReader::new(&Subject::Authority, &path, &mut notes);
        if !matches!(root.content, Content::Mapping(_)) && !root.is_null() {
            reader.report(unexpected_shape::of_document(root.describe(), root.at));
        }
        self.elements(root.members(), &mut reader);
        self.notes = notes;
    }

    /// Returns an empty authority with room for as many routers and services as these parts have,
    /// and for those of the text between them, which is that of a few parts. A list that grows step
    /// by step uses new memory for each step, which the kernel has to clear: joining the parts of
    /// 76 MB took 7 ms, and takes 3 ms with it.
    pub(super) fn with_room_for(parts: &[Self]) -> Self {
        let room = |count: fn(&Authority) -> usize| {
            let all: usize = parts.iter().map(|part| count(&part.authority)).sum();
            all + all * 4 / parts.len().max(1)
        };
        let (routers, services) = (room(|of| of.routers.len()), room(|of| of.services.len()));
        let mut all = Self::default();
        all.authority.routers.reserve_exact(routers);
        all.authority.services.reserve_exact(services);
        all.router_indices.reserve(routers);
        all.service_indices.reserve(services);
        all
    }

    /// Adds what another one has merged from later documents, or later parts of a document. Returns
    /// false if both have the same router or service; nothing is added then.
    pub(super) fn join(&mut self, later: Self) -> bool {
        let Self { authority, router_indices, service_indices, has_deletion, mixed_lists, notes } = later;
        if has_any_of(&self.router_indices, &router_indices)
            || has_any_of(&self.service_indices, &service_indices)
            || !self.mixed_lists.is_disjoint(&mixed_lists)
        {
            return false;
        }
        add_indices(&mut self.router_indices, router_indices, self.authority.routers.len());
        add_indices(&mut self.service_indices, service_indices, self.authority.services.len());
        self.authority.routers.extend(authority.routers);
        self.authority.services.extend(authority.services);
        self.authority.conductor_addresses.extend(authority.conductor_addresses);
        self.has_deletion |= has_deletion;
        self.mixed_lists.extend(mixed_lists);
        self.notes.join(notes);
        true
    }

    /// Returns true if a document deletes an element: [`Edits`] then compares the documents.
    pub(super) fn has_deletion(&self) -> bool {
        self.has_deletion
    }

    /// Returns the authority once all documents are added.
    pub(super) fn finish(mut self, findings: &mut Vec<Finding>) -> Authority {
        self.authority.routers.par_iter_mut().with_min_len(AT_A_TIME).for_each(router::remove_duplicates);
        self.authority.services.par_iter_mut().with_min_len(AT_A_TIME).for_each(service::remove_duplicates);
        remove_duplicates(&mut self.authority.conductor_addresses);
        findings.append(&mut self.notes.findings);
        self.authority
    }

    fn elements(&mut self, members: &[Member<'_>], reader: &mut ElementReader<'_>) {
        for member in members {
            if member.name == CONDUCTOR_ADDRESS {
                advice(&mut self.authority.conductor_addresses, member, reader);
                continue;
            }
            if !reader.accept(member) {
                continue;
            }
            match &*member.name {
                "config" | "authority" if reader.accept_container(member) => {
                    self.elements(member.tree.members(), reader)
                }
                "router" => self.routers(member, reader),
                "service" => self.services(member, reader),
                name => {
                    if let Some(list) = ROOT.belongs_in(name) {
                        let path = reader.child(member);
                        reader.report(misplaced_element::element(name, list, path, member.name_at));
                    }
                }
            }
        }
    }

    fn routers(&mut self, member: &Member<'_>, reader: &mut ElementReader<'_>) {
        for entry in entries(member, list("router"), reader) {
            self.misplaced_elements("router", &entry, reader);
            let index = *self.router_indices.entry(entry.key.value.clone()).or_insert_with(|| {
                self.authority.routers.push(router::new(&entry.key));
                self.authority.routers.len() - 1
            });
            router::merge(&mut self.authority.routers[index], entry.members, reader.notes);
        }
    }

    fn services(&mut self, member: &Member<'_>, reader: &mut ElementReader<'_>) {
        for entry in entries(member, list("service"), reader) {
            self.misplaced_elements("service", &entry, reader);
            let index = *self.service_indices.entry(entry.key.value.clone()).or_insert_with(|| {
                self.authority.services.push(service::new(&entry.key));
                self.authority.services.len() - 1
            });
            service::merge(&mut self.authority.services[index], entry.members, reader.notes);
        }
    }

    /// Reports an entry that belongs in another list. If the line before the other list is missing,
    /// all its entries are here, so only the first one of a source is reported. An entry that also
    /// has elements of this list has a misplaced element.
    fn misplaced_elements(&mut self, list: &'static str, entry: &ListEntry<'_>, reader: &mut ElementReader<'_>) {
        let Shape::List { entry: elements, .. } = self::list(list) else { unreachable!("{list} is a list") };
        let is_read = |member: &&Member<'_>| !matches!(member.tree.content, Content::Fault(_));
        let read = || entry.members.iter().filter(is_read);
        let mut misplaced = read().filter_map(|member| Some((member, elements.belongs_in(&member.name)?)));
        let Some((first, around)) = misplaced.next() else { return };
        let Shape::List { entry: other, .. } = self::list(around) else { unreachable!("{around} is a list") };
        let finding = |member: &Member<'_>| {
            let path = reader.path.entry_named(list, &entry.key.value).child_named(&member.name);
            misplaced_element::of_entry(&member.name, list, &entry.key.value, around, path)
        };
        let has_own = read().any(|member| elements.holds(&member.name) && !other.holds(&member.name));
        if has_own {
            let misplaced = std::iter::once(first).chain(misplaced.map(|(member, _)| member));
            let findings: Vec<Finding> = misplaced.map(|member| finding(member).at(member.name_at)).collect();
            findings.into_iter().for_each(|finding| reader.report(finding));
        } else if self.mixed_lists.insert((entry.key.at.source, list)) {
            reader.report(finding(first).at(entry.key.at).related("the element", first.name_at));
        }
    }
}

/// Returns true if a name is in both.
fn has_any_of(indices: &HashMap<String, usize>, others: &HashMap<String, usize>) -> bool {
    !indices.is_empty() && others.keys().any(|name| indices.contains_key(name))
}

/// Adds the indices of a list that is appended to one of this length.
fn add_indices(indices: &mut HashMap<String, usize>, later: HashMap<String, usize>, length: usize) {
    indices.extend(later.into_iter().map(|(name, index)| (name, length + index)));
}

/// The minimum number of routers or services that a thread works on at a time.
const AT_A_TIME: usize = 256;

/// The largest number of values that are compared with one another.
const FEW: usize = 16;

/// Removes the second and later of equal values.
fn remove_duplicates<T: Clone + Eq + Hash>(values: &mut Vec<Located<T>>) {
    let is_repeated =
        |(index, value): (usize, &Located<T>)| values[..index].iter().any(|other| other.value == value.value);
    // A few values are compared with one another, because a set would need memory.
    if values.len() > FEW || values.iter().enumerate().any(is_repeated) {
        let mut seen = HashSet::with_capacity(values.len());
        values.retain(|value| seen.insert(value.value.clone()));
    }
}

/// Returns the shape of a list of the root.
fn list(name: &str) -> Shape {
    ROOT.find(name).expect("a list of the root").1
}

/// Returns the shape of an element in the entries of a list.
fn shape_in(list: Shape, name: &str) -> Shape {
    let Shape::List { entry, .. } = list else { unreachable!("only lists have entries") };
    entry.find(name).expect("an element of the entry").1
}

/// An element without effect on routes, which advisory rules need.
const CONDUCTOR_ADDRESS: &str = "conductor-address";

/// Reads values that have no effect on routes. Their faults are not reported.
fn advice(values: &mut Vec<Located<Address>>, member: &Member<'_>, reader: &mut ElementReader<'_>) {
    if matches!(member.tree.content, Content::Fault(_)) {
        return;
    }
    let mut ignored = Notes::default();
    ElementReader::new(reader.subject, reader.path, &mut ignored).leaf_list(values, member, Address::parse);
}
