//! The events of an XML text.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::attributes::{self, Attribute, Violation};
use super::cdata_ends::CdataEnds;
use super::characters;
use super::end_tags::last_character;
use super::namespaces::Namespaces;
use super::prolog::Prolog;
use crate::diagnostics::Finding;
use crate::model::{SourceId, Span};
use crate::syntaxes::{SyntaxError, offset};

/// A reader of an XML text.
pub(super) struct XmlReader<'s, 'f> {
    source: SourceId,
    pub(super) text: &'s str,
    pub(super) xml: quick_xml::Reader<&'s [u8]>,
    pub(super) namespaces: Namespaces<'s>,
    pub(super) prolog: Prolog,
    /// False between documents, where NETCONF has `]]>`.
    pub(super) is_in_element: bool,
    pub(super) cdata_ends: CdataEnds<'s>,
    /// Elements of the authority that are left out, because they are read separately.
    pub(super) gap: Option<Range<usize>>,
    pub(super) findings: &'f mut Vec<Finding>,
}

/// The start of an element.
pub(super) struct Start<'s> {
    /// The name with its prefix.
    name: &'s str,
    /// The number of bytes of the name before the local part.
    local: usize,
    pub(super) attributes: Vec<Attribute<'s>>,
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
        Self { cdata_ends: CdataEnds::new(text), ..Self::without_cdata(source, text, findings) }
    }

    /// Returns a reader of a text without `]]>`.
    pub(super) fn without_cdata(source: SourceId, text: &'s str, findings: &'f mut Vec<Finding>) -> Self {
        Self {
            source,
            text,
            xml: quick_xml::Reader::from_str(text),
            namespaces: Namespaces::default(),
            prolog: Prolog::new(text),
            is_in_element: false,
            cdata_ends: CdataEnds::new(""),
            gap: None,
            findings,
        }
    }

    /// Returns the next part.
    pub(super) fn next(&mut self) -> Result<Next<'s>, SyntaxError> {
        loop {
            return Ok(match self.event()? {
                Event::Start(event) => Next::Start(self.start(&event, false)?),
                Event::Empty(event) => Next::Start(self.start(&event, true)?),
                Event::End(_) => Next::End,
                Event::Text(text) => {
                    let text = text.into_inner();
                    if self.is_in_element && self.may_have_cdata_end() {
                        self.check_text(&text)?;
                    }
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
                event @ (Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {
                    self.check_markup(&event)?;
                    continue;
                }
            });
        }
    }

    /// Returns the next event.
    pub(super) fn event(&mut self) -> Result<Event<'s>, SyntaxError> {
        self.xml.read_event().map_err(|error| self.syntax_error(&error))
    }

    fn start(&mut self, event: &BytesStart<'s>, is_empty: bool) -> Result<Start<'s>, SyntaxError> {
        self.prolog.end();
        let at = self.place(event.name().as_ref());
        let name = &self.text[at.start as usize..at.end as usize];
        let Some(local) = characters::local_name(name) else { return Err(invalid_name(name, at)) };
        let attributes = self.attributes(event)?;
        let mut binds = false;
        if !attributes.is_empty() {
            binds = self.namespaces.bind(&attributes).map_err(|violation| self.violation(violation))?;
            if let Some(second) = self.namespaces.duplicate(&attributes) {
                let message = format!("`{}` has the name and namespace of another attribute; remove one", second.name);
                return Err(SyntaxError { at: self.span(second.at.start, second.at.end), message });
            }
        }
        Ok(Start { name, local, attributes, is_empty, at, binds })
    }

    /// Returns the attributes of a tag.
    pub(super) fn attributes(&self, event: &BytesStart<'_>) -> Result<Vec<Attribute<'s>>, SyntaxError> {
        let raw = event.attributes_raw();
        if raw.is_empty() {
            return Ok(Vec::new());
        }
        attributes::parse(self.text, self.bytes(raw), self.prolog.has_doctype())
            .map_err(|violation| self.violation(violation))
    }

    /// Ends an element: the namespaces that it bound are unbound.
    pub(super) fn leave(&mut self, start: &Start<'s>) {
        if start.binds {
            self.namespaces.unbind();
        }
    }

    /// Returns the place of a part of the text: by its address, if it was borrowed.
    pub(super) fn place(&self, part: &str) -> Span {
        let start =
            (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize).filter(|start| *start <= self.text.len());
        let start = start.unwrap_or_else(|| self.position());
        self.span(start, (start + part.len()).min(self.text.len()))
    }

    /// Returns the bytes of a part of the text.
    pub(super) fn bytes(&self, part: &str) -> Range<usize> {
        let at = self.place(part);
        at.start as usize..at.end as usize
    }

    /// Returns the place of bytes of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    /// Returns the start of the text.
    pub(super) fn text_start(&self) -> Span {
        self.span(0, 0)
    }

    /// Returns the number of bytes that were read.
    pub(super) fn position(&self) -> usize {
        self.text.len() - self.xml.get_ref().len()
    }

    pub(super) fn syntax_error(&self, error: &quick_xml::Error) -> SyntaxError {
        // `quick-xml` does not count the byte order mark.
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let at =
            usize::try_from(self.xml.error_position()).map_or(self.text.len(), |at| at + mark).min(self.text.len());
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
        SyntaxError { at: self.span(at, at), message: error.to_string() }
    }

    /// Returns the error about an element that is still open at the end of the text.
    pub(super) fn unfinished(&self, start: &Start<'_>) -> SyntaxError {
        let end = last_character(self.text);
        let message = format!("the text ends in `<{0}>`; add `</{0}>` if the text is not cut off", start.name);
        SyntaxError { at: self.span(end.start, end.end), message }
    }

    pub(super) fn violation(&self, violation: Violation) -> SyntaxError {
        SyntaxError { at: self.span(violation.at.start, violation.at.end), message: violation.message }
    }
}

impl Start<'_> {
    /// Returns the name without its prefix.
    pub(super) fn local(&self) -> &str {
        &self.name[self.local..]
    }

    /// Returns the prefix of the name, which may be empty.
    pub(super) fn prefix(&self) -> &str {
        &self.name[..self.local.saturating_sub(1)]
    }
}

/// Returns the error about a tag whose name is not one.
pub(super) fn invalid_name(name: &str, at: Span) -> SyntaxError {
    let message = if name.is_empty() {
        "a tag without a name; write the name directly after `<`, or write `&lt;`".to_owned()
    } else {
        format!("`{name}` is not a valid name of an element; correct it, or write `&lt;` for `<`")
    };
    SyntaxError { at, message }
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
