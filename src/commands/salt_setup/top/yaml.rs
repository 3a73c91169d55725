//! A YAML document as a tree with places.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::fault::Fault;

/// A node of a document.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The range in the text. The end of a collection is not exact.
    pub(super) range: Range<usize>,
    /// The number of its anchor, or 0.
    pub(super) anchor: usize,
    pub(super) content: Content,
}

/// The content of a node.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A scalar, and true if it is plain.
    Scalar(String, bool),
    /// An alias of the anchor of this number.
    Alias(usize),
    Sequence(Vec<Node>),
    Mapping(Vec<(Node, Node)>),
}

/// The limit of nested collections, far above any real top file.
const DEPTH_LIMIT: usize = 50;

impl Node {
    /// Returns true if two nodes have the same content, wherever they are.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_same = match (&self.content, &other.content) {
            (Content::Scalar(a, a_plain), Content::Scalar(b, b_plain)) => (a, a_plain) == (b, b_plain),
            (Content::Alias(a), Content::Alias(b)) => a == b,
            (Content::Sequence(a), Content::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b))
            }
            (Content::Mapping(a), Content::Mapping(b)) => is_same_members(a, b),
            _ => false,
        };
        is_same && self.anchor == other.anchor
    }

    /// Returns true if YAML reads the node as null.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(text, true) if ["", "~", "null", "Null", "NULL"].contains(&text.as_str()))
    }

    /// Returns the text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// Returns the members of a mapping.
    pub(super) fn members(&self) -> Option<&[(Self, Self)]> {
        match &self.content {
            Content::Mapping(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the kind of the node, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(..) if self.is_null() => "nothing",
            Content::Scalar(..) => "a scalar",
            Content::Alias(_) => "an alias",
            Content::Sequence(_) => "a list",
            Content::Mapping(_) => "a mapping",
        }
    }
}

/// Returns true if members are the same, in the same order.
pub(super) fn is_same_members(a: &[(Node, Node)], b: &[(Node, Node)]) -> bool {
    let mut pairs = a.iter().zip(b);
    a.len() == b.len() && pairs.all(|((a_key, a), (b_key, b))| a_key.is_same(b_key) && a.is_same(b))
}

/// Parses a text with at most one document. Returns its root; `None` if the text has no document.
///
/// # Errors
///
/// The text is not YAML, has several documents, or has tags, which Salt rejects in most cases.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Fault> {
    let offsets = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
    let mut reader = Reader { text, parser: Parser::new_from_str(text), offsets, depth: 0 };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(root),
            (Event::DocumentStart(_), range) => {
                if root.is_some() {
                    return Err(Fault::new(range.start, "unexpected second document; Salt expects a single one"));
                }
                let (event, range) = reader.next()?;
                root = Some(reader.node(event, range)?);
            }
            _ => {}
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    /// The offset of each character, or `None` if each is one byte.
    offsets: Option<Vec<usize>>,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), Fault> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, self.range(span))),
            Some(Err(error)) => {
                Err(Fault::new(self.offset(error.marker().index()), format!("invalid YAML: {}", error.info())))
            }
            None => Err(Fault::new(self.text.len(), "invalid YAML: unexpected end")),
        }
    }

    fn node(&mut self, event: Event<'t>, range: Range<usize>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(Fault::new(range.start, format!("collections nest deeper than {DEPTH_LIMIT} levels")));
        }
        let (anchor, tag, content) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, tag, Content::Scalar(text.into_owned(), style == ScalarStyle::Plain))
            }
            Event::SequenceStart(anchor, tag) => {
                reject_tag(tag.as_deref(), &range)?;
                (anchor, None, self.sequence()?)
            }
            Event::MappingStart(anchor, tag) => {
                reject_tag(tag.as_deref(), &range)?;
                (anchor, None, self.mapping()?)
            }
            Event::Alias(anchor) => (0, None, Content::Alias(anchor)),
            _ => return Err(Fault::new(range.start, "invalid YAML: unexpected end of a collection")),
        };
        reject_tag(tag.as_deref(), &range)?;
        self.depth -= 1;
        Ok(Node { range, anchor, content })
    }

    fn sequence(&mut self) -> Result<Content, Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Content::Sequence(items)),
                (event, range) => items.push(self.node(event, range)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Content, Fault> {
        let mut members = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Content::Mapping(members));
            }
            let key = self.node(event, range)?;
            let (event, range) = self.next()?;
            members.push((key, self.node(event, range)?));
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start.index());
        start..self.offset(span.end.index()).max(start)
    }

    /// Returns the offset of a character.
    fn offset(&self, characters: usize) -> usize {
        let offset = self.offsets.as_ref().map_or(Some(characters), |offsets| offsets.get(characters).copied());
        offset.unwrap_or(self.text.len()).min(self.text.len())
    }
}

fn reject_tag(tag: Option<&Tag>, range: &Range<usize>) -> Result<(), Fault> {
    match tag {
        None => Ok(()),
        Some(_) => Err(Fault::new(range.start, "unexpected YAML tag; remove it")),
    }
}
