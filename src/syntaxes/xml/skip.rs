//! Elements that are not read.

use std::io::BufRead as _;

use quick_xml::events::{BytesStart, Event};

use super::DEPTH_LIMIT;
use super::characters::is_name;
use super::leaves::plain_leaves;
use super::reader::{Start, XmlReader, invalid_name, unfinished};
use crate::syntaxes::SyntaxError;

impl<'s> XmlReader<'s, '_> {
    /// Skips an element with its content. The content must be well-formed too, but its namespaces
    /// are not looked at.
    pub(super) fn skip(&mut self, start: Start<'s>) -> Result<(), SyntaxError> {
        let mut depth = usize::from(!start.is_empty);
        let mut is_after_tag = true;
        while depth > 0 {
            if is_after_tag && depth < DEPTH_LIMIT {
                self.skip_plain_leaves();
            }
            is_after_tag = true;
            // Most of a configuration is skipped. Moving an event costs as much as checking it.
            match &self.xml.read_event() {
                Ok(Event::Start(_)) if depth >= DEPTH_LIMIT => {
                    let message = format!("elements nest too deep in this one; at most {DEPTH_LIMIT} levels are read");
                    return Err(SyntaxError { at: start.at, message });
                }
                Ok(Event::Start(tag)) => {
                    if !is_plain(tag) {
                        self.check_tag(tag)?;
                    }
                    depth += 1;
                }
                Ok(Event::Empty(tag)) => self.check_tag(tag)?,
                Ok(Event::End(_)) => depth -= 1,
                Ok(Event::Text(text)) => {
                    if self.may_have_cdata_end() {
                        self.check_text(text)?;
                    }
                    is_after_tag = false;
                }
                Ok(Event::CData(_)) => {}
                Ok(Event::GeneralRef(reference)) => self.check_reference(reference)?,
                Ok(Event::Eof) => return Err(unfinished(&start)),
                Ok(markup) => self.check_markup(markup)?,
                Err(error) => return Err(self.syntax_error(error)),
            }
        }
        self.leave(&start);
        Ok(())
    }

    /// Skips leaves between two events of `quick-xml`, which must not have started a text.
    fn skip_plain_leaves(&mut self) {
        let limit = self.cdata_ends.next().saturating_sub(self.position());
        let length = plain_leaves(self.xml.get_ref(), limit);
        self.xml.stream().consume(length);
    }

    fn check_tag(&self, tag: &BytesStart<'s>) -> Result<(), SyntaxError> {
        let name = tag.name().into_inner();
        if !is_name(name) {
            return Err(invalid_name(name, self.place(name)));
        }
        self.attributes(tag).map(drop)
    }
}

/// Returns true for a tag with a valid name and without attributes, as most tags are.
fn is_plain(tag: &BytesStart<'_>) -> bool {
    is_name(tag.name().into_inner()) && tag.attributes_raw().is_empty()
}
