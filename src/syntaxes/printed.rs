//! Elements to print, without places.

use std::borrow::Cow;

use crate::model::Key;
use crate::model::key::KeyType;

/// An element's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Element<'a> {
    Leaf(Cow<'a, str>),
    LeafList(Vec<&'a str>),
    Container(Members<'a>),
    /// Entries, each with its key first.
    List(Vec<Members<'a>>),
}

/// Named elements in order.
pub(crate) type Members<'a> = Vec<(&'a str, Element<'a>)>;

/// Returns true if the value has a type of its own in JSON and YAML: a boolean, or a number without a leading zero.
pub(crate) fn is_typed(name: &str, value: &str) -> bool {
    match Key::named(name, Key::OF_BLOCK).map(Key::value_type) {
        Some(KeyType::Metric) => value.parse::<u32>().is_ok_and(|number| number.to_string() == value),
        Some(KeyType::Boolean) => matches!(value, "true" | "false"),
        _ => false,
    }
}
