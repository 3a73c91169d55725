//! PCLI text: as `show config running` prints it, nested or flat, as sessions are copied from a terminal, and as people write it
//! by hand.
//!
//! A text with prompts in it is a [`session`]; the others are one outline. [`outline`] finds out which lines stand in which
//! block, [`statement`] what a line says there, with the help of the product's [`model`]; [`builder`] makes the tree.

mod builder;
mod comments;
mod lines;
mod model;
mod noise;
mod outline;
pub(crate) mod print;
mod session;
mod statement;

use self::lines::Text;
use self::statement::Context;
use crate::diagnostics::Finding;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, Trees, offset};

/// PCLI text.
pub(crate) static SYNTAX: Definition = Definition {
    title: "PCLI text",
    // A text that no other syntax recognizes is PCLI text.
    recognizes: |_| false,
    read: |source, text, _whole, findings, sink| {
        sink(read(source, text, findings));
        Trees::Valid
    },
    comments: comments::starts,
    offsets: Offsets::Bytes,
};

/// Reads a PCLI text. What is unclear is a finding; what is clear is read all the same.
fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>) -> Tree<'s> {
    if memchr::memchr(b'\n', text.as_bytes()).is_none()
        && let Some(end) = memchr::memchr(b'\r', text.trim_end().as_bytes())
    {
        let at = Span { source, start: offset(end), end: offset(end + 1) };
        findings.push(invalid_syntax::at(
            at,
            "the lines end with CR alone, so this is one line; save the text with LF or CRLF",
        ));
    }
    let text = Text::new(source, text);
    let members = if session::has_prompt(text) {
        session::read(text, findings)
    } else {
        outline::read(text, Context::root(), findings)
    };
    let whole = Span { source, start: 0, end: 0 };
    let at = members.iter().map(|m: &Member<'_>| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(whole);
    Tree { at, content: Content::Mapping(members) }
}
