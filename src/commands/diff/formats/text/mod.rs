//! Text for a terminal.

mod by_edit;
mod by_node;
mod paint;

use self::paint::Paint;
use super::{By, Layout, alerts};
use crate::commands::diff::compare::comparison::{Comparison, RouteChange, RouteChangeKind};
use crate::commands::printable::printable;

pub(crate) fn render(comparison: &Comparison, layout: &Layout<'_>) -> String {
    let paint = Paint { has_colours: layout.has_colours };
    let mut text = comparison.summary().counts() + "\n";
    for (index, alert) in comparison.alerts.iter().enumerate() {
        if index == 0 {
            text.push('\n');
        }
        text += &(paint.alert(&format!("! {}", printable(&alerts::sentence(alert)))) + "\n");
        for error in &alert.errors {
            text += &format!("    {}\n", printable(&format!("{}: {}", error.code, error.message)));
        }
    }
    match layout.by {
        By::Edit => by_edit::write(comparison, &paint, &mut text),
        By::Node => by_node::write(comparison, &paint, &mut text),
    }
    text
}

/// Returns a line about a route in the colour of its change, as in `git diff`.
fn painted(route: &RouteChange, line: &str, paint: &Paint) -> String {
    match route.kind() {
        RouteChangeKind::Added => paint.added(&format!("+ {line}")),
        RouteChangeKind::Removed => paint.removed(&format!("- {line}")),
        RouteChangeKind::Changed => paint.changed(&format!("~ {line}")),
    }
}
