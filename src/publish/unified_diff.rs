//! Unified diffs of artefacts.

use std::fmt::Write as _;

/// Returns the unified diff of two versions of a file. `None` is a missing file.
pub(crate) fn unified_diff(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let text = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let name = |exists: bool, side| if exists { quoted(&format!("{side}/{path}")) } else { "/dev/null".to_owned() };
    let (old_text, new_text) = (text(old), text(new));
    let diff = similar::TextDiff::from_lines(&old_text, &new_text);
    diff.unified_diff().header(&name(old.is_some(), "a"), &name(new.is_some(), "b")).to_string()
}

/// Returns the lines about a changed mode, as `git diff` writes them. They come before the unified
/// diff of the file.
pub(crate) fn mode_diff(path: &str, old: u32, new: u32) -> String {
    let (a, b) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    format!("diff --git {a} {b}\nold mode 100{old:03o}\nnew mode 100{new:03o}\n")
}

/// Quotes a file name where needed, as `git diff` does and `patch(1)` expects.
fn quoted(name: &str) -> String {
    if !name.bytes().any(|b| b <= b' ' || b >= 0x7f || matches!(b, b'"' | b'\\')) {
        return name.to_owned();
    }
    let mut quoted = String::from('"');
    for byte in name.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => write!(quoted, "\\{byte:03o}").expect("a string accepts all writes"),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_as_git_quotes_them() {
        for (name, expected) in [
            ("a/routers/r1", "a/routers/r1"),
            ("a/r 1", "\"a/r 1\""),
            ("a/\"\\", "\"a/\\\"\\\\\""),
            ("a/\u{fc}\n", "\"a/\\303\\274\\012\""),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }
}
