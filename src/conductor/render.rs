//! Plans → bytes, through `templates/`.
//!
//! Templates are compiled from the crate's own text alone; what comes from the configuration is a value to them, and goes into a
//! pillar as JSON. A line is rendered once for each prefix and metric, and serves every file that has it.

use std::collections::HashMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use sha2::{Digest as _, Sha256};

use super::plan::{Merged, Plan, RouteSet};
use crate::model::pillar::FORMAT_VERSION;
use crate::model::{GATEWAY, INTERFACE, Metric, NodeId, Route};

const ROUTE_FILE: &str = "route-kni254";
const ROUTE_LINE: &str = "route-line";
const PILLAR: &str = "pillar.sls";
const PILLAR_ROUTE: &str = "pillar-route";

/// The pillar's top file: the same for every authority.
pub const TOP_SLS: &str = include_str!("../../pillar/top.sls");

/// Renders what a plan holds.
pub struct Renderer<'p> {
    plan: &'p Plan<'p>,
    environment: Environment<'static>,
    /// The shared prefixes with each metric in use.
    shared: HashMap<Metric, Vec<Lines>>,
}

/// A route in each of its forms.
struct Lines {
    route_file: String,
    pillar: String,
}

/// The route file of a set, and what its nodes' pillars have in common.
#[derive(Debug)]
pub struct RenderedSet {
    /// The route file.
    pub route_file: Vec<u8>,
    /// SHA-256 of the route file.
    pub sha256: String,
    /// How many routes there are.
    pub routes: usize,
    pillar_routes: String,
}

impl<'p> Renderer<'p> {
    /// A renderer of this plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        for (name, source) in [
            (ROUTE_FILE, include_str!("../../templates/route-kni254.j2")),
            (ROUTE_LINE, include_str!("../../templates/route-line.j2")),
            (PILLAR, include_str!("../../templates/pillar.sls.j2")),
            (PILLAR_ROUTE, include_str!("../../templates/pillar-route.j2")),
        ] {
            environment.add_template(name, source).expect("our templates compile");
        }
        let mut renderer = Self { plan, environment, shared: HashMap::new() };
        let sets = plan.routers.iter().flat_map(|router| router.route_sets.iter().flatten());
        for set in sets.filter(|set| set.learns) {
            if !renderer.shared.contains_key(&set.metric) {
                let prefixes = plan.learned.everywhere.prefixes.iter();
                let lines = prefixes
                    .map(|shared| renderer.lines(Route { prefix: shared.prefix, metric: set.metric }, &shared.text))
                    .collect();
                renderer.shared.insert(set.metric, lines);
            }
        }
        renderer
    }

    /// Renders a set of routes.
    #[must_use]
    pub fn set(&self, set: &RouteSet) -> RenderedSet {
        let (mut lines, mut pillar_routes, mut routes) = (String::new(), String::new(), 0);
        let mut add = |line: &Lines| {
            lines.push_str(&line.route_file);
            pillar_routes.push_str(if routes == 0 { "\n" } else { ",\n" });
            pillar_routes.push_str(&line.pillar);
            routes += 1;
        };
        for route in set.merged(&self.plan.learned) {
            match route {
                Merged::Own(own) => add(&self.lines(own.route, &own.text)),
                Merged::Shared(index, _) => add(&self.shared[&set.metric][index]),
            }
        }
        let route_file = self.render(ROUTE_FILE, context! { routes => lines }).into_bytes();
        RenderedSet { sha256: sha256(&route_file), route_file, routes, pillar_routes }
    }

    /// The pillar document of a node; `None` for the set: the plugin is off.
    #[must_use]
    pub fn pillar(&self, node: &NodeId, set: Option<&RenderedSet>) -> Vec<u8> {
        let values = context! {
            format_version => FORMAT_VERSION,
            router => node.router.as_str(),
            node => node.node.as_str(),
            enabled => set.is_some(),
            interface => INTERFACE,
            gateway => GATEWAY.to_string(),
            route_file_sha256 => set.map_or("", |set| set.sha256.as_str()),
            routes => set.map_or("", |set| set.pillar_routes.as_str()),
        };
        self.render(PILLAR, values).into_bytes()
    }

    fn lines(&self, route: Route, prefix: &str) -> Lines {
        let values = context! {
            prefix => prefix,
            metric => route.metric.0,
            gateway => GATEWAY.to_string(),
            interface => INTERFACE,
        };
        Lines { route_file: self.render(ROUTE_LINE, values.clone()), pillar: self.render(PILLAR_ROUTE, values) }
    }

    fn render(&self, template: &str, values: Value) -> String {
        let template = self.environment.get_template(template).expect("one of our templates");
        template.render(values).expect("our templates render what they are given")
    }
}

/// SHA-256, lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(bytes);
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}
