//! Findings about the blocks of lines.

use super::compare::first_difference;
use super::{Flaw, Flaws, Outline, TAB_WIDTHS};
use crate::diagnostics::Finding;
use crate::model::{Action, Fix, Span};
use crate::rules::{ambiguous_nesting, misleading_indentation, missing_exit, surplus_exit, truncated_text};
use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::words::keyword;

/// Reports missing and surplus `exit`s.
pub(super) fn flaws(text: PcliText<'_>, flaws: &Flaws, findings: &mut Vec<Finding>) {
    let before = findings.len();
    findings.extend(flaws.first.iter().map(|flaw| match *flaw {
        Flaw::Missing { line, around, before } => missing(text, line, around, before),
        Flaw::Surplus { line } => surplus_exit::at(line_at(text, line)),
    }));
    if let (Some(last), true) = (findings[before..].last_mut(), flaws.more > 0) {
        last.message.push_str(&format!("; and {} more below", flaws.more));
    }
}

/// Returns the finding about a block without `exit`, and this number of blocks around it. `before`
/// is the line after them.
fn missing(text: PcliText<'_>, line: usize, around: usize, before: Option<usize>) -> Finding {
    let block = block_at(text, line);
    let (at, place) = match before {
        Some(before) => (line_at(text, before), "before this line"),
        None => (last_line(text), "after this line"),
    };
    let message = match around {
        0 => format!("missing `exit` of `{block}` {place}; add it"),
        1 => format!("missing `exit` of `{block}` and of the block around it {place}; add both"),
        _ => format!("missing `exit` of `{block}` and of {around} blocks around it {place}; is the text cut off?"),
    };
    let opening = line_at(text, line);
    let action = Action::InsertExit { block: opening, is_last: before.is_none() };
    let fix = (around == 0).then(|| Fix::safe(at, action));
    missing_exit::at(at, message).related("the block", opening).fix(fix)
}

/// Returns the place of the last line with content.
fn last_line(text: PcliText<'_>) -> Span {
    let at = |line: Line<'_>| text.span(line.start, line.text.len());
    text.lines(1).last().map_or_else(|| text.span(text.start, 0), at)
}

/// Returns the place of the line at an offset.
fn line_at(text: PcliText<'_>, start: usize) -> Span {
    let rest = &text.whole[start..text.end];
    text.span(start, rest.lines().next().unwrap_or_default().trim_end().len())
}

/// Returns the finding about a text that ends inside blocks. `open` are the lines that open them.
pub(super) fn truncated(text: PcliText<'_>, open: &[usize]) -> Finding {
    let blocks: Vec<String> = open.iter().map(|line| block_at(text, *line)).collect();
    let finding = truncated_text::at(last_line(text), &blocks);
    open.iter().last().map_or(finding.clone(), |line| finding.related("the innermost open block", line_at(text, *line)))
}

