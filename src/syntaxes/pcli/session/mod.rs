//! Sessions at the PCLI, copied from a terminal: prompts, typed commands, and their output.
//!
//! Commands of the configuration mode are read as configuration, and so is the output of commands
//! that show configuration. The output of other commands is skipped. A prompt shows the element
//! of the session.

mod command;
mod output;

use memchr::memchr2;

use crate::diagnostics::Finding;
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::Member;
use crate::syntaxes::pcli::builder::Builder;
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
        if noise::prompt(rest[start..end].trim()).is_some() {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

/// Reads the elements of a session.
pub(super) fn read<'s>(text: PcliText<'s>, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
    let mut session = Session {
        text,
        findings,
        builder: Builder::default(),
        open: Vec::new(),
        visits: 0,
        output: CommandOutput::Shown(Vec::new()),
        region: None,
        after_unknown: false,
        missing_exit: None,
    };
    for line in text.all_lines(8) {
        match noise::prompt(line.text) {
            Some(prompt) => {
                session.end_of_output();
                session.prompts(line, prompt);
            }
            None => session.output_line(line),
        }
    }
    session.end_of_output();
    session.builder.finish()
}

/// The deepest nesting that is read in a session. The model has about a dozen levels.
const MOST_OPEN: usize = 64;

/// An element that the session has entered.
#[derive(Clone)]
struct OpenElement<'s> {
    name: String,
    key: Option<String>,
    /// The step into it, or `None` if it is skipped.
    step: Option<BlockStep<'s>>,
}

/// The meaning of lines without a prompt.
#[derive(Clone)]
enum CommandOutput<'s> {
    /// Configuration in these open elements.
    Shown(Vec<OpenElement<'s>>),
    /// Other output.
    Skipped,
}

struct Session<'s, 'f> {
    text: PcliText<'s>,
    findings: &'f mut Vec<Finding>,
    builder: Builder<'s>,
    /// The elements that the session is in, from the outermost one.
    open: Vec<OpenElement<'s>>,
    /// The number of entered list entries without a key. Each is a separate entry.
    visits: usize,
    output: CommandOutput<'s>,
    /// The start and end of the current output.
    region: Option<(usize, usize)>,
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
            self.enter(prompt.element, self.text.span(offset, at));
            self.command(Line { indent: 0, start: offset + at, text: typed.trim_end() });
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
