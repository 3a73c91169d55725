//! Elements that are not read.

use quick_xml::events::{BytesStart, Event};

use super::DEPTH_LIMIT;
use super::characters::is_name;
use super::reader::{Start, XmlReader, invalid_name, unfinished};
use crate::syntaxes::SyntaxError;

impl<'s> XmlReader<'s, '_> {
    /// Skips an element with its content. The content must be well-formed too, but its namespaces
    /// are not looked at.
    pub(super) fn skip(&mut self, start: Start<'s>) -> Result<(), SyntaxError> {
        let mut depth = usize::from(!start.is_empty);
        while depth > 0 {
            match self.event()? {
                Event::Start(_) if depth >= DEPTH_LIMIT => {
                    let message = format!("elements nest too deep in this one; at most {DEPTH_LIMIT} levels are read");
                    return Err(SyntaxError { at: start.at, message });
                }
                Event::Start(tag) => {
                    self.check_tag(&tag)?;
                    depth += 1;
                }
                Event::Empty(tag) => self.check_tag(&tag)?,
                Event::End(_) => depth -= 1,
                Event::Text(text) => self.check_text(&text)?,
                Event::CData(_) => {}
                Event::GeneralRef(reference) => self.check_reference(&reference.into_inner())?,
                Event::Eof => return Err(unfinished(&start)),
                event @ (Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {
                    self.check_markup(&event)?;
                }
            }
        }
        self.leave(&start);
        Ok(())
    }

    fn check_tag(&self, tag: &BytesStart<'s>) -> Result<(), SyntaxError> {
        let name = tag.name();
        if !is_name(name.as_ref()) {
            return Err(invalid_name(name.as_ref(), self.place(name.as_ref())));
        }
        if !tag.attributes_raw().is_empty() {
            self.attributes(tag)?;
        }
        Ok(())
    }
}
