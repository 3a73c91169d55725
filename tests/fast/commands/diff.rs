//! `diff`: the changed routes and the edits that cause them, for each kind of edit.

use crate::common::compared::{HOSTILE, OLD, compare};
use crate::common::{Workspace, repository_file};

/// A name, an edit as a replacement in [`OLD`], and the output of `diff`.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "the address of a service, which several routers learn",
        "192.0.2.53",
        "192.0.2.54",
        "\
2 of 3 nodes change: 2 routes added, 2 removed, 0 with another metric

branch-1/n1, branch-2/n1
  because of service dns address 192.0.2.53 removed
    - 192.0.2.53/32 metric 5  (service dns, address 192.0.2.53)
  because of service dns address 192.0.2.54 added
    + 192.0.2.54/32 metric 5  (service dns, address 192.0.2.54)
",
    ),
    (
        "the group of a router",
        "{name: branch-2, router-group: [stores]",
        "{name: branch-2, router-group: [labs]",
        "\
1 of 3 nodes changes: 0 routes added, 1 removed, 0 with another metric

branch-2/n1
  because of router-group stores removed
    - 192.0.2.128/25 metric 5  (service lab, address 192.0.2.128/25)
",
    ),
    (
        "the routers that a service applies to",
        "group-name: [stores]",
        "group-name: [labs]",
        "\
2 of 3 nodes change: 0 routes added, 2 removed, 0 with another metric

branch-1/n1, branch-2/n1
  because of service lab applies-to router-group group-name stores removed
    - 192.0.2.128/25 metric 5  (service lab, address 192.0.2.128/25)
",
    ),
    (
        "the metric of a block",
        "metric: 9",
        "metric: 10",
        "\
1 of 3 nodes changes: 0 routes added, 0 removed, 1 with another metric

hub/n1
  because of loopback-static-routes metric 9 → 10
    ~ 198.51.100.0/24 metric 9 → 10  (static-route 198.51.100.0/24)
",
    ),
    (
        "one of several static routes",
        "{address: 203.0.113.0/24, metric: 7}",
        "{address: 203.0.113.0/24, metric: 8}",
        "\
1 of 3 nodes changes: 0 routes added, 0 removed, 1 with another metric

hub/n1
  because of loopback-static-routes static-route 203.0.113.0/24 metric 7 → 8
    ~ 203.0.113.0/24 metric 7 → 8  (static-route 203.0.113.0/24)
",
    ),
    (
        "a disabled block",
        "loopback-static-routes: {metric: 9, ",
        "loopback-static-routes: {enabled: false, metric: 9, ",
        "\
1 of 3 nodes changes: 0 routes added, 2 removed, 0 with another metric

! 1 node is switched off: hub/n1

hub/n1
  was on, is now off
  because of loopback-static-routes enabled false added
    - 198.51.100.0/24 metric 9  (static-route 198.51.100.0/24)
    - 203.0.113.0/24 metric 7  (static-route 203.0.113.0/24)
",
    ),
    (
        "an error, which holds back the node",
        "metric: 9",
        "metric: nine",
        "\
1 of 3 nodes changes: 0 routes added, 0 removed, 0 with another metric

! 1 node is held back by errors: hub/n1
    invalid-value: `metric` must be a whole number from 0 to 4294967295, not \"nine\"

hub/n1
  was on, is now held back by errors; the published routes stay
  because of invalid-value: `metric` must be a whole number from 0 to 4294967295, not \"nine\"
",
    ),
    (
        "a new service",
        "service:\n",
        "service:\n  - {name: radius, enabled: true, address: [10.60.0.0/28], access-policy: {source: _internal_}}\n",
        "\
2 of 3 nodes change: 2 routes added, 0 removed, 0 with another metric

branch-1/n1, branch-2/n1
  because of service radius added
    + 10.60.0.0/28 metric 5  (service radius, address 10.60.0.0/28)
",
    ),
    ("a comment", "router:\n", "# why\nrouter:\n", "no route changes on any of 3 nodes\n"),
];

#[test]
fn each_edit_is_reported_with_the_routes_that_it_changes() {
    for (name, from, to, expected) in CASES {
        assert_eq!(OLD.matches(from).count(), 1, "{name}");
        let (_, run) = compare(&OLD.replace(from, to), &["--by", "node"]);
        assert_eq!(run.stdout, *expected, "{name}: {}", run.stderr);
        assert_eq!(run.code, i32::from(!expected.starts_with("no route")), "{name}");
    }
}

