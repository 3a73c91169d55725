//! Edits of PCLI text.

use std::ops::Range;

use super::print::{keyword, word};
use super::words::unescape;
use crate::model::Action;
use crate::syntaxes::edits::{Place, TextEdit, bytes, line_at};
use crate::syntaxes::indentation;

/// Returns the edits that make a change.
pub(super) fn edits(place: &Place<'_>, action: &Action) -> Option<Vec<TextEdit>> {
    match action {
        Action::Write { old, new } if is(place, old) => Some(everywhere(place, &word(new))),
        Action::WriteBoolean { old, new } if is(place, old) => Some(place.replaced(new.to_string())),
        Action::Rename { old, new } if is(place, old) => Some(everywhere(place, &name(new))),
        Action::RemoveLine if place.token() == "exit" => Some(vec![TextEdit::removal(place.line())]),
        Action::InsertExit { block, is_last } => insert_exit(place, bytes(*block), *is_last),
        Action::RemoveEntry { key } if is(place, key) => {
            let lines = match repeated(place) {
                Some(lines) => lines,
                None => vec![block(place)?],
            };
            Some(lines.into_iter().map(TextEdit::removal).collect())
        }
        _ => None,
    }
}

/// Prints a name, or the command `exit`, which would be a name in quotes.
fn name(text: &str) -> String {
    if text == "exit" { text.to_owned() } else { keyword(text) }
}

/// Returns true if the word at a place has this value.
fn is(place: &Place<'_>, value: &str) -> bool {
    let token = place.token();
    token == value
        || token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(|text| unescape(text) == value)
}

/// Returns the edits that replace a word, also on the lines that repeat it in flat text.
fn everywhere(place: &Place<'_>, replacement: &str) -> Vec<TextEdit> {
    let Some(lines) = repeated(place) else { return place.replaced(replacement) };
    let count = place.text[place.line().start..place.at.start].split_whitespace().count();
    let edit = |line: Range<usize>| {
        let text = &place.text[line.clone()];
        let token = text.split_whitespace().nth(count)?;
        let start = line.start + (token.as_ptr() as usize - text.as_ptr() as usize);
        Some(TextEdit { range: start..start + place.at.len(), replacement: replacement.to_owned() })
    };
    lines.into_iter().filter_map(edit).collect()
}

/// Returns the lines that begin with the same words, up to the word at a place, if its line is a
/// whole path, as in flat text. In the product's output they follow each other.
fn repeated(place: &Place<'_>) -> Option<Vec<Range<usize>>> {
    let first = place.line();
    let path: Vec<&str> = place.text[first.start..place.at.end].split_whitespace().collect();
    if !matches!(path[..], ["config" | "configure", "authority", ..] | ["authority", _, ..]) {
        return None;
    }
    let begins_alike = |line: &Range<usize>| {
        let words = place.text[line.clone()].split_whitespace();
        words.take(path.len()).eq(path.iter().copied())
    };
    let next = |line: &Range<usize>| (line.end < place.text.len()).then(|| line_at(place.text, line.end));
    Some(std::iter::successors(Some(first), next).take_while(begins_alike).collect())
}

/// Returns the lines of the block whose first line is at a place. It holds no other blocks, and its
/// `exit` is indented like its first line.
fn block(place: &Place<'_>) -> Option<Range<usize>> {
    let first = place.line();
    let indent = indentation(&place.text[first.clone()]);
    let mut end = first.end;
    while end < place.text.len() {
        let line = line_at(place.text, end);
        let text = &place.text[line.clone()];
        end = line.end;
        if text.trim() == "exit" {
            return (indentation(text) == indent).then_some(first.start..end);
        }
        if !text.trim().is_empty() && indentation(text) <= indent {
            return None;
        }
    }
    None
}

/// Returns the edit that inserts the `exit` of a block before the line at a place, or after it.
fn insert_exit(place: &Place<'_>, block: Range<usize>, is_last: bool) -> Option<Vec<TextEdit>> {
    let opening = &place.text[line_at(place.text, block.start)];
    let indent = &opening[..indentation(opening)];
    let end_of_line = if opening.ends_with("\r\n") { "\r\n" } else { "\n" };
    let exit = format!("{indent}exit");
    if is_last {
        let end = place.line().end;
        let replacement = if place.text[..end].ends_with('\n') {
            format!("{exit}{end_of_line}")
        } else {
            format!("{end_of_line}{exit}")
        };
        return Some(vec![TextEdit { range: end..end, replacement }]);
    }
    // Empty lines above the next block stay above it.
    let before = place.text[..place.line().start].trim_end();
    let start = line_at(place.text, before.len()).end;
    let range = start..start;
    (start <= place.at.start).then(|| vec![TextEdit { range, replacement: format!("{exit}{end_of_line}") }])
}

#[cfg(test)]
mod tests {
    use crate::model::{Action, SourceId, Span};
    use crate::syntaxes::edits;

    fn edited(text: &str, token: &str, action: &Action) -> String {
        edits::edited(super::edits, text, token, action)
    }

    #[test]
    fn words_are_replaced_on_each_line_of_flat_text_that_repeats_them() {
        let write = Action::Write { old: "1".to_owned(), new: "two words".to_owned() };
        for (text, expected) in [
            ("authority\n  router 1 # c\n  router 1\n", "authority\n  router \"two words\" # c\n  router 1\n"),
            (
                "config authority router 1 node a\nconfig  authority router 1  x 1\nconfig authority router 12 y\n",
                "config authority router \"two words\" node a\n\
                 config  authority router \"two words\"  x 1\nconfig authority router 12 y\n",
            ),
        ] {
            assert_eq!(edited(text, "1", &write), expected, "{text}");
        }
    }

    #[test]
    fn entries_are_removed_with_their_lines() {
        let remove = Action::RemoveEntry { key: "1".to_owned() };
        for (text, expected) in [
            ("a\n  route 1\n    metric 5\n  exit\n  route 2\n  exit\nexit\n", "a\n  route 2\n  exit\nexit\n"),
            ("a\n  route 1\n  route 2\n  exit\nexit\n", "-"),
            ("a\n  route 1\nexit\n", "-"),
            (
                "config authority router a route 1 metric 5\nconfig authority router a route 1 x 2\n\
                 config authority router a route 2\nconfig authority router b route 1\n",
                "config authority router a route 2\nconfig authority router b route 1\n",
            ),
        ] {
            assert_eq!(edited(text, "1", &remove), expected, "{text}");
        }
    }

    #[test]
    fn exits_are_removed_and_inserted() {
        assert_eq!(edited("a\n  exit\nb\n", "exit", &Action::RemoveLine), "a\nb\n");
        let insert = |text: &str, block: &str, is_last| {
            let start = u32::try_from(text.find(block).expect("there")).expect("small");
            Action::InsertExit { block: Span { source: SourceId(0), start, end: start + 1 }, is_last }
        };
        let text = "a\r\n  b\r\n    c 1\r\n\r\n  d\r\n  exit\r\nexit\r\n";
        let expected = "a\r\n  b\r\n    c 1\r\n  exit\r\n\r\n  d\r\n  exit\r\nexit\r\n";
        assert_eq!(edited(text, "d", &insert(text, "b", false)), expected);
        let text = "a\n  b 1\n";
        assert_eq!(edited(text, "b", &insert(text, "a", true)), "a\n  b 1\nexit\n");
        assert_eq!(edited("a\n  b 1", "b", &insert(text, "a", true)), "a\n  b 1\nexit");
    }
}
