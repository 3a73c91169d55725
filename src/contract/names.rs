//! File names made from names of the configuration.
//!
//! Names of the configuration are untrusted. Before they are encoded, they may name hidden files,
//! or contain patterns or templates.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest name that a file can have on Linux (`NAME_MAX` of `limits.h`), less
/// [`TEMPORARY_PREFIX`] and [`TEMPORARY_SUFFIX`].
pub(crate) const LONGEST_FILE_NAME: usize = 255 - TEMPORARY_PREFIX.len() - TEMPORARY_SUFFIX.len();

/// The prefix of a temporary file's name. It hides the file from Salt.
pub(crate) const TEMPORARY_PREFIX: &str = ".";
/// The suffix of a temporary file's name.
pub(crate) const TEMPORARY_SUFFIX: &str = ".new";

/// The name of the manifest in a published folder.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The folder of the pillar documents, and the SLS prefix by which `top.sls` selects them.
pub(crate) const PILLAR_FOLDER: &str = "loopback_static_routes";

/// The characters that are percent-encoded in the name of a folder.
const FOLDER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The characters that are percent-encoded in the name of a pillar document.
const DOCUMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// Returns the folder name of a router or node.
///
/// Everything but ASCII letters, digits, `-`, `_` and inner dots is percent-encoded.
#[must_use]
pub fn folder_name(name: &str) -> String {
    let encoded = utf8_percent_encode(name, FOLDER).to_string();
    match encoded.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => encoded,
    }
}

/// Returns the file name of a minion's document.
///
/// Everything but ASCII letters, digits, `-`, `_` and `~` is percent-encoded. `pillar/top.sls` does
/// the same to the minion id, with Jinja's `urlencode` and a replacement of dots. Salt reads a dot
/// as the end of a folder name, and `*`, `?` and `[` as patterns. YAML may fold or refuse U+0085
/// and U+2028.
#[must_use]
pub fn pillar_file_name(minion: &str) -> String {
    format!("{}.sls", utf8_percent_encode(minion, DOCUMENT))
}

/// Returns true if the name of a router or node is too long for a folder.
pub(crate) fn is_too_long_for_folder(name: &str) -> bool {
    may_be_too_long(name) && folder_name(name).len() > LONGEST_FILE_NAME
}

/// Returns true if a minion id is too long for the name of a document.
pub(crate) fn is_too_long_for_document(minion: &str) -> bool {
    may_be_too_long(minion) && pillar_file_name(minion).len() > LONGEST_FILE_NAME
}

/// Returns true if a name is longer than `LONGEST_FILE_NAME` when each byte is percent-encoded, and
/// has a suffix.
fn may_be_too_long(name: &str) -> bool {
    name.len() * "%00".len() + ".sls".len() > LONGEST_FILE_NAME
}

/// Returns the reason why a name cannot be the name of a folder.
#[must_use]
pub(crate) fn unsafe_name(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it is empty"),
        "." | ".." => Some("it means another folder"),
        _ if name.contains('/') => Some("it contains `/`"),
        _ if name.contains('\0') => Some("it contains a NUL"),
        _ => None,
    }
}

/// Returns the reason why an asset-id cannot be a minion id.
///
/// Salt rejects path separators, NUL, and names that point outside of its key folder
/// (`salt.utils.verify.valid_id`). A minion's configuration cannot hold control characters.
#[must_use]
pub fn invalid_asset_id(id: &str) -> Option<&'static str> {
    if let Some(reason) = unsafe_name(id) {
        return Some(reason);
    }
    if id.contains('\\') {
        return Some("it contains `\\`");
    }
    if id.chars().any(char::is_control) {
        return Some("it contains a control character");
    }
    (id.trim() != id).then_some("it begins or ends with white space")
}

/// Returns true if a name matches the product's own pattern: `[A-Za-z0-9_-]`, at most 63
/// characters.
#[must_use]
pub(crate) fn is_usual(name: &str) -> bool {
    name.len() <= 63 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_FILE_NAME, folder_name, is_too_long_for_document, is_too_long_for_folder, pillar_file_name};

    #[test]
    fn a_name_is_too_long_if_its_file_name_is() {
        for character in ["a", ".", "é", " "] {
            for length in 0..300 {
                let name = character.repeat(length);
                assert_eq!(is_too_long_for_folder(&name), folder_name(&name).len() > LONGEST_FILE_NAME, "{name}");
                assert_eq!(
                    is_too_long_for_document(&name),
                    pillar_file_name(&name).len() > LONGEST_FILE_NAME,
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn a_folder_name_has_no_special_characters() {
        for (name, expected) in [
            ("router-1_A", "router-1_A"),
            ("-rf", "-rf"),
            ("r1.a", "r1.a"),
            (".hidden", "%2Ehidden"),
            ("a\nb", "a%0Ab"),
            ("{{ 7*7 }}", "%7B%7B%207%2A7%20%7D%7D"),
            ("50%", "50%25"),
            ("\u{fc}", "%C3%BC"),
        ] {
            assert_eq!(folder_name(name), expected);
        }
    }

    #[test]
    fn each_minion_has_its_own_file_name() {
        for (id, expected) in [
            ("r1", "r1.sls"),
            ("r1.a", "r1%2Ea.sls"),
            ("r1%2Ea", "r1%252Ea.sls"),
            ("[ab]", "%5Bab%5D.sls"),
            ("r*?~", "r%2A%3F~.sls"),
            ("a b\u{2028}", "a%20b%E2%80%A8.sls"),
        ] {
            assert_eq!(pillar_file_name(id), expected);
        }
    }
}
