//! JSON: one pass of `serde_json` that builds trees of the known elements and ignores the rest.
//!
//! `serde_json` tells no positions, but what it lends from the text has an address there: names and raw values do.

mod edit;
mod meanings;
mod names;
mod pieces;
pub(crate) mod print;

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use self::edit::Edit;
pub(crate) use self::edit::NAMES as EDIT_NAMES;
use self::meanings::Meanings;
use self::names::{Key, Members};
use self::pieces::{Around, Pieces, leads_to_pieces};
use crate::diagnostics::Finding;
use crate::elements::{Elements, Meaning, ROOT, Shape};
use crate::model::tree::{Content, Member, Scalar, ScalarStyle, Tree};
use crate::model::{SourceId, Span};
use crate::rules::invalid_syntax;
use crate::syntaxes::{Definition, Offsets, Trees, mappings, offset, plural};

/// JSON.
pub(crate) static SYNTAX: Definition = Definition {
    title: "JSON",
    // A `[` may also begin a shell's prompt, as in `[root@conductor ~]# pcli`.
    recognizes: |text| text.starts_with('{') || text.starts_with('[') && !is_prompt(text),
    read,
    comments: |_| Vec::new(),
    offsets: Offsets::Bytes,
};

fn is_prompt(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains("]#") || line.contains("]$"))
}

/// Reads a JSON text, in one tree or in several that together are it. What is no JSON is a finding. Whether what went to `sink` counts: if not, it is to be forgotten, and read again
/// with `whole`, which hands on one tree or none.
fn read<'s>(
    source: SourceId,
    text: &'s str,
    whole: bool,
    findings: &mut Vec<Finding>,
    sink: &mut (dyn FnMut(Tree<'s>) + '_),
) -> Trees {
    let result = {
        let pieces = (!whole).then(|| Pieces::new(sink));
        let reader = Reader { source, start: text.as_ptr() as usize, meanings: Meanings::new(), pieces };
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        let at = Span { source, start: 0, end: 0 };
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let seed = Seed { reader: &reader, shape: Shape::Container(&ROOT), name_at: at, around: None };
        let result = seed.deserialize(&mut deserializer).and_then(|tree| deserializer.end().map(|()| tree));
        if let Some(pieces) = &reader.pieces {
            if result.is_err() {
                pieces.revoke();
            }
            if pieces.are_void() {
                return Trees::Void;
            }
        }
        result
    };
    match result {
        Ok(tree) => sink(tree),
        Err(error) => {
            let at = error_offset(text, error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let at = Span { source, start: offset(at), end: offset(at) + 1 };
            findings.push(invalid_syntax::at(at, format!("not JSON: {message}")));
        }
    }
    Trees::Valid
}

/// `serde_json` counts columns in bytes, from 1, and names the last byte it took.
fn error_offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

struct Reader<'r, 's> {
    source: SourceId,
    /// Address of the text's first byte.
    start: usize,
    meanings: Meanings<'s>,
    pieces: Option<Pieces<'r, 's>>,
}

impl<'s> Reader<'_, 's> {
    /// The place of a part of the text.
    fn span(&self, part: &str) -> Span {
        let start = part.as_ptr() as usize - self.start;
        Span { source: self.source, start: offset(start), end: offset(start + part.len()) }
    }

    /// A value that is a leaf, a leaf-list, or of no interest but for what it is.
    fn raw(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let text = raw.get();
        let at = self.span(text);
        let content = match text.as_bytes()[0] {
            b'[' => {
                let items: Vec<&'s RawValue> = serde_json::from_str(text)?;
                let item = |item: &'s RawValue| {
                    if item.get().starts_with('{') { self.edited(item) } else { self.scalar(item) }
                };
                Content::Sequence(items.into_iter().map(item).collect::<Result<_, _>>()?)
            }
            b'{' => return self.edited(raw),
            _ => return self.scalar(raw),
        };
        Ok(Tree { at, content })
    }

    /// A mapping where a value is expected: one that says what is to be done with the value, or none that is read.
    fn edited(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let members: Members<'s> = serde_json::from_str(raw.get())?;
        if !members.0.iter().any(|(name, _)| edit::NAMES.contains(&&**name)) {
            return self.scalar(raw);
        }
        let mut edit = Edit::default();
        let mut value = None;
        for (name, raw) in members.0 {
            match &*name {
                "_value" => value = Some(self.scalar(raw)?),
                name => edit.add(name, raw)?,
            }
        }
        Ok(edit.apply(value, self.span(raw.get())))
    }

    /// A scalar; what is nested deeper than a leaf-list is told apart, not read.
    fn scalar(&self, raw: &'s RawValue) -> serde_json::Result<Tree<'s>> {
        let text = raw.get();
        let scalar = |text, style| Content::Scalar(Scalar { text, style });
        let content = match text.as_bytes()[0] {
            b'[' => Content::Sequence(Vec::new()),
            b'{' => Content::Mapping(Vec::new()),
            b'n' => scalar(Cow::Borrowed(""), ScalarStyle::Null),
            b'"' if text.contains('\\') => scalar(Cow::Owned(serde_json::from_str(text)?), ScalarStyle::Quoted),
            b'"' => scalar(Cow::Borrowed(&text[1..text.len() - 1]), ScalarStyle::Quoted),
            _ => scalar(Cow::Borrowed(text), ScalarStyle::Plain),
        };
        Ok(Tree { at: self.span(text), content })
    }
}

