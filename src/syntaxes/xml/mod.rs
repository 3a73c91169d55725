//! XML, as NETCONF carries it (RFC 6241) and `export config` writes it: one pass of `quick-xml` that builds trees of the known
//! elements and passes over the rest.
//!
//! An element is told by its local name and its namespace: the product's own elements are in namespaces below
//! [`PRODUCT`], whatever the prefix. That of a plugin's block is not known, so its local name alone counts. No entity but the five
//! of XML itself is ever resolved, and no document type read.

pub(crate) mod print;
mod value;

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};

use crate::diagnostics::Finding;
use crate::elements::{Elements, Meaning, ROOT, Shape};
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};
use crate::rules::{invalid_syntax, unread_text, unsupported_syntax};
use crate::syntaxes::{Definition, Offsets, Trees, offset, plural};

/// What the product's namespaces start with.
const PRODUCT: &str = "http://128technology.com/t128";

/// NETCONF's own elements, which may be wrapped around a configuration (RFC 6241).
const NETCONF: &str = "urn:ietf:params:xml:ns:netconf:base:1.0";

/// Elements deeper than the product's own (about a dozen) are hostile, or no configuration.
const DEPTH_LIMIT: usize = 1000;

/// XML.
pub(crate) static SYNTAX: Definition = Definition {
    title: "XML",
    recognizes: |text| text.starts_with('<'),
    read,
    comments: |_| Vec::new(),
    offsets: Offsets::Bytes,
};

/// Reads the documents of an XML text. If it is invalid, nothing is returned, not even the elements before the error.
fn read<'s>(
    source: SourceId,
    text: &'s str,
    _whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees {
    let mut xml = quick_xml::Reader::from_str(text);
    xml.config_mut().check_comments = true;
    let mut reader = Reader { source, text, xml, namespaces: NamespaceResolver::default(), findings };
    match reader.documents() {
        Ok(members) => sink(reader.mapping(members, Span { source, start: 0, end: 0 })),
        Err(error) => findings.push(invalid_syntax::at(error.at, format!("not XML: {}", error.message))),
    }
    Trees::Valid
}

/// Where and why a text is no XML.
struct Invalid {
    at: Span,
    message: String,
}

struct Reader<'s, 'f> {
    source: SourceId,
    text: &'s str,
    xml: quick_xml::Reader<&'s [u8]>,
    namespaces: NamespaceResolver,
    findings: &'f mut Vec<Finding>,
}

/// An element's start.
struct Start<'s> {
    event: BytesStart<'s>,
    /// Whether its end is one with it.
    is_empty: bool,
    /// Where its name stands.
    at: Span,
    /// Whether it binds namespaces.
    binds: bool,
}

/// What comes next in an element.
enum Next<'s> {
    Start(Start<'s>),
    /// Text, and whether it is as written: not out of a reference or a CDATA section.
    Text(Cow<'s, str>, Span, bool),
    End,
    /// The end of the text.
    Eof,
}

/// Whose namespace an element is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// The product's; or nobody's, as in what is written by hand.
    Product,
    Netconf,
    Other,
}

