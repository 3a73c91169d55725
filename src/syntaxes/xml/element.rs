//! Elements that hold elements.

use std::borrow::Cow;

use super::leaf;
use super::namespaces::{NETCONF, NamespaceOwner};
use super::reader::{Next, Start, XmlReader};
use crate::elements::{AUTHORITY, Elements, Meaning, Shape};
use crate::model::Span;
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::rules::unread_text;
use crate::syntaxes::operations::Operation;
use crate::syntaxes::{SyntaxError, misspelled};

/// The name of the attribute with the operation of an edit.
const OPERATION: &str = "operation";

impl<'s> XmlReader<'s, '_> {
    /// Reads an element in a container with these elements.
    pub(super) fn child(
        &mut self,
        start: Start<'s>,
        elements: &'static Elements,
        members: &mut Vec<Member<'s>>,
    ) -> Result<(), SyntaxError> {
        let meaning = elements.meaning(start.local());
        if matches!(meaning, Meaning::Skipped) || !self.has_valid_namespace(&start, &meaning, elements) {
            return self.skip(start);
        }
        let name_at = start.at;
        match meaning {
            Meaning::Element(name, shape) => {
                let tree = self.element(start, shape)?;
                members.push(Member { name: Cow::Borrowed(name), name_at, tree });
            }
            Meaning::Unknown => {
                let name = Cow::Owned(start.local().to_owned());
                let tree = self.element(start, Shape::Leaf)?;
                members.push(Member { name, name_at, tree });
            }
            Meaning::Misspelled(known) => {
                members.push(misspelled(Cow::Owned(start.local().to_owned()), name_at, known));
                self.skip(start)?;
            }
            Meaning::Skipped => unreachable!("skipped above"),
        }
        Ok(())
    }

    /// Returns true if the element's namespace may contain this element.
    fn has_valid_namespace(&self, start: &Start<'s>, meaning: &Meaning, within: &Elements) -> bool {
        let is_block = matches!(meaning, Meaning::Element("loopback-static-routes", _));
        within.closed || is_block || self.namespaces.owner(start.prefix()) == NamespaceOwner::Product
    }

    fn element(&mut self, start: Start<'s>, shape: Shape) -> Result<Tree<'s>, SyntaxError> {
        let operation = self.operation(&start)?;
        // Converters write an empty list as `<router/>`. An entry that lost its key has an end tag.
        let is_empty_list = start.is_empty && matches!(shape, Shape::LeafList | Shape::List { .. });
        let tree = match shape {
            _ if is_empty_list => self.null(start),
            Shape::Leaf | Shape::LeafList => self.leaf(start)?,
            Shape::Container(elements) | Shape::List { entry: elements, .. } => self.members(start, elements)?,
        };
        let is_block = match shape {
            Shape::Container(_) => true,
            Shape::List { entry, .. } => entry.inner_list().is_none(),
            Shape::Leaf | Shape::LeafList => false,
        };
        let tree = operation.apply(tree, is_block);
        let at = tree.at;
        // The entries of a list are elements of one name.
        Ok(match shape {
            Shape::List { .. } if matches!(tree.content, Content::Fault(_)) => tree,
            Shape::List { .. } if tree.is_null() => Tree { at, content: Content::Sequence(Vec::new()) },
            Shape::List { .. } => Tree { at, content: Content::Sequence(vec![tree]) },
            _ => tree,
        })
    }

    /// Returns the operation of an element.
    ///
    /// An attribute without a prefix counts, as in text written by hand.
    fn operation(&mut self, start: &Start<'s>) -> Result<Operation, SyntaxError> {
        let mut operation = Operation::Define;
        for attribute in start.attributes.iter().filter(|attribute| attribute.split_name().1 == OPERATION) {
            let (name, at) = (attribute.name, self.span(attribute.at.start, attribute.at.end));
            let (prefix, _) = attribute.split_name();
            match self.namespaces.owner_of_prefix(prefix) {
                _ if prefix.is_empty() => {}
                _ if prefix == "xmlns" => continue,
                Some(NamespaceOwner::Netconf) => {}
                Some(_) => {
                    let message = format!(
                        "`{name}` is ignored, because its namespace is not that of NETCONF; remove it, or write \
                         `xmlns:{prefix}=\"{NETCONF}\"`"
                    );
                    self.findings.push(unread_text::at(at, message));
                    continue;
                }
                None => {
                    let message = format!(
                        "the prefix of `{name}` has no namespace; add `xmlns:{prefix}=\"{NETCONF}\"`, or remove the prefix"
                    );
                    return Err(SyntaxError { at, message });
                }
            }
            match Operation::of(name, &attribute.value, at) {
                Operation::Define => {}
                other => operation = other,
            }
        }
        Ok(operation)
    }

    /// Returns null in place of an element without content.
    fn null(&mut self, start: Start<'s>) -> Tree<'s> {
        self.leave(&start);
        Tree { at: start.at, content: Content::Scalar(Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Null }) }
    }

    fn members(&mut self, start: Start<'s>, elements: &'static Elements) -> Result<Tree<'s>, SyntaxError> {
        let mut members = Vec::new();
        let (mut holds_elements, mut text) = (false, None);
        if !start.is_empty {
            loop {
                if std::ptr::eq(elements, &raw const AUTHORITY) {
                    holds_elements |= self.skip_gap();
                }
                match self.next()? {
                    Next::Start(child) => {
                        holds_elements = true;
                        self.child(child, elements, &mut members)?;
                    }
                    Next::Text(part, at, _) if !part.trim_ascii().is_empty() => _ = text.get_or_insert((part, at)),
                    Next::Text(..) => {}
                    Next::End => break,
                    Next::Eof => return Err(self.unfinished(&start)),
                }
            }
        }
        self.leave(&start);
        match text.map(|(text, at)| leaf::trimmed(text, at)) {
            Some((text, at)) if !holds_elements => {
                return Ok(Tree { at, content: Content::Scalar(Scalar { text, style: ScalarStyle::Text }) });
            }
            Some((_, at)) => {
                let message = "text between elements is ignored; remove it, or write it as an element";
                self.findings.push(unread_text::at(at, message));
            }
            None => {}
        }
        Ok(mapping(members, start.at))
    }
}

/// Returns the tree of a container. Its place spans `start` and the members.
pub(super) fn mapping(members: Vec<Member<'_>>, start: Span) -> Tree<'_> {
    let at = members.iter().map(|member| member.name_at.to(member.tree.at)).fold(start, Span::to);
    Tree { at, content: Content::Mapping(members) }
}
