//! Parses commands that were typed in a session.

use super::Session;
use super::command::{Command, Shown, is_start};
use super::edit::{Edit, LoggedEdit};
use super::log::Snapshot;
use super::path::walk;
use crate::model::tree::{FaultKind, Member, Tree};
use crate::syntaxes::pcli::enclosing::{Enclosing, KeywordMeaning};
use crate::syntaxes::pcli::lines::Line;
use crate::syntaxes::pcli::step::BlockStep;
use crate::syntaxes::pcli::words::Word;

/// The commands that are abbreviated to four characters or more.
const ABBREVIATED: [&str; 9] =
    ["commit", "compare", "configure", "discard", "import", "replace", "restore", "show", "validate"];

/// The commands of the outermost level whose output is never read.
const OPERATIONAL: [&str; 28] = [
    "adopt",
    "clear",
    "connect",
    "create",
    "delete",
    "edit",
    "export",
    "lookup",
    "migrate",
    "ping",
    "refresh",
    "release",
    "repeat",
    "request",
    "rotate",
    "save",
    "search",
    "send",
    "service-ping",
    "set",
    "shell",
    "ssh",
    "step",
    "traceroute",
    "unrelease",
    "write",
    "edit-prompt",
    "trace-route",
];

impl<'s> Session<'s, '_> {
    /// Parses a command, and follows it into its element.
    pub(super) fn parse(&mut self, line: Line<'s>) -> Command<'s> {
        let mut words = Vec::new();
        self.text.words(line, &mut words);
        let is = |word: &Word<'s>, names: &[&str]| !word.quoted && names.contains(&&*word.text);
        let prefixes = words.iter().take_while(|word| is(word, &["do", "time", "trace"])).count();
        let is_top_level = self.context.open.is_empty() || words.first().is_some_and(|word| is(word, &["do"]));
        words.drain(..prefixes);
        self.command(&words, is_top_level)
    }

    fn command(&mut self, words: &[Word<'s>], is_top_level: bool) -> Command<'s> {
        let Some(first) = words.first() else { return Command::Empty };
        // A question, or a command that was interrupted.
        if words.last().is_some_and(|last| !last.quoted && (last.text.ends_with('?') || last.text.ends_with("^C"))) {
            return Command::Silent;
        }
        let argument = |index: usize| words.get(index).map_or("", |word| &*word.text);
        match self.full_name(first, is_top_level) {
            // The next prompt shows where these lead.
            "exit" | "quit" | "top" | "up" | "where" | "validate" | "history" | "help" | "move" => Command::Silent,
            "search" | "repeat" => Command::Silent,
            "commit" => Command::Commit,
            "discard" => Command::Discard,
            name @ ("restore" | "import" | "replace") if is_start("config", argument(1)) => {
                Self::restore(first, name, argument(2))
            }
            "show" if is_start("config", argument(1)) => self.show(&words[2..], first),
            "show" if is_top_level => Command::Silent,
            "show" => Self::show_element(&words[1..]),
            "compare" if is_start("candidate", argument(2)) => Command::Silent,
            "compare" => Command::Show(Shown { which: Snapshot::Differences, ..Shown::any() }),
            "config" | "configure" => {
                self.context.open.clear();
                self.statement(words)
            }
            name if is_top_level && OPERATIONAL.contains(&name) => Command::Silent,
            _ if is_top_level => Command::Unknown,
            _ => self.statement(words),
        }
    }

    /// Returns the full name of a command, or the word itself. In an element, the names of its
    /// elements come first.
    fn full_name<'w>(&self, word: &'w Word<'s>, is_top_level: bool) -> &'w str {
        let is_element = |enclosing: Enclosing| {
            matches!(enclosing.meaning_of(word), KeywordMeaning::Element(..) | KeywordMeaning::Ambiguous(_))
        };
        if word.quoted || !is_top_level && self.context.enclosing().is_some_and(is_element) {
            return if word.quoted { "" } else { &word.text };
        }
        let is_abbreviation = |name: &&&str| name.starts_with(&*word.text) && word.text.len() >= 4;
        match &*word.text {
            "conf" | "config" => "configure",
            "sh" | "sho" => "show",
            text => ABBREVIATED.iter().find(is_abbreviation).copied().unwrap_or(text),
        }
    }

    /// Shows the running or the candidate configuration, or an element of it.
    fn show(&self, words: &[Word<'s>], command: &Word<'s>) -> Command<'s> {
        let is_option = |word: &&Word<'s>| !word.quoted && matches!(&*word.text, "flat" | "verbose" | "force");
        let which = words.first().map_or("", |word| &*word.text);
        let (which, path) = if is_start("candidate", which) {
            (Snapshot::Candidate, &words[1..])
        } else if is_start("running", which) {
            (Snapshot::Running, &words[1..])
        } else if is_start("authority", which) {
            (Snapshot::Running, words)
        } else {
            return Command::Unknown;
        };
        if path.iter().any(|word| word.text == "|") {
            return Command::Unknown;
        }
        let mut path: Vec<Word<'s>> = path.iter().filter(|word| !is_option(word)).cloned().collect();
        path.insert(0, Word { text: "config".into(), quoted: false, is_open: false, at: command.at });
        let steps = walk(&path, Enclosing::root());
        let scope = (steps.words == path.len()).then_some(steps.steps).filter(|steps| is_keyed(steps));
        Command::Show(Shown { which, at_root: true, scope })
    }

    /// Shows the candidate configuration of the innermost element. It has the edits of the session,
    /// so they stay, even if the output is only a part.
    fn show_element(options: &[Word<'s>]) -> Command<'s> {
        if !options.iter().all(|word| matches!(&*word.text, "flat" | "verbose" | "force" | "candidate")) {
            return Command::Silent;
        }
        Command::Show(Shown { which: Snapshot::Candidate, at_root: false, scope: None })
    }

    /// Replaces the candidate by the running configuration, or by another one.
    fn restore(command: &Word<'s>, name: &str, which: &str) -> Command<'s> {
        if name == "restore" && is_start("running", which) {
            return Command::Discard;
        }
        let mut edit = LoggedEdit { edit: Edit::Clear, findings: Vec::new(), typed_at: Some(command.at) };
        if name != "restore" || !is_start("factory-default", which) {
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
}

/// Returns true if all steps into lists have keys.
fn is_keyed(steps: &[BlockStep<'_>]) -> bool {
    steps.iter().all(|step| !matches!(step.entry, Some((_, None))))
}
