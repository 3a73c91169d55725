//! Values that are wrapped with an operation: `{"_value": "branches", "_operation": "delete"}`.

use serde_json::value::RawValue;

use super::json_reader::JsonReader;
use super::names::RawMembers;
use crate::model::Span;
use crate::model::tree::{Fault, FaultKind, Tree};
use crate::rules::duplicate_key;
use crate::syntaxes::operations::Operation;

/// The members of a wrapper. An object without them is an ordinary value.
#[derive(Default)]
pub(super) struct Wrapper<'s> {
    /// The places of the names.
    names: Vec<(String, Span)>,
    operation: Option<Operation>,
    value: Option<Tree<'s>>,
}

impl<'s> Wrapper<'s> {
    /// Adds the value.
    pub(super) fn set_value(&mut self, name_at: Span, value: Tree<'s>) {
        self.name("_value", name_at);
        self.value = Some(value);
    }

    /// Adds a member of the wrapper other than the value.
    pub(super) fn add(
        &mut self,
        name: &str,
        name_at: Span,
        raw: &'s RawValue,
        reader: &JsonReader<'s>,
    ) -> serde_json::Result<()> {
        self.name(name, name_at);
        match name {
            "_operation" => self.operation(name, raw, reader),
            "_attributes" => self.attributes(name, raw, reader),
            _ => Ok(()),
        }
    }

    /// Returns the value, or `tree` if there is none, after the operation. `is_block` is true for a
    /// container and for an entry of a list.
    pub(super) fn unwrap_or(self, tree: Tree<'s>, is_block: bool) -> Tree<'s> {
        let tree = self.value.unwrap_or(tree);
        match self.operation {
            Some(operation) => operation.apply(tree, is_block),
            None => tree,
        }
    }

    /// Notes a name. A duplicate name makes the operation invalid.
    fn name(&mut self, name: &str, at: Span) {
        let first = self.names.iter().find(|(known, _)| known == name).map(|(_, at)| (duplicate_key::FIRST, *at));
        if first.is_some() {
            let (kind, message) = (FaultKind::DuplicateName, duplicate_key::message(std::iter::once(name)));
            self.set_operation(Operation::Invalid(Box::new(Fault { kind, message, at, related: first, fix: None })));
        }
        self.names.push((name.to_owned(), at));
    }

    fn set_operation(&mut self, new: Operation) {
        match (&self.operation, &new) {
            (Some(Operation::Invalid(_)), _) | (Some(Operation::Delete), Operation::Define) => {}
            _ => self.operation = Some(new),
        }
    }

    /// Reads an operation. Null counts as absent.
    fn operation(&mut self, name: &str, raw: &'s RawValue, reader: &JsonReader<'s>) -> serde_json::Result<()> {
        let at = reader.places.of(raw.get());
        self.set_operation(match raw.get().as_bytes()[0] {
            b'n' => return Ok(()),
            b'"' => Operation::of(name, &reader.parse::<String>(raw.get())?, at),
            b'[' | b'{' => Operation::unexpected(name, "a single value", kind(raw), at),
            _ => Operation::invalid(name, raw.get(), at),
        });
        Ok(())
    }

    /// Reads the attributes of an XML element. Null counts as absent.
    fn attributes(&mut self, name: &str, raw: &'s RawValue, reader: &JsonReader<'s>) -> serde_json::Result<()> {
        match raw.get().as_bytes()[0] {
            b'[' => {}
            b'n' => return Ok(()),
            _ => {
                let at = reader.places.of(raw.get());
                self.set_operation(Operation::unexpected(name, "a list of attributes", kind(raw), at));
                return Ok(());
            }
        }
        for item in reader.parse::<Vec<&'s RawValue>>(raw.get())? {
            match Attribute::of(item, reader)? {
                None => {
                    let (expected, at) = ("blocks with a `name` and a `value`", reader.places.of(item.get()));
                    self.set_operation(Operation::unexpected(name, expected, kind(item), at));
                }
                Some(Attribute { name, value: Some(value) }) if is_operation(&name) => {
                    self.operation("operation", value, reader)?;
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Describes a value in a message, after "found".
fn kind(raw: &RawValue) -> &'static str {
    match raw.get().as_bytes()[0] {
        b'[' => "a list",
        b'{' => "another block",
        _ => "a single value",
    }
}

/// Returns true for the name of the attribute with the operation. JSON does not bind prefixes.
fn is_operation(name: &str) -> bool {
    name.rsplit(':').next() == Some("operation")
}

/// An attribute of an XML element.
struct Attribute<'s> {
    name: String,
    value: Option<&'s RawValue>,
}

impl<'s> Attribute<'s> {
    /// Reads an attribute. Returns `None` for anything else.
    fn of(raw: &'s RawValue, reader: &JsonReader<'s>) -> serde_json::Result<Option<Self>> {
        if !raw.get().starts_with('{') {
            return Ok(None);
        }
        let members: RawMembers<'s> = reader.parse(raw.get())?;
        let member = |known: &str| members.0.iter().find(|(name, _)| name == known).map(|(_, value)| *value);
        match member("name").filter(|name| name.get().starts_with('"')) {
            Some(name) => Ok(Some(Self { name: reader.parse(name.get())?, value: member("value") })),
            None => Ok(None),
        }
    }
}
