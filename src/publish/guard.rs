//! Refuses a run that would remove most of the published routes.
//!
//! Flat text and YAML cannot show that they were cut. But a cut text has fewer routers and
//! services, so it gives fewer routes. `docs/publishing.md` has the conditions.
//!
//! A run reads a published file here only if its routes may change, and only if all such files
//! could hold most of the destinations.

use ipnet::Ipv4Net;
use itertools::Itertools as _;
use rayon::prelude::*;

use crate::contract::digest::sha256_hex;
use crate::contract::{RouteFile, route_file};
use crate::model::{Learned, NodeId, NodeRole, NodeState, Plan, RouteSet, RouterPlan};
use crate::publish::artefacts::{PlannedArtefact, PlannedArtefacts};
use crate::publish::coverage::Coverage;
use crate::publish::manifest::ArtefactEntry;
use crate::publish::path_changes::PathChanges;
use crate::publish::previous::{PreviousRun, Record, Records};
use crate::publish::removals::{EXAMPLES, NodeRemovals, Removals, Share};
use crate::publish::store::Store;

/// The inputs of the decision.
pub(crate) struct Guard<'g> {
    pub(crate) store: Option<&'g Store>,
    pub(crate) previous: &'g PreviousRun<'g>,
    pub(crate) plan: &'g Plan<'g>,
    pub(crate) planned: &'g PlannedArtefacts<'g>,
    pub(crate) records: &'g Records<'g>,
    pub(crate) changes: &'g PathChanges<'g>,
}

/// A published route file whose routes may change.
struct ChangedFile<'g> {
    path: &'g str,
    entry: &'g ArtefactEntry<'g>,
    node: NodeId,
    /// The planned routes; `None` if the file is removed.
    routes: Option<&'g RouteSet>,
}

