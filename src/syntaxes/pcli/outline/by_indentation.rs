//! The reading by indentation: a line stands in the last line above it that is indented less.

use std::borrow::Cow;

use crate::diagnostics::Finding;
use crate::model::tree::{FaultKind, Member, Tree};
use crate::rules::invalid_syntax;
use crate::syntaxes::pcli::lines::{Line, Text, keyword};
use crate::syntaxes::pcli::model;
use crate::syntaxes::pcli::outline::{Flaw, Interpreter, MOST_FLAWS, Reading, Sense, doubtful};
use crate::syntaxes::pcli::statement::Context;

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

pub(crate) fn read(text: Text<'_>, context: Context, tab_width: usize) -> Reading<'_> {
    let mut walk = Walk {
        interpreter: Interpreter::new(text),
        context,
        open: Vec::new(),
        doubt: None,
        closed: None,
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
    /// The block that ended last, and its line, if none has started since.
    closed: Option<(Context, usize)>,
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
            Some(block) if block.indent == line.indent && !self.is_leaf(block) => {
                let block = self.open.pop().expect("just seen");
                self.interpreter.builder.leave(block.levels);
            }
            _ => self.reading.flaws.push(Flaw::Surplus { line: line.start }),
        }
    }

    /// Whether the last open line holds no lines, so that no `exit` is its.
    fn is_leaf(&self, last: &Open) -> bool {
        let is_known_leaf = || self.known(self.open.len()).is_some_and(|element| element.kind == model::Kind::Leaf);
        match last.within {
            Within::Leaf => true,
            Within::Passed => !last.is_block && is_known_leaf(),
            Within::Block(_) => false,
        }
    }

    fn line(&mut self, line: Line<'s>) {
        if !self.stands_in_sibling(line) {
            self.close(|indent| indent >= line.indent);
        }
        if self.open.len() >= DEPTH_LIMIT {
            if self.open.len() == DEPTH_LIMIT {
                let at = self.interpreter.text.span(line.start, line.text.len());
                self.interpreter.findings.push(invalid_syntax::at(at, "blocks nest too deep here"));
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
                if self.is_under_unread_leaf(line) {
                    self.in_leaf(line, outer);
                } else if is_top {
                    self.in_no_element(line, outer);
                } else if self.is_astray(line) {
                    self.astray(line, outer);
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
                    Sense::Block(context, levels) => {
                        self.closed = None;
                        (Within::Block(context), levels, true)
                    }
                    Sense::Leaf => (Within::Leaf, 0, false),
                    Sense::Passed { levels, .. } => {
                        if levels == 0 && context.model.is_some() && !context.has(keyword(line.text)) {
                            self.in_no_place(line, parent);
                        }
                        (Within::Passed, levels, false)
                    }
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

    /// What the model knows of the last of the first `depth` open lines, if it is passed over.
    fn known(&self, depth: usize) -> Option<&'static model::Element> {
        let first = self.open[..depth]
            .iter()
            .rposition(|line| !matches!(line.within, Within::Passed))
            .map_or(0, |last| last + 1);
        let context = match first.checked_sub(1).map(|outer| self.open[outer].within) {
            Some(Within::Block(context)) => context,
            None => self.context,
            Some(Within::Leaf | Within::Passed) => return None,
        };
        let name = |line: &Open| keyword(&self.interpreter.text.whole[line.line..self.interpreter.text.end]);
        let (first, deeper) = self.open[first..depth].split_first()?;
        let element = context.model_of(name(first)).filter(|_| !context.is_root())?;
        deeper.iter().try_fold(element, |element, line| element.child(name(line)))
    }

    /// Whether a line stands deeper than a leaf that is not read, and would be read beside it. What else is below such a leaf may be a
    /// value of several lines.
    fn is_under_unread_leaf(&self, line: Line<'s>) -> bool {
        let around = match self.open.len() {
            0 | 1 => self.context,
            depth => match self.open[depth - 2].within {
                Within::Block(context) => context,
                Within::Leaf | Within::Passed => return false,
            },
        };
        let is_leaf = || self.known(self.open.len()).is_some_and(|element| element.kind == model::Kind::Leaf);
        around.read.find(keyword(line.text)).is_some() && is_leaf()
    }

    /// Whether a line in what is passed over is an element that is read further out, and none that the model has there. What the
    /// model does not know may hold anything; only `config` holds nothing but the authority.
    fn is_astray(&self, line: Line<'s>) -> bool {
        let name = keyword(line.text);
        if name == "name" || self.reading.exits > 0 || !self.is_read_around(name) {
            return false;
        }
        let is_in_config = || {
            let blocks = self.open.iter().take_while(|open| matches!(open.within, Within::Block(_))).count();
            blocks == 1 && keyword(&self.interpreter.text.whole[self.open[0].line..]).starts_with("conf")
        };
        match self.known(self.open.len()) {
            Some(element) if element.kind == model::Kind::Leaf => line.text.split_ascii_whitespace().nth(2).is_none(),
            Some(element) => element.child(name).is_none(),
            None => is_in_config(),
        }
    }

    /// Whether an open block reads elements of this name.
    fn is_read_around(&self, name: &str) -> bool {
        self.open.iter().any(|open| matches!(open.within, Within::Block(context) if context.read.holds(name)))
    }

    /// A line that the block around it, which is known, does not have: but one further out may, or the one that has just ended.
    fn in_no_place(&mut self, line: Line<'s>, parent: Option<usize>) {
        let name = keyword(line.text);
        let was_meant = |(context, _): &(Context, usize)| context.read.holds(name);
        if let Some((_, block)) = self.closed.filter(was_meant) {
            self.astray(line, parent.unwrap_or(block));
        } else if self.is_read_around(name) {
            self.astray(line, parent.unwrap_or(line.start));
        }
    }

    fn astray(&mut self, line: Line<'s>, outer: usize) {
        if self.reading.exits == 0 && self.reading.astray.len() < MOST_FLAWS {
            self.reading.astray.push((line.start, outer));
        }
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
        self.interpreter.findings.push(invalid_syntax::at(
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
            if let Within::Block(context) = block.within {
                self.closed = Some((context, block.line));
            }
            if block.is_block {
                without_exit = Some(without_exit.map_or((block.line, 0), |(line, around)| (line, around + 1)));
            }
        }
        if let Some((line, around)) = without_exit {
            self.reading.flaws.push(Flaw::Missing { line, around });
        }
    }
}
