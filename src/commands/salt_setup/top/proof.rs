//! The proof that two top files differ by the entry of the stanza, and by nothing else.

use super::stanza::{FORMS, Form};
use super::template::{Selection, TRIMMINGS, Template};
use super::yaml::{self, Content, Node, is_same_members};

/// The difference that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// The entry of the present form in the environment, once.
    Entry,
    /// The environment with nothing but that entry.
    Environment,
    /// Any entries of the stanza in any environment.
    AnyEntries,
}

/// A proof that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Tags are different.
    Template,
    /// YAML reads the files in different ways.
    Difference,
    /// YAML reads the files in different ways, if the master removes white space around tags.
    Trimming,
}

/// Checks that the second template is the first one and the expected difference, in all these
/// renderings. The second one is the original if [any entries](Expected::AnyEntries) are removed
/// from it.
pub(super) fn check(
    before: &Template<'_>,
    after: &Template<'_>,
    selections: &[Selection],
    expected: Expected,
) -> Result<(), Doubt> {
    if !before.has_structure_of(after) {
        return Err(Doubt::Template);
    }
    let trimmings = if before.is_plain() { &TRIMMINGS[..1] } else { &TRIMMINGS[..] };
    for (index, trimming) in trimmings.iter().enumerate() {
        for selection in selections {
            let old = yaml::parse(&before.render(selection, *trimming).text);
            let new = yaml::parse(&after.render(selection, *trimming).text);
            let is_expected = match (old, new) {
                (Ok(old), Ok(new)) => is_difference(old.as_ref(), new.as_ref(), expected, before.environment()),
                // The template was not written for these options.
                (Err(_), _) => index > 0,
                (Ok(_), Err(_)) => index > 0 && expected == Expected::AnyEntries,
            };
            if !is_expected {
                return Err(if index == 0 { Doubt::Difference } else { Doubt::Trimming });
            }
        }
    }
    Ok(())
}

fn is_difference(before: Option<&Node>, after: Option<&Node>, expected: Expected, environment: &str) -> bool {
    let Some(after) = after.and_then(Node::members) else {
        return expected == Expected::AnyEntries && after.is_none_or(Node::is_null) && before.is_none_or(Node::is_null);
    };
    let before = match before {
        None => &[],
        Some(root) if root.is_null() => &[],
        Some(root) => match root.members() {
            Some(members) => members,
            None => return false,
        },
    };
    let (mut ours, mut others) = (0, 0);
    let mut stripped = Vec::new();
    for (key, value) in after {
        let is_ours = key.text() == Some(environment);
        let (value, count) = without_entries(value, expected);
        *(if is_ours { &mut ours } else { &mut others }) += count;
        stripped.push((key.clone(), value));
    }
    let is_counted = match expected {
        Expected::Entry => (ours, others) == (1, 0),
        Expected::Environment => {
            stripped.retain(|(key, value)| key.text() != Some(environment) || !value.is_null());
            (ours, others) == (1, 0) && stripped.len() + 1 == after.len()
        }
        Expected::AnyEntries => true,
    };
    let before: Vec<(Node, Node)> = before.iter().map(|(key, value)| (key.clone(), emptied(value))).collect();
    is_counted && is_same_members(&before, &stripped)
}

/// Returns an environment without the entries of the stanza, and their number.
fn without_entries(value: &Node, expected: Expected) -> (Node, usize) {
    let Some(members) = value.members() else { return (value.clone(), 0) };
    let forms: &[Form] = if expected == Expected::AnyEntries { &FORMS } else { &FORMS[..1] };
    let kept = members.iter().filter(|(key, value)| !forms.iter().any(|form| form.is_entry(key, value)));
    let kept: Vec<_> = kept.cloned().collect();
    let count = members.len() - kept.len();
    (emptied(&Node { content: Content::Mapping(kept), ..value.clone() }), count)
}

/// Returns a node, or null if it is an empty mapping.
fn emptied(node: &Node) -> Node {
    match &node.content {
        Content::Mapping(members) if members.is_empty() => {
            Node { content: Content::Scalar(String::new(), true), ..node.clone() }
        }
        _ => node.clone(),
    }
}
