//! Reads a text by its `exit`s, as the product does. A line opens a block regardless of the
//! indentation. An `exit` closes the block that was opened last.
//!
//! The model decides which lines open blocks. For elements that it does not know, [`search`] finds
//! the decisions with which the `exit`s add up, given the [`evidence`] on the lines.

mod content;
mod evidence;
mod search;

use self::content::{BlockContent, Opening, closed_by, opening_in_skipped, opening_of_skipped};
pub(super) use self::search::{Decisions, decide};
use super::{Flaw, Interpreter, Outline, Sense, TAB_WIDTHS, is_cut_off};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Exit, Line, PcliText};
use crate::syntaxes::pcli::words::keyword;

/// A block that is open.
struct OpenBlock {
    line: usize,
    content: BlockContent,
    levels: usize,
    /// Its indentation, or that of a block around it if that is deeper.
    indent: usize,
    /// The indentation of its lines.
    inner_indent: Option<usize>,
}

/// Reads a text that is enclosed by an element. `least_indent` is the least indentation of a line.
pub(super) fn read<'s>(
    text: PcliText<'s>,
    enclosing: Enclosing,
    decisions: &Decisions,
    least_indent: usize,
) -> Outline<'s> {
    let mut walk = ExitWalk {
        interpreter: Interpreter::new(text),
        enclosing,
        decisions,
        open: Vec::new(),
        closed: None,
        outline: Outline { is_regular: true, least_indent, ..Outline::default() },
    };
    let mut lines = text.lines(TAB_WIDTHS[0]);
    while let Some(line) = lines.next() {
        if is_cut_off(line, &lines) {
            break;
        }
        match line.exit() {
            Some(exit) if exit != Exit::Misspelled || !walk.open.is_empty() => walk.exit(line, exit),
            _ => walk.line(line),
        }
    }
    walk.outline.open = walk.open.iter().map(|block| block.line).collect();
    walk.close_to(0, None);
    let mut outline = walk.outline;
    outline.members = walk.interpreter.builder.finish();
    outline.findings = walk.interpreter.findings;
    outline
}

struct ExitWalk<'s, 'd> {
    interpreter: Interpreter<'s>,
    enclosing: Enclosing,
    decisions: &'d Decisions,
    open: Vec<OpenBlock>,
    /// The block that was closed last and its `exit`, if no block was opened since.
    closed: Option<(Enclosing, usize)>,
    outline: Outline<'s>,
}

impl<'s> ExitWalk<'s, '_> {
    fn exit(&mut self, line: Line<'s>, exit: Exit) {
        self.interpreter.exit(line, exit);
        match self.open.pop() {
            Some(block) => {
                self.interpreter.builder.leave(block.levels);
                self.closed = match block.content {
                    BlockContent::Read(enclosing) => Some((enclosing, line.start)),
                    BlockContent::Known(_) | BlockContent::Unknown => None,
                };
            }
            None => self.outline.flaws.push(Flaw::Surplus { line: line.start }),
        }
    }

    fn line(&mut self, line: Line<'s>) {
        let open = self.open.iter().rev().map(|block| block.content);
        self.close_to(self.open.len() - closed_by(line, self.enclosing, self.open.len(), open), Some(line.start));
        self.check_indent(line.indent);
        let (content, parent) = match self.open.last() {
            Some(block) => (block.content, Some(block.line)),
            None => (BlockContent::Read(self.enclosing), None),
        };
        let (opening, levels) = if let BlockContent::Read(enclosing) = content {
            self.outline.parents.push((line.start, parent));
            self.line_in_block(line, enclosing)
        } else {
            self.interpreter.text.words(line, &mut self.interpreter.words);
            (opening_in_skipped(content, &self.interpreter.words), 0)
        };
        let opened = match opening {
            Opening::Block(content) => Some(content),
            Opening::Unsure(content) if self.decisions.opens(line.start) => Some(content),
            Opening::Unsure(_) | Opening::Nothing => None,
        };
        let Some(content) = opened else { return self.interpreter.builder.leave(levels) };
        let indent = self.open.last().map_or(line.indent, |around| around.indent.max(line.indent));
        self.open.push(OpenBlock { line: line.start, content, levels, indent, inner_indent: None });
        self.closed = None;
    }

    /// Reads a line in a block that is read. Returns the block that the line opens, and the
    /// number of elements that it enters.
    fn line_in_block(&mut self, line: Line<'s>, enclosing: Enclosing) -> (Opening, usize) {
        match self.interpreter.line(line, enclosing, || self.decisions.opens(line.start)) {
            Sense::Block(enclosing, levels) => (Opening::Block(BlockContent::Read(enclosing)), levels),
            Sense::Leaf | Sense::Path => (Opening::Nothing, 0),
            Sense::Unknown => (Opening::Unsure(BlockContent::Unknown), 0),
            Sense::Skipped { levels, enclosing, keyword } => {
                let opening = opening_of_skipped(enclosing, &self.interpreter.words[keyword..]);
                if matches!(opening, Opening::Unsure(_)) {
                    self.doubt_exit(line);
                }
                (opening, levels)
            }
        }
    }

    /// Checks that a line is deeper than its block, and as deep as the other lines of the block.
    /// Lines that lost their indentation do not count.
    fn check_indent(&mut self, indent: usize) {
        if indent == self.outline.least_indent {
            return;
        }
        if let Some(block) = self.open.last_mut() {
            let inner = *block.inner_indent.get_or_insert(indent);
            self.outline.is_regular &= indent > block.indent && indent == inner;
        }
    }

    /// Reports the last `exit` as surplus if a line is unknown here, but valid in the block that
    /// this `exit` closed.
    fn doubt_exit(&mut self, line: Line<'s>) {
        if let Some((_, exit)) = self.closed.take_if(|(closed, _)| closed.read.find(keyword(line.text)).is_some()) {
            self.outline.flaws.push(Flaw::Surplus { line: exit });
        }
    }

    /// Closes all but the first `count` blocks, before a line or the end of the text.
    fn close_to(&mut self, count: usize, before: Option<usize>) {
        let innermost = self.open.last().map(|block| block.line);
        let around = self.open.len().saturating_sub(count + 1);
        if let Some(line) = innermost.filter(|_| self.open.len() > count) {
            self.outline.flaws.push(Flaw::Missing { line, around, before });
        }
        for block in self.open.drain(count..).rev() {
            self.interpreter.builder.leave(block.levels);
        }
    }
}
