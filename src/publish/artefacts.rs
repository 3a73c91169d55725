//! Which artefacts a plan makes, and their bytes.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::contract::names::{PILLAR_FOLDER, folder_name, pillar_file_name};
use crate::contract::route_file;
use crate::diagnostics::Held;
use crate::diagnostics::{Finding, by_content};
use crate::model::NodeId;
use crate::model::{NodePlan, NodeState, Plan, RouterPlan};
use crate::publish::manifest::{Manifest, Owner, State};
use crate::publish::render::{RenderedSet, Renderer, TOP_SLS, sha256};

/// The pillar's top file.
const TOP: &str = "pillar/top.sls";

/// An artefact that a plan makes.
pub(crate) struct Planned<'p> {
    pub(crate) path: String,
    pub(crate) owner: Owner<'p>,
    /// What it is made from: as long as it is the same, so is what is made.
    pub(crate) fingerprint: String,
    form: Form,
}

/// What it is; nodes and sets are indices in their router's plan.
#[derive(Clone, Copy)]
enum Form {
    Top,
    RouteFile { set: usize },
    Pillar { node: usize, set: Option<usize> },
}

/// An artefact's bytes.
pub(crate) struct Rendered<'r> {
    pub(crate) bytes: Cow<'r, [u8]>,
    pub(crate) sha256: Cow<'r, str>,
}

/// The path of a node's route file.
fn route_file_path(id: &NodeId) -> String {
    format!("routers/{}/{}/{}", folder_name(&id.router), folder_name(&id.node), route_file::FILE_NAME)
}

/// The path of the folder of the pillar documents.
pub(crate) fn pillar_folder() -> String {
    format!("pillar/{PILLAR_FOLDER}")
}

/// The path of a minion's pillar document.
fn pillar_path(minion: &str) -> String {
    format!("{}/{}", pillar_folder(), pillar_file_name(minion))
}

impl Planned<'_> {
    /// The file's name, of one of those in [`pillar_folder`].
    pub(crate) fn in_pillar_folder(&self) -> Option<&str> {
        matches!(self.form, Form::Pillar { .. }).then(|| self.path.rsplit('/').next()).flatten()
    }
}

/// The artefact that serves all nodes.
pub(crate) fn of_all() -> Planned<'static> {
    Planned { path: TOP.to_owned(), owner: Owner::default(), fingerprint: sha256(TOP_SLS.as_bytes()), form: Form::Top }
}

/// The artefacts of one router, none of them rendered.
pub(crate) fn of_router<'p>(router: &'p RouterPlan<'p>, renderer: &Renderer<'_>) -> Vec<Planned<'p>> {
    let fingerprints: Vec<Option<String>> =
        router.route_sets.iter().map(|set| set.as_ref().map(|set| renderer.fingerprint(set))).collect();
    let mut planned = Vec::new();
    for (index, node) in router.nodes.iter().enumerate() {
        let set = match node.state {
            NodeState::On(set) => Some(set),
            NodeState::Off => None,
            NodeState::Unmanaged | NodeState::Held => continue,
        };
        let of_set = set.and_then(|set| fingerprints[set].as_deref());
        if let Some(minion) = node.asset_id {
            planned.push(Planned {
                path: pillar_path(minion),
                owner: owner(node, Some(minion)),
                fingerprint: renderer.pillar_fingerprint(&node.id, of_set),
                form: Form::Pillar { node: index, set },
            });
        }
        if let (Some(set), Some(fingerprint)) = (set, of_set) {
            planned.push(Planned {
                path: route_file_path(&node.id),
                owner: owner(node, None),
                fingerprint: fingerprint.to_owned(),
                form: Form::RouteFile { set },
            });
        }
    }
    planned
}

fn owner<'p>(node: &'p NodePlan<'_>, minion: Option<&'p str>) -> Owner<'p> {
    Owner {
        router: Some(node.id.router.as_str().into()),
        node: Some(node.id.node.as_str().into()),
        minion: minion.map(Into::into),
    }
}

