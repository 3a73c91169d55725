//! Values of leaves and leaf-lists.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::edit;
use super::json_reader::JsonReader;
use super::names::RawMembers;
use super::wrapper::Wrapper;
use crate::model::tree::{Content, Scalar, ScalarStyle, Tree};

impl<'s> JsonReader<'s> {
    /// Reads the value of a leaf or a leaf-list.
    pub(super) fn value(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let text = raw.get();
        match text.as_bytes()[0] {
            b'[' => {
                let items: Vec<&'s RawValue> = self.parse(text)?;
                let items = items.into_iter().map(|item| self.item(item)).collect::<Result<_, _>>()?;
                Ok(Tree { at: self.places.of(text), content: Content::Sequence(items) })
            }
            _ => self.item(raw),
        }
    }

    /// Reads a single value, which may be wrapped with an operation.
    fn item(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        if raw.get().starts_with('{') { self.wrapped(raw) } else { self.scalar(raw) }
    }

    /// Reads an object where a value is expected. Only a wrapper is read; the members of any
    /// other object are skipped.
    fn wrapped(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let members: RawMembers<'s> = self.parse(raw.get())?;
        if !members.0.iter().any(|(name, _)| edit::is_name(name)) {
            return self.scalar(raw);
        }
        let mut wrapper = Wrapper::default();
        for (name, raw) in members.0 {
            let name_at = self.name_span(&name).unwrap_or_else(|| self.places.of(raw.get()));
            match &*name {
                "_value" => wrapper.set_value(name_at, self.values(raw)?),
                name => wrapper.add(name, name_at, raw, self)?,
            }
        }
        let null = Content::Scalar(Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Null });
        Ok(wrapper.unwrap_or(Tree { at: self.places.of(raw.get()), content: null }, false))
    }

    /// Reads the value in a wrapper: a scalar, or a list of scalars.
    fn values(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        if !raw.get().starts_with('[') {
            return self.scalar(raw);
        }
        let items: Vec<&'s RawValue> = self.parse(raw.get())?;
        let items = items.into_iter().map(|item| self.scalar(item)).collect::<Result<_, _>>()?;
        Ok(Tree { at: self.places.of(raw.get()), content: Content::Sequence(items) })
    }

    /// Reads a scalar. Anything that is nested deeper only keeps its kind.
    fn scalar(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let text = raw.get();
        let scalar = |text, style| Content::Scalar(Scalar { text, style });
        let content = match text.as_bytes()[0] {
            b'[' => Content::Sequence(Vec::new()),
            b'{' => Content::Mapping(Vec::new()),
            b'n' => scalar(Cow::Borrowed(""), ScalarStyle::Null),
            b'"' if text.contains('\\') => scalar(Cow::Owned(self.parse(text)?), ScalarStyle::Text),
            b'"' => scalar(Cow::Borrowed(&text[1..text.len() - 1]), ScalarStyle::Text),
            _ => scalar(Cow::Borrowed(text), ScalarStyle::Plain),
        };
        Ok(Tree { at: self.places.of(text), content })
    }
}

/// Returns true for an object without members.
pub(super) fn is_empty_object(raw: &RawValue) -> bool {
    raw.get().strip_prefix('{').is_some_and(|rest| rest.trim_ascii_start().starts_with('}'))
}
