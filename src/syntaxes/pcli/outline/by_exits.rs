//! Reads a text by its `exit`s, as the product does. A line opens a block regardless of the
//! indentation. An `exit` closes the block that was opened last.
//!
//! The model decides which lines open blocks. For an element that it does not know, the next line
//! decides.

use super::{Flaw, Interpreter, Outline, Sense, TAB_WIDTHS, doubtful};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText, keyword};
use crate::syntaxes::pcli::model::{ModelElement, ModelKind};

/// The content of an open block.
#[derive(Clone, Copy)]
enum BlockContent {
    Read(Enclosing),
    /// Lines that are skipped, of an element in the model.
    Known(&'static ModelElement),
    /// Lines that are skipped, of an element that the model does not have.
    Unknown,
}

/// A block that is open.
struct OpenBlock {
    line: usize,
    content: BlockContent,
    levels: usize,
}

/// Reads a text that is enclosed by an element.
pub(super) fn read(text: PcliText<'_>, enclosing: Enclosing) -> Outline<'_> {
    let mut walk = ExitWalk {
        interpreter: Interpreter::new(text),
        enclosing,
        open: Vec::new(),
        closed: None,
        outline: Outline::default(),
    };
    let mut lines = text.lines(TAB_WIDTHS[0]).peekable();
    while let Some(line) = lines.next() {
        if line.text == "exit" {
            walk.exit(line);
        } else {
            walk.line(line, lines.peek());
        }
    }
    walk.close_to(0);
    let mut outline = walk.outline;
    outline.members = walk.interpreter.builder.finish();
    outline.findings = walk.interpreter.findings;
    outline
}

struct ExitWalk<'s> {
    interpreter: Interpreter<'s>,
    enclosing: Enclosing,
    open: Vec<OpenBlock>,
    /// The block that was closed last and its `exit`, if no block was opened since.
    closed: Option<(Enclosing, usize)>,
    outline: Outline<'s>,
}

impl<'s> ExitWalk<'s> {
    fn exit(&mut self, line: Line<'s>) {
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

    fn line(&mut self, line: Line<'s>, next: Option<&Line<'s>>) {
        self.close_to(self.depth_for(line.text));
        let (content, parent) = match self.open.last() {
            Some(block) => (block.content, Some(block.line)),
            None => (BlockContent::Read(self.enclosing), None),
        };
        let opened = match content {
            BlockContent::Read(enclosing) => {
                self.outline.parents.push((line.start, parent));
                self.line_in_block(line, enclosing, next)
            }
            BlockContent::Known(element) => {
                let mut words = line.text.split_ascii_whitespace();
                let opened = match words.next().and_then(|name| element.child(name)) {
                    Some(child) => opened_by(child, words),
                    None => opens(line, 0, next).then_some(BlockContent::Unknown),
                };
                opened.map(|content| (content, 0))
            }
            BlockContent::Unknown => opens(line, 0, next).then_some((BlockContent::Unknown, 0)),
        };
        if let Some(finding) = self.interpreter.doubt.take() {
            let is_top = self.enclosing.is_root() && self.open.is_empty();
            self.interpreter.findings.extend(doubtful(finding, opens(line, 0, next) || !is_top));
        }
        if let Some((content, levels)) = opened {
            self.open.push(OpenBlock { line: line.start, content, levels });
            self.closed = None;
        }
    }

    /// Reads a line in a block that is read. Returns the block that the line opens, and the
    /// number of elements that it enters.
    fn line_in_block(
        &mut self,
        line: Line<'s>,
        enclosing: Enclosing,
        next: Option<&Line<'s>>,
    ) -> Option<(BlockContent, usize)> {
        let (levels, enclosing, keyword) = match self.interpreter.line(line, enclosing) {
            Sense::Block(enclosing, levels) => return Some((BlockContent::Read(enclosing), levels)),
            Sense::Leaf => return None,
            Sense::Skipped { levels, enclosing, keyword, .. } => (levels, enclosing, keyword),
        };
        let words: Vec<&str> = self.interpreter.words.iter().map(|word| &*word.text).collect();
        let known = words.get(keyword).and_then(|name| enclosing.intended_model_of(name));
        let opened = match known {
            Some(element) => opened_by(element, words[keyword + 1..].iter().copied()),
            None => {
                self.doubt_exit(line);
                opens(line, keyword, next).then_some(BlockContent::Unknown)
            }
        };
        if opened.is_none() {
            self.interpreter.builder.leave(levels);
        }
        opened.map(|content| (content, levels))
    }

    /// Reports the last `exit` as surplus if a line is unknown here, but valid in the block that
    /// this `exit` closed.
    fn doubt_exit(&mut self, line: Line<'s>) {
        if let Some((_, exit)) = self.closed.take_if(|(closed, _)| closed.read.find(keyword(line.text)).is_some()) {
            self.outline.flaws.push(Flaw::Surplus { line: exit });
        }
    }

    /// Returns the number of open blocks around a line. A line that is only valid in an outer
    /// block closes the blocks in between.
    fn depth_for(&self, line: &str) -> usize {
        let name = keyword(line);
        let second = line.split_ascii_whitespace().nth(1);
        if matches!(name, "config" | "configure") && second.is_none_or(|second| second.starts_with("auth")) {
            return 0;
        }
        let may_hold = |content: BlockContent| match content {
            BlockContent::Read(enclosing) => enclosing.has(name),
            BlockContent::Known(element) => element.child(name).is_some(),
            BlockContent::Unknown => false,
        };
        if matches!(self.open.last(), None | Some(OpenBlock { content: BlockContent::Unknown, .. })) {
            return self.open.len();
        }
        match self.open.iter().rposition(|block| may_hold(block.content)) {
            Some(outer) => outer + 1,
            // Another fragment.
            None if self.enclosing.is_root() && self.enclosing.read.find(name).is_some() => 0,
            None => self.open.len(),
        }
    }

    /// Closes all but the first `count` blocks.
    fn close_to(&mut self, count: usize) {
        let innermost = self.open.last().map(|block| block.line);
        let around = self.open.len().saturating_sub(count + 1);
        if let Some(line) = innermost.filter(|_| self.open.len() > count) {
            self.outline.flaws.push(Flaw::Missing { line, around });
        }
        for block in self.open.drain(count..).rev() {
            self.interpreter.builder.leave(block.levels);
        }
    }
}

/// Returns the block that a line opens, given its first element. A line that ends in a leaf opens
/// none.
fn opened_by<'w>(element: &'static ModelElement, mut words: impl Iterator<Item = &'w str>) -> Option<BlockContent> {
    let mut element = element;
    loop {
        match element.kind {
            ModelKind::Leaf => return None,
            ModelKind::List { keys } => words.by_ref().take(keys).for_each(drop),
            ModelKind::Container => {}
        }
        match words.next().map(|word| element.child(word)) {
            Some(Some(child)) => element = child,
            // A path into an unknown element most likely ends in a leaf.
            Some(None) => return None,
            None => return Some(BlockContent::Known(element)),
        }
    }
}

/// Returns true if a line with an unknown element opens a block: the next line is deeper, repeats
/// the key, or closes the block. `keyword` is the position of the element's name.
fn opens(line: Line<'_>, keyword: usize, next: Option<&Line<'_>>) -> bool {
    let Some(next) = next else { return false };
    let key = line.text.split_ascii_whitespace().nth(1);
    let repeats_key = key.is_some() && next.text.split_ascii_whitespace().nth(1) == key;
    let is_closed = next.text == "exit" && next.indent == line.indent;
    next.indent > line.indent || keyword == 0 && (is_closed || repeats_key)
}
