//! The sources read, and lines and columns for the places in them.

use std::collections::HashMap;

use crate::input::text::Text;
use crate::model::{SourceId, Span};
use crate::syntaxes::comments::{Comment, comments};
use crate::syntaxes::{Offsets, Syntax};

/// The text of one file, or of standard input.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: Text,
    syntax: Syntax,
    skipped: bool,
}

impl Source {
    /// A source to read as `syntax`.
    pub(crate) fn new(name: String, text: impl Into<Text>, syntax: Syntax) -> Self {
        Self { name, text: text.into(), syntax, skipped: false }
    }

    /// A source that is kept for the places in it alone.
    pub(crate) fn unread(name: String, text: String) -> Self {
        Self { name, text: text.into(), syntax: Syntax::Pcli, skipped: true }
    }

    /// What messages call it: its path as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text. Of a large one this takes milliseconds: ask once.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// The syntax that it is read as.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Returns the comments that are for this program, in order.
    #[must_use]
    pub fn comments(&self) -> Vec<Comment<'_>> {
        if self.skipped { Vec::new() } else { comments(self.text(), self.syntax) }
    }

    /// A range of its bytes in the unit of its spans.
    pub(crate) fn span(&self, id: SourceId, bytes: std::ops::Range<usize>) -> Span {
        let text = self.text();
        let unit = |byte: usize| {
            if self.syntax.definition().offsets == Offsets::Characters { text[..byte].chars().count() } else { byte }
        };
        Span {
            source: id,
            start: crate::syntaxes::offset(unit(bytes.start)),
            end: crate::syntaxes::offset(unit(bytes.end)),
        }
    }

    /// Whether it is kept for positions alone.
    pub(crate) fn skipped(&self) -> bool {
        self.skipped
    }
}

/// All sources in the order in which they were read.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source that is no configuration, for the places in it.
    pub(crate) fn add_beside(&mut self, name: String, text: String) -> SourceId {
        self.add(Source::unread(name, text))
    }

    pub(crate) fn add(&mut self, source: Source) -> SourceId {
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
    lines: HashMap<SourceId, (&'s str, Lines)>,
}

/// Where the lines of a source start, and how its offsets become bytes and columns.
#[derive(Debug)]
struct Lines {
    /// Byte offset of each line.
    bytes: Vec<usize>,
    /// Character offset of each line; none where every character is one byte.
    characters: Option<Vec<usize>>,
    /// The unit of the spans.
    in_characters: bool,
    /// Where the text ends, in the unit of the spans; and where it ends but for white space.
    end: usize,
    last: usize,
    /// A place in a line whose column is known: byte offset, characters before it. Documents of one line are long, and are gone through in order.
    known: (usize, usize),
}

/// The line that a span starts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt<'s> {
    /// The line without its end.
    pub line: &'s str,
    /// The part of the span that is on the line, in bytes.
    pub marked: std::ops::Range<usize>,
}

impl<'s> Locator<'s> {
    /// A locator for these sources.
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, lines: HashMap::new() }
    }

    /// The position of a span.
    pub fn position(&mut self, span: Span) -> Position<'s> {
        let name = self.sources.get(span.source).name();
        let (text, lines) = self.lines(span.source);
        let (start, end) = lines.inside(span);
        let (line, column) = lines.locate(text, start);
        let (end_line, end_column) = lines.locate(text, end);
        Position { source: name, line, column, end_line, end_column }
    }

    /// The line that a span starts on.
    pub fn excerpt(&mut self, span: Span) -> Excerpt<'s> {
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

    fn lines(&mut self, source: SourceId) -> (&'s str, &mut Lines) {
        let (text, lines) = self.lines.entry(source).or_insert_with(|| {
            let source = self.sources.get(source);
            let text = source.text();
            (text, Lines::of(text, source.syntax))
        });
        (text, lines)
    }
}

impl Lines {
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

    /// A span's start and end where there is text. What is found at the end of the text, some parsers put behind it; it is shown behind the last word.
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

    /// Line and column of an offset in the source's unit, from 1.
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

    /// An offset in the source's unit as bytes, at a character's start.
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

/// A continuation byte starts no character.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::{Locator, Source, Sources};
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
