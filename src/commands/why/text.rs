//! The answers of `why` as text.

use std::fmt::Write as _;

use crate::commands::printable::printable;
use crate::commands::why::answer::{Answer, NotRouted, RouteOrigin};

/// Returns the answers as text, one block per node.
#[must_use]
pub(super) fn to_text(answers: &[Answer]) -> String {
    let mut text = String::new();
    for answer in answers {
        line(&mut text, &format!("{}/{}: {}", answer.router, answer.node, answer.state));
        for route in &answer.routes {
            line(&mut text, &format!("  {} metric {}", route.prefix, route.metric));
            for from in &route.from {
                line(&mut text, &format!("    from {}", origin(from)));
            }
        }
        if !answer.not_routed.is_empty() {
            line(&mut text, "  not routed:");
        }
        for NotRouted { service, address, reason } in &answer.not_routed {
            let service = service.as_ref().map(|service| format!("service {service}"));
            let subject: Vec<String> = service.into_iter().chain(address.clone()).collect();
            line(&mut text, &format!("    {}: {reason}", subject.join(", ")));
        }
    }
    text
}

fn origin(origin: &RouteOrigin) -> String {
    match origin {
        RouteOrigin::DefaultRoute => "default-route".to_owned(),
        RouteOrigin::StaticRoute { address } => format!("static-route {address}"),
        RouteOrigin::Service { service, address, access_policy_of, source, applies_to_of, mapped_to } => {
            let of = |other: &str| if other == service { String::new() } else { format!(" of service {other}") };
            let mapped = mapped_to.as_ref().map_or(String::new(), |to| format!(" (mapped to {to})"));
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
