//! The plugin block: kept as written, in one form, for the schema to judge.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map;

use crate::diagnostics::{Code, Finding};
use crate::elements::BLOCK;
use crate::input::lower::entries::{Entry, entries};
use crate::input::lower::scope::{Scope, two_values};
use crate::model::Span;
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};

/// Adds a block to the one that is there. In the result `static-route` stands once at most, as a sequence of entries.
pub(crate) fn add(slot: &mut Option<Tree<'static>>, member: &Member<'_>, scope: &mut Scope<'_>) {
    if scope.is_fault(member) {
        return;
    }
    let is_container = scope.is_container(member);
    if !is_container && !member.tree.is_null() {
        return;
    }
    let path = scope.path.child("loopback-static-routes");
    let mut scope = Scope::new(scope.subject, &path, scope.notes);
    let block = normalize(member, &mut scope);
    match slot {
        Some(there) => merge(there, block, &mut scope),
        None => *slot = Some(block),
    }
}

fn normalize(block: &Member<'_>, scope: &mut Scope<'_>) -> Tree<'static> {
    let mut members: Vec<Member<'static>> = Vec::new();
    for member in block.tree.members() {
        if scope.is_fault(member) {
            continue;
        }
        if member.name != "static-route" {
            add_leaf(&mut members, member.clone().into_owned(), scope);
            continue;
        }
        // An empty list is the same as none, which is all that PCLI text and XML can write.
        if member.tree.is_empty() {
            continue;
        }
        let (_, list) = BLOCK.find("static-route").expect("an element of the block");
        let routes: Vec<_> =
            entries(member, list, scope).into_iter().map(|entry| static_route(&entry, scope)).collect();
        match members.iter_mut().find(|m| m.name == "static-route") {
            Some(Member { tree: Tree { content: Content::Sequence(items), .. }, .. }) => items.extend(routes),
            _ => {
                let tree = Tree { at: member.tree.at, content: Content::Sequence(routes) };
                members.push(Member { name: Cow::Borrowed("static-route"), name_at: member.name_at, tree });
            }
        }
    }
    Tree { at: block.name_at, content: Content::Mapping(members) }
}

/// A static route as a mapping with its address inside, whichever form the list had.
fn static_route(entry: &Entry<'_>, scope: &mut Scope<'_>) -> Tree<'static> {
    let path = scope.path.entry("static-route", &entry.key.value);
    let mut scope = Scope::new(scope.subject, &path, scope.notes);
    let address = Tree {
        at: entry.key.at,
        content: Content::Scalar(Scalar { text: Cow::Owned(entry.key.value.clone()), style: ScalarStyle::Quoted }),
    };
    let mut members = vec![Member { name: Cow::Borrowed("address"), name_at: entry.key.at, tree: address }];
    for member in entry.members.iter() {
        if scope.is_fault(member) {
            continue;
        }
        if member.name == "address" {
            scope.key(&entry.key, member);
        } else {
            add_leaf(&mut members, member.clone().into_owned(), &mut scope);
        }
    }
    let at = members.iter().map(|m| m.tree.at).fold(entry.key.at, Span::to);
    Tree { at, content: Content::Mapping(members) }
}

fn add_leaf(members: &mut Vec<Member<'static>>, new: Member<'static>, scope: &mut Scope<'_>) {
    if let Content::Deleted(_) = new.tree.content {
        return scope.deleted(scope.path.child(&new.name), scope.subject.clone(), new.tree.at);
    }
    match members.iter().find(|m| m.name == new.name) {
        None => members.push(new),
        Some(there) if same(&there.tree, &new.tree) => {}
        Some(there) => {
            let path = scope.path.child(&new.name);
            let finding = Finding::new(Code::ConflictingValues, scope.subject.clone(), path, two_values(&new.name));
            scope.notes.findings.push(finding.at(new.tree.at).related("the other value", there.tree.at));
        }
    }
}

/// Adds a block of another document: a static route that stands in both is one, unless its leaves differ.
fn merge(there: &mut Tree<'static>, block: Tree<'static>, scope: &mut Scope<'_>) {
    let (Content::Mapping(members), Content::Mapping(new)) = (&mut there.content, block.content) else {
        unreachable!("a block is a mapping");
    };
    for member in new {
        if member.name != "static-route" {
            add_leaf(members, member, scope);
            continue;
        }
        let existing = members.iter_mut().find(|m| m.name == "static-route").map(|m| &mut m.tree.content);
        match (existing, member.tree.content) {
            (Some(Content::Sequence(routes)), Content::Sequence(new)) => merge_routes(routes, new, scope),
            (_, content) => {
                members.push(Member { tree: Tree { at: member.tree.at, content }, ..member });
            }
        }
    }
}

fn merge_routes(routes: &mut Vec<Tree<'static>>, new: Vec<Tree<'static>>, scope: &mut Scope<'_>) {
    let mut places: HashMap<String, usize> = HashMap::with_capacity(routes.len() + new.len());
    for (place, route) in routes.iter().enumerate() {
        places.entry(address(route).to_owned()).or_insert(place);
    }
    for route in new {
        let place = match places.entry(address(&route).to_owned()) {
            hash_map::Entry::Vacant(vacant) => {
                vacant.insert(routes.len());
                routes.push(route);
                continue;
            }
            hash_map::Entry::Occupied(place) => *place.get(),
        };
        let path = scope.path.entry("static-route", address(&route));
        let mut scope = Scope::new(scope.subject, &path, scope.notes);
        let (Content::Mapping(members), Content::Mapping(new)) = (&mut routes[place].content, route.content) else {
            unreachable!("a static route is a mapping");
        };
        for member in new {
            add_leaf(members, member, &mut scope);
        }
    }
}

/// The address of a static route as [`static_route`] has it: its first member.
fn address<'t>(route: &'t Tree<'static>) -> &'t str {
    match &route.members()[0].tree.content {
        Content::Scalar(address) => &address.text,
        _ => unreachable!("an address is a scalar"),
    }
}

fn same(a: &Tree<'_>, b: &Tree<'_>) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a.text == b.text,
        _ => a.content == b.content,
    }
}
