//! Which elements of routers and services are not the same in two configurations. Looked at only where routes change.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{ChangedRoute, Edit, EditKind, Part, RouteChange};
use crate::diagnostic::Finding;
use crate::export::{Format, print};
use crate::model::{Authority, NodeId, Router, Service};

pub(super) struct Edits<'a> {
    sides: [Names<'a>; 2],
    /// What was found about the services and routers asked for so far.
    known: HashMap<(Kind, String), Vec<Edit>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Router,
    Service,
}

struct Names<'a> {
    routers: HashMap<&'a str, &'a Router>,
    services: HashMap<&'a str, &'a Service>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(old: &'a Authority, new: &'a Authority) -> Self {
        let names = |authority: &'a Authority| Names {
            routers: authority.routers.iter().map(|router| (router.name.value.as_str(), router)).collect(),
            services: authority.services.iter().map(|service| (service.name.value.as_str(), service)).collect(),
        };
        Self { sides: [names(old), names(new)], known: HashMap::new() }
    }

    /// A node's changed routes, by the edits that they come from.
    pub(super) fn parts<'f>(
        &mut self,
        id: &NodeId,
        routes: Vec<ChangedRoute>,
        errors: impl Iterator<Item = &'f Finding>,
    ) -> Vec<Part> {
        let of_router = self.of_router(&id.router);
        let mut parts: BTreeMap<Vec<Edit>, Vec<RouteChange>> = BTreeMap::new();
        let mut told: Vec<Edit> = errors.map(|finding| error(finding, id)).collect();
        if !told.is_empty() {
            told.sort();
            told.dedup();
            parts.insert(told, Vec::new());
        }
        if routes.is_empty() && parts.is_empty() {
            parts.insert(of_router.clone(), Vec::new());
        }
        for (route, services) in routes {
            parts.entry(self.because(&of_router, &route, &services)).or_default().push(route);
        }
        parts.into_iter().map(|(because, routes)| Part { because, routes }).collect()
    }

    /// The edits that a route's change comes from: of its services, or else of its router.
    fn because(&mut self, of_router: &[Edit], route: &RouteChange, services: &[String]) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let same_metric = match (&route.before, &route.after) {
            (Some(before), Some(after)) => before.metric == after.metric,
            _ => true,
        };
        if same_metric {
            for service in services {
                edits.extend(self.of_service_and_ancestors(service));
            }
        }
        if edits.is_empty() {
            edits = of_blocks(of_router, route, !services.is_empty());
        }
        edits.sort();
        edits.dedup();
        edits
    }

    fn of_service_and_ancestors(&mut self, service: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut name = service;
        loop {
            edits.extend(self.edits(Kind::Service, name));
            let Some((_, parent)) = name.split_once('.') else { return edits };
            name = parent;
        }
    }

    /// Of what makes its routes: not its nodes' names and asset-ids.
    fn of_router(&mut self, router: &str) -> Vec<Edit> {
        let mut edits = self.edits(Kind::Router, router);
        edits.retain(|edit| !edit.element.contains(" asset-id ") && !edit.element.starts_with("conductor-address"));
        edits
    }

    fn edits(&mut self, kind: Kind, name: &str) -> Vec<Edit> {
        let key = (kind, name.to_owned());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let [old, new] = [&self.sides[0], &self.sides[1]].map(|side| elements(side, kind, name));
        let of = match kind {
            Kind::Router => "router".to_owned(),
            Kind::Service => format!("service {name}"),
        };
        let edit = |kind, element: &String| Edit { of: of.clone(), kind, element: element.clone() };
        let mut edits: Vec<Edit> = old.difference(&new).map(|element| edit(EditKind::Removed, element)).collect();
        edits.extend(new.difference(&old).map(|element| edit(EditKind::Added, element)));
        self.known.insert(key, edits.clone());
        edits
    }
}

/// The edits of a router that a route's change comes from: those of its own static route, or else those of the rest of the block, and, of a
/// learned route, of what the services apply to.
fn of_blocks(of_router: &[Edit], route: &RouteChange, is_learned: bool) -> Vec<Edit> {
    let address = |edit: &Edit| {
        let mut words = edit.element.split_whitespace().skip_while(|word| *word != "static-route").skip(1);
        words.next().map(str::to_owned)
    };
    let own: Vec<Edit> =
        of_router.iter().filter(|edit| address(edit).is_some_and(|to| is_about(&to, route))).cloned().collect();
    if !own.is_empty() {
        return own;
    }
    let rest = of_router.iter().filter(|edit| address(edit).is_none());
    rest.filter(|edit| is_learned || edit.element.contains("loopback-static-routes")).cloned().collect()
}

fn is_about(address: &str, route: &RouteChange) -> bool {
    let written = format!("static-route {address}");
    route.before.iter().chain(&route.after).any(|side| side.from.contains(&written))
}

fn error(finding: &Finding, id: &NodeId) -> Edit {
    let of = if finding.subject.node().is_some() { format!("node {}", id.node) } else { "router".to_owned() };
    Edit { of, kind: EditKind::Error, element: format!("{}: {}", finding.code, finding.message) }
}

/// The elements of a router or a service, each as its path from there, and its value.
fn elements(side: &Names<'_>, kind: Kind, name: &str) -> BTreeSet<String> {
    let mut authority = Authority::default();
    match kind {
        Kind::Router => authority.routers.extend(side.routers.get(name).map(|router| (*router).clone())),
        Kind::Service => authority.services.extend(side.services.get(name).map(|service| (*service).clone())),
    }
    // What cannot be printed has an error, and changes nothing.
    let text = print(&authority, Format::Flat).unwrap_or_default();
    let Some(prefix) = text.lines().next().and_then(|first| first.split_once(" name  ")).map(|(prefix, _)| prefix)
    else {
        return BTreeSet::new();
    };
    let elements = text.lines().filter_map(|line| line.strip_prefix(prefix)).map(str::trim_start);
    // Flat text has two spaces before a value; in quotes they are a name's own.
    let single =
        |element: &str| if element.contains('"') { element.to_owned() } else { element.replacen("  ", " ", 1) };
    elements.map(single).collect()
}
