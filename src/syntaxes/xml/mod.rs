//! XML of NETCONF (RFC 6241) and of `export config`: one pass of `quick-xml` that builds trees of
//! the known elements and skips the rest.
//!
//! [`reader`] reads events, and [`namespaces`] finds the owners of elements. [`documents`]
//! removes the wrappers around configurations, [`element`] reads elements, and [`leaf`] values.
//! [`skip`] skips elements.
//!
//! `quick-xml` splits a text into tags and text, and checks that the tags match. [`markup`],
//! [`prolog`], [`attributes`], [`references`] and [`characters`] check the rest of what XML
//! requires.
//!
//! An element is identified by its local name and its namespace, regardless of the prefix. The
//! product's elements are in namespaces that start with its prefix. The namespace of a plugin
//! block is unknown, so its local name alone counts. Only XML's own five entities are resolved,
//! and document types are not read.

mod attributes;
mod cdata_ends;
mod characters;
mod documents;
mod edits;
mod element;
mod end_tags;
mod leaf;
mod leaves;
mod markup;
mod namespaces;
mod parts;
pub(super) mod print;
mod prolog;
mod reader;
mod references;
mod skip;

use std::ops::Range;

use self::end_tags::{Mismatch, first_mismatch};
use self::reader::XmlReader;
use crate::diagnostics::Finding;
use crate::model::tree::Tree;
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, SyntaxError, offset};

/// The deepest nesting of elements that is accepted. The product's own configurations have about a
/// dozen levels.
const DEPTH_LIMIT: usize = 1000;

/// XML.
pub(super) static SYNTAX: Definition = Definition {
    title: "XML",
    // The first character of the declaration may be missing.
    recognizes: |text| text.starts_with('<') || text.starts_with("?xml"),
    read,
    parts: Some(parts::PARTS),
    retain_comments: None,
    retain_outside_values: reader::retain_between_elements,
    rejects_conflicts: false,
    edits: edits::edits,
    offsets: Offsets::Bytes,
};

/// Reads the documents of an XML text. If the text is invalid, it yields nothing, not even the
/// elements before the error.
fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>, sink: &mut (dyn FnMut(Tree<'s>) + '_)) {
    let mut found = Vec::new();
    let read = XmlReader::new(source, text, &mut found).documents();
    match first_error(read, disallowed(source, text)) {
        Ok(tree) => sink(tree),
        Err(error) => {
            // The text was read beyond a character that XML does not allow.
            found.retain(|finding| finding.at.is_some_and(|at| at.end <= error.at.start));
            found.push(finding(source, text, &error));
        }
    }
    findings.append(&mut found);
}

/// Returns the error about the first character that XML does not allow.
fn disallowed(source: SourceId, text: &str) -> Option<SyntaxError> {
    let (start, character) = characters::first_disallowed(text)?;
    let at = Span { source, start: offset(start), end: offset(start + character.len_utf8()) };
    let message = format!("the character U+{:04X} is not allowed in XML; remove it", u32::from(character));
    Some(SyntaxError { at, message })
}

/// Returns what was read, or the error that is first in the text.
fn first_error<'s>(read: Result<Tree<'s>, SyntaxError>, other: Option<SyntaxError>) -> Result<Tree<'s>, SyntaxError> {
    match (read, other) {
        (Err(error), Some(other)) if error.at.start < other.at.start => Err(error),
        (_, Some(other)) => Err(other),
        (read, None) => read,
    }
}

/// Returns the finding about an error. An end tag shows only that a tag above it is wrong.
fn finding(source: SourceId, text: &str, error: &SyntaxError) -> Finding {
    let place = |at: Range<usize>| Span { source, start: offset(at.start), end: offset(at.end) };
    let is_at_error =
        |mismatch: &Mismatch| (mismatch.end.start..=mismatch.end.end).contains(&(error.at.start as usize));
    let Some(mismatch) = first_mismatch(text).filter(is_at_error) else {
        return invalid_syntax::at(error.at, format!("not XML: {}", error.message));
    };
    let finding = invalid_syntax::at(place(mismatch.at), format!("not XML: {}", mismatch.message));
    match mismatch.other {
        Some((label, other)) => finding.related(label, place(other)),
        None => finding,
    }
}
