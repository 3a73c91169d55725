//! Plans the artefacts of a run: paths, owners and fingerprints. Nothing is rendered here.

use rayon::prelude::*;

use crate::contract::names::{PILLAR_FOLDER, folder_name, pillar_file_name};
use crate::contract::pillar::REVISION_KEY;
use crate::contract::route_file;
use crate::model::NodeId;
use crate::model::{NodePlan, NodeState, Plan, RouteSet, RouterPlan};
use crate::publish::manifest::Owner;
use crate::publish::paths::file_name_of;
use crate::publish::render::{RenderedArtefact, Renderer, RouterRenderer, TOP_SLS};

/// The path of the pillar's top file.
const TOP_FILE: &str = "pillar/top.sls";

/// The path of the revision. The top file and the file that `salt-setup` installs add it to the
/// pillar of each minion.
const REVISION_FILE: &str = "pillar/loopback_static_routes_revision.sls";

/// A planned artefact.
pub(crate) struct PlannedArtefact<'p> {
    pub(crate) path: String,
    /// The number of planned paths that are smaller.
    pub(crate) position: usize,
    pub(crate) owner: Owner<'p>,
    /// A hash of everything that the bytes depend on.
    pub(crate) fingerprint: String,
    kind: ArtefactKind,
}

/// The kind of an artefact. Nodes and sets are indices in the router's plan.
#[derive(Clone, Copy)]
enum ArtefactKind {
    General(General),
    RouteFile { set: usize },
    PillarDocument { node: usize, set: Option<usize> },
}

/// An artefact that belongs to no router.
#[derive(Clone, Copy)]
pub(crate) enum General {
    /// The pillar's top file.
    TopFile,
    /// The revision of the configuration.
    Revision(u64),
}

/// The planned artefacts.
pub(crate) struct PlannedArtefacts<'p> {
    /// The artefacts that belong to no router.
    pub(crate) general: Vec<(General, PlannedArtefact<'p>)>,
    /// The artefacts of each router, in the plan's order.
    pub(crate) by_router: Vec<Vec<PlannedArtefact<'p>>>,
}

/// The planned artefacts, sorted by path.
pub(crate) struct ByPath<'p>(Vec<&'p PlannedArtefact<'p>>);

impl<'p> ByPath<'p> {
    /// Returns the artefact with a path.
    pub(crate) fn get(&self, path: &str) -> Option<&'p PlannedArtefact<'p>> {
        let index = self.0.binary_search_by(|artefact| artefact.path.as_str().cmp(path)).ok()?;
        Some(self.0[index])
    }

    /// Returns the paths.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'p str> + Clone {
        self.0.iter().map(|artefact| artefact.path.as_str())
    }
}

/// Returns the artefacts of a plan, with their fingerprints.
pub(crate) fn plan_artefacts<'p>(
    plan: &'p Plan<'p>,
    revision: Option<u64>,
    renderer: &Renderer<'_>,
) -> PlannedArtefacts<'p> {
    let general = std::iter::once(General::TopFile).chain(revision.map(General::Revision));
    let general = general.map(|general| (general, general.plan())).collect();
    let by_router = plan.routers.par_iter().map(|router| plan_router(router, renderer)).collect();
    let mut planned = PlannedArtefacts { general, by_router };
    planned.sort();
    planned
}

impl<'p> PlannedArtefacts<'p> {
    /// Returns all artefacts, sorted by path.
    pub(crate) fn by_path(&'p self) -> ByPath<'p> {
        let mut sorted: Vec<&PlannedArtefact<'p>> = self.all().collect();
        self.all().for_each(|artefact| sorted[artefact.position] = artefact);
        ByPath(sorted)
    }

    fn all(&self) -> impl Iterator<Item = &PlannedArtefact<'p>> {
        let general = self.general.iter().map(|(_, artefact)| artefact);
        general.chain(self.by_router.iter().flatten())
    }

    /// Gives each artefact its position.
    fn sort(&mut self) {
        let all = self.all().enumerate().map(|(number, artefact)| (artefact.path.as_str(), number, artefact));
        // Documents and route files are usually sorted among themselves, which makes a stable sort
        // fast.
        let (mut sorted, others): (Vec<_>, Vec<_>) = all.partition(|(.., artefact)| !artefact.is_route_file());
        sorted.extend(others);
        sorted.par_sort_by_key(|(path, ..)| *path);
        let mut positions = vec![0; sorted.len()];
        sorted.iter().enumerate().for_each(|(position, (_, number, _))| positions[*number] = position);
        let general = self.general.iter_mut().map(|(_, artefact)| artefact);
        let all = general.chain(self.by_router.iter_mut().flatten());
        all.zip(positions).for_each(|(artefact, position)| artefact.position = position);
    }
}

