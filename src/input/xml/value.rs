//! The values of leaves.

use std::borrow::Cow;

use super::{Invalid, Next, Reader, Start};
use crate::model::Span;
use crate::model::document::{Content, Scalar, ScalarStyle, Tree};

impl<'s> Reader<'s, '_> {
    /// A leaf's text, without the white space around it that is there for the eye: as written, not by reference.
    pub(super) fn leaf(&mut self, start: Start<'s>) -> Result<Tree<'s>, Invalid> {
        let mut parts: Vec<(Cow<'s, str>, Span, bool)> = Vec::new();
        let mut holds_elements = false;
        while !start.is_empty {
            match self.next()? {
                Next::Text(text, at, is_written) => parts.push((text, at, is_written)),
                Next::Start(child) => {
                    holds_elements = true;
                    self.skip(child)?;
                }
                Next::End => break,
                Next::Eof => return Err(Self::unfinished(&start)),
            }
        }
        self.leave(&start);
        if holds_elements {
            return Ok(Tree { at: start.at, content: Content::Mapping(Vec::new()) });
        }
        trim(&mut parts);
        let at = parts.iter().map(|(_, at, _)| *at).reduce(Span::to).unwrap_or(start.at);
        let text = match <[_; 1]>::try_from(parts) {
            Ok([(text, ..)]) => text,
            Err(parts) => Cow::Owned(parts.into_iter().map(|(text, ..)| text).collect()),
        };
        Ok(Tree { at, content: Content::Scalar(Scalar { text, style: ScalarStyle::Quoted }) })
    }

    /// A reference to a character, or to one of the five entities that XML has.
    pub(super) fn reference(&self, name: &str) -> Result<Next<'s>, Invalid> {
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

fn trim(parts: &mut Vec<(Cow<'_, str>, Span, bool)>) {
    while let Some((text, at, true)) = parts.first_mut() {
        let kept = text.trim_ascii_start().len();
        at.start += super::offset(text.len() - kept);
        cut(text, |text| text.trim_ascii_start());
        if kept > 0 {
            break;
        }
        parts.remove(0);
    }
    while let Some((text, at, true)) = parts.last_mut() {
        let kept = text.trim_ascii_end().len();
        at.end -= super::offset(text.len() - kept);
        cut(text, |text| text.trim_ascii_end());
        if kept > 0 {
            break;
        }
        parts.pop();
    }
}

fn cut(text: &mut Cow<'_, str>, trimmed: impl Fn(&str) -> &str) {
    match text {
        Cow::Borrowed(borrowed) => *borrowed = trimmed(borrowed),
        Cow::Owned(owned) => *owned = trimmed(owned).to_owned(),
    }
}