#[test]
fn each_route_has_the_edits_that_change_it_and_no_others() {
    let old = OLD.replace("address: [192.0.2.53]", "address: [192.0.2.53, 192.0.2.55]");
    let new = old.replace("192.0.2.55", "192.0.2.54").replacen(
        "loopback-static-routes: {learn",
        "loopback-static-routes: {enabled: false, learn",
        1,
    );
    let workspace = Workspace::new();
    workspace.write("old.yaml", &old);
    workspace.write("new.yaml", &new);
    let run = workspace.run(&["diff", "old.yaml", "new.yaml", "--by", "node"]);
    let expected = "\
2 of 3 nodes change: 1 route added, 4 removed, 0 with another metric

! 1 node is switched off: branch-1/n1

branch-1/n1
  was on, is now off
  because of loopback-static-routes enabled false added
    - 192.0.2.128/25 metric 5  (service lab, address 192.0.2.128/25)
    - 192.0.2.53/32 metric 5  (service dns, address 192.0.2.53)
  because of loopback-static-routes enabled false added
  because of service dns address 192.0.2.55 removed
    - 192.0.2.55/32 metric 5  (service dns, address 192.0.2.55)

branch-2/n1
  because of service dns address 192.0.2.55 removed
    - 192.0.2.55/32 metric 5  (service dns, address 192.0.2.55)
  because of service dns address 192.0.2.54 added
    + 192.0.2.54/32 metric 5  (service dns, address 192.0.2.54)
";
    assert_eq!(run.stdout, expected);
}

#[test]
fn the_examples_of_the_documentation_are_the_real_output() {
    let document = repository_file("docs/diff.md");
    assert!(document.contains(&format!("```text\n{}```", CASES[0].3)));
    let (_, run) = compare(&several_edits(), &[]);
    assert_eq!(run.stdout, SEVERAL_EDITS);
    assert!(document.contains(&format!("```text\n{SEVERAL_EDITS}```")));
}

/// Several edits of [`OLD`]: the hub is switched off, a service is new, and another one moves.
fn several_edits() -> String {
    let new = OLD.replace("{metric: 9, ", "{enabled: false, metric: 9, ").replace("192.0.2.53", "192.0.2.54");
    let radius = "  - {name: radius, enabled: true, address: [10.60.0.0/28], access-policy: {source: _internal_}}\n";
    new.replace("service:\n", &format!("service:\n{radius}")).replace("asset-id: a1", "asset-id: a4")
}

const SEVERAL_EDITS: &str = "\
3 of 3 nodes change: 4 routes added, 4 removed, 0 with another metric

! 1 node is switched off: hub/n1

router hub loopback-static-routes enabled false added
  hub/n1: on → off
  - 198.51.100.0/24 metric 9 on hub/n1
  - 203.0.113.0/24 metric 7 on hub/n1

service dns address 192.0.2.53 removed
  - 192.0.2.53/32 metric 5 on branch-1/n1, branch-2/n1

service dns address 192.0.2.54 added
  + 192.0.2.54/32 metric 5 on branch-1/n1, branch-2/n1

service radius added
  + 10.60.0.0/28 metric 5 on branch-1/n1, branch-2/n1

edits that change no route:
  router branch-1 node n1 asset-id a1 → a4
";

/// Returns an authority of several routers, of two nodes each.
fn many_routers(count: usize, block: &str, services: &str) -> String {
    let router = |index: usize| {
        format!("  - {{name: r{index}, node: [{{name: n1}}, {{name: n2}}], loopback-static-routes: {block}}}\n")
    };
    let routers: String = (0..count).map(router).collect();
    format!("router:\n{routers}service:\n{services}")
}

