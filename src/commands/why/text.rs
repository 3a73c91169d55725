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
        for not_routed in &answer.not_routed {
            let reasons: Vec<&str> = not_routed.reasons.iter().map(|reason| reason.reason.as_str()).collect();
            line(&mut text, &format!("    {}: {}", subject(not_routed), reasons.join("; ")));
        }
    }
    text
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
