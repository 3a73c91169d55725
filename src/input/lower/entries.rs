//! The entries of a list, in any form.

use super::element_reader::ElementReader;
use crate::elements::{Elements, Meaning, Shape};
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{Located, Span, Subject};
use crate::rules::{missing_key, unexpected_shape};
use crate::syntaxes::misspelled;

/// An entry with its key.
pub(super) struct ListEntry<'t> {
    pub(super) key: Located<String>,
    pub(super) members: &'t [Member<'t>],
}

/// Returns the entries of a list. An entry without a key is a finding.
pub(super) fn entries<'t>(member: &'t Member<'t>, list: Shape, reader: &mut ElementReader<'_>) -> Vec<ListEntry<'t>> {
    let Shape::List { key, entry: elements } = list else { unreachable!("only lists have entries") };
    let trees: Vec<&'t Tree<'t>> = match &member.tree.content {
        Content::Sequence(items) => items.iter().collect(),
        Content::Deleted(deleted) if deleted.is_list() => return Vec::new(),
        Content::Deleted(_) => vec![&member.tree],
        Content::Mapping(members) if is_by_key(members, key, elements) => {
            return members.iter().filter_map(|entry| by_key(entry, key, member, reader)).collect();
        }
        Content::Mapping(members) if members.is_empty() => return Vec::new(),
        Content::Mapping(members) => {
            if report_misspelled(members, key, &member.name, elements, reader) {
                return Vec::new();
            }
            vec![&member.tree]
        }
        Content::Fault(_) => {
            reader.accept(member);
            return Vec::new();
        }
        Content::Scalar(_) if member.tree.is_null() => return Vec::new(),
        Content::Scalar(_) => {
            let (found, subject, path) = (member.tree.describe(), reader.subject.clone(), reader.child(member));
            let at = member.tree.at;
            reader.report(unexpected_shape::of(&member.name, "a list of entries", found, subject, path, at));
            return Vec::new();
        }
    };
    trees.into_iter().filter_map(|tree| with_key(tree, key, elements, member, reader)).collect()
}

/// Reports the misspelled names in a mapping that is the single entry of a list. It was not known
/// when they were read that they are elements of the entry. Returns true if the key is misspelled,
/// or the inner list, which needs no key.
fn report_misspelled(
    members: &[Member<'_>],
    key: &str,
    list: &str,
    elements: &Elements,
    reader: &mut ElementReader<'_>,
) -> bool {
    let mut is_key_misspelled = false;
    let name = key_of(members, key).map(|(scalar, _)| &*scalar.text);
    for member in members {
        let Meaning::Misspelled(known) = elements.meaning(&member.name) else { continue };
        is_key_misspelled |= known == key || elements.is_inner_list(known);
        let fault = misspelled(member.name.clone(), member.name_at, known);
        match name {
            Some(name) => {
                let (subject, path) = (subject(list, name, reader.subject), reader.path.entry_named(list, name));
                ElementReader::new(&subject, &path, reader.notes).accept(&fault);
            }
            None => _ = reader.accept(&fault),
        }
    }
    is_key_misspelled && name.is_none()
}

/// Returns an entry of a mapping by key. An entry without a name, or with a duplicate name, is a
/// finding.
fn by_key<'t>(
    entry: &'t Member<'t>,
    key: &str,
    list: &Member<'_>,
    reader: &mut ElementReader<'_>,
) -> Option<ListEntry<'t>> {
    if entry.name.is_empty() {
        let (subject, path) = (reader.subject.clone(), reader.child(entry));
        reader.report(missing_key::of_entry(&list.name, key, subject, path, entry.tree.at));
        return None;
    }
    if let Content::Fault(fault) = &entry.tree.content {
        let subject = subject(&list.name, &entry.name, reader.subject);
        let path = reader.path.entry_named(&list.name, &entry.name);
        ElementReader::new(&subject, reader.path, reader.notes).report_fault(fault, path);
        return None;
    }
    if matches!(entry.tree.content, Content::Deleted(_)) {
        return None;
    }
    let key = Located::new(entry.name.clone().into_owned(), entry.name_at);
    Some(ListEntry { key, members: entry.tree.members() })
}

/// Returns the key of an entry from its key leaf.
pub(super) fn key_leaf(tree: &Tree<'_>, key: &str) -> Option<Located<String>> {
    key_scalar(tree, key).map(|(scalar, at)| Located::new(scalar.text.clone().into_owned(), at))
}

fn key_scalar<'t>(tree: &'t Tree<'t>, key: &str) -> Option<(&'t Scalar<'t>, Span)> {
    key_of(tree.members(), key)
}

