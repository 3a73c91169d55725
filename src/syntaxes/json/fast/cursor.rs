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
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Walks over white space, and over this byte.
    pub(super) fn token(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Walks over white space, and over a comma or this end. Returns true for the end.
    pub(super) fn comma_or(&mut self, end: u8) -> Option<bool> {
        self.blanks();
        let byte = self.peek()?;
        (byte == end || byte == b',').then(|| {
            self.at += 1;
            byte == end
        })
    }

    /// Walks over the start of an array or object, and white space. Returns true if it is empty; the
    /// end is then walked over too.
    pub(super) fn open(&mut self, start: u8, end: u8) -> Option<bool> {
        self.token(start)?;
        self.blanks();
        let is_empty = self.peek()? == end;
        self.at += usize::from(is_empty);
        Some(is_empty)
    }

    /// Walks over white space and a string. Returns it without its quotes, and true if it has an
    /// escape.
    pub(super) fn string(&mut self) -> Option<(&'s str, bool)> {
        self.token(b'"')?;
        let bytes = self.text.as_bytes();
        let (start, mut escapes) = (self.at, false);
        loop {
            self.at += plain(&bytes[self.at..]);
            match bytes.get(self.at)? {
                b'"' => {
                    let string = &self.text[start..self.at];
                    self.at += 1;
                    return Some((string, escapes));
                }
                b'\\' => {
                    escapes = true;
                    self.at += match bytes.get(self.at + 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                        b'u' if bytes.get(self.at + 2..self.at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                        _ => return None,
                    };
                }
                _ => return None,
            }
        }
    }

    /// Walks over white space and a name with its colon. Returns it as [`Self::string`] does.
    pub(super) fn name(&mut self) -> Option<(&'s str, bool)> {
        let name = self.string()?;
        self.token(b':')?;
        Some(name)
    }

    /// Walks over white space and a value. Returns its bytes.
    pub(super) fn value(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        self.skip(DEEPEST)?;
        Some(start..self.at)
    }

    fn skip(&mut self, depth: usize) -> Option<()> {
        self.blanks();
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.members(depth.checked_sub(1)?),
            b'[' => self.items(depth.checked_sub(1)?),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn members(&mut self, depth: usize) -> Option<()> {
        let mut ended = self.open(b'{', b'}')?;
        while !ended {
            self.name()?;
            self.skip(depth)?;
            ended = self.comma_or(b'}')?;
        }
        Some(())
    }

    fn items(&mut self, depth: usize) -> Option<()> {
        let mut ended = self.open(b'[', b']')?;
        while !ended {
            self.skip(depth)?;
            ended = self.comma_or(b']')?;
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    /// Walks over a number (RFC 8259, section 6).
    fn number(&mut self) -> Option<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// Returns the number of bytes before a quote, a backslash or a control character, eight at a time.
fn plain(bytes: &[u8]) -> usize {
    let mut plain = 0;
    while let Some(word) = bytes.get(plain..).and_then(<[u8]>::first_chunk) {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return plain + special.trailing_zeros() as usize / 8;
        }
        plain += 8;
    }
    let rest = &bytes[plain..];
    plain + rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\')).unwrap_or(rest.len())
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

    use super::{Cursor, plain};

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
        fn the_plain_part_of_a_string_ends_at_the_first_special_byte(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let expected = bytes.iter().position(|byte| *byte < 0x20 || [b'"', b'\\'].contains(byte));
            prop_assert_eq!(plain(&bytes), expected.unwrap_or(bytes.len()));
        }
    }
}
