//! Comments in a source that are meant for us: `# loopback-static-routes: …`.

use saphyr_parser::{Event, Parser};

use super::{Source, Syntax, pcli};

/// What such a comment starts with, behind its `#`.
pub const MARK: &str = "loopback-static-routes:";

/// A comment that is meant for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'s> {
    /// What follows the mark, without white space around it.
    pub text: &'s str,
    /// The line that it stands on, from 1.
    pub line: usize,
    /// Where it starts and ends, in bytes.
    pub at: std::ops::Range<usize>,
    /// Whether nothing else is on the line.
    pub alone: bool,
}

/// The comments of a source that are meant for us, in order. JSON and XML have none.
#[must_use]
pub fn comments(source: &Source) -> Vec<Comment<'_>> {
    let text = source.text();
    if source.skipped() || memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let starts = match source.syntax() {
        Syntax::Yaml => in_yaml(text),
        Syntax::Pcli => in_pcli(text),
        Syntax::Json | Syntax::Xml => return Vec::new(),
    };
    let mut line = (1, 0);
    starts.into_iter().filter_map(|start| comment(text, start, &mut line)).collect()
}

/// The comment that starts at a byte, if it is meant for us. `line` is a line before it, and where that starts.
fn comment<'s>(text: &'s str, start: usize, line: &mut (usize, usize)) -> Option<Comment<'s>> {
    let rest = text[start..].lines().next()?;
    let ours = rest.strip_prefix('#')?.trim_start().strip_prefix(MARK)?.trim();
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    *line = (line.0 + memchr::memchr_iter(b'\n', &text.as_bytes()[line.1..line_start]).count(), line_start);
    let alone = text[line_start..start].trim().is_empty();
    Some(Comment { text: ours, line: line.0, at: start..start + rest.trim_end().len(), alone })
}

/// Where a `#` starts what looks like a comment for us.
fn candidates(text: &str) -> Vec<usize> {
    let is_ours = |at: &usize| text[at + 1..].trim_start_matches([' ', '\t']).starts_with(MARK);
    memchr::memchr_iter(b'#', text.as_bytes()).filter(is_ours).collect()
}

/// In PCLI text a comment is a line of its own.
fn in_pcli(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts
        .retain(|at| text[..*at].trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|before| before == '\n'));
    pcli::retain_outside_lines(text, &mut starts);
    starts
}

/// In YAML white space stands before a comment, and no scalar is around it.
fn in_yaml(text: &str) -> Vec<usize> {
    let mut starts = candidates(text);
    starts.retain(|at| *at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace());
    let (body, shift) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 3));
    let mut parser = Parser::new_from_str(body);
    let mut characters = CharacterOffsets { text: body, byte: 0, character: 0 };
    // Behind an error there is nothing that could be silenced.
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

/// The parser counts characters; its events come in order.
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

#[cfg(test)]
mod tests {
    use super::comments;
    use crate::input::{Source, Syntax};

    #[test]
    fn comments_are_told_from_values() {
        let yaml = "# loopback-static-routes: ignore[a]\nname: x  # loopback-static-routes: ignore[b] why\n\
                    text: 'é # loopback-static-routes: no'\nblock: |\n  # loopback-static-routes: no\n#loopback-static-routes: ignore[c]\n# other\n";
        let source = Source::new("f".to_owned(), yaml.to_owned(), Syntax::Yaml);
        let found: Vec<_> = comments(&source).into_iter().map(|c| (c.line, c.text, c.alone)).collect();
        assert_eq!(found, [(1, "ignore[a]", true), (2, "ignore[b] why", false), (6, "ignore[c]", true)]);
        let pcli =
            "router a\n  # loopback-static-routes: ignore[a]\n  description \"\n# loopback-static-routes: no\n\"\n";
        let source = Source::new("f".to_owned(), pcli.to_owned(), Syntax::Pcli);
        let found: Vec<_> = comments(&source).into_iter().map(|c| (c.line, c.text, c.alone)).collect();
        assert_eq!(found, [(2, "ignore[a]", true)]);
        let json = Source::new("f".to_owned(), "{\"a\": \"# loopback-static-routes: no\"}".to_owned(), Syntax::Json);
        assert_eq!(comments(&json), []);
    }
}
