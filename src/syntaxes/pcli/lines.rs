//! Lines of a text.

use memchr::{memchr, memchr3, memrchr};

use crate::diagnostics::alike;
use crate::model::{SourceId, Span};
use crate::syntaxes::comments::is_for_us;
use crate::syntaxes::offset;
use crate::syntaxes::pcli::characters::{NO_BREAK, closing_quote, is_blank, is_blank_char};
use crate::syntaxes::pcli::noise;

/// A text, or a part of one that is read separately.
#[derive(Clone, Copy)]
pub(super) struct PcliText<'s> {
    pub(super) source: SourceId,
    pub(super) whole: &'s str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Lines that are left out, because they are read separately: their start and their end.
    pub(super) gap: (usize, usize),
}

/// The length of the longest word that may be a misspelled `exit`, in bytes. A character that looks
/// like another one, or is invisible, has up to four.
const LONGEST_EXIT: usize = "exit".len() + 4;

/// Returns true for a word that is `exit` with a typing error. `edit` is another command.
fn is_misspelled_exit(word: &str) -> bool {
    if word.contains(' ') || word == "edit" {
        return false;
    }
    // A typing error changes at most one of the four letters.
    let letters = word.bytes().filter(|byte| b"exit".contains(byte)).count();
    let is_near = letters >= "exit".len() - 1 && strsim::osa_distance(word, "exit") == 1;
    is_near || word == "ex" || alike(word, ["exit"]).is_some()
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
    /// True for an `exit` that is on the same line as the one before it.
    pub(super) is_joined: bool,
}

/// An `exit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Correct,
    /// It is on the same line as the one before it.
    Joined,
    /// It has a typing error.
    Misspelled,
}

impl Line<'_> {
    /// Returns the `exit` on the line, which may have a comment after it.
    pub(super) fn exit(&self) -> Option<Exit> {
        // Nearly all lines are one of these two.
        if self.text == "exit" && !self.is_joined {
            return Some(Exit::Correct);
        }
        if self.text.as_bytes().first() != Some(&b'e') && self.text.len() > LONGEST_EXIT {
            return None;
        }
        let is_before_comment = |rest: &str| rest.trim_start().starts_with('#') && rest.starts_with(is_blank_char);
        match self.text.strip_prefix("exit") {
            Some(rest) if rest.is_empty() || is_before_comment(rest) => {
                Some(if self.is_joined { Exit::Joined } else { Exit::Correct })
            }
            _ if self.text.len() <= LONGEST_EXIT && is_misspelled_exit(self.text) => Some(Exit::Misspelled),
            _ => None,
        }
    }

    /// Returns true for an `exit`, which may be misspelled.
    pub(super) fn is_exit(&self) -> bool {
        self.exit().is_some()
    }

    /// Returns true for the start of an `exit`, as a text that was cut off may end with.
    pub(super) fn is_start_of_exit(&self) -> bool {
        self.text.len() < "exit".len() && "exit".starts_with(self.text)
    }
}

impl<'s> PcliText<'s> {
    pub(super) fn new(source: SourceId, whole: &'s str) -> Self {
        let start = if whole.starts_with('\u{feff}') { 3 } else { 0 };
        Self { source, whole, start, end: whole.len(), gap: (whole.len(), whole.len()) }
    }

    /// Returns true if the text has this byte.
    pub(super) fn has(&self, byte: u8) -> bool {
        let (before, after) = (self.end.min(self.gap.0), self.start.max(self.gap.1));
        let parts = [self.start..before, after..self.end];
        parts.into_iter().any(|part| memchr(byte, self.whole.as_bytes().get(part).unwrap_or_default()).is_some())
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
        PcliLines {
            text: self.whole.as_bytes(),
            whole: self.whole,
            position: self.start,
            end: self.end,
            gap: self.gap,
            tab_width,
            joined: 0,
        }
    }
}

/// The question of a pager.
pub(super) const PAGER: &[u8] = b"--More--";

/// The lines of a text, as an iterator.
#[derive(Clone)]
pub(super) struct PcliLines<'s> {
    text: &'s [u8],
    whole: &'s str,
    position: usize,
    end: usize,
    gap: (usize, usize),
    tab_width: usize,
    /// The offset of an `exit` on the same line as the last one.
    joined: usize,
}

impl<'s> Iterator for PcliLines<'s> {
    type Item = Line<'s>;

    fn next(&mut self) -> Option<Line<'s>> {
        while self.position < self.end {
            if self.position == self.gap.0 {
                self.position = self.gap.1;
                continue;
            }
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
            let mut text = self.whole[start..end].trim_end_matches(is_blank_char);
            let is_joined = start > 0 && self.joined == start;
            if text.len() > "exit".len()
                && text.as_bytes()[0] == b'e'
                && let Some(next) = second_exit(text)
            {
                text = "exit";
                self.position = start + next;
                self.joined = self.position;
            }
            if !comment && !text.is_empty() {
                return Some(Line { indent, start, text, is_joined });
            }
        }
        None
    }
}

/// Returns the offset of the second of several `exit`s on a line.
fn second_exit(line: &str) -> Option<usize> {
    let after = line.strip_prefix("exit")?.trim_start_matches(is_blank_char);
    let next = line.len() - after.len();
    let is_exit = after.strip_prefix("exit").is_some_and(|rest| rest.is_empty() || rest.starts_with(is_blank_char));
    (next > "exit".len() && is_exit).then_some(next)
}

impl PcliLines<'_> {
    /// Reads the white space at the start of a line, and returns its columns.
    fn read_indent(&mut self) -> usize {
        let line = &self.text[self.position..self.end];
        let mut indent = line.iter().position(|byte| *byte != b' ').unwrap_or(line.len());
        self.position += indent;
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
        if self.text[self.position] != PAGER[0] || !self.text[self.position..self.end].starts_with(PAGER) {
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
