//! White space and quotes.

use memchr::memchr2;

/// U+00A0, a no-break space. Wikis use it instead of spaces.
pub(super) const NO_BREAK: [u8; 2] = [0xc2, 0xa0];

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) fn is_blank_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{a0}')
}

/// Returns the end of a quoted text: the first quote that is not escaped, if it ends a word.
///
/// A quote within a word is not accepted as an end. Otherwise a surplus quote could hide the rest
/// of the configuration.
pub(super) fn closing_quote(inside: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', &inside[at..])?;
        if inside[at] == b'"' {
            return inside.get(at + 1).is_none_or(|next| is_blank(*next)).then_some(at);
        }
        at += 2;
        if at > inside.len() {
            return None;
        }
    }
}
