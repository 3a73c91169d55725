//! Runs that would remove most of the published routes. They need `--allow-removals`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::identities;
use crate::common::published::{AUTHORITY, generate, published, without_r2};
use crate::common::{Run, Workspace, sample};

/// A router with one node.
fn router(name: &str, block: &str) -> String {
    format!("    - {{name: {name}, node: [{{name: n1, asset-id: {name}}}], loopback-static-routes: {block}}}\n")
}

/// A block with static routes to this many destinations of 203.0.113.0/24, from a first one.
fn statics(first: usize, count: usize) -> String {
    let routes: Vec<String> = (first..first + count).map(|host| format!("{{address: 203.0.113.{host}}}")).collect();
    format!("{{enabled: true, static-route: [{}]}}", routes.join(", "))
}

/// An authority of these routers, and of this many services.
fn authority(routers: &[(&str, &str)], services: usize) -> String {
    let mut text = String::from("authority:\n  router:\n");
    text.extend(routers.iter().map(|(name, block)| router(name, block)));
    if services > 0 {
        text += "  service:\n";
    }
    for host in 1..=services {
        writeln!(text, "    - {{name: s{host}, address: 192.0.2.{host}, access-policy: [{{source: _internal_}}]}}")
            .expect("writes");
    }
    text
}

/// Publishes one authority, and then another one. Returns the second run.
fn publish_both(before: &str, after: &str) -> (Workspace, Run) {
    let workspace = Workspace::in_memory();
    let run = generate(&workspace, before, &[]);
    assert_eq!(run.code, 0, "{before}\n{}", run.stderr);
    let run = generate(&workspace, after, &[]);
    (workspace, run)
}

/// Checks for each row whether a run from one authority to the other is refused.
#[track_caller]
fn assert_refused(rows: &[(&str, String, String, bool)]) {
    for (name, before, after, expected) in rows {
        let (_, run) = publish_both(before, after);
        let is_refused = run.stderr.contains("--allow-removals");
        assert_eq!((is_refused, run.code), (*expected, i32::from(*expected)), "{name}: {}", run.stderr);
    }
}

#[test]
fn losing_more_than_half_of_at_least_twenty_destinations_needs_an_option() {
    // One router keeps its routes, and the other loses some of its routes.
    let case = |kept: usize, lost: usize| {
        let before = statics(0, 1 + lost);
        let others = statics(100, kept - 1);
        let before = authority(&[("r1", &before), ("r2", &others)], 0);
        (before, authority(&[("r1", &statics(0, 1)), ("r2", &others)], 0))
    };
    for (kept, lost, expected) in [
        (10, 19, false),
        (10, 20, true),
        (10, 21, true),
        (19, 20, true),
        (20, 20, false),
        (21, 20, false),
        (20, 21, true),
    ] {
        let (before, after) = case(kept, lost);
        assert_refused(&[(&format!("{lost} lost, {kept} kept"), before, after, expected)]);
    }
}

