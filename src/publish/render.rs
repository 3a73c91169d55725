//! Plans → bytes, through `templates/`.
//!
//! Templates are compiled from the crate's own text alone; what comes from the configuration is a value to them, and goes into a
//! pillar as JSON. A line is rendered once for each prefix and metric, and serves every file that has it.

use std::borrow::Cow;
use std::collections::HashMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use sha2::{Digest as _, Sha256};

use crate::contract::pillar::FORMAT_VERSION;
use crate::model::{GATEWAY, INTERFACE, Metric, NodeId, Route};
use crate::model::{Merged, Plan, RouteSet};

const ROUTE_FILE: &str = "route-kni254";
const ROUTE_LINE: &str = "route-line";
const PILLAR: &str = "pillar.sls";
const PILLAR_ROUTE: &str = "pillar-route";

/// The pillar's top file: the same for every authority.
pub const TOP_SLS: &str = include_str!("../../pillar/top.sls");

/// Renders what a plan holds.
pub struct Renderer<'p> {
    plan: &'p Plan<'p>,
    templates: Templates,
    /// What sets these templates and this code apart from others.
    identity: String,
    /// The shared prefixes with each metric in use.
    shared: HashMap<Metric, SharedLines>,
}

/// The shared prefixes with one metric.
struct SharedLines {
    lines: Vec<Lines>,
    fingerprint: String,
}

/// A route in each of its forms.
#[derive(Clone)]
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
    pillar_routes: String,
}

impl<'p> Renderer<'p> {
    /// A renderer of this plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Self {
        let templates = Templates::new();
        let mut shared = HashMap::new();
        let sets = plan.routers.iter().flat_map(|router| router.route_sets.iter().flatten());
        for metric in sets.filter(|set| set.learns).map(|set| set.metric) {
            shared.entry(metric).or_insert_with(|| {
                let prefixes = plan.learned.everywhere.prefixes.iter();
                let lines: Vec<Lines> = prefixes
                    .map(|shared| templates.lines(Route { prefix: shared.prefix, metric }, &shared.text))
                    .collect();
                let mut fingerprint = Fingerprint::default();
                for line in &lines {
                    fingerprint.add(&line.route_file).add(&line.pillar);
                }
                SharedLines { lines, fingerprint: fingerprint.finish() }
            });
        }
        Self { plan, identity: templates.identity(), templates, shared }
    }

    /// Renders a set of routes.
    #[must_use]
    pub fn set(&self, set: &RouteSet) -> RenderedSet {
        let lines = set.merged(&self.plan.learned).map(|route| match route {
            Merged::Own(own) => Cow::Owned(self.templates.lines(own.route, &own.text)),
            Merged::Shared(index, _) => Cow::Borrowed(&self.shared[&set.metric].lines[index]),
        });
        self.templates.set(lines)
    }

    /// The pillar document of a node; `None` for the set: the plugin is off.
    #[must_use]
    pub fn pillar(&self, node: &NodeId, set: Option<&RenderedSet>) -> Vec<u8> {
        self.templates.pillar(node, set)
    }

    /// What [`Self::set`] depends on, as one value: as long as it is the same, so are the set's bytes. It costs no rendering.
    #[must_use]
    pub fn fingerprint(&self, set: &RouteSet) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(&self.identity);
        fingerprint.add(if set.learns { &self.shared[&set.metric].fingerprint } else { "" });
        for own in &set.own {
            fingerprint.add(&own.text).add(own.route.metric.0.to_be_bytes());
        }
        fingerprint.finish()
    }

    /// What [`Self::pillar`] depends on, of the set its [`Self::fingerprint`].
    #[must_use]
    pub fn pillar_fingerprint(&self, node: &NodeId, set: Option<&str>) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(&self.identity).add(&node.router).add(&node.node).add(set.unwrap_or_default()).finish()
    }
}

/// Our templates, compiled.
struct Templates(Environment<'static>);

impl Templates {
    fn new() -> Self {
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
        Self(environment)
    }

    fn set<'l>(&self, routes: impl Iterator<Item = Cow<'l, Lines>>) -> RenderedSet {
        let (mut lines, mut pillar_routes) = (String::new(), String::new());
        for line in routes {
            lines.push_str(&line.route_file);
            pillar_routes.push_str(if pillar_routes.is_empty() { "\n" } else { ",\n" });
            pillar_routes.push_str(&line.pillar);
        }
        let route_file = self.render(ROUTE_FILE, context! { routes => lines }).into_bytes();
        RenderedSet { sha256: sha256(&route_file), route_file, pillar_routes }
    }

    fn pillar(&self, node: &NodeId, set: Option<&RenderedSet>) -> Vec<u8> {
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
        let template = self.0.get_template(template).expect("one of our templates");
        template.render(values).expect("our templates render what they are given")
    }

    /// What they and the code around them make of a sample of every form: another version that makes something else of it is told apart by that.
    fn identity(&self) -> String {
        let route =
            |prefix: &str, metric| self.lines(Route { prefix: prefix.parse().expect("a prefix"), metric }, prefix);
        let lines =
            [route("0.0.0.0/0", Metric(0)), route("192.0.2.1/32", Metric(0)), route("198.51.100.0/24", Metric(7))];
        let set = self.set(lines.iter().map(Cow::Borrowed));
        let empty = self.set(std::iter::empty());
        let node = NodeId { router: "\"router\"\n".to_owned(), node: "{{ node }}".to_owned() };
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(env!("CARGO_PKG_VERSION")).add(&set.route_file).add(&empty.route_file);
        [Some(&set), Some(&empty), None].into_iter().for_each(|set| {
            fingerprint.add(self.pillar(&node, set));
        });
        fingerprint.finish()
    }
}

/// A hash of several parts, each with its length in front, so that none runs into the next.
#[derive(Default)]
struct Fingerprint(Sha256);

impl Fingerprint {
    fn add(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    fn finish(&mut self) -> String {
        hexadecimal(&std::mem::take(&mut self.0).finalize())
    }
}

/// SHA-256, lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}
