//! The sources that were read.

use std::ops::Range;

use super::large_file::FileState;
use super::load::SourceText;
use crate::model::{SourceId, Span};
use crate::syntaxes::comments::Comment;
use crate::syntaxes::{Offsets, Syntax, offset};

/// The text of one file, or of standard input.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: Text,
    syntax: Syntax,
    is_file: bool,
    is_skipped: bool,
    is_found: bool,
    is_foreign: bool,
}

/// The text of a source.
#[derive(Debug)]
enum Text {
    Kept(SourceText),
    /// The text was left out.
    Left(FileState),
}

impl Source {
    /// Returns a source that is read in a syntax.
    pub(super) fn new(name: String, text: impl Into<SourceText>, syntax: Syntax) -> Self {
        Self::of(name, Text::Kept(text.into()), syntax)
    }

    /// Returns a source whose file was read, and whose text is left out.
    pub(super) fn without_text(file: FileState, syntax: Syntax) -> Self {
        Self::of(file.path().display().to_string(), Text::Left(file), syntax)
    }

    fn of(name: String, text: Text, syntax: Syntax) -> Self {
        let (is_file, is_skipped, is_found, is_foreign) = (false, false, false, false);
        Self { name, text, syntax, is_file, is_skipped, is_found, is_foreign }
    }

    /// Returns a source that is kept only because findings have places in it.
    pub(super) fn unread(name: String, text: impl Into<SourceText>) -> Self {
        Self { is_skipped: true, ..Self::new(name, text, Syntax::Pcli) }
    }

    /// Marks a source that was found in a folder: it may not be configuration.
    pub(super) fn found(self, is_found: bool) -> Self {
        Self { is_found, ..self }
    }

    /// Returns the name in messages: the path as given.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text.
    ///
    /// # Panics
    ///
    /// If the text was left out, and [`Sources::load`] did not load it.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Kept(text) => text.get(),
            Text::Left(_) => panic!("the text of {} was left out", self.name),
        }
    }

    /// Returns true if the text was left out.
    pub(super) fn lacks_text(&self) -> bool {
        matches!(self.text, Text::Left(_))
    }

    /// Loads the text if it was left out. Returns false if the file is not as it was.
    fn load(&mut self) -> bool {
        let Text::Left(file) = &self.text else { return true };
        let Some(text) = file.load() else { return false };
        self.text = Text::Kept(text);
        true
    }

    /// Returns the syntax that it is read in.
    #[must_use]
    pub(crate) fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Returns the comments for this program, in order.
    #[must_use]
    pub(crate) fn comments(&self) -> Vec<Comment<'_>> {
        if self.is_skipped || !self.syntax.has_comments() { Vec::new() } else { self.syntax.comments(self.text()) }
    }

    /// Returns the spans of ranges of bytes, in ascending order.
    pub(crate) fn spans(&self, id: SourceId, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Span> {
        let in_characters = self.syntax.definition().offsets == Offsets::Characters;
        let (mut last, mut characters) = (0, 0);
        let mut unit = |byte: usize| {
            characters += if in_characters { self.text()[last..byte].chars().count() } else { byte - last };
            last = byte;
            offset(characters)
        };
        ranges.map(|bytes| Span { source: id, start: unit(bytes.start), end: unit(bytes.end) }).collect()
    }

    /// Returns the place after the last character that is not white space.
    pub(super) fn end(&self, id: SourceId) -> Span {
        let end = self.text().trim_end().len();
        self.spans(id, std::iter::once(end..end))[0]
    }

    /// Returns true if it is kept only because findings have places in it.
    pub(crate) fn is_skipped(&self) -> bool {
        self.is_skipped
    }

    /// Returns true if it was found in a folder.
    pub(crate) fn is_found(&self) -> bool {
        self.is_found
    }

    /// Returns true if the name is the path of a file or folder.
    #[must_use]
    pub(crate) fn is_file(&self) -> bool {
        self.is_file
    }

    /// Returns true if it is not configuration.
    #[must_use]
    pub(crate) fn is_foreign(&self) -> bool {
        self.is_foreign
    }
}

/// All sources in the order in which they were read.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a source that is not a configuration, so that findings can have places in it.
    pub(crate) fn add_beside(&mut self, name: String, text: String) -> SourceId {
        let id = self.add(Source::unread(name, text));
        self.are_files(id);
        id
    }

    /// Adds a source.
    pub(super) fn add(&mut self, source: Source) -> SourceId {
        let id = self.next_id();
        self.0.push(source);
        id
    }

    /// Returns the number of the next source that is added.
    pub(super) fn next_id(&self) -> SourceId {
        SourceId(u32::try_from(self.0.len()).expect("fewer than 2^32 sources"))
    }

    /// Marks the sources from `first` on as files.
    pub(super) fn are_files(&mut self, first: SourceId) {
        self.0[first.0 as usize..].iter_mut().for_each(|source| source.is_file = true);
    }

    /// Marks the sources that are not configuration, and frees their texts.
    pub(super) fn skip(&mut self, foreign: &[SourceId]) {
        for id in foreign {
            let source = &mut self.0[id.0 as usize];
            source.text = Text::Kept(String::new().into());
            (source.is_skipped, source.is_foreign) = (true, true);
        }
    }

    /// Returns true if the text of a source was left out.
    pub(super) fn lack_texts(&self) -> bool {
        self.0.iter().any(Source::lacks_text)
    }

    /// Loads the texts that were left out, for the places of findings. Returns false if a file is
    /// not as it was. Then the configuration must be read again, with its texts.
    #[must_use]
    pub fn load(&mut self) -> bool {
        self.0.iter_mut().all(Source::load)
    }

    /// Returns the source with this number.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Returns the sources with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }
}
