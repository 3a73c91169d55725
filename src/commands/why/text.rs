//! The answers of `why` as text.

use std::collections::HashMap;
use std::fmt::Write as _;

use ipnet::Ipv4Net;

use crate::commands::nodes::folded;
use crate::commands::printable::printable;
use crate::commands::why::answer::{Answer, NotRouted, RouteAnswer, RouteOrigin};
use crate::model::{Metric, NodeId};

/// Returns the answers as text, one block per node.
#[must_use]
pub(super) fn to_text(answers: &[Answer]) -> String {
    let mut text = String::new();
    answers.iter().for_each(|answer| push_answer(&mut text, &answer.id.to_string(), answer));
    text
}

/// Returns the answers as text, one block for all nodes with the same answer.
#[must_use]
pub(super) fn to_folded_text(answers: &[Answer]) -> String {
    let mut groups: Vec<(&Answer, Vec<&NodeId>)> = Vec::new();
    let mut indices = HashMap::new();
    for answer in answers {
        let index = *indices.entry(Shown::new(answer)).or_insert_with(|| {
            groups.push((answer, Vec::new()));
            groups.len() - 1
        });
        groups[index].1.push(&answer.id);
    }
    let mut text = String::new();
    groups.iter().for_each(|(answer, nodes)| push_answer(&mut text, &folded(nodes), answer));
    text
}

/// The part of an answer that the text shows below the names of its nodes.
#[derive(PartialEq, Eq, Hash)]
struct Shown<'a> {
    state: &'static str,
    routes: Vec<(Ipv4Net, Metric, &'a [RouteOrigin])>,
    not_routed: Vec<([Option<&'a str>; 3], Vec<&'a str>)>,
}

impl<'a> Shown<'a> {
    fn new(answer: &'a Answer) -> Self {
        let route = |route: &'a RouteAnswer| (route.prefix, route.metric, route.from.as_slice());
        let not_routed = |not_routed: &'a NotRouted| {
            let NotRouted { service, address, mapped_to, .. } = not_routed;
            ([service, address, mapped_to].map(Option::as_deref), reasons(not_routed))
        };
        Self {
            state: answer.state,
            routes: answer.routes.iter().map(route).collect(),
            not_routed: answer.not_routed.iter().map(not_routed).collect(),
        }
    }
}

fn push_answer(text: &mut String, nodes: &str, answer: &Answer) {
    line(text, &format!("{nodes}: {}", answer.state));
    for route in &answer.routes {
        line(text, &format!("  {} metric {}", route.prefix, route.metric));
        for from in &route.from {
            line(text, &format!("    from {}", origin(from)));
        }
    }
    if !answer.not_routed.is_empty() {
        line(text, "  not routed:");
    }
    for not_routed in &answer.not_routed {
        line(text, &format!("    {}: {}", subject(not_routed), reasons(not_routed).join("; ")));
    }
}

fn reasons(not_routed: &NotRouted) -> Vec<&str> {
    not_routed.reasons.iter().map(|reason| reason.reason.as_str()).collect()
}

fn subject(not_routed: &NotRouted) -> String {
    let NotRouted { service, address, mapped_to, .. } = not_routed;
    let service = service.as_ref().map(|service| format!("service {service}"));
    let subject: Vec<String> = service.into_iter().chain(address.clone()).collect();
    subject.join(", ") + &mapped(mapped_to.as_deref())
}

fn mapped(to: Option<&str>) -> String {
    to.map_or(String::new(), |to| format!(" (mapped to {to})"))
}

fn origin(origin: &RouteOrigin) -> String {
    match origin {
        RouteOrigin::DefaultRoute => "default-route".to_owned(),
        RouteOrigin::StaticRoute { address } => format!("static-route {address}"),
        RouteOrigin::Service { service, address, access_policy_of, source, applies_to_of, mapped_to } => {
            let of = |other: &str| if other == service { String::new() } else { format!(" of service {other}") };
            let mapped = mapped(mapped_to.as_deref());
            let policy = of(access_policy_of);
            let applies = match applies_to_of {
                None => "applies to every router".to_owned(),
                Some(other) => format!("applies through applies-to{}", of(other)),
            };
            format!(
                "service {service}, address {address}{mapped}; allowed by access-policy {source}{policy}; {applies}"
            )
        }
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", printable(line)).expect("a string accepts all text");
}
