//! Decides which block each line of a text is in.
//!
//! The product prints indentation, and closes each block with an `exit`. It reads only the `exit`s.
//! People omit the `exit`s, and then only the indentation shows the blocks. So there are two ways
//! to read a text: [`by_indentation`] and [`by_exits`].
//!
//! In the product's own output, both ways put each line into the same block. So such a text is read
//! only by indentation. Any other text with an `exit` is read both ways, and the outlines are
//! compared. If they have the same elements, a fault of an `exit` is a warning. Otherwise the
//! `exit`s must be complete, or the text is ambiguous.

mod by_exits;
mod by_indentation;
mod compare;
mod flaw;
mod interpreter;
mod report;

use self::by_exits::Decisions;
pub(super) use self::compare::same_members;
use self::flaw::{Flaw, Flaws, MOST_FLAWS};
use self::interpreter::{Interpreter, Sense};
use crate::diagnostics::Finding;
use crate::elements::{Elements, Shape};
use crate::model::tree::{Content, Member};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText};

/// The columns between tab stops: those of terminals, and those of many editors.
const TAB_WIDTHS: [usize; 2] = [8, 4];

/// The meaning of an end inside blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// A text that uses `exit` is complete. Otherwise it was cut off.
    Text,
    /// The output of a command may end anywhere.
    Output,
}

/// Reads the elements of a text that is enclosed by an element.
pub(super) fn read<'s>(
    text: PcliText<'s>,
    enclosing: Enclosing,
    ending: Ending,
    findings: &mut Vec<Finding>,
) -> Vec<Member<'s>> {
    let [terminal, _] = TAB_WIDTHS;
    let indented = by_indentation::read(text, enclosing, terminal);
    if indented.exits == 0 {
        without_exits(text, enclosing, indented, findings)
    } else if indented.is_clean() {
        indented.into_members(findings)
    } else {
        with_faulty_exits(text, enclosing, ending, indented, findings)
    }
}

/// A text that both ways to read it put into the same blocks, and that has no finding.
pub(super) struct Regular<'s> {
    pub(super) members: Vec<Member<'s>>,
    /// The number of `exit`s.
    pub(super) exits: usize,
    /// The least indentation of a line.
    pub(super) least_indent: usize,
    /// The lines that are open before the gap of the text, from the outermost one.
    pub(super) before_gap: Vec<OpenBlock>,
}

/// An open line before a gap.
pub(super) struct OpenBlock {
    pub(super) indent: usize,
    /// The element whose lines are read in it; `None` if no line in it is read.
    pub(super) enclosing: Option<Enclosing>,
    /// True if the block needs an `exit`.
    pub(super) is_block: bool,
}

/// The number of levels around a part of a text, with some to spare.
const AROUND_PART: usize = 16;

/// Reads the elements of a text or of a part of one. `None` if it is not regular.
pub(super) fn read_regular(text: PcliText<'_>, enclosing: Enclosing) -> Option<Regular<'_>> {
    let [terminal, _] = TAB_WIDTHS;
    let outline = by_indentation::read(text, enclosing, terminal);
    let is_regular = outline.is_clean()
        && outline.findings.is_empty()
        && outline.astray.is_empty()
        && outline.unknown.is_none()
        && !outline.has_tabs
        && outline.deepest + AROUND_PART < by_indentation::DEPTH_LIMIT
        && (outline.exits == 0 || outline.open.is_empty());
    let Outline { members, exits, least_indent, before_gap, .. } = outline;
    is_regular.then_some(Regular { members, exits, least_indent, before_gap })
}

/// Reads a text without any `exit`.
fn without_exits<'s>(
    text: PcliText<'s>,
    enclosing: Enclosing,
    indented: Outline<'s>,
    findings: &mut Vec<Finding>,
) -> Vec<Member<'s>> {
    findings.extend(indented.siblings.iter().map(|(line, block)| report::in_sibling(text, *line, *block)));
    findings.extend(indented.below_path.map(|(line, path)| report::below_path(text, line, path)));
    findings.extend(indented.astray.iter().map(|(line, outer)| report::astray(text, *line, *outer)));
    if indented.has_tabs {
        let [_, editor] = TAB_WIDTHS;
        let other = by_indentation::read(text, enclosing, editor);
        if !same_members(&indented.members, &other.members) {
            findings.push(report::tabs(text, &indented, &other));
        }
    }
    indented.into_members(findings)
}

