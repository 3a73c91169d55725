//! Lines that would be lost, or read in the wrong place, by their indentation.

use std::borrow::Cow;

use super::{IndentationWalk, LineContent, MOST_FLAWS};
use crate::model::tree::{FaultKind, Member, Tree};
use crate::rules::invalid_syntax;
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::lines::Line;
use crate::syntaxes::pcli::model::{ModelElement, ModelKind};
use crate::syntaxes::pcli::top_level::element_like;
use crate::syntaxes::pcli::words::keyword;

impl<'s> IndentationWalk<'s> {
    /// Checks a line below a leaf or a skipped line, which is `outer`.
    pub(super) fn misplaced_line(&mut self, line: Line<'s>, content: LineContent, outer: usize) {
        if matches!(content, LineContent::Path) {
            self.outline.below_path.get_or_insert((line.start, outer));
        } else if matches!(content, LineContent::Leaf) || self.is_under_skipped_leaf(line) {
            self.in_leaf(line, outer);
        } else if self.open.len() <= 1 {
            self.in_unknown_line(line, outer);
        } else if self.is_astray(line) {
            self.astray(line, outer);
        }
    }

    /// Returns the model's element of the last of the first `depth` open lines, if that line is
    /// skipped.
    pub(super) fn model_of(&self, depth: usize) -> Option<&'static ModelElement> {
        let first = self.open[..depth]
            .iter()
            .rposition(|line| !matches!(line.content, LineContent::Skipped))
            .map_or(0, |last| last + 1);
        let enclosing = match first.checked_sub(1).map(|outer| self.open[outer].content) {
            Some(LineContent::Block(enclosing)) => enclosing,
            None => self.enclosing,
            Some(LineContent::Leaf | LineContent::Path | LineContent::Skipped) => return None,
        };
        let (first, deeper) = self.open[first..depth].split_first()?;
        let element = enclosing.model_of(self.name_at(first.line)).filter(|_| !enclosing.is_root())?;
        deeper.iter().try_fold(element, |element, line| element.child(self.name_at(line.line)))
    }

    /// Returns the keyword of the line at an offset.
    fn name_at(&self, line: usize) -> &'s str {
        keyword(&self.interpreter.text.whole[line..self.interpreter.text.end])
    }

    /// Returns true if a line is below a leaf that is skipped, and would be read next to it. Any
    /// other line below such a leaf may be part of a value of several lines.
    fn is_under_skipped_leaf(&self, line: Line<'s>) -> bool {
        let around = match self.open.len() {
            0 | 1 => self.enclosing,
            depth => match self.open[depth - 2].content {
                LineContent::Block(enclosing) => enclosing,
                LineContent::Leaf | LineContent::Path | LineContent::Skipped => return false,
            },
        };
        let is_leaf = || self.model_of(self.open.len()).is_some_and(|element| element.kind == ModelKind::Leaf);
        around.read.find(keyword(line.text)).is_some() && is_leaf()
    }

    /// Returns true if a skipped line is an element that an outer block reads, and that the model
    /// does not have here. Elements that the model does not know may hold anything; only `config`
    /// holds nothing but the authority.
    fn is_astray(&self, line: Line<'s>) -> bool {
        let name = keyword(line.text);
        if name == "name" || self.outline.exits > 0 || !self.is_read_around(name) {
            return false;
        }
        match self.model_of(self.open.len()) {
            Some(element) if element.kind == ModelKind::Leaf => line.text.split_ascii_whitespace().nth(2).is_none(),
            Some(element) => element.child(name).is_none(),
            None => self.is_in_config(),
        }
    }

    /// Returns true if the only block around a line is `config`, in full or abbreviated.
    fn is_in_config(&self) -> bool {
        let blocks = self.open.iter().take_while(|open| matches!(open.content, LineContent::Block(_))).count();
        blocks == 1 && keyword(&self.interpreter.text.whole[self.open[0].line..]).starts_with("conf")
    }

    /// Returns true if an open block reads elements of this name.
    fn is_read_around(&self, name: &str) -> bool {
        self.open.iter().any(|open| matches!(open.content, LineContent::Block(block) if block.read.holds(name)))
    }

    /// Checks a line that is invalid in a block of the model. It may belong to an outer block, or
    /// to the block that was closed last.
    pub(super) fn invalid_in_block(&mut self, line: Line<'s>, parent: Option<usize>) {
        let name = keyword(line.text);
        let is_read_in = |(block, _): &(Enclosing, usize)| block.read.holds(name);
        if let Some((_, block)) = self.closed.filter(is_read_in) {
            self.astray(line, parent.unwrap_or(block));
        } else if self.is_read_around(name) {
            self.astray(line, parent.unwrap_or(line.start));
        }
    }

    fn astray(&mut self, line: Line<'s>, outer: usize) {
        if self.outline.exits == 0 && self.outline.astray.len() < MOST_FLAWS {
            self.outline.astray.push((line.start, outer));
        }
    }

    /// Adds a fault for a line below a leaf. Its meaning is unknown, so the fault is in the
    /// element around the leaf.
    fn in_leaf(&mut self, line: Line<'s>, leaf: usize) {
        let (name, own) = (self.name_at(leaf), keyword(line.text));
        let at = self.interpreter.text.span(line.start, own.len().max(1));
        let message =
            format!("unexpected line below `{name}`, which is not a block; indent it at most as deep as `{name}`");
        let tree = Tree::fault(FaultKind::Syntax, at, message);
        self.interpreter.builder.add(Member { name: Cow::Borrowed(own), name_at: at, tree });
        self.outline.misplaced += 1;
    }

    /// Reports a known element below a line that is not an element. If a service were skipped, its
    /// routes would be withdrawn.
    fn in_unknown_line(&mut self, line: Line<'s>, outer: usize) {
        let (outer, outer_at, name) = (self.name_at(outer), outer, keyword(line.text));
        // A line that looks like an element has its own finding.
        let is_valid = || {
            ModelElement::authority().has_somewhere(outer, name)
                || element_like(outer).is_some()
                || matches!(Enclosing::root().meaning(outer), KeywordMeaning::Misspelled(_))
        };
        if !self.enclosing.is_root() || self.enclosing.read.find(name).is_none() || is_valid() {
            return;
        }
        if self.outline.unknown == Some(outer_at) {
            return;
        }
        self.outline.unknown = Some(outer_at);
        let at = self.interpreter.text.span(outer_at, outer.len().max(1));
        let message = format!(
            "this line is not an element, so `{name}` below it would be ignored; \
             correct this line, or remove it and the indentation of `{name}`"
        );
        let below = self.interpreter.text.span(line.start, name.len());
        self.interpreter.findings.push(invalid_syntax::at(at, message).related("the element", below));
    }
}
