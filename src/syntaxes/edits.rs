//! The edits of a text that make a change ([`crate::model::Fix`]).
//!
//! Each syntax makes the edits of its texts. It makes none if the text at the place is not what the
//! change expects: an escaped name, a value from an alias, or a list in an unusual form. Then the
//! user makes the change by hand.

use std::ops::Range;

use super::Syntax;
use crate::model::{Action, Span};

/// The replacement of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The replaced bytes. They are empty where text is inserted.
    pub range: Range<usize>,
    /// The new text.
    pub replacement: String,
}

/// A place in a text.
pub(crate) struct Place<'t> {
    /// The whole text.
    pub(crate) text: &'t str,
    /// The bytes of the place.
    pub(crate) at: Range<usize>,
}

/// Returns the edits that make a change. `None` if the syntax cannot make it there.
pub(crate) fn edits(syntax: Syntax, place: &Place<'_>, action: &Action) -> Option<Vec<TextEdit>> {
    (syntax.definition().edits)(place, action)
}

impl<'t> Place<'t> {
    /// Returns the text of the place.
    pub(super) fn token(&self) -> &'t str {
        &self.text[self.at.clone()]
    }

    /// Returns the edits that replace the text of the place.
    pub(super) fn replaced(&self, replacement: impl Into<String>) -> Vec<TextEdit> {
        vec![TextEdit { range: self.at.clone(), replacement: replacement.into() }]
    }

    /// Returns the bytes of the line at the start of the place, with its line ending.
    pub(super) fn line(&self) -> Range<usize> {
        line_at(self.text, self.at.start)
    }
}

impl TextEdit {
    /// Returns the edit that removes a part.
    pub(super) fn removal(range: Range<usize>) -> Self {
        Self { range, replacement: String::new() }
    }
}

/// Returns the bytes of the line at a byte, with its line ending.
pub(super) fn line_at(text: &str, byte: usize) -> Range<usize> {
    let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[byte..].find('\n').map_or(text.len(), |newline| byte + newline + 1);
    start..end
}

/// Returns the range of an element of a list in brackets with its comma: the one after it, or else
/// the one before it. White space before the next element goes, so that it takes the place.
pub(super) fn with_comma(text: &str, element: Range<usize>) -> Range<usize> {
    let after = &text[element.end..];
    if let Some(rest) = after.trim_start().strip_prefix(',') {
        let next = rest.trim_start();
        return element.start..text.len() - next.len();
    }
    let before = text[..element.start].trim_end();
    before.strip_suffix(',').map_or(element.clone(), |rest| rest.len()..element.end)
}

/// Returns the bytes of a span in a syntax whose offsets are bytes.
pub(super) fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Returns the edits of a text applied to it. The edits are sorted, and do not overlap.
#[must_use]
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut edited = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        edited.push_str(&text[end..edit.range.start]);
        edited.push_str(&edit.replacement);
        end = edit.range.end;
    }
    edited.push_str(&text[end..]);
    edited
}

/// Applies an action at the first place of `token`. `-` is a refusal.
#[cfg(test)]
pub(super) fn edited(
    edits: fn(&Place<'_>, &Action) -> Option<Vec<TextEdit>>,
    text: &str,
    token: &str,
    action: &Action,
) -> String {
    let start = text.find(token).expect("there");
    let place = Place { text, at: start..start + token.len() };
    edits(&place, action).map_or_else(|| "-".to_owned(), |edits| apply(text, &edits))
}
