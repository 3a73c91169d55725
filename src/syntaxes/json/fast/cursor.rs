//! A walk over JSON that builds nothing.

use std::ops::Range;

/// The deepest value that is walked over. The plain reader decides about deeper ones.
const DEEPEST: usize = 100;

/// A place in a JSON text, and the walk over the values from there.
///
/// A method returns `None` for anything that is not valid JSON. It may also do so for something
/// unusual, because the plain reader then decides.
#[derive(Clone)]
pub(super) struct Cursor<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(text: &'s str, at: usize) -> Self {
        Self { text, at }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn move_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn text(&self, bytes: Range<usize>) -> &'s str {
        &self.text[bytes]
    }

    /// Returns the next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Walks over the next byte.
    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Walks over white space.
    pub(super) fn blanks(&mut self) {
        self.at = after_blanks(self.text.as_bytes(), self.at);
    }

    /// Walks over white space, and over this byte.
    pub(super) fn token(&mut self, byte: u8) -> Option<()> {
        self.at = after_token(self.text.as_bytes(), self.at, byte)?;
        Some(())
    }

    /// Walks over white space, and over a comma or this end. Returns true for the end.
    pub(super) fn comma_or(&mut self, end: u8) -> Option<bool> {
        let (at, ended) = after_comma_or(self.text.as_bytes(), self.at, end)?;
        self.at = at;
        Some(ended)
    }

    /// Walks over the start of an array or object, and white space. Returns true if it is empty.
    /// Then its end is walked over too.
    pub(super) fn open(&mut self, start: u8, end: u8) -> Option<bool> {
        let (at, is_empty) = after_open(self.text.as_bytes(), self.at, start, end)?;
        self.at = at;
        Some(is_empty)
    }

    /// Walks over white space and a string. Returns it without its quotes, and true if it has an
    /// escape.
    pub(super) fn string(&mut self) -> Option<(&'s str, bool)> {
        let bytes = self.text.as_bytes();
        let start = after_blanks(bytes, self.at);
        let (end, has_escape) = after_string(bytes, start)?;
        self.at = end;
        Some((&self.text[start + 1..end - 1], has_escape))
    }

    /// Walks over white space and a name with its colon. Returns it as [`Self::string`] does.
    pub(super) fn name(&mut self) -> Option<(&'s str, bool)> {
        let name = self.string()?;
        self.token(b':')?;
        Some(name)
    }

    /// Walks over white space and a value. Returns its bytes.
    pub(super) fn value(&mut self) -> Option<Range<usize>> {
        let start = after_blanks(self.text.as_bytes(), self.at);
        self.at = after_value(self.text.as_bytes(), start, DEEPEST)?;
        Some(start..self.at)
    }
}

// These functions take and return places, and not the cursor, so that a place stays in a register.
// `validate` of 76 MB takes 172 instead of 195 ms of the processor's time with it.

/// Returns the place after white space.
fn after_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Returns the place after white space and this byte.
fn after_token(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    let at = after_blanks(bytes, at);
    (*bytes.get(at)? == byte).then_some(at + 1)
}

fn after_comma_or(bytes: &[u8], at: usize, end: u8) -> Option<(usize, bool)> {
    let at = after_blanks(bytes, at);
    let byte = *bytes.get(at)?;
    (byte == end || byte == b',').then_some((at + 1, byte == end))
}

fn after_open(bytes: &[u8], at: usize, start: u8, end: u8) -> Option<(usize, bool)> {
    let at = after_blanks(bytes, after_token(bytes, at, start)?);
    let is_empty = *bytes.get(at)? == end;
    Some((at + usize::from(is_empty), is_empty))
}

/// Returns the place after a string that starts here, and true if it has an escape.
fn after_string(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    if *bytes.get(at)? != b'"' {
        return None;
    }
    let at = first_special(bytes, at + 1);
    if *bytes.get(at)? == b'"' { Some((at + 1, false)) } else { Some((after_escapes(bytes, at)?, true)) }
}

/// Returns the place after a string, from an escape in it.
#[cold]
fn after_escapes(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => {
                at += match bytes.get(at + 1)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                    b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                    _ => return None,
                };
            }
            _ => return None,
        }
        at = first_special(bytes, at);
    }
}

