//! The names in values that are wrapped with an operation:
//! `{"_value": "branches", "_operation": "delete"}`.

/// The names in a wrapper. The first one is the name of the value.
pub(crate) const NAMES: [&str; 4] = ["_value", "_operation", "_attributes", "_position"];

/// Returns true for a name in a wrapper.
pub(super) fn is_name(name: &str) -> bool {
    name.as_bytes().first() == Some(&b'_') && NAMES.contains(&name)
}
