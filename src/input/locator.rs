//! Lines and columns of places.

use std::collections::HashMap;
use std::ops::Range;

use super::source::Sources;
use crate::model::{SourceId, Span};
use crate::syntaxes::{Offsets, Syntax};

/// A place in lines and columns, which count from 1. Columns count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position<'s> {
    /// The name of the source.
    pub source: &'s str,
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the position after the last character.
    pub end_line: usize,
    /// The column of the position after the last character.
    pub end_column: usize,
}

/// Converts spans into positions. The lines of a source are counted for its first span.
#[derive(Debug)]
pub struct Locator<'s> {
    sources: &'s Sources,
    lines: HashMap<SourceId, (&'s str, LineStarts)>,
}

/// The starts of the lines of a source, to convert its offsets.
#[derive(Debug)]
struct LineStarts {
    /// The start of each line in bytes.
    bytes: Vec<usize>,
    /// The start of each line in characters, or `None` if each character is one byte.
    characters: Option<Vec<usize>>,
    /// True if the spans count characters.
    in_characters: bool,
    /// The end of the text, in the unit of the spans.
    end: usize,
    /// The end of the text without white space.
    last: usize,
    /// The byte of the last position, and the characters before it in its line. Spans arrive in
    /// order, so the columns of one long line are not counted from its start each time.
    known: (usize, usize),
}

/// The first line of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt<'s> {
    /// The line without its line ending.
    pub line: &'s str,
    /// The bytes of the span on the line.
    pub marked: Range<usize>,
}

impl<'s> Locator<'s> {
    /// Returns a locator for these sources.
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, lines: HashMap::new() }
    }

    /// Returns the position of a span.
    pub fn position(&mut self, span: Span) -> Position<'s> {
        let name = self.sources.get(span.source).name();
        let (text, lines) = self.lines(span.source);
        let (start, end) = lines.inside(span);
        let (line, column) = lines.locate(text, start);
        let (end_line, end_column) = lines.locate(text, end);
        Position { source: name, line, column, end_line, end_column }
    }

    /// Returns the first line of a span.
    pub(crate) fn excerpt(&mut self, span: Span) -> Excerpt<'s> {
        let (text, lines) = self.lines(span.source);
        let (start, end) = lines.inside(span);
        let (start, end) = (lines.byte(text, start), lines.byte(text, end));
        let line_start = lines.bytes[lines.line_of_byte(start)];
        let rest = &text[line_start..];
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let marked = (start - line_start).min(line.len())..(end - line_start).min(line.len());
        Excerpt { line, marked }
    }

    fn lines(&mut self, source: SourceId) -> (&'s str, &mut LineStarts) {
        let (text, lines) = self.lines.entry(source).or_insert_with(|| {
            let source = self.sources.get(source);
            let text = source.text();
            (text, LineStarts::of(text, source.syntax()))
        });
        (text, lines)
    }
}

impl LineStarts {
    fn of(text: &str, syntax: Syntax) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline + 1);
        let bytes: Vec<usize> = std::iter::once(0).chain(starts).collect();
        let characters = (!text.is_ascii()).then(|| {
            let mut before = 0;
            let ends = bytes.iter().skip(1).copied().chain([text.len()]);
            let starts = bytes.iter().zip(ends).map(|(start, end)| {
                let here = before;
                before += characters_in(&text.as_bytes()[*start..end]);
                here
            });
            starts.collect()
        });
        let in_characters = syntax.definition().offsets == Offsets::Characters;
        let unit = |text: &str| if in_characters { text.chars().count() } else { text.len() };
        Self { bytes, characters, in_characters, end: unit(text), last: unit(text.trim_end()), known: (0, 0) }
    }

    /// Limits a span to the text. Some parsers report a fault after the end of the text. It is
    /// shown after the last word.
    fn inside(&self, span: Span) -> (usize, usize) {
        let start = span.start as usize;
        if start >= self.end {
            return (self.last, self.last);
        }
        (start, (span.end as usize).min(self.end).max(start))
    }

    fn line_of_byte(&self, byte: usize) -> usize {
        self.bytes.partition_point(|start| *start <= byte) - 1
    }

    /// Returns the line and the column of an offset, from 1.
    fn locate(&mut self, text: &str, offset: usize) -> (usize, usize) {
        let Some(characters) = &self.characters else {
            let line = self.line_of_byte(offset);
            return (line + 1, offset - self.bytes[line] + 1);
        };
        if self.in_characters {
            let line = characters.partition_point(|start| *start <= offset) - 1;
            return (line + 1, offset - characters[line] + 1);
        }
        let byte = offset.min(text.len());
        let line = self.line_of_byte(byte);
        let start = self.bytes[line];
        let (from, before) = if (start..=byte).contains(&self.known.0) { self.known } else { (start, 0) };
        let column = before + characters_in(&text.as_bytes()[from..byte]);
        self.known = (byte, column);
        (line + 1, column + 1)
    }

    /// Converts an offset into bytes, at the start of a character.
    fn byte(&self, text: &str, offset: usize) -> usize {
        let byte = match &self.characters {
            Some(characters) if self.in_characters => {
                let line = characters.partition_point(|start| *start <= offset) - 1;
                let rest = &text[self.bytes[line]..];
                let within = offset - characters[line];
                self.bytes[line] + rest.char_indices().nth(within).map_or(rest.len(), |(byte, _)| byte)
            }
            _ => offset.min(text.len()),
        };
        (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0)
    }
}

/// Returns the number of characters: the bytes that are not continuation bytes.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::Locator;
    use crate::input::{Source, Sources};
    use crate::model::Span;
    use crate::syntaxes::Syntax;

    #[test]
    fn columns_count_characters() {
        let text = "a: é\nbß: x\n";
        for syntax in [Syntax::Pcli, Syntax::Yaml] {
            let mut sources = Sources::default();
            let source = sources.add(Source::new("f".to_owned(), text.to_owned(), syntax));
            let byte = text.find('x').expect("there");
            let start = if syntax == Syntax::Yaml { text[..byte].chars().count() } else { byte };
            let start = u32::try_from(start).expect("small");
            let position = Locator::new(&sources).position(Span { source, start, end: start + 1 });
            assert_eq!((position.line, position.column, position.end_line, position.end_column), (2, 5, 2, 6));
        }
    }
}
