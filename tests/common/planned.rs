//! Plans as text, for tables of configurations and expected routes.

use loopback_static_routes::diagnostics::by_content;
use loopback_static_routes::input::{self, Input};
use loopback_static_routes::model::{NodeState, Plan, SourceId, Subject};
use loopback_static_routes::pipeline::{self, Run};

/// The plan and the findings of a configuration.
pub(crate) struct Planned {
    /// A line for each node.
    pub(crate) nodes: Vec<String>,
    /// A line for each finding, and the configuration that has it.
    pub(crate) findings: Vec<(Option<SourceId>, String)>,
    /// True if a finding prevents all publishing.
    pub(crate) refused: bool,
}

/// Plans several configurations as one authority.
pub(crate) fn plan_of_all(configs: &[&str]) -> Planned {
    let input = |config: &&str| Input::Text { name: "config".to_owned(), bytes: config.as_bytes().to_vec() };
    let reading = input::read(configs.iter().map(input).collect(), None).expect("text can be read");
    let Run { plan, mut findings, .. } = pipeline::run(&reading.authority, reading.findings);
    let nodes = nodes_of(&plan);
    let refused = findings.iter().any(|finding| finding.concerns_all());
    findings.sort_by(by_content);
    let findings = findings
        .iter()
        .map(|finding| {
            let subject = match &finding.subject {
                Subject::Authority => "authority".to_owned(),
                Subject::Service(name) => format!("service {name}"),
                Subject::Router(name) => format!("router {name}"),
                Subject::Node(id) => format!("node {id}"),
            };
            let also = finding.also.iter().filter_map(Subject::name).map(|name| format!(", {name}"));
            let also = also.collect::<String>();
            (finding.at.map(|at| at.source), format!("{} {subject}{also}", finding.rule))
        })
        .collect();
    Planned { nodes, findings, refused }
}

/// Returns a line for each node of a plan: its state and its routes.
pub(crate) fn nodes_of(plan: &Plan<'_>) -> Vec<String> {
    let mut nodes = Vec::new();
    for router in &plan.routers {
        for node in &router.nodes {
            let (state, set) = match node.state {
                NodeState::Unmanaged => continue,
                NodeState::Off => ("off", None),
                NodeState::Held => ("held", None),
                NodeState::On(set) => ("on", router.route_sets[set].as_ref()),
            };
            let routes: Vec<String> = set
                .iter()
                .flat_map(|set| set.routes(&plan.learned))
                .map(|view| format!("{} {}", view.route.prefix, view.route.metric))
                .collect();
            nodes.push(format!("{} {state}: {}", node.id, routes.join(", ")).trim_end().to_owned());
        }
    }
    nodes
}
