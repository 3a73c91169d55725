//! The places of the scalars of a YAML text.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

/// Returns the bytes of each scalar, and true for one that is quoted or a block. The last item is
/// the byte of the first syntax error, if there is one.
pub(super) fn scalars(text: &str) -> impl Iterator<Item = Result<(Range<usize>, bool), usize>> {
    let (body, shift) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
    let mut parser: Option<Parser<'_, StrInput<'_>>> = Some(Parser::new_from_str(body));
    let mut characters = CharacterOffsets { text: body, byte: 0, character: 0 };
    std::iter::from_fn(move || {
        loop {
            match parser.as_mut()?.next_event()? {
                Ok((Event::Scalar(_, style, ..), span)) => {
                    let bytes = characters.byte(span.start.index()) + shift..characters.byte(span.end.index()) + shift;
                    return Some(Ok((bytes, style != ScalarStyle::Plain)));
                }
                Ok((Event::StreamEnd, _)) => parser = None,
                Ok(_) => {}
                Err(error) => {
                    parser = None;
                    return Some(Err(characters.byte(error.marker().index()) + shift));
                }
            }
        }
    })
}

/// Removes places in quoted and block scalars, and after a syntax error, from a sorted list of
/// bytes.
pub(super) fn retain_outside_values(text: &str, places: &mut Vec<usize>) {
    let mut scalars = scalars(text).peekable();
    places.retain(|at| {
        while scalars.next_if(|scalar| scalar.as_ref().is_ok_and(|(bytes, _)| bytes.end <= *at)).is_some() {}
        match scalars.peek() {
            Some(Ok((bytes, is_value))) => !is_value || *at < bytes.start,
            Some(Err(error)) => at <= error,
            None => true,
        }
    });
}

/// Converts offsets in characters, which the parser counts, into bytes. Ascending offsets are
/// fast.
struct CharacterOffsets<'s> {
    text: &'s str,
    byte: usize,
    character: usize,
}

impl CharacterOffsets<'_> {
    fn byte(&mut self, character: usize) -> usize {
        if character < self.character {
            (self.byte, self.character) = (0, 0);
        }
        let rest = &self.text[self.byte..];
        let within = character - self.character;
        self.byte += rest.char_indices().nth(within).map_or(rest.len(), |(byte, _)| byte);
        self.character = character;
        self.byte
    }
}
