//! Commands that were typed in a session.

use super::edit::{Copy, Edit, LoggedEdit};
use super::{OpenElement, Session, enclosing_of, nested, steps_of};
use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::syntaxes::pcli::enclosing::KeywordMeaning;
use crate::syntaxes::pcli::lines::{Line, Word};
use crate::syntaxes::pcli::statement::{self, End};
use crate::syntaxes::pcli::step::BlockStep;

/// A typed command. It counts once its output shows that it was not refused.
pub(super) enum Command<'s> {
    /// Changes the candidate configuration. `None` if the change has no effect on what is read.
    Edit(Option<LoggedEdit<'s>>),
    Commit,
    Discard,
    /// Shows configuration.
    Show(Shown),
    /// A command whose output is not configuration.
    Silent,
    /// An unknown command. Its output is configuration if it starts like one.
    Unknown,
}

/// The configuration that a command shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Running,
    Candidate,
    /// The differences from the running configuration to the candidate.
    Differences,
}

impl<'s> Session<'s, '_> {
    /// Parses a command, and follows it into its element.
    pub(super) fn parse(&mut self, line: Line<'s>) -> Command<'s> {
        let mut words = Vec::new();
        self.text.words(line, &mut words);
        if words.first().is_some_and(|word| !word.quoted && word.text == "do") {
            words.remove(0);
        }
        self.command(&words)
    }

    fn command(&mut self, words: &[Word<'s>]) -> Command<'s> {
        let Some(first) = words.first() else { return Command::Show(Shown::Candidate) };
        if words.last().is_some_and(|last| !last.quoted && last.text.ends_with('?')) {
            return Command::Silent;
        }
        let argument = |index: usize| words.get(index).map_or("", |word| &*word.text);
        match &*first.text {
            // The next prompt shows where these lead.
            "exit" | "quit" | "top" | "up" | "where" | "validate" | "history" | "help" | "move" => Command::Silent,
            "commit" => Command::Commit,
            "discard" => Command::Discard,
            "restore" | "import" if is_start("config", argument(1)) => self.restore(first, argument(0), argument(2)),
            "sh" | "sho" | "show" if words.len() == 1 && !self.open.is_empty() => Command::Show(Shown::Candidate),
            "sh" | "sho" | "show" if is_start("config", argument(1)) => self.show(argument(2)),
            "sh" | "sho" | "show" => Command::Unknown,
            "compare" if is_start("candidate", argument(2)) => Command::Silent,
            "compare" => Command::Show(Shown::Differences),
            "config" | "configure" | "conf" => {
                self.open.clear();
                self.statement(words)
            }
            _ if !self.open.is_empty() => self.statement(words),
            _ => Command::Unknown,
        }
    }

    /// Shows the running or the candidate configuration, from its outermost element.
    fn show(&mut self, which: &str) -> Command<'s> {
        self.open.clear();
        let is_configuration =
            ["", "running", "flat", "verbose"].iter().any(|word| is_start(word, which) || *word == which);
        if !which.is_empty() && is_start("candidate", which) {
            return Command::Show(Shown::Candidate);
        }
        if is_configuration || is_start("authority", which) { Command::Show(Shown::Running) } else { Command::Unknown }
    }

    /// Replaces the candidate by the running configuration, or by another one.
    fn restore(&self, command: &Word<'s>, name: &str, which: &str) -> Command<'s> {
        if name == "restore" && is_start("running", which) {
            return Command::Discard;
        }
        let mut edit = LoggedEdit { edit: Edit::Clear, findings: Vec::new(), typed_at: Some(command.at) };
        if !is_start("factory-default", which) {
            let message = format!(
                "`{name} config` of a configuration that this session does not show; \
                 add the output of `show config running` after it instead"
            );
            let tree = Tree::fault(FaultKind::Syntax, command.at, message);
            edit.edit = Edit::Merge(vec![Member { name: "config".into(), name_at: command.at, tree }]);
            edit.typed_at = None;
        }
        Command::Edit(Some(edit))
    }

    /// Reads a statement of the configuration mode.
    fn statement(&mut self, words: &[Word<'s>]) -> Command<'s> {
        let Some(enclosing) = enclosing_of(&self.open) else {
            self.after_unknown = true;
            return Command::Edit(None);
        };
        let is_copy = |word: &Word<'_>| !word.quoted && matches!(&*word.text, "clone" | "rename");
        if let Some(copy) = words.iter().position(is_copy) {
            return self.copy(&words[..copy], &words[copy..]);
        }
        if let [only] = words
            && let KeywordMeaning::Element(_, Shape::Leaf | Shape::LeafList) = enclosing.meaning_of(only)
        {
            // A query of the value.
            return Command::Silent;
        }
        let mut statement = statement::read(&self.as_deletion(words, enclosing.meaning_of(&words[0])), enclosing);
        let findings = statement.doubt.take().into_iter().chain(statement.unread.take()).collect();
        for step in statement.steps.iter_mut().filter(|step| matches!(step.entry, Some((_, None)))) {
            self.visits += 1;
            step.visit = self.visits;
        }
        let mut steps = steps_of(&self.open);
        steps.extend(statement.steps.iter().cloned());
        let is_keyless = steps.last().is_some_and(|step| matches!(step.entry, Some((_, None))));
        let members = match statement.end {
            End::Block(_) => {
                self.open.extend(statement.steps.into_iter().map(open_element));
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
                self.after_unknown = true;
                Some(Vec::new())
            }
        };
        Command::Edit(members.map(|members| typed(nested(steps, members), findings, words[0].at)))
    }

    /// Gives the innermost open entry its key, if the command sets it: `(service)> name dns`.
    fn name_entry(&mut self, member: &Member<'s>, words: &[Word<'s>]) {
        let step = self.open.last_mut().and_then(|open| open.step.as_mut());
        if let (Some(BlockStep { entry: Some((key, value @ None)), .. }), [_, word]) = (step, words)
            && member.name == *key
            && matches!(member.tree.content, Content::Scalar(_))
        {
            *value = Some(word.clone());
        }
    }

    /// Returns the words with `delete` in full, if they start with an abbreviation of it.
    fn as_deletion(&self, words: &[Word<'s>], meaning: KeywordMeaning<'_>) -> Vec<Word<'s>> {
        let mut words = words.to_vec();
        let is_abbreviated = words[0].text.len() >= 3 && is_start("delete", &words[0].text);
        if is_abbreviated && !words[0].quoted && matches!(meaning, KeywordMeaning::Skipped | KeywordMeaning::Unknown) {
            words[0].text = "delete".into();
        }
        words
    }

    /// Reads `clone router r1 r2`, or within the entry `clone r2`.
    fn copy(&mut self, path: &[Word<'s>], words: &[Word<'s>]) -> Command<'s> {
        let mut around = steps_of(&self.open);
        let mut enclosing = enclosing_of(&self.open).expect("the caller asked for it");
        let [command, arguments @ .., to] = words else { return Command::Edit(None) };
        let mut path = path.iter().chain(arguments);
        while let Some(word) = path.next() {
            let (name, inside, entry) = match enclosing.meaning_of(word) {
                KeywordMeaning::Element(name, Shape::Container(elements)) => (name, elements, None),
                KeywordMeaning::Element(name, Shape::List { key, entry }) => {
                    (name, entry, Some((key, path.next().cloned())))
                }
                // A copy within an element that is skipped.
                _ => return Command::Edit(None),
            };
            enclosing = enclosing.within(name, inside);
            around.push(BlockStep { name, name_at: word.at, entry, inside: enclosing, visit: 0 });
        }
        let Some(BlockStep { name: list, entry: Some((key, Some(from))), .. }) = around.pop() else {
            return Command::Edit(None);
        };
        let (from, to, is_rename) = (from.text.into_owned(), to.clone(), command.text == "rename");
        let copy = Copy { around, list, key, from, to, is_rename, at: command.at };
        Command::Edit(Some(LoggedEdit { edit: Edit::Copy(copy), findings: Vec::new(), typed_at: Some(command.at) }))
    }
}

/// Returns an edit that was typed.
pub(super) fn typed<'s>(members: Vec<Member<'s>>, findings: Vec<Finding>, at: Span) -> LoggedEdit<'s> {
    LoggedEdit { edit: Edit::Merge(members), findings, typed_at: Some(at) }
}

/// Returns true if a word is the start of another one.
fn is_start(word: &str, start: &str) -> bool {
    start.len() >= 2.min(word.len()) && word.starts_with(start)
}

fn open_element(step: BlockStep<'_>) -> OpenElement<'_> {
    let key = step.entry.as_ref().and_then(|(_, key)| key.as_ref()).map(|key| key.text.clone().into_owned());
    OpenElement { name: step.name.to_owned(), key, step: Some(step) }
}
