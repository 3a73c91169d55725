//! The identity of elements in a session's configuration.

use std::borrow::Cow;

use crate::elements::Shape;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{Address, Span};

/// The identity of an element in its level.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SlotKey<'s> {
    pub(super) name: Cow<'s, str>,
    pub(super) part: Part,
}

/// The part of an element that a slot has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// The whole element.
    Whole,
    /// A list entry by its key, or a value of a leaf-list.
    Entry(String),
    /// A list entry without a key, by the place where it was entered.
    Unnamed(u32),
}

/// The list whose duplicate entries are an error.
pub(super) const STATIC_ROUTE: &str = "static-route";

/// Returns the part of a list that an entry is.
pub(super) fn part_of_entry(list: &str, key: &str, members: &[Member<'_>], at: Span) -> Part {
    let value = members.iter().find(|member| member.name == key).map(|member| &member.tree.content);
    match value {
        Some(Content::Scalar(scalar)) => Part::Entry(normalized_key(list, key, &scalar.text).into_owned()),
        _ => Part::Unnamed(at.start),
    }
}

/// Returns the part of an element that a deletion removes.
pub(super) fn part_of_deletion(name: &str, shape: Shape, deleted: &Tree<'_>) -> Part {
    match (shape, &deleted.content) {
        (Shape::List { key, .. }, Content::Mapping(members)) => part_of_entry(name, key, members, deleted.at),
        (Shape::LeafList, Content::Scalar(value)) if !deleted.is_null() => {
            Part::Entry(normalized(name, &value.text).into_owned())
        }
        _ => Part::Whole,
    }
}

/// Returns a key, so that two spellings of one address are equal.
pub(super) fn normalized_key<'t>(list: &str, key: &str, text: &'t str) -> Cow<'t, str> {
    if list == STATIC_ROUTE { normalized(key, text) } else { Cow::Borrowed(text) }
}

/// Returns a value, so that two spellings of one address are equal.
pub(super) fn normalized<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    let is_address = matches!(name, "address" | "ip-address");
    let network = is_address.then(|| Address::parse(text).network()).flatten();
    network.map_or(Cow::Borrowed(text), |network| Cow::Owned(network.to_string()))
}
