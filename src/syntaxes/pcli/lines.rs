//! Lines of a text, and the words on them.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memrchr};

use crate::model::{SourceId, Span};
use crate::syntaxes::comments::is_for_us;
use crate::syntaxes::offset;
use crate::syntaxes::pcli::noise;

/// A text, or a part of one that is read separately.
#[derive(Clone, Copy)]
pub(super) struct PcliText<'s> {
    pub(super) source: SourceId,
    pub(super) whole: &'s str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A line with content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'s> {
    /// The columns of white space before the content.
    pub(super) indent: usize,
    /// The offset of its first character.
    pub(super) start: usize,
    /// The line without white space around it and without a comment. A quoted text may span
    /// several lines.
    pub(super) text: &'s str,
}

impl Line<'_> {
    /// Returns true for an `exit`, which may have a comment after it.
    pub(super) fn is_exit(&self) -> bool {
        self.text == "exit"
            || self
                .text
                .strip_prefix("exit")
                .is_some_and(|rest| rest.trim_start().starts_with('#') && rest.starts_with(is_blank_char))
    }

    /// Returns true for the start of an `exit`, as a text that was cut off may end with.
    pub(super) fn is_start_of_exit(&self) -> bool {
        self.text.len() < "exit".len() && "exit".starts_with(self.text)
    }
}

/// A word of a line: a run without white space, or a quoted text.
#[derive(Clone, Debug)]
pub(super) struct Word<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) quoted: bool,
    /// True for a quoted text without a closing quote.
    pub(super) is_open: bool,
    pub(super) at: Span,
}

/// The maximum number of words that are read from a line. A path through the whole model has about
/// thirty.
const MOST_WORDS: usize = 200;

impl<'s> PcliText<'s> {
    pub(super) fn new(source: SourceId, whole: &'s str) -> Self {
        let start = if whole.starts_with('\u{feff}') { 3 } else { 0 };
        Self { source, whole, start, end: whole.len() }
    }

    /// Returns the place of a part of the text.
    pub(super) fn span(&self, start: usize, length: usize) -> Span {
        Span { source: self.source, start: offset(start), end: offset(start + length) }
    }

    /// Returns the lines without empty lines, comments (`#`) and noise.
    pub(super) fn lines(self, tab_width: usize) -> impl Iterator<Item = Line<'s>> + Clone {
        self.all_lines(tab_width).filter(|line| !noise::is_noise(line.text))
    }

    /// Returns the lines without empty lines and comments. A tab leads to the next multiple of
    /// `tab_width`.
    pub(super) fn all_lines(self, tab_width: usize) -> PcliLines<'s> {
        PcliLines { text: self.whole.as_bytes(), whole: self.whole, position: self.start, end: self.end, tab_width }
    }

    /// Splits a line into `words`.
    pub(super) fn words(&self, line: Line<'s>, words: &mut Vec<Word<'s>>) {
        words.clear();
        let mut at = 0;
        while let Some(skipped) = line.text[at..].find(|c| !is_blank_char(c)) {
            if words.len() >= MOST_WORDS {
                return;
            }
            at += skipped;
            let rest = &line.text[at..];
            let start = line.start + at;
            let (text, quoted, is_open, length) = match rest.strip_prefix('"') {
                None => {
                    let length = plain_length(rest);
                    (Cow::Borrowed(&rest[..length]), false, false, length)
                }
                Some(inside) => match closing_quote(inside.as_bytes()) {
                    Some(end) => (unescape(&inside[..end]), true, false, end + 2),
                    None => (Cow::Borrowed(inside), true, true, rest.len()),
                },
            };
            words.push(Word { text, quoted, is_open, at: self.span(start, length) });
            at += length;
        }
    }
}

/// Returns the first word of a line, or an empty string if the word is quoted.
pub(super) fn keyword(line: &str) -> &str {
    if line.starts_with('"') { "" } else { &line[..plain_length(line)] }
}

