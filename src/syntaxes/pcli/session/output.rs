//! The output of commands.

use super::command::{Command, Shown, typed};
use super::edit::{Edit, LoggedEdit};
use super::outcome::is_refused;
use super::{Session, enclosing_of, nested, steps_of};
use crate::diagnostics::{Finding, Rule};
use crate::model::Span;
use crate::model::tree::Member;
use crate::rules::{ambiguous_nesting, missing_exit, surplus_exit};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText, keyword};
use crate::syntaxes::pcli::outline::{self, Ending};

/// The start of a message before text of any form, which the user types.
const PLAIN_TEXT: &str = "Enter plain for ";

impl<'s> Session<'s, '_> {
    /// Adds a line without a prompt to the current output.
    pub(super) fn output_line(&mut self, line: Line<'s>) {
        let starts_configuration = line.text == "config" || line.text.starts_with("config authority");
        if matches!(self.command, Command::Unknown) && starts_configuration {
            self.command = Command::Show(Shown::Running);
            self.region = None;
        }
        if line.text.starts_with(PLAIN_TEXT) {
            self.is_plain_text = true;
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

    /// Decides about the last command by its output, and reads the output if it is configuration.
    pub(super) fn end_of_output(&mut self) {
        let command = std::mem::replace(&mut self.command, Command::Silent);
        let part = self.region.take().map(|(start, end)| PcliText { start, end, ..self.text });
        let is_plain_text = std::mem::take(&mut self.is_plain_text);
        if part.is_some_and(|part| is_refused(part.all_lines(8).map(|line| line.text))) {
            self.open = std::mem::take(&mut self.before);
            self.after_unknown = false;
            return;
        }
        let user = self.user;
        let mut shown = Shown::Candidate;
        let mut typed_at = None;
        match command {
            Command::Silent | Command::Unknown => return,
            Command::Commit => return self.log.commit(user),
            Command::Discard => return self.log.discard(user),
            Command::Show(which) => shown = which,
            Command::Edit(edit) => {
                typed_at = edit.as_ref().and_then(|edit| edit.typed_at);
                edit.into_iter().for_each(|edit| self.log.edit(user, edit));
            }
        }
        let Some(members) = part.filter(|_| !is_plain_text).and_then(|part| self.read_output(part)) else { return };
        let edit = LoggedEdit { edit: Edit::Merge(members), findings: Vec::new(), typed_at: None };
        match (shown, typed_at) {
            // Lines below a typed command, without a prompt.
            (_, Some(at)) => {
                let Edit::Merge(members) = edit.edit else { unreachable!("just made") };
                self.log.edit(user, typed(members, Vec::new(), at));
            }
            (Shown::Running, None) => self.log.show_running(edit),
            (Shown::Candidate, None) => self.log.show_candidate(user, edit),
            (Shown::Differences, None) => self.log.show_differences(edit),
        }
    }

    /// Reads an output in the open elements. The result is `None` if these are skipped.
    fn read_output(&mut self, part: PcliText<'s>) -> Option<Vec<Member<'s>>> {
        let starts_at_root =
            part.lines(8).next().is_some_and(|line| matches!(keyword(line.text), "config" | "configure"));
        let (enclosing, steps) = if starts_at_root {
            (Enclosing::root(), Vec::new())
        } else {
            (enclosing_of(&self.open)?, steps_of(&self.open))
        };
        let before = self.findings.len();
        let members = outline::read(part, enclosing, Ending::Output, self.findings);
        self.report_cut(part, before);
        Some(if members.is_empty() { members } else { nested(steps, members) })
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
