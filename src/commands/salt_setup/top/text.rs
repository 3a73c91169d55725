//! The text of a top file, and the places in it.

use std::ops::Range;

use crate::commands::salt_setup::error::{Advice, Uneditable};

/// A top file as Salt reads it: without a byte order mark, and with line feeds as line ends.
///
/// Its lines are the lines of the file, so a line number is valid for both.
pub(super) struct Text<'t> {
    original: &'t str,
    /// The environment of the stanza.
    pub(super) environment: &'static str,
    /// The text that Jinja and YAML read.
    pub(super) read: String,
    /// True if the file begins with a byte order mark.
    pub(super) has_mark: bool,
}

const MARK: char = '\u{feff}';

impl<'t> Text<'t> {
    /// Reads the bytes of a top file.
    ///
    /// # Errors
    ///
    /// Salt rejects a character, or YAML and this program would disagree about it.
    pub(super) fn new(bytes: &'t [u8], environment: &'static str) -> Result<Self, Uneditable> {
        let original = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
                let (line, column) = position(valid.unwrap_or_default(), error.valid_up_to());
                let message = "invalid UTF-8; Salt only reads UTF-8, so convert the file".to_owned();
                return Err(Uneditable { line, column, message, advice: Advice::Correct });
            }
        };
        let text = original.strip_prefix(MARK).unwrap_or(original);
        let has_mark = text.len() < original.len();
        let read = text.replace("\r\n", "\n");
        let text = Self { original, environment, read, has_mark };
        match text.read.char_indices().find(|(_, character)| !is_readable(*character)) {
            None => Ok(text),
            Some((at, '\r')) => Err(text.invalid(at, "unexpected carriage return without a line feed; remove it")),
            Some((at, character)) => {
                let code = u32::from(character);
                Err(text.invalid(
                    at,
                    format!("unexpected character U+{code:04X}, which YAML 1.1 does not read as text; remove it"),
                ))
            }
        }
    }

    /// Returns the error about a place that Salt rejects.
    pub(super) fn invalid(&self, at: usize, message: impl Into<String>) -> Uneditable {
        let (line, column) = self.position(at);
        Uneditable { line, column, message: message.into(), advice: Advice::Correct }
    }

    /// Returns the error about a place that keeps the structure from being known.
    pub(super) fn unknown(&self, at: usize, message: impl Into<String>) -> Uneditable {
        Uneditable { advice: Advice::AddByHand, ..self.invalid(at, message) }
    }

    /// Returns the line and the column of an offset.
    pub(super) fn position(&self, at: usize) -> (usize, usize) {
        position(&self.read, at)
    }

    /// Returns the number of the line of an offset.
    pub(super) fn line(&self, at: usize) -> usize {
        self.position(at).0
    }

    /// Returns the first place of a word that is not in a comment of YAML.
    pub(super) fn find_outside_comments(&self, word: &str) -> Option<usize> {
        let mut start = 0;
        self.read.split_inclusive('\n').find_map(|line| {
            let found = line.split('#').next().unwrap_or_default().find(word).map(|at| start + at);
            start += line.len();
            found
        })
    }

    /// Returns the line ends of the file: those of its first line.
    pub(super) fn newline(&self) -> &'static str {
        match self.original.split_once('\n') {
            Some((line, _)) if line.ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// Returns the lines of the file, with their ends.
    pub(super) fn lines(&self) -> Vec<&'t str> {
        self.original.split_inclusive('\n').collect()
    }

    /// Returns the file with lines inserted before the line of an index, or at the end.
    ///
    /// A file without a newline at its end stays one: the newline comes before the lines instead.
    /// So [`Self::without`] can restore the file.
    pub(super) fn with(&self, index: usize, lines: &str) -> String {
        let (before, after) = self.original.split_at(self.offset_of_line(index));
        if before.is_empty() || before.ends_with('\n') {
            return [before, lines, after].concat();
        }
        let newline = self.newline();
        [before, newline, lines.strip_suffix(newline).unwrap_or(lines), after].concat()
    }

    /// Returns the file without the lines of these ranges of indices. If the last line of the file
    /// is among them and has no newline, the newline before it is removed too.
    pub(super) fn without(&self, ranges: &[Range<usize>]) -> String {
        let lines = self.lines();
        let kept = |index: &usize| !ranges.iter().any(|range| range.contains(index));
        let mut text: String = (0..lines.len()).filter(kept).map(|index| lines[index]).collect();
        let is_cut = lines.len().checked_sub(1).is_some_and(|last| !kept(&last));
        if is_cut && !self.original.ends_with('\n') {
            let end = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
            text.truncate(end);
        }
        text
    }

    /// Returns the offset of a line in the text that is read.
    pub(super) fn offset(&self, index: usize) -> usize {
        self.read.split_inclusive('\n').take(index).map(str::len).sum()
    }

    fn offset_of_line(&self, index: usize) -> usize {
        self.original.split_inclusive('\n').take(index).map(str::len).sum()
    }
}

/// Returns the line and the column of an offset.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// Returns true if YAML 1.1 and YAML 1.2 read a character in the same way.
fn is_readable(character: char) -> bool {
    match character {
        '\t' | '\n' | ' '..='\u{7e}' => true,
        // Line ends of YAML 1.1.
        '\u{85}' | '\u{2028}' | '\u{2029}' => false,
        MARK | '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= '\u{a0}',
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn lines_that_are_added_and_removed_leave_the_same_file() {
        for (text, index, added) in [
            ("a\nb\n", 1, "a\n+\nb\n"),
            ("a\nb", 1, "a\n+\nb"),
            ("a", 1, "a\n+"),
            ("a\n", 1, "a\n+\n"),
            ("", 0, "+\n"),
            ("a\r\nb\r\n", 1, "a\r\n+\r\nb\r\n"),
            ("a\r\nb", 2, "a\r\nb\r\n+"),
        ] {
            let before = Text::new(text.as_bytes(), "base").expect("readable");
            let with = before.with(index, &format!("+{}", before.newline()));
            assert_eq!(with, added);
            let after = Text::new(with.as_bytes(), "base").expect("readable");
            let lines = index..index + 1;
            assert_eq!(after.without(std::slice::from_ref(&lines)), text, "{text:?}");
        }
    }

    #[test]
    fn unusual_characters_are_refused_with_their_place() {
        for (bytes, line, column) in [
            (&b"a\n\xff"[..], 2, 1),
            (b"ab\rc\n", 1, 3),
            ("a\n\u{e9}\u{85}".as_bytes(), 2, 2),
            ("\u{feff}a\u{feff}".as_bytes(), 1, 2),
            (b"\0", 1, 1),
        ] {
            let error = Text::new(bytes, "base").err().unwrap_or_else(|| panic!("{bytes:?}"));
            assert_eq!((error.line, error.column), (line, column), "{bytes:?}: {error}");
        }
    }
}
