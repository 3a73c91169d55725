//! Reads the documents of a text, and unwraps the NETCONF elements around their configurations.

use super::DEPTH_LIMIT;
use super::namespaces::NamespaceOwner;
use super::prolog::Prolog;
use super::reader::{Next, Start, XmlReader, unfinished};
use crate::elements::ROOT;
use crate::model::Span;
use crate::model::tree::Tree;
use crate::rules::unsupported_syntax;
use crate::syntaxes::SyntaxError;

impl<'s> XmlReader<'s, '_> {
    /// Reads the elements of all documents into one tree.
    pub(super) fn documents(&mut self) -> Result<Tree<'s>, SyntaxError> {
        let mut members = Vec::new();
        let mut wrappers: Vec<Start<'s>> = Vec::new();
        loop {
            self.is_in_element = !wrappers.is_empty();
            let next = self.next()?;
            self.is_in_element = true;
            match next {
                Next::Start(start) => match (self.namespaces.owner(start.prefix()), start.local()) {
                    (NamespaceOwner::Netconf, "filter") => {
                        self.findings.push(unsupported_syntax::filter(start.at));
                        self.skip(start)?;
                    }
                    (NamespaceOwner::Netconf, name) if is_wrapper(name) && !start.is_empty => {
                        if wrappers.len() > DEPTH_LIMIT {
                            let message = format!("elements nest too deep; at most {DEPTH_LIMIT} levels are read");
                            return Err(SyntaxError { at: start.at, message });
                        }
                        wrappers.push(start);
                    }
                    (NamespaceOwner::Netconf, _) => self.skip(start)?,
                    _ => self.child(start, &ROOT, &mut members)?,
                },
                Next::Text(text, at, is_literal) if wrappers.is_empty() => {
                    check_framing(&text, at, is_literal)?;
                    if !text.trim().is_empty() {
                        self.prolog = Prolog::at(at.end as usize);
                    }
                }
                Next::Text(..) => {}
                Next::End => {
                    if let Some(start) = wrappers.pop() {
                        self.leave(&start);
                    }
                }
                Next::Eof => match wrappers.last() {
                    None => return Ok(super::element::mapping(members, self.text_start())),
                    Some(start) => return Err(unfinished(start)),
                },
            }
        }
    }
}

/// Returns true for a NETCONF element that may contain a configuration.
fn is_wrapper(name: &str) -> bool {
    matches!(name, "rpc" | "rpc-reply" | "data" | "edit-config" | "config" | "get-config")
}

/// Returns true for the size of a chunk of a NETCONF message.
fn is_chunk_size(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u32>().is_ok()
}

/// Rejects text outside of all elements, except for white space and the framing of NETCONF messages
/// (RFC 6242, section 4).
fn check_framing(text: &str, at: Span, is_literal: bool) -> Result<(), SyntaxError> {
    let is_framing = |line: &str| {
        let line = line.trim();
        line.is_empty()
            || line == "]]>]]>"
            || line.strip_prefix('#').is_some_and(|size| size == "#" || is_chunk_size(size))
    };
    if is_literal && text.lines().all(is_framing) {
        return Ok(());
    }
    Err(SyntaxError { at, message: "unexpected text outside of all elements; remove it".to_owned() })
}