impl General {
    /// Renders the artefact.
    pub(crate) fn render(self) -> RenderedArtefact<'static> {
        match self {
            Self::TopFile => RenderedArtefact::new(TOP_SLS.as_bytes()),
            Self::Revision(number) => {
                let document = serde_json::json!({ REVISION_KEY: number });
                RenderedArtefact::new(format!("#!json\n{document}\n").into_bytes())
            }
        }
    }

    fn plan(self) -> PlannedArtefact<'static> {
        let path = match self {
            Self::TopFile => TOP_FILE,
            Self::Revision(_) => REVISION_FILE,
        };
        PlannedArtefact {
            path: path.to_owned(),
            owner: Owner::default(),
            fingerprint: self.render().sha256.into_owned(),
            kind: ArtefactKind::General(self),
            position: 0,
        }
    }
}

impl PlannedArtefact<'_> {
    /// Renders the artefact.
    pub(crate) fn render<'r>(&self, renderer: &'r RouterRenderer<'_>) -> RenderedArtefact<'r> {
        match self.kind {
            ArtefactKind::General(general) => general.render(),
            ArtefactKind::RouteFile { set } => renderer.route_file(set),
            ArtefactKind::PillarDocument { node, set } => renderer.pillar_document(node, set),
        }
    }

    /// Returns true if the artefact belongs to no router.
    pub(crate) fn is_general(&self) -> bool {
        matches!(self.kind, ArtefactKind::General(_))
    }

    /// Returns true for a route file.
    pub(crate) fn is_route_file(&self) -> bool {
        matches!(self.kind, ArtefactKind::RouteFile { .. })
    }

    /// Returns the routes of a route file; `None` for other artefacts.
    pub(crate) fn route_set<'r>(&self, router: &'r RouterPlan<'_>) -> Option<&'r RouteSet> {
        match self.kind {
            ArtefactKind::RouteFile { set } => router.route_sets[set].as_ref(),
            ArtefactKind::General(_) | ArtefactKind::PillarDocument { .. } => None,
        }
    }

    /// Returns the file name of a pillar document, which is a file of [`pillar_folder`].
    pub(crate) fn pillar_file_name(&self) -> Option<&str> {
        let is_document = matches!(self.kind, ArtefactKind::PillarDocument { .. });
        is_document.then(|| file_name_of(&self.path))
    }
}

/// Returns the path of the folder of the pillar documents.
pub(crate) fn pillar_folder() -> String {
    format!("pillar/{PILLAR_FOLDER}")
}

fn pillar_path(minion: &str) -> String {
    format!("{}/{}", pillar_folder(), pillar_file_name(minion))
}

fn route_file_path(id: &NodeId) -> String {
    format!("routers/{}/{}/{}", folder_name(&id.router), folder_name(&id.node), route_file::FILE_NAME)
}

fn plan_router<'p>(router: &'p RouterPlan<'p>, renderer: &Renderer<'_>) -> Vec<PlannedArtefact<'p>> {
    let fingerprints: Vec<Option<String>> =
        router.route_sets.iter().map(|set| set.as_ref().map(|set| renderer.route_set_fingerprint(set))).collect();
    let mut artefacts = Vec::new();
    for (index, node) in router.nodes.iter().enumerate() {
        let set = match node.state {
            NodeState::On(set) => Some(set),
            NodeState::Off => None,
            NodeState::Unmanaged | NodeState::Held => continue,
        };
        let set_fingerprint = set.and_then(|set| fingerprints[set].as_deref());
        if let Some(minion) = node.asset_id {
            artefacts.push(PlannedArtefact {
                path: pillar_path(minion),
                owner: owner(node, Some(minion)),
                fingerprint: renderer.pillar_fingerprint(&node.id, set_fingerprint, &router.conductors),
                kind: ArtefactKind::PillarDocument { node: index, set },
                position: 0,
            });
        }
        if let (Some(set), Some(fingerprint)) = (set, set_fingerprint) {
            artefacts.push(PlannedArtefact {
                path: route_file_path(&node.id),
                owner: owner(node, None),
                fingerprint: fingerprint.to_owned(),
                kind: ArtefactKind::RouteFile { set },
                position: 0,
            });
        }
    }
    artefacts
}

fn owner<'p>(node: &'p NodePlan<'_>, minion: Option<&'p str>) -> Owner<'p> {
    Owner {
        router: Some(node.id.router.as_str().into()),
        node: Some(node.id.node.as_str().into()),
        minion: minion.map(Into::into),
    }
}
