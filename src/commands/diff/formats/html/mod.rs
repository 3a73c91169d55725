//! A single HTML page: what must not be missed, the edits with their routes, and the nodes.

mod data;
mod routes;
mod summary;

use super::Layout;
use crate::commands::diff::compare::comparison::Comparison;
use crate::commands::page::{Page, shown};

pub(crate) fn render(comparison: &Comparison, layout: &Layout<'_>) -> String {
    let (old, new) = (shown(&layout.titles.old), shown(&layout.titles.new));
    let mut lead = vec![format!("From {old} to {new}. These are the Linux routes of the routers through kni254.")];
    lead.extend(summary::conductors(comparison));
    let page = Page { kind: "Route changes", summary: &summary::sentence(comparison), lead: &lead };
    page.render(&data::data(comparison))
}