#[test]
fn nodes_and_edits_of_several_routers_are_folded() {
    let dns = "  - {name: dns, address: 192.0.2.53, access-policy: {source: _internal_}}\n";
    let radius = "  - {name: radius, address: [10.60.0.0/28, 10.61.0.0/28], access-policy: {source: _internal_}}\n";
    let block = "{learn-from-services: true, metric: 50}";
    let diff = |old: &str, new: &str| {
        let workspace = Workspace::new();
        workspace.write("old.yaml", old);
        workspace.write("new.yaml", new);
        workspace.run(&["diff", "old.yaml", "new.yaml"]).stdout
    };
    let old = many_routers(21, block, dns);
    let text = diff(&old, &many_routers(21, block, &format!("{dns}{radius}")));
    let expected = "\
service radius added
  + 10.60.0.0/28 metric 50 on 42 nodes of 21 routers
  + 10.61.0.0/28 metric 50 on 42 nodes of 21 routers
";
    assert!(text.contains(expected), "{text}");
    let text = diff(&old, &many_routers(21, &block.replace("50", "60"), dns));
    let expected = "\
21 routers: loopback-static-routes metric 50 → 60
  ~ 192.0.2.53/32 metric 50 → 60 on 42 nodes of 21 routers
";
    assert!(text.contains(expected), "{text}");
    // Values of the same list are one heading.
    let text = diff(&old, &old.replace("192.0.2.53", "[192.0.2.53, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]"));
    assert!(text.contains("service dns address 192.0.2.1, 192.0.2.2, 192.0.2.3 and 1 more added\n  + "), "{text}");
    assert_eq!(text.matches("\n  + ").count(), 4, "{text}");
    let text = diff(&old, &many_routers(22, block, dns));
    assert!(text.contains("router r21 added\n  r21/n1, r21/n2: absent → on\n  + "), "{text}");
}

#[test]
fn what_a_reviewer_must_not_miss_comes_first() {
    let old = "\
authority:
  conductor-address: 203.0.113.1
  router:
    - {name: a, node: {name: n1}, loopback-static-routes: {learn-from-services: true, static-route: [{address: 203.0.113.0/30}]}}
    - {name: b, node: {name: n1}, loopback-static-routes: {default-route: true}}
    - {name: c, node: {name: n1}, loopback-static-routes: {static-route: [{address: 198.51.100.0/24}]}}
    - {name: d, node: {name: n1}, loopback-static-routes: {static-route: [{address: 198.51.100.0/24}]}}
  service:
    - {name: _conductor_1, address: 192.0.2.1, access-policy: {source: _internal_}}
    - {name: _management_x, address: 192.0.2.2, access-policy: {source: _internal_}}
    - {name: other, address: 192.0.2.3, access-policy: {source: _internal_}}
";
    for (from, to, expected) in [
        ("address: 192.0.2.1", "scope: private", "1 node loses a route to a conductor: 192.0.2.1/32 on a/n1"),
        (
            ", static-route: [{address: 203.0.113.0/30}]",
            "",
            "1 node loses a route to a conductor: 203.0.113.0/30 on a/n1",
        ),
        ("address: 192.0.2.2", "scope: private", "1 node loses a route to a management service: 192.0.2.2/32 on a/n1"),
        ("default-route: true", "static-route: [{address: 192.0.2.9}]", "1 node loses the default route: b/n1"),
        ("address: 192.0.2.3", "address: [192.0.2.3, 0.0.0.0/0]", "1 node gets a default route: a/n1"),
        ("default-route: true", "enabled: false, default-route: true", "1 node is switched off: b/n1"),
        (", loopback-static-routes: {default-route: true}", "", "1 node is gone: b/n1"),
        ("name: b, node: {name: n1}", "name: b, node: {name: n2}", "1 node is gone: b/n1"),
        ("default-route: true", "default-route: yes", "1 node is held back by errors: b/n1\n    invalid-value: "),
        ("default-route: true", "default-route: false", "1 node loses all routes: b/n1"),
    ] {
        assert_eq!(old.matches(from).count(), 1, "{from}");
        let workspace = Workspace::new();
        workspace.write("old.yaml", old);
        workspace.write("new.yaml", &old.replace(from, to));
        for by in ["edit", "node"] {
            let text = workspace.run(&["diff", "old.yaml", "new.yaml", "--by", by]).stdout;
            let head = text.split("\n\n").nth(1).unwrap_or_default();
            assert!(head.lines().any(|_| format!("{head}\n").contains(&format!("! {expected}"))), "{expected}: {text}");
        }
        let summary = workspace.run(&["diff", "old.yaml", "new.yaml", "--summary"]).stdout;
        let alert = expected.split(':').next().unwrap_or_default();
        assert!(summary.contains(&format!("; {alert}")) && summary.lines().count() == 1, "{summary}");
    }
    // A node that stays held back is not compared, and is not forgotten.
    let workspace = Workspace::new();
    let held = old.replace("default-route: true", "default-route: yes");
    workspace.write("old.yaml", &held);
    workspace.write("new.yaml", &held.replace("192.0.2.3", "192.0.2.4"));
    let text = workspace.run(&["diff", "old.yaml", "new.yaml"]).stdout;
    assert!(text.contains("! 1 node is held back by errors: b/n1\n    invalid-value: "), "{text}");
}

