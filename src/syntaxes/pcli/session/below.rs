//! Lines without a prompt below a typed command: configuration, messages, help, or the rest of the
//! command.

use std::collections::HashSet;

use super::Session;
use super::command::{Command, Shown};
use super::log::Snapshot;
use super::outcome::is_question;
use crate::diagnostics::Finding;
use crate::rules::invalid_syntax;
use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::words::keyword;

/// The columns of the narrowest usual terminal.
const TERMINAL_WIDTH: usize = 80;

impl<'s> Session<'s, '_> {
    /// Returns what the output of an empty command is, by its first line: configuration that was
    /// inserted by hand, or help.
    pub(super) fn inserted(&self, first: Line<'s>) -> Command<'s> {
        let is_read = match self.context.enclosing() {
            Some(enclosing) if enclosing.is_root() => enclosing.read.holds(keyword(first.text)),
            enclosing => enclosing.is_some(),
        };
        // The text may go on with a block that the prompt cut off.
        let is_cut = self.missing_exit.is_some() || self.context.open.is_empty() && first.indent > 0;
        if !is_cut && (!is_read || self.is_listing(first)) {
            return Command::Unknown;
        }
        Command::Show(Shown { which: Snapshot::Candidate, at_root: false, scope: None })
    }

    /// Returns the lines below a typed command that are configuration: not messages, questions, or
    /// names that the Tab key lists.
    pub(super) fn below_command(&self, part: PcliText<'s>) -> Option<PcliText<'s>> {
        let is_element =
            |line: &Line<'_>| line.text.starts_with(|first: char| first.is_ascii_lowercase() || first == '"');
        let answered = part.all_lines(8).filter(|line| is_question(line.text)).last();
        let part = PcliText { start: answered.map_or(part.start, |line| line.start + line.text.len()), ..part };
        let mut lines = part.all_lines(8).filter(is_element);
        let first = lines.next()?;
        if self.is_listing(first) && lines.all(|line| self.is_listing(line)) {
            return None;
        }
        Some(PcliText { start: self.line_start(first.start), ..part })
    }

    /// Returns true for a line of names that the Tab key lists: of elements, or of the entries of
    /// a list.
    fn is_listing(&self, line: Line<'s>) -> bool {
        let mut words = Vec::new();
        self.text.words(line, &mut words);
        let Some(enclosing) = self.context.enclosing() else { return true };
        let names: HashSet<&str> = words.iter().map(|word| &*word.text).collect();
        let are_elements = names.len() > 1 && names.iter().all(|name| enclosing.has(name));
        let is_keyless = self.context.open.last().is_some_and(|open| open.is_keyless());
        are_elements || is_keyless && !enclosing.has(keyword(line.text))
    }

    /// Returns the finding about a line that seems to be the rest of a typed command: a terminal
    /// broke the line.
    pub(super) fn broken_line(&self, output: PcliText<'s>) -> Option<Finding> {
        let first = output.lines(8).next().filter(|_| self.width >= TERMINAL_WIDTH)?;
        let is_message = first.text.starts_with(|c: char| c.is_ascii_uppercase() || c == '%' || !c.is_ascii());
        let enclosing = self.context.enclosing()?;
        let is_element = !enclosing.is_root() && enclosing.has(keyword(first.text));
        let message = "this line seems to be the rest of the command above; join the two lines";
        let is_broken = first.indent == 0 && !is_message && !is_element && !is_question(first.text);
        is_broken.then(|| invalid_syntax::at(self.text.span(first.start, first.text.len()), message))
    }
}
