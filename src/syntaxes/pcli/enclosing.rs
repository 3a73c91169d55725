//! The element around a line, and the meaning of keywords in it.

use crate::diagnostics::{alike, appearances, is_plain};
use crate::elements::{Elements, Meaning, ROOT, Shape};
use crate::syntaxes::pcli::model::ModelElement;
use crate::syntaxes::pcli::words::Word;

/// The element that encloses a line.
#[derive(Clone, Copy)]
pub(super) struct Enclosing {
    /// Its elements that are read.
    pub(super) read: &'static Elements,
    /// The element in the model, if the model has it.
    pub(super) model: Option<&'static ModelElement>,
}

/// The meaning of a keyword in an element.
pub(super) enum KeywordMeaning<'w> {
    /// An element that is read.
    Element(&'static str, Shape),
    /// An element that does not exist. It is kept and reported.
    Unknown,
    /// Probably this element, in the plural or misspelled.
    Misspelled(&'static str),
    /// The start of several names.
    Ambiguous(Vec<&'w str>),
    /// The command `delete`.
    Delete,
    /// An element that is skipped.
    Skipped,
}

impl Enclosing {
    /// Returns the outermost level.
    pub(super) fn root() -> Self {
        Self { read: &ROOT, model: None }
    }

    /// Returns true for the outermost level.
    pub(super) fn is_root(self) -> bool {
        std::ptr::eq(self.read, &ROOT)
    }

    /// Returns the child with this name, which has the elements `read`.
    pub(super) fn within(self, name: &str, read: &'static Elements) -> Self {
        Self { read, model: self.model_of(name) }
    }

    /// Returns the child with this name in the model.
    pub(super) fn model_of(self, name: &str) -> Option<&'static ModelElement> {
        if !self.is_root() {
            return self.model.and_then(|model| model.child(name));
        }
        match name {
            "config" => Some(ModelElement::config()),
            "authority" => Some(ModelElement::authority()),
            _ => ModelElement::authority().child(name),
        }
    }

    /// Returns true if an element of exactly this name is valid here. The outermost level may be
    /// that of a fragment.
    pub(super) fn has(self, name: &str) -> bool {
        let is_read = if self.is_root() { self.read.find(name).is_some() } else { self.read.holds(name) };
        is_read || self.model_of(name).is_some()
    }

    /// Returns true for an element that is read here only to be reported.
    pub(super) fn is_misplaced(self, name: &str) -> bool {
        let is_fragment = |name| matches!(name, "config" | "authority" | "router" | "service");
        self.read.find(name).is_some_and(|(name, _)| if self.is_root() { !is_fragment(name) } else { !self.has(name) })
    }

    /// Returns the meaning of a word. A quoted word is neither a command nor an abbreviation.
    pub(super) fn meaning_of(self, keyword: &Word<'_>) -> KeywordMeaning<'static> {
        match self.meaning(&keyword.text) {
            KeywordMeaning::Element(name, _) | KeywordMeaning::Misspelled(name)
                if keyword.quoted && !self.read.is_name(&keyword.text, name) && !self.is_alike(keyword) =>
            {
                KeywordMeaning::Unknown
            }
            KeywordMeaning::Delete | KeywordMeaning::Ambiguous(_) if keyword.quoted => KeywordMeaning::Unknown,
            meaning => meaning,
        }
    }

    /// Returns the meaning of a keyword without quotes.
    pub(super) fn meaning(self, keyword: &str) -> KeywordMeaning<'static> {
        if let Some((name, shape)) = self.read.find(keyword) {
            return KeywordMeaning::Element(name, shape);
        }
        if self.is_root() && matches!(keyword, "configure" | "conf") {
            return self.meaning("config");
        }
        if keyword == "delete" {
            return KeywordMeaning::Delete;
        }
        if !self.is_root()
            && !keyword.is_empty()
            && let Some(meaning) = self.abbreviated(keyword)
        {
            return meaning;
        }
        match self.read.meaning(keyword) {
            Meaning::Unknown => KeywordMeaning::Unknown,
            Meaning::Misspelled(_) if self.model_of(keyword).is_some() => KeywordMeaning::Skipped,
            // The outermost level may contain sentences, with words that are similar to names.
            Meaning::Misspelled(known) if self.is_root() && !keyword.starts_with(known) => KeywordMeaning::Skipped,
            Meaning::Misspelled(known) => KeywordMeaning::Misspelled(known),
            _ => self.confusable(keyword).map_or(KeywordMeaning::Skipped, KeywordMeaning::Misspelled),
        }
    }

    /// Returns the command that a keyword looks like, or the element: abbreviated or skipped.
    fn confusable(self, keyword: &str) -> Option<&'static str> {
        if self.is_root() {
            return None;
        }
        let commands = ["delete", "exit"];
        if is_plain(keyword) {
            return alike(keyword, commands);
        }
        let abbreviated = || {
            appearances(keyword).iter().filter(|seen| !seen.is_empty()).find_map(|seen| match self.abbreviated(seen) {
                Some(KeywordMeaning::Element(name, _)) => Some(name),
                _ => None,
            })
        };
        let skipped = self.model.into_iter().flat_map(|model| model.starting_with("")).map(|element| element.name);
        alike(keyword, commands).or_else(|| alike(keyword, skipped.collect::<Vec<_>>())).or_else(abbreviated)
    }

    /// Returns true if a word on a line is an element that is read, apart from its characters or
    /// its case.
    pub(super) fn is_alike(self, word: &Word<'_>) -> bool {
        self.read.find(&word.text).is_none() && self.read.alike(&word.text).is_some()
    }

    /// Returns the meaning of an abbreviation of elements that are read. As in the product, it
    /// must be the start of only one name.
    fn abbreviated(self, keyword: &str) -> Option<KeywordMeaning<'static>> {
        let ours = || self.read.known.iter().filter(|known| known.name.starts_with(keyword));
        ours().next()?;
        if self.model_of(keyword).is_some() {
            return Some(KeywordMeaning::Skipped);
        }
        let mut names: Vec<&'static str> = ours().map(|known| known.name).collect();
        let model = self.model.into_iter().flat_map(|model| model.starting_with(keyword)).map(|element| element.name);
        names.extend(model);
        names.sort_unstable();
        names.dedup();
        match names[..] {
            [_] => ours().next().map(|known| KeywordMeaning::Element(known.name, known.shape)),
            _ => Some(KeywordMeaning::Ambiguous(names)),
        }
    }
}
