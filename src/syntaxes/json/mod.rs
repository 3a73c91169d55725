//! JSON: one pass of `serde_json` that builds trees of the known elements and ignores the rest.
//!
//! [`seed`] reads values of a known shape, [`mapping`] objects, [`leaf`] single values, and
//! [`wrapper`] values that are wrapped with an operation. [`fast`] has the optimisations.

mod brackets;
mod edit;
mod edits;
mod fast;
mod json_reader;
mod leaf;
mod mapping;
mod names;
mod positions;
pub(super) mod print;
mod seed;
mod wrapper;

use std::ops::Range;

use serde::de::{DeserializeSeed as _, IgnoredAny};

use self::brackets::Misfit;
pub(crate) use self::edit::NAMES as EDIT_NAMES;
use self::json_reader::JsonReader;
use self::seed::Seed;
use crate::diagnostics::Finding;
use crate::elements::{ROOT, Shape};
use crate::model::tree::Tree;
use crate::model::{SourceId, Span};
use crate::rules::{invalid_syntax, invalid_value};
use crate::syntaxes::{Definition, Offsets, Syntax, conflicts, offset};

/// JSON.
pub(super) static SYNTAX: Definition = Definition {
    title: "JSON",
    // A `[` may also start a shell's prompt, as in `[root@conductor ~]# pcli`.
    recognizes: |text| text.starts_with('{') || text.starts_with('[') && !starts_with_prompt(text),
    read,
    parts: Some(fast::PARTS),
    retain_comments: None,
    // A string has no line breaks, so that no marker is in a value.
    retain_outside_values: |_, _| (),
    rejects_conflicts: true,
    edits: edits::edits,
    offsets: Offsets::Bytes,
};

fn starts_with_prompt(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("]#") || line.contains("]$"))
}

/// Reads a JSON text.
fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>, sink: &mut (dyn FnMut(Tree<'s>) + '_)) {
    let reader = JsonReader::new(source, text);
    match read_root(&reader, text) {
        Ok(tree) => sink(tree),
        Err(error) => {
            let before = findings.len();
            findings.extend(conflicts::findings(source, text, Syntax::Json));
            if findings.len() == before {
                findings.push(error_finding(&reader, text, &error));
            }
        }
    }
}

fn read_root<'s>(reader: &JsonReader<'s>, text: &'s str) -> serde_json::Result<Tree<'s>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let tree = Seed::new(reader, Shape::Container(&ROOT), reader.places.start()).deserialize(&mut deserializer);
    tree.and_then(|tree| deserializer.end().map(|()| tree)).map_err(|error| reader.located(json, error))
}

/// Returns the finding about an error at a byte of the text.
fn error_finding(reader: &JsonReader<'_>, text: &str, error: &serde_json::Error) -> Finding {
    let at = reader.error_at.get().unwrap_or_default();
    let span = |at: Range<usize>| Span { start: offset(at.start), end: offset(at.end), ..reader.places.start() };
    if let Some(number) = number_out_of_range(text, at) {
        return invalid_value::out_of_range(&text[number.clone()], span(number));
    }
    if let Some(Misfit { at, message }) = brackets::cause(text, at) {
        return invalid_syntax::at(span(at), format!("not JSON: {message}"));
    }
    let message = message_without_position(error);
    // The parser notices a trailing comma at the bracket after it.
    let before = text[..at].trim_end();
    let at = if before.ends_with(',') && message == "trailing comma" { before.len() - 1 } else { at };
    invalid_syntax::at(span(at..at + 1), format!("not JSON: {message}"))
}

/// Returns the bytes of the number around a byte, if a computer word cannot hold it. Such a number
/// is valid JSON, but `serde_json` refuses it where it is not read as text.
fn number_out_of_range(text: &str, at: usize) -> Option<Range<usize>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    let (before, after) = text.as_bytes().split_at_checked(at)?;
    let start = at - before.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = at + after.iter().take_while(|byte| is_part(byte)).count();
    let is_infinite = text[start..end].parse::<f64>().is_ok_and(f64::is_infinite);
    (is_infinite && at < end).then_some(start..end)
}

/// Returns the message of an error without the position.
///
/// `serde_json` gives the message only with its position after it, so this cuts it off. The
/// position is in the finding.
fn message_without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}
