//! The tree that every reader returns: mappings, sequences and scalars, each with its place.
//!
//! Readers keep only known elements, and give them their canonical names (kebab-case, no prefix).

use std::borrow::Cow;

use crate::model::{Fix, Span};

/// One element's content and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree<'s> {
    /// The place of the content, or of its name where a syntax has no place for the content.
    pub at: Span,
    /// The content.
    pub content: Content<'s>,
}

/// The content of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'s> {
    /// A single value.
    Scalar(Scalar<'s>),
    /// Values or entries in order.
    Sequence(Vec<Tree<'s>>),
    /// Named elements in order; a name may repeat, as it does in PCLI text.
    Mapping(Vec<Member<'s>>),
    /// A deletion of the element, with the written part of it (RFC 6241, section 7.2). Null
    /// deletes the whole element.
    Deleted(Box<Tree<'s>>),
    /// Invalid content, in place of the element, so that the merging step knows the router or
    /// service that it concerns.
    Fault(Box<Fault>),
}

/// A named element of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'s> {
    /// The name: canonical for a known element, as written otherwise.
    pub name: Cow<'s, str>,
    /// The place of the name.
    pub name_at: Span,
    /// The content.
    pub tree: Tree<'s>,
}

/// A value as text. Its type depends on the element, not on the syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar<'s> {
    /// The value with quotes and escapes resolved.
    pub text: Cow<'s, str>,
    /// The way in which it was written.
    pub style: ScalarStyle,
}

/// The reason why an element is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// The message: what is wrong, and what to do.
    pub message: String,
    /// The place.
    pub at: Span,
    /// Another place that is part of the fault, with a label.
    pub related: Option<(&'static str, Span)>,
    /// The changes of the text that remove the fault, if they are known.
    pub fix: Option<Fix>,
}

/// The kinds of faults that readers find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A syntax error.
    Syntax,
    /// A duplicate name in one mapping.
    DuplicateName,
    /// An unknown name that is similar to this known one.
    UnknownName(&'static str),
    /// A name that looks like this known one, but has other characters.
    ConfusableName(&'static str),
    /// An invalid value.
    Value,
    /// A list, block or value where another kind is expected.
    Shape,
}

/// The way in which a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes, in a syntax with types: a number, a boolean, or a word of YAML.
    Plain,
    /// Without quotes in YAML, with different meanings in versions 1.1 and 1.2.
    Contested,
    /// In quotes, in a block scalar, or in a syntax without types.
    Text,
    /// `null`, `~`, or empty.
    Null,
}

impl FaultKind {
    /// Returns the known name that was probably intended.
    #[must_use]
    pub fn intended(self) -> Option<&'static str> {
        match self {
            Self::UnknownName(known) | Self::ConfusableName(known) => Some(known),
            Self::Syntax | Self::DuplicateName | Self::Value | Self::Shape => None,
        }
    }
}

impl<'s> Tree<'s> {
    /// Returns a tree that borrows nothing from the source.
    #[must_use]
    pub fn into_owned(self) -> Tree<'static> {
        let content = match self.content {
            Content::Scalar(scalar) => {
                Content::Scalar(Scalar { text: Cow::Owned(scalar.text.into_owned()), style: scalar.style })
            }
            Content::Sequence(items) => Content::Sequence(items.into_iter().map(Tree::into_owned).collect()),
            Content::Mapping(members) => Content::Mapping(members.into_iter().map(Member::into_owned).collect()),
            Content::Deleted(tree) => Content::Deleted(Box::new(tree.into_owned())),
            Content::Fault(fault) => Content::Fault(fault),
        };
        Tree { at: self.at, content }
    }

    /// Returns the members of a mapping; empty for anything else.
    #[must_use]
    pub fn members(&self) -> &[Member<'s>] {
        match &self.content {
            Content::Mapping(members) => members,
            _ => &[],
        }
    }

    /// Returns true for a list.
    #[must_use]
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.content, Content::Sequence(_))
    }

    /// Returns true for null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.style == ScalarStyle::Null)
    }

    /// Returns true for null and for an empty list or mapping.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Scalar(scalar) => scalar.style == ScalarStyle::Null,
            Content::Sequence(items) => items.is_empty(),
            Content::Mapping(members) => members.is_empty(),
            Content::Deleted(_) | Content::Fault(_) => false,
        }
    }

    /// Returns true if this element, or one inside of it, is deleted.
    #[must_use]
    pub fn has_deletion(&self) -> bool {
        match &self.content {
            Content::Deleted(_) => true,
            Content::Sequence(items) => items.iter().any(Tree::has_deletion),
            Content::Mapping(members) => members.iter().any(|member| member.tree.has_deletion()),
            Content::Scalar(_) | Content::Fault(_) => false,
        }
    }

    /// Returns invalid content.
    #[must_use]
    pub fn fault(kind: FaultKind, at: Span, message: impl Into<String>) -> Self {
        let fault = Fault { kind, message: message.into(), at, related: None, fix: None };
        Tree { at, content: Content::Fault(Box::new(fault)) }
    }

    /// Adds a fix to invalid content.
    #[must_use]
    pub(crate) fn with_fix(mut self, fix: Fix) -> Self {
        if let Content::Fault(fault) = &mut self.content {
            fault.fix = Some(fix);
        }
        self
    }

    /// Describes the content in a message, after "found".
    #[must_use]
    pub(crate) fn describe(&self) -> &'static str {
        match &self.content {
            Content::Scalar(scalar) if scalar.style == ScalarStyle::Null => "nothing",
            Content::Scalar(_) => "a single value",
            Content::Sequence(_) => "a list",
            Content::Mapping(_) => "a block of elements",
            Content::Deleted(_) => "a deletion",
            Content::Fault(_) => "invalid text",
        }
    }
}

impl Member<'_> {
    /// Returns a member that borrows nothing from the source.
    #[must_use]
    pub fn into_owned(self) -> Member<'static> {
        Member { name: Cow::Owned(self.name.into_owned()), name_at: self.name_at, tree: self.tree.into_owned() }
    }
}
