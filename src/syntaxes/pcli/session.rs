//! Sessions at the PCLI, copied from a terminal: prompts, what was typed at them, and what came of it.
//!
//! What was typed in the configuration mode is read as configuration, as is the output of the commands that show some. The output
//! of other commands is not. A prompt tells which element the session is in.

use memchr::memchr2;

use crate::diagnostics::{Finding, Rule};
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::Member;
use crate::rules::invalid_syntax;
use crate::rules::{ambiguous_nesting, missing_exit, surplus_exit};
use crate::syntaxes::pcli::builder::{Builder, Step};
use crate::syntaxes::pcli::lines::{self, Line, Text, Word};
use crate::syntaxes::pcli::noise::{self, Prompt};
use crate::syntaxes::pcli::outline;
use crate::syntaxes::pcli::statement::{self, Context, End};

/// Whether a text holds a prompt.
pub(crate) fn has_prompt(text: Text<'_>) -> bool {
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
pub(crate) fn read<'s>(text: Text<'s>, findings: &mut Vec<Finding>) -> Vec<Member<'s>> {
    let mut session = Session {
        text,
        findings,
        builder: Builder::default(),
        places: Vec::new(),
        entered: 0,
        output: Output::Shown(Vec::new()),
        region: None,
        after_unknown: false,
        open_end: None,
    };
    for line in text.all_lines(8) {
        match noise::prompt(line.text) {
            Some(prompt) => {
                session.end_of_output();
                session.prompts(line, prompt);
            }
            None => session.output(line),
        }
    }
    session.end_of_output();
    session.builder.finish()
}

/// Elements in each other that a session is followed through. The model has about a dozen.
const MOST_PLACES: usize = 64;

/// An element that the session is in.
#[derive(Clone)]
struct Place<'s> {
    name: String,
    key: Option<String>,
    /// How to get there; nothing for what is not read.
    known: Option<Step<'s>>,
}

/// What the lines without a prompt are.
#[derive(Clone)]
enum Output<'s> {
    /// Configuration, in the element that these places lead to.
    Shown(Vec<Place<'s>>),
    /// Something else.
    Passed,
}

struct Session<'s, 'f> {
    text: Text<'s>,
    findings: &'f mut Vec<Finding>,
    builder: Builder<'s>,
    places: Vec<Place<'s>>,
    /// How many places without a key were entered: each is an entry of its own.
    entered: usize,
    output: Output<'s>,
    /// Where output starts and ends.
    region: Option<(usize, usize)>,
    /// Whether the last command may have entered an element that is not read.
    after_unknown: bool,
    /// A block that a prompt may have cut off: its `exit` was missing.
    open_end: Option<Span>,
}

