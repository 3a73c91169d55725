//! Lines and columns of places.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

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

impl<'s> Position<'s> {
    /// Returns the start of a source.
    pub(crate) fn start_of(source: &'s str) -> Self {
        Self { source, line: 1, column: 1, end_line: 1, end_column: 1 }
    }
}

/// Converts spans into positions. The lines of a source are counted for its first span.
#[derive(Debug)]
pub struct Locator<'s> {
    sources: &'s Sources,
    lines: HashMap<SourceId, (&'s str, LineStarts)>,
}

/// The lines and characters of a source, to convert its offsets.
///
/// A line can be as long as the text. So nothing is counted or searched from the start of a line.
#[derive(Debug)]
struct LineStarts {
    /// The start of each line in bytes.
    bytes: Vec<usize>,
    /// The number of characters before each block of [`BLOCK`] bytes, or `None` if each character
    /// is one byte.
    characters: Option<Vec<usize>>,
    /// True if the spans count characters.
    in_characters: bool,
    /// The end of the text, in the unit of the spans.
    end: usize,
    /// The end of the text without white space.
    last: usize,
}

/// The number of bytes in which characters are counted one by one.
const BLOCK: usize = 1024;

/// The number of bytes in which a thread looks for lines.
const PIECE: usize = 1 << 20;

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

    /// Returns the bytes of a span.
    pub(crate) fn bytes(&mut self, span: Span) -> Range<usize> {
        let (text, lines) = self.lines(span.source);
        let (start, end) = lines.inside(span);
        lines.byte(text, start)..lines.byte(text, end)
    }

    /// Returns the position of bytes of a source.
    pub(crate) fn position_of(&mut self, source: SourceId, bytes: &Range<usize>) -> Position<'s> {
        let name = self.sources.get(source).name();
        let (text, lines) = self.lines(source);
        let (line, column) = lines.locate_byte(text, bytes.start);
        let (end_line, end_column) = lines.locate_byte(text, bytes.end);
        Position { source: name, line, column, end_line, end_column }
    }

    /// Returns the first line of a span.
    pub(crate) fn excerpt(&mut self, span: Span) -> Excerpt<'s> {
        let (text, lines) = self.lines(span.source);
        let (start, end) = lines.inside(span);
        let (start, end) = (lines.byte(text, start), lines.byte(text, end));
        let number = lines.line_of_byte(start);
        let line_start = lines.bytes[number];
        let line_end = lines.bytes.get(number + 1).map_or(text.len(), |next| next - 1);
        let line = &text[line_start..line_end];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let marked = (start - line_start).min(line.len())..(end - line_start).min(line.len());
        Excerpt { line, marked }
    }

    fn lines(&mut self, source: SourceId) -> (&'s str, &LineStarts) {
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
        let pieces = text.as_bytes().par_chunks(PIECE).enumerate();
        let starts = pieces.flat_map_iter(|(piece, bytes)| {
            memchr::memchr_iter(b'\n', bytes).map(move |newline| piece * PIECE + newline + 1)
        });
        let bytes: Vec<usize> = rayon::iter::once(0).chain(starts).collect();
        let is_ascii = text.as_bytes().par_chunks(PIECE).all(<[u8]>::is_ascii);
        let characters = (!is_ascii).then(|| {
            let counts: Vec<usize> = text.as_bytes().par_chunks(BLOCK).map(characters_in).collect();
            let counts = counts.into_iter().scan(0, |before, count| {
                let here = *before;
                *before += count;
                Some(here)
            });
            counts.collect()
        });
        let in_characters = syntax.definition().offsets == Offsets::Characters;
        let unit = |text: &str| if in_characters { text.chars().count() } else { text.len() };
        Self { bytes, characters, in_characters, end: unit(text), last: unit(text.trim_end()) }
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
    fn locate(&self, text: &str, offset: usize) -> (usize, usize) {
        let byte = if self.in_characters { self.byte(text, offset) } else { offset.min(text.len()) };
        self.locate_byte(text, byte)
    }

    /// Returns the line and the column of a byte, from 1.
    fn locate_byte(&self, text: &str, byte: usize) -> (usize, usize) {
        let line = self.line_of_byte(byte);
        let column = self.characters_before(text, byte) - self.characters_before(text, self.bytes[line]);
        (line + 1, column + 1)
    }

    /// Returns the number of characters before a byte.
    fn characters_before(&self, text: &str, byte: usize) -> usize {
        let Some(characters) = &self.characters else { return byte };
        let block = (byte / BLOCK).min(characters.len() - 1);
        characters[block] + characters_in(&text.as_bytes()[block * BLOCK..byte])
    }

    /// Converts an offset into bytes, at the start of a character.
    fn byte(&self, text: &str, offset: usize) -> usize {
        match &self.characters {
            Some(characters) if self.in_characters => {
                let block = characters.partition_point(|before| *before <= offset) - 1;
                let bytes = &text.as_bytes()[block * BLOCK..];
                let starts = bytes.iter().enumerate().filter(|(_, byte)| is_start(**byte));
                let byte = starts.map(|(index, _)| index).nth(offset - characters[block]);
                byte.map_or(text.len(), |index| block * BLOCK + index)
            }
            _ => (0..=offset.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0),
        }
    }
}

/// Returns the number of characters: the bytes that are not continuation bytes.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| is_start(**byte)).count()
}

/// Returns true for the first byte of a character.
fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
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

    /// Compares with counting from the start, in lines that are longer and shorter than a block.
    #[test]
    fn long_lines_have_the_same_columns_as_short_ones() {
        for text in ["aé\n".repeat(700) + &"xß€\u{1f600}".repeat(600) + "\r\nß", "é".repeat(512), "a".repeat(3000)]
        {
            for syntax in [Syntax::Json, Syntax::Yaml] {
                let mut sources = Sources::default();
                let source = sources.add(Source::new("f".to_owned(), text.clone(), syntax));
                let mut locator = Locator::new(&sources);
                for (number, (byte, c)) in text.char_indices().enumerate() {
                    let (start, length) = if syntax == Syntax::Yaml { (number, 1) } else { (byte, c.len_utf8()) };
                    let start = u32::try_from(start).expect("small");
                    let span = Span { source, start, end: start + u32::try_from(length).expect("small") };
                    let line = text[..byte].matches('\n').count() + 1;
                    let line_start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
                    let column = text[line_start..byte].chars().count() + 1;
                    let position = locator.position(span);
                    assert_eq!((position.line, position.column), (line, column), "{byte}");
                    if c != '\n' && c != '\r' {
                        assert_eq!((position.end_line, position.end_column), (line, column + 1), "{byte}");
                        let excerpt = locator.excerpt(span);
                        assert_eq!(excerpt.line[excerpt.marked].chars().next(), Some(c), "{byte}");
                    }
                }
            }
        }
    }
}
