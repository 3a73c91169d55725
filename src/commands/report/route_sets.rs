//! The routes of the nodes. Nodes with the same routes share a set, and all sets share the routes
//! that every learning router has.

use serde::Serialize;

use super::reasons::Interned;
use crate::commands::page::shown;
use crate::model::learned::SharedPrefix;
use crate::model::{Learned, LearnedFrom, Metric, Origin, PlannedRoute, RouteSet};
use crate::publish::render::Renderer;

/// The origins of a route, apart from services.
const DEFAULT_ROUTE: &str = "default-route";

/// The route of a set: prefix, metric and origins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct RouteData(String, Metric, Vec<OriginData>);

/// A shared prefix and its origins.
#[derive(Debug, Serialize)]
pub(super) struct SharedData(String, Vec<OriginData>);

/// An origin: a service and its address by their indices, with the address that a host name is
/// mapped to, or an element of the block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
enum OriginData {
    Mapped(usize, usize, String),
    Service(usize, usize),
    Block(String),
}

/// A set: the metric of the shared routes, or -1 without them, the indices of the shared routes
/// that it replaces, its own routes, and the digest of the route file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
struct SetData(i64, Vec<usize>, Vec<RouteData>, String);

/// The sets of a page, each once.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(super) struct RouteSets(Interned<SetData>);

impl RouteSets {
    /// Returns the index of a set, and adds it if it is new.
    pub(super) fn add(&mut self, set: &RouteSet, learned: &Learned<'_>, renderer: &Renderer<'_>) -> usize {
        let route =
            |own: &PlannedRoute| RouteData(own.route.prefix.to_string(), own.route.metric, origins(&own.origin));
        let replaced = set.own.iter().filter_map(|own| learned.everywhere.find(own.route.prefix));
        let mut replaced: Vec<usize> = if set.learns { replaced.collect() } else { Vec::new() };
        replaced.dedup();
        let metric = if set.learns { i64::from(set.metric.0) } else { -1 };
        let digest = renderer.render_route_set(set).sha256;
        self.0.add(SetData(metric, replaced, set.own.iter().map(route).collect(), digest))
    }
}

/// Returns the routes that every learning router has.
pub(super) fn shared(learned: &Learned<'_>) -> Vec<SharedData> {
    let origins = |shared: &SharedPrefix| shared.origin().map(|from| service_origin(&from)).collect();
    learned.everywhere.prefixes.iter().map(|shared| SharedData(shared.prefix.to_string(), origins(shared))).collect()
}

fn origins(origin: &Origin) -> Vec<OriginData> {
    match origin {
        Origin::Default(_) => vec![OriginData::Block(DEFAULT_ROUTE.to_owned())],
        Origin::Static(address) => vec![OriginData::Block(shown(&format!("static-route {}", address.value)))],
        Origin::Learned(from) => from.iter().map(service_origin).collect(),
    }
}

fn service_origin(from: &LearnedFrom) -> OriginData {
    let (service, address) = (from.address.service, from.address.address);
    match &from.mapped_to {
        Some(mapped) => OriginData::Mapped(service, address, mapped.value.to_string()),
        None => OriginData::Service(service, address),
    }
}
