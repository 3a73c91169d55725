//! The reading by indentation: a line stands in the last line above it that is indented less.

use std::borrow::Cow;

use super::{Flaw, Interpreter, Reading, Sense, doubtful};
use crate::diagnostic::Finding;
use crate::input::invalid_syntax;
use crate::input::pcli::lines::{Line, Text, keyword};
use crate::input::pcli::model;
use crate::input::pcli::statement::Context;
use crate::model::document::{FaultKind, Member, Tree};

/// What a line's block holds.
#[derive(Clone, Copy)]
enum Within {
    Block(Context),
    /// A leaf: nothing.
    Leaf,
    Passed,
}

/// A line whose block is open.
struct Open {
    indent: usize,
    line: usize,
    within: Within,
    /// How many elements the line entered.
    levels: usize,
    /// Whether its block must be closed: it has lines, or is known to be a block.
    is_block: bool,
}

/// Blocks deeper than the product's own (about a dozen) are hostile, or no configuration.
const DEPTH_LIMIT: usize = 1000;

pub(super) fn read(text: Text<'_>, context: Context, tab_width: usize) -> Reading<'_> {
    let mut walk = Walk {
        interpreter: Interpreter::new(text),
        context,
        open: Vec::new(),
        doubt: None,
        reading: Reading::default(),
    };
    let mut least_and_most = None;
    for line in text.lines(tab_width) {
        let (least, most) = least_and_most.get_or_insert((line.indent, line.indent));
        (*least, *most) = ((*least).min(line.indent), (*most).max(line.indent));
        walk.settle(Some(line));
        if line.text == "exit" { walk.exit(line) } else { walk.line(line) }
    }
    walk.settle(None);
    walk.close(|_| true);
    let mut reading = walk.reading;
    reading.members = walk.interpreter.builder.finish();
    reading.findings = walk.interpreter.findings;
    reading.is_flat = least_and_most.is_none_or(|(least, most)| least == most);
    reading.has_tabs = memchr::memchr(b'\t', &text.whole.as_bytes()[text.start..text.end]).is_some();
    reading
}

struct Walk<'s> {
    interpreter: Interpreter<'s>,
    context: Context,
    open: Vec<Open>,
    /// What is wrong with the last line, and how deep it is indented, if it is an element.
    doubt: Option<(Finding, usize)>,
    reading: Reading<'s>,
}

impl<'s> Walk<'s> {
    /// Decides about the last line by the next one.
    fn settle(&mut self, next: Option<Line<'s>>) {
        let Some((finding, indent)) = self.doubt.take() else { return };
        let has_block = next.is_some_and(|next| next.indent > indent || next.text == "exit" && next.indent == indent);
        let is_top = self.context.is_root() && self.open.len() == 1;
        self.interpreter.findings.push(doubtful(finding, has_block || !is_top));
    }

    fn exit(&mut self, line: Line<'s>) {
        self.reading.exits += 1;
        self.close(|indent| indent > line.indent);
        match self.open.last() {
            Some(block) if block.indent == line.indent && !matches!(block.within, Within::Leaf) => {
                let block = self.open.pop().expect("just seen");
                self.interpreter.builder.leave(block.levels);
            }
            _ => self.reading.flaws.push(Flaw::Surplus { line: line.start }),
        }
    }

    fn line(&mut self, line: Line<'s>) {
        if !self.stands_in_sibling(line) {
            self.close(|indent| indent >= line.indent);
        }
        if self.open.len() >= DEPTH_LIMIT {
            if self.open.len() == DEPTH_LIMIT {
                let at = self.interpreter.text.span(line.start, line.text.len());
                self.interpreter.findings.push(invalid_syntax(at, "blocks nest too deep here"));
                self.open.push(Open {
                    indent: line.indent,
                    line: line.start,
                    within: Within::Passed,
                    levels: 0,
                    is_block: true,
                });
            }
            return;
        }
        let is_top = self.open.len() <= 1;
        let (within, parent) = match self.open.last_mut() {
            Some(block) => {
                block.is_block = true;
                (block.within, Some(block.line))
            }
            None => (Within::Block(self.context), None),
        };
        let (within, levels, is_block) = match within {
            Within::Passed => {
                let outer = parent.unwrap_or(line.start);
                if self.is_under_unread_leaf(line, outer) {
                    self.in_leaf(line, outer);
                } else if is_top {
                    self.in_no_element(line, outer);
                }
                (Within::Passed, 0, false)
            }
            Within::Leaf => {
                self.in_leaf(line, parent.unwrap_or(line.start));
                (Within::Passed, 0, false)
            }
            Within::Block(context) if context.is_root() && self.interpreter.is_passed_again(line) => {
                (Within::Passed, 0, false)
            }
            Within::Block(context) => {
                self.reading.parents.push((line.start, parent));
                match self.interpreter.line(line, context) {
                    Sense::Block(context, levels) => (Within::Block(context), levels, true),
                    Sense::Leaf => (Within::Leaf, 0, false),
                    Sense::Passed { levels, .. } => (Within::Passed, levels, false),
                }
            }
        };
        self.doubt = self.interpreter.doubt.take().map(|finding| (finding, line.indent));
        self.open.push(Open { indent: line.indent, line: line.start, within, levels, is_block });
    }

