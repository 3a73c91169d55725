//! Commands that were typed in a session.

use super::{CommandOutput, OpenElement, Session, enclosing_of, steps_of};
use crate::rules::invalid_syntax;
use crate::syntaxes::pcli::lines::{Line, Word};
use crate::syntaxes::pcli::statement::{self, End};
use crate::syntaxes::pcli::step::BlockStep;

impl<'s> Session<'s, '_> {
    /// Interprets a command.
    pub(super) fn command(&mut self, line: Line<'s>) {
        let mut words = Vec::new();
        self.text.words(line, &mut words);
        let Some(first) = words.first() else {
            self.output = CommandOutput::Shown(self.open.clone());
            return;
        };
        let second = words.get(1).map(|word| &*word.text);
        match &*first.text {
            // The next prompt shows the element after these commands.
            "exit" | "quit" | "top" | "up" => self.output = CommandOutput::Skipped,
            "sh" | "sho" | "show" | "compare" => {
                self.output = match second {
                    None => CommandOutput::Shown(self.open.clone()),
                    Some(what) if what.starts_with("conf") => CommandOutput::Shown(Vec::new()),
                    Some(_) => CommandOutput::Skipped,
                };
            }
            "commit" | "validate" | "discard" | "restore" | "history" | "help" => self.output = CommandOutput::Skipped,
            "clone" | "rename" | "move" if !self.open.is_empty() => {
                let message = format!(
                    "unsupported command `{}`; use the output of `show config` after the command instead",
                    first.text
                );
                self.findings.push(invalid_syntax::at(first.at, message));
                self.output = CommandOutput::Skipped;
            }
            "config" | "configure" | "conf" => {
                self.open.clear();
                self.statement(&words);
            }
            _ if !self.open.is_empty() => self.statement(&words),
            _ => self.output = CommandOutput::Skipped,
        }
    }

    /// Reads a statement of the configuration mode.
    fn statement(&mut self, words: &[Word<'s>]) {
        let Some(enclosing) = enclosing_of(&self.open) else {
            self.after_unknown = true;
            return;
        };
        let mut statement = statement::read(words, enclosing);
        self.findings.extend(statement.doubt.take().into_iter().chain(statement.unread.take()));
        for step in statement.steps.iter_mut().filter(|step| matches!(step.entry, Some((_, None)))) {
            self.visits += 1;
            step.visit = self.visits;
        }
        let before = steps_of(&self.open);
        let levels = before.len() + statement.steps.len();
        for step in before.into_iter().chain(statement.steps.iter().cloned()) {
            self.builder.enter(step, true);
        }
        match statement.end {
            End::Block(_) => self.open.extend(statement.steps.into_iter().map(open_element)),
            End::Leaf(member) => self.builder.add(member),
            End::Skipped { .. } => {
                statement.fault.into_iter().for_each(|fault| self.builder.add(fault));
                self.after_unknown = true;
            }
        }
        self.builder.leave(levels);
        self.output = CommandOutput::Shown(self.open.clone());
    }
}

fn open_element(step: BlockStep<'_>) -> OpenElement<'_> {
    let key = step.entry.as_ref().and_then(|(_, key)| key.as_ref()).map(|key| key.text.clone().into_owned());
    OpenElement { name: step.name.to_owned(), key, step: Some(step) }
}
