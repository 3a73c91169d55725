//! One page that needs nothing else, out of `templates/diff.html.j2`. Every value is escaped by the template's engine.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use crate::commands::diff::compare::{Change, Comparison, EditKind, RouteChangeKind};
use crate::commands::diff::formats::{Titles, from, metrics, sign, summary, transition};
use crate::commands::findings::printable;

const TEMPLATE: &str = include_str!("../../../../templates/diff.html.j2");

#[derive(Serialize)]
struct ChangeView {
    nodes: Vec<String>,
    transition: Option<String>,
    parts: Vec<PartView>,
    added: usize,
    removed: usize,
    changed: usize,
}

#[derive(Serialize)]
struct PartView {
    because: Vec<EditView>,
    routes: Vec<RouteView>,
}

#[derive(Serialize)]
struct EditView {
    of: String,
    kind: &'static str,
    sign: char,
    element: String,
}

#[derive(Serialize)]
struct RouteView {
    kind: &'static str,
    prefix: String,
    metric: String,
    from: String,
}

pub(crate) fn render(comparison: &Comparison, titles: &Titles) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("diff", TEMPLATE).expect("a template of ours");
    let [added, removed, changed] = comparison.routes();
    let changes: Vec<ChangeView> = comparison.changes.iter().map(view).collect();
    let values = context! {
        old => printable(&titles.old),
        new => printable(&titles.new),
        summary => summary(comparison),
        nodes => comparison.nodes,
        changed_nodes => comparison.changed_nodes,
        added, removed, changed,
        changes => Value::from(Serde(changes)),
    };
    let template = environment.get_template("diff").expect("added above");
    template.render(values).expect("a template of ours takes its values") + "\n"
}

fn view(change: &Change) -> ChangeView {
    let count = |kind| change.parts.iter().flat_map(|part| &part.routes).filter(|route| route.kind() == kind).count();
    ChangeView {
        nodes: change.nodes.iter().map(|id| printable(&id.to_string())).collect(),
        transition: transition(change),
        added: count(RouteChangeKind::Added),
        removed: count(RouteChangeKind::Removed),
        changed: count(RouteChangeKind::Changed),
        parts: change
            .parts
            .iter()
            .map(|part| PartView {
                because: part
                    .because
                    .iter()
                    .map(|edit| EditView {
                        of: printable(&edit.of),
                        kind: match edit.kind {
                            EditKind::Added => "added",
                            EditKind::Removed => "removed",
                            EditKind::Error => "changed",
                        },
                        sign: sign(edit.kind),
                        element: printable(&edit.element),
                    })
                    .collect(),
                routes: part
                    .routes
                    .iter()
                    .map(|route| RouteView {
                        kind: match route.kind() {
                            RouteChangeKind::Added => "added",
                            RouteChangeKind::Removed => "removed",
                            RouteChangeKind::Changed => "changed",
                        },
                        prefix: route.prefix.clone(),
                        metric: metrics(route).replacen("metric ", "", 1),
                        from: printable(&from(route).join("; ")),
                    })
                    .collect(),
            })
            .collect(),
    }
}
