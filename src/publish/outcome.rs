//! The outcome of a run.

use rayon::prelude::*;
use serde::Serialize;

use crate::model::{NodeState, Plan, RouterPlan};
use crate::publish::compare::{ComparedArtefact, Equality};
use crate::publish::route_changes::RouteChanges;

/// The outcome of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// The number of routers that have a block.
    pub(crate) routers: usize,
    /// The number of nodes that have routes.
    pub(crate) nodes: usize,
    /// The number of routes of all nodes.
    pub(crate) routes: usize,
    /// The nodes that keep their artefacts because of an error.
    pub(crate) held: Vec<String>,
    /// The paths that were written. With `--check`: would be written.
    pub(crate) changed: Vec<String>,
    /// The paths that were removed. With `--check`: would be removed.
    pub(crate) removed: Vec<String>,
    /// The number of artefacts that did not change.
    pub(crate) unchanged: usize,
    /// The minions whose pillar document changed.
    pub(crate) changed_minions: Vec<String>,
    /// The folders, and the files of held nodes, whose mode was corrected. With `--check`: would be
    /// corrected.
    pub(crate) corrected_modes: Vec<String>,
    /// The artefacts of held nodes that are missing. They cannot be generated.
    pub(crate) missing: Vec<MissingArtefact>,
    /// The changed routes, if a diff was made.
    #[serde(skip)]
    pub(crate) route_changes: Option<RouteChanges>,
    /// True if the run had nothing to change.
    pub(crate) up_to_date: bool,
}

impl Outcome {
    /// Counts the routers, nodes, routes and changes of a run.
    pub(crate) fn new(plan: &Plan<'_>, compared: &[ComparedArtefact<'_>], removed: &[String]) -> Self {
        let mut outcome = Self { removed: removed.to_owned(), ..Self::default() };
        outcome.count_changes(compared);
        outcome.routes = plan.routers.par_iter().map(|router| route_count(router, plan)).sum();
        for router in &plan.routers {
            outcome.count_nodes(router);
        }
        outcome
    }

    fn count_changes(&mut self, compared: &[ComparedArtefact<'_>]) {
        let (changed, unchanged): (Vec<&ComparedArtefact<'_>>, Vec<_>) =
            compared.iter().partition(|artefact| artefact.is_changed());
        self.unchanged = unchanged.len();
        self.changed = changed.iter().map(|artefact| artefact.planned.path.clone()).collect();
        let documents = changed.iter().filter(|artefact| artefact.equality == Equality::Different);
        let minions = documents.filter_map(|artefact| artefact.planned.owner.minion.as_deref());
        self.changed_minions = minions.map(str::to_owned).collect();
        self.changed_minions.sort();
    }

    fn count_nodes(&mut self, router: &RouterPlan<'_>) {
        let mut managed = router.nodes.iter().filter(|node| node.state != NodeState::Unmanaged).peekable();
        self.routers += usize::from(managed.peek().is_some());
        for node in managed {
            match node.state {
                NodeState::On(_) => self.nodes += 1,
                NodeState::Held => self.held.push(node.id.to_string()),
                NodeState::Off | NodeState::Unmanaged => {}
            }
        }
    }
}

/// An artefact of a held node that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MissingArtefact {
    pub(crate) node: String,
    pub(crate) path: String,
}

fn route_count(router: &RouterPlan<'_>, plan: &Plan<'_>) -> usize {
    let counts: Vec<usize> =
        router.route_sets.iter().map(|set| set.as_ref().map_or(0, |set| set.len(&plan.learned))).collect();
    router.nodes.iter().map(|node| if let NodeState::On(set) = node.state { counts[set] } else { 0 }).sum()
}
