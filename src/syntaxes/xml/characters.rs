//! The characters that XML allows, and the characters of names (XML 1.0, sections 2.2 and 2.3).

/// The number of bytes that are searched together.
const BLOCK: usize = 4096;

/// The flags of bytes. Letters and `_` have none.
const NOT_IN_NAME: u8 = 1;
const NOT_FIRST: u8 = 2;
const NOT_ASCII: u8 = 4;
const COLON: u8 = 8;

/// The flags of each byte. A table has no branches, and every tag has a name.
static FLAGS: [u8; 256] = flags();

const fn flags() -> [u8; 256] {
    let mut flags = [NOT_ASCII; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        flags[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => 0,
            b':' => COLON,
            b'0'..=b'9' | b'-' | b'.' => NOT_FIRST,
            _ => NOT_IN_NAME,
        };
        byte += 1;
    }
    flags
}

/// Returns true for a character that XML allows.
pub(super) fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Returns true for white space.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Returns the first character that XML does not allow, and its place.
pub(super) fn first_disallowed(text: &str) -> Option<(usize, char)> {
    let blocks = text.as_bytes().chunks(BLOCK).enumerate().filter(|(_, block)| may_have_disallowed(block));
    blocks.filter_map(|(number, _)| disallowed_from(text, number * BLOCK)).next()
}

/// Returns false for a block without control characters, apart from white space, and without the
/// first byte of U+FFFE.
///
/// The compiler turns each loop into vector instructions. Most blocks need only the first one,
/// which is the shorter.
fn may_have_disallowed(block: &[u8]) -> bool {
    let is_control = |byte: u8| (byte < b' ') & (byte != b'\n');
    let is_disallowed = |byte: u8| is_control(byte) & (byte != b'\t') & (byte != b'\r');
    let has_control = block.iter().fold(false, |found, byte| found | is_control(*byte));
    memchr::memchr(0xef, block).is_some()
        || has_control && block.iter().fold(false, |found, byte| found | is_disallowed(*byte))
}

/// Returns the first disallowed character that starts in a block.
fn disallowed_from(text: &str, block: usize) -> Option<(usize, char)> {
    let start = (block..text.len()).find(|at| text.is_char_boundary(*at))?;
    let characters = text[start..].char_indices().map(|(at, c)| (start + at, c));
    characters.take_while(|(at, _)| *at < block + BLOCK).find(|(_, c)| !is_allowed(*c))
}

/// Returns true for a name.
pub(super) fn is_name(text: &str) -> bool {
    is_name_without(NOT_IN_NAME, text)
}

/// Returns the ASCII characters of names at the start of a text, or nothing if they are not a name.
pub(super) fn plain_name(text: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| FLAGS[usize::from(*byte)] & (NOT_IN_NAME | NOT_ASCII) != 0;
    let name = &text[..text.iter().position(is_end).unwrap_or(text.len())];
    let is_name = name.first().is_some_and(|first| FLAGS[usize::from(*first)] & NOT_FIRST == 0);
    if is_name { name } else { &[] }
}

/// Returns the start of the local part of a name, which may have one prefix (Namespaces in XML
/// 1.0, section 4). Returns `None` for anything else.
pub(super) fn local_name(text: &str) -> Option<usize> {
    match text.bytes().position(|byte| byte == b':') {
        None => is_name(text).then_some(0),
        Some(colon) => {
            let is_local = is_name_without(NOT_IN_NAME | COLON, &text[colon + 1..]);
            (is_local && is_name(&text[..colon])).then_some(colon + 1)
        }
    }
}

/// Returns true for a name without bytes that have one of these flags.
fn is_name_without(invalid: u8, text: &str) -> bool {
    let Some(first) = text.as_bytes().first() else { return false };
    match text.bytes().fold(0, |flags, byte| flags | FLAGS[usize::from(byte)]) {
        flags if flags & invalid != 0 => false,
        flags if flags & NOT_ASCII == 0 => FLAGS[usize::from(*first)] & NOT_FIRST == 0,
        _ => text.chars().next().is_some_and(is_first_of_name) && text.chars().all(is_in_name),
    }
}

fn is_first_of_name(c: char) -> bool {
    matches!(c,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

fn is_in_name(c: char) -> bool {
    is_first_of_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, first_disallowed, is_name, local_name};

    #[test]
    fn names() {
        for (text, name, qualified) in [
            ("router", true, true),
            ("t128:router", true, true),
            ("_a-1.b", true, true),
            ("é", true, true),
            ("a\u{b7}", true, true),
            (":", true, false),
            ("a:", true, false),
            (":a", true, false),
            ("a:b:c", true, false),
            ("a:1", true, false),
            ("", false, false),
            ("1a", false, false),
            ("-a", false, false),
            ("a&b", false, false),
            ("a/", false, false),
            ("é&", false, false),
            ("\u{b7}a", false, false),
            ("a\u{d7}", false, false),
            ("authy:access-policy_1.2", true, true),
            ("access-p@licy", false, false),
            ("access-policy-of-service[", false, false),
            ("access/policy-of-service-0123456789", false, false),
            ("access-policy-of-é-service-0123456789", true, true),
            ("0ccess-policy-of-service", false, false),
        ] {
            assert_eq!((is_name(text), local_name(text).is_some()), (name, qualified), "{text:?}");
        }
    }

    #[test]
    fn the_first_disallowed_character_is_found_wherever_blocks_end() {
        for c in ['\0', '\u{8}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            for before in (0..4).chain(BLOCK - 4..BLOCK + 4) {
                let text = format!("{}{c}\u{1}", "x".repeat(before));
                assert_eq!(first_disallowed(&text), Some((before, c)), "{before}");
            }
        }
        let allowed = "\t\n\r ~\u{7f}\u{85}\u{fffd}\u{ff01}\u{10000}".repeat(BLOCK);
        assert_eq!(first_disallowed(&allowed), None);
    }
}
