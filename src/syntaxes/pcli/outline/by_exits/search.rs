//! Decides which lines with unknown elements open blocks, so that the `exit`s add up.
//!
//! The search reads the lines in order, and keeps the most likely ways to read them. A way has a
//! cost: flaws, unlikely meanings of unknown lines, and lines in blocks that do not have them.

use std::collections::HashMap;

use super::content::{BlockContent, Opening, closed_by, opening_in_skipped, opening_of_skipped};
use super::evidence::{Costs, ELSEWHERE, FLAW, Indents, LineWords, costs};
use crate::syntaxes::offset;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::outline::TAB_WIDTHS;
use crate::syntaxes::pcli::statement::{self, End};
use crate::syntaxes::pcli::words::{Word, keyword};

/// The number of ways to read the text that are kept.
const MOST_WAYS: usize = 24;

/// The lines with unknown elements that open blocks.
#[derive(Default)]
pub(in crate::syntaxes::pcli::outline) struct Decisions {
    /// The offsets of these lines, in order.
    blocks: Vec<usize>,
}

impl Decisions {
    /// Returns true if the line at an offset opens a block.
    pub(super) fn opens(&self, line: usize) -> bool {
        self.blocks.binary_search(&line).is_ok()
    }
}

/// Returns the most likely decisions, and others that are equally likely, if there are any.
/// `is_flat` is true for text without indentation.
pub(in crate::syntaxes::pcli::outline) fn decide(
    text: PcliText<'_>,
    enclosing: Enclosing,
    is_flat: bool,
) -> (Decisions, Option<Decisions>) {
    let (first, has_equal) = search(text, enclosing, is_flat, Preference::First);
    let second = has_equal.then(|| search(text, enclosing, is_flat, Preference::Last).0);
    (first, second)
}

/// The choice between ways with the same cost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Preference {
    First,
    Last,
}

/// An open block. Its number is the index in [`Search::open`].
struct OpenBlock {
    around: usize,
    depth: usize,
    /// Its indentation, or the one that it should have.
    indent: Option<usize>,
    content: BlockContent,
    /// Its content, or that of the innermost block around it that is not unknown.
    known: BlockContent,
}

impl OpenBlock {
    /// Returns the indentation that a line in the block should have. A line that is not deeper than
    /// its block lost its indentation.
    fn inner_indent(&self, line: Line<'_>, step: usize) -> usize {
        match self.indent {
            Some(indent) if line.indent <= indent => indent + step,
            _ => line.indent,
        }
    }
}

/// A way to read the lines so far.
#[derive(Clone, Copy)]
struct Way {
    /// The innermost open block.
    block: usize,
    cost: u32,
    /// The last decision, as an index in [`Search::decided`].
    decision: u32,
    /// The block that was closed last, if no block was opened since.
    closed: Option<BlockContent>,
}

struct Search {
    enclosing: Enclosing,
    /// The usual indentation of a block in the block around it, or `None` for text without
    /// indentation.
    step: Option<usize>,
    preference: Preference,
    /// All blocks that were open in some way. The first is the outermost level.
    open: Vec<OpenBlock>,
    /// The blocks opened in each block, so that equal ways have equal numbers.
    inner: HashMap<(usize, usize), Vec<usize>>,
    /// The lines that open blocks: the index of the decision before it, and the line.
    decided: Vec<(u32, u32)>,
    ways: Vec<Way>,
    /// True if ways with the same cost differ in their decisions.
    has_equal: bool,
}

fn search(text: PcliText<'_>, enclosing: Enclosing, is_flat: bool, preference: Preference) -> (Decisions, bool) {
    let content = BlockContent::Read(enclosing);
    let root = OpenBlock { around: 0, depth: 0, indent: None, content, known: content };
    let mut search = Search {
        enclosing,
        step: if is_flat { None } else { usual_step(text) },
        preference,
        open: vec![root],
        inner: HashMap::new(),
        decided: vec![(0, 0)],
        ways: vec![Way { block: 0, cost: 0, decision: 0, closed: None }],
        has_equal: false,
    };
    let mut lines = text.lines(TAB_WIDTHS[0]).map(|line| LineWords::of(text, line));
    let mut next = lines.next();
    while let Some(here) = next {
        next = lines.next();
        if next.is_none() && here.line.is_start_of_exit() {
            break;
        } else if here.line.is_exit() {
            search.exit();
        } else {
            search.line(&here, next.as_ref());
        }
    }
    search.finish()
}

