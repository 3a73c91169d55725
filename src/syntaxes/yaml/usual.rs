//! The events of usual lines, without the parser.
//!
//! Most lines of a configuration have a name, a plain or quoted value of ASCII characters, or both,
//! in collections of block style. Everything else is left to the parser, and so are the usual lines
//! of the same text.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, ScalarStyle};

/// The maximum length of a name in bytes. YAML allows 1024 characters.
const NAME: usize = 1000;

/// The deepest nesting of collections. The parser has a limit that is higher.
const DEPTH: usize = 100;

/// The bytes that a plain scalar may have in any place. Some of the others are allowed in some
/// places.
const PLAIN: [bool; 256] = bytes(b"_-./,+=@()");

/// The bytes that a plain scalar may start with.
const FIRST: [bool; 256] = bytes(b"_/");

/// Returns a table with letters, digits and these bytes.
const fn bytes(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < others.len() {
        table[others[index] as usize] = true;
        index += 1;
    }
    table
}

/// An event, and its place in bytes.
type Placed<'s> = (Event<'s>, Range<usize>);

/// An open collection.
#[derive(Clone, Copy)]
struct Open {
    /// The number of characters before each entry.
    column: usize,
    is_sequence: bool,
}

/// The next part of the text.
#[derive(Clone, Copy)]
enum Next {
    /// The first line.
    Start,
    Line,
    /// The first character of a line that has content, after this number of spaces.
    Content(usize),
    /// An entry of the innermost collection.
    Entry,
    /// A value on the line of its name.
    Value,
    /// The end of an empty collection in flow style.
    Closing,
}

/// The events of a text with a block collection of usual lines.
pub(super) struct Lines<'s> {
    text: &'s str,
    at: usize,
    next: Next,
    /// The collections around the next event.
    open: Vec<Open>,
    /// The end of the last name, if its value is not on its line.
    name: Option<usize>,
}

