//! Comments for this program in a source: `# loopback-static-routes: …`.

use rayon::prelude::*;

/// The text that such a comment starts with, after its `#`.
const MARK: &str = "loopback-static-routes:";

/// A comment for this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment<'s> {
    /// The text after the mark, without white space around it.
    pub(crate) text: &'s str,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The bytes of the comment.
    pub(crate) at: std::ops::Range<usize>,
    /// True if nothing else is on the line.
    pub(crate) alone: bool,
}

/// The number of bytes that a thread searches at a time.
const PIECE: usize = 1 << 20;

/// Returns the comments for this program in a source, in order. `retain` removes the places from a
/// sorted list of bytes where its syntax has no comment.
pub(super) fn comments(text: &str, retain: fn(&str, &mut Vec<usize>)) -> Vec<Comment<'_>> {
    let mut starts = candidates(text);
    if !starts.is_empty() {
        retain(text, &mut starts);
    }
    let mut line = (1, 0);
    let mut comments: Vec<Comment<'_>> = Vec::new();
    for start in starts {
        // A second mark on a line is in the comment of the first.
        if comments.last().is_none_or(|last| last.at.end <= start) {
            comments.extend(comment(text, start, &mut line));
        }
    }
    comments
}

/// Returns the comment that starts at a byte. `line` is the number and the start of an earlier
/// line, and moves to the line of the comment.
fn comment<'s>(text: &'s str, start: usize, line: &mut (usize, usize)) -> Option<Comment<'s>> {
    let rest = text[start..].lines().next()?;
    let ours = rest.strip_prefix('#')?.trim_start().strip_prefix(MARK)?.trim();
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    *line = (line.0 + memchr::memchr_iter(b'\n', &text.as_bytes()[line.1..line_start]).count(), line_start);
    let alone = text[line_start..start].trim().is_empty();
    Some(Comment { text: ours, line: line.0, at: start..start + rest.trim_end().len(), alone })
}

/// Returns the bytes where a `#` starts a text that looks like a comment for this program.
fn candidates(text: &str) -> Vec<usize> {
    let pieces = text.as_bytes().par_chunks(PIECE).enumerate();
    let signs =
        pieces.flat_map_iter(|(number, piece)| memchr::memchr_iter(b'#', piece).map(move |at| number * PIECE + at));
    signs.filter(|at| is_for_us(&text[at + 1..])).collect()
}

/// Returns true if the text after a `#` is a comment for this program.
pub(super) fn is_for_us(comment: &str) -> bool {
    comment.trim_start_matches([' ', '\t']).starts_with(MARK)
}

#[cfg(test)]
mod tests {
    use crate::syntaxes::Syntax;

    #[test]
    fn comments_are_found_and_values_are_not() {
        let yaml = "# loopback-static-routes: ignore[a]\nname: x  # loopback-static-routes: ignore[b] why\n\
                    text: 'é # loopback-static-routes: no'\nblock: |\n  # loopback-static-routes: no\n#loopback-static-routes: ignore[c]\n# other\n";
        let found: Vec<_> = Syntax::Yaml.comments(yaml).into_iter().map(|c| (c.line, c.text, c.alone)).collect();
        assert_eq!(found, [(1, "ignore[a]", true), (2, "ignore[b] why", false), (6, "ignore[c]", true)]);
        let pcli =
            "router a\n  # loopback-static-routes: ignore[a]\n  description \"\n# loopback-static-routes: no\n\"\n";
        let found: Vec<_> = Syntax::Pcli.comments(pcli).into_iter().map(|c| (c.line, c.text, c.alone)).collect();
        assert_eq!(found, [(2, "ignore[a]", true)]);
        let pcli = "router a  # loopback-static-routes: ignore[a]\n  description \"# loopback-static-routes: no\"\n  \
                    description \"x\n# loopback-static-routes: no\" #loopback-static-routes: ignore[b]\n  \
                    name a# loopback-static-routes: no\n  # loopback-static-routes: ignore[c]\n";
        let found: Vec<_> = Syntax::Pcli.comments(pcli).into_iter().map(|c| (c.line, c.text, c.alone)).collect();
        assert_eq!(found, [(1, "ignore[a]", false), (4, "ignore[b]", false), (6, "ignore[c]", true)]);
        let twice = "a: b # loopback-static-routes: ignore[a] # loopback-static-routes: ignore[b]\n";
        let found: Vec<_> = Syntax::Yaml.comments(twice).into_iter().map(|c| c.text).collect();
        assert_eq!(found, ["ignore[a] # loopback-static-routes: ignore[b]"]);
        assert_eq!(Syntax::Json.comments("{\"a\": \"# loopback-static-routes: no\"}"), []);
    }
}