/// Returns the most frequent number of columns by which a line is deeper than the line above it.
fn usual_step(text: PcliText<'_>) -> Option<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    let mut above = None;
    for line in text.lines(TAB_WIDTHS[0]) {
        if let Some(step) = above.and_then(|above| line.indent.checked_sub(above)).filter(|step| *step > 0) {
            *counts.entry(step).or_default() += 1;
        }
        above = Some(line.indent);
    }
    counts.into_iter().max_by_key(|(step, count)| (*count, std::cmp::Reverse(*step))).map(|(step, _)| step)
}

impl Search {
    fn exit(&mut self) {
        let ways = std::mem::take(&mut self.ways).into_iter().map(|way| match &self.open[way.block] {
            OpenBlock { depth: 0, .. } => Way { cost: way.cost + FLAW, ..way },
            block => Way { block: block.around, closed: Some(block.content), ..way },
        });
        let ways = ways.collect();
        self.keep_best(ways);
    }

    fn line(&mut self, here: &LineWords<'_>, next: Option<&LineWords<'_>>) {
        let mut ways = Vec::with_capacity(2 * self.ways.len());
        let mut last: Option<(BlockContent, LineMeaning)> = None;
        for mut way in std::mem::take(&mut self.ways) {
            self.close(&mut way, here.line);
            let content = self.open[way.block].content;
            let meaning = match last {
                Some((same, meaning)) if same.is_same(content) => meaning,
                _ => LineMeaning::of(content, &here.words),
            };
            last = Some((content, meaning));
            if meaning.is_misplaced
                || meaning.is_skipped && way.closed.is_some_and(|closed| closed.reads(keyword(here.line.text)))
            {
                way.cost += FLAW;
            }
            match meaning.opening {
                Opening::Nothing => ways.push(way),
                Opening::Block(content) => {
                    self.enter(&mut way, content, here.line);
                    ways.push(way);
                }
                Opening::Unsure(content) => {
                    let Costs { leaf, block } = self.costs(&self.open[way.block], meaning.is_faulty, here, next);
                    ways.push(Way { cost: way.cost + leaf, ..way });
                    way.cost += block;
                    self.decided.push((way.decision, offset(here.line.start)));
                    way.decision = offset(self.decided.len() - 1);
                    self.enter(&mut way, content, here.line);
                    ways.push(way);
                }
            }
        }
        self.keep_best(ways);
    }

    /// Closes the blocks that a line closes without their `exit`s.
    fn close(&self, way: &mut Way, line: Line<'_>) {
        let blocks = std::iter::successors(Some(way.block), |block| Some(self.open[*block].around));
        let depth = self.open[way.block].depth;
        let contents = blocks.clone().take(depth).map(|block| self.open[block].content);
        let closed = closed_by(line, self.enclosing, depth, contents);
        way.cost += FLAW * u32::try_from(closed).unwrap_or(u32::MAX / FLAW);
        way.block = blocks.clone().nth(closed).unwrap_or_default();
    }

    /// Returns the costs of the meanings of a line in a block.
    fn costs(&self, block: &OpenBlock, is_faulty: bool, here: &LineWords<'_>, next: Option<&LineWords<'_>>) -> Costs {
        let indents =
            self.step.map(|step| Indents { around: block.indent, own: block.inner_indent(here.line, step), step });
        let mut costs = costs(here, next, indents, is_faulty);
        let name = keyword(here.line.text);
        let is_read = || block.known.reads(name) || Enclosing::root().read.find(name).is_some();
        if matches!(block.content, BlockContent::Unknown) && is_read() {
            costs.leaf += ELSEWHERE.leaf;
            costs.block += ELSEWHERE.block;
        }
        costs
    }

