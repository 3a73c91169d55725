//! The compiled templates of the folder `templates/`.
//!
//! Templates are compiled from the crate's own text only. Text of the configuration is passed to
//! them as values, and is written to a pillar document as JSON.

use std::borrow::Cow;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use crate::contract::digest::{Fingerprint, sha256_hex};
use crate::contract::peers::{self, Peer};
use crate::contract::pillar::FORMAT_VERSION;
use crate::model::{GATEWAY, INTERFACE, Metric, NodeId, Route};

const ROUTE_FILE: &str = "route-kni254";
const ROUTE_LINE: &str = "route-line";
const PILLAR_DOCUMENT: &str = "pillar.sls";
const PILLAR_ROUTE: &str = "pillar-route";

/// A rendered route file, and the part that the pillar documents of its nodes share.
#[derive(Debug)]
pub struct RenderedRouteSet {
    /// The route file.
    pub route_file: Vec<u8>,
    /// The SHA-256 digest of the route file, as lower-case hexadecimal text.
    pub(crate) sha256: String,
    /// The members of the pillar document's list `routes`.
    pillar_routes: String,
}

/// A route as text.
#[derive(Clone)]
pub(super) struct RouteText {
    /// The line in the route file.
    pub(super) line: String,
    /// The entry in the pillar document.
    pub(super) pillar_entry: String,
}

/// The compiled templates.
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// Compiles the templates.
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        for (name, source) in [
            (ROUTE_FILE, include_str!("../../../templates/route-kni254.j2")),
            (ROUTE_LINE, include_str!("../../../templates/route-line.j2")),
            (PILLAR_DOCUMENT, include_str!("../../../templates/pillar.sls.j2")),
            (PILLAR_ROUTE, include_str!("../../../templates/pillar-route.j2")),
        ] {
            environment.add_template(name, source).expect("the crate's templates compile");
        }
        Self(environment)
    }

    /// Renders a route.
    pub(super) fn route(&self, route: Route) -> RouteText {
        let values = context! {
            prefix => route.prefix.to_string(),
            metric => route.metric.0,
            gateway => GATEWAY.to_string(),
            interface => INTERFACE,
        };
        RouteText { line: self.render(ROUTE_LINE, values.clone()), pillar_entry: self.render(PILLAR_ROUTE, values) }
    }

    /// Renders a route set from its routes.
    pub(super) fn route_set<'l>(&self, routes: impl Iterator<Item = Cow<'l, RouteText>>) -> RenderedRouteSet {
        let (mut lines, mut pillar_routes) = (String::new(), String::new());
        for route in routes {
            lines.push_str(&route.line);
            pillar_routes.push_str(if pillar_routes.is_empty() { "\n" } else { ",\n" });
            pillar_routes.push_str(&route.pillar_entry);
        }
        let route_file = self.render(ROUTE_FILE, context! { routes => lines }).into_bytes();
        RenderedRouteSet { sha256: sha256_hex(&route_file), route_file, pillar_routes }
    }

    /// Renders the pillar document of a node, and the peers of its router. Without a set, the
    /// plugin is off.
    pub(super) fn pillar_document(
        &self,
        node: &NodeId,
        set: Option<&RenderedRouteSet>,
        conductors: &[String],
    ) -> Vec<u8> {
        let peers: Vec<Peer> = conductors.iter().map(|host| Peer::conductor(host)).collect();
        let values = context! {
            format_version => FORMAT_VERSION,
            router => node.router.as_str(),
            node => node.node.as_str(),
            enabled => set.is_some(),
            interface => INTERFACE,
            gateway => GATEWAY.to_string(),
            route_file_sha256 => set.map_or("", |set| set.sha256.as_str()),
            routes => set.map_or("", |set| set.pillar_routes.as_str()),
            peers_format_version => peers::FORMAT_VERSION,
            peers => Value::from(Serde(peers)),
        };
        self.render(PILLAR_DOCUMENT, values).into_bytes()
    }

    /// Returns the fingerprint of the templates and of the code around them.
    ///
    /// It is the fingerprint of a rendered sample with every kind of artefact. So any change of
    /// templates or code that changes a byte also changes this fingerprint.
    pub(super) fn identity(&self) -> String {
        let route = |prefix: &str, metric| self.route(Route { prefix: prefix.parse().expect("a prefix"), metric });
        let routes =
            [route("0.0.0.0/0", Metric(0)), route("192.0.2.1/32", Metric(0)), route("198.51.100.0/24", Metric(7))];
        let set = self.route_set(routes.iter().map(Cow::Borrowed));
        let empty = self.route_set(std::iter::empty());
        let node = NodeId { router: "\"router\"\n".to_owned(), node: "{{ node }}".to_owned() };
        let conductors = ["192.0.2.1".to_owned(), "\"conductor\"\n".to_owned()];
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(env!("CARGO_PKG_VERSION")).add(&set.route_file).add(&empty.route_file);
        for set in [Some(&set), Some(&empty), None] {
            fingerprint.add(self.pillar_document(&node, set, &conductors));
        }
        fingerprint.finish()
    }

    fn render(&self, template: &str, values: Value) -> String {
        let template = self.0.get_template(template).expect("the name of a compiled template");
        template.render(values).expect("the crate's templates accept their values")
    }
}
