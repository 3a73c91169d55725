//! The events of an XML text.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use super::DEPTH_LIMIT;
use super::namespaces::Namespaces;
use crate::diagnostics::Finding;
use crate::model::{SourceId, Span};
use crate::syntaxes::{SyntaxError, offset};

/// A reader of an XML text.
pub(super) struct XmlReader<'s, 'f> {
    source: SourceId,
    text: &'s str,
    xml: quick_xml::Reader<&'s [u8]>,
    pub(super) namespaces: Namespaces,
    pub(super) findings: &'f mut Vec<Finding>,
}

/// The start of an element.
pub(super) struct Start<'s> {
    pub(super) event: BytesStart<'s>,
    /// True for `<element/>`, which has no separate end.
    pub(super) is_empty: bool,
    /// The place of the name.
    pub(super) at: Span,
    /// True if the element binds namespaces.
    binds: bool,
}

/// The next part of an element.
pub(super) enum Next<'s> {
    Start(Start<'s>),
    /// Text. The flag is true if the text is literal, and not from a reference or a CDATA
    /// section.
    Text(Cow<'s, str>, Span, bool),
    End,
    /// The end of the whole text.
    Eof,
}

impl<'s, 'f> XmlReader<'s, 'f> {
    pub(super) fn new(source: SourceId, text: &'s str, findings: &'f mut Vec<Finding>) -> Self {
        let mut xml = quick_xml::Reader::from_str(text);
        xml.config_mut().check_comments = true;
        Self { source, text, xml, namespaces: Namespaces::default(), findings }
    }

    /// Returns the next part.
    pub(super) fn next(&mut self) -> Result<Next<'s>, SyntaxError> {
        loop {
            let event = self.xml.read_event().map_err(|error| self.syntax_error(&error))?;
            return Ok(match event {
                Event::Start(event) => Next::Start(self.start(event, false)?),
                Event::Empty(event) => Next::Start(self.start(event, true)?),
                Event::End(_) => Next::End,
                Event::Text(text) => {
                    let text = text.into_inner();
                    let at = self.place(&text);
                    Next::Text(text, at, true)
                }
                Event::CData(text) => {
                    let text = text.into_inner();
                    let at = self.place(&text);
                    Next::Text(text, at, false)
                }
                Event::GeneralRef(reference) => self.reference(&reference.into_inner())?,
                Event::Eof => Next::Eof,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            });
        }
    }

    fn start(&mut self, event: BytesStart<'s>, is_empty: bool) -> Result<Start<'s>, SyntaxError> {
        let at = self.place(event.name().as_ref());
        let binds = event.attributes_raw().contains("xmlns");
        if binds {
            self.namespaces.bind(&event).map_err(|message| SyntaxError { at, message })?;
        }
        Ok(Start { event, is_empty, at, binds })
    }

    /// Ends an element: the namespaces that it bound are unbound.
    pub(super) fn leave(&mut self, start: &Start<'s>) {
        if start.binds {
            self.namespaces.unbind();
        }
    }

    /// Skips an element with its content.
    pub(super) fn skip(&mut self, start: Start<'s>) -> Result<(), SyntaxError> {
        let mut depth = usize::from(!start.is_empty);
        while depth > 0 {
            match self.xml.read_event().map_err(|error| self.syntax_error(&error))? {
                Event::Start(_) if depth >= DEPTH_LIMIT => {
                    let message = format!("elements nest too deep in this one; at most {DEPTH_LIMIT} levels are read");
                    return Err(SyntaxError { at: start.at, message });
                }
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(unfinished(&start)),
                _ => {}
            }
        }
        self.leave(&start);
        Ok(())
    }

    /// Returns the place of a part of the text: by its address, if it was borrowed.
    pub(super) fn place(&self, part: &str) -> Span {
        let start =
            (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize).filter(|start| *start <= self.text.len());
        let start = start.unwrap_or_else(|| self.position());
        Span { source: self.source, start: offset(start), end: offset((start + part.len()).min(self.text.len())) }
    }

    /// Returns the start of the text.
    pub(super) fn text_start(&self) -> Span {
        Span { source: self.source, start: 0, end: 0 }
    }

    fn position(&self) -> usize {
        self.in_text(self.xml.buffer_position())
    }

    fn in_text(&self, position: u64) -> usize {
        usize::try_from(position).map_or(self.text.len(), |position| position.min(self.text.len()))
    }

    fn syntax_error(&self, error: &quick_xml::Error) -> SyntaxError {
        let at = self.in_text(self.xml.error_position());
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
        SyntaxError { at: Span { source: self.source, start: offset(at), end: offset(at) }, message: error.to_string() }
    }
}

impl Start<'_> {
    /// Returns the name without its prefix.
    pub(super) fn local(&self) -> &str {
        self.event.local_name().into_inner()
    }

    /// Returns true if the element has the operation that deletes it (RFC 6241, section 7.2).
    pub(super) fn is_deleted(&self) -> bool {
        !self.event.attributes_raw().is_empty()
            && self.event.attributes().with_checks(false).flatten().any(|attribute| {
                attribute.key.local_name().as_ref() == "operation" && matches!(&*attribute.value, "delete" | "remove")
            })
    }
}

/// Returns the error about an element that is still open at the end of the text.
pub(super) fn unfinished(start: &Start<'_>) -> SyntaxError {
    let message = "unexpected end of the text: this element is not closed; is the text cut off?";
    SyntaxError { at: start.at, message: message.to_owned() }
}

/// Removes places that are not between elements from a sorted list of bytes.
pub(super) fn retain_between_elements(text: &str, places: &mut Vec<usize>) {
    let mut xml = quick_xml::Reader::from_str(text);
    let mut between = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut after_start = false;
    let mut remaining = places.iter().copied().peekable();
    let mut next_within = |from: u64, to: u64| {
        while remaining.next_if(|at| (*at as u64) < from).is_some() {}
        remaining.next_if(|at| (*at as u64) < to)
    };
    loop {
        let from = xml.buffer_position();
        let Ok(event) = xml.read_event() else { break };
        match event {
            Event::Text(_) => open.extend(std::iter::from_fn(|| next_within(from, xml.buffer_position()))),
            Event::End(_) if after_start => open.clear(),
            _ => {}
        }
        match event {
            Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Eof => {
                between.append(&mut open);
                after_start = matches!(event, Event::Start(_));
                if matches!(event, Event::Eof) {
                    break;
                }
            }
            _ => {}
        }
    }
    *places = between;
}
