//! What a document may have beside its elements: text, comments, processing instructions, and the
//! parts before its first element (XML 1.0, sections 2.4 to 2.8).

use std::ops::Range;

use memchr::memmem::{self, FindIter};
use quick_xml::events::Event;

use super::attributes::{self, Attribute, Violation};
use super::characters::is_name;
use super::reader::{Next, XmlReader};
use super::references::{self, Reference};
use crate::model::Span;
use crate::syntaxes::SyntaxError;

/// The end of a CDATA section. Text may not contain it.
const CDATA_END: &str = "]]>";

/// The part of a document before its first element.
pub(super) struct Prolog {
    /// The byte where the document starts.
    start: usize,
    /// True if a byte order mark says that the text is UTF-8.
    has_mark: bool,
    is_over: bool,
    has_doctype: bool,
}

impl Prolog {
    /// Returns the prolog of the first document of a text.
    pub(super) fn new(text: &str) -> Self {
        let has_mark = text.starts_with('\u{feff}');
        Self { has_mark, ..Self::at(if has_mark { '\u{feff}'.len_utf8() } else { 0 }) }
    }

    /// Returns the prolog of a document that starts at a byte.
    pub(super) fn at(start: usize) -> Self {
        Self { start, has_mark: false, is_over: false, has_doctype: false }
    }

    /// Notes that the first element has started.
    pub(super) fn end(&mut self) {
        self.is_over = true;
    }

    /// Returns true if the document has a document type, which may define entities.
    pub(super) fn has_doctype(&self) -> bool {
        self.has_doctype
    }
}

/// The places of `]]>` in a text. Most texts have none, so each part of a text needs only a
/// comparison.
pub(super) struct CdataEnds<'s> {
    others: FindIter<'s, 'static>,
    next: usize,
}

impl<'s> CdataEnds<'s> {
    pub(super) fn new(text: &'s str) -> Self {
        let mut others = memmem::find_iter(text.as_bytes(), CDATA_END);
        let next = others.next().unwrap_or(usize::MAX);
        Self { others, next }
    }

    /// Returns the first place in `range`. Later ranges must start later.
    fn within(&mut self, range: Range<usize>) -> Option<usize> {
        while self.next < range.start {
            self.next = self.others.next().unwrap_or(usize::MAX);
        }
        (self.next < range.end).then_some(self.next)
    }
}

