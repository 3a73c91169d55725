//! Renders route sets and pillar documents.

mod shared;
mod templates;

use std::borrow::Cow;

use self::shared::SharedRoutes;
use self::templates::Templates;
use crate::contract::digest::{Fingerprint, sha256_hex};
use crate::model::NodeId;
use crate::model::{Merged, Plan, Route, RouteSet};

pub(crate) use self::shared::RouterRenderer;
pub use self::templates::RenderedRouteSet;

/// The pillar's top file. It is the same for every authority.
pub(crate) const TOP_SLS: &str = include_str!("../../../pillar/top.sls");

/// A renderer of one plan.
pub struct Renderer<'p> {
    plan: &'p Plan<'p>,
    templates: Templates,
    /// The fingerprint of the templates and of the code around them.
    identity: String,
    shared: SharedRoutes,
}

/// A rendered artefact.
pub(crate) struct RenderedArtefact<'r> {
    pub(crate) bytes: Cow<'r, [u8]>,
    /// The SHA-256 digest of the bytes, as lower-case hexadecimal text.
    pub(crate) sha256: Cow<'r, str>,
}

impl<'r> RenderedArtefact<'r> {
    pub(crate) fn new(bytes: impl Into<Cow<'r, [u8]>>) -> Self {
        let bytes = bytes.into();
        Self { sha256: sha256_hex(&bytes).into(), bytes }
    }
}

impl<'p> Renderer<'p> {
    /// Returns a renderer of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Self {
        let templates = Templates::new();
        let shared = SharedRoutes::render(plan, &templates);
        Self { plan, identity: templates.identity(), templates, shared }
    }

    /// Renders a route set.
    #[must_use]
    pub fn render_route_set(&self, set: &RouteSet) -> RenderedRouteSet {
        let routes = set.merged(&self.plan.learned).map(|route| match route {
            Merged::Own(own) => Cow::Owned(self.templates.route(own.route)),
            Merged::Shared(index, _) => Cow::Borrowed(self.shared.route(set.metric, index)),
        });
        self.templates.route_set(routes)
    }

    /// Renders the pillar document of a node, and the peers of its router. Without a set, the
    /// plugin is off.
    pub(crate) fn render_pillar_document(
        &self,
        node: &NodeId,
        set: Option<&RenderedRouteSet>,
        conductors: &[String],
    ) -> Vec<u8> {
        self.templates.pillar_document(node, set, conductors)
    }

    /// Returns the fingerprint of a route set, without rendering it.
    ///
    /// Two sets with the same fingerprint are rendered to the same bytes.
    pub(crate) fn route_set_fingerprint(&self, set: &RouteSet) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(&self.identity);
        fingerprint.add(if set.learns { self.shared.fingerprint(set.metric) } else { "" });
        for own in &set.own {
            let Route { prefix, metric } = own.route;
            fingerprint.add(prefix.addr().octets()).add([prefix.prefix_len()]).add(metric.0.to_be_bytes());
        }
        fingerprint.finish()
    }

    /// Returns the fingerprint of a pillar document, given the fingerprint of its route set and the
    /// hosts of its conductors.
    pub(crate) fn pillar_fingerprint(&self, node: &NodeId, set: Option<&str>, conductors: &[String]) -> String {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(&self.identity).add(&node.router).add(&node.node).add(set.unwrap_or_default());
        for host in conductors {
            fingerprint.add(host);
        }
        fingerprint.finish()
    }
}
