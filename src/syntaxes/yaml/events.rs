//! The events of a text, with aliases replaced by the events of their nodes.

use std::ops::Range;

use saphyr_parser::{Event, Parser, StrInput};

use super::usual::Lines;

use crate::model::{SourceId, Span};
use crate::syntaxes::{SyntaxError, offset};

/// The maximum number of events that all aliases together may expand to. Real configurations stay
/// far below.
const REPLAY_LIMIT: usize = 2_000_000;

/// The deepest nesting of collections. The product's own configurations have about two dozen
/// levels.
const DEPTH_LIMIT: usize = 1000;

/// The origin of events.
enum Origin<'s> {
    Parser(Box<Parser<'s, StrInput<'s>>>),
    Lines(Lines<'s>),
}

/// The events of a text.
pub(super) struct Events<'s> {
    source: SourceId,
    origin: Origin<'s>,
    /// The number of characters before the text.
    shift: u32,
    /// The events of anchored nodes, one after another.
    log: Vec<(Event<'s>, Span)>,
    /// The range in `log` of the node of each anchor.
    anchors: Vec<Option<(usize, usize)>>,
    /// Anchored nodes that are not complete: the anchor, the number of open collections around
    /// the node, and its start in `log`.
    open: Vec<(usize, usize, usize)>,
    depth: usize,
    /// The ranges of `log` that are being replayed.
    replays: Vec<(usize, usize)>,
    replayed: usize,
    /// True if the text has an alias.
    pub(super) has_alias: bool,
}