impl<'s> Lines<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        Self { text, at: 0, next: Next::Start, open: Vec::new(), name: None }
    }

    /// Returns the next event of the collection. `None` before an unusual line, and after the last
    /// event.
    pub(super) fn next(&mut self) -> Option<Placed<'s>> {
        match self.next {
            Next::Start => {
                let column = self.indentation()?;
                let is_sequence = self.is_dash();
                self.start(column, is_sequence)
            }
            Next::Line => {
                let column = self.indentation()?;
                self.next = Next::Content(column);
                self.content(column)
            }
            Next::Content(column) => self.content(column),
            Next::Entry => self.entry(),
            Next::Value => self.value(),
            Next::Closing => self.closing(),
        }
    }

    /// Returns true after the last event of the text.
    pub(super) fn is_complete(&self) -> bool {
        self.open.is_empty() && self.at == self.text.len()
    }

    /// Goes to the next content, and returns the number of spaces before it on its line. Returns 0
    /// at the end of the text.
    fn indentation(&mut self) -> Option<usize> {
        loop {
            let line = self.at;
            self.at += self.rest().iter().take_while(|byte| **byte == b' ').count();
            match self.rest() {
                [] => return Some(0),
                [b'\n', ..] => self.at += 1,
                [b'#', rest @ ..] => {
                    let length = rest.iter().take_while(|byte| is_printable(**byte)).count();
                    self.at += 1 + length;
                    self.end_line()?;
                }
                _ => return Some(self.at - line),
            }
        }
    }

    /// Returns the event before the content of a line: the start or end of a collection, or a value
    /// that is missing. If there is none, returns that of the entry.
    fn content(&mut self, column: usize) -> Option<Placed<'s>> {
        let (is_end, is_sequence) = (self.at == self.text.len(), self.is_dash());
        let Open { column: around, is_sequence: is_in_sequence } = *self.open.last()?;
        if let Some(name_end) = self.name.take() {
            if !is_end && (column > around || column == around && is_sequence) {
                return self.start(column, is_sequence);
            }
            return Some((scalar("", ScalarStyle::Plain), name_end..name_end));
        }
        if is_end || around > column || around == column && is_in_sequence && !is_sequence {
            self.open.pop();
            return Some((end(is_in_sequence), self.at..self.at));
        }
        if around != column || is_in_sequence != is_sequence {
            return None;
        }
        self.entry()
    }

    /// Opens a collection.
    fn start(&mut self, column: usize, is_sequence: bool) -> Option<Placed<'s>> {
        if self.open.len() == DEPTH {
            return None;
        }
        // The parser places a sequence that is not indented after its first dash.
        let is_indented = self.open.last().is_none_or(|around| around.column < column);
        let at = if is_indented { self.at } else { self.at + 2 };
        self.open.push(Open { column, is_sequence });
        self.next = Next::Entry;
        let event = if is_sequence { Event::SequenceStart(0, None) } else { Event::MappingStart(0, None) };
        Some((event, at..at))
    }

    /// Returns the first event of an entry: a name, or the value after a dash.
    fn entry(&mut self) -> Option<Placed<'s>> {
        let Open { column, is_sequence } = *self.open.last()?;
        if !is_sequence {
            let (end, true) = self.plain()? else { return None };
            return self.named(end);
        }
        self.at += 2;
        if self.is_dash() {
            return self.start(column + 2, true);
        }
        match self.plain() {
            Some((_, true)) => self.start(column + 2, false),
            _ => self.value(),
        }
    }

    /// Returns a name that ends here.
    fn named(&mut self, end: usize) -> Option<Placed<'s>> {
        let name = self.at..end;
        if name.len() > NAME {
            return None;
        }
        self.at = end + 1;
        if self.rest().first() == Some(&b' ') {
            self.at += 1;
            self.next = Next::Value;
        } else {
            self.end_line()?;
            self.name = Some(end);
            self.next = Next::Line;
        }
        Some((scalar(&self.text[name.clone()], ScalarStyle::Plain), name))
    }

    /// Returns the value on the rest of the line.
    fn value(&mut self) -> Option<Placed<'s>> {
        let start = self.at;
        let (style, content) = match self.rest() {
            [b'[', b']', ..] | [b'{', b'}', ..] => {
                self.at += 1;
                self.next = Next::Closing;
                let is_sequence = self.text.as_bytes()[start] == b'[';
                let event = if is_sequence { Event::SequenceStart(0, None) } else { Event::MappingStart(0, None) };
                return Some((event, start..self.at));
            }
            [quote @ (b'"' | b'\''), rest @ ..] => {
                let length = rest.iter().take_while(|byte| is_quotable(**byte, *quote)).count();
                if rest.get(length) != Some(quote) {
                    return None;
                }
                self.at += length + 2;
                let style = if *quote == b'"' { ScalarStyle::DoubleQuoted } else { ScalarStyle::SingleQuoted };
                (style, start + 1..self.at - 1)
            }
            _ => {
                let (end, false) = self.plain()? else { return None };
                self.at = end;
                (ScalarStyle::Plain, start..end)
            }
        };
        let at = start..self.at;
        self.end_line()?;
        self.next = Next::Line;
        Some((scalar(&self.text[content], style), at))
    }

    /// Returns the end of an empty collection in flow style.
    fn closing(&mut self) -> Option<Placed<'s>> {
        let is_sequence = self.rest().first() == Some(&b']');
        let at = self.at..self.at + 1;
        self.at = at.end;
        self.end_line()?;
        self.next = Next::Line;
        Some((end(is_sequence), at))
    }

    /// Returns the end of the plain scalar that starts here, and true if it is a name.
    fn plain(&self) -> Option<(usize, bool)> {
        let bytes = self.text.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
        let is_plain = |at: usize| PLAIN[usize::from(byte(at))];
        // An IPv6 address may start with two colons.
        let is_first = FIRST[usize::from(byte(self.at))];
        if !is_first && (byte(self.at) != b':' || byte(self.at + 1) != b':') {
            return None;
        }
        let mut at = self.at;
        loop {
            match byte(at) {
                b':' if matches!(byte(at + 1), b' ' | b'\n') => return Some((at, true)),
                b'\n' => return Some((at, false)),
                b':' => {}
                b' ' if is_plain(at + 1) => {}
                _ if is_plain(at) => {}
                _ => return None,
            }
            at += 1;
        }
    }

    /// Goes to the next line. `None` if this one has something else.
    fn end_line(&mut self) -> Option<()> {
        match self.rest() {
            [] => {}
            [b'\n', ..] => self.at += 1,
            _ => return None,
        }
        Some(())
    }

    /// Returns true before the dash of an entry.
    fn is_dash(&self) -> bool {
        // A comparison of slices would be a call.
        matches!(self.rest(), [b'-', b' ', ..])
    }

    fn rest(&self) -> &'s [u8] {
        &self.text.as_bytes()[self.at..]
    }
}

/// Returns true for a byte that a comment may have.
fn is_printable(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

/// Returns true for a byte that a quoted scalar may have, without an escape.
fn is_quotable(byte: u8, quote: u8) -> bool {
    is_printable(byte) && byte != quote && byte != b'\\'
}

/// Returns the event of a scalar.
fn scalar(text: &str, style: ScalarStyle) -> Event<'_> {
    Event::Scalar(Cow::Borrowed(text), style, 0, None)
}

