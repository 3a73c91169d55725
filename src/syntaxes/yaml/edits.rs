//! Edits of YAML.

use std::ops::Range;

use super::print::{quoted, scalar};
use crate::model::Action;
use crate::syntaxes::edits::{Place, TextEdit, line_at};
use crate::syntaxes::indentation;

/// Returns the edits that make a change.
pub(super) fn edits(place: &Place<'_>, action: &Action) -> Option<Vec<TextEdit>> {
    match action {
        // `permission:deny` has lost the blank before its value, which would be lost too.
        Action::Rename { old, .. } if old.contains(':') => None,
        Action::Write { old, new } | Action::Rename { old, new } => {
            Some(place.replaced(Quotes::around(place.token(), old)?.write(new)))
        }
        Action::WriteBoolean { old, new } => {
            Quotes::around(place.token(), old).map(|_| place.replaced(new.to_string()))
        }
        Action::Quote { value } if place.token() == value => Some(place.replaced(quoted(value))),
        Action::RemoveEntry { key } => {
            Quotes::around(place.token(), key)?;
            Some(vec![TextEdit::removal(entry(place)?)])
        }
        Action::RemoveMember { name } => {
            Quotes::around(place.token(), name)?;
            Some(vec![TextEdit::removal(member(place)?)])
        }
        Action::Quote { .. } | Action::RemoveLine | Action::InsertExit { .. } => None,
    }
}

/// The quotes of a scalar on one line.
#[derive(Clone, Copy)]
enum Quotes {
    None,
    Single,
    Double,
}

impl Quotes {
    /// Returns the quotes of a scalar with this value. `None` if it has another value, or escapes.
    fn around(token: &str, value: &str) -> Option<Self> {
        let inside = |quote| token.strip_prefix(quote)?.strip_suffix(quote);
        if token == value {
            Some(Self::None)
        } else if inside('\'') == Some(value) {
            Some(Self::Single)
        } else if inside('"') == Some(value) {
            Some(Self::Double)
        } else {
            None
        }
    }

    /// Writes a value in these quotes, if they can hold it.
    fn write(self, value: &str) -> String {
        match self {
            Self::None => scalar(value),
            Self::Single if !value.contains('\'') && !value.contains(char::is_control) => format!("'{value}'"),
            Self::Single | Self::Double => quoted(value),
        }
    }
}

/// Returns the lines of an entry of a block sequence whose key is at a place.
fn entry(place: &Place<'_>) -> Option<Range<usize>> {
    let own = place.line();
    let before = &place.text[own.start..place.at.start];
    let column = before.find(|c: char| !matches!(c, ' ' | '-'))?;
    if before.contains('[') || before[column + 1..].contains('{') {
        return None;
    }
    let mut first = own;
    // The line with the mark of the entry, whose members are in the column of its key.
    let dash = loop {
        let line = &place.text[first.clone()];
        let indent = indentation(line);
        if let Some(rest) = line[indent..].strip_prefix("- ") {
            let inner = indent + 2 + indentation(rest);
            if inner == column {
                break indent;
            }
        }
        if first.start == 0 || !line.trim().is_empty() && indent < column {
            return None;
        }
        first = line_at(place.text, first.start - 1);
    };
    let mut end = first.end;
    let mut searched = end;
    while searched < place.text.len() {
        let next = line_at(place.text, searched);
        let line = &place.text[next.clone()];
        if !line.trim().is_empty() {
            if indentation(line) <= dash {
                break;
            }
            end = next.end;
        }
        searched = next.end;
    }
    Some(first.start..end)
}

/// Returns the line of a member of a block mapping whose name is at a place and whose value is on
/// the same line.
fn member(place: &Place<'_>) -> Option<Range<usize>> {
    let line = place.line();
    let text = &place.text[line.clone()];
    let is_alone = text[..place.at.start - line.start].trim().is_empty();
    let value = place.text[place.at.end..line.end].trim_start().strip_prefix(':')?.trim();
    let is_on_line = !value.is_empty() && !value.starts_with(['|', '>', '&', '*', '[', '{', '"', '\'', '#']);
    let next = place.text[line.end..].lines().find(|line| !line.trim().is_empty());
    let continues = next.is_some_and(|next| indentation(next) > indentation(text));
    (is_alone && is_on_line && !continues).then_some(line)
}

#[cfg(test)]
mod tests {
    use crate::model::Action;
    use crate::syntaxes::edits;

    fn edited(text: &str, token: &str, action: &Action) -> String {
        edits::edited(super::edits, text, token, action)
    }

    #[test]
    fn values_keep_their_quotes() {
        let write = Action::Write { old: "a/b".to_owned(), new: "10.0.0.0/8".to_owned() };
        for (text, token, expected) in [
            ("k: a/b # c", "a/b", "k: 10.0.0.0/8 # c"),
            ("k: 'a/b'", "'a/b'", "k: '10.0.0.0/8'"),
            ("k: \"a/b\"", "\"a/b\"", "k: \"10.0.0.0/8\""),
            ("k: \"a\\x2fb\"", "\"a\\x2fb\"", "-"),
        ] {
            assert_eq!(edited(text, token, &write), expected);
        }
        let write = Action::Write { old: "a".to_owned(), new: "on".to_owned() };
        assert_eq!(edited("k: a", "a", &write), "k: \"on\"");
        let quote = Action::Quote { value: "1:30".to_owned() };
        assert_eq!(edited("k: 1:30", "1:30", &quote), "k: \"1:30\"");
    }

    #[test]
    fn entries_are_removed_with_their_lines() {
        let remove = Action::RemoveEntry { key: "b".to_owned() };
        for (text, expected) in [
            ("l:\n- k: a\n- k: b\n  x: 1\n\n- k: c\n", "l:\n- k: a\n\n- k: c\n"),
            ("l:\n  - k: a\n  - x: 1\n    y:\n      - 2\n    k: b\nm: 1\n", "l:\n  - k: a\nm: 1\n"),
            ("l:\n  - {k: a}\n  - {k: b, x: 1}\n", "l:\n  - {k: a}\n"),
            ("l: [{k: a}, {k: b}]\n", "-"),
            ("- n: a\n  l: [{k: b}]\n", "-"),
            ("- n: a\n  l:\n    k: b\n", "-"),
        ] {
            assert_eq!(edited(text, "b", &remove), expected, "{text}");
        }
    }

    #[test]
    fn members_are_removed_with_their_line() {
        let remove = Action::RemoveMember { name: "b".to_owned() };
        for (text, expected) in [
            ("a: 1\nb: 2 # c\nd: 3\n", "a: 1\nd: 3\n"),
            ("- a: 1\n  b: 2\n", "- a: 1\n"),
            ("a: 1\nb:\n  - 2\n", "-"),
            ("a: 1\nb: |\n  2\n", "-"),
            ("a: 1\nb: 2\n  3\n", "-"),
            ("{a: 1, b: 2}\n", "-"),
        ] {
            assert_eq!(edited(text, "b", &remove), expected, "{text}");
        }
    }
}
