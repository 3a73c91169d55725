//! Elements to print, without places.

use std::borrow::Cow;

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

/// Whether a leaf's value has a type of its own in JSON and YAML: a boolean, or a number without a leading zero.
pub(crate) fn is_typed(name: &str, value: &str) -> bool {
    match name {
        "metric" => value.parse::<u32>().is_ok_and(|number| number.to_string() == value),
        "enabled" | "default-route" | "default" | "learn-from-services" | "learn-from-service" => {
            matches!(value, "true" | "false")
        }
        _ => false,
    }
}