/// Returns the length of a word without quotes at the start of a text.
fn plain_length(text: &str) -> usize {
    let length = text.bytes().position(|b| is_blank(b) || b == NO_BREAK[0]).unwrap_or(text.len());
    if text.as_bytes().get(length) != Some(&NO_BREAK[0]) {
        return length;
    }
    text.find(is_blank_char).unwrap_or(text.len())
}

impl Word<'_> {
    /// Returns true for a comment after a value (`metric 10 #primary`), if a value was expected
    /// before this word and not here.
    pub(super) fn starts_comment(&self) -> bool {
        !self.quoted && self.text.starts_with('#')
    }
}

/// U+00A0, a no-break space. Wikis use it instead of spaces.
const NO_BREAK: [u8; 2] = [0xc2, 0xa0];

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_blank_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{a0}')
}

/// The question of a pager.
const PAGER: &[u8] = b"--More--";

/// Returns the end of a quoted text: the first quote that is not escaped, if it ends a word.
///
/// A quote within a word is not accepted as an end. Otherwise a surplus quote could hide the rest
/// of the configuration.
fn closing_quote(inside: &[u8]) -> Option<usize> {
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

/// Resolves escapes: a backslash makes the next character literal.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    Cow::Owned(plain)
}

/// The lines of a text, as an iterator.
#[derive(Clone)]
pub(super) struct PcliLines<'s> {
    text: &'s [u8],
    whole: &'s str,
    position: usize,
    end: usize,
    tab_width: usize,
}

impl<'s> Iterator for PcliLines<'s> {
    type Item = Line<'s>;

    fn next(&mut self) -> Option<Line<'s>> {
        while self.position < self.end {
            self.skip_pager();
            let indent = self.read_indent();
            let start = self.position;
            let comment = self.text.get(start) == Some(&b'#');
            let (end, newline) = if comment {
                let newline = self.newline(start);
                (newline, newline)
            } else {
                self.end_of_line(start)
            };
            self.position = newline + 1;
            let text = self.whole[start..end].trim_end_matches(is_blank_char);
            if !comment && !text.is_empty() {
                return Some(Line { indent, start, text });
            }
        }
        None
    }
}