#[test]
fn a_destination_is_lost_if_no_route_of_its_node_covers_it() {
    let learn = "{learn-from-services: true}";
    let default = "{default-route: true}";
    let routers = |block: &str| [("r1", block.to_owned()), ("r2", block.to_owned())];
    let of = |block: &str, services: usize| {
        let routers = routers(block);
        authority(&routers.each_ref().map(|(name, block)| (*name, block.as_str())), services)
    };
    let summary = "{static-route: [{address: 192.0.2.0/25}]}";
    let half = "{static-route: [{address: 192.0.2.0/28}]}";
    let twenty: Vec<String> = (0..20).map(|index| format!("r{index:02}")).collect();
    let all = |block: &str, count: usize| {
        let routers: Vec<(&str, &str)> = twenty.iter().take(count).map(|name| (name.as_str(), block)).collect();
        authority(&routers, 1)
    };
    assert_refused(&[
        ("learning to a default", of(learn, 30), of(default, 30), false),
        ("learning to a shorter prefix", of(learn, 30), of(summary, 30), false),
        ("learning to a shorter prefix of less than half", of(learn, 40), of(half, 40), true),
        ("static to the same learned", of("{static-route: [{address: 192.0.2.1}]}", 1), of(learn, 1), false),
        ("another metric", of(learn, 30), of("{learn-from-services: true, metric: 77}", 30), false),
        ("services gone", of(learn, 40), of(learn, 15), true),
        ("half of the services gone", of(learn, 40), of(learn, 20), false),
        ("more services", of(learn, 15), of(learn, 40), false),
        ("default to learning in 19 nodes", all(default, 19), all(learn, 19), false),
        ("default to learning in 20 nodes", all(default, 20), all(learn, 20), true),
        ("another single route", of("{static-route: [{address: 192.0.2.1}]}", 0), of(summary, 0), false),
    ]);
    // The routes of one node do not cover those of another.
    let (long, short) = (statics(0, 25), statics(0, 1));
    let before = authority(&[("r1", &long), ("r2", &short)], 0);
    let after = authority(&[("r1", &short), ("r2", default)], 0);
    assert_refused(&[("a default of another node", before, after, true)]);
}

#[test]
fn losing_every_route_of_more_than_half_of_the_nodes_needs_an_option() {
    let on = statics(0, 1);
    let nodes = |names: &[&'static str]| {
        let routers: Vec<(&str, &str)> = names.iter().map(|name| (*name, on.as_str())).collect();
        authority(&routers, 0)
    };
    let empty = "{enabled: true}";
    let learns = "{learn-from-services: true}";
    assert_refused(&[
        ("the only route of the only node", nodes(&["r1"]), authority(&[("r1", empty)], 0), true),
        ("another route of the only node", nodes(&["r1"]), authority(&[("r1", &statics(7, 1))], 0), false),
        ("one of two nodes", nodes(&["r1", "r2"]), nodes(&["r2"]), false),
        ("two of three nodes", nodes(&["r1", "r2", "r3"]), nodes(&["r2"]), true),
        ("two of four nodes", nodes(&["r1", "r2", "r3", "r4"]), nodes(&["r2", "r3"]), false),
        ("a router with another name", nodes(&["r1"]), nodes(&["r9"]), true),
        (
            "only nodes without routes",
            authority(&[("r1", empty), ("r2", empty), ("r3", &on)], 0),
            nodes(&["r3"]),
            false,
        ),
        (
            "services that only some learn",
            authority(&[("r1", learns), ("r2", learns), ("r3", &on)], 1),
            authority(&[("r1", learns), ("r2", learns), ("r3", &on)], 0),
            true,
        ),
    ]);
}

#[test]
fn nodes_that_are_switched_off_on_purpose_do_not_count() {
    let (on, off) = (&*statics(0, 1), "{enabled: false}");
    let of = |blocks: &[&str]| {
        let names = ["r1", "r2", "r3", "r4", "r5"];
        authority(&names.into_iter().zip(blocks.iter().copied()).collect::<Vec<_>>(), 0)
    };
    let all = of(&[on; 5]);
    let without_block = |text: &str| text.replace(&format!(", loopback-static-routes: {on}"), "");
    assert_refused(&[
        ("disabled", all.clone(), of(&[off; 5]), false),
        ("empty blocks", all.clone(), of(&["{}"; 5]), false),
        ("conductors", all.clone(), all.replace("{name: n1,", "{name: n1, role: conductor,"), false),
        ("missing blocks", all.clone(), without_block(&all), true),
        // Of three nodes that are not switched off, one or two disappear.
        ("one of three others", all.clone(), of(&[off, off, on, on]), false),
        ("two of three others", all.clone(), of(&[off, off, on]), true),
        ("one of one other", of(&[on, on]), of(&[off]), true),
    ]);
    // Neither do their destinations: 30 of 35 others are lost.
    let (many, few) = (statics(0, 30), statics(0, 5));
    let before = of(&[&many, &many, &many, &few]);
    assert_refused(&[
        ("destinations", before.clone(), of(&[off, off, &statics(0, 1), &few]), true),
        ("destinations of all", before, of(&[off, off, off, &few]), false),
    ]);
}

