//! The page of `diff` as bytes: its policy, its data, and names that try to become markup.
//! `tests/real/commands/page.rs` opens them in a browser.

use serde_json::Value;

use crate::common::compared::{HOSTILE, OLD, compare};
use crate::common::html::{between, check_page, data, list, names, number, set, text};
use crate::common::{Workspace, fleets};

/// Returns the page of `diff`.
fn diff(old: &str, new: &str) -> String {
    let workspace = Workspace::new();
    workspace.write("old.json", old);
    workspace.write("new.json", new);
    workspace.run(&["diff", "old.json", "new.json", "--format", "html"]).stdout
}

fn fleet_diff() -> String {
    diff(&fleets::similar(false).to_string(), &fleets::similar(true).to_string())
}

#[test]
fn the_page_of_diff_is_self_contained_and_allows_only_its_own_script() {
    let page = fleet_diff();
    check_page(&page);
    assert_eq!(page, fleet_diff());
}

#[test]
fn the_first_line_says_what_the_change_does() {
    let summary = |new: &str| {
        let (_, run) = compare(new, &["--format", "html"]);
        between(&run.stdout, "<h1>", "</h1>").to_owned()
    };
    let radius = "  - {name: radius, address: [10.60.0.0/28], access-policy: {source: _internal_}}\n";
    let radius = format!("service:\n{radius}");
    for (from, to, expected) in [
        ("branch-1", "branch-1", "No route changes."),
        ("service:\n", radius.as_str(), "1 edit adds 2 routes on 2 nodes of 2 routers."),
        ("metric: 9", "metric: 8", "1 edit changes the metric of 1 route on 1 node of 1 router."),
        ("192.0.2.53", "192.0.2.54", "2 edits change 4 routes on 2 nodes of 2 routers: 2 are added and 2 are removed."),
        ("metric: 9", "metric: nine", "No route changes, but 1 node changes otherwise."),
    ] {
        assert_eq!(summary(&OLD.replace(from, to)), expected);
    }
    let page = fleet_diff();
    assert_eq!(
        between(&page, "<h1>", "</h1>"),
        "10 edits change 988 routes on 44 nodes of 22 routers: 876 are added, 90 are removed, and 22 get another metric."
    );
}

/// The page has the same edits, nodes and routes as the JSON.
#[test]
fn the_data_of_the_page_are_those_of_the_json() {
    let (old, new) = (fleets::similar(false).to_string(), fleets::similar(true).to_string());
    let workspace = Workspace::new();
    workspace.write("old.json", &old);
    workspace.write("new.json", &new);
    let json = workspace.run(&["diff", "old.json", "new.json", "--format", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let data = data(&diff(&old, &new));
    let names = names(&data["nodes"]);
    let mut changes: Vec<(Vec<String>, Vec<String>)> = list(&data["changes"])
        .iter()
        .map(|change| {
            let routes = list(&change[1]).iter().flat_map(|part| list(&part[1]));
            let mut routes: Vec<String> = routes.map(|index| route(&data["routes"][number(index)])).collect();
            routes.sort();
            (set(&data["nodes"], &change[0]).into_iter().map(|node| names[node].clone()).collect(), routes)
        })
        .collect();
    changes.sort();
    let mut expected: Vec<(Vec<String>, Vec<String>)> = list(&json["changes"])
        .iter()
        .map(|change| {
            let name = |id: &Value| format!("{}/{}", text(&id["router"]), text(&id["node"]));
            let routes = list(&change["parts"]).iter().flat_map(|part| list(&part["routes"]));
            let metric = |side: &Value| side["metric"].as_i64().unwrap_or(-1);
            let mut routes: Vec<String> = routes
                .map(|route| {
                    let (before, after) = (&route["before"], &route["after"]);
                    format!("{} {} {}", text(&route["prefix"]), metric(before), metric(after))
                })
                .collect();
            routes.sort();
            (list(&change["nodes"]).iter().map(name).collect(), routes)
        })
        .collect();
    expected.sort();
    assert_eq!(changes, expected);
    let headings: usize = list(&data["cards"]).iter().map(|card| number(&card[0])).sum();
    assert_eq!(list(&data["headings"]).len(), headings);
    assert_eq!(list(&data["alerts"]).len(), list(&json["alerts"]).len());
}

fn route(route: &Value) -> String {
    format!("{} {} {}", text(&route[0]), route[1], route[2])
}

#[test]
fn hostile_names_are_data_and_never_markup() {
    let hostile =
        OLD.replace("branch-2", HOSTILE).replace(&format!("name: {HOSTILE}"), &format!("name: \"{HOSTILE}\""));
    let (_, run) = compare(&hostile.replace("192.0.2.53", "192.0.2.54"), &["--format", "html"]);
    check_page(&run.stdout);
    assert!(!run.stdout.contains("<img") && !run.stdout.contains('\u{202e}'), "{}", run.stdout);
    let long = OLD.replace("branch-2", &"y".repeat(1 << 17));
    let (_, run) = compare(&long, &["--format", "html"]);
    assert!(run.stdout.len() < 1 << 17, "{}", run.stdout.len());
}
