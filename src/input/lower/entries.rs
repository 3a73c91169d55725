//! The entries of a list, in whichever form it was written.

use super::scope::Scope;
use crate::elements::{Elements, Meaning, Shape};
use crate::model::tree::{Content, Member, Tree};
use crate::model::{Located, Subject};
use crate::rules::{missing_key, unexpected_shape};
use crate::syntaxes::plural;

/// An entry with its key.
pub(crate) struct Entry<'t> {
    pub(crate) key: Located<String>,
    pub(crate) members: &'t [Member<'t>],
}

/// Returns the entries of a list. One without a key is a finding.
pub(crate) fn entries<'t>(member: &'t Member<'t>, list: Shape, scope: &mut Scope<'_>) -> Vec<Entry<'t>> {
    let Shape::List { key, entry: elements } = list else { unreachable!("only lists have entries") };
    let trees: Vec<&'t Tree<'t>> = match &member.tree.content {
        Content::Sequence(items) => items.iter().collect(),
        Content::Deleted(_) => vec![&member.tree],
        Content::Mapping(members) if is_by_key(members, key, elements) => {
            return members
                .iter()
                .filter(|entry| {
                    if entry.name.is_empty() {
                        let (subject, path) = (scope.subject.clone(), scope.child(entry));
                        scope.report(missing_key::of_entry(&member.name, key, subject, path, entry.tree.at));
                        return false;
                    }
                    let Content::Fault(fault) = &entry.tree.content else { return true };
                    let subject = subject(&member.name, &entry.name, scope.subject);
                    let path = scope.path.entry(&member.name, &entry.name);
                    Scope::new(&subject, scope.path, scope.notes).report_fault(fault, path);
                    false
                })
                .map(|member| Entry {
                    key: Located::new(member.name.clone().into_owned(), member.name_at),
                    members: member.tree.members(),
                })
                .collect();
        }
        Content::Mapping(members) if members.is_empty() => return Vec::new(),
        Content::Mapping(members) => {
            // These are elements, not keys of entries.
            for member in members {
                if let Meaning::Plural(known) = elements.meaning(&member.name) {
                    scope.accepts(&plural(member.name.clone(), member.name_at, known));
                }
            }
            vec![&member.tree]
        }
        Content::Fault(_) => {
            scope.accepts(member);
            return Vec::new();
        }
        Content::Scalar(_) if member.tree.is_null() => return Vec::new(),
        Content::Scalar(_) => {
            let (found, subject, path) = (member.tree.describe(), scope.subject.clone(), scope.child(member));
            let at = member.tree.at;
            scope.report(unexpected_shape::of(&member.name, "a list of entries", found, subject, path, at));
            return Vec::new();
        }
    };
    trees.into_iter().filter_map(|tree| with_key(tree, key, member, scope)).collect()
}

fn with_key<'t>(tree: &'t Tree<'t>, key: &str, list: &Member<'_>, scope: &mut Scope<'_>) -> Option<Entry<'t>> {
    if let Content::Deleted(deleted) = &tree.content {
        let entry = if deleted.is_null() { None } else { Some(with_key(deleted, key, list, scope)?) };
        let (path, subject, at) = match &entry {
            None => (scope.path.child(&list.name), scope.subject.clone(), tree.at),
            Some(Entry { key, .. }) => {
                (scope.path.entry(&list.name, &key.value), subject(&list.name, &key.value, scope.subject), key.at)
            }
        };
        scope.note_deletion(path, subject, at);
        return None;
    }
    let value = tree.members().iter().find(|member| member.name == key).map(|member| &member.tree);
    if let Some(Tree { at, content: Content::Scalar(scalar) }) = value
        && !scalar.text.is_empty()
    {
        scope.report_contested(scalar, key, *at);
        let key = Located::new(scalar.text.clone().into_owned(), *at);
        return Some(Entry { key, members: tree.members() });
    }
    let (subject, path) = (scope.subject.clone(), scope.child(list));
    scope.report(match &tree.content {
        Content::Mapping(_) => missing_key::of_entry(&list.name, key, subject, path, tree.at),
        _ => missing_key::not_a_block(&list.name, key, tree.describe(), subject, path, tree.at),
    });
    None
}

/// Returns the subject of findings about an entry of a list.
fn subject(list: &str, key: &str, around: &Subject) -> Subject {
    match (list, around) {
        ("router", Subject::Authority) => Subject::Router(key.to_owned()),
        ("service", Subject::Authority) => Subject::Service(key.to_owned()),
        _ => around.clone(),
    }
}

/// Returns true if a mapping in place of a list holds entries by key, and is not the single entry: it has no key leaf, and holds
/// only blocks that are not elements of an entry.
fn is_by_key(members: &[Member<'_>], key: &str, elements: &Elements) -> bool {
    let is_entry = |member: &Member<'_>| {
        let own = elements
            .known
            .iter()
            .any(|(name, shape)| *name == member.name && matches!(shape, Shape::Container(_) | Shape::List { .. }));
        !own && (matches!(member.tree.content, Content::Mapping(_) | Content::Fault(_)) || member.tree.is_null())
    };
    let has_key = members.iter().any(|member| member.name == key && matches!(member.tree.content, Content::Scalar(_)));
    !members.is_empty() && !has_key && members.iter().all(is_entry)
}

/// Returns the lists named `name` in a container that can also be a list itself.
pub(crate) fn nested<'t>(member: &'t Member<'t>, name: &'static str) -> Vec<&'t Member<'t>> {
    let containers: Vec<&Tree<'_>> = match &member.tree.content {
        Content::Sequence(items) => items.iter().collect(),
        _ => vec![&member.tree],
    };
    containers.into_iter().flat_map(|tree| tree.members()).filter(|member| member.name == name).collect()
}

/// Returns true if such a container holds only lists named `name`.
pub(crate) fn is_wrapper(member: &Member<'_>, name: &'static str) -> bool {
    let only = |tree: &Tree<'_>| {
        matches!(tree.content, Content::Mapping(_)) && tree.members().iter().all(|member| member.name == name)
    };
    match &member.tree.content {
        Content::Sequence(items) => items.iter().all(only),
        _ => only(&member.tree),
    }
}
