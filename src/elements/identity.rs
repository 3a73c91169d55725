//! The identity of elements: names, keys and values in all their spellings.

use std::borrow::Cow;

use crate::model::address::PolicySource;
use crate::model::authority::AppliesToKind;
use crate::model::{Address, Element, HostMapping, Key};

/// Returns the name of an element that has another spelling.
pub(crate) fn preferred_name(name: &str) -> &str {
    let preferred = Key::named(name, Key::OF_BLOCK).and_then(Key::preferred).map(Key::name);
    preferred.unwrap_or(if name == "group" { "router-group" } else { name })
}

/// Returns the same text for all spellings of the key of a list.
pub(crate) fn same_key<'k>(list: &str, key: &'k str) -> Cow<'k, str> {
    match list {
        "static-hostname-mapping" | "static-entry" => HostMapping::canonical_name(key).into(),
        "static-route" => Address::parse(key).canonical().into(),
        "access-policy" => PolicySource::canonical(key).into(),
        "applies-to" => AppliesToKind::of(key).as_str().to_owned().into(),
        _ => key.into(),
    }
}

/// Returns the leaf that is the key of the entries of a list.
pub(crate) fn key_of(list: &Element) -> Option<Element> {
    Some(match list {
        Element::Router | Element::Node | Element::Service => Element::Name,
        Element::StaticHostNameMapping | Element::StaticEntry => Element::HostName,
        Element::StaticRoute => Element::Address,
        Element::AccessPolicy => Element::Source,
        Element::AppliesTo => Element::Type,
        _ => return None,
    })
}

/// Returns true if `leaf` is the key of the entries of `list`.
pub(crate) fn is_key(list: &Element, leaf: &Element) -> bool {
    key_of(list).as_ref() == Some(leaf)
}

/// Returns the same text for all spellings of a value of a leaf-list.
pub(crate) fn same_value<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    match name {
        "address" | "ip-address" | "conductor-address" => Address::parse(value).canonical().into(),
        _ => value.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_key;
    use crate::elements::{Elements, ROOT, Shape};
    use crate::model::Element;

    fn check(elements: &Elements) {
        for known in elements.known {
            match known.shape {
                Shape::Leaf | Shape::LeafList => {}
                Shape::Container(inner) => check(inner),
                Shape::List { key, entry } => {
                    for leaf in entry.known {
                        let (list, named) = (Element::named(known.name), Element::named(leaf.name));
                        assert_eq!(is_key(&list, &named), leaf.name == key, "{}/{}", known.name, leaf.name);
                    }
                    check(entry);
                }
            }
        }
    }

    #[test]
    fn the_keys_are_those_of_the_table() {
        check(&ROOT);
    }
}
