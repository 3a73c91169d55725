//! The members of long JSON objects.
//!
//! The objects are sorted by name, because this program writes them so. A map that takes one member
//! at a time compares, or hashes and moves, each of them several times. For 38,110 artefacts, this
//! took a third of the time of an object.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Returns the members in order.
pub(crate) fn in_order<'d, D, K, V>(deserializer: D) -> Result<Vec<(K, V)>, D::Error>
where
    D: Deserializer<'d>,
    K: Deserialize<'d>,
    V: Deserialize<'d>,
{
    deserializer.deserialize_map(Members(PhantomData))
}

/// Returns the members by name. Of two members with the same name, it returns the second.
pub(crate) fn by_name<'d, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'d>,
    K: Deserialize<'d> + Ord,
    V: Deserialize<'d>,
{
    in_order(deserializer).map(BTreeMap::from_iter)
}

struct Members<K, V>(PhantomData<(K, V)>);

impl<'d, K: Deserialize<'d>, V: Deserialize<'d>> Visitor<'d> for Members<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
