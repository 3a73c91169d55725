//! The changes by edit: the routes that each edit changes, and on how many nodes.

use super::{Paint, painted};
use crate::commands::diff::compare::comparison::Comparison;
use crate::commands::diff::compare::groups::{Group, groups};
use crate::commands::diff::formats::{edit, metrics, state_name};
use crate::commands::nodes;
use crate::commands::printable::printable;

/// The maximum number of edits that are listed although they change nothing.
const IDLE: usize = 20;

pub(super) fn write(comparison: &Comparison, paint: &Paint, text: &mut String) {
    for group in groups(comparison).iter().filter(|group| !group.edits.is_empty()) {
        text.push('\n');
        write_group(comparison, group, paint, text);
    }
    write_idle(comparison, text);
}

fn write_group(comparison: &Comparison, group: &Group<'_>, paint: &Paint, text: &mut String) {
    for (index, heading) in edit::headings(comparison, group).iter().enumerate() {
        let and = if index == 0 { "" } else { "and " };
        *text += &(paint.heading(&format!("{and}{}", printable(heading))) + "\n");
    }
    for ([before, after], changed) in &group.states {
        let (before, after) = (state_name(*before), state_name(*after));
        *text += &format!("  {}: {before} \u{2192} {after}\n", printable(&nodes::folded(changed)));
    }
    for folded in group.routes.values() {
        let (route, on) = (folded.route, printable(&nodes::folded(&folded.nodes)));
        let line = format!("{} metric {} on {on}", route.prefix, metrics(route));
        *text += &format!("  {}\n", painted(route, &line, paint));
    }
}

fn write_idle(comparison: &Comparison, text: &mut String) {
    let idle = edit::idle(comparison);
    if idle.is_empty() {
        return;
    }
    *text += &format!("\n{}:\n", edit::idle_heading(comparison));
    for heading in idle.iter().take(IDLE) {
        *text += &format!("  {}\n", printable(heading));
    }
    if let more @ 1.. = idle.len().saturating_sub(IDLE) {
        *text += &format!("  \u{2026} and {more} more\n");
    }
}