/// Returns the place after white space and a value.
fn after_value(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let at = after_blanks(bytes, at);
    match bytes.get(at)? {
        b'"' => after_string(bytes, at).map(|(at, _)| at),
        b'{' => after_members(bytes, at, depth.checked_sub(1)?),
        b'[' => after_items(bytes, at, depth.checked_sub(1)?),
        b't' => after_word(bytes, at, b"true"),
        b'f' => after_word(bytes, at, b"false"),
        b'n' => after_word(bytes, at, b"null"),
        _ => after_number(bytes, at),
    }
}

fn after_members(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let (mut at, mut ended) = after_open(bytes, at, b'{', b'}')?;
    while !ended {
        let (name_end, _) = after_string(bytes, after_blanks(bytes, at))?;
        let value_end = after_value(bytes, after_token(bytes, name_end, b':')?, depth)?;
        (at, ended) = after_comma_or(bytes, value_end, b'}')?;
    }
    Some(at)
}

fn after_items(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let (mut at, mut ended) = after_open(bytes, at, b'[', b']')?;
    while !ended {
        (at, ended) = after_comma_or(bytes, after_value(bytes, at, depth)?, b']')?;
    }
    Some(at)
}

fn after_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes[at..].starts_with(word).then_some(at + word.len())
}

/// Returns the place after a number (RFC 8259, section 6).
fn after_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { after_digits(bytes, at)? };
    if bytes.get(at) == Some(&b'.') {
        at = after_digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let has_sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = after_digits(bytes, at + 1 + usize::from(has_sign))?;
    }
    Some(at)
}

fn after_digits(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// Returns the place of the first quote, backslash or control character, or the end.
///
/// It looks at sixteen bytes at a time, because most strings are shorter. So the processor rarely
/// guesses the number of steps wrong.
fn first_special(bytes: &[u8], mut at: usize) -> usize {
    while let Some((words, _)) = bytes.get(at..).and_then(<[u8]>::split_first_chunk::<16>) {
        let word = u128::from_le_bytes(*words);
        let (first, second) = (special(word as u64), special((word >> 64) as u64));
        if first | second != 0 {
            let (word, before) = if first != 0 { (first, 0) } else { (second, 8) };
            return at + before + word.trailing_zeros() as usize / 8;
        }
        at += 16;
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\')).unwrap_or(rest.len())
}

/// Returns a word whose lowest bit that is set is in the first byte that is a quote, a backslash or
/// a control character. (A byte below `n` borrows from its highest bit when `n` is subtracted.)
fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES * 0x80;
    let below = |word: u64, least: u64| word.wrapping_sub(ONES * least) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::{Cursor, first_special};

    #[test]
    fn values_are_those_of_serde_json() {
        for text in [
            "0",
            "-0",
            "01",
            "1.",
            "1.5",
            ".5",
            "-",
            "1e5",
            "1E+5",
            "1e",
            "1e+",
            "+1",
            "true",
            "tru",
            "null",
            "nul",
            "\"\"",
            "\"a",
            "\"a\nb\"",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"\\\"\"",
            "[]",
            "[1,]",
            "[,]",
            "[1 2]",
            "[1,2]",
            "{}",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":}",
            "[[[]]]",
            "[[]",
            "\u{a0}",
            "\"\u{7f}é\"",
            "\"\u{1f}\"",
            "1e999",
            "{\"a\":{\"b\":[true,false,null,\"x\",-1.5e-3]}}",
        ] {
            let mut cursor = Cursor::new(text, 0);
            let is_value = cursor.value().is_some() && cursor.at() == text.len();
            assert_eq!(is_value, serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn texts_of_json_characters_are_those_of_serde_json(text in "[\\[\\]{},:\"\\\\u0-9.eE+\\-atrufalsn \u{1}é]{0,12}") {
            let mut cursor = Cursor::new(&text, 0);
            let walked = cursor.value();
            cursor.blanks();
            let is_value = walked.is_some() && cursor.at() == text.len();
            prop_assert_eq!(is_value, serde_json::from_str::<IgnoredAny>(&text).is_ok());
        }

        #[test]
        fn the_first_special_byte_is_found(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let expected = bytes.iter().position(|byte| *byte < 0x20 || [b'"', b'\\'].contains(byte));
            prop_assert_eq!(first_special(&bytes, 0), expected.unwrap_or(bytes.len()));
        }
    }
}
