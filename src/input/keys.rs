//! What the JSON and the YAML reader share: mappings whose names must be unique, and lists written as mappings.

use std::collections::HashMap;

use super::shape::{Elements, Shape};
use crate::diagnostic::{Code, Finding, Subject};
use crate::model::document::{Content, Member, Tree};
use crate::model::{ElementPath, Span};

/// The tree of a mapping: its place spans its members, or is `fallback` where there are none.
pub(super) fn mapping<'s>(members: Vec<Member<'s>>, fallback: Span, findings: &mut Vec<Finding>) -> Tree<'s> {
    report_duplicates(&members, findings);
    let at = members.iter().map(|m| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(fallback);
    Tree { at, content: Content::Mapping(members) }
}

/// Both syntaxes leave open which of two equal names counts (RFC 8259 section 4, YAML 1.2 section 3.2.1.3): neither.
fn report_duplicates(members: &[Member<'_>], findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let few = members.len() < 8;
    for (index, member) in members.iter().enumerate() {
        let first = if few {
            members[..index].iter().find(|m| m.name == member.name).map(|m| m.name_at)
        } else {
            seen.insert(&member.name, member.name_at)
        };
        if let Some(first) = first {
            findings.push(
                Finding::new(
                    Code::DuplicateKey,
                    Subject::Authority,
                    ElementPath::default().child(&member.name),
                    format!("{:?} stands twice in one mapping; keep one, or make it one list", member.name),
                )
                .at(member.name_at)
                .related("the first one", first),
            );
        }
    }
}

/// How the value of `name` reads in a mapping that stands where a list is expected.
///
/// Such a mapping is either the single entry of the list, or it holds the entries by key; which of the two, is known once all
/// its members are (`lower` decides: an entry has its key leaf). So an element of the entry reads as itself where its value can
/// be that, and everything else reads as an entry.
pub(super) fn member_of_list(name: &str, is_block: bool, entry: &'static Elements) -> Option<(&'static str, Shape)> {
    entry.find(name).filter(|(_, shape)| matches!(shape, Shape::Container(_) | Shape::List { .. }) || !is_block)
}
