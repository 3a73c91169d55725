//! PCLI text: the output of `show config running`, nested or flat, sessions copied from a
//! terminal, and text that people write by hand.
//!
//! A text with prompts is a [`session`]; any other text is one outline. [`outline`] decides the
//! block of each line, and [`statement`] reads a line in its block, with the help of the
//! product's [`model`]. [`builder`] builds the tree. [`lines`] and [`noise`] split the text.

mod builder;
mod characters;
mod comments;
mod edits;
mod enclosing;
mod lines;
mod model;
mod noise;
mod outline;
mod parts;
pub(crate) mod print;
mod session;
mod statement;
mod step;
mod top_level;
mod words;

use self::enclosing::Enclosing;
use self::lines::PcliText;
use self::outline::Ending;
use crate::diagnostics::Finding;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, offset};

/// PCLI text.
pub(super) static SYNTAX: Definition = Definition {
    title: "PCLI text",
    // A text that no other syntax recognizes is PCLI text.
    recognizes: |_| false,
    read: |source, text, findings, sink| sink(read(source, text, findings)),
    parts: Some(parts::PARTS),
    retain_comments: Some(comments::retain),
    retain_outside_values,
    rejects_conflicts: false,
    edits: edits::edits,
    offsets: Offsets::Bytes,
};

/// Reads a PCLI text. Lines with findings do not keep other lines from being read.
fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>) -> Tree<'s> {
    findings.extend(lines_ending_with_cr(source, text));
    let text = PcliText::new(source, text);
    let members = if session::has_prompt(text) {
        session::read(text, findings)
    } else {
        outline::read(text, Enclosing::root(), Ending::Text, findings)
    };
    let whole = Span { source, start: 0, end: 0 };
    let at = members.iter().map(|m: &Member<'_>| m.name_at.to(m.tree.at)).reduce(Span::to).unwrap_or(whole);
    Tree { at, content: Content::Mapping(members) }
}

/// Removes places in quoted texts that run over several lines from a sorted list of bytes.
fn retain_outside_values(text: &str, places: &mut Vec<usize>) {
    let mut lines = PcliText::new(SourceId(0), text).all_lines(8).peekable();
    places.retain(|at| {
        while lines.next_if(|line| line.start + line.text.len() <= *at).is_some() {}
        lines.peek().is_none_or(|line| *at <= line.start)
    });
}

/// Returns the finding about a text whose only line endings are CR.
fn lines_ending_with_cr(source: SourceId, text: &str) -> Option<Finding> {
    if memchr::memchr(b'\n', text.as_bytes()).is_some() {
        return None;
    }
    let end = memchr::memchr(b'\r', text.trim_end().as_bytes())?;
    let at = Span { source, start: offset(end), end: offset(end + 1) };
    Some(invalid_syntax::at(at, "invalid line end: CR without LF; save the text with LF or CRLF"))
}
