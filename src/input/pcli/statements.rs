//! Which lines stand in which block.
//!
//! The product indents, and closes each block with `exit`; people leave the `exit`s out. Both read by indentation, and an
//! `exit` that does not agree with it is a finding.

use super::lines::{self, Line, Word};
use crate::diagnostic::Finding;
use crate::input::invalid_syntax;
use crate::input::shape::{Elements, Meaning, Shape};
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

/// A block that is open.
struct Open<'s> {
    indent: usize,
    /// What its lines may be.
    within: Within,
    /// Its line and those in it so far; none where nobody asks for them.
    statement: Option<Statement<'s>>,
}

/// What a line means by where it stands.
#[derive(Clone, Copy)]
enum Within {
    /// In a container or list entry of which these elements are read.
    Elements(&'static Elements),
    /// In something that is kept to be reported, and not read.
    Reported,
    /// In something that is passed over.
    Nothing,
}

impl Within {
    /// What stands in the block of a line that stands here; and whether the line itself is kept.
    fn of_line(self, keyword: &str) -> (Self, bool) {
        match self {
            Self::Nothing => (Self::Nothing, false),
            Self::Reported => (Self::Reported, true),
            Self::Elements(elements) => match elements.meaning(keyword) {
                Meaning::Element(_, Shape::Container(elements) | Shape::List { entry: elements, .. }) => {
                    (Self::Elements(elements), true)
                }
                Meaning::Element(_, Shape::Leaf | Shape::LeafList) | Meaning::Unknown | Meaning::Plural(_) => {
                    (Self::Reported, true)
                }
                Meaning::Other => (Self::Nothing, false),
            },
        }
    }
}

/// Blocks deeper than the product's own (about a dozen) would only cost memory and stack.
const DEPTH_LIMIT: usize = 256;

/// The statements of a text whose elements are read, without all others.
pub(super) fn read<'s>(
    source: SourceId,
    text: &'s str,
    elements: &'static Elements,
    findings: &mut Vec<Finding>,
) -> Vec<Statement<'s>> {
    let mut top = Vec::new();
    let mut open: Vec<Open<'s>> = Vec::new();
    lines::read(source, text, findings, |Line { indent, words }, findings| {
        let is_exit = matches!(words.as_slice(), [word] if !word.quoted && word.text == "exit");
        if is_exit {
            close(&mut open, &mut top, |block| block > indent);
            match open.last() {
                Some(block) if block.indent == indent => close_one(&mut open, &mut top),
                _ => findings.push(invalid_syntax(
                    words[0].at,
                    "this `exit` closes no block; an `exit` stands as deep as the line that opens its block",
                )),
            }
            return;
        }
        close(&mut open, &mut top, |block| block >= indent);
        if open.len() >= DEPTH_LIMIT {
            findings.push(invalid_syntax(words[0].at, "blocks nest too deep here; the line is left out"));
            return;
        }
        let outside = open.last().map_or(Within::Elements(elements), |block| block.within);
        let (within, kept) = outside.of_line(&words[0].text);
        let in_no_element = open.len() == 1 && matches!(outside, Within::Nothing);
        if in_no_element && elements.find(&words[0].text).is_some() {
            // To pass a service over because of what stands above it would withdraw its routes.
            findings.push(invalid_syntax(
                words[0].at,
                "this stands in the block of a line that is no element, so it would not be read; outdent it, or remove that line",
            ));
        }
        let statement = kept.then_some(Statement { words, children: Vec::new() });
        open.push(Open { indent, within, statement });
    });
    close(&mut open, &mut top, |_| true);
    top
}

fn close<'s>(open: &mut Vec<Open<'s>>, top: &mut Vec<Statement<'s>>, ends: impl Fn(usize) -> bool) {
    while open.last().is_some_and(|block| ends(block.indent)) {
        close_one(open, top);
    }
}

/// Puts the innermost open block where it belongs: what is kept stands in blocks that are kept.
fn close_one<'s>(open: &mut Vec<Open<'s>>, top: &mut Vec<Statement<'s>>) {
    let Some(statement) = open.pop().and_then(|block| block.statement) else { return };
    let parent = open.last_mut().and_then(|block| block.statement.as_mut());
    parent.map_or(top, |parent| &mut parent.children).push(statement);
}
