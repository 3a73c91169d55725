//! The change in one sentence, for readers who do not know the program.

use std::collections::BTreeSet;

use crate::commands::diff::compare::comparison::Comparison;
use crate::commands::page::grouped;
use crate::model::count::plural;

/// Returns `3 edits change 8 routes on 3 nodes of 2 routers: 5 are added and 3 are removed.`
pub(super) fn sentence(comparison: &Comparison) -> String {
    let counts = comparison.summary().routes;
    let routes: usize = counts.iter().sum();
    if comparison.is_same() {
        return "No route changes.".to_owned();
    }
    if routes == 0 {
        let nodes = counted(comparison.changed_nodes, "node");
        let changes = plural(comparison.changed_nodes, "changes", "change");
        return format!("No route changes, but {nodes} {changes} otherwise.");
    }
    let edits = comparison.edits.iter().filter(|effect| effect.nodes > 0).count();
    // The kind of a change as the verb of one edit and of several, and its part of the sentence.
    let kinds = [
        (["adds", "add"], ["is added", "are added"]),
        (["removes", "remove"], ["is removed", "are removed"]),
        (["changes the metric of", "change the metric of"], ["gets another metric", "get another metric"]),
    ];
    let kinds: Vec<_> = counts.into_iter().zip(kinds).filter(|(count, _)| *count > 0).collect();
    let [one, many] = if let [(_, (verbs, _))] = kinds.as_slice() { *verbs } else { ["changes", "change"] };
    let subject = format!("{} {}", counted(edits, "edit"), plural(edits, one, many));
    let sentence = format!("{subject} {} on {}", counted(routes, "route"), places(comparison));
    if kinds.len() == 1 {
        return sentence + ".";
    }
    let part = |(count, (_, [one, many])): &(usize, (_, [&str; 2]))| {
        format!("{} {}", grouped(*count), plural(*count, one, many))
    };
    let parts: Vec<String> = kinds.iter().map(part).collect();
    let (last, first) = parts.split_last().expect("several kinds");
    let comma = if first.len() > 1 { "," } else { "" };
    format!("{sentence}: {}{comma} and {last}.", first.join(", "))
}

/// Returns a sentence about the nodes whose conductors change, if there are any.
pub(super) fn conductors(comparison: &Comparison) -> Option<String> {
    let nodes = comparison.changed_conductors;
    (nodes > 0).then(|| format!("The conductors of {} change, which the routers must reach.", counted(nodes, "node")))
}

/// Returns the nodes and routers whose routes change.
fn places(comparison: &Comparison) -> String {
    let with_routes = comparison.changes.iter().filter(|change| !change.parts.is_empty());
    let nodes: Vec<_> = with_routes.flat_map(|change| &change.nodes).collect();
    let routers: BTreeSet<&str> = nodes.iter().map(|id| id.router.as_str()).collect();
    format!("{} of {}", counted(nodes.len(), "node"), counted(routers.len(), "router"))
}

fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), plural(count, "", "s"))
}
