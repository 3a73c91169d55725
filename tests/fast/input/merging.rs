//! Several sources that become one authority.

use super::{ROUTER, SERVICE, generate, routes};
use crate::common::Workspace;

#[test]
fn the_order_of_sources_changes_nothing() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    workspace.write("b.txt", SERVICE);
    assert_eq!(generate(&workspace, &["a.yaml", "b.txt"]).code, 0);
    let expected = workspace.tree("out");
    assert_eq!(workspace.run(&["generate", "b.txt", "a.yaml", "--out", "out", "--check"]).code, 0);
    assert_eq!(workspace.tree("out"), expected);
}

#[test]
fn equal_values_of_several_sources_are_merged() {
    let workspace = Workspace::new();
    workspace.write("a.txt", SERVICE);
    workspace.write("b.yaml", "service: [{name: dns, address: [192.0.2.1, 192.0.2.2, 192.0.2.1]}]");
    let run = workspace.run(&["convert", "a.txt", "b.yaml", "--to", "flat"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let addresses: Vec<&str> = run.stdout.lines().filter_map(|line| line.split("address  ").nth(1)).collect();
    assert_eq!(addresses, ["192.0.2.1", "192.0.2.2"]);
}

#[test]
fn a_conflict_of_two_values_is_reported_with_both_places() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    workspace.write("b.txt", SERVICE);
    workspace.write(
        "c.txt",
        "router r1\n    node n1\n        asset-id other\n    loopback-static-routes\n        metric 6\n",
    );
    let run = generate(&workspace, &["a.yaml", "b.txt", "c.txt"]);
    assert_eq!(run.code, 1);
    for (expected, other) in [
        ("c.txt:3:18: error[conflicting-values]", "a.yaml:3:44"),
        ("c.txt:5:16: error[conflicting-values]", "a.yaml:3:109"),
    ] {
        assert!(run.reports(expected) && run.stderr.contains(other), "{expected} in\n{}", run.stderr);
    }
    assert!(!workspace.path("out/routers").exists());
}

#[test]
fn static_routes_of_two_fragments_are_merged_by_address() {
    let workspace = Workspace::new();
    let fragment = |routes: &str| format!("router r1\n    node n1\n    loopback-static-routes\n{routes}");
    workspace.write("a.txt", &fragment("        static-route 192.0.2.1\n            metric 7\n"));
    workspace.write(
        "b.txt",
        &fragment("        static-route 192.0.2.1\n            metric 7\n        static-route 192.0.2.2\n"),
    );
    let run = generate(&workspace, &["a.txt", "b.txt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace).len(), 2);
    workspace.write("c.txt", &fragment("        static-route 192.0.2.1\n            metric 8\n"));
    let run = generate(&workspace, &["a.txt", "b.txt", "c.txt"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("conflicting-values"), "{}", run.stderr);
}

#[test]
fn an_error_in_one_router_holds_back_that_router_alone() {
    let good = "config authority router r2 node n1\nconfig authority router r2 loopback-static-routes static-route 192.0.2.1\n";
    for (name, text, place) in [
        ("a leaf without a value", "router r1\n    node n1\n        asset-id\n", "3:9: error[invalid-syntax]"),
        ("an unterminated quote", "router r1\n    router-group \"a\n    node n1\n", "2:18: error[invalid-syntax]"),
        ("a leaf with two values", "router r1\n    node n1\n        asset-id a b\n", "3:20: error[invalid-syntax]"),
        ("a plural list name", "router r1\n    node n1\n    resource-groups a\n", "3:5: error[unknown-key]"),
        (
            "a line below a leaf",
            "router r1\n    node n1\n        asset-id a\n            role combo\n",
            "4:13: error[invalid-syntax]",
        ),
        (
            "a duplicate key",
            "router: [{name: r1, node: [{name: n1, asset-id: a, asset-id: a}]}]",
            "1:52: error[duplicate-key]",
        ),
        ("a duplicate entry", "router: {r1: {node: {n1: {}, n1: {}}}}", "1:30: error[duplicate-key]"),
        ("a duplicate router", "router: {r1: {node: {n1: {}}}, r1: {}}", "1:32: error[duplicate-key]"),
        (
            "a plural list name in JSON",
            "{\"router\": [{\"name\": \"r1\", \"node\": {\"name\": \"n1\"}, \"nodes\": []}]}",
            "1:52: error[unknown-key]",
        ),
        (
            "a plural list name in XML",
            "<router><name>r1</name><node><name>n1</name></node><nodes/></router>",
            "1:53: error[unknown-key]",
        ),
    ] {
        let workspace = Workspace::new();
        workspace.write("good.txt", good);
        workspace.write("bad", text);
        let run = generate(&workspace, &["good.txt", "bad"]);
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert!(run.reports(&format!("bad:{place}")), "{name}: {}", run.stderr);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{name}: {}", run.stderr);
        assert!(workspace.path("out/routers/r2/n1/route-kni254").exists(), "{name}: {}", run.stderr);
    }
}
