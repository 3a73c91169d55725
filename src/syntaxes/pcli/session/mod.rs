//! Sessions at the PCLI, copied from a terminal: prompts, typed commands, and their output.
//!
//! A session is a log of transactions. [`parse`] and [`entry`] parse the commands, and
//! [`context`] follows them into elements. [`outcome`] decides by the output which of them were
//! refused. [`log`] keeps the edits, and [`replay`] applies them in order. The output of commands
//! that show configuration is read as configuration ([`output`]), and all other output is skipped.
//! [`below`] reads lines that people add without a prompt.

mod below;
mod command;
mod context;
mod edit;
mod entry;
mod log;
mod outcome;
mod output;
mod parse;
mod path;
mod replay;
mod slot_key;

use std::collections::HashMap;

use memchr::memchr2;

use self::command::{Command, Shown};
use self::context::Context;
use self::log::{Log, Login};
use crate::diagnostics::Finding;
use crate::model::Span;
use crate::model::tree::Member;
use crate::syntaxes::pcli::lines::{Line, PcliText};
use crate::syntaxes::pcli::noise::{self, Prompt};
use crate::syntaxes::pcli::step::BlockStep;

/// Returns true if a text contains a prompt.
pub(super) fn has_prompt(text: PcliText<'_>) -> bool {
    let mut rest = &text.whole[text.start..text.end];
    while let Some(mark) = memchr2(b'#', b'>', rest.as_bytes()) {
        let start = rest[..mark].rfind('\n').map_or(0, |newline| newline + 1);
        let end = rest[mark..].find('\n').map_or(rest.len(), |newline| mark + newline);
        if first_prompt(rest[start..end].trim()).is_some() {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

/// Returns the prompt at the start of a line, or after a time stamp, and its offset.
fn first_prompt(line: &str) -> Option<(usize, Prompt<'_>)> {
    if let Some(prompt) = noise::prompt(line) {
        return Some((0, prompt));
    }
    let at = noise::next_prompt(line).filter(|at| noise::is_stamp(&line[..*at]))?;
    Some((at, noise::prompt(&line[at..])?))
}

/// Reads the elements of a session.
pub(super) fn read<'s>(text: PcliText<'s>, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
    let mut session = Session {
        text,
        findings,
        log: Log::default(),
        context: Context::default(),
        other_contexts: HashMap::new(),
        visits: 0,
        login: Login::default(),
        command: Command::Show(Shown::any()),
        width: 0,
        region: None,
        is_plain_text: false,
        missing_exit: None,
    };
    for line in text.all_lines(8) {
        match first_prompt(line.text) {
            Some((at, prompt)) => {
                session.end_of_output();
                session.width = line.text.len();
                session.prompts(Line { start: line.start + at, text: &line.text[at..], ..line }, prompt);
            }
            None => session.output_line(line),
        }
    }
    session.end_of_output();
    session.log.finish(session.findings)
}

struct Session<'s, 'f> {
    text: PcliText<'s>,
    findings: &'f mut Vec<Finding>,
    log: Log<'s>,
    /// The elements that the user is in.
    context: Context<'s>,
    /// The elements that other users are in.
    other_contexts: HashMap<Login<'s>, Context<'s>>,
    /// The number of entered list entries without a key. Each is a separate entry.
    visits: usize,
    /// The login in the last prompt.
    login: Login<'s>,
    /// The last command, whose output follows.
    command: Command<'s>,
    /// The length of the line with that command.
    width: usize,
    /// The start and end of the current output.
    region: Option<(usize, usize)>,
    /// True if the current output is text that the user typed as a value.
    is_plain_text: bool,
    /// A block without `exit` in the last output. A prompt may have cut it off.
    missing_exit: Option<Span>,
}

impl<'s> Session<'s, '_> {
    /// Reads a line with one prompt or several.
    fn prompts(&mut self, line: Line<'s>, first: Prompt<'s>) {
        let mut prompt = first;
        // The offset of the text that starts with `prompt`.
        let mut offset = line.start;
        loop {
            let (at, command) = prompt.command;
            let next = noise::next_prompt(command);
            let typed = &command[..next.unwrap_or(command.len())];
            self.end_of_output();
            self.log_in(prompt);
            self.enter(prompt.element, self.text.span(offset, at));
            self.context.before.clone_from(&self.context.open);
            self.command = self.parse(Line { indent: 0, start: offset + at, text: typed.trim_end(), is_joined: false });
            let Some(next) = next else { return };
            offset += at + next;
            let Some(further) = noise::prompt(&command[next..]) else { return };
            prompt = further;
        }
    }

    /// Follows the login that a prompt shows: `admin` on router `r1` in `admin@node1.r1#`.
    fn log_in(&mut self, prompt: Prompt<'s>) {
        let Some((user, host)) = prompt.login else { return };
        let login = Login { user, router: host.rsplit_once('.').map_or(host, |(_, router)| router) };
        if login == self.login {
            return;
        }
        let entered = self.other_contexts.remove(&login).unwrap_or_default();
        let left = std::mem::replace(&mut self.context, entered);
        self.other_contexts.insert(self.login, left);
        self.login = login;
    }
}

/// Returns elements with the steps around them.
fn nested<'s>(steps: Vec<BlockStep<'s>>, members: Vec<Member<'s>>) -> Vec<Member<'s>> {
    steps.into_iter().rev().fold(members, |members, step| vec![step.around(members)])
}
