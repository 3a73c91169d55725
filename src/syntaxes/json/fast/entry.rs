//! Entries of the long lists, without `serde_json` in between.

use std::borrow::Cow;

use serde::de::DeserializeSeed as _;

use super::cursor::Cursor;
use crate::elements::{Elements, Meaning, Shape};
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};
use crate::syntaxes::json::edit;
use crate::syntaxes::json::json_reader::JsonReader;
use crate::syntaxes::json::mapping::object;
use crate::syntaxes::json::seed::Seed;
use crate::syntaxes::parts::Shift;

/// Reads entries.
pub(super) struct EntryReader<'s>(JsonReader<'s>);

impl<'s> EntryReader<'s> {
    /// Returns a reader of a text whose pieces have these places in a longer one.
    pub(super) fn new(source: SourceId, text: &'s str, shifts: &[Shift]) -> Self {
        Self(JsonReader::of_pieces(source, text, shifts))
    }

    /// Reads an entry of a list: a usual one in one pass, any other with `serde_json`. `None` if it
    /// is invalid.
    pub(super) fn entry(&self, cursor: &mut Cursor<'s>, entry: &'static Elements, list_at: Span) -> Option<Tree<'s>> {
        let start = cursor.clone();
        self.usual_entry(cursor, entry).or_else(|| {
            *cursor = start;
            self.plain(cursor, Shape::Container(entry), list_at)
        })
    }

    /// Reads an entry of a list. `None` if it is invalid or unusual. The place of a usual one does
    /// not depend on the text around it.
    pub(super) fn usual_entry(&self, cursor: &mut Cursor<'s>, entry: &'static Elements) -> Option<Tree<'s>> {
        self.container(cursor, entry, None)
    }

    /// Reads a value with the plain reader.
    pub(super) fn plain(&self, cursor: &mut Cursor<'s>, shape: Shape, name_at: Span) -> Option<Tree<'s>> {
        let bytes = cursor.value()?;
        let mut deserializer = serde_json::Deserializer::from_str(cursor.text(bytes));
        let tree = Seed::new(&self.0, shape, name_at).deserialize(&mut deserializer).ok()?;
        deserializer.end().ok().map(|()| tree)
    }

    /// Returns the meaning of a name, and its place with its quotes. The cursor is after its
    /// colon. `None` for a name that only the plain reader knows.
    pub(super) fn name(&self, name: (&'s str, bool), elements: &'static Elements) -> Option<(Meaning, Span)> {
        let (name, has_escape) = name;
        if has_escape || edit::is_name(name) {
            return None;
        }
        Some((self.0.meanings.of(elements, name), self.0.places.of_quoted(name)))
    }

    /// Reads an object. `None` if it is not the usual kind, or has no place.
    fn container(
        &self,
        cursor: &mut Cursor<'s>,
        elements: &'static Elements,
        around: Option<Span>,
    ) -> Option<Tree<'s>> {
        let (mut members, mut first) = (Vec::new(), None);
        let mut ended = cursor.open(b'{', b'}')?;
        while !ended {
            let name = cursor.name()?;
            let (meaning, name_at) = self.name(name, elements)?;
            first.get_or_insert(name_at);
            match meaning {
                Meaning::Element(name, shape) => {
                    let tree = self.shaped(cursor, shape, name_at)?;
                    members.push(Member { name: Cow::Borrowed(name), name_at, tree });
                }
                Meaning::Skipped => _ = cursor.value()?,
                Meaning::Unknown | Meaning::Misspelled(_) => return None,
            }
            ended = cursor.comma_or(b'}')?;
        }
        Some(object(members, first, first.or(around)?))
    }

    fn shaped(&self, cursor: &mut Cursor<'s>, shape: Shape, name_at: Span) -> Option<Tree<'s>> {
        cursor.blanks();
        match (shape, cursor.peek()?) {
            (Shape::Container(elements), b'{') => self.container(cursor, elements, Some(name_at)),
            (Shape::List { entry, .. }, b'[') => {
                let items = items(cursor, |cursor| self.container(cursor, entry, Some(name_at)))?;
                Some(Tree { at: name_at, content: Content::Sequence(items) })
            }
            (Shape::Leaf | Shape::LeafList, b'[') => {
                let start = cursor.at();
                let items = items(cursor, |cursor| self.scalar(cursor))?;
                let at = self.0.places.of(cursor.text(start..cursor.at()));
                Some(Tree { at, content: Content::Sequence(items) })
            }
            (Shape::Leaf | Shape::LeafList, _) => self.scalar(cursor),
            _ => None,
        }
    }

    fn scalar(&self, cursor: &mut Cursor<'s>) -> Option<Tree<'s>> {
        cursor.blanks();
        let (text, style, at) = match cursor.peek()? {
            b'"' => match cursor.string()? {
                (text, false) => (text, ScalarStyle::Text, self.0.places.of_quoted(text)),
                (_, true) => return None,
            },
            b'[' | b'{' => return None,
            first => {
                let bytes = cursor.value()?;
                let text = cursor.text(bytes);
                let (value, style) = if first == b'n' { ("", ScalarStyle::Null) } else { (text, ScalarStyle::Plain) };
                (value, style, self.0.places.of(text))
            }
        };
        Some(Tree { at, content: Content::Scalar(Scalar { text: Cow::Borrowed(text), style }) })
    }
}

/// Reads the items of an array.
fn items<'s>(
    cursor: &mut Cursor<'s>,
    mut item: impl FnMut(&mut Cursor<'s>) -> Option<Tree<'s>>,
) -> Option<Vec<Tree<'s>>> {
    let mut items = Vec::new();
    let mut ended = cursor.open(b'[', b']')?;
    while !ended {
        items.push(item(cursor)?);
        ended = cursor.comma_or(b']')?;
    }
    Some(items)
}
