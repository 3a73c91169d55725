//! Reads a text by its indentation: a line is in the nearest line above it that is indented less.

mod misplaced;

use super::{Flaw, Interpreter, MOST_FLAWS, OpenBlock, Outline, Sense, is_cut_off};
use crate::rules::invalid_syntax;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Exit, Line, PcliText};
use crate::syntaxes::pcli::model::ModelKind;
use crate::syntaxes::pcli::words::keyword;

/// The content of a line's block.
#[derive(Clone, Copy)]
enum LineContent {
    Block(Enclosing),
    /// A leaf, which has no lines.
    Leaf,
    /// A path to a leaf, which has none either.
    Path,
    /// Lines that are skipped.
    Skipped,
}

/// A line whose block is open.
struct OpenLine {
    indent: usize,
    line: usize,
    content: LineContent,
    /// The number of elements that the line entered.
    levels: usize,
    /// True if the block needs an `exit`: it has lines, or is known to be a block.
    is_block: bool,
}

/// The deepest nesting of blocks. The product's own configurations have about a dozen levels.
pub(super) const DEPTH_LIMIT: usize = 1000;

/// Reads a text that is enclosed by an element.
pub(super) fn read(text: PcliText<'_>, enclosing: Enclosing, tab_width: usize) -> Outline<'_> {
    let mut walk = IndentationWalk {
        interpreter: Interpreter::new(text),
        enclosing,
        open: Vec::new(),
        closed: None,
        outline: Outline::default(),
    };
    let mut indents = Indents::default();
    let mut lines = text.lines(tab_width);
    let mut is_before_gap = true;
    while let Some(line) = lines.next() {
        if is_before_gap && line.start >= text.gap.1 {
            walk.outline.before_gap = walk.open_blocks();
            is_before_gap = false;
        }
        indents.add(line.indent);
        if walk.outline.exits > 0 && is_cut_off(line, &lines) {
            break;
        }
        match line.exit() {
            Some(exit) if exit != Exit::Misspelled || walk.may_close(line) => walk.exit(line, exit),
            _ => walk.line(line, || opens(line, lines.clone().next())),
        }
    }
    if is_before_gap {
        walk.outline.before_gap = walk.open_blocks();
    }
    let blocks = walk.open.iter().filter(|open| open.is_block).map(|open| open.line);
    walk.outline.open = blocks.collect();
    walk.close(None, |_| true);
    let mut outline = walk.outline;
    outline.members = walk.interpreter.builder.finish();
    outline.findings = walk.interpreter.findings;
    outline.least_indent = indents.least();
    outline.is_flat = indents.are_equal();
    outline.has_tabs = text.has(b'\t');
    outline
}

/// Returns true if a faulty line opens a block: the next line is deeper, or closes the block.
fn opens(line: Line<'_>, next: Option<Line<'_>>) -> bool {
    next.is_some_and(|next| next.indent > line.indent || next.is_exit() && next.indent == line.indent)
}

/// The indentation of the lines of a text.
#[derive(Default)]
struct Indents {
    first: Option<usize>,
    /// The least and the most of the lines after the first.
    others: Option<(usize, usize)>,
}

impl Indents {
    fn add(&mut self, indent: usize) {
        match &mut self.others {
            _ if self.first.is_none() => self.first = Some(indent),
            None => self.others = Some((indent, indent)),
            Some((least, most)) => (*least, *most) = ((*least).min(indent), (*most).max(indent)),
        }
    }

    fn least(&self) -> usize {
        self.first.into_iter().chain(self.others.map(|(least, _)| least)).min().unwrap_or_default()
    }

    /// Returns true if all lines have the same indentation. Text that is copied without it often
    /// keeps, or loses, that of the first line alone.
    fn are_equal(&self) -> bool {
        self.others.is_none_or(|(least, most)| least == most)
    }
}

struct IndentationWalk<'s> {
    interpreter: Interpreter<'s>,
    enclosing: Enclosing,
    open: Vec<OpenLine>,
    /// The block that was closed last and its line, if no block was opened since.
    closed: Option<(Enclosing, usize)>,
    outline: Outline<'s>,
}

impl<'s> IndentationWalk<'s> {
    /// Returns the open lines.
    fn open_blocks(&self) -> Vec<OpenBlock> {
        let open = self.open.iter().map(|line| {
            let enclosing = match line.content {
                LineContent::Block(enclosing) => Some(enclosing),
                LineContent::Leaf | LineContent::Path | LineContent::Skipped => None,
            };
            OpenBlock { indent: line.indent, enclosing, is_block: line.is_block }
        });
        open.collect()
    }

    /// Returns true if the indentation of an `exit` is that of an open block.
    fn may_close(&self, exit: Line<'s>) -> bool {
        let block = self.open.iter().rev().find(|open| open.indent <= exit.indent);
        block.is_some_and(|block| block.indent == exit.indent && block.is_block)
    }

    fn exit(&mut self, line: Line<'s>, exit: Exit) {
        self.outline.exits += 1;
        self.interpreter.exit(line, exit);
        if exit == Exit::Joined {
            let is_block = self.open.iter().rposition(|open| open.is_block);
            self.close_to(is_block.map_or(0, |last| last + 1), Some(line.start));
            if let Some(block) = self.open.pop() {
                self.interpreter.builder.leave(block.levels);
            }
            return;
        }
        self.close(Some(line.start), |indent| indent > line.indent);
        match self.open.last() {
            Some(block) if block.indent == line.indent && !self.is_leaf(block) => {
                let block = self.open.pop().expect("just seen");
                self.interpreter.builder.leave(block.levels);
            }
            _ => self.outline.flaws.push(Flaw::Surplus { line: line.start }),
        }
    }

