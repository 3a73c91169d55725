//! Lines of words.

use std::borrow::Cow;

use crate::diagnostic::Finding;
use crate::input::{invalid_syntax, offset};
use crate::model::{SourceId, Span};

/// A word of a line: a run without white space, or a quoted text.
#[derive(Clone, Debug)]
pub(super) struct Word<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) quoted: bool,
    pub(super) at: Span,
}

/// A line that holds something.
#[derive(Debug)]
pub(super) struct Line<'s> {
    /// Columns of white space in front; a tab leads to the next multiple of eight.
    pub(super) indent: usize,
    pub(super) words: Vec<Word<'s>>,
}

/// Hands on the lines of a text, but for the empty ones, the comments (`#`), and the elisions (`...`).
pub(super) fn read<'s>(
    source: SourceId,
    text: &'s str,
    findings: &mut Vec<Finding>,
    mut take: impl FnMut(Line<'s>, &mut Vec<Finding>),
) {
    let mut rest = Cursor { source, text, position: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    while rest.position < text.len() {
        let indent = rest.indent();
        if rest.starts_with('#') {
            rest.skip_line();
            continue;
        }
        let words = rest.words(findings);
        let elision = matches!(words.as_slice(), [word] if !word.quoted && matches!(&*word.text, "..." | "…"));
        if !words.is_empty() && !elision {
            take(Line { indent, words }, findings);
        }
    }
}

struct Cursor<'s> {
    source: SourceId,
    text: &'s str,
    position: usize,
}

impl<'s> Cursor<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.position..]
    }

    fn starts_with(&self, c: char) -> bool {
        self.rest().starts_with(c)
    }

    fn skip_line(&mut self) {
        self.position += self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
    }

    fn indent(&mut self) -> usize {
        let mut indent = 0;
        while let Some(&byte) = self.text.as_bytes().get(self.position) {
            match byte {
                b' ' => indent += 1,
                b'\t' => indent = (indent / 8 + 1) * 8,
                b'\r' => {}
                _ => break,
            }
            self.position += 1;
        }
        indent
    }

    /// The words up to the end of the line, which is taken too.
    fn words(&mut self, findings: &mut Vec<Finding>) -> Vec<Word<'s>> {
        let mut words = Vec::new();
        loop {
            let space = self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r']).len();
            self.position += space;
            match self.rest().chars().next() {
                None => return words,
                Some('\n') => {
                    self.position += 1;
                    return words;
                }
                Some('"') => words.push(self.quoted(findings)),
                Some(_) => words.push(self.plain()),
            }
        }
    }

    fn plain(&mut self) -> Word<'s> {
        let length = self.rest().find([' ', '\t', '\r', '\n']).unwrap_or(self.rest().len());
        self.word(Cow::Borrowed(&self.rest()[..length]), false, length)
    }

    /// A quoted text may run over several lines. One without an end is taken to the end of its line, and is a finding: a quote
    /// too many must not swallow the rest of the configuration.
    fn quoted(&mut self, findings: &mut Vec<Finding>) -> Word<'s> {
        let inside = &self.rest()[1..];
        let mut escaped = false;
        let end = inside.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let closes_word =
            |end: usize| inside[end + 1..].starts_with([' ', '\t', '\r', '\n']) || end + 1 == inside.len();
        match end {
            Some((end, _)) if closes_word(end) => {
                let text = &inside[..end];
                self.word(unescape(text), true, end + 2)
            }
            _ => {
                let length = self.rest().find(['\r', '\n']).unwrap_or(self.rest().len());
                let word = self.word(Cow::Borrowed(&self.rest()[1..length]), true, length);
                findings.push(invalid_syntax(word.at, "this quoted text has no end; add the closing `\"`"));
                word
            }
        }
    }

    fn word(&mut self, text: Cow<'s, str>, quoted: bool, length: usize) -> Word<'s> {
        let start = offset(self.position);
        self.position += length;
        Word { text, quoted, at: Span { source: self.source, start, end: offset(self.position) } }
    }
}

/// Inside quotes a backslash takes the next character as it is.
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
