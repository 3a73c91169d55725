//! What the JSON and the YAML reader share: mappings whose names must be unique, and lists written as mappings.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::elements::{Elements, Shape};
use crate::model::Span;
use crate::model::tree::{Content, Fault, FaultKind, Member, Tree};
use crate::rules::duplicate_key;

/// The tree of a mapping: its place spans its members, or is `fallback` where there are none.
pub(crate) fn mapping<'s>(mut members: Vec<Member<'s>>, fallback: Span) -> Tree<'s> {
    let at = members.iter().map(|m| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(fallback);
    mark_duplicates(&mut members);
    Tree { at, content: Content::Mapping(members) }
}

/// Both syntaxes leave open which of two equal names counts (RFC 8259 section 4, YAML 1.2 section 3.2.1.3): neither.
fn mark_duplicates(members: &mut [Member<'_>]) {
    let first_of: Vec<Option<Span>> = if members.len() < 8 {
        let first = |index: usize| members[..index].iter().find(|m| m.name == members[index].name).map(|m| m.name_at);
        (0..members.len()).map(first).collect()
    } else {
        let mut seen: HashMap<&str, Span> = HashMap::with_capacity(members.len());
        let mut first_of = Vec::with_capacity(members.len());
        for member in members.iter() {
            first_of.push(match seen.entry(&member.name) {
                Entry::Occupied(first) => Some(*first.get()),
                Entry::Vacant(place) => {
                    place.insert(member.name_at);
                    None
                }
            });
        }
        first_of
    };
    for (member, first) in members.iter_mut().zip(first_of) {
        if let Some(first) = first {
            member.tree.content = Content::Fault(Box::new(Fault {
                kind: FaultKind::DuplicateName,
                message: duplicate_key::message(&member.name),
                at: member.name_at,
                related: Some((duplicate_key::FIRST, first)),
            }));
        }
    }
}

/// How the value of `name` reads in a mapping that stands where a list is expected.
///
/// Such a mapping is either the single entry of the list, or it holds the entries by key; which of the two, is known once all
/// its members are (`lower` decides: an entry has its key leaf). So an element of the entry reads as itself where its value can
/// be that, and everything else reads as an entry.
pub(crate) fn member_of_list(name: &str, is_block: bool, entry: &'static Elements) -> Option<(&'static str, Shape)> {
    entry.find(name).filter(|(_, shape)| matches!(shape, Shape::Container(_) | Shape::List { .. }) || !is_block)
}
