//! Brackets without their counterparts, found by the indentation.
//!
//! A parser notices a missing bracket only where the text no longer fits, which can be far below.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::positions::offset_of;
use crate::syntaxes::indentation;

/// A bracket that is missing or surplus.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) at: Range<usize>,
    pub(super) message: String,
}

/// A bracket that is open.
struct Opener {
    bracket: u8,
    at: usize,
    indent: usize,
}

/// A place where the brackets contradict the indentation, and the text that replaces a part to
/// correct it.
struct Correction {
    replaced: Range<usize>,
    replacement: &'static str,
    misfit: Misfit,
}

/// Returns the bracket that is the cause of a syntax error. `error_at` is its byte in the text.
///
/// The indentation may be misleading. So a bracket counts only if the text with its correction has
/// no error, or a later one.
pub(super) fn cause(text: &str, error_at: usize) -> Option<Misfit> {
    let is_better = |Correction { replaced, replacement, .. }: &Correction| {
        let corrected = [&text[..replaced.start], replacement, &text[replaced.end..]].concat();
        match serde_json::from_str::<IgnoredAny>(&corrected) {
            Ok(_) => true,
            Err(error) => {
                let at = offset_of(&corrected, error.line(), error.column());
                let is_before = at < replaced.start;
                !is_before && at + replaced.len() > error_at + replacement.len()
            }
        }
    };
    first_contradiction(text).into_iter().find(is_better).map(|correction| correction.misfit)
}

/// Returns the corrections of the first place where the brackets contradict the indentation, the
/// most probable one first.
fn first_contradiction(text: &str) -> Vec<Correction> {
    let mut open: Vec<Opener> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let indent = indentation(line);
        let content = line.trim();
        let first = start + indent;
        let is_closer = content.starts_with(['}', ']']);
        if let Some(last) = open.last().filter(|last| !content.is_empty() && !is_closer && indent <= last.indent) {
            return vec![unclosed(text, last, first..first + content.len(), true)];
        }
        for (at, byte) in brackets(line) {
            match byte {
                b'{' | b'[' => open.push(Opener { bracket: byte, at: start + at, indent }),
                _ => {
                    let is_first = start + at == first;
                    let fits =
                        |opener: &Opener| opener.bracket == opening(byte) && (!is_first || opener.indent == indent);
                    if open.pop_if(|last| fits(last)).is_some() {
                        continue;
                    }
                    let place = start + at..start + at + 1;
                    let last = open.last().filter(|_| open.iter().any(fits));
                    return match last {
                        Some(last) => vec![unclosed(text, last, place.clone(), false), surplus(text, place.start)],
                        None => unopened(text, byte, place.start, indent).chain([surplus(text, place.start)]).collect(),
                    };
                }
            }
        }
        start += line.len();
    }
    Vec::new()
}

/// Returns the brackets of a line that are not in strings. A string has no line breaks.
fn brackets(line: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let (mut in_string, mut is_escaped) = (false, false);
    line.bytes().enumerate().filter(move |(_, byte)| {
        if is_escaped {
            is_escaped = false;
        } else if in_string {
            is_escaped = *byte == b'\\';
            in_string = *byte != b'"';
        } else {
            in_string = *byte == b'"';
            return matches!(byte, b'{' | b'}' | b'[' | b']');
        }
        false
    })
}

fn opening(closer: u8) -> u8 {
    if closer == b'}' { b'{' } else { b'[' }
}

/// Returns the correction for a bracket that is doubled, or not closed before a place.
/// `is_before_value` is true if a value follows there, and not another closing bracket.
fn unclosed(text: &str, opener: &Opener, place: Range<usize>, is_before_value: bool) -> Correction {
    let Opener { bracket, at, .. } = *opener;
    if text.as_bytes()[at + 1] == bracket {
        let message = format!("`{}` is there twice, but closed once; remove one", char::from(bracket));
        let doubled = at..at + 1;
        return Correction { replaced: doubled.clone(), replacement: "", misfit: Misfit { at: doubled, message } };
    }
    let closer = if bracket == b'{' { "}" } else { "]" };
    let before = text[..place.start].trim_end();
    let (insert_at, insert) = match (before.ends_with(','), closer) {
        // A comma before the closing bracket would be another error.
        (true, closer) => (before.len() - 1, closer),
        (false, "}") if is_before_value => (place.start, "},"),
        (false, "]") if is_before_value => (place.start, "],"),
        (false, closer) => (place.start, closer),
    };
    let message = format!("`{closer}` is missing before this line by its indentation; add it");
    Correction { replaced: insert_at..insert_at, replacement: insert, misfit: Misfit { at: place, message } }
}

/// Returns the corrections for a bracket that is not opened: the line above the deeper lines lacks
/// the other bracket, or the line after it is missing.
fn unopened(text: &str, closer: u8, at: usize, indent: usize) -> impl Iterator<Item = Correction> {
    let own = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut end = own;
    let mut corrections = Vec::new();
    for line in text[..own].split_inclusive('\n').rev() {
        let start = end - line.len();
        let own_indent = indentation(line);
        let content = line.trim();
        if !content.is_empty() && own_indent <= indent {
            if end == own {
                // No deeper lines.
                break;
            }
            let (bracket, name) = if closer == b'}' { ("{", "\"\":{") } else { ("[", "\"\":[") };
            let insert_at = start + line.trim_end().len();
            let at = start + own_indent..insert_at;
            for (insert, missing) in [(bracket, "`"), (name, "a name with `")] {
                let message = format!("{missing}{bracket}` is missing after this line by the indentation; add it");
                let misfit = Misfit { at: at.clone(), message };
                corrections.push(Correction { replaced: insert_at..insert_at, replacement: insert, misfit });
            }
            break;
        }
        end = start;
    }
    corrections.into_iter()
}

/// Returns the correction for a closing bracket that closes nothing.
fn surplus(text: &str, at: usize) -> Correction {
    let (bracket, rest) = text[at..].split_at(1);
    let replaced = at..at + 1 + usize::from(rest.starts_with(','));
    let message = format!("`{bracket}` closes nothing; remove it");
    Correction { replaced, replacement: "", misfit: Misfit { at: at..at + 1, message } }
}

#[cfg(test)]
mod tests {
    use super::cause;
    use crate::syntaxes::json::positions::offset_of;

    #[test]
    fn a_bracket_after_the_error_is_not_its_cause() {
        let text = "{\n  a\": [\n    1\n  ]\n}\n";
        assert_eq!(cause(text, text.find('a').expect("the name")), None);
    }

    #[test]
    fn missing_and_surplus_brackets_are_found_by_the_indentation() {
        let whole =
            "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    {\n      \"c\": {}\n    }\n  ],\n  \"d\": [\"]\"]\n}\n";
        for (line, replacement, expected) in [
            (2, "  \"a\":\n", "\"a\":"),
            (5, "", "{"),
            (8, "", "]"),
            (9, "", "\"d\": [\"]\"]"),
            (6, "    {\n    {\n", "{"),
            (2, "  \"a\": [[\n", "["),
            (5, "    },\n    },\n", "}"),
            (9, "  ],\n  ],\n", "]"),
            (2, "", "{"),
        ] {
            let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
            lines[line - 1] = replacement;
            let text = lines.concat();
            let error = serde_json::from_str::<serde::de::IgnoredAny>(&text).expect_err("an error");
            let misfit = cause(&text, offset_of(&text, error.line(), error.column()));
            let marked = misfit.as_ref().map(|misfit| &text[misfit.at.clone()]);
            assert_eq!(marked, Some(expected), "{text}\n{misfit:?}");
        }
    }
}
