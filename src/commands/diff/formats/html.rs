//! A single HTML page from `templates/diff.html.j2`. The template engine escapes every value.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::commands::diff::compare::comparison::{Change, Comparison, Edit, EditKind, Part, RouteChange};
use crate::commands::diff::formats::{Titles, from, metrics, sign, summary, transition};
use crate::commands::printable::printable;

const TEMPLATE: &str = include_str!("../../../../templates/diff.html.j2");

#[derive(Serialize)]
struct ChangeHtml {
    nodes: Vec<String>,
    transition: Option<String>,
    parts: Vec<PartHtml>,
    added: usize,
    removed: usize,
    changed: usize,
}

#[derive(Serialize)]
struct PartHtml {
    because: Vec<EditHtml>,
    routes: Vec<RouteHtml>,
}

#[derive(Serialize)]
struct EditHtml {
    of: String,
    kind: &'static str,
    sign: char,
    element: String,
}

#[derive(Serialize)]
struct RouteHtml {
    kind: &'static str,
    prefix: String,
    metric: String,
    from: String,
}

pub(crate) fn render(comparison: &Comparison, titles: &Titles, _limit: usize) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("diff", TEMPLATE).expect("the embedded template is valid");
    let [added, removed, changed] = comparison.counts();
    let changes: Vec<ChangeHtml> = comparison.changes.iter().map(change_html).collect();
    let values = context! {
        old => printable(&titles.old),
        new => printable(&titles.new),
        summary => summary(comparison),
        nodes => comparison.nodes,
        changed_nodes => comparison.changed_nodes,
        added, removed, changed,
        changes => Value::from(Serde(changes)),
    };
    let template = environment.get_template("diff").expect("the template was added");
    template.render(values).expect("the template accepts these values") + "\n"
}

fn change_html(change: &Change) -> ChangeHtml {
    let [added, removed, changed] = change.counts();
    ChangeHtml {
        nodes: change.nodes.iter().map(|id| printable(&id.to_string())).collect(),
        transition: transition(change),
        parts: change.parts.iter().map(part_html).collect(),
        added,
        removed,
        changed,
    }
}

fn part_html(part: &Part) -> PartHtml {
    PartHtml {
        because: part.because.iter().map(edit_html).collect(),
        routes: part.routes.iter().map(route_html).collect(),
    }
}

fn edit_html(edit: &Edit) -> EditHtml {
    EditHtml {
        of: printable(&edit.of.to_string()),
        kind: match edit.kind {
            EditKind::Added => "added",
            EditKind::Removed => "removed",
            EditKind::Error => "changed",
        },
        sign: sign(edit.kind),
        element: printable(&edit.element.to_string()),
    }
}

fn route_html(route: &RouteChange) -> RouteHtml {
    RouteHtml {
        kind: route.kind().name(),
        prefix: route.prefix.to_string(),
        metric: metrics(route),
        from: printable(&from(route).join("; ")),
    }
}