/// Returns the name and the key of the block that the line at an offset opens.
fn block_at(text: PcliText<'_>, start: usize) -> String {
    let part = PcliText { start, ..text };
    let line = part.lines(1).next().map_or("", |line| line.text);
    let words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the finding about `exit`s that fit in several ways.
pub(super) fn several(text: PcliText<'_>, counted: &Outline<'_>, other: &Outline<'_>) -> Finding {
    let difference = first_difference(&counted.parents, &other.parents);
    let (line, one, another) = difference.unwrap_or((text.start, None, None));
    let message = "ambiguous block: without indentation, the `exit`s above fit in several ways; \
                   indent the lines of each block";
    let mut finding = ambiguous_nesting::at(line_at(text, line), message);
    for opening in [one, another].into_iter().flatten() {
        finding = finding.related("a possible block", line_at(text, opening));
    }
    finding
}

/// Returns the finding about a line whose indentation contradicts complete `exit`s.
pub(super) fn misleading(text: PcliText<'_>, indented: &Outline<'_>, counted: &Outline<'_>) -> Finding {
    let message =
        "the indentation contradicts the `exit`s, which decide the block of this line; correct the indentation";
    let ambiguous = ambiguous(text, indented, counted, None);
    let finding = misleading_indentation::at(line_at(text, text.start), message);
    // The indentation is wrong where it shows a missing or surplus `exit`.
    let flaw = indented.flaws.first.first().map(|flaw| line_at(text, flaw.place()));
    if flaw.is_some() && flaw != ambiguous.at {
        return finding.at(flaw);
    }
    Finding { at: ambiguous.at, related: ambiguous.related, ..finding }
}

/// Returns the finding about the first line whose indentation contradicts incomplete `exit`s. It is
/// at the `exit` that is the `cause`, if that is known.
pub(super) fn ambiguous(
    text: PcliText<'_>,
    indented: &Outline<'_>,
    counted: &Outline<'_>,
    cause: Option<Flaw>,
) -> Finding {
    match cause {
        Some(flaw @ Flaw::Missing { line, .. }) => {
            let message = format!(
                "ambiguous block of the lines below: an `exit` is missing, probably that of `{}`; add it",
                block_at(text, line)
            );
            let at = line_at(text, flaw.place());
            return ambiguous_nesting::at(at, message).related("the block", line_at(text, line));
        }
        Some(Flaw::Surplus { line }) => return surplus(text, line),
        None => {}
    }
    let message = "ambiguous block: the indentation contradicts the `exit`s above; \
                   add the missing `exit`, or remove the surplus one";
    let difference = first_difference(&indented.parents, &counted.parents);
    let (line, by_indentation, by_exits) = difference.unwrap_or((text.start, None, None));
    let mut finding = ambiguous_nesting::at(line_at(text, line), message);
    for (label, opening) in [("the block by the indentation", by_indentation), ("the block by the `exit`s", by_exits)] {
        if let Some(opening) = opening {
            finding = finding.related(label, line_at(text, opening));
        }
    }
    finding
}

/// Returns the finding about a surplus `exit` that makes the blocks of other lines ambiguous. If
/// deeper lines are above it, the line that opens their block is missing.
fn surplus(text: PcliText<'_>, exit: usize) -> Finding {
    let lines: Vec<Line<'_>> = text.lines(TAB_WIDTHS[0]).take_while(|line| line.start <= exit).collect();
    let (exit_line, above) = lines.split_last().expect("the `exit` is a line");
    let inside = above.iter().rev().take_while(|line| line.indent > exit_line.indent).last();
    match inside {
        Some(first) => {
            let message = "ambiguous block: the line that opens the block of this line is missing; add it";
            ambiguous_nesting::at(line_at(text, first.start), message).related("its `exit`", line_at(text, exit))
        }
        None => {
            let message = "ambiguous block of the lines below: this `exit` is surplus by its indentation; remove it";
            ambiguous_nesting::at(line_at(text, exit), message)
        }
    }
}

/// Returns the finding about a line whose block depends on the width of tabs.
pub(super) fn tabs(text: PcliText<'_>, terminal: &Outline<'_>, editor: &Outline<'_>) -> Finding {
    let line = first_difference(&terminal.parents, &editor.parents).map_or(text.start, |(line, ..)| line);
    let message = "ambiguous block: tabs and spaces are mixed, and the block depends on the width of a tab; \
                   indent with spaces only";
    ambiguous_nesting::at(line_at(text, line), message)
}

/// Returns the finding about a line that only the block with the same indentation can hold.
pub(super) fn in_sibling(text: PcliText<'_>, line: usize, block: usize) -> Finding {
    let (name, other) = (name_at(text, line), name_at(text, block));
    let message = format!(
        "ambiguous block: `{name}` is only valid in a block such as `{other}`, which has the same indentation; \
         indent it deeper if it belongs there"
    );
    ambiguous_nesting::at(line_at(text, line), message).related("the block", line_at(text, block))
}

/// Returns the finding about a line that would be skipped in the block of its indentation.
pub(super) fn astray(text: PcliText<'_>, line: usize, outer: usize) -> Finding {
    let (name, other) = (name_at(text, line), name_at(text, outer));
    let message = format!(
        "ambiguous block: `{name}` is invalid in `{other}`, where its indentation puts it; \
         indent it as deep as the lines that it belongs to"
    );
    ambiguous_nesting::at(line_at(text, line), message).related("the block", line_at(text, outer))
}

/// Returns the finding about a line below a path to a leaf.
pub(super) fn below_path(text: PcliText<'_>, line: usize, path: usize) -> Finding {
    let message = "ambiguous block: the line above is a path to a leaf, and no block; \
                   write each element on a separate line";
    ambiguous_nesting::at(line_at(text, line), message).related("the path", line_at(text, path))
}

/// Returns the keyword of the line at an offset.
fn name_at(text: PcliText<'_>, line: usize) -> &str {
    keyword(&text.whole[line..text.end])
}