/// Returns the event of the end of a collection.
fn end<'s>(is_sequence: bool) -> Event<'s> {
    if is_sequence { Event::SequenceEnd } else { Event::MappingEnd }
}

#[cfg(test)]
mod tests {
    use saphyr_parser::{Event, Parser};

    use super::{Lines, Placed};

    /// Returns the events of a text of usual lines. `None` if one is unusual.
    fn events(text: &str) -> Option<Vec<Placed<'_>>> {
        let mut lines = Lines::new(text);
        let events = std::iter::from_fn(|| lines.next()).collect();
        (lines.is_complete() && !text.is_empty()).then_some(events)
    }

    /// Returns the events of the parser for a text with one document, without those of the stream
    /// and the document. Places are in characters.
    fn parsed(text: &str) -> Option<Vec<Placed<'_>>> {
        let mut events = Vec::new();
        for event in Parser::new_from_str(text) {
            let (event, at) = event.ok()?;
            match event {
                Event::StreamStart | Event::DocumentStart(false) | Event::DocumentEnd | Event::StreamEnd => {}
                event => events.push((event, at.start.index()..at.end.index())),
            }
        }
        Some(events)
    }

    #[test]
    fn lines_that_are_usual_have_the_events_of_the_parser() {
        let texts = [
            "  - name: r1\n    node:\n    - name: n1\n      role: combo\n    - name: n2\n  - name: r2\n",
            "- a:\n    b: c d\n    e:\n      - f\n      - - g\n        - h: i\n  j: 'k: # \"l'\n  m: \"n'\"\n",
            "- a:\n  b:\n  - c:\n- ::1\n- a::1:2\n- 192.0.2.1/24: x@y (z)\n- /a/b: 2026-11-27T01:02:03\n",
            "- a: []\n  b: {}\n- []\n- {}\n\n# c: d\n      # e\n- a: ''\n  b: \"\"\n   \n  c:\n\n    d:",
        ];
        for text in texts {
            assert_eq!(events(text), Some(parsed(text).expect("YAML")), "{text}");
            assert_eq!(events(text.trim_end()), Some(parsed(text.trim_end()).expect("YAML")), "{text}");
        }
    }

    #[test]
    fn other_lines_are_left_to_the_parser() {
        let texts = [
            "- a: |\n    b\n",
            "- a: b\n    c\n",
            "- a\n  b\n",
            "- 'a\n  b'\n",
            "- \"a\\n\"\n",
            "- 'a''b'\n",
            "- &a b\n",
            "- *a\n",
            "- !a b\n",
            "- ? a\n",
            "- 'a': b\n",
            "- <<: {}\n",
            "- a: [b]\n",
            "- a: {b: c}\n",
            "- a: b # c\n",
            "- a:\tb\n",
            "- a:  b\n",
            "- a: b \n",
            "-  a\n",
            "-\n  a\n",
            "- a: é\n",
            "# é\n- a\n",
            "- a\r\n",
            "- a\n---\n- b\n",
            "- a\n...\n",
            "- a\n b: c\n",
            " - a\n- b\n",
            "- a: b: c\n",
            "- - a\n - b\n",
        ];
        for text in texts {
            assert_eq!(events(text), None, "{text}");
        }
    }

    /// Calls `check` with each text of up to `length` pieces.
    fn each_text(pieces: &[&str], length: usize, text: &mut String, check: &mut impl FnMut(&str)) {
        check(text);
        if length > 0 {
            for piece in pieces {
                text.push_str(piece);
                each_text(pieces, length - 1, text, check);
                text.truncate(text.len() - piece.len());
            }
        }
    }

    #[test]
    fn each_short_text_that_is_usual_has_the_events_of_the_parser() {
        let mut usual = 0;
        let mut check = |text: &str| {
            if let Some(events) = events(text) {
                usual += 1;
                assert_eq!(Some(events), parsed(text), "{text:?}");
            }
        };
        let characters = [" ", "-", ":", "a", "\n", "'", "\"", "#", "[", "]", "/", "0"];
        let pieces = ["\n- ", "- ", "\n  ", "  ", "a", "a: ", "b:", ": ", " ", "''", "{}", "#", "\n"];
        each_text(&characters, 5, &mut String::new(), &mut check);
        each_text(&pieces, 5, &mut String::new(), &mut check);
        assert!(usual > 10_000, "{usual}");
    }
}