impl<'s> XmlReader<'s, '_> {
    /// Checks the literal text that was read last.
    pub(super) fn check_text(&mut self, text: &str) -> Result<(), SyntaxError> {
        if self.cdata_ends.next >= self.position() {
            return Ok(());
        }
        let Span { start, end, .. } = self.place(text);
        match self.cdata_ends.within(start as usize..end as usize) {
            None => Ok(()),
            Some(at) => {
                let message = "`]]>` in text; write `]]&gt;`".to_owned();
                Err(SyntaxError { at: self.span(at, at + CDATA_END.len()), message })
            }
        }
    }

    /// Returns the character of a reference in text.
    pub(super) fn reference(&self, name: &str) -> Result<Next<'s>, SyntaxError> {
        let at = self.place_of_reference(name);
        match references::resolve(name).map_err(|message| SyntaxError { at, message })? {
            Reference::Character(character) => Ok(Next::Text(character.to_string().into(), at, false)),
            Reference::Entity => Err(SyntaxError { at, message: references::unknown_entity(name) }),
        }
    }

    /// Checks a reference in text that is skipped.
    pub(super) fn check_reference(&self, name: &str) -> Result<(), SyntaxError> {
        match references::resolve(name) {
            Ok(Reference::Character(_)) => Ok(()),
            Ok(Reference::Entity) if self.prolog.has_doctype => Ok(()),
            _ => self.reference(name).map(drop),
        }
    }

    fn place_of_reference(&self, name: &str) -> Span {
        let at = self.place(name);
        Span { start: at.start.saturating_sub(1), end: at.end + 1, ..at }
    }

    /// Checks markup that is neither an element nor text.
    pub(super) fn check_markup(&mut self, event: &Event<'s>) -> Result<(), SyntaxError> {
        match event {
            Event::Comment(comment) => self.check_comment(comment),
            Event::Decl(declaration) => self.check_declaration(declaration),
            Event::PI(instruction) => self.check_instruction(instruction.target()),
            Event::DocType(doctype) => self.check_doctype(doctype),
            _ => Ok(()),
        }
    }

    fn check_comment(&self, comment: &str) -> Result<(), SyntaxError> {
        let Span { start, end, .. } = self.place(comment);
        // The last `-` may be one with those of the end.
        let within = &self.text[start as usize..end as usize + 1];
        match memmem::find(within.as_bytes(), b"--") {
            None => Ok(()),
            Some(hyphens) => {
                let at = start as usize + hyphens;
                let message = "`--` in a comment; remove it, or write a single `-`".to_owned();
                Err(SyntaxError { at: self.span(at, at + 2), message })
            }
        }
    }

    fn check_instruction(&self, target: &str) -> Result<(), SyntaxError> {
        let message = if target.eq_ignore_ascii_case("xml") {
            "the XML declaration starts with `<?xml`, in lower case; correct it".to_owned()
        } else if !is_name(target) {
            format!("`{target}` is not a valid target of a processing instruction; write a name directly after `<?`")
        } else {
            return Ok(());
        };
        Err(SyntaxError { at: self.place(target), message })
    }

    fn check_doctype(&mut self, doctype: &str) -> Result<(), SyntaxError> {
        let at = self.place(doctype);
        let before = &self.text[..at.start as usize];
        let keyword = before.trim_ascii_end();
        let message = if keyword.len() == before.len() || !keyword.ends_with("<!DOCTYPE") {
            "a document type starts with `<!DOCTYPE` and a blank; correct it"
        } else if self.prolog.is_over || self.prolog.has_doctype {
            "a document type is valid only once, before the first element; remove it"
        } else {
            self.prolog.has_doctype = true;
            return Ok(());
        };
        Err(SyntaxError { at, message: message.to_owned() })
    }

    fn check_declaration(&self, declaration: &str) -> Result<(), SyntaxError> {
        let Span { start, end, .. } = self.place(declaration);
        let (start, end) = (start as usize, end as usize);
        let name_end = start + "xml".len();
        if start != self.prolog.start + "<?".len() {
            let message = "an XML declaration is valid only at the start of a document; \
                           remove it, or what is before it";
            return Err(SyntaxError { at: self.span(start - 2, name_end), message: message.to_owned() });
        }
        let attributes = attributes::parse(self.text, name_end..end, false).map_err(|v| self.violation(v))?;
        check_parts(&attributes, name_end..end, self.prolog.has_mark).map_err(|violation| self.violation(violation))
    }
}

/// Checks the parts of an XML declaration, which have a fixed order.
fn check_parts(attributes: &[Attribute<'_>], whole: Range<usize>, has_mark: bool) -> Result<(), Violation> {
    let mut parts = attributes.iter().peekable();
    let is_version = |value: &str| matches!(value.strip_prefix("1."), Some(minor) if is_number(minor));
    if parts.next_if(|part| part.name == "version" && is_version(&part.value)).is_none() {
        let at = attributes.first().map_or(whole, |part| part.at.clone());
        return Err(Violation {
            at,
            message: "an XML declaration starts with `version=\"1.0\"`; correct it".to_owned(),
        });
    }
    if let Some(part) = parts.next_if(|part| part.name == "encoding" && is_encoding(&part.value))
        && contradicts_utf_8(&part.value, has_mark)
    {
        let message = format!("the text is in UTF-8, and not in {}; correct the encoding", part.value);
        return Err(Violation { at: part.at.clone(), message });
    }
    parts.next_if(|part| part.name == "standalone" && matches!(&*part.value, "yes" | "no"));
    match parts.next() {
        None => Ok(()),
        Some(part) => {
            let message = format!(
                "unexpected `{}=\"{}\"` in the XML declaration; after the version, it may have an `encoding`, and \
                 then `standalone`, which is `yes` or `no`",
                part.name, part.value
            );
            Err(Violation { at: part.at.clone(), message })
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true for the name of an encoding.
fn is_encoding(text: &str) -> bool {
    let is_other = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_other)
}

/// Returns true for an encoding that cannot be that of a text in UTF-8. Most encodings have the
/// same ASCII characters.
fn contradicts_utf_8(encoding: &str, has_mark: bool) -> bool {
    let encoding = encoding.to_ascii_uppercase();
    let has_wide_units = ["UTF-16", "UTF-32", "UCS-", "ISO-10646-UCS"].iter().any(|wide| encoding.starts_with(wide));
    has_wide_units || has_mark && encoding != "UTF-8"
}
