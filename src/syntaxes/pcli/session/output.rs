//! The output of commands.

use super::command::{Command, Shown};
use super::edit::{Edit, LoggedEdit};
use super::entry::typed;
use super::log::Snapshot;
use super::outcome::{is_refused, is_refused_to_show};
use super::{Session, nested};
use crate::diagnostics::{Finding, Rule};
use crate::model::Span;
use crate::model::tree::Member;
use crate::rules::{ambiguous_nesting, missing_exit, surplus_exit};
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::noise;
use crate::syntaxes::pcli::outline::{self, Ending};
use crate::syntaxes::pcli::words::keyword;

/// The start of a message before text of any form, which the user types.
const PLAIN_TEXT: &str = "Enter plain for ";

impl<'s> Session<'s, '_> {
    /// Adds a line without a prompt to the current output.
    pub(super) fn output_line(&mut self, line: Line<'s>) {
        if matches!(self.command, Command::Empty) && !noise::is_noise(line.text) {
            self.command = self.inserted(line);
        }
        let starts_configuration = line.text == "config" || line.text.starts_with("config authority");
        if matches!(self.command, Command::Unknown) && starts_configuration {
            self.command = Command::Show(Shown::any());
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
    pub(super) fn line_start(&self, offset: usize) -> usize {
        let before = &self.text.whole[self.text.start..offset];
        self.text.start + before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Decides about the last command by its output, and reads the output if it is configuration.
    pub(super) fn end_of_output(&mut self) {
        let command = std::mem::replace(&mut self.command, Command::Silent);
        let part = self.region.take().map(|(start, end)| PcliText { start, end, ..self.text });
        let is_plain_text = std::mem::take(&mut self.is_plain_text);
        if part.is_some_and(|part| is_without_effect(&command, part)) {
            return self.context.undo();
        }
        let login = self.login;
        let is_typed = matches!(command, Command::Edit(_));
        let is_read = is_typed && !is_plain_text && !self.context.after_unknown;
        if let Some(finding) = part.filter(|_| is_read).and_then(|part| self.broken_line(part)) {
            let at = finding.at.unwrap_or_else(|| self.text.span(0, 0));
            return self.log.edit(login, typed(Vec::new(), vec![finding], at));
        }
        let (shown, typed_at) = match command {
            Command::Silent | Command::Empty | Command::Unknown => return,
            Command::Commit => return self.log.commit(login),
            Command::Discard => return self.log.discard(login),
            Command::Show(shown) => (shown, None),
            Command::Edit(edit) => {
                let typed_at = edit.as_ref().and_then(|edit| edit.typed_at);
                edit.into_iter().for_each(|edit| self.log.edit(login, edit));
                (Shown { which: Snapshot::Candidate, at_root: false, scope: None }, typed_at)
            }
        };
        let part = part.filter(|_| !is_plain_text);
        let part = if is_typed { part.and_then(|part| self.below_command(part)) } else { part };
        let Some(part) = part else { return };
        let before = self.findings.len();
        let Some(members) = self.read_output(part, shown.at_root) else { return };
        let findings = self.findings.split_off(before);
        if let Some(at) = typed_at {
            // Lines below a typed command, without a prompt.
            return self.log.edit(login, typed(members, findings, at));
        }
        let is_replaced = !self.log.is_empty() && !members.is_empty() && findings.is_empty();
        let scope = shown.scope.filter(|_| is_replaced && is_complete(part));
        let edit = match scope {
            Some(steps) => Edit::Replace(steps, members),
            None => Edit::Merge(members),
        };
        self.log.show(login, shown.which, LoggedEdit { edit, findings, typed_at: None });
    }

    /// Reads an output in the open elements. The result is `None` if these are skipped.
    fn read_output(&mut self, part: PcliText<'s>, at_root: bool) -> Option<Vec<Member<'s>>> {
        let starts_at_root =
            || part.lines(8).next().is_some_and(|line| matches!(keyword(line.text), "config" | "configure"));
        let (enclosing, steps) = if at_root || starts_at_root() {
            (Enclosing::root(), Vec::new())
        } else {
            (self.context.enclosing()?, self.context.steps())
        };
        let before = self.findings.len();
        let ending = if at_root { Ending::Text } else { Ending::Output };
        let members = outline::read(part, enclosing, ending, self.findings);
        self.report_cut(part, before);
        Some(if members.is_empty() { members } else { nested(steps, members) })
    }

    /// Reports output that a prompt, or a line like one, cut off in the middle of a block.
    /// Without this, the lines after the prompt would be read outside of their block.
    ///
    /// `before` is the number of findings before this output.
    fn report_cut(&mut self, part: PcliText<'s>, before: usize) {
        let found = &self.findings[before..];
        let surplus = place_of(&surplus_exit::RULE, found);
        let missing = found.iter().find(|finding| finding.rule == &missing_exit::RULE);
        let missing = missing.and_then(|finding| Some(finding.related.first()?.at));
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

/// Returns true if the output of a command says that it did nothing.
fn is_without_effect(command: &Command<'_>, output: PcliText<'_>) -> bool {
    let lines = output.all_lines(8).map(|line| line.text);
    match command {
        Command::Show(_) => is_refused_to_show(lines),
        _ => is_refused(lines),
    }
}

/// Returns true if an output is all of an element: it is not cut off, and no lines are omitted.
fn is_complete(output: PcliText<'_>) -> bool {
    let mut is_whole = false;
    for line in output.all_lines(8) {
        if line.text.starts_with(['.', '…']) {
            return false;
        }
        if !noise::is_noise(line.text) {
            is_whole = line.is_exit() && line.indent == 0 || line.text.starts_with("config ");
        }
    }
    is_whole
}

/// Returns the place of the first finding of a rule.
fn place_of(rule: &'static Rule, findings: &[Finding]) -> Option<Span> {
    findings.iter().find(|finding| finding.rule == rule).and_then(|finding| finding.at)
}
