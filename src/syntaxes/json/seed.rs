//! Values of a known shape.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::json_reader::JsonReader;
use super::leaf;
use crate::elements::Shape;
use crate::model::Span;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};

/// Reads a value of a known shape.
#[derive(Clone, Copy)]
pub(super) struct Seed<'r, 's> {
    pub(super) reader: &'r JsonReader<'s>,
    pub(super) shape: Shape,
    /// The place of the element's name, which is also the place of content without one.
    pub(super) name_at: Span,
}

impl<'r, 's> Seed<'r, 's> {
    pub(super) fn new(reader: &'r JsonReader<'s>, shape: Shape, name_at: Span) -> Self {
        Self { reader, shape, name_at }
    }

    /// Returns a seed for another value of the same text.
    pub(super) fn with(self, shape: Shape, name_at: Span) -> Self {
        Self { shape, name_at, ..self }
    }

    fn scalar(self, text: impl Into<Cow<'s, str>>, style: ScalarStyle) -> Tree<'s> {
        Tree { at: self.name_at, content: Content::Scalar(Scalar { text: text.into(), style }) }
    }

    /// Reads the entries of a list.
    fn entries<A: SeqAccess<'s>>(self, entry: Shape, mut seq: A) -> Result<Vec<Tree<'s>>, A::Error> {
        let mut entries = Vec::new();
        while let Some(tree) = seq.next_element_seed(self.with(entry, self.name_at))? {
            entries.push(tree);
        }
        Ok(entries)
    }
}

impl<'s> DeserializeSeed<'s> for Seed<'_, 's> {
    type Value = Tree<'s>;

    fn deserialize<D: Deserializer<'s>>(self, deserializer: D) -> Result<Tree<'s>, D::Error> {
        match self.shape {
            Shape::Leaf | Shape::LeafList => {
                let raw = <&'s RawValue>::deserialize(deserializer)?;
                if matches!(self.shape, Shape::LeafList) && leaf::is_empty_object(raw) {
                    return Ok(Tree { at: self.name_at, content: Content::Sequence(Vec::new()) });
                }
                self.reader.value(raw).map_err(D::Error::custom)
            }
            Shape::Container(_) | Shape::List { .. } => deserializer.deserialize_any(self),
        }
    }
}

impl<'s> Visitor<'s> for Seed<'_, 's> {
    type Value = Tree<'s>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'s>>(self, map: A) -> Result<Tree<'s>, A::Error> {
        match self.shape {
            Shape::Container(elements) => self.container(elements, map),
            Shape::List { entry, .. } => self.mapping_as_list(entry, map),
            Shape::Leaf | Shape::LeafList => unreachable!("leaves are read raw"),
        }
    }

    fn visit_seq<A: SeqAccess<'s>>(self, mut seq: A) -> Result<Tree<'s>, A::Error> {
        let items = match self.shape {
            Shape::List { entry, .. } => self.entries(Shape::Container(entry), seq)?,
            _ => {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Vec::new()
            }
        };
        Ok(Tree { at: self.name_at, content: Content::Sequence(items) })
    }

    fn visit_borrowed_str<E>(self, text: &'s str) -> Result<Tree<'s>, E> {
        Ok(self.scalar(text, ScalarStyle::Text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'s>, E> {
        Ok(self.scalar(text.to_owned(), ScalarStyle::Text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'s>, E> {
        Ok(self.scalar(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'s>, E> {
        Ok(self.scalar(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'s>, E> {
        Ok(self.scalar(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree<'s>, E> {
        Ok(self.scalar(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_unit<E>(self) -> Result<Tree<'s>, E> {
        Ok(self.scalar("", ScalarStyle::Null))
    }
}
