//! The changed routes of a page, each once.

use std::collections::HashMap;

use serde::Serialize;

use crate::commands::diff::compare::comparison::{RouteChange, RouteFrom, RouteSide};
use crate::commands::diff::formats::from;
use crate::commands::page::Texts;

/// The origins that have no text in the table of texts.
const DEFAULT_ROUTE: usize = 0;
const STATIC_ROUTE: usize = 1;
/// The origin of the first text.
const FIRST_TEXT: usize = 2;

/// A changed route: its prefix, the old and the new metric, or -1, and its origins.
#[derive(Debug, Serialize)]
struct RouteData(String, i64, i64, Vec<usize>);

/// Changed routes, each once. The other data refer to them by index.
#[derive(Debug, Default)]
pub(super) struct Routes<'c> {
    routes: Vec<RouteData>,
    indices: HashMap<&'c RouteChange, usize>,
}

impl<'c> Routes<'c> {
    /// Returns the index of a route, and adds it if it is new.
    pub(super) fn add(&mut self, route: &'c RouteChange, texts: &mut Texts) -> usize {
        let next = self.routes.len();
        let index = *self.indices.entry(route).or_insert(next);
        if index == next {
            let metric = |side: &Option<RouteSide>| side.as_ref().map_or(-1, |side| i64::from(side.metric.0));
            let prefix = route.prefix.to_string();
            let origins = from(route).iter().map(|from| origin(from, &prefix, texts)).collect();
            self.routes.push(RouteData(prefix, metric(&route.before), metric(&route.after), origins));
        }
        index
    }
}

fn origin(from: &RouteFrom, prefix: &str, texts: &mut Texts) -> usize {
    match from {
        RouteFrom::DefaultRoute => DEFAULT_ROUTE,
        RouteFrom::StaticRoute { address } if address == prefix => STATIC_ROUTE,
        other => FIRST_TEXT + texts.add(&other.to_string()),
    }
}

impl Serialize for Routes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.routes.serialize(serializer)
    }
}
