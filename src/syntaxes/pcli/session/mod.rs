//! Sessions at the PCLI, copied from a terminal: prompts, typed commands, and their output.
//!
//! A session is a log of transactions. [`command`] parses the commands, and [`outcome`] decides by
//! the output which of them were refused. [`log`] keeps the edits, and [`replay`] applies them in
//! order. The output of commands that show configuration is read as configuration, and all other
//! output is skipped. A prompt shows the element of the session.

mod command;
mod edit;
mod log;
mod outcome;
mod output;
mod replay;
mod slot_key;

use memchr::memchr2;

use self::command::{Command, Shown};
use self::log::Log;
use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::Member;
use crate::syntaxes::pcli::enclosing::Enclosing;
use crate::syntaxes::pcli::lines::{Line, PcliText, Word};
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
        open: Vec::new(),
        before: Vec::new(),
        visits: 0,
        user: "",
        command: Command::Show(Shown::Running),
        region: None,
        is_plain_text: false,
        after_unknown: false,
        missing_exit: None,
    };
    for line in text.all_lines(8) {
        match first_prompt(line.text) {
            Some((at, prompt)) => {
                session.end_of_output();
                session.prompts(Line { start: line.start + at, text: &line.text[at..], ..line }, prompt);
            }
            None => session.output_line(line),
        }
    }
    session.end_of_output();
    session.log.finish(session.findings)
}

/// The deepest nesting that a session is followed to. The model has about a dozen levels.
const MOST_OPEN: usize = 64;

/// An element that the session has entered.
#[derive(Clone)]
struct OpenElement<'s> {
    name: String,
    key: Option<String>,
    /// The step into it, or `None` if it is skipped.
    step: Option<BlockStep<'s>>,
}

struct Session<'s, 'f> {
    text: PcliText<'s>,
    findings: &'f mut Vec<Finding>,
    log: Log<'s>,
    /// The elements that the session is in, from the outermost one.
    open: Vec<OpenElement<'s>>,
    /// The same before the last command.
    before: Vec<OpenElement<'s>>,
    /// The number of entered list entries without a key. Each is a separate entry.
    visits: usize,
    /// The user in the last prompt.
    user: &'s str,
    /// The last command, whose output follows.
    command: Command<'s>,
    /// The start and end of the current output.
    region: Option<(usize, usize)>,
    /// True if the current output is text that the user typed as a value.
    is_plain_text: bool,
    /// True if the last command may have entered an element that is skipped.
    after_unknown: bool,
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
            self.enter(prompt.element, self.text.span(offset, at));
            self.user = prompt.user.unwrap_or(self.user);
            self.before.clone_from(&self.open);
            self.command = self.parse(Line { indent: 0, start: offset + at, text: typed.trim_end() });
            let Some(next) = next else { return };
            offset += at + next;
            let Some(further) = noise::prompt(&command[next..]) else { return };
            prompt = further;
        }
    }

    /// Moves to the element that a prompt shows.
    fn enter(&mut self, element: Option<&str>, at: Span) {
        let after_unknown = std::mem::take(&mut self.after_unknown);
        let Some(element) = element else { return self.open.clear() };
        let (name, keys) = element.split_once('[').unwrap_or((element, ""));
        let key = keys.strip_suffix(']').and_then(|keys| keys.split_once('=')).map(|(_, key)| key);
        let is_shown = |open: &OpenElement<'_>| {
            open.name == name
                && (open.step.is_none() || key.is_none() || open.key.is_none() || open.key.as_deref() == key)
        };
        if let Some(index) = self.open.iter().rposition(is_shown) {
            self.open.truncate(index + 1);
            return;
        }
        if !after_unknown || self.open.len() >= MOST_OPEN {
            self.open.clear();
        }
        let is_inside = !self.open.is_empty();
        let step = if is_inside { None } else { self.step_from_root(name, key, at) };
        self.open.push(OpenElement { name: name.to_owned(), key: key.map(str::to_owned), step });
    }

    /// Returns the step into an element whose path the session does not show.
    fn step_from_root(&mut self, name: &str, key: Option<&str>, at: Span) -> Option<BlockStep<'s>> {
        let root = Enclosing::root();
        let (name, shape) = root.read.find(name)?;
        let (read, entry) = match shape {
            Shape::Container(elements) => (elements, None),
            Shape::List { key: key_name, entry } => {
                let word = key.map(|key| Word { text: key.to_owned().into(), quoted: false, is_open: false, at });
                (entry, Some((key_name, word)))
            }
            Shape::Leaf | Shape::LeafList => return None,
        };
        self.visits += 1;
        Some(BlockStep { name, name_at: at, entry, inside: root.within(name, read), visit: self.visits })
    }
}

/// Returns the innermost of the open elements, or `None` if it is skipped.
fn enclosing_of(open: &[OpenElement<'_>]) -> Option<Enclosing> {
    open.last().map_or(Some(Enclosing::root()), |element| element.step.as_ref().map(|step| step.inside))
}

fn steps_of<'s>(open: &[OpenElement<'s>]) -> Vec<BlockStep<'s>> {
    open.iter().filter_map(|element| element.step.clone()).collect()
}

/// Returns elements with the steps around them.
fn nested<'s>(steps: Vec<BlockStep<'s>>, members: Vec<Member<'s>>) -> Vec<Member<'s>> {
    steps.into_iter().rev().fold(members, |members, step| vec![step.around(members)])
}