/// Reads a text whose `exit`s contradict the indentation.
fn with_faulty_exits<'s>(
    text: PcliText<'s>,
    enclosing: Enclosing,
    ending: Ending,
    mut indented: Outline<'s>,
    findings: &mut Vec<Finding>,
) -> Vec<Member<'s>> {
    // Two lines were joined. By the `exit`s alone, the elements of the first would be lost.
    if let Some((line, path)) = indented.below_path.filter(|_| !indented.is_flat) {
        findings.push(report::below_path(text, line, path));
        return indented.into_members(findings);
    }
    let (decisions, others) = by_exits::decide(text, enclosing, indented.is_flat);
    let read = |decisions: &Decisions| by_exits::read(text, enclosing, decisions, indented.least_indent);
    let mut counted = read(&decisions);
    if counted.flaws.is_empty() {
        let other = others.map(|decisions| read(&decisions));
        return with_complete_exits(text, enclosing, indented, counted, other, findings);
    }
    if ending == Ending::Text && !counted.open.is_empty() && (indented.is_flat || !indented.open.is_empty()) {
        let open = if indented.is_flat { &counted.open } else { &indented.open };
        findings.push(report::truncated(text, open));
        return Vec::new();
    }
    let agree = same_members(&indented.members, &counted.members);
    // Text without indentation can only be read by its `exit`s.
    let by_indentation = if agree { indented.misplaced == 0 } else { !indented.is_flat };
    let mut flaws = std::mem::take(if by_indentation { &mut indented.flaws } else { &mut counted.flaws });
    if !agree {
        // The first flaw is the cause.
        let cause = (!flaws.first.is_empty()).then(|| flaws.first.remove(0));
        findings.push(report::ambiguous(text, &indented, &counted, cause));
    }
    report::flaws(text, &flaws, findings);
    let mut outline = if by_indentation { indented } else { counted };
    if !agree {
        leave_out_misplaced(&mut outline.members, enclosing.read);
    }
    outline.into_members(findings)
}

/// Reads a text whose `exit`s are complete. `other` is an equally likely outline by its `exit`s.
fn with_complete_exits<'s>(
    text: PcliText<'s>,
    enclosing: Enclosing,
    indented: Outline<'s>,
    counted: Outline<'s>,
    other: Option<Outline<'s>>,
    findings: &mut Vec<Finding>,
) -> Vec<Member<'s>> {
    let agree = same_members(&indented.members, &counted.members);
    let other_is_regular = other.as_ref().is_some_and(|other| other.is_regular);
    if let Some(other) = other.filter(|other| !agree && !same_members(&other.members, &counted.members)) {
        findings.push(report::several(text, &counted, &other));
    } else {
        let [_, editor] = TAB_WIDTHS;
        let as_in_editor = || same_members(&by_indentation::read(text, enclosing, editor).members, &counted.members);
        let is_indented_so =
            agree || indented.is_flat || counted.is_regular || other_is_regular || indented.has_tabs && as_in_editor();
        if !is_indented_so {
            findings.push(report::misleading(text, &indented, &counted));
        }
    }
    counted.into_members(findings)
}

/// Removes elements that are read only to be reported as misplaced. In an ambiguous text they
/// follow from the ambiguity.
fn leave_out_misplaced(members: &mut Vec<Member<'_>>, elements: &Elements) {
    members.retain(|member| elements.find(&member.name).is_none() || elements.holds(&member.name));
    for member in members {
        if let Some((_, Shape::Container(inner))) = elements.find(&member.name)
            && let Content::Mapping(members) = &mut member.tree.content
        {
            leave_out_misplaced(members, inner);
        }
    }
}

/// Returns true for a last line that is the start of an `exit`, because the text was cut off there.
fn is_cut_off<'s>(line: Line<'s>, following: &(impl Iterator<Item = Line<'s>> + Clone)) -> bool {
    line.is_start_of_exit() && following.clone().next().is_none()
}

/// The blocks and elements of a text, read in one way.
#[derive(Default)]
struct Outline<'s> {
    members: Vec<Member<'s>>,
    findings: Vec<Finding>,
    /// Missing and surplus `exit`s.
    flaws: Flaws,
    /// The number of lines that are indented below a leaf.
    misplaced: usize,
    /// Lines whose indentation is the same as that of the line that opens their block. Only that
    /// block can hold them. The second number is the line that opens the block.
    siblings: Vec<(usize, usize)>,
    /// Lines of elements that are read, below a skipped element. In the model, the skipped element
    /// cannot hold them. The second number is the line of the skipped element.
    astray: Vec<(usize, usize)>,
    /// The first line that is indented below a path to a leaf, and that line.
    below_path: Option<(usize, usize)>,
    /// The last unknown line that is reported because of the elements below it.
    unknown: Option<usize>,
    /// The number of `exit`s.
    exits: usize,
    has_tabs: bool,
    /// The least indentation of a line.
    least_indent: usize,
    /// The number of levels of the deepest line.
    deepest: usize,
    /// The lines that are open before the gap of the text, from the outermost one.
    before_gap: Vec<OpenBlock>,
    /// True if all lines have the same indentation. The first line may have another.
    is_flat: bool,
    /// True if the indentation shows the blocks, apart from lines that lost it.
    is_regular: bool,
    /// The lines that open the blocks that are open at the end, from the outermost one.
    open: Vec<usize>,
    /// Each line that was understood, and the line that opens its block.
    parents: Vec<(usize, Option<usize>)>,
}

impl<'s> Outline<'s> {
    /// Returns true if the outline is the same by `exit`s.
    fn is_clean(&self) -> bool {
        self.flaws.is_empty() && self.misplaced == 0 && self.below_path.is_none() && self.siblings.is_empty()
    }

    /// Returns the elements, and adds the findings.
    fn into_members(mut self, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
        findings.append(&mut self.findings);
        self.members
    }
}
