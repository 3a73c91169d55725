//! Rendering that is shared, for speed.
//!
//! Routes that every router learns are rendered once for each metric, and a route set is rendered
//! once for all nodes of its router. So the work does not grow with routers × services. From 500 to
//! 5,000 services, the CPU time of `generate` grows only from 0.080 s to 0.095 s
//! (`docs/performance.md`).

use std::cell::OnceCell;
use std::collections::HashMap;

use super::templates::{RenderedRouteSet, RouteText, Templates};
use super::{RenderedArtefact, Renderer};
use crate::contract::digest::Fingerprint;
use crate::model::{Metric, Route};
use crate::model::{Plan, RouterPlan};

/// The routes that every learning router has, rendered with each metric in use.
pub(super) struct SharedRoutes(HashMap<Metric, RoutesOfMetric>);

struct RoutesOfMetric {
    routes: Vec<RouteText>,
    fingerprint: String,
}

impl SharedRoutes {
    /// Renders the shared routes of a plan.
    pub(super) fn render(plan: &Plan<'_>, templates: &Templates) -> Self {
        let mut by_metric = HashMap::new();
        let sets = plan.routers.iter().flat_map(|router| router.route_sets.iter().flatten());
        for metric in sets.filter(|set| set.learns).map(|set| set.metric) {
            by_metric.entry(metric).or_insert_with(|| RoutesOfMetric::render(plan, metric, templates));
        }
        Self(by_metric)
    }

    /// Returns a shared route with a metric.
    pub(super) fn route(&self, metric: Metric, index: usize) -> &RouteText {
        &self.0[&metric].routes[index]
    }

    /// Returns the fingerprint of all shared routes with a metric.
    pub(super) fn fingerprint(&self, metric: Metric) -> &str {
        &self.0[&metric].fingerprint
    }
}

impl RoutesOfMetric {
    fn render(plan: &Plan<'_>, metric: Metric, templates: &Templates) -> Self {
        let prefixes = plan.learned.everywhere.prefixes.iter();
        let routes: Vec<RouteText> =
            prefixes.map(|shared| templates.route(Route { prefix: shared.prefix, metric })).collect();
        let mut fingerprint = Fingerprint::default();
        for route in &routes {
            fingerprint.add(&route.line).add(&route.pillar_entry);
        }
        Self { routes, fingerprint: fingerprint.finish() }
    }
}

/// A renderer of one router's artefacts. It renders a route set when first needed, and only once.
pub(crate) struct RouterRenderer<'r> {
    renderer: &'r Renderer<'r>,
    router: &'r RouterPlan<'r>,
    sets: Vec<OnceCell<RenderedRouteSet>>,
}

impl<'r> RouterRenderer<'r> {
    /// Returns a renderer of a router's artefacts. It renders nothing yet.
    pub(crate) fn new(renderer: &'r Renderer<'r>, router: &'r RouterPlan<'r>) -> Self {
        Self { renderer, router, sets: router.route_sets.iter().map(|_| OnceCell::new()).collect() }
    }

    /// Renders the route file of a set. `set` is an index in the router's plan.
    pub(crate) fn route_file(&self, set: usize) -> RenderedArtefact<'_> {
        let set = self.route_set(set);
        RenderedArtefact { bytes: set.route_file.as_slice().into(), sha256: set.sha256.as_str().into() }
    }

    /// Renders the pillar document of a node. `node` and `set` are indices in the router's plan.
    pub(crate) fn pillar_document(&self, node: usize, set: Option<usize>) -> RenderedArtefact<'_> {
        let set = set.map(|set| self.route_set(set));
        let RouterPlan { nodes, conductors, .. } = self.router;
        RenderedArtefact::new(self.renderer.render_pillar_document(&nodes[node].id, set, conductors))
    }

    fn route_set(&self, index: usize) -> &RenderedRouteSet {
        self.sets[index].get_or_init(|| {
            let set = self.router.route_sets[index].as_ref();
            self.renderer.render_route_set(set.expect("a node that is on has a route set"))
        })
    }
}