#[test]
fn text_has_the_colours_of_git() {
    let (workspace, run) = compare(&several_edits(), &["--color", "always"]);
    for expected in [
        "\u{1b}[1;31m! 1 node is switched off: hub/n1\u{1b}[m\n",
        "\n\u{1b}[1mservice radius added\u{1b}[m\n  \u{1b}[32m+ 10.60.0.0/28 metric 5 on branch-1/n1, branch-2/n1\u{1b}[m\n",
        "\n  \u{1b}[31m- 192.0.2.53/32 metric 5 on branch-1/n1, branch-2/n1\u{1b}[m\n",
    ] {
        assert!(run.stdout.contains(expected), "{expected:?}: {:?}", run.stdout);
    }
    workspace.run(&["diff", "old.yaml", "new.yaml", "--color", "always", "--output", "out.txt"]);
    assert_eq!(workspace.read("out.txt"), SEVERAL_EDITS);
}

#[test]
fn json_has_the_edits_as_objects() {
    let (_, run) = compare(&several_edits(), &["--format", "json"]);
    let comparison: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(comparison["format-version"], 2);
    let edits = comparison["edits"].as_array().expect("a list");
    let radius = serde_json::json!({
        "service": "radius", "element": "", "kind": "added", "before": null, "after": null,
        "nodes": 2, "routes": {"added": 2, "removed": 0, "changed": 0},
    });
    let hub = serde_json::json!({
        "routers": ["hub"], "element": "loopback-static-routes/enabled", "kind": "changed",
        "before": null, "after": "false", "nodes": 1, "routes": {"added": 0, "removed": 2, "changed": 0},
    });
    assert!(edits.contains(&radius) && edits.contains(&hub), "{edits:#?}");
    let index = edits.iter().position(|edit| *edit == hub).expect("there");
    let changes = comparison["changes"].as_array().expect("a list");
    let of_hub = changes.iter().find(|change| change["nodes"][0]["router"] == "hub").expect("there");
    assert_eq!(
        (&of_hub["because"], &of_hub["parts"][0]["because"]),
        (&serde_json::json!([index]), &serde_json::json!([index]))
    );
    assert_eq!(
        comparison["alerts"],
        serde_json::json!([{"kind": "switched-off", "nodes": [{"router": "hub", "node": "n1"}]}])
    );
}

#[test]
fn a_node_named_like_an_element_is_not_taken_for_the_element() {
    let node = "{name: asset-id, loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}";
    let old = format!("router: [{{name: r, node: [{node}]}}]\n");
    let workspace = Workspace::new();
    workspace.write("old.yaml", &old);
    workspace.write("new.yaml", &old.replace("192.0.2.0", "198.51.100.0"));
    let run = workspace.run(&["diff", "old.yaml", "new.yaml", "--by", "node"]);
    let cause = "because of node asset-id loopback-static-routes static-route 192.0.2.0/24 removed";
    assert!(run.stdout.contains(cause), "{}", run.stdout);
}

#[test]
fn unreadable_configurations_are_not_compared() {
    let (_, run) = compare("router: [", &[]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.contains("new.yaml:") && run.stderr.contains("nothing was compared"), "{}", run.stderr);
}

