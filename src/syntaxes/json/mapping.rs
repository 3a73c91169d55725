//! Objects: containers, and lists that are written as one object.

use std::borrow::Cow;

use serde::de::{DeserializeSeed as _, Error as _, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::edit;
use super::names::NameSeed;
use super::seed::Seed;
use super::wrapper::Wrapper;
use crate::elements::{Elements, Meaning, Shape};
use crate::model::Span;
use crate::model::tree::{Member, Tree};
use crate::syntaxes::{mappings, misspelled};

impl<'s> Seed<'_, 's> {
    /// Reads a container, or an entry of a list.
    pub(super) fn container<A: MapAccess<'s>>(
        self,
        elements: &'static Elements,
        mut map: A,
    ) -> Result<Tree<'s>, A::Error> {
        let (mut members, mut first) = (Vec::new(), None);
        let mut wrapper = Wrapper::default();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            let name_at = self.name_span(&name);
            first.get_or_insert(name_at);
            if edit::is_name(&name) {
                match &*name {
                    "_value" => wrapper.set_value(name_at, map.next_value_seed(self.with(self.shape, name_at))?),
                    name => wrapper.add(name, name_at, map.next_value()?, self.reader).map_err(A::Error::custom)?,
                }
                continue;
            }
            self.member(elements, name, name_at, &mut map, &mut members)?;
        }
        let tree = object(members, first, self.name_at);
        Ok(wrapper.unwrap_or(tree, elements.inner_list().is_none()))
    }

    /// Reads the value of a name.
    fn member<A: MapAccess<'s>>(
        self,
        elements: &'static Elements,
        name: Cow<'s, str>,
        name_at: Span,
        map: &mut A,
        members: &mut Vec<Member<'s>>,
    ) -> Result<(), A::Error> {
        let meaning = match name {
            Cow::Borrowed(name) => self.reader.meanings.of(elements, name),
            Cow::Owned(_) => elements.meaning(&name),
        };
        match meaning {
            Meaning::Element(name, shape) => {
                let tree = map.next_value_seed(self.with(shape, name_at))?;
                members.push(Member { name: Cow::Borrowed(name), name_at, tree });
            }
            Meaning::Unknown => {
                let tree = map.next_value_seed(self.with(Shape::Leaf, name_at))?;
                members.push(Member { name, name_at, tree });
            }
            Meaning::Misspelled(known) => {
                map.next_value::<IgnoredAny>()?;
                members.push(misspelled(name, name_at, known));
            }
            Meaning::Skipped => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Reads an object where a list is expected: see [`mappings::member_of_list`].
    pub(super) fn mapping_as_list<A: MapAccess<'s>>(
        self,
        entry: &'static Elements,
        mut map: A,
    ) -> Result<Tree<'s>, A::Error> {
        let mut members = Vec::new();
        let mut wrapper = Wrapper::default();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            let name_at = self.name_span(&name);
            let raw: &'s RawValue = map.next_value()?;
            if name == "_value" {
                // An object in a wrapper is the single entry. It is not read as a list again. So
                // each text is read only once, for any depth of wrappers.
                let is_entry = raw.get().starts_with('{');
                let shape = if is_entry { Shape::Container(entry) } else { self.shape };
                wrapper.set_value(name_at, self.with(shape, name_at).parse(raw).map_err(A::Error::custom)?);
            } else if edit::is_name(&name) {
                wrapper.add(&name, name_at, raw, self.reader).map_err(A::Error::custom)?;
            } else {
                let known = mappings::member_of_list(&name, raw.get().starts_with('{'), entry);
                let (name, shape) = known.map_or((name, Shape::Container(entry)), |(n, s)| (Cow::Borrowed(n), s));
                let tree = self.with(shape, name_at).parse(raw).map_err(A::Error::custom)?;
                members.push(Member { name, name_at, tree });
            }
        }
        Ok(wrapper.unwrap_or(mappings::mapping(members, self.name_at), false))
    }

    fn parse(self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let tree = self.deserialize(&mut serde_json::Deserializer::from_str(raw.get()));
        tree.map_err(|error| self.reader.located(raw.get(), error))
    }

    /// Returns the place of a name with its quotes. An escaped name has the place of the element
    /// around it.
    #[expect(clippy::ptr_arg, reason = "only a borrowed name has a place")]
    fn name_span(self, name: &Cow<'_, str>) -> Span {
        self.reader.name_span(name).unwrap_or(self.name_at)
    }
}

/// Returns the tree of an object. Its place starts with its first name, even if that one is
/// skipped. An object without names has the place of the element around it.
pub(super) fn object<'s>(members: Vec<Member<'s>>, first: Option<Span>, around: Span) -> Tree<'s> {
    let mut tree = mappings::mapping(members, first.unwrap_or(around));
    tree.at = first.map_or(tree.at, |first| first.to(tree.at));
    tree
}
