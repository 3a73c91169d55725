//! The names in mappings, lent from the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A mapping's members as they stand.
pub(crate) struct Members<'s>(pub(crate) Vec<(Cow<'s, str>, &'s RawValue)>);

impl<'s> Deserialize<'s> for Members<'s> {
    fn deserialize<D: Deserializer<'s>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'s> Visitor<'s> for All {
            type Value = Members<'s>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'s>>(self, mut map: A) -> Result<Members<'s>, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key_seed(Key)? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// A name, lent from the text unless it is escaped.
pub(crate) struct Key;

impl<'s> DeserializeSeed<'s> for Key {
    type Value = Cow<'s, str>;

    fn deserialize<D: Deserializer<'s>>(self, deserializer: D) -> Result<Cow<'s, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'s> Visitor<'s> for Key {
    type Value = Cow<'s, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'s str) -> Result<Cow<'s, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'s, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
