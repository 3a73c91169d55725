//! Spellings of element names.

use std::cmp::Ordering;

/// The length of the shortest known name that is compared by distance. Shorter names are too
/// similar to other words, as `node` is to `mode`.
pub(super) const SHORTEST_MISSPELLED: usize = 6;

/// The length of the shortest known name that is compared at all.
const SHORTEST_MISTYPED: usize = 4;

/// Returns a name without the prefix of a module.
pub(super) fn local(name: &str) -> &str {
    memchr::memrchr(b':', name.as_bytes()).map_or(name, |colon| &name[colon + 1..])
}

/// Returns true if `name` is `kebab`, or its camelCase.
pub(super) fn is_same(name: &str, kebab: &str) -> bool {
    if name.as_bytes().first() != kebab.as_bytes().first() {
        return false;
    }
    if name.len() == kebab.len() {
        return name == kebab;
    }
    let mut upper_next = false;
    let mut name = name.bytes();
    for b in kebab.bytes() {
        if b == b'-' {
            upper_next = true;
            continue;
        }
        let expected = if upper_next { b.to_ascii_uppercase() } else { b };
        upper_next = false;
        if name.next() != Some(expected) {
            return false;
        }
    }
    name.next().is_none()
}

/// Returns true if `name` is the plural of `kebab`, or of its camelCase.
pub(super) fn is_plural(name: &str, kebab: &str) -> bool {
    let singular = |suffix| name.strip_suffix(suffix);
    singular("s").into_iter().chain(singular("es")).any(|singular| is_same(singular, kebab))
        || singular("ies").is_some_and(|stem| is_same(&format!("{stem}y"), kebab))
}

/// Returns the known name that `name` misspells: by one letter, or by two letters of a long name.
///
/// A test ensures that no other element of the product is so similar to a known one.
pub(super) fn nearest<'k>(name: &str, mut known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let letters_of_name = letters(name);
    let may_be_camel = !name.contains('-');
    known.find(|known| {
        if known.len() < SHORTEST_MISSPELLED {
            return is_mistyped(name, known);
        }
        let most = if known.len() > 12 { 2 } else { 1 };
        let (name_bytes, known_bytes) = (name.as_bytes(), known.as_bytes());
        let has_same_end = known_bytes.first() == name_bytes.first() || known_bytes.last() == name_bytes.last();
        if !has_same_end {
            return false;
        }
        let is_near = |known: &str| {
            known.len().abs_diff(name.len()) <= most
                && may_be_near(letters(known), letters_of_name, most)
                && strsim::osa_distance(name, known) <= most
        };
        is_near(known) || may_be_camel && known.contains('-') && is_near(&camel_case(known))
    })
}

/// Returns true if `name` is a short known name with a letter dropped or doubled, or with two
/// neighbouring letters swapped.
fn is_mistyped(name: &str, known: &str) -> bool {
    if known.len() < SHORTEST_MISTYPED || known.len().abs_diff(name.len()) > 1 || !name.is_ascii() {
        return false;
    }
    let without = |text: &str, at: usize| [&text[..at], &text[at + 1..]].concat();
    let bytes = name.as_bytes();
    match name.len().cmp(&known.len()) {
        Ordering::Less => (0..known.len()).any(|at| without(known, at) == name),
        Ordering::Greater => (1..name.len()).any(|at| bytes[at] == bytes[at - 1] && without(name, at) == known),
        Ordering::Equal => (1..name.len()).any(|at| {
            let mut swapped = bytes.to_vec();
            swapped.swap(at - 1, at);
            swapped != bytes && swapped == known.as_bytes()
        }),
    }
}

/// Returns the camelCase of a name.
pub(super) fn camel_case(kebab: &str) -> String {
    let mut words = kebab.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_ascii_uppercase() + &word[1..])
}

/// Returns false if two names with these letters differ by more than `most` typing errors.
///
/// A typing error adds at most one letter and removes at most one. This test is enough for most
/// names, and is much faster than the distance itself.
fn may_be_near(a: u32, b: u32, most: usize) -> bool {
    (a & !b).count_ones() as usize <= most && (b & !a).count_ones() as usize <= most
}

/// Returns the letters of a name as a set of bits. Some letters share a bit.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn short_names_are_compared_more_strictly() {
        let known = ["node", "name", "group"];
        let near = |name: &str| nearest(name, known.into_iter());
        for (name, known) in [("nde", "node"), ("nod", "node"), ("noode", "node"), ("ndoe", "node"), ("gruop", "group")]
        {
            assert_eq!(near(name), Some(known), "{name}");
        }
        for name in ["mode", "nodex", "no", "ode-n", "groups-of", "grpu"] {
            assert_eq!(near(name), None, "{name}");
        }
    }
}
