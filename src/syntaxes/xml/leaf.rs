//! Leaves and their values.

use std::borrow::Cow;

use super::reader::{Next, Start, XmlReader, unfinished};
use crate::model::Span;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};
use crate::syntaxes::{SyntaxError, offset};

impl<'s> XmlReader<'s, '_> {
    /// Reads the value of a leaf. Ignores literal white space around the value, but keeps white
    /// space from references and CDATA sections.
    pub(super) fn leaf(&mut self, start: Start<'s>) -> Result<Tree<'s>, SyntaxError> {
        let mut value = LeafText::default();
        let mut holds_elements = false;
        let mut is_over = start.is_empty;
        while !is_over {
            match self.next()? {
                Next::Text(text, at, is_literal) => value.add(text, at, is_literal),
                Next::Start(child) => {
                    holds_elements = true;
                    self.skip(child)?;
                }
                Next::End => is_over = true,
                Next::Eof => return Err(unfinished(&start)),
            }
        }
        self.leave(&start);
        if holds_elements {
            return Ok(Tree { at: start.at, content: Content::Mapping(Vec::new()) });
        }
        let at = value.at.unwrap_or(start.at);
        Ok(Tree { at, content: Content::Scalar(Scalar { text: value.trimmed(), style: ScalarStyle::Text }) })
    }
}

/// The text of a leaf, which arrives in parts.
#[derive(Default)]
struct LeafText<'s> {
    text: Cow<'s, str>,
    /// The length of the text without literal white space at its end.
    kept: usize,
    /// The place of the kept text.
    at: Option<Span>,
}

impl<'s> LeafText<'s> {
    fn add(&mut self, part: Cow<'s, str>, at: Span, is_literal: bool) {
        let before = self.text.len();
        let (part, at) = if before == 0 && is_literal { trim_start(part, at) } else { (part, at) };
        let kept = if is_literal { part.trim_ascii_end().len() } else { part.len() };
        if kept > 0 {
            let at = Span { end: at.end - offset(if is_literal { part.len() - kept } else { 0 }), ..at };
            self.at = Some(self.at.map_or(at, |first| first.to(at)));
            self.kept = before + kept;
        }
        if before == 0 { self.text = part } else { self.text.to_mut().push_str(&part) }
    }

    fn trimmed(self) -> Cow<'s, str> {
        match self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..self.kept]),
            Cow::Owned(mut text) => {
                text.truncate(self.kept);
                Cow::Owned(text)
            }
        }
    }
}

/// Returns a text and its place without the white space around it.
pub(super) fn trimmed(text: Cow<'_, str>, at: Span) -> (Cow<'_, str>, Span) {
    let (text, at) = trim_start(text, at);
    let surplus = text.len() - text.trim_ascii_end().len();
    let at = Span { end: at.end - offset(surplus), ..at };
    (Cow::Owned(text.trim_ascii_end().to_owned()), at)
}

fn trim_start(text: Cow<'_, str>, at: Span) -> (Cow<'_, str>, Span) {
    let length = text.len() - text.trim_ascii_start().len();
    let at = Span { start: at.start + offset(length), ..at };
    match text {
        Cow::Borrowed(text) => (Cow::Borrowed(&text[length..]), at),
        Cow::Owned(text) => (Cow::Owned(text[length..].to_owned()), at),
    }
}
