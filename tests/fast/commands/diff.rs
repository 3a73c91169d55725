//! `diff`: the changed routes and the edits that cause them, for each kind of edit.

use crate::common::Workspace;
use crate::common::compared::{HOSTILE, OLD, compare};

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
        let (_, run) = compare(&OLD.replace(from, to), &[]);
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
    let run = workspace.run(&["diff", "old.yaml", "new.yaml"]);
    let expected = "\
2 of 3 nodes change: 1 route added, 4 removed, 0 with another metric

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
fn the_example_of_the_documentation_is_the_real_output() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diff.md")).expect("readable");
    assert!(document.contains(&format!("```text\n{}```", CASES[0].3)));
}

#[test]
fn a_node_named_like_an_element_is_not_taken_for_the_element() {
    let node = "{name: asset-id, loopback-static-routes: {static-route: [{address: 192.0.2.0/24}]}}";
    let old = format!("router: [{{name: r, node: [{node}]}}]\n");
    let workspace = Workspace::new();
    workspace.write("old.yaml", &old);
    workspace.write("new.yaml", &old.replace("192.0.2.0", "198.51.100.0"));
    let run = workspace.run(&["diff", "old.yaml", "new.yaml"]);
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
    for (limit, changes) in [(2_000, 69), (10_000, 68), (65_536, 60), (1_048_576, 20)] {
        let text = markdown(&["--max-size", &limit.to_string()]);
        assert!(text.len() <= limit, "{limit}: {}", text.len());
        let last = text.lines().last().unwrap_or_default();
        let left_out: usize = last.split(' ').nth(2).and_then(|count| count.parse().ok()).unwrap_or_default();
        assert!(last.starts_with("Left out: ") && left_out >= changes, "{limit}: {last}");
        assert_eq!(text.matches("\n### ").count(), 70 - left_out, "{limit}");
        // Each table has its head and at least one row.
        assert!(!text.contains("|---|---|---|---|\n\n"), "{limit}");
    }
    assert_eq!(markdown(&[]), markdown(&["--max-size", "65536"]));
    let (_, small) = compare(&OLD.replace("metric: 9", "metric: 10"), &["--format", "markdown"]);
    assert!(!small.stdout.contains("Left out"), "{}", small.stdout);
}

#[test]
fn hostile_names_are_escaped_in_every_format() {
    let hostile = |text: &str| {
        text.replace("branch-2", HOSTILE).replace(&format!("name: {HOSTILE}"), &format!("name: \"{HOSTILE}\""))
    };
    let new = hostile(OLD).replace("192.0.2.53", "192.0.2.54");
    let (_, html) = compare(&new, &["--format", "html"]);
    assert!(!html.stdout.contains("<img") && html.stdout.matches("<script").count() == 1, "{}", html.stdout);
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