/// Reads a value of a known shape.
#[derive(Clone, Copy)]
struct Seed<'r, 'p, 's> {
    reader: &'r Reader<'p, 's>,
    shape: Shape,
    /// Where the element is named: the place of what has none of its own.
    name_at: Span,
    /// What stands around it, if it may be handed on in pieces.
    around: Option<&'r Around<'r>>,
}

impl<'s> DeserializeSeed<'s> for Seed<'_, '_, 's> {
    type Value = Tree<'s>;

    fn deserialize<D: Deserializer<'s>>(self, deserializer: D) -> Result<Tree<'s>, D::Error> {
        match self.shape {
            Shape::Leaf | Shape::LeafList => {
                let raw = <&'s RawValue>::deserialize(deserializer)?;
                self.reader.raw(raw).map_err(D::Error::custom)
            }
            Shape::Container(_) | Shape::List { .. } => deserializer.deserialize_any(self),
        }
    }
}

impl<'s> Seed<'_, '_, 's> {
    fn leaf(self, text: impl Into<Cow<'s, str>>, style: ScalarStyle) -> Tree<'s> {
        Tree { at: self.name_at, content: Content::Scalar(Scalar { text: text.into(), style }) }
    }

    fn with(self, shape: Shape, name_at: Span) -> Self {
        Self { shape, name_at, around: None, ..self }
    }

    fn container<A: MapAccess<'s>>(self, elements: &'static Elements, mut map: A) -> Result<Tree<'s>, A::Error> {
        let mut members = Vec::new();
        let mut edit: Option<(Edit, Option<Tree<'s>>)> = None;
        while let Some(key) = map.next_key_seed(Key)? {
            let name_at = self.name_span(&key);
            if key.starts_with('_') && edit::NAMES.contains(&&*key) {
                let (edit, value) = edit.get_or_insert_default();
                match &*key {
                    "_value" => *value = Some(map.next_value_seed(self.with(self.shape, name_at))?),
                    name => edit.add(name, map.next_value()?).map_err(A::Error::custom)?,
                }
                continue;
            }
            let meaning = match key {
                Cow::Borrowed(name) => self.reader.meanings.of(elements, name),
                Cow::Owned(_) => elements.meaning(&key),
            };
            match meaning {
                Meaning::Element(name, shape) => {
                    let around = Around { name, name_at, around: self.around };
                    let in_pieces = self.reader.pieces.is_some() && leads_to_pieces(elements, name, shape);
                    let seed = self.with(shape, name_at);
                    let tree = map.next_value_seed(Seed { around: in_pieces.then_some(&around), ..seed })?;
                    members.push(Member { name: Cow::Borrowed(name), name_at, tree });
                }
                Meaning::Unknown => {
                    let tree = map.next_value_seed(self.with(Shape::Leaf, name_at))?;
                    members.push(Member { name: key, name_at, tree });
                }
                Meaning::Plural(known) => {
                    map.next_value::<IgnoredAny>()?;
                    members.push(plural(key, name_at, known));
                }
                Meaning::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let tree = mappings::mapping(members, self.name_at);
        let is_fault = |member: &Member<'_>| matches!(member.tree.content, Content::Fault(_));
        if let Some(pieces) = &self.reader.pieces
            && (self.around.is_some() || std::ptr::eq(elements, &raw const ROOT))
            && (edit.is_some() || tree.members().iter().any(is_fault))
        {
            // It is deleted, or stands twice.
            pieces.revoke();
        }
        Ok(match edit {
            Some((edit, value)) => edit.apply(Some(value.unwrap_or(tree)), self.name_at),
            None => tree,
        })
    }

    /// A mapping where a list is expected: see [`mappings::member_of_list`].
    fn mapping_as_list<A: MapAccess<'s>>(self, entry: &'static Elements, mut map: A) -> Result<Tree<'s>, A::Error> {
        let mut members = Vec::new();
        let mut edit: Option<(Edit, Option<Tree<'s>>)> = None;
        while let Some(key) = map.next_key_seed(Key)? {
            let name_at = self.name_span(&key);
            let raw: &'s RawValue = map.next_value()?;
            if edit::NAMES.contains(&&*key) {
                let (edit, value) = edit.get_or_insert_default();
                edit.add(&key, raw).map_err(A::Error::custom)?;
                if key == "_value" {
                    let mut inner = serde_json::Deserializer::from_str(raw.get());
                    // An entry in a wrapper in a wrapper is the entry's own business: this reads each text but once.
                    let is_entry = raw.get().starts_with('{');
                    let seed = self.with(if is_entry { Shape::Container(entry) } else { self.shape }, name_at);
                    *value = Some(seed.deserialize(&mut inner).map_err(A::Error::custom)?);
                }
                continue;
            }
            let known = mappings::member_of_list(&key, raw.get().starts_with('{'), entry);
            let (name, shape) = known.map_or((key, Shape::Container(entry)), |(n, s)| (Cow::Borrowed(n), s));
            let mut value = serde_json::Deserializer::from_str(raw.get());
            let tree = self.with(shape, name_at).deserialize(&mut value).map_err(A::Error::custom)?;
            members.push(Member { name, name_at, tree });
        }
        let tree = mappings::mapping(members, self.name_at);
        Ok(match edit {
            Some((edit, value)) => edit.apply(Some(value.unwrap_or(tree)), self.name_at),
            None => tree,
        })
    }

    /// An escaped name is not lent from the text: it has the place of the element around it.
    #[expect(clippy::ptr_arg, reason = "whether it is lent is the question")]
    fn name_span(self, key: &Cow<'_, str>) -> Span {
        match key {
            // With its quotes, as the place of a value.
            Cow::Borrowed(name) => {
                let name = self.reader.span(name);
                Span { start: name.start - 1, end: name.end + 1, ..name }
            }
            Cow::Owned(_) => self.name_at,
        }
    }
}

impl<'s> Visitor<'s> for Seed<'_, '_, 's> {
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
        let entry = match self.shape {
            Shape::List { entry, .. } => Shape::Container(entry),
            other => other,
        };
        let mut items = Vec::new();
        if matches!(self.shape, Shape::List { .. }) {
            while let Some(tree) = seq.next_element_seed(self.with(entry, self.name_at))? {
                items.push(tree);
                if let (Some(pieces), Some(list)) = (&self.reader.pieces, self.around) {
                    pieces.take(list, &mut items);
                }
            }
        } else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(Tree { at: self.name_at, content: Content::Sequence(items) })
    }

    fn visit_borrowed_str<E>(self, text: &'s str) -> Result<Tree<'s>, E> {
        Ok(self.leaf(text, ScalarStyle::Quoted))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'s>, E> {
        Ok(self.leaf(text.to_owned(), ScalarStyle::Quoted))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'s>, E> {
        Ok(self.leaf(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'s>, E> {
        Ok(self.leaf(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'s>, E> {
        Ok(self.leaf(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree<'s>, E> {
        Ok(self.leaf(value.to_string(), ScalarStyle::Plain))
    }

    fn visit_unit<E>(self) -> Result<Tree<'s>, E> {
        Ok(self.leaf("", ScalarStyle::Null))
    }
}
