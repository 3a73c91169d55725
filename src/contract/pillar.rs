//! The pillar document of one minion: all that the router's side needs. Its JSON Schema is `schema/pillar.schema.json`.

use std::fmt;
use std::marker::PhantomData;
use std::net::Ipv4Addr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::model::Route;

/// The key under which a minion's pillar holds the document.
pub const PILLAR_KEY: &str = "loopback-static-routes";

/// Version of the document's format; a reader refuses a newer one.
pub const FORMAT_VERSION: u32 = 1;

/// What one node is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PillarDocument {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The router's name.
    pub router: String,
    /// The node's name.
    pub node: String,
    /// Whether the plugin manages this node's routes. When false, what it had installed is to be removed.
    pub enabled: bool,
    /// The interface of all routes, [`crate::model::INTERFACE`].
    pub interface: String,
    /// The next hop of all routes, [`crate::model::GATEWAY`].
    pub gateway: Ipv4Addr,
    /// SHA-256 of the route file, lower-case hexadecimal; absent when the plugin is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_file_sha256: Option<String>,
    /// The routes, in the route file's order.
    #[serde(deserialize_with = "objects")]
    pub routes: Vec<Route>,
}

fn objects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Route>, D::Error> {
    Vec::<Object<Route>>::deserialize(deserializer)
        .map(|routes| routes.into_iter().map(|Object(route)| route).collect())
}

/// A JSON object. A structure alone can be read from an array as well, by position, which the format does not have.
#[derive(Clone, Copy, Debug)]
pub struct Object<T>(pub T);

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
