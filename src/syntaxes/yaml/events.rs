//! The parser's events, with what an alias stands for played back in its place.

use saphyr_parser::{Event, Parser, StrInput};

use crate::model::{SourceId, Span};
use crate::syntaxes::offset;
use crate::syntaxes::yaml::Invalid;

/// How many events all aliases together may be played back as. Real configurations stay far below; a document made to explode
/// stops here.
const REPLAY_LIMIT: usize = 2_000_000;

/// Collections deeper than the product's own (about two dozen) are hostile, or no configuration.
const DEPTH_LIMIT: usize = 1000;

pub(crate) struct Events<'s> {
    source: SourceId,
    parser: Parser<'s, StrInput<'s>>,
    /// Characters in front of the text that the parser was given.
    shift: u32,
    /// The events of anchored nodes, one after another.
    log: Vec<(Event<'s>, Span)>,
    /// Where in `log` the node of each anchor stands, from its first event to behind its last.
    anchors: Vec<Option<(usize, usize)>>,
    /// Anchored nodes that are not complete: the anchor, and how many collections were open around it.
    open: Vec<(usize, usize, usize)>,
    depth: usize,
    /// What of `log` is being played back.
    replays: Vec<(usize, usize)>,
    replayed: usize,
}

impl<'s> Events<'s> {
    pub(crate) fn new(source: SourceId, text: &'s str) -> Self {
        let (text, shift) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, 1));
        Self {
            source,
            parser: Parser::new_from_str(text),
            shift,
            log: Vec::new(),
            anchors: Vec::new(),
            open: Vec::new(),
            depth: 0,
            replays: Vec::new(),
            replayed: 0,
        }
    }

    /// The next event, out of an alias that is being played back, or from the text.
    pub(crate) fn next(&mut self) -> Result<(Event<'s>, Span), Invalid> {
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
                return Err(Invalid { at, message: error.info().to_owned() });
            }
            None => {
                let at = Span { source: self.source, start: 0, end: 0 };
                return Err(Invalid { at, message: "the text ends too early".to_owned() });
            }
        };
        let at = Span { source: self.source, start: self.index(span.start.index()), end: self.index(span.end.index()) };
        self.record(&event, at);
        if self.depth > DEPTH_LIMIT {
            return Err(Invalid { at, message: "collections nest too deep".to_owned() });
        }
        Ok((event, at))
    }

    /// Plays the node of an anchor back: yields its first event, and [`Self::next`] the others.
    pub(crate) fn replay(&mut self, anchor: usize, at: Span) -> Result<(Event<'s>, Span), Invalid> {
        let Some((start, end)) = self.anchors.get(anchor).copied().flatten() else {
            return Err(Invalid { at, message: "this alias stands inside the node that it names".to_owned() });
        };
        self.replayed += end - start;
        if self.replayed > REPLAY_LIMIT {
            return Err(Invalid { at, message: "the aliases expand to too much".to_owned() });
        }
        self.replays.push((start, end));
        let (event, _) = self.next()?;
        // What an alias stands for is reported where the alias is: that is the element's place.
        Ok((event, at))
    }

    /// Whether a value that starts with `event` is a mapping.
    pub(crate) fn is_mapping(&self, event: &Event<'s>) -> bool {
        match event {
            Event::MappingStart(..) => true,
            Event::Alias(anchor) => match self.anchors.get(*anchor).copied().flatten() {
                Some((start, _)) => matches!(self.log[start].0, Event::MappingStart(..)),
                None => false,
            },
            _ => false,
        }
    }

    /// Passes over the value that starts with `event`.
    pub(crate) fn skip(&mut self, event: &Event<'s>) -> Result<(), Invalid> {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => self.skip_collection(),
            _ => Ok(()),
        }
    }

    /// Passes over the rest of a collection whose start has been taken. Aliases in it stay what they are.
    pub(crate) fn skip_collection(&mut self) -> Result<(), Invalid> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn index(&self, index: usize) -> u32 {
        offset(index) + self.shift
    }

    /// Keeps the events of anchored nodes.
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