impl PcliLines<'_> {
    /// Reads the white space at the start of a line, and returns its columns.
    fn read_indent(&mut self) -> usize {
        let mut indent = 0;
        while self.position < self.end {
            match self.text[self.position] {
                b' ' => indent += 1,
                b'\t' => indent = (indent / self.tab_width + 1) * self.tab_width,
                b'\r' => {}
                b if b == NO_BREAK[0] && self.text[self.position..self.end].starts_with(&NO_BREAK) => {
                    indent += 1;
                    self.position += 1;
                }
                _ => break,
            }
            self.position += 1;
        }
        indent
    }

    /// Skips the question of a pager at the start of a line. The pager erases it with carriage
    /// returns, and prints the next line after them.
    fn skip_pager(&mut self) {
        if !self.text[self.position..self.end].starts_with(PAGER) {
            return;
        }
        let line = &self.text[self.position..self.newline(self.position)];
        let last = memrchr(b'\r', line.trim_ascii_end());
        self.position += last.map_or(line.len(), |last| last + 1);
    }

    /// Returns the next line ending after an offset.
    fn newline(&self, from: usize) -> usize {
        memchr(b'\n', &self.text[from..self.end]).map_or(self.end, |length| from + length)
    }

    /// Returns the end of a line's content, and its line ending. Most lines have neither quotes nor
    /// comments, and one search finds their end.
    fn end_of_line(&self, start: usize) -> (usize, usize) {
        match memchr3(b'\n', b'"', b'#', &self.text[start..self.end]) {
            None => (self.end, self.end),
            Some(length) if self.text[start + length] == b'\n' => (start + length, start + length),
            Some(_) => self.end_by_words(start),
        }
    }

    /// Returns the same for a line with quotes or a `#`. A quoted text may span several lines. A
    /// comment starts with a `#` between words.
    fn end_by_words(&self, start: usize) -> (usize, usize) {
        let mut at = start;
        loop {
            while at < self.end && self.blank_at(at) > 0 {
                if self.text[at] == b'\n' {
                    return (at, at);
                }
                at += self.blank_at(at);
            }
            if at >= self.end {
                return (self.end, self.end);
            }
            match self.text[at] {
                b'"' => match closing_quote(&self.text[at + 1..self.end]) {
                    Some(length) => at += length + 2,
                    None => {
                        let newline = self.newline(at);
                        return (newline, newline);
                    }
                },
                b'#' if self.is_comment(at) => return (at, self.newline(at)),
                _ => at += (at..self.end).position(|at| self.blank_at(at) > 0).unwrap_or(self.end - at),
            }
        }
    }

    /// Returns the bytes of the white space at an offset, or 0 if there is none.
    fn blank_at(&self, at: usize) -> usize {
        match self.text[at] {
            byte if is_blank(byte) => 1,
            byte if byte == NO_BREAK[0] && self.text[at..self.end].starts_with(&NO_BREAK) => NO_BREAK.len(),
            _ => 0,
        }
    }

    /// Returns true if the `#` at an offset starts a comment after content. A word such as `#5` is
    /// a value.
    fn is_comment(&self, at: usize) -> bool {
        let rest = &self.whole[at + 1..self.end];
        rest.starts_with([' ', '\t', '#', '\u{a0}']) || is_for_us(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::{PcliText, Word};
    use crate::model::SourceId;

    fn words(text: &str) -> Vec<Vec<String>> {
        let text = PcliText::new(SourceId(0), text);
        let mut words: Vec<Word<'_>> = Vec::new();
        text.lines(8)
            .map(|line| {
                text.words(line, &mut words);
                words.iter().map(|word| word.text.clone().into_owned()).collect()
            })
            .collect()
    }

    #[test]
    fn quoted_texts_and_blanks_are_split_into_words() {
        for (text, expected) in [
            ("a  b\tc \r\nd", vec![vec!["a", "b", "c"], vec!["d"]]),
            ("a \"b c\" d\n", vec![vec!["a", "b c", "d"]]),
            ("a \"b\nc\" d\ne", vec![vec!["a", "b\nc", "d"], vec!["e"]]),
            ("a \"b\\\"c\\\\\"\ne", vec![vec!["a", "b\"c\\"], vec!["e"]]),
            ("a \"b\nc d\ne \"f\"\n", vec![vec!["a", "b"], vec!["c", "d"], vec!["e", "f"]]),
            ("a b\"c d\"\ne", vec![vec!["a", "b\"c", "d\""], vec!["e"]]),
            ("a \"\" b", vec![vec!["a", "", "b"]]),
            ("\u{a0}\u{a0}a\u{a0} b é\u{a0}\n\u{a0}\n", vec![vec!["a", "b", "é"]]),
            ("a \"b\\", vec![vec!["a", "b\\"]]),
            ("# it's \"quoted\nb", vec![vec!["b"]]),
            ("a b  # it's \"quoted\nc", vec![vec!["a", "b"], vec!["c"]]),
            ("a b\t## c\r\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a b\u{a0}#\u{a0}c\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a b #loopback-static-routes: c\nd", vec![vec!["a", "b"], vec!["d"]]),
            ("a \"b # c\nd\" # e\nf", vec![vec!["a", "b # c\nd"], vec!["f"]]),
            ("a #5\nb c# d\ne #", vec![vec!["a", "#5"], vec!["b", "c#", "d"], vec!["e", "#"]]),
            ("\n \n\t\n", vec![]),
            (
                "a\n--More--\nb\n--More-- (50%)\r        \r  c\n--More--\r\nd",
                vec![vec!["a"], vec!["b"], vec!["c"], vec!["d"]],
            ),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}
