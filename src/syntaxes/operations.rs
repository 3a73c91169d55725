//! The operations of edits in XML and JSON (RFC 6241, section 7.2).

use std::borrow::Cow;

use crate::model::Span;
use crate::model::tree::{Content, Fault, FaultKind, Member, Tree};
use crate::rules::{invalid_value, unexpected_shape};

/// The operation of an edit on its element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// It deletes the element.
    Delete,
    /// It defines the element.
    Define,
    /// It is unknown.
    Invalid(Box<Fault>),
}

/// The names of the operations.
pub(crate) const NAMES: [&str; 5] = ["merge", "replace", "create", "delete", "remove"];

/// The names of the operations that delete.
pub(crate) const DELETIONS: [&str; 2] = ["delete", "remove"];

/// The operations, in a message.
pub(crate) const EXPECTED: &str = "`merge`, `replace`, `create`, `delete` or `remove`";

impl Operation {
    /// Returns the operation with this text. `name` is the name of its attribute or member.
    pub(super) fn of(name: &str, text: &str, at: Span) -> Self {
        match text {
            _ if DELETIONS.contains(&text) => Self::Delete,
            _ if NAMES.contains(&text) => Self::Define,
            _ => Self::invalid(name, &format!("{text:?}"), at),
        }
    }

    /// Returns an operation that is not a text, but the value `found`.
    pub(super) fn invalid(name: &str, found: &str, at: Span) -> Self {
        let message = invalid_value::message(name, EXPECTED, found);
        Self::Invalid(Box::new(Fault { kind: FaultKind::Value, message, at, related: None, fix: None }))
    }

    /// Returns an operation that is not a single value, but `found`.
    pub(super) fn unexpected(name: &str, expected: &str, found: &str, at: Span) -> Self {
        let message = unexpected_shape::message(name, expected, found);
        Self::Invalid(Box::new(Fault { kind: FaultKind::Shape, message, at, related: None, fix: None }))
    }

    /// Applies the operation to its element. `is_block` is true for a container and for an entry of
    /// a list.
    ///
    /// A fault in a block is a member of it, so that the merging step knows the router or service.
    /// Otherwise the fault is in place of the element.
    pub(super) fn apply<'s>(self, mut tree: Tree<'s>, is_block: bool) -> Tree<'s> {
        let at = tree.at;
        let content = match self {
            Self::Define => return tree,
            Self::Delete => Content::Deleted(Box::new(tree)),
            Self::Invalid(fault) => match &mut tree.content {
                Content::Mapping(members) if is_block => {
                    let (name_at, name) = (fault.at, Cow::Borrowed("operation"));
                    members.push(Member { name, name_at, tree: Tree { at: name_at, content: Content::Fault(fault) } });
                    return tree;
                }
                _ => Content::Fault(fault),
            },
        };
        Tree { at, content }
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use crate::model::{SourceId, Span};

    #[test]
    fn only_the_operations_of_netconf_are_known() {
        let at = Span { source: SourceId(0), start: 0, end: 0 };
        for (text, expected) in [
            ("merge", Some(Operation::Define)),
            ("replace", Some(Operation::Define)),
            ("create", Some(Operation::Define)),
            ("delete", Some(Operation::Delete)),
            ("remove", Some(Operation::Delete)),
            ("Delete", None),
            (" delete", None),
            ("destroy", None),
            ("", None),
        ] {
            let operation = Operation::of("operation", text, at);
            assert_eq!(Some(operation).filter(|o| !matches!(o, Operation::Invalid(_))), expected, "{text:?}");
        }
    }
}