#[test]
fn nodes_that_errors_hold_back_lose_nothing() {
    let (on, bad) = (statics(0, 25), "{static-route: [{address: nonsense}]}");
    let before = authority(&[("r1", &on), ("r2", &on)], 0);
    // Half of the destinations are lost: those of the held node count as published.
    for (r2, expected) in [(bad, false), ("{enabled: true}", true)] {
        let (workspace, run) = publish_both(&before, &authority(&[("r1", &statics(0, 1)), ("r2", r2)], 0));
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert_eq!(run.stderr.contains("--allow-removals"), expected, "{}", run.stderr);
        assert!(workspace.read("out/routers/r2/n1/route-kni254").contains("203.0.113.24/32"));
    }
}

/// A file that was edited does not show which routes were published.
#[test]
fn a_file_edited_by_hand_is_corrected_without_an_option() {
    let (small, large) = (authority(&[("r1", &statics(0, 2))], 0), authority(&[("r1", &statics(0, 60))], 0));
    let workspace = Workspace::in_memory();
    assert_eq!(generate(&workspace, &large, &[]).code, 0);
    let routes = workspace.read("out/routers/r1/n1/route-kni254");
    let workspace = Workspace::in_memory();
    assert_eq!(generate(&workspace, &small, &[]).code, 0);
    for text in [routes.as_str(), "nonsense", ""] {
        workspace.write("out/routers/r1/n1/route-kni254", text);
        let run = generate(&workspace, &small, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(workspace.read("out/routers/r1/n1/route-kni254").lines().count(), 3);
    }
}

#[test]
fn a_node_counts_as_published_even_if_its_file_is_missing_or_edited() {
    let on = statics(0, 30);
    for edit in [Some("nonsense"), None] {
        let workspace = Workspace::in_memory();
        assert_eq!(generate(&workspace, &authority(&[("r1", &on)], 0), &[]).code, 0);
        match edit {
            Some(text) => workspace.write("out/routers/r1/n1/route-kni254", text),
            None => std::fs::remove_file(workspace.path("out/routers/r1/n1/route-kni254")).expect("there"),
        }
        let run = generate(&workspace, &authority(&[("r9", &on)], 0), &[]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("r1/n1: all routes"), "{}", run.stderr);
    }
}

#[test]
fn a_refused_run_changes_nothing_and_the_option_allows_it() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    let start = AUTHORITY.find("    - name: r1").expect("there");
    let end = AUTHORITY.find("    - name: r2").expect("there");
    let without_r1 = format!("{}{}", &AUTHORITY[..start], &AUTHORITY[end..]);
    let modes: [&[&str]; 6] = [&[], &["--check"], &["--diff"], &["--check", "--diff"], &["--quiet"], &["--json"]];
    for options in modes {
        let run = generate(&workspace, &without_r1, options);
        assert_eq!(run.code, 1, "{options:?}: {}", run.stderr);
        for words in ["2 of 3 nodes", "r1/n1: 1 of 1 destination: 192.0.2.1/32", "--allow-removals"] {
            assert!(run.stderr.contains(words), "{options:?}: {}", run.stderr);
        }
        assert_eq!(identities(&workspace.path("out")), before, "{options:?}");
    }
    let run = generate(&workspace, &without_r1, &["--check", "--diff", "--allow-removals"]);
    assert!(run.stdout.contains("-192.0.2.1/32"), "{}", run.stdout);
    assert_eq!(generate(&workspace, &without_r1, &["--allow-removals"]).code, 0);
    assert!(!workspace.path("out/routers/r1").exists());
}

