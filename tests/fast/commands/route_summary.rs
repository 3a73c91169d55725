//! The summary of changed routes in one line: the same of `diff` and of `generate --diff`.

use serde_json::{Value, json};

use crate::common::random::Random;
use crate::common::{Workspace, in_process};

/// Gives each node of an authority an asset-id, so that it is published also while it is off.
fn with_asset_ids(mut authority: Value) -> Value {
    for router in authority["authority"]["router"].as_array_mut().expect("a list") {
        let name = router["name"].as_str().expect("text").to_owned();
        for node in router["node"].as_array_mut().expect("a list") {
            node["asset-id"] = json!(format!("{name}.{}", node["name"].as_str().expect("text")));
        }
    }
    authority
}

/// Returns the summaries of `diff` and of `generate --diff` for two configurations.
fn summaries(old: &Value, new: &Value) -> [String; 2] {
    let workspace = Workspace::in_memory();
    let path = |name: &str| workspace.path(name).display().to_string();
    workspace.write("old.json", &old.to_string());
    workspace.write("new.json", &new.to_string());
    let diff = in_process::run(&["diff", "--no-settings", "--summary", &path("old.json"), &path("new.json")]);
    let generate = |config: &str, options: &[&str]| {
        let out = path("out");
        let arguments = ["generate", "--no-settings", "--allow-removals", config, "--out", &out];
        in_process::run(&[&arguments, options].concat())
    };
    generate(&path("old.json"), &[]);
    let checked = generate(&path("new.json"), &["--check", "--diff"]);
    let line = |text: &str| {
        text.lines()
            .find(|line| [" change: ", " changes: ", "no route changes on"].iter().any(|words| line.contains(words)))
            .unwrap_or_default()
            .to_owned()
    };
    [line(&diff.stdout), line(&checked.stderr)]
}

#[test]
fn diff_and_generate_print_the_same_summary() {
    let mut kinds = [0; 4];
    for seed in 0..60 {
        let mut random = Random(seed);
        let (old, other) = (with_asset_ids(random.authority()), with_asset_ids(random.authority()));
        let new = random.mixture(&old, &other, 6);
        let [of_diff, of_generate] = summaries(&old, &with_asset_ids(new.clone()));
        // A node that is held back has no published files yet.
        if !of_diff.contains("held back") && !of_generate.contains("held back") {
            assert_eq!(of_diff, of_generate, "{old}\n{new}");
            for (kind, words) in kinds.iter_mut().zip(["switched off", "gone", "default route", " 0 removed"]) {
                *kind += usize::from(of_diff.contains(words));
            }
        }
    }
    assert!(kinds.iter().all(|count| *count > 0), "{kinds:?}");
}

#[test]
fn the_first_run_adds_all_routes() {
    let authority = json!({"router": [{
        "name": "r", "node": [{"name": "n"}],
        "loopback-static-routes": {"static-route": [{"address": "192.0.2.0/24"}, {"address": "0.0.0.0/0"}]},
    }]});
    let workspace = Workspace::in_memory();
    workspace.write("new.json", &authority.to_string());
    let run = workspace.run(&["generate", "new.json", "--out", "out", "--diff"]);
    let expected =
        "1 of 1 node changes: 2 routes added, 0 removed, 0 with another metric; 1 node gets a default route\n";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    let run = workspace.run(&["generate", "new.json", "--out", "out", "--diff"]);
    assert!(run.stderr.contains("no route changes on any of 1 node\n"), "{}", run.stderr);
    let run = workspace.run(&["generate", "new.json", "--out", "out"]);
    assert!(!run.stderr.contains("no route changes"), "{}", run.stderr);
}