/// Returns the key leaf of an entry and its place. Null counts as absent.
fn key_of<'t>(members: &'t [Member<'t>], key: &str) -> Option<(&'t Scalar<'t>, Span)> {
    let leaf = members.iter().find(|member| member.name == key)?;
    match &leaf.tree.content {
        Content::Scalar(scalar) if scalar.style != ScalarStyle::Null && !scalar.text.is_empty() => {
            Some((scalar, leaf.tree.at))
        }
        _ => None,
    }
}

/// Returns an entry of a list by its key leaf. An entry without the leaf is a finding.
fn with_key<'t>(
    tree: &'t Tree<'t>,
    key: &str,
    elements: &Elements,
    list: &Member<'_>,
    reader: &mut ElementReader<'_>,
) -> Option<ListEntry<'t>> {
    if let Content::Deleted(deleted) = &tree.content {
        // Without elements, the whole list is deleted.
        if !deleted.is_empty() && elements.inner_list().is_none() {
            with_key(deleted, key, elements, list, reader);
        }
        return None;
    }
    if let Some((scalar, at)) = key_scalar(tree, key) {
        reader.report_contested(scalar, key, at);
        let key = Located::new(scalar.text.clone().into_owned(), at);
        return Some(ListEntry { key, members: tree.members() });
    }
    if report_invalid_key(tree, key, elements, list, reader) {
        return None;
    }
    let (subject, path) = (reader.subject.clone(), reader.child(list));
    reader.report(match &tree.content {
        Content::Mapping(_) => missing_key::of_entry(&list.name, key, subject, path, tree.at),
        _ => missing_key::not_a_block(&list.name, key, tree.describe(), subject, path, tree.at),
    });
    None
}

/// Returns true if an entry has an invalid or misspelled key leaf, or such an inner list, which
/// needs no key. Reports it.
fn report_invalid_key(
    tree: &Tree<'_>,
    key: &str,
    elements: &Elements,
    list: &Member<'_>,
    reader: &mut ElementReader<'_>,
) -> bool {
    let is_key = |member: &&Member<'_>| match &member.tree.content {
        Content::Fault(fault) => {
            let name = fault.kind.intended().unwrap_or(&member.name);
            name == key || elements.is_inner_list(name)
        }
        _ => false,
    };
    let Some(member) = tree.members().iter().find(is_key) else { return false };
    let path = reader.child(list);
    !ElementReader::new(reader.subject, &path, reader.notes).accept(member)
}

/// Returns the subject of findings about an entry of a list.
pub(super) fn subject(list: &str, key: &str, around: &Subject) -> Subject {
    match (list, around) {
        ("router", Subject::Authority) => Subject::Router(key.to_owned()),
        ("service", Subject::Authority) => Subject::Service(key.to_owned()),
        _ => around.clone(),
    }
}

/// Returns true if a mapping in place of a list contains entries by key, and is not a single entry.
/// Such a mapping has no key leaf, and contains only blocks that are not elements of an entry.
pub(super) fn is_by_key(members: &[Member<'_>], key: &str, elements: &Elements) -> bool {
    let is_entry = |member: &Member<'_>| {
        let own = elements.known.iter().find(|known| known.name == member.name).map(|known| known.shape);
        match &member.tree.content {
            _ if matches!(own, Some(Shape::Container(_) | Shape::List { .. })) => false,
            Content::Mapping(_) | Content::Fault(_) => true,
            // The name of a leaf is more probably the leaf, which is deleted.
            Content::Deleted(_) => own.is_none(),
            _ => member.tree.is_null(),
        }
    };
    let has_key = members.iter().any(|member| member.name == key && matches!(member.tree.content, Content::Scalar(_)));
    !members.is_empty() && !has_key && members.iter().all(is_entry)
}

/// Returns the lists named `name` in a container that can also be a list itself.
pub(super) fn nested<'t>(member: &'t Member<'t>, name: &'static str) -> Vec<&'t Member<'t>> {
    let containers: Vec<&Tree<'_>> = match &member.tree.content {
        Content::Sequence(items) => items.iter().collect(),
        _ => vec![&member.tree],
    };
    containers.into_iter().flat_map(|tree| tree.members()).filter(|member| member.name == name).collect()
}

/// Returns true if a container that can also be a list itself holds only lists named `name`.
pub(super) fn is_wrapper(member: &Member<'_>, name: &'static str) -> bool {
    let only = |tree: &Tree<'_>| {
        matches!(tree.content, Content::Mapping(_)) && tree.members().iter().all(|member| member.name == name)
    };
    match &member.tree.content {
        Content::Sequence(items) => items.iter().all(only),
        _ => only(&member.tree),
    }
}