#[test]
fn the_json_summary_has_the_refusal() {
    let (three, one) = (statics(0, 3), statics(0, 1));
    let workspace = Workspace::in_memory();
    let before = authority(&[("r2", &three), ("r1", &three), ("r3", &one)], 0);
    let summary = |text: &str| {
        let run = generate(&workspace, text, &["--json"]);
        serde_json::from_str::<Value>(&run.stdout).expect("JSON")
    };
    assert_eq!(summary(&before)["refusal"], Value::Null);
    let refused = summary(&authority(&[("r3", &one)], 0));
    assert_eq!(refused["outcome"], Value::Null);
    let node = |name| json!({"node": name, "loses-all": true, "destinations": {"lost": 3, "published": 3}});
    let expected = json!({
        "nodes": {"lost": 2, "published": 3},
        "destinations": {"lost": 6, "published": 7},
        "by-node": [node("r1/n1"), node("r2/n1")],
    });
    assert_eq!(refused["refusal"], expected);
}

#[test]
fn the_first_run_is_never_refused() {
    for text in [authority(&[("r1", "{enabled: true}")], 0), authority(&[("r1", &statics(0, 30))], 0)] {
        let workspace = Workspace::in_memory();
        std::fs::create_dir(workspace.path("out")).expect("creates");
        assert_eq!(generate(&workspace, &text, &[]).code, 0);
    }
}

/// The stamps are a cache. Without them a run reads more files and decides the same.
#[test]
fn the_decision_does_not_depend_on_the_stamps() {
    let (large, small) = (statics(0, 25), statics(0, 1));
    let of = |first: &str, others: &str| authority(&[("r1", first), ("r2", others), ("r3", others)], 0);
    for (others, code) in [(&statics(100, 10), 1), (&statics(100, 20), 0)] {
        for with_stamps in [true, false] {
            let workspace = Workspace::on_disk();
            assert_eq!(generate(&workspace, &of(&large, others), &[]).code, 0);
            if !with_stamps {
                // There are none if the repository is in memory.
                let _ = std::fs::remove_file(workspace.path("out/.stamps.json"));
            }
            let run = generate(&workspace, &of(&small, others), &[]);
            assert_eq!(run.code, code, "{with_stamps}: {}", run.stderr);
        }
    }
}

#[test]
fn a_refused_run_leaves_what_a_killed_run_left() {
    let workspace = published();
    let left = "routers/r9/n1/route-kni254";
    let entry = "{\"router\": \"r9\", \"node\": \"n1\"}";
    workspace.write("out/.journal.json", &format!("{{\"format-version\": 1, \"paths\": {{\"{left}\": {entry}}}}}"));
    workspace.write(&format!("out/{left}"), "of the killed run");
    workspace.write("out/routers/r2/n1/.route-kni254.new", "of the killed run");
    let before = identities(&workspace.path("out"));
    let without_blocks = AUTHORITY.replace("loopback-static-routes:", "description:");
    let run = generate(&workspace, &without_blocks, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("3 of 3 nodes"), "{}", run.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path(&format!("out/{left}")).exists());
    assert!(!workspace.path("out/.journal.json").exists());
}