impl<'s> Reader<'s, '_> {
    /// The elements of all documents, out of all that is wrapped around them.
    fn documents(&mut self) -> Result<Vec<Member<'s>>, Invalid> {
        let mut members = Vec::new();
        let mut wrappers: Vec<Start<'s>> = Vec::new();
        loop {
            match self.next()? {
                Next::Start(start) => match (self.owner(&start), start.local()) {
                    (Owner::Netconf, "filter") => {
                        self.filter(&start);
                        self.skip(start)?;
                    }
                    (Owner::Netconf, "rpc" | "rpc-reply" | "data" | "edit-config" | "config" | "get-config")
                        if !start.is_empty =>
                    {
                        if wrappers.len() > DEPTH_LIMIT {
                            return Err(Invalid { at: start.at, message: "elements nest too deep".to_owned() });
                        }
                        wrappers.push(start);
                    }
                    (Owner::Netconf, _) => self.skip(start)?,
                    _ => self.child(start, &ROOT, &mut members)?,
                },
                Next::Text(text, at, _) => self.around(&text, at, wrappers.is_empty())?,
                Next::End => {
                    if let Some(start) = wrappers.pop() {
                        self.leave(&start);
                    }
                }
                Next::Eof => match wrappers.last() {
                    None => return Ok(members),
                    Some(start) => return Err(Self::unfinished(start)),
                },
            }
        }
    }

    /// Text outside of elements: NETCONF's end of a message, or of a chunk (RFC 6242, section 4), but nothing else.
    fn around(&self, text: &str, at: Span, is_outside: bool) -> Result<(), Invalid> {
        let is_framing = |line: &str| {
            let line = line.trim();
            line.is_empty()
                || line == "]]>]]>"
                || line.strip_prefix('#').is_some_and(|size| size == "#" || size.parse::<u32>().is_ok())
        };
        if !is_outside || text.trim_start_matches('\u{feff}').lines().all(is_framing) {
            return Ok(());
        }
        Err(Invalid { at, message: "text outside of all elements".to_owned() })
    }

    fn filter(&mut self, start: &Start<'s>) {
        self.findings.push(unsupported_syntax::filter(start.at));
    }

    /// An element among others of which `elements` are read.
    fn child(
        &mut self,
        start: Start<'s>,
        elements: &'static Elements,
        members: &mut Vec<Member<'s>>,
    ) -> Result<(), Invalid> {
        let meaning = elements.meaning(start.local());
        if matches!(meaning, Meaning::Other) || !self.may_be(&start, &meaning, elements) {
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
            Meaning::Plural(known) => {
                members.push(plural(Cow::Owned(start.local().to_owned()), name_at, known));
                self.skip(start)?;
            }
            Meaning::Other => unreachable!("skipped above"),
        }
        Ok(())
    }

    /// Whether an element's namespace is one that the element can be in.
    fn may_be(&self, start: &Start<'s>, meaning: &Meaning, within: &Elements) -> bool {
        let is_block = matches!(meaning, Meaning::Element("loopback-static-routes", _));
        within.closed || is_block || self.owner(start) == Owner::Product
    }

    fn element(&mut self, start: Start<'s>, shape: Shape) -> Result<Tree<'s>, Invalid> {
        let is_deleted = self.is_deleted(&start);
        let tree = match shape {
            Shape::Leaf | Shape::LeafList => self.leaf(start)?,
            Shape::Container(elements) | Shape::List { entry: elements, .. } => self.members(start, elements)?,
        };
        let at = tree.at;
        let tree = if is_deleted { Tree { at, content: Content::Deleted(Box::new(tree)) } } else { tree };
        // A list's entries are elements of one name.
        Ok(match shape {
            Shape::List { .. } => Tree { at, content: Content::Sequence(vec![tree]) },
            _ => tree,
        })
    }

    fn members(&mut self, start: Start<'s>, elements: &'static Elements) -> Result<Tree<'s>, Invalid> {
        let mut members = Vec::new();
        let (mut holds_elements, mut text) = (false, None);
        if !start.is_empty {
            loop {
                match self.next()? {
                    Next::Start(child) => {
                        holds_elements = true;
                        self.child(child, elements, &mut members)?;
                    }
                    Next::Text(part, at, _) if !part.trim_ascii().is_empty() => _ = text.get_or_insert((part, at)),
                    Next::Text(..) => {}
                    Next::End => break,
                    Next::Eof => return Err(Self::unfinished(&start)),
                }
            }
        }
        self.leave(&start);
        match text.map(|(text, at)| value::trimmed(text, at)) {
            Some((text, at)) if !holds_elements => {
                return Ok(Tree { at, content: Content::Scalar(Scalar { text, style: ScalarStyle::Quoted }) });
            }
            Some((_, at)) => self.findings.push(unread_text(at)),
            None => {}
        }
        Ok(self.mapping(members, start.at))
    }

    fn mapping(&self, members: Vec<Member<'s>>, fallback: Span) -> Tree<'s> {
        let at = members.iter().map(|member| member.name_at.to(member.tree.at)).fold(fallback, Span::to);
        Tree { at, content: Content::Mapping(members) }
    }

    /// Passes over an element and all that is in it.
    fn skip(&mut self, start: Start<'s>) -> Result<(), Invalid> {
        let mut depth = usize::from(!start.is_empty);
        while depth > 0 {
            match self.xml.read_event().map_err(|error| self.invalid(&error))? {
                Event::Start(_) if depth >= DEPTH_LIMIT => {
                    return Err(Invalid { at: start.at, message: "elements nest too deep in this one".to_owned() });
                }
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Self::unfinished(&start)),
                _ => {}
            }
        }
        self.leave(&start);
        Ok(())
    }

    fn next(&mut self) -> Result<Next<'s>, Invalid> {
        loop {
            let event = self.xml.read_event().map_err(|error| self.invalid(&error))?;
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

    fn start(&mut self, event: BytesStart<'s>, is_empty: bool) -> Result<Start<'s>, Invalid> {
        let at = self.place(event.name().as_ref());
        let binds = event.attributes_raw().contains("xmlns");
        if binds {
            self.namespaces.push(&event).map_err(|error| Invalid { at, message: error.to_string() })?;
        }
        Ok(Start { event, is_empty, at, binds })
    }

    /// Forgets the namespaces that an element has bound.
    fn leave(&mut self, start: &Start<'s>) {
        if start.binds {
            self.namespaces.pop();
        }
    }

    fn owner(&self, start: &Start<'s>) -> Owner {
        match self.namespaces.resolve_element(start.event.name()).0 {
            ResolveResult::Bound(namespace) => match namespace.as_ref() {
                NETCONF => Owner::Netconf,
                namespace if namespace.starts_with(PRODUCT) => Owner::Product,
                _ => Owner::Other,
            },
            // A part that was cut out of a document may have lost where its prefixes are bound.
            ResolveResult::Unbound | ResolveResult::Unknown(_) => Owner::Product,
        }
    }

    /// Whether an element carries the operation that deletes it (RFC 6241, section 7.2).
    fn is_deleted(&self, start: &Start<'s>) -> bool {
        !start.event.attributes_raw().is_empty()
            && start.event.attributes().with_checks(false).flatten().any(|attribute| {
                attribute.key.local_name().as_ref() == "operation" && matches!(&*attribute.value, "delete" | "remove")
            })
    }

    /// The place of a part of the text.
    fn place(&self, part: &str) -> Span {
        let start =
            (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize).filter(|start| *start <= self.text.len());
        let start = start.unwrap_or_else(|| self.position());
        Span { source: self.source, start: offset(start), end: offset((start + part.len()).min(self.text.len())) }
    }

    fn position(&self) -> usize {
        usize::try_from(self.xml.buffer_position()).map_or(self.text.len(), |position| position.min(self.text.len()))
    }

    fn invalid(&self, error: &quick_xml::Error) -> Invalid {
        let at = usize::try_from(self.xml.error_position()).map_or(self.text.len(), |at| at.min(self.text.len()));
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
        Invalid { at: Span { source: self.source, start: offset(at), end: offset(at) }, message: error.to_string() }
    }

    fn unfinished(start: &Start<'s>) -> Invalid {
        Invalid { at: start.at, message: "this element has no end; is the text cut off?".to_owned() }
    }
}

impl Start<'_> {
    fn local(&self) -> &str {
        self.event.local_name().into_inner()
    }
}

/// Text between elements, where a configuration has none.
fn unread_text(at: Span) -> Finding {
    unread_text::at(at, "text between elements is not read; remove it, or make it an element")
}
