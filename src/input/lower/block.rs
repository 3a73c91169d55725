//! The plugin block: kept as it was written, merged from all sources.

use std::collections::HashMap;
use std::collections::hash_map;

use super::element_reader::ElementReader;
use super::entries::{ListEntry, entries};
use super::notes::SHORT;
use crate::elements::{BLOCK, Meaning, STATIC_ROUTE};
use crate::model::block::{RawKey, RawStaticRoute, RawValue};
use crate::model::tree::{Content, Member};
use crate::model::{Address, Element, Key, Located, RawBlock, Span};
use crate::rules::conflicting_values;

/// Merges a block into the existing one.
pub(super) fn add(slot: &mut Option<RawBlock>, member: &Member<'_>, reader: &mut ElementReader<'_>) {
    if !reader.accept(member) {
        return;
    }
    let is_container = reader.accept_container(member);
    if !is_container && !member.tree.is_null() {
        return;
    }
    let path = reader.child(member);
    let mut reader = ElementReader::new(reader.subject, &path, reader.notes);
    let block = read(member, &mut reader);
    match slot {
        Some(there) => merge(&mut there.keys, block.keys, &mut reader),
        None => *slot = Some(block),
    }
}

fn read(block: &Member<'_>, reader: &mut ElementReader<'_>) -> RawBlock {
    let mut keys = Keys::default();
    keys.all.reserve_exact(block.tree.members().len());
    for member in block.tree.members() {
        if !reader.accept(member) {
            continue;
        }
        if member.name != Key::StaticRoute.name() {
            add_leaf(&mut keys, member, reader);
            continue;
        }
        // An empty list is the same as none: PCLI text and XML cannot express it.
        if member.tree.is_empty() {
            continue;
        }
        let (_, list) = BLOCK.find(Key::StaticRoute.name()).expect("an element of the block");
        let routes: Vec<_> = entries(member, list, reader).iter().map(|entry| static_route(entry, reader)).collect();
        match routes_of(&mut keys.all) {
            Some(there) => there.extend(routes),
            None => keys.all.push(raw_key(member, RawValue::StaticRoutes(routes))),
        }
    }
    RawBlock { at: block.name_at, keys: keys.all }
}

fn raw_key(member: &Member<'_>, value: RawValue) -> RawKey {
    RawKey { name: member.name.clone().into_owned(), name_at: member.name_at, at: member.tree.at, value }
}

fn routes_of(keys: &mut [RawKey]) -> Option<&mut Vec<RawStaticRoute>> {
    keys.iter_mut().find_map(|key| match &mut key.value {
        RawValue::StaticRoutes(routes) => Some(routes),
        _ => None,
    })
}

fn static_route(entry: &ListEntry<'_>, reader: &mut ElementReader<'_>) -> RawStaticRoute {
    let path = reader.path.entry(Element::StaticRoute, &entry.key.value);
    let mut reader = ElementReader::new(reader.subject, &path, reader.notes);
    let mut keys = Keys::default();
    // One of the members is the key of the entry.
    keys.all.reserve_exact(entry.members.len().saturating_sub(1));
    for member in entry.members {
        // `entries` reports the misspelled names of a single entry.
        if !reader.accept(member) || matches!(STATIC_ROUTE.meaning(&member.name), Meaning::Misspelled(_)) {
            continue;
        }
        if member.name == Key::Address.name() {
            reader.key(&entry.key, member);
        } else {
            add_leaf(&mut keys, member, &mut reader);
        }
    }
    let at = keys.all.iter().map(|key| key.at).fold(entry.key.at, Span::to);
    RawStaticRoute { at, address: Located::new(Address::parse(&entry.key.value), entry.key.at), keys: keys.all }
}

fn add_leaf(keys: &mut Keys, member: &Member<'_>, reader: &mut ElementReader<'_>) {
    let value = match &member.tree.content {
        Content::Deleted(_) => return,
        Content::Scalar(scalar) => RawValue::Text { text: scalar.text.clone().into_owned(), style: scalar.style },
        _ => RawValue::Unexpected(Box::new(member.tree.clone().into_owned())),
    };
    keys.add(raw_key(member, value), reader);
}

/// The keys of a block or a static route.
#[derive(Default)]
struct Keys {
    all: Vec<RawKey>,
    /// The indices of the keys by name, if there are many.
    index: HashMap<String, usize>,
}

impl Keys {
    fn of(all: Vec<RawKey>) -> Self {
        Self { all, index: HashMap::new() }
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        if self.all.len() < SHORT {
            return self.all.iter().position(|key| key.name == name);
        }
        for (index, key) in self.all.iter().enumerate().skip(self.index.len()) {
            self.index.insert(key.name.clone(), index);
        }
        self.index.get(name).copied()
    }

    /// Adds a key. If the block already has the key, both values must be the same.
    fn add(&mut self, new: RawKey, reader: &mut ElementReader<'_>) {
        match self.position(&new.name).map(|index| &self.all[index]) {
            None => self.all.push(new),
            Some(there) if is_same(&there.value, &new.value) => {}
            Some(there) => {
                let (subject, path) = (reader.subject.clone(), reader.path.child_named(&new.name));
                reader.report(conflicting_values::two_values(&new.name, subject, path, new.at, there.at));
            }
        }
    }
}

/// Merges the keys of a block in another source. A static route in both blocks counts once, unless
/// its keys differ.
fn merge(there: &mut Vec<RawKey>, new: Vec<RawKey>, reader: &mut ElementReader<'_>) {
    let mut keys = Keys::of(std::mem::take(there));
    for mut key in new {
        match &mut key.value {
            RawValue::StaticRoutes(new) => match routes_of(&mut keys.all) {
                Some(routes) => merge_routes(routes, std::mem::take(new), reader),
                None => keys.all.push(key),
            },
            _ => keys.add(key, reader),
        }
    }
    *there = keys.all;
}

fn merge_routes(routes: &mut Vec<RawStaticRoute>, new: Vec<RawStaticRoute>, reader: &mut ElementReader<'_>) {
    let mut indices: HashMap<String, usize> = HashMap::with_capacity(routes.len() + new.len());
    for (index, route) in routes.iter().enumerate() {
        indices.entry(route.address.value.as_str().to_owned()).or_insert(index);
    }
    for route in new {
        let index = match indices.entry(route.address.value.as_str().to_owned()) {
            hash_map::Entry::Vacant(vacant) => {
                vacant.insert(routes.len());
                routes.push(route);
                continue;
            }
            hash_map::Entry::Occupied(index) => *index.get(),
        };
        let path = reader.path.entry(Element::StaticRoute, route.address.value.as_str());
        let mut reader = ElementReader::new(reader.subject, &path, reader.notes);
        let mut keys = Keys::of(std::mem::take(&mut routes[index].keys));
        route.keys.into_iter().for_each(|key| keys.add(key, &mut reader));
        routes[index].keys = keys.all;
    }
}

fn is_same(a: &RawValue, b: &RawValue) -> bool {
    match (a, b) {
        (RawValue::Text { text: a, .. }, RawValue::Text { text: b, .. }) => a == b,
        (RawValue::Unexpected(a), RawValue::Unexpected(b)) => a.content == b.content,
        _ => a == b,
    }
}
