//! Which line stands in which block.
//!
//! The product indents, and closes each block with an `exit`; only the `exit`s count for it. People leave the `exit`s out, and
//! then only the indentation tells. So there are two readings. Where they agree line by line, which is always so for what the
//! product printed, the first one is all that is done. Where they do not, both are made and compared: as long as they come to the same
//! elements, what is wrong with an `exit` is a warning; otherwise the `exit`s must add up, or nobody can tell.

mod by_exits;
mod by_indentation;

use crate::diagnostics::Finding;
use crate::model::Span;
use crate::model::tree::{Content, Member, Tree};
use crate::rules::{ambiguous_nesting, misleading_indentation, missing_exit, surplus_exit, unread_text};
use crate::syntaxes::pcli::builder::Builder;
use crate::syntaxes::pcli::lines::{Line, Text, Word, keyword};
use crate::syntaxes::pcli::statement::{self, Context, End};

/// Columns from one tab stop to the next, as terminals have them, and as many editors do.
const TAB_WIDTHS: [usize; 2] = [8, 4];

/// Reads the elements of a text whose first lines stand in `context`.
pub(crate) fn read<'s>(text: Text<'s>, context: Context, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
    let [terminal, editor] = TAB_WIDTHS;
    let indented = by_indentation::read(text, context, terminal);
    if indented.exits == 0 {
        findings.extend(indented.beside.iter().map(|(line, block)| beside(text, *line, *block)));
        findings.extend(indented.astray.iter().map(|(line, outer)| astray(text, *line, *outer)));
        if indented.has_tabs {
            let other = by_indentation::read(text, context, editor);
            if !same_members(&indented.members, &other.members) {
                findings.push(tabs(text, &indented, &other));
            }
        }
        return indented.give(findings);
    }
    if indented.is_clean() {
        return indented.give(findings);
    }
    let counted = by_exits::read(text, context);
    let agree = same_members(&indented.members, &counted.members);
    if counted.flaws.is_empty() {
        let as_edited = || same_members(&by_indentation::read(text, context, editor).members, &counted.members);
        let looks_so = agree || indented.is_flat || indented.has_tabs && as_edited();
        if !looks_so {
            findings.push(misleading(text, &indented, &counted));
        }
        return counted.give(findings);
    }
    if agree && indented.misplaced == 0 {
        report(text, &indented.flaws, findings);
        return indented.give(findings);
    }
    if agree {
        report(text, &counted.flaws, findings);
        return counted.give(findings);
    }
    findings.push(ambiguous(text, &indented, &counted));
    // Without any indentation, only the `exit`s have anything to say.
    let reading = if indented.is_flat { counted } else { indented };
    report(text, &reading.flaws, findings);
    reading.give(findings)
}

/// One reading of a text.
#[derive(Default)]
struct Reading<'s> {
    members: Vec<Member<'s>>,
    findings: Vec<Finding>,
    /// `exit`s that are missing or too many.
    flaws: Flaws,
    /// How many lines stand deeper than a line that holds none.
    misplaced: usize,
    /// Lines that stand in a block beside them, since only that can hold them; and the line that opens the block.
    beside: Vec<(usize, usize)>,
    /// Lines of elements that are read, below an element that is passed over and, as the model has it, cannot hold them; and the line of
    /// that element.
    astray: Vec<(usize, usize)>,
    exits: usize,
    has_tabs: bool,
    /// Whether no line is indented deeper than another.
    is_flat: bool,
    /// Of each line that was understood: where it starts, and where the line starts that opens its block.
    parents: Vec<(usize, Option<usize>)>,
}

/// What is wrong with `exit`s; of a hostile text not each of them.
#[derive(Default)]
struct Flaws {
    first: Vec<Flaw>,
    more: usize,
}

/// How many flaws are told one by one.
const MOST_FLAWS: usize = 1000;

impl Flaws {
    fn push(&mut self, flaw: Flaw) {
        if self.first.len() < MOST_FLAWS { self.first.push(flaw) } else { self.more += 1 }
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty()
    }
}

/// What is wrong with an `exit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    /// None for the block that this line opens, nor for so many around it.
    Missing { line: usize, around: usize },
    /// This one closes nothing.
    Surplus { line: usize },
}

