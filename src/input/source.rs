//! The sources read, and lines and columns for the places in them.

use std::collections::HashMap;

use super::Syntax;
use crate::model::{SourceId, Span};

/// The text of one file, or of standard input.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    syntax: Syntax,
    skipped: bool,
}

impl Source {
    /// A source to read as `syntax`.
    pub(super) fn new(name: String, text: String, syntax: Syntax) -> Self {
        Self { name, text, syntax, skipped: false }
    }

    /// A source that is kept for the places in it alone.
    pub(super) fn unread(name: String, text: String) -> Self {
        Self { name, text, syntax: Syntax::Pcli, skipped: true }
    }

    /// What messages call it: its path as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The syntax that it is read as.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Whether it is kept for positions alone.
    pub(super) fn skipped(&self) -> bool {
        self.skipped
    }
}

/// All sources in the order in which they were read.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    pub(super) fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).expect("fewer than 2^32 sources"))
    }

    /// The source with this number.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// The sources with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }
}

/// A place as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position<'s> {
    /// The source's name.
    pub source: &'s str,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line behind the last character.
    pub end_line: usize,
    /// Column behind the last character.
    pub end_column: usize,
}

/// Turns spans into positions; a source's lines are counted when the first of its spans is asked for.
#[derive(Debug)]
pub struct Locator<'s> {
    sources: &'s Sources,
    lines: HashMap<SourceId, Lines>,
}

/// Where each line starts, in the source's unit.
#[derive(Debug)]
struct Lines(Vec<usize>);

impl<'s> Locator<'s> {
    /// A locator for these sources.
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, lines: HashMap::new() }
    }

    /// The position of a span.
    pub fn position(&mut self, span: Span) -> Position<'s> {
        let source = self.sources.get(span.source);
        let lines = self.lines.entry(span.source).or_insert_with(|| Lines::of(source));
        let (line, column) = lines.locate(source, span.start as usize);
        let (end_line, end_column) = lines.locate(source, (span.end as usize).max(span.start as usize));
        Position { source: &source.name, line, column, end_line, end_column }
    }
}

impl Lines {
    fn of(source: &Source) -> Self {
        let mut starts = vec![0];
        if source.syntax == Syntax::Yaml {
            starts.extend(source.text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(index, _)| index + 1));
        } else {
            starts.extend(source.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(index, _)| index + 1));
        }
        Self(starts)
    }

    fn locate(&self, source: &Source, offset: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= offset);
        let start = self.0[line - 1];
        let column = if source.syntax == Syntax::Yaml {
            offset - start
        } else {
            let text = &source.text.as_bytes()[start..offset.min(source.text.len())];
            // A continuation byte starts no character.
            text.iter().filter(|b| (**b & 0xC0) != 0x80).count()
        };
        (line, column + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Locator, Source, Sources};
    use crate::input::Syntax;
    use crate::model::Span;

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
