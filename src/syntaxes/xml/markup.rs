//! The markup that is neither an element nor text: comments, processing instructions, declarations
//! and document types (XML 1.0, sections 2.5 to 2.8). Also checks text and references.

use memchr::memmem;
use quick_xml::events::Event;

use super::cdata_ends::CDATA_END;
use super::characters::is_name;
use super::reader::{Next, XmlReader};
use super::references::{self, Reference};
use crate::model::Span;
use crate::syntaxes::SyntaxError;

impl<'s> XmlReader<'s, '_> {
    /// Returns false if the text that was read last has no `]]>`.
    pub(super) fn may_have_cdata_end(&self) -> bool {
        self.cdata_ends.next() < self.position()
    }

    /// Checks the literal text that was read last.
    pub(super) fn check_text(&mut self, text: &str) -> Result<(), SyntaxError> {
        match self.cdata_ends.within(self.bytes(text)) {
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
            Ok(Reference::Entity) if self.prolog.has_doctype() => Ok(()),
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
        let at = self.bytes(comment);
        // The last `-` may be one with those of the end.
        let within = &self.text[at.start..=at.end];
        match memmem::find(within.as_bytes(), b"--") {
            None => Ok(()),
            Some(hyphens) => {
                let at = at.start + hyphens;
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
        let at = self.bytes(doctype);
        self.prolog.add_doctype(self.text, at).map_err(|violation| self.violation(violation))
    }

    fn check_declaration(&self, declaration: &str) -> Result<(), SyntaxError> {
        let at = self.bytes(declaration);
        self.prolog.check_declaration(self.text, at).map_err(|violation| self.violation(violation))
    }
}
