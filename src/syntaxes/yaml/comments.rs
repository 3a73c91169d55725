//! Comments for this program in YAML.

use saphyr_parser::{Event, Parser};

use crate::syntaxes::comments::candidates;

/// Returns the bytes where comments start: after white space, and outside of scalars.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts.retain(|at| *at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace());
    let (body, shift) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
    let mut parser = Parser::new_from_str(body);
    let mut characters = CharacterOffsets { text: body, byte: 0, character: 0 };
    // After a syntax error there are no findings that a comment could silence.
    while let Some(Ok((event, span))) = parser.next_event() {
        if let Event::Scalar(..) = event {
            let scalar = characters.byte(span.start.index()) + shift..characters.byte(span.end.index()) + shift;
            starts.retain(|at| !scalar.contains(at));
        }
        if starts.is_empty() || matches!(event, Event::StreamEnd) {
            break;
        }
    }
    starts
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