impl<'s> Reading<'s> {
    fn is_clean(&self) -> bool {
        self.flaws.is_empty() && self.misplaced == 0 && self.beside.is_empty()
    }

    fn give(mut self, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
        findings.append(&mut self.findings);
        self.members
    }
}

/// What both readings make of lines.
struct Interpreter<'s> {
    text: Text<'s>,
    builder: Builder<'s>,
    words: Vec<Word<'s>>,
    findings: Vec<Finding>,
    /// What is wrong with the last line, if it is an element at all.
    doubt: Option<Finding>,
    /// The path of the last line that was a path to what is passed over.
    passed: &'s str,
}

/// What a line turned out to be.
enum Sense {
    /// It enters so many elements; its lines stand in the last one.
    Block(Context, usize),
    /// It is a leaf, or a path to one.
    Leaf,
    /// It is passed over, and so is what stands in it. The path to it enters so many elements; it starts at this word, which is no
    /// element of the context that is read.
    Passed { levels: usize, context: Context, keyword: usize },
}

impl<'s> Interpreter<'s> {
    fn new(text: Text<'s>) -> Self {
        Self { text, builder: Builder::default(), words: Vec::new(), findings: Vec::new(), doubt: None, passed: "" }
    }

    /// Whether a line of flat text is one more path to what the line before it had passed over: most of them are.
    fn is_passed_again(&self, line: Line<'s>) -> bool {
        let rest = line.text.strip_prefix(self.passed);
        !self.passed.is_empty() && rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    }

    fn line(&mut self, line: Line<'s>, context: Context) -> Sense {
        self.text.words(line, &mut self.words);
        let statement = statement::read(&self.words, context);
        self.doubt = statement.doubt;
        self.findings.extend(statement.unread);
        let levels = statement.steps.len();
        let is_path = levels > 1 || levels == 1 && !matches!(statement.end, End::Block(_));
        for step in statement.steps {
            self.builder.enter(step, is_path);
        }
        match statement.end {
            End::Block(context) => Sense::Block(context, levels),
            End::Leaf(member) => {
                self.builder.add(member);
                self.builder.leave(levels);
                Sense::Leaf
            }
            End::Passed { context, keyword } => {
                let last = &self.words[keyword];
                let length = last.at.end as usize - line.start;
                self.passed = if levels > 0 && is_path && keyword > 0 { &line.text[..length] } else { "" };
                Sense::Passed { levels, context, keyword }
            }
        }
    }
}

/// What to say of a line that an element cannot be, at the top of a text: with a block of its own it is one all the same, without it
/// is a sentence.
fn doubtful(finding: Finding, has_block: bool) -> Finding {
    if has_block {
        return finding;
    }
    let message = "unknown element; the line is ignored";
    Finding { rule: &unread_text::RULE, message: message.to_owned(), ..finding }
}

/// Whether two readings came to the same elements, but for those that could not be read.
fn same_members(a: &[Member<'_>], b: &[Member<'_>]) -> bool {
    let is_read = |member: &&Member<'_>| !matches!(member.tree.content, Content::Fault(_));
    let (mut a, mut b) = (a.iter().filter(is_read), b.iter().filter(is_read));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.name == b.name && same(&a.tree, &b.tree) => {}
            _ => return false,
        }
    }
}

fn same(a: &Tree<'_>, b: &Tree<'_>) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a == b,
        (Content::Sequence(a), Content::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Content::Mapping(a), Content::Mapping(b)) => same_members(a, b),
        (Content::Deleted(a), Content::Deleted(b)) => same(a, b),
        _ => false,
    }
}

fn report(text: Text<'_>, flaws: &Flaws, findings: &mut Vec<Finding>) {
    let before = findings.len();
    findings.extend(flaws.first.iter().map(|flaw| match *flaw {
        Flaw::Missing { line, around } => {
            let message = match around {
                0 => "this block has no `exit`; add it".to_owned(),
                1 => "neither this block nor the one around it has an `exit`; add them".to_owned(),
                _ => format!("neither this block nor the {around} around it have an `exit`; is the text cut off?"),
            };
            missing_exit::at(line_at(text, line), message)
        }
        Flaw::Surplus { line } => surplus_exit::at(line_at(text, line)),
    }));
    if let (Some(last), true) = (findings[before..].last_mut(), flaws.more > 0) {
        last.message.push_str(&format!("; and {} more below", flaws.more));
    }
}

