//! The entries of a top file that name the SLS file of the stanza.

use super::shape;
use super::stanza::{PRESENT, SLS};
use super::template::{TRIMMINGS, Template};
use super::yaml::{self, Content, Node};

/// Returns a target of the environment that has the SLS file, or the target of the stanza, with its
/// list.
pub(super) fn entry<'n>(root: &'n Node, environment: &str) -> Option<(&'n Node, &'n Node)> {
    let environments = root.members()?.iter().filter(|(key, _)| key.text() == Some(environment));
    let mut targets = environments.filter_map(|(_, value)| value.members()).flatten();
    let has_file = |value: &Node| match &value.content {
        Content::Sequence(items) => items.iter().any(|item| item.text() == Some(SLS)),
        _ => false,
    };
    targets.find(|(key, value)| key.text() == Some(PRESENT.target) || has_file(value)).map(|(key, value)| (key, value))
}

/// Returns true if the entry of the stanza is in each rendering of a template.
pub(super) fn is_in_each_rendering(template: &Template<'_>) -> bool {
    let has_entry =
        |root: &Node| entry(root, template.environment()).is_some_and(|(key, value)| PRESENT.is_entry(key, value));
    template.selections(usize::MAX).is_some_and(|selections| {
        selections.iter().all(|selection| {
            let root = yaml::parse(&template.render(selection, TRIMMINGS[0]).text);
            root.ok().flatten().as_ref().is_some_and(has_entry)
        })
    })
}

/// Returns the place where a template names the SLS file of the environment. Returns `None` if YAML
/// cannot read the template.
pub(super) fn find(template: &Template<'_>) -> Option<Option<usize>> {
    let selections = template.selections(usize::MAX)?;
    for selection in &selections {
        let rendered = template.render(selection, TRIMMINGS[0]);
        let root = yaml::parse(&rendered.text).ok()?;
        if let Some(at) = root.as_ref().and_then(|root| use_in(root, template.environment())) {
            return Some(Some(rendered.source(at)));
        }
    }
    Some(None)
}

/// Returns the place of a use in a top file. Another environment has its own SLS files, but YAML
/// may copy a part of it that has an anchor.
fn use_in(root: &Node, environment: &str) -> Option<usize> {
    let Some(members) = root.members() else { return name_in(root) };
    let is_other = |key: &Node, value: &Node| {
        let name = key.text().unwrap_or(environment);
        ![environment, shape::INCLUDE, shape::MERGE].contains(&name) && !has_anchor(value)
    };
    members.iter().filter(|(key, value)| !is_other(key, value)).find_map(|(_, value)| name_in(value))
}

fn has_anchor(node: &Node) -> bool {
    node.anchor > 0
        || match &node.content {
            Content::Scalar(..) | Content::Alias(_) => false,
            Content::Sequence(items) => items.iter().any(has_anchor),
            Content::Mapping(members) => members.iter().any(|(key, value)| has_anchor(key) || has_anchor(value)),
        }
}

/// Returns the place of a scalar that is the name of the SLS file.
fn name_in(node: &Node) -> Option<usize> {
    match &node.content {
        Content::Scalar(text, _) => (text == SLS).then_some(node.range.start),
        Content::Alias(_) => None,
        Content::Sequence(items) => items.iter().find_map(name_in),
        Content::Mapping(members) => members.iter().find_map(|(key, value)| name_in(key).or_else(|| name_in(value))),
    }
}
