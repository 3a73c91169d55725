//! Which lines stand in which block.
//!
//! The product indents, and closes each block with `exit`; people leave the `exit`s out. Both read by indentation, and an
//! `exit` that does not agree with it is a finding.

use super::lines::{self, Line, Word};
use crate::diagnostic::Finding;
use crate::input::invalid_syntax;
use crate::model::SourceId;

/// A line and the lines in its block.
#[derive(Debug)]
pub(super) struct Statement<'s> {
    pub(super) words: Vec<Word<'s>>,
    pub(super) children: Vec<Statement<'s>>,
}

impl<'s> Statement<'s> {
    /// The first word.
    pub(super) fn keyword(&self) -> &Word<'s> {
        &self.words[0]
    }
}

/// A block that is open: its indentation and its statement.
type Open<'s> = (usize, Statement<'s>);

/// Blocks deeper than the product's own (about a dozen) would only cost memory and stack.
const DEPTH_LIMIT: usize = 256;

/// The statements of a text.
pub(super) fn read<'s>(source: SourceId, text: &'s str, findings: &mut Vec<Finding>) -> Vec<Statement<'s>> {
    let mut top = Vec::new();
    let mut open: Vec<Open<'s>> = Vec::new();
    for Line { indent, words } in lines::read(source, text, findings) {
        let is_exit = matches!(words.as_slice(), [word] if !word.quoted && word.text == "exit");
        if is_exit {
            close(&mut open, &mut top, |block| block > indent);
            match open.last() {
                Some((block, _)) if *block == indent => close_one(&mut open, &mut top),
                _ => findings.push(invalid_syntax(
                    words[0].at,
                    "this `exit` closes no block; an `exit` stands as deep as the line that opens its block",
                )),
            }
        } else {
            close(&mut open, &mut top, |block| block >= indent);
            if open.len() >= DEPTH_LIMIT {
                findings.push(invalid_syntax(words[0].at, "blocks nest too deep here; the line is left out"));
                continue;
            }
            open.push((indent, Statement { words, children: Vec::new() }));
        }
    }
    close(&mut open, &mut top, |_| true);
    top
}

fn close<'s>(open: &mut Vec<Open<'s>>, top: &mut Vec<Statement<'s>>, ends: impl Fn(usize) -> bool) {
    while open.last().is_some_and(|(indent, _)| ends(*indent)) {
        close_one(open, top);
    }
}

fn close_one<'s>(open: &mut Vec<Open<'s>>, top: &mut Vec<Statement<'s>>) {
    if let Some((_, statement)) = open.pop() {
        open.last_mut().map_or(top, |(_, parent)| &mut parent.children).push(statement);
    }
}
