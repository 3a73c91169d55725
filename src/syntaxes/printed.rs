//! Elements to print, without places.

use std::borrow::Cow;

use crate::model::key::KeyType;
use crate::model::{ElementPath, Key};

/// The content of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PrintedElement<'a> {
    Leaf(Cow<'a, str>),
    LeafList(Vec<&'a str>),
    Container(PrintedMembers<'a>),
    /// Entries, each with its key first.
    List(Vec<PrintedMembers<'a>>),
}

/// Named elements in order.
pub(crate) type PrintedMembers<'a> = Vec<(&'a str, PrintedElement<'a>)>;

/// An element that a printer cannot express.
pub(super) struct Inexpressible {
    pub(super) path: ElementPath,
    /// The reason, as the end of a message.
    pub(super) why: &'static str,
}

/// Returns the key of a list entry.
pub(crate) fn key_of<'e>(entry: &'e PrintedMembers<'_>) -> &'e str {
    match entry.first() {
        Some((_, PrintedElement::Leaf(key))) => key,
        _ => "",
    }
}

/// Returns true if JSON and YAML print the value without quotes: a boolean, or a number without a
/// leading zero.
pub(super) fn is_typed(name: &str, value: &str) -> bool {
    match Key::named(name, Key::OF_BLOCK).map(Key::value_type) {
        Some(KeyType::Metric) => value.parse::<u32>().is_ok_and(|number| number.to_string() == value),
        Some(KeyType::Boolean) => matches!(value, "true" | "false"),
        _ => false,
    }
}
