//! Lines and columns of places.

use std::collections::HashMap;
use std::ops::Range;

use super::blocks::Blocks;
use super::source::Sources;
use crate::model::{SourceId, Span};

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

/// Converts spans into positions. The lines and characters of a source are counted for its first
/// span.
#[derive(Debug)]
pub struct Locator<'s> {
    sources: &'s Sources,
    blocks: HashMap<SourceId, Blocks<'s>>,
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
        Self { sources, blocks: HashMap::new() }
    }

    /// Returns the position of a span.
    pub fn position(&mut self, span: Span) -> Position<'s> {
        let bytes = self.bytes(span);
        self.position_of(span.source, &bytes)
    }

    /// Returns the bytes of a span.
    pub(crate) fn bytes(&mut self, span: Span) -> Range<usize> {
        let blocks = self.blocks(span.source);
        let (start, end) = blocks.inside(span.start, span.end);
        blocks.byte(start)..blocks.byte(end)
    }

    /// Returns the position of bytes of a source.
    pub(crate) fn position_of(&mut self, source: SourceId, bytes: &Range<usize>) -> Position<'s> {
        let name = self.sources.get(source).name();
        let blocks = self.blocks(source);
        let (line, column) = blocks.locate(bytes.start);
        let (end_line, end_column) = blocks.locate(bytes.end);
        Position { source: name, line, column, end_line, end_column }
    }

    /// Returns the first line of a span.
    pub(crate) fn excerpt(&mut self, span: Span) -> Excerpt<'s> {
        let Range { start, end } = self.bytes(span);
        let (line, line_start) = self.blocks(span.source).line(start);
        let marked = (start - line_start).min(line.len())..(end - line_start).min(line.len());
        Excerpt { line, marked }
    }

    fn blocks(&mut self, source: SourceId) -> &Blocks<'s> {
        self.blocks.entry(source).or_insert_with(|| {
            let source = self.sources.get(source);
            Blocks::of(source.text(), source.syntax().definition().offsets)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::blocks::BLOCK;
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
        let mixed = "aé\n".repeat(BLOCK) + &"xß€\u{1f600}".repeat(BLOCK / 3) + "\r\nß";
        for text in [mixed, "é".repeat(BLOCK / 2), "a".repeat(2 * BLOCK + 5), "a\n".repeat(BLOCK), String::new()] {
            for syntax in [Syntax::Json, Syntax::Yaml] {
                let mut sources = Sources::default();
                let source = sources.add(Source::new("f".to_owned(), text.clone(), syntax));
                let mut locator = Locator::new(&sources);
                let (mut line, mut column) = (1, 0);
                for (number, (byte, c)) in text.char_indices().enumerate() {
                    (line, column) = if text[..byte].ends_with('\n') { (line + 1, 1) } else { (line, column + 1) };
                    // The places near the ends of blocks, and some of the others.
                    if (8..BLOCK - 8).contains(&(byte % BLOCK)) && number % 97 > 0 {
                        continue;
                    }
                    let (start, length) = if syntax == Syntax::Yaml { (number, 1) } else { (byte, c.len_utf8()) };
                    let start = u32::try_from(start).expect("small");
                    let span = Span { source, start, end: start + u32::try_from(length).expect("small") };
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
