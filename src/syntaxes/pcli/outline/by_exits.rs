//! The reading by `exit`s, as the product has it: a block's line opens it, whatever the indentation, and an `exit` closes the
//! last one that is open. Which lines open blocks, the model says; where it is silent, what comes next does.

use crate::syntaxes::pcli::lines::{Line, Text, keyword};
use crate::syntaxes::pcli::model::{Element, Kind};
use crate::syntaxes::pcli::outline::{Flaw, Interpreter, Reading, Sense, doubtful};
use crate::syntaxes::pcli::statement::Context;

/// What the lines of an open block are.
#[derive(Clone, Copy)]
enum Within {
    Block(Context),
    /// Not read, but known to the model.
    Known(&'static Element),
    /// Not read, and not known.
    Unknown,
}

struct Open {
    line: usize,
    within: Within,
    levels: usize,
}

pub(crate) fn read(text: Text<'_>, context: Context) -> Reading<'_> {
    let mut walk = Walk {
        interpreter: Interpreter::new(text),
        context,
        open: Vec::new(),
        closed: None,
        reading: Reading::default(),
    };
    let mut lines = text.lines(super::TAB_WIDTHS[0]).peekable();
    while let Some(line) = lines.next() {
        if line.text == "exit" {
            walk.exit(line);
        } else {
            walk.line(line, lines.peek());
        }
    }
    walk.close_to(0);
    let mut reading = walk.reading;
    reading.members = walk.interpreter.builder.finish();
    reading.findings = walk.interpreter.findings;
    reading
}

struct Walk<'s> {
    interpreter: Interpreter<'s>,
    context: Context,
    open: Vec<Open>,
    /// The block that was closed last, if nothing has been opened since, and the `exit` that closed it.
    closed: Option<(Context, usize)>,
    reading: Reading<'s>,
}

impl<'s> Walk<'s> {
    fn exit(&mut self, line: Line<'s>) {
        match self.open.pop() {
            Some(block) => {
                self.interpreter.builder.leave(block.levels);
                self.closed = match block.within {
                    Within::Block(context) => Some((context, line.start)),
                    Within::Known(_) | Within::Unknown => None,
                };
            }
            None => self.reading.flaws.push(Flaw::Surplus { line: line.start }),
        }
    }

    fn line(&mut self, line: Line<'s>, next: Option<&Line<'s>>) {
        self.close_to(self.place(line.text));
        let (within, parent) = match self.open.last() {
            Some(block) => (block.within, Some(block.line)),
            None => (Within::Block(self.context), None),
        };
        let opened = match within {
            Within::Block(context) => {
                self.reading.parents.push((line.start, parent));
                match self.interpreter.line(line, context) {
                    Sense::Block(context, levels) => Some((Within::Block(context), levels)),
                    Sense::Leaf => None,
                    Sense::Passed { levels, context, keyword } => {
                        let words: Vec<&str> = self.interpreter.words.iter().map(|word| &*word.text).collect();
                        let known = words.get(keyword).and_then(|name| context.model_of(name));
                        let opened = match known {
                            Some(element) => opened_by(element, words[keyword + 1..].iter().copied()),
                            None => {
                                self.doubt_exit(line);
                                opens(line, keyword, next).then_some(Within::Unknown)
                            }
                        };
                        if opened.is_none() {
                            self.interpreter.builder.leave(levels);
                        }
                        opened.map(|within| (within, levels))
                    }
                }
            }
            Within::Known(element) => {
                let mut words = line.text.split_ascii_whitespace();
                let opened = match words.next().and_then(|name| element.child(name)) {
                    Some(child) => opened_by(child, words),
                    None => opens(line, 0, next).then_some(Within::Unknown),
                };
                opened.map(|within| (within, 0))
            }
            Within::Unknown => opens(line, 0, next).then_some((Within::Unknown, 0)),
        };
        if let Some(finding) = self.interpreter.doubt.take() {
            let is_top = self.context.is_root() && self.open.is_empty();
            self.interpreter.findings.push(doubtful(finding, opens(line, 0, next) || !is_top));
        }
        if let Some((within, levels)) = opened {
            self.open.push(Open { line: line.start, within, levels });
            self.closed = None;
        }
    }

    /// An element that nobody knows here, but that is one of the block just closed: the `exit` that closed it was not meant to.
    fn doubt_exit(&mut self, line: Line<'s>) {
        if let Some((_, exit)) = self.closed.take_if(|(closed, _)| closed.read.find(keyword(line.text)).is_some()) {
            self.reading.flaws.push(Flaw::Surplus { line: exit });
        }
    }

    /// How many of the open blocks a line leaves open: one that can stand nowhere but further out ends those that are not it.
    fn place(&self, line: &str) -> usize {
        let name = keyword(line);
        let second = line.split_ascii_whitespace().nth(1);
        if matches!(name, "config" | "configure") && second.is_none_or(|second| second.starts_with("auth")) {
            return 0;
        }
        let may_hold = |within: Within| match within {
            Within::Block(context) => context.has(name),
            Within::Known(element) => element.child(name).is_some(),
            Within::Unknown => false,
        };
        if matches!(self.open.last(), None | Some(Open { within: Within::Unknown, .. })) {
            return self.open.len();
        }
        match self.open.iter().rposition(|block| may_hold(block.within)) {
            Some(outer) => outer + 1,
            // A further fragment.
            None if self.context.is_root() && self.context.read.find(name).is_some() => 0,
            None => self.open.len(),
        }
    }

    fn close_to(&mut self, count: usize) {
        let innermost = self.open.last().map(|block| block.line);
        let around = self.open.len().saturating_sub(count + 1);
        if let Some(line) = innermost.filter(|_| self.open.len() > count) {
            self.reading.flaws.push(Flaw::Missing { line, around });
        }
        for block in self.open.drain(count..).rev() {
            self.interpreter.builder.leave(block.levels);
        }
    }
}

/// What a line opens that starts with an element of the model; nothing if it ends in a leaf.
fn opened_by<'w>(element: &'static Element, mut words: impl Iterator<Item = &'w str>) -> Option<Within> {
    let mut element = element;
    loop {
        match element.kind {
            Kind::Leaf => return None,
            Kind::List { keys } => words.by_ref().take(keys).for_each(drop),
            Kind::Container => {}
        }
        match words.next().map(|word| element.child(word)) {
            Some(Some(child)) => element = child,
            // A path into what nobody knows ends in a leaf, as far as anybody can tell.
            Some(None) => return None,
            None => return Some(Within::Known(element)),
        }
    }
}

/// Whether a line opens a block whose element, at this word, nobody knows: the next line is deeper, or repeats the key, or closes
/// the block at once.
fn opens(line: Line<'_>, keyword: usize, next: Option<&Line<'_>>) -> bool {
    let Some(next) = next else { return false };
    let key = line.text.split_ascii_whitespace().nth(1);
    let repeats_key = key.is_some() && next.text.split_ascii_whitespace().nth(1) == key;
    let is_closed = next.text == "exit" && next.indent == line.indent;
    next.indent > line.indent || keyword == 0 && (is_closed || repeats_key)
}
