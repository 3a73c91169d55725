//! The values of leaves.

use std::borrow::Cow;

use crate::model::Span;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};
use crate::syntaxes::xml::{Invalid, Next, Reader, Start};

impl<'s> Reader<'s, '_> {
    /// A leaf's text, without the white space around it that is there for the eye: as written, not by reference.
    pub(crate) fn leaf(&mut self, start: Start<'s>) -> Result<Tree<'s>, Invalid> {
        let mut value = Value::default();
        let mut holds_elements = false;
        let mut is_over = start.is_empty;
        while !is_over {
            match self.next()? {
                Next::Text(text, at, is_written) => value.add(text, at, is_written),
                Next::Start(child) => {
                    holds_elements = true;
                    self.skip(child)?;
                }
                Next::End => is_over = true,
                Next::Eof => return Err(Self::unfinished(&start)),
            }
        }
        self.leave(&start);
        if holds_elements {
            return Ok(Tree { at: start.at, content: Content::Mapping(Vec::new()) });
        }
        let at = value.at.unwrap_or(start.at);
        Ok(Tree { at, content: Content::Scalar(Scalar { text: value.trimmed(), style: ScalarStyle::Quoted }) })
    }

    /// A reference to a character, or to one of the five entities that XML has.
    pub(crate) fn reference(&self, name: &str) -> Result<Next<'s>, Invalid> {
        let name_at = self.place(name);
        let at = Span { start: name_at.start.saturating_sub(1), end: name_at.end + 1, ..name_at };
        let invalid = || Invalid { at, message: format!("`&{name};` is not resolved; write what it stands for") };
        let character = match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "apos" => '\'',
            "quot" => '"',
            _ => {
                let number = name.strip_prefix('#').ok_or_else(invalid)?;
                let code = match number.strip_prefix('x') {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                    None => number.parse(),
                };
                code.ok().and_then(char::from_u32).ok_or_else(invalid)?
            }
        };
        Ok(Next::Text(Cow::Owned(character.to_string()), at, false))
    }
}

/// A value that comes in parts.
#[derive(Default)]
struct Value<'s> {
    text: Cow<'s, str>,
    /// How much of the text is not white space that is there for the eye.
    kept: usize,
    /// Where what is kept stands.
    at: Option<Span>,
}

impl<'s> Value<'s> {
    fn add(&mut self, part: Cow<'s, str>, at: Span, is_written: bool) {
        let before = self.text.len();
        let (part, at) = if before == 0 && is_written { trim_start(part, at) } else { (part, at) };
        let kept = if is_written { part.trim_ascii_end().len() } else { part.len() };
        if kept > 0 {
            let at = Span {
                end: at.end - crate::syntaxes::xml::offset(if is_written { part.len() - kept } else { 0 }),
                ..at
            };
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

/// A text and its place without the white space around it.
pub(crate) fn trimmed(text: Cow<'_, str>, at: Span) -> (Cow<'_, str>, Span) {
    let (text, at) = trim_start(text, at);
    let surplus = text.len() - text.trim_ascii_end().len();
    let at = Span { end: at.end - crate::syntaxes::xml::offset(surplus), ..at };
    (Cow::Owned(text.trim_ascii_end().to_owned()), at)
}

fn trim_start(text: Cow<'_, str>, at: Span) -> (Cow<'_, str>, Span) {
    let length = text.len() - text.trim_ascii_start().len();
    let at = Span { start: at.start + crate::syntaxes::xml::offset(length), ..at };
    match text {
        Cow::Borrowed(text) => (Cow::Borrowed(&text[length..]), at),
        Cow::Owned(text) => (Cow::Owned(text[length..].to_owned()), at),
    }
}
