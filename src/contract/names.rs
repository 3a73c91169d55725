//! Names from the configuration as names of files: hostile until encoded.

use std::fmt::Write as _;

/// The longest name that Linux's file systems hold (NAME_MAX, `limits.h`), less what a temporary file's name adds.
pub const LONGEST_FILE_NAME: usize = 255 - TEMPORARY_PREFIX.len() - TEMPORARY_SUFFIX.len();

/// What a file that is being written is called: its name between these. Hidden, so that neither Salt nor a walk of the tree sees it.
pub const TEMPORARY_PREFIX: &str = ".";
/// See [`TEMPORARY_PREFIX`].
pub const TEMPORARY_SUFFIX: &str = ".new";

/// The folder of the pillar documents, and the sls prefix by which `top.sls` selects one.
pub const PILLAR_FOLDER: &str = "loopback_static_routes";

/// A router's or a node's name as the name of a folder: everything but letters, digits, `-`, `_` and inner dots is
/// percent-encoded, so that no name is hidden, breaks a line, or is a pattern.
#[must_use]
pub fn folder_name(name: &str) -> String {
    percent_encode(name, |byte, index| matches!(byte, b'-' | b'_') || (byte == b'.' && index > 0))
}

/// The file name of a minion's document: the id with everything but letters, digits, `-`, `_` and `~` percent-encoded.
///
/// `pillar/top.sls` does the same with the minion id: Jinja's `urlencode`, and dots besides. A dot is a folder to Salt, `*`, `?`
/// and `[` are patterns to it, and what is not ASCII may be folded or refused by YAML (U+0085, U+2028).
#[must_use]
pub fn pillar_file_name(minion: &str) -> String {
    percent_encode(minion, |byte, _| matches!(byte, b'-' | b'_' | b'~')) + ".sls"
}

/// RFC 3986, section 2.1: everything but ASCII letters, digits, and what `keeps` says.
fn percent_encode(name: &str, keeps: impl Fn(u8, usize) -> bool) -> String {
    let mut encoded = String::with_capacity(name.len());
    for (index, byte) in name.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || keeps(byte, index) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all");
        }
    }
    encoded
}

/// Why a name cannot be a folder's at all.
#[must_use]
pub fn unsafe_name(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("it is empty"),
        "." | ".." => Some("it means another folder"),
        _ if name.contains('/') => Some("it holds `/`"),
        _ if name.contains('\0') => Some("it holds a NUL"),
        _ => None,
    }
}

/// Why an asset-id cannot be a minion id. Salt refuses path separators, NUL, and what leads out of its key folder
/// (`salt.utils.verify.valid_id`); control characters cannot stand in a minion's configuration.
#[must_use]
pub fn invalid_asset_id(id: &str) -> Option<&'static str> {
    if let Some(reason) = unsafe_name(id) {
        return Some(reason);
    }
    if id.contains('\\') {
        return Some("it holds `\\`");
    }
    if id.chars().any(char::is_control) {
        return Some("it holds a control character");
    }
    (id.trim() != id).then_some("it begins or ends with white space")
}

/// Whether a name is as the product's own pattern has it: `[A-Za-z0-9_-]`, at most 63 characters.
#[must_use]
pub fn is_usual(name: &str) -> bool {
    name.len() <= 63 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::{folder_name, pillar_file_name};

    #[test]
    fn hostile_names_stay_one_folder() {
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
    fn minions_have_files_of_their_own() {
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
