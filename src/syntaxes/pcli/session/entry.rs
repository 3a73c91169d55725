//! Statements that were typed in the configuration mode.

use super::command::{Command, is_start};
use super::context::OpenElement;
use super::edit::{Copy, Edit, LoggedEdit};
use super::path::{Walked, walk};
use super::{Session, nested};
use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::{Content, Member};
use crate::syntaxes::pcli::enclosing::KeywordMeaning;
use crate::syntaxes::pcli::statement::{self, End, Statement};
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

impl<'s> Session<'s, '_> {
    /// Reads a statement of the configuration mode.
    pub(super) fn statement(&mut self, words: &[Word<'s>]) -> Command<'s> {
        let Some(enclosing) = self.context.enclosing() else {
            self.context.after_unknown = true;
            return Command::Edit(None);
        };
        let walked = walk(words, enclosing);
        self.context.typed = self.context.open.clone();
        self.context.typed.extend(walked.steps.iter().cloned().map(OpenElement::from));
        let rest = &words[walked.words..];
        if rest.first().is_some_and(|word| !word.quoted && matches!(&*word.text, "clone" | "rename")) {
            return self.copy(walked, rest);
        }
        if let [only] = rest
            && let KeywordMeaning::Element(_, Shape::Leaf | Shape::LeafList) = walked.inside.meaning_of(only)
        {
            // A query of the value.
            return Command::Silent;
        }
        let words = as_deletion(words, &walked);
        let statement = statement::read(&words, enclosing);
        Command::Edit(self.edit(statement, &words))
    }

    /// Returns the edit of a statement, and enters its element.
    fn edit(&mut self, mut statement: Statement<'s>, words: &[Word<'s>]) -> Option<LoggedEdit<'s>> {
        let findings = statement.doubt.take().into_iter().chain(statement.unread.take()).collect();
        for step in statement.steps.iter_mut().filter(|step| matches!(step.entry, Some((_, None)))) {
            self.visits += 1;
            step.visit = self.visits;
        }
        let mut steps = self.context.steps();
        steps.extend(statement.steps.iter().cloned());
        let is_keyless = steps.last().is_some_and(|step| matches!(step.entry, Some((_, None))));
        let members = match statement.end {
            End::Block(_) => {
                self.context.open.extend(statement.steps.into_iter().map(OpenElement::from));
                // A list without a key: a query, or a dialog that asks for the key.
                if is_keyless { None } else { Some(Vec::new()) }
            }
            End::Leaf(member) => {
                if statement.steps.is_empty() {
                    self.name_entry(&member, words);
                }
                Some(vec![member])
            }
            End::Skipped { .. } => {
                self.context.after_unknown = true;
                Some(Vec::new())
            }
        };
        members.map(|members| typed(nested(steps, members), findings, words[0].at))
    }

    /// Gives the innermost open entry its key, if the command sets it: `(service)> name dns`.
    fn name_entry(&mut self, member: &Member<'s>, words: &[Word<'s>]) {
        let step = self.context.open.last_mut().and_then(|open| open.step.as_mut());
        if let (Some(BlockStep { entry: Some((key, value @ None)), .. }), [_, word]) = (step, words)
            && member.name == *key
            && matches!(member.tree.content, Content::Scalar(_))
        {
            *value = Some(word.clone());
        }
    }

    /// Reads `clone router r1 r2`, or within the entry `clone r2`. `force` only suppresses a
    /// question.
    fn copy(&mut self, path: Walked<'s>, words: &[Word<'s>]) -> Command<'s> {
        let (command, arguments) = words.split_first().expect("the caller looked at it");
        let is_force = |word: &&Word<'s>| !word.quoted && word.text == "force";
        let mut arguments: Vec<Word<'s>> = arguments.iter().filter(|word| !is_force(word)).cloned().collect();
        let Some(to) = arguments.pop() else { return Command::Silent };
        let item = walk(&arguments, path.inside);
        let mut around = self.context.steps();
        around.extend(path.steps.into_iter().chain(item.steps));
        // A copy within an element that is skipped has no effect.
        let Some(copied) = around.pop().filter(|_| item.words == arguments.len()) else { return Command::Edit(None) };
        let BlockStep { name: list, entry: Some((key, Some(from))), .. } = copied.clone() else {
            return Command::Edit(None);
        };
        let target = BlockStep { entry: Some((key, Some(to.clone()))), ..copied };
        self.context.typed = around.iter().cloned().chain([target]).map(OpenElement::from).collect();
        let (from, is_rename) = (from.text.into_owned(), command.text == "rename");
        let copy = Copy { around, list, key, from, to, is_rename, at: command.at };
        Command::Edit(Some(LoggedEdit { edit: Edit::Copy(copy), findings: Vec::new(), typed_at: Some(command.at) }))
    }
}

/// Returns the words with `delete` in full, if the word after the path is an abbreviation of it.
fn as_deletion<'s>(words: &[Word<'s>], path: &Walked<'s>) -> Vec<Word<'s>> {
    let mut words = words.to_vec();
    if let Some(word) = words.get_mut(path.words)
        && word.text.len() >= 3
        && is_start("delete", &word.text)
        && !word.quoted
        && matches!(path.inside.meaning_of(word), KeywordMeaning::Skipped | KeywordMeaning::Unknown)
    {
        word.text = "delete".into();
    }
    words
}

/// Returns an edit that was typed.
pub(super) fn typed<'s>(members: Vec<Member<'s>>, findings: Vec<Finding>, at: Span) -> LoggedEdit<'s> {
    LoggedEdit { edit: Edit::Merge(members), findings, typed_at: Some(at) }
}
