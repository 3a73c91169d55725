//! The events of the parser, with aliases replaced by the events of their nodes.

use saphyr_parser::{Event, Parser, StrInput};

use crate::model::{SourceId, Span};
use crate::syntaxes::{SyntaxError, offset};

/// The maximum number of events that all aliases together may expand to. Real configurations stay
/// far below.
const REPLAY_LIMIT: usize = 2_000_000;

/// The deepest nesting of collections. The product's own configurations have about two dozen
/// levels.
const DEPTH_LIMIT: usize = 1000;

/// The events of a text.
pub(super) struct Events<'s> {
    source: SourceId,
    parser: Parser<'s, StrInput<'s>>,
    /// The number of characters before the text of the parser.
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
        Self {
            source,
            parser: Parser::new_from_str(text),
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
        while let Some((position, end)) = self.replays.last_mut() {
            if position < end {
                *position += 1;
                return Ok(self.log[*position - 1].clone());
            }
            self.replays.pop();
        }
        let (event, span) = match self.parser.next_event() {
            Some(Ok(next)) => next,
            Some(Err(error)) => {
                let start = self.index(error.marker().index());
                let at = Span { source: self.source, start, end: start + 1 };
                return Err(SyntaxError { at, message: error.info().to_owned() });
            }
            None => {
                let at = Span { source: self.source, start: 0, end: 0 };
                return Err(SyntaxError { at, message: "unexpected end of the text".to_owned() });
            }
        };
        let at = Span { source: self.source, start: self.index(span.start.index()), end: self.index(span.end.index()) };
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
        let (mut depth, mut events) = (1_usize, 0);
        while depth > 0 {
            match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
            events += usize::from(depth > 0);
        }
        Ok(events)
    }

    fn index(&self, index: usize) -> u32 {
        offset(index) + self.shift
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
