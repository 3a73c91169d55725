//! The structure that Salt expects of a top file.
//!
//! Salt rejects the whole top file for one wrong entry, and all minions lose their pillar.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::template::Rendered;
use super::yaml::{Content, Node};

/// The key for further top files.
pub(super) const INCLUDE: &str = "include";
/// The key whose value YAML merges into a mapping.
pub(super) const MERGE: &str = "<<";

/// Checks the structure of a rendered top file, apart from the value of `environment`.
///
/// If a template rendered it, values can be missing, since its tags may render them.
pub(super) fn check(root: &Node, rendered: &Rendered, environment: &str) -> Result<(), Fault> {
    let Some(environments) = root.members() else {
        return Err(Fault::new(root.range.start, format!("expected a mapping of environments, found {}", root.kind())));
    };
    check_keys(root)?;
    let shape = Shape { rendered, anchors: anchors(root) };
    for (key, value) in environments {
        match key.text() {
            Some(INCLUDE) if !matches!(value.content, Content::Sequence(_)) => {
                return Err(Fault::new(
                    value.range.start,
                    format!("`include` must be a list of top files, not {}", value.kind()),
                ));
            }
            Some(INCLUDE | MERGE) => {}
            Some(name) if name == environment && value.is_null() => {}
            name => shape.check_environment(key, name.unwrap_or_default(), value)?,
        }
    }
    Ok(())
}

/// Checks that no mapping has a key twice, which Salt rejects.
pub(super) fn check_duplicates(node: &Node) -> Result<(), Fault> {
    match &node.content {
        Content::Scalar(..) | Content::Alias(_) => Ok(()),
        Content::Sequence(items) => items.iter().try_for_each(check_duplicates),
        Content::Mapping(members) => {
            let mut keys = BTreeSet::new();
            for (key, value) in members {
                if let Some(text) = key.text().filter(|text| *text != MERGE)
                    && !keys.insert(text)
                {
                    return Err(Fault::new(key.range.start, format!("duplicate key {text:?}; Salt rejects the file")));
                }
                check_duplicates(value)?;
            }
            Ok(())
        }
    }
}

struct Shape<'r> {
    rendered: &'r Rendered,
    /// The anchored nodes, by number.
    anchors: Vec<Option<&'r Node>>,
}

impl Shape<'_> {
    fn check_environment(&self, key: &Node, name: &str, value: &Node) -> Result<(), Fault> {
        let value = self.resolved(value);
        if self.may_be_right(value) {
            return Ok(());
        }
        let Some(targets) = value.members() else {
            let message = format!(
                "the environment {name:?} must be a mapping of targets, not {}; Salt rejects the file",
                value.kind()
            );
            return Err(Fault::new(key.range.start, message));
        };
        for (target, files) in targets {
            let files = self.resolved(files);
            let is_list = matches!(files.content, Content::Sequence(_) | Content::Mapping(_));
            if target.text() != Some(MERGE) && !is_list && !self.may_be_right(files) {
                let name = target.text().unwrap_or_default();
                let message = format!(
                    "the target {name:?} must have a list of SLS files, not {}; Salt rejects the file",
                    files.kind()
                );
                return Err(Fault::new(target.range.start, message));
            }
        }
        Ok(())
    }

    /// Returns true if tags of a template decide what a scalar is.
    fn may_be_right(&self, node: &Node) -> bool {
        let is_template = !self.rendered.is_literal();
        is_template && (node.is_null() || node.text().is_some() && self.rendered.first_value(&node.range).is_some())
    }

    /// Returns the node of an alias.
    fn resolved<'n>(&'n self, node: &'n Node) -> &'n Node {
        match node.content {
            Content::Alias(anchor) => self.anchors.get(anchor).copied().flatten().unwrap_or(node),
            _ => node,
        }
    }
}

/// Checks that keys are scalars. PyYAML cannot use other keys.
fn check_keys(node: &Node) -> Result<(), Fault> {
    match &node.content {
        Content::Scalar(..) | Content::Alias(_) => Ok(()),
        Content::Sequence(items) => items.iter().try_for_each(check_keys),
        Content::Mapping(members) => members.iter().try_for_each(|(key, value)| match key.content {
            Content::Scalar(..) => check_keys(value),
            _ => Err(Fault::new(key.range.start, format!("a key must be a scalar, not {}", key.kind()))),
        }),
    }
}

/// Returns the anchored nodes, by number.
fn anchors(root: &Node) -> Vec<Option<&Node>> {
    let mut anchors = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.anchor > 0 {
            if anchors.len() <= node.anchor {
                anchors.resize(node.anchor + 1, None);
            }
            anchors[node.anchor] = Some(node);
        }
        match &node.content {
            Content::Scalar(..) | Content::Alias(_) => {}
            Content::Sequence(items) => open.extend(items),
            Content::Mapping(members) => open.extend(members.iter().flat_map(|(key, value)| [key, value])),
        }
    }
    anchors
}
