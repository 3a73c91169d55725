//! The answers of `why` as text.

use std::fmt::Write as _;

use crate::commands::findings::printable;
use crate::commands::why::answer::{Answer, Source};

/// The answers as text: a block a node.
#[must_use]
pub(super) fn to_text(answers: &[Answer]) -> String {
    let mut text = String::new();
    for answer in answers {
        line(&mut text, &format!("{}/{}: {}", answer.router, answer.node, answer.state));
        for route in &answer.routes {
            line(&mut text, &format!("  {} metric {}", route.prefix, route.metric));
            for from in &route.from {
                line(&mut text, &format!("    from {}", source(from)));
            }
        }
        if !answer.not_routed.is_empty() {
            line(&mut text, "  not routed:");
        }
        for not in &answer.not_routed {
            let service = not.service.as_ref().map(|service| format!("service {service}"));
            let what: Vec<String> = service.into_iter().chain(not.address.clone()).collect();
            line(&mut text, &format!("    {}: {}", what.join(", "), not.reason));
        }
    }
    text
}

fn source(source: &Source) -> String {
    match source {
        Source::DefaultRoute => "default-route".to_owned(),
        Source::StaticRoute { address } => format!("static-route {address}"),
        Source::Service { service, address, access_policy_of, source, applies_to_of, mapped_to } => {
            let own = |by: &str| if by == service { "its own".to_owned() } else { format!("{by}'s") };
            let mapped = mapped_to.as_ref().map_or(String::new(), |to| format!(" (mapped to {to})"));
            let applies = applies_to_of
                .as_ref()
                .map_or("applies to every router".to_owned(), |by| format!("applies by {} applies-to", own(by)));
            format!(
                "service {service}, address {address}{mapped}; admitted by {} access-policy {source}; {applies}",
                own(access_policy_of)
            )
        }
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", printable(line)).expect("a string takes all");
}
