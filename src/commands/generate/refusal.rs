//! The message of a run that would remove most of the published routes.

use crate::commands::printable::printable;
use crate::model::count::counted;
use crate::publish::{NodeRemovals, Removals, Share};

/// The number of nodes that are listed.
const LISTED_NODES: usize = 10;

/// Returns the message: what would be removed, and what to do.
pub(super) fn to_text(removals: &Removals) -> String {
    let mut lines = vec!["error: this run would remove most routes, so nothing was changed".to_owned()];
    if removals.nodes.is_mostly_lost() {
        lines.push(format!("  {} with routes would have no route left", of(removals.nodes, "node")));
    }
    if removals.destinations.is_suspicious_for_destinations() {
        let share = of(removals.destinations, "published destination");
        lines.push(format!("  {share} would be covered by no route of their node"));
    }
    lines.extend(removals.by_node.iter().take(LISTED_NODES).map(|node| format!("    {}", line_of(node))));
    if let more @ 1.. = removals.by_node.len().saturating_sub(LISTED_NODES) {
        lines.push(format!("    and {}", counted(more, "more node")));
    }
    lines.push("  the configuration may be incomplete: check that no file is missing or was cut".to_owned());
    lines.push("  if it is complete, pass --allow-removals, first with --check --diff to see the changes".to_owned());
    lines.join("\n")
}

/// Returns the line of a node, such as `r1/n1: 2 of 3 destinations: 192.0.2.1/32, 192.0.2.2/32`.
fn line_of(node: &NodeRemovals) -> String {
    let name = printable(&node.node.to_string());
    let Some(share) = node.destinations else {
        return format!("{name}: all routes; the published file is missing or was edited, so they are not counted");
    };
    let mut examples: Vec<String> = node.examples.iter().map(ToString::to_string).collect();
    if let more @ 1.. = share.lost.saturating_sub(examples.len()) {
        examples.push(format!("and {more} more"));
    }
    format!("{name}: {}: {}", of(share, "destination"), examples.join(", "))
}

/// Returns `2 of 3 nodes`.
fn of(share: Share, noun: &str) -> String {
    format!("{} of {}", share.lost, counted(share.published, noun))
}

#[cfg(test)]
mod tests {
    use super::to_text;
    use crate::model::NodeId;
    use crate::publish::{NodeRemovals, Removals, Share};

    fn node(router: &str, lost: usize, published: usize) -> NodeRemovals {
        let prefixes = ["192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32"];
        NodeRemovals {
            node: NodeId { router: router.to_owned(), node: "n1".to_owned() },
            loses_all: lost == published,
            destinations: Some(Share { lost, published }),
            examples: prefixes.iter().take(lost).map(|prefix| prefix.parse().expect("a prefix")).collect(),
        }
    }

    #[test]
    fn the_message_says_what_would_be_lost_and_what_to_do() {
        let uncounted = NodeRemovals { destinations: None, ..node("r\u{1b}3", 1, 1) };
        let removals = Removals::new(vec![node("r1", 20, 20), node("r2", 2, 3), uncounted], 3, 0);
        assert_eq!(
            to_text(&removals),
            "\
error: this run would remove most routes, so nothing was changed
  2 of 3 nodes with routes would have no route left
  22 of 23 published destinations would be covered by no route of their node
    r\\u{1b}3/n1: all routes; the published file is missing or was edited, so they are not counted
    r1/n1: 20 of 20 destinations: 192.0.2.1/32, 192.0.2.2/32, 192.0.2.3/32, and 17 more
    r2/n1: 2 of 3 destinations: 192.0.2.1/32, 192.0.2.2/32
  the configuration may be incomplete: check that no file is missing or was cut
  if it is complete, pass --allow-removals, first with --check --diff to see the changes"
        );
    }

    #[test]
    fn at_most_ten_nodes_are_listed() {
        for (count, expected) in
            [(9, None), (10, None), (11, Some("    and 1 more node")), (30, Some("    and 20 more nodes"))]
        {
            let nodes = (0..count).map(|index| node(&format!("r{index:02}"), 1, 1)).collect();
            let text = to_text(&Removals::new(nodes, count, 0));
            let listed: Vec<&str> = text.lines().filter(|line| line.starts_with("    ")).collect();
            assert_eq!(listed.len(), count.min(10) + usize::from(expected.is_some()));
            assert_eq!(listed.get(10).copied(), expected);
        }
    }
}
