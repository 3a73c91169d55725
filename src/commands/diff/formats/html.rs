//! A single HTML page from `templates/diff.html.j2`. The template engine escapes every value.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::commands::diff::compare::comparison::{Change, Comparison, Part, RouteChange};
use crate::commands::diff::formats::{Layout, causes_of_state, edit, from, metrics, transition};
use crate::commands::printable::printable;

const TEMPLATE: &str = include_str!("../../../../templates/diff.html.j2");

#[derive(Serialize)]
struct ChangeHtml {
    nodes: Vec<String>,
    transition: Option<String>,
    because: Vec<String>,
    parts: Vec<PartHtml>,
    added: usize,
    removed: usize,
    changed: usize,
}

#[derive(Serialize)]
struct PartHtml {
    because: Vec<String>,
    routes: Vec<RouteHtml>,
}

#[derive(Serialize)]
struct RouteHtml {
    kind: &'static str,
    prefix: String,
    metric: String,
    from: String,
}

pub(crate) fn render(comparison: &Comparison, layout: &Layout<'_>) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("diff", TEMPLATE).expect("the embedded template is valid");
    let [added, removed, changed] = comparison.summary().routes;
    let changes: Vec<ChangeHtml> = comparison.changes.iter().map(|change| change_html(comparison, change)).collect();
    let values = context! {
        old => printable(&layout.titles.old),
        new => printable(&layout.titles.new),
        summary => comparison.summary().counts(),
        nodes => comparison.nodes,
        changed_nodes => comparison.changed_nodes,
        added, removed, changed,
        changes => Value::from(Serde(changes)),
    };
    let template = environment.get_template("diff").expect("the template was added");
    template.render(values).expect("the template accepts these values") + "\n"
}

fn change_html(comparison: &Comparison, change: &Change) -> ChangeHtml {
    let [added, removed, changed] = change.counts();
    ChangeHtml {
        nodes: change.nodes.iter().map(|id| printable(&id.to_string())).collect(),
        transition: transition(change),
        because: causes_of_state(comparison, change).iter().map(|cause| printable(cause)).collect(),
        parts: change.parts.iter().map(|part| part_html(comparison, part)).collect(),
        added,
        removed,
        changed,
    }
}

fn part_html(comparison: &Comparison, part: &Part) -> PartHtml {
    let cause = |index: &usize| printable(&edit::of_node(&comparison.edits[*index].edit));
    PartHtml { because: part.because.iter().map(cause).collect(), routes: part.routes.iter().map(route_html).collect() }
}

fn route_html(route: &RouteChange) -> RouteHtml {
    RouteHtml {
        kind: route.kind().name(),
        prefix: route.prefix.to_string(),
        metric: metrics(route),
        from: printable(&from(route).join("; ")),
    }
}