impl<'s> Events<'s> {
    pub(super) fn new(source: SourceId, text: &'s str) -> Self {
        let (text, shift) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 1));
        Self::after(source, text, shift, 0)
    }

    /// Returns the events of a part of a text, with this number of characters before it and of
    /// collections around it.
    pub(super) fn after(source: SourceId, text: &'s str, shift: u32, depth: usize) -> Self {
        Self::of(Origin::Parser(Box::new(Parser::new_from_str(text))), source, shift, depth)
    }

    /// Returns the events of a block collection of usual lines, in a part of a text. They have an
    /// error at an unusual line. They do not include those of the stream and the document.
    pub(super) fn of_usual_lines(source: SourceId, text: &'s str, shift: u32, depth: usize) -> Self {
        Self::of(Origin::Lines(Lines::new(text)), source, shift, depth)
    }

    fn of(origin: Origin<'s>, source: SourceId, shift: u32, depth: usize) -> Self {
        Self {
            source,
            origin,
            shift,
            log: Vec::new(),
            anchors: Vec::new(),
            open: Vec::new(),
            depth,
            replays: Vec::new(),
            replayed: 0,
            has_alias: false,
        }
    }

    /// Returns the next event, from an alias that is being replayed or from the text.
    pub(super) fn next(&mut self) -> Result<(Event<'s>, Span), SyntaxError> {
        let parser = match &mut self.origin {
            Origin::Parser(parser) => parser,
            Origin::Lines(lines) => {
                let (event, bytes) = lines.next().ok_or_else(|| unusual(self.source))?;
                return Ok((event, self.span(bytes)));
            }
        };
        while let Some((position, end)) = self.replays.last_mut() {
            if position < end {
                *position += 1;
                return Ok(self.log[*position - 1].clone());
            }
            self.replays.pop();
        }
        let (event, at) = match parser.next_event() {
            Some(Ok(next)) => next,
            Some(Err(error)) => {
                let start = error.marker().index();
                return Err(SyntaxError { at: self.span(start..start + 1), message: error.info().to_owned() });
            }
            None => {
                let at = Span { source: self.source, start: 0, end: 0 };
                return Err(SyntaxError { at, message: "unexpected end of the text".to_owned() });
            }
        };
        let at = self.span(at.start.index()..at.end.index());
        self.record(&event, at);
        self.has_alias |= matches!(event, Event::Alias(_));
        if self.depth > DEPTH_LIMIT {
            return Err(SyntaxError {
                at,
                message: format!("collections nest too deep; at most {DEPTH_LIMIT} levels are read"),
            });
        }
        Ok((event, at))
    }

    /// Returns true after the last event of a text of usual lines.
    pub(super) fn is_complete(&self) -> bool {
        matches!(&self.origin, Origin::Lines(lines) if lines.is_complete())
    }

    /// Replays the node of an anchor. Returns its first event; [`Self::next`] returns the others.
    pub(super) fn replay(&mut self, anchor: usize, at: Span) -> Result<(Event<'s>, Span), SyntaxError> {
        let Some((start, end)) = self.anchors.get(anchor).copied().flatten() else {
            return Err(SyntaxError {
                at,
                message: "recursive alias: it is inside the node that it refers to".to_owned(),
            });
        };
        self.replayed += end - start;
        if self.replayed > REPLAY_LIMIT {
            return Err(SyntaxError { at, message: "the aliases expand to too many nodes".to_owned() });
        }
        self.replays.push((start, end));
        let (event, _) = self.next()?;
        // Findings about the node point to the alias, which is the place of the element.
        Ok((event, at))
    }

    /// Returns true if a value that starts with `event` is a mapping.
    pub(super) fn is_mapping(&self, event: &Event<'s>) -> bool {
        match event {
            Event::MappingStart(..) => true,
            Event::Alias(anchor) => match self.anchors.get(*anchor).copied().flatten() {
                Some((start, _)) => matches!(self.log[start].0, Event::MappingStart(..)),
                None => false,
            },
            _ => false,
        }
    }

    /// Skips the value that starts with `event`.
    pub(super) fn skip(&mut self, event: &Event<'s>) -> Result<(), SyntaxError> {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.skip_collection().map(drop),
            _ => Ok(()),
        }
    }

    /// Skips the rest of a collection after its first event, and returns the number of events in
    /// it. Aliases in it are not expanded.
    pub(super) fn skip_collection(&mut self) -> Result<usize, SyntaxError> {
        let source = self.source;
        match &mut self.origin {
            Origin::Lines(lines) => rest_of_collection(|| Ok(lines.next().ok_or_else(|| unusual(source))?.0)),
            Origin::Parser(_) => rest_of_collection(|| Ok(self.next()?.0)),
        }
    }

    /// Returns the place of a range of the text.
    fn span(&self, at: Range<usize>) -> Span {
        Span { source: self.source, start: offset(at.start) + self.shift, end: offset(at.end) + self.shift }
    }

    /// Records the events of anchored nodes.
    fn record(&mut self, event: &Event<'s>, at: Span) {
        let anchor = match event {
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                *anchor
            }
            _ => 0,
        };
        if anchor > 0 {
            self.open.push((anchor, self.depth, self.log.len()));
        }
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.depth += 1,
            Event::SequenceEnd | Event::MappingEnd => self.depth -= 1,
            _ => {}
        }
        if self.open.is_empty() {
            return;
        }
        self.log.push((event.clone(), at));
        while let Some((anchor, depth, start)) = self.open.last().copied() {
            if depth < self.depth {
                break;
            }
            self.open.pop();
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, None);
            }
            self.anchors[anchor] = Some((start, self.log.len()));
        }
    }
}

/// Takes the events of a collection after its first one, and returns their number without the last
/// one.
fn rest_of_collection<'s>(mut next: impl FnMut() -> Result<Event<'s>, SyntaxError>) -> Result<usize, SyntaxError> {
    let (mut depth, mut events) = (1_usize, 0);
    while depth > 0 {
        match next()? {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth -= 1,
            _ => {}
        }
        events += usize::from(depth > 0);
    }
    Ok(events)
}

/// Returns the error about an unusual line. The text is read again by the parser, so no user sees
/// it.
fn unusual(source: SourceId) -> SyntaxError {
    SyntaxError { at: Span { source, start: 0, end: 0 }, message: "a line is unusual".to_owned() }
}