    /// Whether a line can stand nowhere but in an open block that is indented as deep as it: `router` under `authority`, beside it.
    /// Then what is deeper, and what is beside it and cannot hold it, is closed.
    fn stands_in_sibling(&mut self, line: Line<'s>) -> bool {
        let deeper = self.open.iter().rposition(|block| block.indent <= line.indent).map_or(0, |last| last + 1);
        let first = self.open[..deeper].iter().rposition(|block| block.indent < line.indent).map_or(0, |last| last + 1);
        let name = keyword(line.text);
        let may_hold = |within: Within| matches!(within, Within::Block(context) if context.has(name));
        let Some(holder) = self.open[first..deeper].iter().rposition(|block| may_hold(block.within)) else {
            return false;
        };
        let around = first.checked_sub(1).map_or(Within::Block(self.context), |outer| self.open[outer].within);
        if !matches!(around, Within::Block(_)) || may_hold(around) {
            return false;
        }
        self.reading.beside.push((line.start, self.open[first + holder].line));
        let depth = first + holder + 1;
        self.close_to(depth);
        true
    }

    /// Whether a line stands deeper than a leaf that is not read, and would be read beside it. What else is below such a leaf may be a
    /// value of several lines.
    fn is_under_unread_leaf(&self, line: Line<'s>, leaf: usize) -> bool {
        let around = match self.open.len() {
            0 | 1 => self.context,
            depth => match self.open[depth - 2].within {
                Within::Block(context) => context,
                Within::Leaf | Within::Passed => return false,
            },
        };
        let is_leaf = || {
            let name = keyword(&self.interpreter.text.whole[leaf..self.interpreter.text.end]);
            !around.is_root() && around.model_of(name).is_some_and(|element| element.kind == model::Kind::Leaf)
        };
        around.read.find(keyword(line.text)).is_some() && is_leaf()
    }

    /// A line in the block of a leaf: what it is cannot be told, so it stands as a fault in the element that holds the leaf.
    fn in_leaf(&mut self, line: Line<'s>, leaf: usize) {
        let text = self.interpreter.text;
        let (name, own) = (keyword(&text.whole[leaf..text.end]), keyword(line.text));
        let at = text.span(line.start, own.len().max(1));
        let message = format!("`{name}` holds a value and no lines; indent this line as deep as `{name}`, or less");
        let tree = Tree::fault(FaultKind::Syntax, at, message);
        self.interpreter.builder.add(Member { name: Cow::Borrowed(own), name_at: at, tree });
        self.reading.misplaced += 1;
    }

    /// To pass a service over because of what stands above it would withdraw its routes.
    fn in_no_element(&mut self, line: Line<'s>, outer: usize) {
        let (text, name) = (self.interpreter.text, keyword(line.text));
        let outer = keyword(&text.whole[outer..text.end]);
        let is_its_own = || model::Element::authority().somewhere(outer, name);
        if !self.context.is_root() || self.context.read.find(name).is_none() || is_its_own() {
            return;
        }
        self.interpreter.findings.push(invalid_syntax(
            text.span(line.start, name.len()),
            "this stands in the block of a line that is no element, so it would not be read; outdent it, or remove that line",
        ));
    }

    /// Closes the open blocks whose indentation says that they end.
    fn close(&mut self, ends: impl Fn(usize) -> bool) {
        let depth = self.open.iter().rposition(|block| !ends(block.indent)).map_or(0, |last| last + 1);
        self.close_to(depth);
    }

    fn close_to(&mut self, depth: usize) {
        let mut without_exit = None;
        for block in self.open.drain(depth..).rev() {
            self.interpreter.builder.leave(block.levels);
            if block.is_block {
                without_exit = Some(without_exit.map_or((block.line, 0), |(line, around)| (line, around + 1)));
            }
        }
        if let Some((line, around)) = without_exit {
            self.reading.flaws.push(Flaw::Missing { line, around });
        }
    }
}