/// How many routes the nodes of a router have.
pub(crate) fn routes(router: &RouterPlan<'_>, plan: &Plan<'_>) -> usize {
    let routes: Vec<usize> =
        router.route_sets.iter().map(|set| set.as_ref().map_or(0, |set| set.len(&plan.learned))).collect();
    router.nodes.iter().map(|node| if let NodeState::On(set) = node.state { routes[set] } else { 0 }).sum()
}

/// Renders artefacts of one router; what several of them share is rendered once, when the first of them asks.
pub(crate) struct Press<'r> {
    renderer: &'r Renderer<'r>,
    router: Option<&'r RouterPlan<'r>>,
    sets: Vec<OnceCell<RenderedSet>>,
}

impl<'r> Press<'r> {
    /// For the artefacts of a router, or for those of all.
    pub(crate) fn new(renderer: &'r Renderer<'r>, router: Option<&'r RouterPlan<'r>>) -> Self {
        let sets = router.map_or(0, |router| router.route_sets.len());
        Self { renderer, router, sets: std::iter::repeat_with(OnceCell::new).take(sets).collect() }
    }

    pub(crate) fn render(&self, planned: &Planned<'_>) -> Rendered<'_> {
        match planned.form {
            Form::Top => Rendered { bytes: TOP_SLS.as_bytes().into(), sha256: sha256(TOP_SLS.as_bytes()).into() },
            Form::RouteFile { set } => {
                let set = self.set(set);
                Rendered { bytes: set.route_file.as_slice().into(), sha256: set.sha256.as_str().into() }
            }
            Form::Pillar { node, set } => {
                let node = &self.router().nodes[node].id;
                let bytes = self.renderer.pillar(node, set.map(|set| self.set(set)));
                Rendered { sha256: sha256(&bytes).into(), bytes: bytes.into() }
            }
        }
    }

    fn set(&self, index: usize) -> &RenderedSet {
        self.sets[index].get_or_init(|| {
            let set = self.router().route_sets[index].as_ref();
            self.renderer.set(set.expect("a node that is on has a set"))
        })
    }

    fn router(&self) -> &'r RouterPlan<'r> {
        self.router.expect("only what serves all has no router")
    }
}

/// The manifest of a run, but for its artefacts.
pub(crate) fn manifest<'p>(plan: &'p Plan<'_>, findings: &'p [Finding]) -> Manifest<'p> {
    let mut manifest = Manifest::default();
    for router in &plan.routers {
        let state = |node: &'p NodePlan<'_>| {
            let state = match node.state {
                NodeState::Unmanaged => return None,
                NodeState::Off => State::Off,
                NodeState::On(_) => State::On,
                NodeState::Held => State::Held,
            };
            Some((node.id.node.as_str(), state))
        };
        let nodes: BTreeMap<_, _> = router.nodes.iter().filter_map(state).collect();
        if !nodes.is_empty() {
            manifest.routers.entry(&router.router.name.value).or_default().nodes = nodes;
        }
    }
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by(|a, b| by_content(a, b));
    for finding in findings {
        match finding.subject.router() {
            Some(router) => manifest.routers.entry(router).or_default().findings.push(finding),
            None => manifest.findings.push(finding),
        }
    }
    manifest
}

/// Nodes that the configuration names and does not leave out: what is removed of these is meant.
pub(crate) fn is_named(plan: &Plan<'_>, id: &NodeId) -> bool {
    let router = plan.routers.binary_search_by(|router| router.router.name.value.cmp(&id.router));
    router.is_ok_and(|index| {
        plan.routers[index].nodes.iter().any(|node| node.id == *id && node.state != NodeState::Unmanaged)
    })
}

/// Whether an artefact belongs to a node that keeps what it has. A router as a whole may be held, with nodes that the
/// configuration no longer names.
pub(crate) fn is_held(held: &Held, owner: &Owner<'_>) -> bool {
    owner.node_id().is_some_and(|id| held.contains_node(&id))
}