/// The line that starts at an offset.
fn line_at(text: Text<'_>, start: usize) -> Span {
    let rest = &text.whole[start..text.end];
    text.span(start, rest.lines().next().unwrap_or_default().trim_end().len())
}

/// Returns the finding about a line whose indentation contradicts the `exit`s. They are complete, so they decide.
fn misleading(text: Text<'_>, indented: &Reading<'_>, counted: &Reading<'_>) -> Finding {
    let message =
        "the indentation contradicts the `exit`s, which decide the block of this line; correct the indentation";
    let ambiguous = ambiguous(text, indented, counted);
    let finding = misleading_indentation::at(line_at(text, text.start), message);
    Finding { at: ambiguous.at, related: ambiguous.related, ..finding }
}

/// The first line that stands in one block by its indentation and in another by the `exit`s.
fn ambiguous(text: Text<'_>, indented: &Reading<'_>, counted: &Reading<'_>) -> Finding {
    let differs = first_difference(&indented.parents, &counted.parents);
    let finding = |at, message: &str| ambiguous_nesting::at(at, message);
    let Some((line, by_indentation, by_exits)) = differs else {
        let line =
            counted.flaws.first.first().or(indented.flaws.first.first()).map_or(text.start, |flaw| match *flaw {
                Flaw::Missing { line, .. } | Flaw::Surplus { line } => line,
            });
        return finding(
            line_at(text, line),
            "the `exit`s do not add up here, so it cannot be told which block the lines below stand in",
        );
    };
    let mut finding = finding(
        line_at(text, line),
        "its indentation says that this stands in one block, the `exit`s above say another; add the missing `exit`, or remove the one too many",
    );
    for (label, parent) in [("by its indentation", by_indentation), ("by the `exit`s", by_exits)] {
        finding = match parent {
            Some(parent) => finding.related(format!("{label} it stands in this block"), line_at(text, parent)),
            None => finding,
        };
    }
    finding
}

type Parent = Option<usize>;

fn first_difference(a: &[(usize, Parent)], b: &[(usize, Parent)]) -> Option<(usize, Parent, Parent)> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some((line, parent)), Some((other_line, other_parent))) = (a.peek(), b.peek()) {
        match line.cmp(other_line) {
            std::cmp::Ordering::Less => {
                a.next();
            }
            std::cmp::Ordering::Greater => {
                b.next();
            }
            std::cmp::Ordering::Equal if parent == other_parent => {
                a.next();
                b.next();
            }
            std::cmp::Ordering::Equal => return Some((*line, *parent, *other_parent)),
        }
    }
    None
}

fn tabs(text: Text<'_>, terminal: &Reading<'_>, editor: &Reading<'_>) -> Finding {
    let line = first_difference(&terminal.parents, &editor.parents).map_or(text.start, |(line, ..)| line);
    ambiguous_nesting::at(
        line_at(text, line),
        "tabs and spaces are mixed, and which block this stands in depends on how wide a tab is; indent with one of them",
    )
}

/// A line without an `exit` anywhere that can only be in the block beside it.
fn beside(text: Text<'_>, line: usize, block: usize) -> Finding {
    let message = "this cannot stand where its indentation puts it, only in the block beside it; indent it deeper if it belongs there";
    ambiguous_nesting::at(line_at(text, line), message).related("the block", line_at(text, block))
}

/// A line without an `exit` anywhere that would not be read where its indentation puts it.
fn astray(text: Text<'_>, line: usize, outer: usize) -> Finding {
    let name = |line: usize| keyword(&text.whole[line..text.end]);
    let message = format!(
        "`{}` cannot stand in `{}`, where its indentation puts it; indent it as deep as the lines that it belongs to",
        name(line),
        name(outer)
    );
    ambiguous_nesting::at(line_at(text, line), message).related("the block", line_at(text, outer))
}