impl<'s> Session<'s, '_> {
    /// A line without a prompt.
    fn output(&mut self, line: Line<'s>) {
        let starts_configuration = line.text == "config" || line.text.starts_with("config authority");
        if matches!(self.output, Output::Passed) && starts_configuration {
            self.output = Output::Shown(Vec::new());
        }
        let end = line.start + line.text.len();
        let start = self.region.map_or_else(|| self.line_start(line.start), |(start, _)| start);
        self.region = Some((start, end));
    }

    /// Where the line starts that holds an offset: its indentation counts.
    fn line_start(&self, offset: usize) -> usize {
        let before = &self.text.whole[self.text.start..offset];
        self.text.start + before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn end_of_output(&mut self) {
        let Some((start, end)) = self.region.take() else { return };
        let Output::Shown(places) = &self.output else { return };
        let Some(context) = context_of(places) else { return };
        let steps: Vec<Step<'s>> = steps_of(places);
        let part = Text { start, end, ..self.text };
        let starts_at_root =
            part.lines(8).next().is_some_and(|line| matches!(lines::keyword(line.text), "config" | "configure"));
        let (context, steps) = if starts_at_root { (Context::root(), Vec::new()) } else { (context, steps) };
        let before = self.findings.len();
        let members = outline::read(part, context, self.findings);
        self.cut_off(part, before);
        let levels = steps.len();
        for step in steps {
            self.builder.enter(step, true);
        }
        for member in members {
            self.builder.add(member);
        }
        self.builder.leave(levels);
    }

    /// A prompt, or a line that looks like one, in the middle of a block: what follows it would be read outside of its block.
    fn cut_off(&mut self, part: Text<'s>, before: usize) {
        let of = |rule: &'static Rule| move |finding: &&Finding| finding.rule == rule;
        let found = &self.findings[before..];
        let surplus = found.iter().find(of(&surplus_exit::RULE)).and_then(|finding| finding.at);
        let missing = found.iter().find(of(&missing_exit::RULE)).and_then(|finding| finding.at);
        let mut lines = part.lines(8);
        let dedented = lines.next().and_then(|first| {
            lines.find(|line| line.indent < first.indent)?;
            Some(self.text.span(first.start, first.text.len()))
        });
        if let (Some(at), Some(block)) = (surplus, self.open_end.take()) {
            let message =
                "this `exit` is of a block that a prompt cut off; remove the prompt from the middle of the block";
            let finding = ambiguous(message, at).related("the block", block);
            self.findings.push(finding);
        } else if let (Some(at), None) = (dedented, surplus) {
            let message = "the output starts in the middle of a block; put the line that opens the block before it";
            self.findings.push(ambiguous(message, at));
        }
        self.open_end = missing;
    }

    /// A line with a prompt, or with several.
    fn prompts(&mut self, line: Line<'s>, first: Prompt<'s>) {
        let mut prompt = first;
        // Offset of the text that `prompt` was found in.
        let mut offset = line.start;
        loop {
            let (at, command) = prompt.command;
            let next = noise::next_prompt(command);
            let typed = &command[..next.unwrap_or(command.len())];
            self.enter(prompt.context, self.text.span(offset, at));
            self.command(Line { indent: 0, start: offset + at, text: typed.trim_end() });
            let Some(next) = next else { return };
            offset += at + next;
            let Some(further) = noise::prompt(&command[next..]) else { return };
            prompt = further;
        }
    }

    /// Goes where a prompt says that the session is.
    fn enter(&mut self, context: Option<&str>, at: Span) {
        let after_unknown = std::mem::take(&mut self.after_unknown);
        let Some(context) = context else { return self.places.clear() };
        let (name, keys) = context.split_once('[').unwrap_or((context, ""));
        let key = keys.strip_suffix(']').and_then(|keys| keys.split_once('=')).map(|(_, key)| key);
        let is_it = |place: &Place<'_>| {
            place.name == name
                && (place.known.is_none() || key.is_none() || place.key.is_none() || place.key.as_deref() == key)
        };
        if let Some(place) = self.places.iter().rposition(is_it) {
            self.places.truncate(place + 1);
            return;
        }
        if !after_unknown || self.places.len() >= MOST_PLACES {
            self.places.clear();
        }
        let is_inside = !self.places.is_empty();
        let known = if is_inside { None } else { self.fragment(name, key, at) };
        self.places.push(Place { name: name.to_owned(), key: key.map(str::to_owned), known });
    }

    /// The element that a session is in without our having seen how it got there.
    fn fragment(&mut self, name: &str, key: Option<&str>, at: Span) -> Option<Step<'s>> {
        let root = Context::root();
        let (name, shape) = root.read.find(name)?;
        let (read, entry) = match shape {
            Shape::Container(elements) => (elements, None),
            Shape::List { key: key_name, entry } => {
                let word = key.map(|key| Word { text: key.to_owned().into(), quoted: false, is_open: false, at });
                (entry, Some((key_name, word)))
            }
            Shape::Leaf | Shape::LeafList => return None,
        };
        self.entered += 1;
        Some(Step { name, name_at: at, entry, inside: root.within(name, read), visit: self.entered })
    }

    fn command(&mut self, line: Line<'s>) {
        let mut words = Vec::new();
        self.text.words(line, &mut words);
        let Some(first) = words.first() else {
            self.output = Output::Shown(self.places.clone());
            return;
        };
        let second = words.get(1).map(|word| &*word.text);
        match &*first.text {
            // Where they lead to, the next prompt says.
            "exit" | "quit" | "top" | "up" => self.output = Output::Passed,
            "sh" | "sho" | "show" | "compare" => {
                self.output = match second {
                    None => Output::Shown(self.places.clone()),
                    Some(what) if what.starts_with("conf") => Output::Shown(Vec::new()),
                    Some(_) => Output::Passed,
                };
            }
            "commit" | "validate" | "discard" | "restore" | "history" | "help" => self.output = Output::Passed,
            "clone" | "rename" | "move" if !self.places.is_empty() => {
                let message = format!("`{}` is not followed; copy the configuration that comes of it", first.text);
                self.findings.push(invalid_syntax::at(first.at, message));
                self.output = Output::Passed;
            }
            "config" | "configure" | "conf" => {
                self.places.clear();
                self.statement(&words);
            }
            _ if !self.places.is_empty() => self.statement(&words),
            _ => self.output = Output::Passed,
        }
    }

    /// Something typed in the configuration mode.
    fn statement(&mut self, words: &[Word<'s>]) {
        let Some(context) = context_of(&self.places) else {
            self.after_unknown = true;
            return;
        };
        let mut statement = statement::read(words, context);
        self.findings.extend(statement.doubt.take().into_iter().chain(statement.unread.take()));
        for step in statement.steps.iter_mut().filter(|step| matches!(step.entry, Some((_, None)))) {
            self.entered += 1;
            step.visit = self.entered;
        }
        let before = steps_of(&self.places);
        let levels = before.len() + statement.steps.len();
        for step in before.into_iter().chain(statement.steps.iter().cloned()) {
            self.builder.enter(step, true);
        }
        match statement.end {
            End::Block(_) => self.go_in(statement.steps),
            End::Leaf(member) => self.builder.add(member),
            End::Passed { .. } => self.after_unknown = true,
        }
        self.builder.leave(levels);
        self.output = Output::Shown(self.places.clone());
    }

    fn go_in(&mut self, steps: Vec<Step<'s>>) {
        self.places.extend(steps.into_iter().map(|step| Place {
            name: step.name.to_owned(),
            key: step.entry.as_ref().and_then(|(_, key)| key.as_ref()).map(|key| key.text.clone().into_owned()),
            known: Some(step),
        }));
    }
}

/// What may stand in the last of some places; nothing where that is not read.
fn context_of(places: &[Place<'_>]) -> Option<Context> {
    places.last().map_or(Some(Context::root()), |place| place.known.as_ref().map(|step| step.inside))
}

fn steps_of<'s>(places: &[Place<'s>]) -> Vec<Step<'s>> {
    places.iter().filter_map(|place| place.known.clone()).collect()
}

fn ambiguous(message: &str, at: Span) -> Finding {
    ambiguous_nesting::at(at, message)
}
