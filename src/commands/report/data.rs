//! The data of the page. `templates/page/data.js` and `templates/page/report.js` read them.
//!
//! A service has no route on a node for the reasons of the node, of the service, of its
//! `applies-to`, and of its addresses. Each of them is there once, so the data do not grow with
//! services × routers. The page only puts them together.

use serde::Serialize;

use super::findings::{FindingData, findings};
use super::nodes::{Exceptions, NodeData, NodeTables};
use super::reasons::{Interned, Reasons};
use super::route_sets::{RouteSets, SharedData, shared};
use super::services::{ServiceData, services};
use crate::commands::page::NodesTable;
use crate::commands::validate::Report;
use crate::model::learned::RoutersByName;
use crate::model::{NodeId, Router};
use crate::pipeline::Run;

#[derive(Serialize)]
pub(super) struct ReportData<'r> {
    view: &'static str,
    nodes: NodesTable<'r>,
    /// The nodes in the order of the table.
    states: Vec<NodeData>,
    sets: RouteSets,
    shared: Vec<SharedData>,
    services: Vec<ServiceData>,
    exceptions: Exceptions,
    reasons: Reasons,
    reason_lists: Interned<Vec<usize>>,
    findings: Vec<FindingData>,
}

pub(super) fn data<'r>(run: &'r Run<'r>, report: &Report<'_>) -> ReportData<'r> {
    let with_nodes =
        || run.checked.routers.iter().zip(&run.plan.routers).filter(|(_, router)| !router.nodes.is_empty());
    let ids: Vec<&NodeId> = with_nodes().flat_map(|(_, router)| &router.nodes).map(|node| &node.id).collect();
    let routers: Vec<&Router> = with_nodes().map(|(_, router)| router.router).collect();
    let mut nodes = NodesTable::new(&ids);
    let mut reasons = Reasons::default();
    let mut tables = NodeTables::new(run);
    let states = with_nodes().flat_map(|(checked, router)| tables.of_router(checked, router, &mut reasons)).collect();
    let services = services(&run.plan.learned, &RoutersByName::new(&routers), &mut reasons);
    let reason_lists = std::mem::take(&mut reasons.lists);
    ReportData {
        view: "report",
        findings: findings(report, &ids, &mut nodes),
        nodes,
        states,
        sets: tables.sets,
        shared: shared(&run.plan.learned),
        services,
        exceptions: tables.exceptions,
        reasons,
        reason_lists,
    }
}
