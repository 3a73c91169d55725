//! The answers that another program collected.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Answer, FleetError};

/// Reads collected answers: JSON objects that map minion ids to answers. If a minion has several,
/// the last one counts.
///
/// Salt prints an object for each minion without `--static`, and messages before and between them.
/// So each line that begins with `{` begins an object.
///
/// # Errors
///
/// There is no object, or an object is damaged.
pub fn collected(text: &str) -> Result<BTreeMap<String, Answer>, FleetError> {
    let mut answers = BTreeMap::new();
    let mut has_object = false;
    let mut rest = text;
    while let Some(start) = object_start(rest) {
        let mut objects = serde_json::Deserializer::from_str(&rest[start..]).into_iter::<BTreeMap<String, Value>>();
        let object = objects.next().expect("there is text");
        let object = object.map_err(|error| FleetError::Answers(error.to_string()))?;
        rest = &rest[start + objects.byte_offset()..];
        has_object = true;
        answers.extend(object.iter().map(|(minion, value)| (minion.clone(), Answer::read(value))));
    }
    if has_object { Ok(answers) } else { Err(FleetError::Answers("there is no object".to_owned())) }
}

/// Returns the offset of the first line that begins with `{`.
fn object_start(text: &str) -> Option<usize> {
    let mut starts = text.match_indices('{').map(|(at, _)| at);
    starts.find(|at| text[..*at].bytes().rev().take_while(|byte| *byte != b'\n').all(|byte| byte.is_ascii_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::collected;
    use crate::fleet::Answer;

    #[test]
    fn answers_are_in_one_object_or_in_several() {
        for text in [
            "{\"a\": false, \"b\": \"x\"}",
            "{\"a\": false}\n{\"b\": \"x\"}\n",
            "[WARNING ] a {brace}\n{\n  \"a\": false\n}\n{\n  \"b\": \"x\"\n}\n",
            "{\"a\": \"old\", \"b\": \"x\"}\r\n\r\n  {\"a\": null}",
        ] {
            let expected = [("a", Answer::None(None)), ("b", Answer::Bad("x".to_owned()))];
            let expected = expected.map(|(minion, answer)| (minion.to_owned(), answer)).into();
            assert_eq!(collected(text).expect("answers"), expected, "{text}");
        }
        assert!(collected("{}").expect("none").is_empty());
    }

    #[test]
    fn damaged_answers_are_an_error() {
        for (text, expected) in [
            ("", "there is no object"),
            ("No minions matched the target.\n", "there is no object"),
            ("[1]", "there is no object"),
            ("{\"a\": false}\n{\"b\": ", "EOF while parsing a value at line 1 column 6"),
        ] {
            let error = collected(text).expect_err("no answers").to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
