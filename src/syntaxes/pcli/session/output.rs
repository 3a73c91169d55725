//! The output of commands.

use super::{CommandOutput, Session, enclosing_of, steps_of};
use crate::diagnostics::{Finding, Rule};
use crate::model::Span;
use crate::rules::{ambiguous_nesting, missing_exit, surplus_exit};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText, keyword};
use crate::syntaxes::pcli::outline::{self, Ending};

impl<'s> Session<'s, '_> {
    /// Adds a line without a prompt to the current output.
    pub(super) fn output_line(&mut self, line: Line<'s>) {
        let starts_configuration = line.text == "config" || line.text.starts_with("config authority");
        if matches!(self.output, CommandOutput::Skipped) && starts_configuration {
            self.output = CommandOutput::Shown(Vec::new());
        }
        let end = line.start + line.text.len();
        let start = self.region.map_or_else(|| self.line_start(line.start), |(start, _)| start);
        self.region = Some((start, end));
    }

    /// Returns the start of the line at an offset, with its indentation.
    fn line_start(&self, offset: usize) -> usize {
        let before = &self.text.whole[self.text.start..offset];
        self.text.start + before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Reads the current output, if it is configuration.
    pub(super) fn end_of_output(&mut self) {
        let Some((start, end)) = self.region.take() else { return };
        let CommandOutput::Shown(open) = &self.output else { return };
        let Some(enclosing) = enclosing_of(open) else { return };
        let steps = steps_of(open);
        let part = PcliText { start, end, ..self.text };
        let starts_at_root =
            part.lines(8).next().is_some_and(|line| matches!(keyword(line.text), "config" | "configure"));
        let (enclosing, steps) = if starts_at_root { (Enclosing::root(), Vec::new()) } else { (enclosing, steps) };
        let before = self.findings.len();
        let members = outline::read(part, enclosing, Ending::Output, self.findings);
        self.report_cut(part, before);
        let levels = steps.len();
        for step in steps {
            self.builder.enter(step, true);
        }
        for member in members {
            self.builder.add(member);
        }
        self.builder.leave(levels);
    }

    /// Reports output that a prompt, or a line like one, cut off in the middle of a block.
    /// Without this, the lines after the prompt would be read outside of their block.
    ///
    /// `before` is the number of findings before this output.
    fn report_cut(&mut self, part: PcliText<'s>, before: usize) {
        let found = &self.findings[before..];
        let (surplus, missing) = (place_of(&surplus_exit::RULE, found), place_of(&missing_exit::RULE, found));
        if let (Some(at), Some(block)) = (surplus, self.missing_exit.take()) {
            let message =
                "this `exit` closes a block that a prompt cut off; remove the prompt from the middle of the block";
            self.findings.push(ambiguous_nesting::at(at, message).related("the block", block));
        } else if let (Some(at), None) = (self.dedented_start(part), surplus) {
            let message =
                "the output starts in the middle of a block; add the line that opens the block before this line";
            self.findings.push(ambiguous_nesting::at(at, message));
        }
        self.missing_exit = missing;
    }

    /// Returns the place of the first line if a later line is indented less.
    fn dedented_start(&self, part: PcliText<'s>) -> Option<Span> {
        let mut lines = part.lines(8);
        let first = lines.next()?;
        lines.find(|line| line.indent < first.indent)?;
        Some(self.text.span(first.start, first.text.len()))
    }
}

/// Returns the place of the first finding of a rule.
fn place_of(rule: &'static Rule, findings: &[Finding]) -> Option<Span> {
    findings.iter().find(|finding| finding.rule == rule).and_then(|finding| finding.at)
}
