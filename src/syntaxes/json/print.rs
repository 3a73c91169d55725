//! JSON, by `serde_json`.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::edit;
use crate::model::block::RawKey;
use crate::syntaxes::printed::{Inexpressible, PrintedElement, PrintedMembers, is_typed};

/// Prints elements as an object.
pub(in crate::syntaxes) fn print(elements: &PrintedMembers<'_>) -> Result<String, Inexpressible> {
    let mut text = serde_json::to_string_pretty(&ObjectPrinter(elements)).expect("names are strings");
    text.push('\n');
    Ok(text)
}

/// Checks that JSON can express a key of a plugin block.
pub(in crate::syntaxes) fn check(key: &RawKey) -> Result<(), &'static str> {
    if edit::is_name(&key.name) {
        return Err("its name is reserved for edits");
    }
    Ok(())
}

struct ObjectPrinter<'a>(&'a PrintedMembers<'a>);

struct ValuePrinter<'a>(&'a str, &'a PrintedElement<'a>);

impl Serialize for ObjectPrinter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, element) in self.0 {
            map.serialize_entry(name, &ValuePrinter(name, element))?;
        }
        map.end()
    }
}

impl Serialize for ValuePrinter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(name, element) = self;
        match element {
            PrintedElement::Leaf(text) if is_typed(name, text) => match (text.parse(), text.parse()) {
                (Ok(flag), _) => serializer.serialize_bool(flag),
                (_, Ok(number)) => serializer.serialize_u32(number),
                _ => serializer.serialize_str(text),
            },
            PrintedElement::Leaf(text) => serializer.serialize_str(text),
            PrintedElement::LeafList(values) => serializer.collect_seq(values),
            PrintedElement::Container(members) => ObjectPrinter(members).serialize(serializer),
            PrintedElement::List(entries) => serializer.collect_seq(entries.iter().map(ObjectPrinter)),
        }
    }
}
