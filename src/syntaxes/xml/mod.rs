//! XML of NETCONF (RFC 6241) and of `export config`: one pass of `quick-xml` that builds trees of
//! the known elements and skips the rest.
//!
//! [`reader`] reads events, and [`namespaces`] finds the owners of elements. [`documents`]
//! removes the wrappers around configurations, [`element`] reads elements, and [`leaf`] values.
//!
//! An element is identified by its local name and its namespace, regardless of the prefix. The
//! product's elements are in namespaces that start with its prefix. The namespace of a plugin
//! block is unknown, so its local name alone counts. Only XML's own five entities are resolved,
//! and document types are not read.

mod documents;
mod element;
mod end_tags;
mod leaf;
mod namespaces;
pub(super) mod print;
mod reader;

use std::ops::Range;

use self::end_tags::{Mismatch, first_mismatch};
use self::reader::XmlReader;
use crate::diagnostics::Finding;
use crate::model::tree::Tree;
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, SyntaxError, Trees, offset};

/// The deepest nesting of elements that is accepted. The product's own configurations have about a
/// dozen levels.
const DEPTH_LIMIT: usize = 1000;

/// XML.
pub(super) static SYNTAX: Definition = Definition {
    title: "XML",
    recognizes: |text| text.starts_with('<'),
    read,
    comments: |_| Vec::new(),
    retain_outside_values: reader::retain_between_elements,
    rejects_conflicts: false,
    offsets: Offsets::Bytes,
};

/// Reads the documents of an XML text. If the text is invalid, it yields nothing, not even the
/// elements before the error.
fn read<'s>(
    source: SourceId,
    text: &'s str,
    _whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees {
    let mut reader = XmlReader::new(source, text, findings);
    match reader.documents() {
        Ok(tree) => sink(tree),
        Err(error) => findings.push(finding(source, text, &error)),
    }
    Trees::Valid
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