#[test]
fn markdown_stays_within_its_limit_and_says_what_it_leaves_out() {
    let route =
        |router: usize, index: usize| format!("{{address: 198.51.{router}.{index}/32, metric: {}}}", router + 1);
    let routes = |router: usize| (0..60).map(|index| route(router, index)).collect::<Vec<_>>().join(", ");
    // Long names of several bytes for each character.
    let name = |router: usize| format!("größe-{router}-{}", "ü".repeat(25));
    let router = |router: usize, routes: &str| {
        format!(
            "- {{name: {}, node: {{name: n1}}, loopback-static-routes: {{static-route: [{routes}]}}}}\n",
            name(router)
        )
    };
    let workspace = Workspace::new();
    let old: String = (0..70).map(|index| router(index, &route(index, 200))).collect();
    let new: String = (0..70).map(|index| router(index, &routes(index))).collect();
    workspace.write("old.yaml", &format!("router:\n{old}"));
    workspace.write("new.yaml", &format!("router:\n{new}"));
    let markdown = |arguments: &[&str]| {
        let run = workspace.run(&[&["diff", "old.yaml", "new.yaml", "--format", "markdown"], arguments].concat());
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.stdout
    };
    // By edit, a router has two changes: a removed list entry, and the added ones.
    for (limit, by, count, changes) in [
        (2_000, "node", 70, 69),
        (10_000, "node", 70, 68),
        (65_536, "node", 70, 60),
        (1_048_576, "node", 70, 20),
        (2_000, "edit", 140, 139),
        (1_048_576, "edit", 140, 90),
    ] {
        let text = markdown(&["--by", by, "--max-size", &limit.to_string()]);
        assert!(text.len() <= limit, "{limit}: {}", text.len());
        let last = text.lines().last().unwrap_or_default();
        let left_out: usize = last.split(' ').nth(2).and_then(|count| count.parse().ok()).unwrap_or_default();
        assert!(last.starts_with("Left out: ") && left_out >= changes, "{limit}: {last}");
        assert_eq!(text.matches("\n### ").count(), count - left_out, "{limit}");
        // Each table has its head and at least one row.
        assert!(!text.contains("|---|---|---|---|\n\n"), "{limit}");
    }
    assert_eq!(markdown(&[]), markdown(&["--max-size", "65536"]));
    let (_, small) = compare(&OLD.replace("metric: 9", "metric: 10"), &["--format", "markdown"]);
    assert!(!small.stdout.contains("Left out"), "{}", small.stdout);
}

#[test]
fn hostile_names_are_escaped_in_text_and_markdown() {
    let hostile = |text: &str| {
        text.replace("branch-2", HOSTILE).replace(&format!("name: {HOSTILE}"), &format!("name: \"{HOSTILE}\""))
    };
    let new = hostile(OLD).replace("192.0.2.53", "192.0.2.54");
    let (_, markdown) = compare(&new, &["--format", "markdown"]);
    assert!(!markdown.stdout.lines().any(|line| line.starts_with("## x")), "{}", markdown.stdout);
    let (_, text) = compare(&new, &[]);
    assert!(!text.stdout.contains('\u{202e}'), "{}", text.stdout);
}

#[test]
fn another_conductor_is_a_change_of_the_pillar_and_of_no_route() {
    let conductors = |addresses: &str| format!("authority:\n  conductor-address: {addresses}\n{}", indented(OLD));
    for (old, new, edit, expected) in [
        (
            "192.0.2.10",
            "192.0.2.11",
            ("", ""),
            "no route changes on any of 3 nodes; the conductors of 3 nodes change\n",
        ),
        // The same, as text.
        ("[192.0.2.10, 192.0.2.11/32]", "[192.0.2.11, 192.0.2.10]", ("", ""), "no route changes on any of 3 nodes\n"),
        // A router has its own.
        (
            "192.0.2.10",
            "192.0.2.10",
            ("{name: branch-1,", "{name: branch-1, conductor-address: 192.0.2.12,"),
            "no route changes on any of 3 nodes; the conductors of 1 node change\n",
        ),
        // A new node is already a change of a node.
        ("192.0.2.10", "192.0.2.11", ("name: branch-2", "name: branch-3"), "2 of 4 nodes change: "),
    ] {
        let workspace = Workspace::new();
        workspace.write("old.yaml", &conductors(old));
        workspace.write(
            "new.yaml",
            &if edit.0.is_empty() { conductors(new) } else { conductors(new).replace(edit.0, edit.1) },
        );
        let run = workspace.run(&["diff", "old.yaml", "new.yaml"]);
        assert_eq!(run.code, i32::from(!expected.starts_with("no route")), "{}", run.stderr);
        assert!(run.stdout.starts_with(expected), "{}", run.stdout);
    }
}

/// Returns a text with two more blanks at the start of each line.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
