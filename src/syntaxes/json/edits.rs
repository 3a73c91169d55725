//! Edits of JSON.

use std::ops::Range;

use crate::model::Action;
use crate::syntaxes::edits::{Place, TextEdit, with_comma};

/// Returns the edits that make a change.
pub(super) fn edits(place: &Place<'_>, action: &Action) -> Option<Vec<TextEdit>> {
    let is = |value: &str| serde_json::from_str::<String>(place.token()).is_ok_and(|text| text == value);
    match action {
        Action::Write { old, new } | Action::Rename { old, new } if is(old) => {
            Some(place.replaced(serde_json::to_string(new).expect("text is JSON")))
        }
        Action::WriteBoolean { old, new } if is(old) => Some(place.replaced(new.to_string())),
        Action::RemoveEntry { key } if is(key) => entry(place.text, place.at.start).map(removal(place.text)),
        Action::RemoveMember { name } if is(name) => member(place).map(removal(place.text)),
        _ => None,
    }
}

fn removal(text: &str) -> impl Fn(Range<usize>) -> Vec<TextEdit> + '_ {
    |range| vec![TextEdit::removal(with_comma(text, range))]
}

/// Returns the object around a byte, if it is in a list. The byte is in no string.
fn entry(text: &str, at: usize) -> Option<Range<usize>> {
    let start = opener(text, at).filter(|start| text.as_bytes()[*start] == b'{')?;
    // The value of a member is after a colon. The start of the list may be far away.
    if !text[..start].trim_end().ends_with(['[', ',']) {
        return None;
    }
    Some(start..closer(text, start)? + 1)
}

/// Returns the innermost bracket that is open at a byte. The byte is in no string.
fn opener(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut byte) = (0_usize, at);
    while byte > 0 {
        byte -= 1;
        match bytes[byte] {
            b'}' | b']' => depth += 1,
            b'{' | b'[' if depth == 0 => return Some(byte),
            b'{' | b'[' => depth -= 1,
            // A string: its first quote is the last one before that is not escaped.
            b'"' => loop {
                byte = text[..byte].rfind('"')?;
                let escapes = bytes[..byte].iter().rev().take_while(|byte| **byte == b'\\').count();
                if escapes % 2 == 0 {
                    break;
                }
            },
            _ => {}
        }
    }
    None
}

/// Returns the bracket that closes the one at a byte.
fn closer(text: &str, opener: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate().skip(opener) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the member of an object whose name is at a place and whose value is a string or a word.
fn member(place: &Place<'_>) -> Option<Range<usize>> {
    let value = place.text[place.at.end..].trim_start().strip_prefix(':')?.trim_start();
    let mut values = serde_json::Deserializer::from_str(value).into_iter::<serde_json::Value>();
    let is_scalar = values.next()?.is_ok_and(|value| !value.is_object() && !value.is_array());
    is_scalar.then(|| place.at.start..place.text.len() - value.len() + values.byte_offset())
}

#[cfg(test)]
mod tests {
    use crate::model::Action;
    use crate::syntaxes::edits;

    fn edited(text: &str, token: &str, action: &Action) -> String {
        edits::edited(super::edits, text, token, action)
    }

    #[test]
    fn values_and_names_are_replaced() {
        let write = Action::Write { old: "a/b".to_owned(), new: "c\"".to_owned() };
        assert_eq!(edited(r#"{"k": "a/b"}"#, r#""a/b""#, &write), r#"{"k": "c\""}"#);
        assert_eq!(edited(r#"{"k": "a\/b"}"#, r#""a\/b""#, &write), r#"{"k": "c\""}"#);
        assert_eq!(edited(r#"{"k": "other"}"#, r#""other""#, &write), "-");
        let boolean = Action::WriteBoolean { old: "yes".to_owned(), new: true };
        assert_eq!(edited(r#"{"k": "yes"}"#, r#""yes""#, &boolean), r#"{"k": true}"#);
    }

    #[test]
    fn entries_are_removed_with_their_comma() {
        let remove = Action::RemoveEntry { key: "b".to_owned() };
        for (text, expected) in [
            (r#"[{"k": "a"}, {"k": "b", "x": ["]"]}, {"k": "c"}]"#, r#"[{"k": "a"}, {"k": "c"}]"#),
            (r#"[{"k": "a"}, {"x": "\"}", "k": "b"}]"#, r#"[{"k": "a"}]"#),
            ("[\n  {\"k\": \"b\"},\n  {\"k\": \"c\"}\n]", "[\n  {\"k\": \"c\"}\n]"),
            (r#"[{"k": "b"}]"#, "[]"),
            (r#"{"x": {"k": "b"}}"#, "-"),
            (r#"["b"]"#, "-"),
        ] {
            assert_eq!(edited(text, "\"b\"", &remove), expected, "{text}");
        }
    }

    #[test]
    fn members_are_removed_with_their_comma() {
        let remove = Action::RemoveMember { name: "b".to_owned() };
        for (text, expected) in [
            (r#"{"a": 1, "b" : 2, "c": 3}"#, r#"{"a": 1, "c": 3}"#),
            (r#"{"a": 1, "b": "x,}"}"#, r#"{"a": 1}"#),
            (r#"{"b": true}"#, "{}"),
            (r#"{"b": {}}"#, "-"),
        ] {
            assert_eq!(edited(text, "\"b\"", &remove), expected, "{text}");
        }
    }
}
