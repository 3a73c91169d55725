//! JSON: one pass of `serde_json` that builds trees of the known elements and ignores the rest.
//!
//! [`seed`] reads values of a known shape, [`mapping`] objects, [`leaf`] single values, and
//! [`edit`] values that are wrapped with an operation. [`fast`] has the optimisations.

mod brackets;
mod edit;
mod fast;
mod json_reader;
mod leaf;
mod mapping;
mod names;
pub(super) mod print;
mod seed;

use std::ops::Range;

use serde::de::DeserializeSeed as _;

use self::brackets::Misfit;
pub(crate) use self::edit::NAMES as EDIT_NAMES;
use self::fast::{Meanings, Pieces, Places};
use self::json_reader::JsonReader;
use self::seed::Seed;
use crate::diagnostics::Finding;
use crate::elements::{ROOT, Shape};
use crate::model::tree::Tree;
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, Syntax, Trees, conflicts, offset};

/// JSON.
pub(super) static SYNTAX: Definition = Definition {
    title: "JSON",
    // A `[` may also start a shell's prompt, as in `[root@conductor ~]# pcli`.
    recognizes: |text| text.starts_with('{') || text.starts_with('[') && !starts_with_prompt(text),
    read,
    comments: |_| Vec::new(),
    // A string has no line breaks, so that no marker is in a value.
    retain_outside_values: |_, _| (),
    rejects_conflicts: true,
    offsets: Offsets::Bytes,
};

fn starts_with_prompt(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("]#") || line.contains("]$"))
}

/// Reads a JSON text. Long lists arrive in several trees, unless the text is read as a whole.
fn read<'s>(
    source: SourceId,
    text: &'s str,
    whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees {
    let pieces = (!whole).then(|| Pieces::new(&mut *sink));
    let reader = JsonReader { places: Places::new(source, text), meanings: Meanings::new(), pieces };
    let result = read_root(&reader, text);
    if let Some(pieces) = &reader.pieces {
        if result.is_err() {
            pieces.revoke();
        }
        if pieces.are_void() {
            return Trees::Void;
        }
    }
    match result {
        Ok(tree) => sink(tree),
        Err(error) => {
            let before = findings.len();
            findings.extend(conflicts::findings(source, text, Syntax::Json));
            if findings.len() == before {
                findings.push(syntax_error(source, text, &error));
            }
        }
    }
    Trees::Valid
}

fn read_root<'s>(reader: &JsonReader<'_, 's>, text: &'s str) -> serde_json::Result<Tree<'s>> {
    let json = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let tree = Seed::new(reader, Shape::Container(&ROOT), reader.places.start()).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(tree)
}

/// Returns the finding about a text that is not JSON.
fn syntax_error(source: SourceId, text: &str, error: &serde_json::Error) -> Finding {
    let at = error_offset(text, error.line(), error.column());
    let span = |at: Range<usize>| Span { source, start: offset(at.start), end: offset(at.end) };
    if let Some(Misfit { at, message }) = brackets::cause(text, at) {
        return invalid_syntax::at(span(at), format!("not JSON: {message}"));
    }
    let message = message_without_position(error);
    // The parser notices a trailing comma at the bracket after it.
    let before = text[..at].trim_end();
    let at = if before.ends_with(',') && message == "trailing comma" { before.len() - 1 } else { at };
    invalid_syntax::at(span(at..at + 1), format!("not JSON: {message}"))
}

/// Returns the message of an error without the position.
///
/// `serde_json` gives the message only with its position after it, so this cuts it off. The
/// position is in the finding.
fn message_without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Converts a position of `serde_json` into an offset. It counts columns in bytes, from 1, and
/// names the last byte that it read.
fn error_offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
