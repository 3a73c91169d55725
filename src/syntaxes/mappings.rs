//! The mappings of JSON and YAML: unique names, and lists that are written as mappings.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::elements::{Elements, Shape};
use crate::model::tree::{Content, Fault, FaultKind, Member, Tree};
use crate::model::{Action, Fix, Span};
use crate::rules::duplicate_key;

/// Returns the tree of a mapping. Its place spans its members, or is `fallback` if there are
/// none.
pub(super) fn mapping<'s>(mut members: Vec<Member<'s>>, fallback: Span) -> Tree<'s> {
    let at = members.iter().map(|m| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(fallback);
    mark_duplicates(&mut members);
    Tree { at, content: Content::Mapping(members) }
}

/// Turns the second and later members of a name into faults. Several in a row are one fault,
/// because the start of an entry is probably missing before them.
///
/// Neither syntax defines which of them is used (RFC 8259 section 4, YAML 1.2 section 3.2.1.3).
fn mark_duplicates(members: &mut Vec<Member<'_>>) {
    let firsts = first_of_name(members);
    if firsts.iter().all(Option::is_none) {
        return;
    }
    let mut start = 0;
    for of_row in firsts.chunk_by(|a, b| a.is_some() == b.is_some()) {
        let end = start + of_row.len();
        let row = &members[start..end];
        if let Some(first) = of_row[0] {
            let says_the_same = |member: &&Member<'_>| {
                matches!(member.tree.content, Content::Scalar(_))
                    && members[..start].iter().any(|m| m.name == member.name && m.tree.content == member.tree.content)
            };
            let fix = row.first().filter(|_| row.len() == 1).filter(says_the_same).map(|member| {
                Fix::safe(member.name_at, Action::RemoveMember { name: member.name.clone().into_owned() })
            });
            let fault = Fault {
                kind: FaultKind::DuplicateName,
                message: duplicate_key::message(row.iter().map(|member| &*member.name)),
                at: row[0].name_at,
                related: Some((duplicate_key::FIRST, first)),
                fix,
            };
            members[start].tree.content = Content::Fault(Box::new(fault));
        }
        start = end;
    }
    let mut index = 0;
    members.retain(|_| {
        index += 1;
        firsts[index - 1].is_none() || index < 2 || firsts[index - 2].is_none()
    });
}

/// Returns, for each member, the place of an earlier member with the same name, if there is one.
///
/// Most mappings are short, and comparing a few names costs less than hashing them.
fn first_of_name(members: &[Member<'_>]) -> Vec<Option<Span>> {
    if members.len() < 8 {
        let first = |index: usize| members[..index].iter().find(|m| m.name == members[index].name).map(|m| m.name_at);
        return (0..members.len()).map(first).collect();
    }
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(members.len());
    let mut first = Vec::with_capacity(members.len());
    for member in members {
        first.push(match seen.entry(&member.name) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(vacant) => {
                vacant.insert(member.name_at);
                None
            }
        });
    }
    first
}

/// Returns the element that `name` may be in a mapping that is written where a list is expected.
///
/// Such a mapping is the single entry of the list, or holds the entries by key. `lower` decides
/// this once it knows all members, because an entry has its key leaf. A member that may be an
/// element of the entry is therefore read as that element, and any other member as an entry.
pub(super) fn member_of_list(name: &str, is_block: bool, entry: &'static Elements) -> Option<(&'static str, Shape)> {
    entry.find(name).filter(|(_, shape)| matches!(shape, Shape::Container(_) | Shape::List { .. }) || !is_block)
}