/// After an interruption a file may already have the routes of the killed run.
#[test]
fn a_killed_run_can_be_repeated() {
    let (before, after) = (authority(&[("r1", &statics(0, 60))], 0), authority(&[("r1", &statics(0, 2))], 0));
    let workspace = Workspace::in_memory();
    assert_eq!(generate(&workspace, &after, &[]).code, 0);
    let routes = workspace.read("out/routers/r1/n1/route-kni254");
    assert_eq!(generate(&workspace, &before, &[]).code, 0);
    workspace.write("out/.journal.json", "{\"format-version\": 1, \"paths\": {}}");
    assert!(generate(&workspace, &after, &[]).stderr.contains("58 of 60 published destinations"));
    workspace.write("out/routers/r1/n1/route-kni254", &routes);
    let run = generate(&workspace, &after, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// At whatever place a text without an end is cut: if the run publishes, most routes are left.
#[test]
fn a_cut_text_does_not_remove_most_routes() {
    let (large, small) = (statics(0, 6), statics(50, 2));
    let learns = "{learn-from-services: true}";
    let routers =
        [("r1", large.as_str()), ("r2", learns), ("r3", &small), ("r4", learns), ("r5", &large), ("r6", learns)];
    let complete = authority(&routers, 8);
    let workspace = Workspace::in_memory();
    assert_eq!(generate(&workspace, &complete, &[]).code, 0);
    let flat = workspace.run(&["convert", "authority.yaml", "--to", "flat"]).stdout;
    let mut refused = 0;
    for (syntax, text) in [("yaml", &complete), ("flat", &flat)] {
        // Many cuts within a line are errors, so more of them follow one.
        let lines: Vec<usize> = text.match_indices('\n').map(|(end, _)| end + 1).collect();
        let after_lines = sample::positions(lines.len(), syntax).map(|line| lines[line - 1]);
        for cut in sample::positions(text.len(), syntax).step_by(15).chain(after_lines) {
            workspace.write("cut", &text[..cut]);
            let run = workspace.run(&["generate", "cut", "--out", "out", "--check", "--json"]);
            assert!(run.code <= 1, "{syntax} {cut}: {}", run.stderr);
            let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
            let (outcome, findings) = (&summary["outcome"], summary["findings"].as_array().expect("a list"));
            let is_in_error = findings.iter().any(|finding| finding["severity"] == "error");
            refused += usize::from(summary["refusal"].is_object());
            if outcome.is_null() || is_in_error {
                continue;
            }
            // The cut block may be empty. Then the plugin is off, and the node does not count.
            let off = findings.iter().filter(|finding| finding["code"] == "empty-block").count() as u64;
            let count = |key: &str| outcome[key].as_u64().expect("a number");
            let (nodes, routes) = (count("nodes") + off, count("routes") + 8 * off);
            let few = 38 - routes < 20;
            assert!(nodes * 2 >= 6 && (few || routes * 2 >= 38), "{syntax} {cut}: {summary:#}");
        }
    }
    assert!(refused > 0, "no run was refused");
}

/// What an operator sees after a copy that stopped in the middle.
#[test]
fn a_cut_text_is_reported_with_the_lost_routes() {
    let on = statics(0, 8);
    let names = ["r1", "r2", "r3", "r4", "r5", "r6", "r7"];
    let complete = authority(&names.map(|name| (name, on.as_str())), 0);
    let workspace = Workspace::in_memory();
    assert_eq!(generate(&workspace, &complete, &["-q"]).code, 0);
    let flat = workspace.run(&["convert", "authority.yaml", "--to", "flat"]).stdout;
    let start_of = |text: &str, start: &str| text.find(start).expect("there");
    let yaml = &complete[..start_of(&complete, "    - {name: r4")];
    let flat = &flat[..start_of(&flat, "config authority router r4")];
    for text in [yaml, flat] {
        let run = generate(&workspace, text, &["-q"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert_eq!(
            run.stderr,
            "\
error: this run would remove most routes, so nothing was changed
  4 of 7 nodes with routes would have no route left
  32 of 56 published destinations would be covered by no route of their node
    r4/n1: 8 of 8 destinations: 203.0.113.0/32, 203.0.113.1/32, 203.0.113.2/32, and 5 more
    r5/n1: 8 of 8 destinations: 203.0.113.0/32, 203.0.113.1/32, 203.0.113.2/32, and 5 more
    r6/n1: 8 of 8 destinations: 203.0.113.0/32, 203.0.113.1/32, 203.0.113.2/32, and 5 more
    r7/n1: 8 of 8 destinations: 203.0.113.0/32, 203.0.113.1/32, 203.0.113.2/32, and 5 more
  the configuration may be incomplete: check that no file is missing or was cut
  if it is complete, pass --allow-removals, first with --check --diff to see the changes
"
        );
    }
}