/// A planned route file, compared with the manifest.
enum Planned<'g> {
    New,
    /// The same routes as published.
    Unchanged(&'g RouteSet),
    MayChange(ChangedFile<'g>),
}

impl<'g> Guard<'g> {
    /// Returns what the run would remove, if that is suspicious.
    pub(crate) fn check(&self) -> Result<(), Box<Removals>> {
        let mut files = self.changed_files();
        files.extend(self.removed_files());
        if files.is_empty() {
            return Ok(());
        }
        let loses_all = files.iter().filter(|file| self.loses_all(file)).count();
        let nodes = Share { lost: loses_all, published: self.published_nodes() };
        if !nodes.is_mostly_lost() && self.cannot_lose_most(&files) {
            return Ok(());
        }
        let coverage = Coverage::new(&self.plan.learned);
        let by_node: Vec<NodeRemovals> = files.par_iter().map(|file| self.removals_of(file, &coverage)).collect();
        let mut removals = Removals::new(by_node, nodes.published, self.unchanged_destinations());
        if removals.is_suspicious() {
            // The files of held nodes only raise the number of published destinations.
            removals.destinations.published += self.kept_destinations();
        }
        if removals.is_suspicious() { Err(Box::new(removals)) } else { Ok(()) }
    }

    /// Returns the planned files whose routes may differ from the published ones.
    fn changed_files(&self) -> Vec<ChangedFile<'g>> {
        let routers = self.plan.routers.par_iter().zip(&self.planned.by_router);
        let changed = routers.flat_map_iter(|(router, artefacts)| {
            artefacts.iter().filter_map(|artefact| match self.compare(router, artefact)? {
                Planned::MayChange(file) => Some(file),
                Planned::New | Planned::Unchanged(_) => None,
            })
        });
        changed.collect()
    }

    /// Returns the files that are removed, except those of nodes that were switched off.
    fn removed_files(&self) -> impl Iterator<Item = ChangedFile<'g>> {
        self.changes.removed.iter().filter_map(|path| {
            let entry = self.previous.artefacts.get(path.as_str()).filter(|entry| entry.is_route_file())?;
            let node = entry.owner().node_id().filter(|node| !is_switched_off(self.plan, node))?;
            Some(ChangedFile { path, entry, node, routes: None })
        })
    }

    /// Compares a planned route file with the manifest. Returns `None` for other artefacts.
    fn compare(&self, router: &'g RouterPlan<'g>, artefact: &'g PlannedArtefact<'g>) -> Option<Planned<'g>> {
        let routes = artefact.route_set(router)?;
        let path = artefact.path.as_str();
        let Record { entry, stamp } = self.records[artefact.position];
        if stamp.is_some_and(|stamp| *stamp.0 == artefact.fingerprint) {
            return Some(Planned::Unchanged(routes));
        }
        Some(match entry.and_then(|entry| Some((entry, entry.owner().node_id()?))) {
            Some((entry, node)) => Planned::MayChange(ChangedFile { path, entry, node, routes: Some(routes) }),
            None => Planned::New,
        })
    }

    /// Returns true if a node has published routes, and would have none.
    fn loses_all(&self, file: &ChangedFile<'_>) -> bool {
        file.entry.most_routes() > 0 && file.routes.is_none_or(|routes| routes.is_empty(&self.plan.learned))
    }

    /// Returns the number of published nodes that have routes, and were not switched off.
    fn published_nodes(&self) -> usize {
        let with_routes = self.previous.artefacts.values().filter(|entry| entry.most_routes() > 0).count();
        let removed = self.changes.removed.iter().filter_map(|path| self.previous.artefacts.get(path.as_str()));
        let nodes = removed.filter(|entry| entry.most_routes() > 0).filter_map(|entry| entry.owner().node_id());
        with_routes - nodes.filter(|node| is_switched_off(self.plan, node)).count()
    }

    /// Returns true if these files are too small to hold most of the destinations.
    fn cannot_lose_most(&self, files: &[ChangedFile<'_>]) -> bool {
        // After an interruption a file may be larger than the manifest says.
        if self.previous.interrupted {
            return false;
        }
        let most: usize = files.iter().map(|file| file.entry.most_routes()).sum();
        let others = || self.unchanged_destinations();
        let worst = |others| Share { lost: most, published: most + others };
        !worst(0).is_suspicious_for_destinations() || !worst(others()).is_suspicious_for_destinations()
    }

    fn unchanged_destinations(&self) -> usize {
        let routers = self.plan.routers.par_iter().zip(&self.planned.by_router);
        let counts = routers.flat_map_iter(|(router, artefacts)| {
            artefacts.iter().filter_map(|artefact| match self.compare(router, artefact)? {
                Planned::Unchanged(routes) => Some(routes.destination_count(&self.plan.learned)),
                Planned::New | Planned::MayChange(_) => None,
            })
        });
        counts.sum()
    }

    fn removals_of(&self, file: &ChangedFile<'_>, coverage: &Coverage) -> NodeRemovals {
        let bytes = self.read(file.path);
        let text = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
        let mut removals = NodeRemovals {
            node: file.node.clone(),
            loses_all: self.loses_all(file),
            destinations: None,
            examples: Vec::new(),
        };
        if let (Some(text), Some(routes)) = (text, file.routes) {
            let published = count_if_all_planned(text, routes, &self.plan.learned);
            removals.destinations = published.map(|published| Share { lost: 0, published });
        }
        if removals.destinations.is_none()
            && let Some(published) = text.and_then(|text| self.destinations(text, file.entry))
        {
            let lost = file.routes.map_or_else(|| published.clone(), |set| coverage.uncovered(set, &published));
            removals.destinations = Some(Share { lost: lost.len(), published: published.len() });
            removals.examples = lost.into_iter().take(EXAMPLES).collect();
        }
        removals
    }

    fn kept_destinations(&self) -> usize {
        let kept = self.changes.kept.iter().filter(|(_, entry)| entry.is_route_file());
        let counts = kept.filter_map(|(path, entry)| {
            let bytes = self.read(path)?;
            Some(self.destinations(std::str::from_utf8(&bytes).ok()?, entry)?.len())
        });
        counts.sum()
    }

    /// Reads a published file. A file that cannot be read is not counted.
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        Some(self.store?.read(path).ok()??.bytes)
    }

    /// Returns the destinations of a published file. Returns `None` if it is not the file that a
    /// run wrote: then its routes may never have been published.
    fn destinations(&self, text: &str, entry: &ArtefactEntry<'_>) -> Option<Vec<Ipv4Net>> {
        // After an interruption the file may be newer than its entry in the manifest.
        if !self.previous.interrupted && sha256_hex(text.as_bytes()) != *entry.sha256 {
            return None;
        }
        let file = RouteFile::parse(text).ok()??;
        // The lines are sorted, so routes to the same destination are neighbours.
        Some(file.routes.iter().map(|route| route.prefix).dedup().collect())
    }
}

/// Returns the number of destinations of a file, if each of them is a planned one.
///
/// The usual file has the same destinations as before, with another metric. They are compared in
/// order, without a search for covering prefixes. A file edited by hand may be counted too, since
/// it loses nothing.
fn count_if_all_planned(text: &str, routes: &RouteSet, learned: &Learned<'_>) -> Option<usize> {
    let mut planned = routes.merged(learned).map(|route| route.prefix());
    let mut count = 0;
    for destination in route_file::destinations(text)?.dedup() {
        let destination: Ipv4Net = destination.parse().ok()?;
        planned.find(|planned| *planned == destination)?;
        count += 1;
    }
    Some(count)
}

/// Returns true if the configuration turns the plugin off for a node, or makes it a conductor's. A
/// missing block is different: it may be missing because a text was cut.
fn is_switched_off(plan: &Plan<'_>, id: &NodeId) -> bool {
    let router = plan.routers.binary_search_by(|router| router.router.name.value.cmp(&id.router));
    let Some(router) = router.ok().map(|index| &plan.routers[index]) else { return false };
    let is_off = router.nodes.iter().any(|node| node.id == *id && node.state == NodeState::Off);
    let mut nodes = router.router.nodes.iter().filter(|node| node.name.value == id.node);
    is_off || nodes.any(|node| node.role.as_ref().is_some_and(|role| role.value == NodeRole::Conductor))
}
