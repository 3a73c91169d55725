//! The pillar document of a minion. Its JSON Schema is `schema/pillar.schema.json`.

use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv4Addr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::model::Route;

/// The key of the document in a minion's pillar.
#[cfg(feature = "router")]
pub(crate) const PILLAR_KEY: &str = "loopback-static-routes";

/// The path on a router where Salt writes the document, and where the router's program reads it.
pub const DOCUMENT_PATH: &str = "/var/lib/128technology/plugins/loopback-static-routes/config.json";

/// The key of the configuration's revision in a minion's pillar. It is a number that grows with
/// each commit, beside the document, whose format earlier programs read strictly.
#[cfg(feature = "conductor")]
pub(crate) const REVISION_KEY: &str = "loopback-static-routes-revision";

/// The highest revision: every reader of JSON keeps the integers up to 2^53 - 1 exactly (RFC 8259,
/// section 6).
#[cfg(feature = "conductor")]
pub(crate) const LAST_REVISION: u64 = (1 << 53) - 1;

/// The version of the document's format. Readers reject unknown versions.
#[cfg(any(feature = "conductor", feature = "router"))]
pub(crate) const FORMAT_VERSION: u32 = 1;

/// The routes that one node must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PillarDocument {
    /// The version of the document's format.
    pub format_version: u32,
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
    /// True if the plugin manages the routes of this node. If false, the router removes the routes
    /// that the plugin installed.
    pub enabled: bool,
    /// The interface of all routes, `kni254`.
    pub interface: String,
    /// The next hop of all routes, [`crate::model::GATEWAY`].
    pub gateway: Ipv4Addr,
    /// SHA-256 of the route file, as lower-case hexadecimal text. Absent if the plugin is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_file_sha256: Option<String>,
    /// The routes, in the order of the route file.
    #[serde(deserialize_with = "objects")]
    pub routes: Vec<Route>,
}

/// Reads a list of structures, each from a JSON object.
pub(super) fn objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Vec::<Object<T>>::deserialize(deserializer).map(|items| items.into_iter().map(|Object(item)| item).collect())
}

/// A structure that is read from a JSON object only.
///
/// `serde` also reads a structure from an array, by position. The format has no such arrays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}
