//! The tree that every reader hands on: mappings, sequences and scalars, each with its place.
//!
//! Readers keep only what the product reads; names are canonical (kebab-case, no prefix) where the product knows the element.

use std::borrow::Cow;

use crate::model::Span;

/// One element's content and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree<'s> {
    /// Where the content stands; for content that a syntax leaves without a place of its own, the place of its name.
    pub at: Span,
    /// The content.
    pub content: Content<'s>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'s> {
    /// A single value.
    Scalar(Scalar<'s>),
    /// Values or entries in order.
    Sequence(Vec<Tree<'s>>),
    /// Named elements in order; a name may repeat, as it does in PCLI text.
    Mapping(Vec<Member<'s>>),
    /// An edit that takes the element away, with as much of it as was written (RFC 6241, section 7.2). No value at all means all
    /// that the element holds.
    Deleted(Box<Tree<'s>>),
    /// Something that could not be read. It stands where the element would, so that who merges the documents knows whom it concerns.
    Fault(Box<Fault>),
}

/// A named element of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'s> {
    /// The element's name: canonical where the product knows it, as written otherwise.
    pub name: Cow<'s, str>,
    /// Where the name stands.
    pub name_at: Span,
    /// What it holds.
    pub tree: Tree<'s>,
}

/// A value as text. Which type it must have is known from the element, not from the syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar<'s> {
    /// The value with quotes and escapes resolved.
    pub text: Cow<'s, str>,
    /// How it was written.
    pub style: ScalarStyle,
}

/// Why an element could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What is wrong, and what to do.
    pub message: String,
    /// Where.
    pub at: Span,
    /// Another place that has part in it, and what stands there.
    pub related: Option<(&'static str, Span)>,
}

/// What kinds of faults readers find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Text that means nothing in its syntax.
    Syntax,
    /// A name that stands twice in one mapping.
    DuplicateName,
    /// A name that is no element's, but nearly.
    UnknownName,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// Without quotes, in YAML, whose versions 1.1 and 1.2 disagree about what it is.
    Contested,
    /// In quotes, or in a block scalar.
    Quoted,
    /// `null`, `~`, or nothing at all.
    Null,
}

impl<'s> Tree<'s> {
    /// A tree that borrows nothing from the source.
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

    /// The members of a mapping; none for anything else.
    #[must_use]
    pub fn members(&self) -> &[Member<'s>] {
        match &self.content {
            Content::Mapping(members) => members,
            _ => &[],
        }
    }

    /// Returns true for a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self.content, Content::Sequence(_))
    }

    /// Whether this is `null` or nothing at all.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.style == ScalarStyle::Null)
    }

    /// Whether this holds nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Scalar(scalar) => scalar.style == ScalarStyle::Null,
            Content::Sequence(items) => items.is_empty(),
            Content::Mapping(members) => members.is_empty(),
            Content::Deleted(_) | Content::Fault(_) => false,
        }
    }

    /// Something that could not be read.
    #[must_use]
    pub fn fault(kind: FaultKind, at: Span, message: impl Into<String>) -> Self {
        let fault = Fault { kind, message: message.into(), at, related: None };
        Tree { at, content: Content::Fault(Box::new(fault)) }
    }

    /// What this is, in words for a message.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.content {
            Content::Scalar(scalar) if scalar.style == ScalarStyle::Null => "nothing",
            Content::Scalar(_) => "a single value",
            Content::Sequence(_) => "a list",
            Content::Mapping(_) => "a block of elements",
            Content::Deleted(_) => "a deletion",
            Content::Fault(_) => "something that cannot be read",
        }
    }
}

impl Member<'_> {
    /// A member that borrows nothing from the source.
    #[must_use]
    pub fn into_owned(self) -> Member<'static> {
        Member { name: Cow::Owned(self.name.into_owned()), name_at: self.name_at, tree: self.tree.into_owned() }
    }
}