    /// Opens a block.
    fn enter(&mut self, way: &mut Way, content: BlockContent, line: Line<'_>) {
        let around = way.block;
        let inner = self.inner.entry((around, line.indent)).or_default();
        way.closed = None;
        if let Some(same) = inner.iter().find(|block| self.open[**block].content.is_same(content)) {
            way.block = *same;
            return;
        }
        way.block = self.open.len();
        inner.push(way.block);
        let outer = &self.open[around];
        let (depth, indent) = (outer.depth + 1, self.step.map_or(line.indent, |step| outer.inner_indent(line, step)));
        let known = if matches!(content, BlockContent::Unknown) { outer.known } else { content };
        self.open.push(OpenBlock { around, depth, indent: Some(indent), content, known });
    }

    /// Keeps the ways with the lowest costs, and only one way to the same open blocks.
    fn keep_best(&mut self, mut ways: Vec<Way>) {
        if ways.len() > 1 {
            ways.sort_by_key(|way| way.cost);
        }
        for way in ways {
            let Some(kept) = self.ways.iter_mut().find(|kept| kept.block == way.block) else {
                if self.ways.len() < MOST_WAYS {
                    self.ways.push(way);
                }
                continue;
            };
            if kept.cost == way.cost && kept.decision != way.decision {
                self.has_equal = true;
                if self.preference == Preference::Last {
                    *kept = way;
                }
            }
        }
    }

    /// Returns the decisions of the way with the lowest cost, and true if there are others that
    /// are equally likely.
    fn finish(mut self) -> (Decisions, bool) {
        for way in &mut self.ways {
            way.cost += FLAW * u32::try_from(self.open[way.block].depth).unwrap_or(u32::MAX / FLAW);
        }
        let Some(least) = self.ways.iter().map(|way| way.cost).min() else { return (Decisions::default(), false) };
        let mut best = self.ways.iter().filter(|way| way.cost == least);
        let is_equal = best.clone().nth(1).is_some();
        let way = if self.preference == Preference::First { best.next() } else { best.next_back() };
        let mut decision = way.map_or(0, |way| way.decision);
        let mut blocks = Vec::new();
        while decision != 0 {
            let (before, line) = self.decided[decision as usize];
            blocks.push(line as usize);
            decision = before;
        }
        blocks.reverse();
        (Decisions { blocks }, self.has_equal || is_equal)
    }
}

/// The meaning of a line in a block.
#[derive(Clone, Copy)]
struct LineMeaning {
    opening: Opening,
    /// True for a faulty line of an element that is a block.
    is_faulty: bool,
    /// True for an element that neither is read nor is in the model.
    is_skipped: bool,
    /// True for an element that is read here only to be reported.
    is_misplaced: bool,
}

impl LineMeaning {
    fn of(content: BlockContent, words: &[Word<'_>]) -> Self {
        let sure = |opening| Self { opening, is_faulty: false, is_skipped: false, is_misplaced: false };
        let BlockContent::Read(enclosing) = content else { return sure(opening_in_skipped(content, words)) };
        let statement = statement::read(words, enclosing);
        if let Some((step, _)) = statement.block {
            let opening = Opening::Unsure(BlockContent::Read(step.inside));
            return Self { opening, is_faulty: true, is_skipped: false, is_misplaced: false };
        }
        match statement.end {
            End::Block(inside) => {
                let is_misplaced = words.first().is_some_and(|word| !word.quoted && enclosing.is_misplaced(&word.text));
                Self { is_misplaced, ..sure(Opening::Block(BlockContent::Read(inside))) }
            }
            End::Leaf(_) if statement.is_unknown => sure(Opening::Unsure(BlockContent::Unknown)),
            End::Leaf(_) => sure(Opening::Nothing),
            End::Skipped { enclosing, keyword } => {
                let opening = opening_of_skipped(enclosing, &words[keyword..]);
                Self {
                    opening,
                    is_faulty: false,
                    is_skipped: matches!(opening, Opening::Unsure(_)),
                    is_misplaced: false,
                }
            }
        }
    }
}