    /// Returns true if the last open line has no lines, so that no `exit` belongs to it.
    fn is_leaf(&self, last: &OpenLine) -> bool {
        let is_known_leaf = || self.model_of(self.open.len()).is_some_and(|element| element.kind == ModelKind::Leaf);
        match last.content {
            LineContent::Leaf | LineContent::Path => true,
            LineContent::Skipped => !last.is_block && is_known_leaf(),
            LineContent::Block(_) => false,
        }
    }

    fn line(&mut self, line: Line<'s>, opens: impl FnOnce() -> bool) {
        if !self.enter_sibling(line) {
            self.close(Some(line.start), |indent| indent >= line.indent);
        }
        if self.open.len() >= DEPTH_LIMIT {
            return self.too_deep(line);
        }
        let (content, parent) = match self.open.last_mut() {
            Some(block) => {
                block.is_block = true;
                (block.content, Some(block.line))
            }
            None => (LineContent::Block(self.enclosing), None),
        };
        let (content, levels, is_block) = match content {
            LineContent::Skipped | LineContent::Leaf | LineContent::Path => {
                self.misplaced_line(line, content, parent.unwrap_or(line.start));
                (LineContent::Skipped, 0, false)
            }
            LineContent::Block(enclosing) if enclosing.is_root() && self.interpreter.is_skipped_again(line) => {
                (LineContent::Skipped, 0, false)
            }
            LineContent::Block(enclosing) => self.line_in_block(line, enclosing, parent, opens),
        };
        self.open.push(OpenLine { indent: line.indent, line: line.start, content, levels, is_block });
        self.outline.deepest = self.outline.deepest.max(self.open.len());
    }

    /// Reads a line in a block: its content, the number of elements that it enters, and true if
    /// it is a block.
    fn line_in_block(
        &mut self,
        line: Line<'s>,
        enclosing: Enclosing,
        parent: Option<usize>,
        opens: impl FnOnce() -> bool,
    ) -> (LineContent, usize, bool) {
        self.outline.parents.push((line.start, parent));
        match self.interpreter.line(line, enclosing, opens) {
            Sense::Block(enclosing, levels) => {
                self.closed = None;
                (LineContent::Block(enclosing), levels, true)
            }
            Sense::Leaf => (LineContent::Leaf, 0, false),
            Sense::Path => (LineContent::Path, 0, false),
            Sense::Unknown => (LineContent::Skipped, 0, false),
            Sense::Skipped { levels, .. } => {
                if levels == 0 && enclosing.model.is_some() && !enclosing.has(keyword(line.text)) {
                    self.invalid_in_block(line, parent);
                }
                (LineContent::Skipped, levels, false)
            }
        }
    }

    /// Skips a line that is nested too deep, and reports the first one.
    fn too_deep(&mut self, line: Line<'s>) {
        if self.open.len() > DEPTH_LIMIT {
            return;
        }
        let at = self.interpreter.text.span(line.start, line.text.len());
        self.interpreter
            .findings
            .push(invalid_syntax::at(at, format!("blocks nest too deep; at most {DEPTH_LIMIT} levels are read")));
        let content = LineContent::Skipped;
        self.open.push(OpenLine { indent: line.indent, line: line.start, content, levels: 0, is_block: true });
    }

    /// Returns true if only an open block with the same indentation can hold a line: `router`
    /// under `authority`, both without indentation. It closes the blocks that cannot hold the
    /// line.
    fn enter_sibling(&mut self, line: Line<'s>) -> bool {
        let deeper = self.open.iter().rposition(|block| block.indent <= line.indent).map_or(0, |last| last + 1);
        let first = self.open[..deeper].iter().rposition(|block| block.indent < line.indent).map_or(0, |last| last + 1);
        let is_block = |open: &OpenLine| matches!(open.content, LineContent::Block(_));
        if !self.open[first..deeper].iter().any(is_block) {
            return false;
        }
        let name = keyword(line.text);
        let may_hold = |content: LineContent| matches!(content, LineContent::Block(block) if block.has(name));
        let Some(holder) = self.open[first..deeper].iter().rposition(|block| may_hold(block.content)) else {
            return false;
        };
        let around = first.checked_sub(1).map_or(LineContent::Block(self.enclosing), |outer| self.open[outer].content);
        if !matches!(around, LineContent::Block(_)) || may_hold(around) {
            return false;
        }
        self.outline.siblings.push((line.start, self.open[first + holder].line));
        self.close_to(first + holder + 1, Some(line.start));
        true
    }

    /// Closes the open blocks that end before a line, or the end of the text, by their indentation.
    fn close(&mut self, before: Option<usize>, ends: impl Fn(usize) -> bool) {
        let depth = self.open.iter().rposition(|block| !ends(block.indent)).map_or(0, |last| last + 1);
        self.close_to(depth, before);
    }

    fn close_to(&mut self, depth: usize, before: Option<usize>) {
        let mut without_exit = None;
        while self.open.len() > depth {
            let Some(block) = self.open.pop() else { break };
            self.interpreter.builder.leave(block.levels);
            if let LineContent::Block(enclosing) = block.content {
                self.closed = Some((enclosing, block.line));
            }
            if block.is_block {
                without_exit = Some(without_exit.map_or((block.line, 0), |(line, around)| (line, around + 1)));
            }
        }
        if let Some((line, around)) = without_exit {
            self.outline.flaws.push(Flaw::Missing { line, around, before });
        }
    }
}
