//! The findings of the report, which are those of `validate`.

use serde::Serialize;

use crate::commands::findings::grouped;
use crate::commands::page::{NodesRef, NodesTable, shown};
use crate::commands::validate::report::{Report, Reported};
use crate::diagnostics::Severity;
use crate::model::{NodeId, Subject};

/// A finding that some nodes share: its severity, code, message, element and place, its nodes, and
/// the services that it concerns.
#[derive(Debug, Serialize)]
pub(super) struct FindingData {
    severity: Severity,
    code: &'static str,
    message: String,
    path: String,
    place: Option<String>,
    nodes: Option<NodesRef>,
    services: Vec<String>,
}

/// Returns the findings, those of the highest severity first. A finding that is the same for
/// several routers is there once.
pub(super) fn findings(report: &Report<'_>, ids: &[&NodeId], table: &mut NodesTable<'_>) -> Vec<FindingData> {
    let mut groups = grouped(&report.findings, |reported| &reported.finding);
    groups.sort_by_key(|group| group[0].severity);
    groups.iter().map(|group| finding(group, ids, table)).collect()
}

fn finding(group: &[&Reported<'_>], ids: &[&NodeId], table: &mut NodesTable<'_>) -> FindingData {
    let Reported { finding, severity, place, .. } = group[0];
    let position = place.as_ref().map(|place| &place.position);
    let subjects: Vec<&Subject> = group.iter().flat_map(|reported| reported.finding.subjects()).collect();
    let nodes: Vec<&NodeId> = subjects.iter().flat_map(|subject| nodes_of(subject, ids)).copied().collect();
    FindingData {
        severity: *severity,
        code: finding.rule.code,
        message: shown(&finding.message),
        path: shown(&finding.path.to_string()),
        place: position.map(|at| format!("{}:{}:{}", shown(at.source), at.line, at.column)),
        nodes: (!nodes.is_empty()).then(|| table.refer(nodes)),
        services: subjects.iter().filter_map(|subject| subject.service()).map(shown).collect(),
    }
}

/// Returns the nodes of a router, or one node.
fn nodes_of<'i, 'n>(subject: &Subject, ids: &'i [&'n NodeId]) -> &'i [&'n NodeId] {
    let Some(router) = subject.router() else { return &[] };
    let start = ids.partition_point(|id| id.router.as_str() < router);
    let end = ids.partition_point(|id| id.router.as_str() <= router);
    let of_router = &ids[start..end];
    match subject.node() {
        None => of_router,
        Some(node) => of_router.iter().position(|id| id.node == node).map_or(&[], |index| &of_router[index..=index]),
    }
}
