//! The identity of elements: names, keys and values in all their spellings.

use std::borrow::Cow;

use crate::model::address::PolicySource;
use crate::model::authority::AppliesToKind;
use crate::model::{Address, HostMapping, Key};

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

/// Returns the same text for all spellings of a value of a leaf-list.
pub(crate) fn same_value<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    match name {
        "address" | "ip-address" | "conductor-address" => Address::parse(value).canonical().into(),
        _ => value.into(),
    }
}
