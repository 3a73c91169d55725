//! Spellings of element names.

/// The length of the shortest known name that is compared.
const SHORTEST_MISSPELLED: usize = 4;

/// Names that are similar to a short known name, and are other elements or usual words.
pub(super) const OTHER_NAMES: [&str; 5] = ["mode", "code", "none", "note", "rule"];

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
    let is_misspelled = |known: &&'k str| {
        let most = if known.len() > 12 { 2 } else { 1 };
        let (name_bytes, known_bytes) = (name.as_bytes(), known.as_bytes());
        let has_same_end = known_bytes.first() == name_bytes.first() || known_bytes.last() == name_bytes.last();
        if !has_same_end || known.len() < SHORTEST_MISSPELLED {
            return false;
        }
        let is_near = |known: &str| {
            known.len().abs_diff(name.len()) <= most
                && may_be_near(letters(known), letters_of_name, most)
                && strsim::osa_distance(name, known) <= most
        };
        // Names in camelCase have no `-`, and are compared only if their length is similar.
        let hyphens = || known.bytes().filter(|byte| *byte == b'-').count();
        let may_be_camel = || may_be_camel && hyphens() > 0 && (known.len() - hyphens()).abs_diff(name.len()) <= most;
        is_near(known) || may_be_camel() && is_near(&camel_case(known))
    };
    // Most names are similar to none, so other names are compared last.
    known.find(is_misspelled).filter(|_| !OTHER_NAMES.contains(&name))
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
    fn short_names_are_compared_but_for_other_words() {
        let known = ["node", "name", "group"];
        let near = |name: &str| nearest(name, known.into_iter());
        for (name, known) in [("nde", "node"), ("nodr", "node"), ("noode", "node"), ("ndoe", "node"), ("namx", "name")]
        {
            assert_eq!(near(name), Some(known), "{name}");
        }
        for name in ["mode", "note", "no", "ode-n", "groups-of", "grpu", "gaming"] {
            assert_eq!(near(name), None, "{name}");
        }
    }
}
