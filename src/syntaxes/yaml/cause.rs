//! The line that is the cause of a syntax error.
//!
//! The parser notices a missing bracket or entry only where the text no longer fits. Here, each
//! probable correction is tried: the cause is the one with which the text has no error, or a later
//! one.

use std::ops::Range;

/// A line that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cause {
    /// The content of the line or its end, in characters of the text.
    pub(super) at: Range<usize>,
    pub(super) message: String,
}

/// A line with content.
struct Line<'s> {
    text: &'s str,
    /// The offset of the line in bytes.
    start: usize,
    indent: usize,
}

/// The lines above an error that are searched.
const MOST_LINES: usize = 100;

/// The missing brackets that are tried. Each takes as long as reading the text.
const MOST_TRIES: usize = 3;

/// Returns the cause of an error on a line, which counts from 1. `error_after` returns the line of
/// the first error in a text.
pub(super) fn cause(text: &str, error_line: usize, error_after: impl Fn(&str) -> Option<usize>) -> Option<Cause> {
    let mut start = 0;
    let mut lines: Vec<Line<'_>> = Vec::new();
    for line in text.split_inclusive('\n').take(error_line) {
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        lines.push(Line { text: line.trim(), start, indent });
        start += line.len();
    }
    if let Some(tab) = tab(text, error_line) {
        return Some(tab);
    }
    let (error, above) = lines.split_last()?;
    let above: Vec<&Line<'_>> = above
        .iter()
        .rev()
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
        .take(MOST_LINES)
        .collect();
    let is_better = |at: usize, insert: &str, lines: usize| {
        let corrected = [&text[..at], insert, &text[at..]].concat();
        error_after(&corrected).is_none_or(|line| line > error_line + lines)
    };
    let open = above.iter().chain([&error]).filter_map(|line| Some((*line, unclosed(line.text)?)));
    let unclosed = open.take(MOST_TRIES).find_map(|(line, closer)| {
        let end = line.start + line.indent + line.text.len();
        is_better(end, closer, 0).then(|| (end..end, format!("`{closer}` is missing on this line; add it")))
    });
    let found = unclosed.or_else(|| {
        let deeper = above.iter().take_while(|line| line.indent > error.indent).last()?;
        let entry = format!("{}- entry: 1\n", " ".repeat(error.indent));
        let message = "the start of an entry (`- `) is missing before this line by its indentation; add it";
        let first = deeper.start + deeper.indent;
        is_better(deeper.start, &entry, 1).then(|| (first..first + deeper.text.len(), message.to_owned()))
    });
    let (at, message) = found?;
    let first = text[..at.start].chars().count();
    Some(Cause { at: first..first + text[at].chars().count(), message })
}

/// Returns a tab in the indentation of the line of an error, or of the next line.
fn tab(text: &str, error_line: usize) -> Option<Cause> {
    let mut start: usize = text.split_inclusive('\n').take(error_line - 1).map(|line| line.chars().count()).sum();
    for line in text.split_inclusive('\n').skip(error_line - 1).take(2) {
        let indent = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
        if let Some(tab) = indent.clone().position(|c| c == '\t').filter(|_| !line.trim().is_empty()) {
            let message = "a tab in the indentation; indent with spaces".to_owned();
            return Some(Cause { at: start + tab..start + indent.count(), message });
        }
        start += line.chars().count();
    }
    None
}

/// Returns the bracket that closes the last flow collection of a line, if it is open at its end.
fn unclosed(line: &str) -> Option<&'static str> {
    let (mut open, mut quote, mut before) = (Vec::new(), None, ' ');
    for c in line.chars() {
        match (quote, c) {
            (Some(end), _) => quote = Some(end).filter(|end| *end != c),
            (None, '"' | '\'') if " [{,:".contains(before) => quote = Some(c),
            (None, '[') if " [{,:".contains(before) => open.push("]"),
            (None, '{') if " [{,:".contains(before) => open.push("}"),
            (None, ']' | '}') => _ = open.pop(),
            (None, '#') if before == ' ' => break,
            _ => {}
        }
        before = c;
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::unclosed;

    #[test]
    fn open_flow_collections_are_found() {
        for (line, expected) in [
            ("a: {b", Some("}")),
            ("a: [b, {c: d}", Some("]")),
            ("- [\"]\", 'x'", Some("]")),
            ("a: {b: c}", None),
            ("a: b [c", Some("]")),
            ("a: b[c", None),
            ("a: \"{\"", None),
            ("a: b # {", None),
        ] {
            assert_eq!(unclosed(line), expected, "{line}");
        }
    }
}
