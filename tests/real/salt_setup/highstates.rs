//! The highstates that a real Salt compiles before and after `salt-setup`: each minion has what it
//! had, and the state, in every way in which a master merges top files.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::master::{answer, run_with_master};
use crate::common::sample::is_exhaustive;
use crate::common::{Workspace, tree};
use crate::parts::{part, root};

/// What a highstate has: errors, and the environment, SLS file and name of each state.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Verdict {
    errors: Vec<String>,
    states: Vec<[String; 3]>,
}

/// The step of the state on a machine without a document.
const OURS: [&str; 3] = ["plugins", "loopback_static_routes", "loopback-static-routes-none"];

/// The top files of the user: none, an empty one, the usual one, one with a section of the plugins,
/// and one that has the state already.
const TOPS: [Option<&str>; 5] = [
    None,
    Some(""),
    Some("base:\n  '*':\n    - users\n"),
    Some("base:\n  '*':\n    - users\nplugins:\n  '*':\n    - other\n"),
    Some("base:\n  '*':\n    - users\nplugins:\n  'branch*':\n    - loopback_static_routes\n"),
];

/// The top files of the plugins.
const PLUGIN_TOPS: [Option<&str>; 2] = [None, Some("plugins:\n  '*':\n    - other\n")];

/// The options about top files, of a minion or of its master.
fn options() -> [Value; 5] {
    [
        json!({}),
        json!({"top_file_merging_strategy": "same"}),
        json!({"top_file_merging_strategy": "merge_all"}),
        json!({"saltenv": "base"}),
        json!({"state_top_saltenv": "base"}),
    ]
}

/// Makes the file roots of a master, with the real state.
fn site(top: Option<&str>, plugin_top: Option<&str>) -> Workspace {
    let workspace = Workspace::in_memory();
    workspace.write("out/manifest.json", "{}");
    workspace.write("pillar/users.sls", "");
    workspace.write("states/users.sls", "users:\n  test.nop\n");
    workspace.write("plugins/other/init.sls", "other:\n  test.nop\n");
    for entry in std::fs::read_dir(root().join("salt/loopback_static_routes")).expect("the state") {
        let path = entry.expect("readable").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("text");
        workspace.write(&format!("plugins/loopback_static_routes/{name}"), &text);
    }
    for (folder, top) in [("states", top), ("plugins", plugin_top)] {
        if let Some(top) = top {
            workspace.write(&format!("{folder}/top.sls"), top);
        }
    }
    workspace
}

fn setup(workspace: &Workspace, more: &[&str]) {
    let options = ["salt-setup", "--out", "out", "--pillar-root", "pillar", "--file-root", "states"];
    let run = workspace.run(&[&options, more].concat());
    assert_eq!(run.code, 0, "{run:#?}");
}

/// Asks Salt about the highstates of set-ups.
fn ask(setups: &[(&Workspace, Value)]) -> Vec<Verdict> {
    let questions = setups.iter().map(|(workspace, options)| {
        json!({
            "roots": {"base": [workspace.path("states")], "plugins": [workspace.path("plugins")]},
            "options": options,
        })
    });
    let mut salt = Command::new(part("salt").join("bin/python"))
        .arg(root().join("tests/parts/salt/compile_highstates.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python runs");
    let questions = Value::from(questions.collect::<Vec<_>>()).to_string();
    salt.stdin.take().expect("piped").write_all(questions.as_bytes()).expect("Salt reads");
    let output = salt.wait_with_output().expect("Salt ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn each_highstate_has_what_it_had_and_the_state() {
    let tops = TOPS.iter().flat_map(|top| PLUGIN_TOPS.iter().map(|plugin_top| (*top, *plugin_top)));
    let sites: Vec<Workspace> = tops.clone().map(|(top, plugin_top)| site(top, plugin_top)).collect();
    let mut questions: Vec<(&Workspace, Value)> = Vec::new();
    for (site, (top, _)) in sites.iter().zip(tops) {
        // The options matter most for the usual file, and for that with a section of the plugins.
        let has_all = is_exhaustive() || [TOPS[2], TOPS[3]].contains(&top);
        questions.extend(options().into_iter().take(if has_all { 5 } else { 1 }).map(|options| (site, options)));
    }
    let files = |site: &Workspace| tree(&site.path(""));
    let untouched: Vec<_> = sites.iter().map(files).collect();
    let before = ask(&questions);
    sites.iter().for_each(|site| setup(site, &[]));
    let after = ask(&questions);
    for (((site, options), mut before), after) in questions.iter().zip(before).zip(after) {
        let tops = ["states", "plugins"].map(|folder| site.tree(folder).remove("top.sls"));
        before.states.retain(|state| *state != OURS);
        before.states.push(OURS.map(str::to_owned));
        before.states.sort();
        assert_eq!(after, before, "{options} {tops:#?}");
    }
    sites.iter().for_each(|site| setup(site, &["--undo"]));
    assert_eq!(sites.iter().map(files).collect::<Vec<_>>(), untouched);
}

/// Connects a master, or disconnects it, of which a minion is pinned to the environment plugins.
fn setup_of_master(workspace: &Workspace, more: &[&str]) {
    workspace.write("etc/master", "");
    let roots = |folder: &str| json!({"base": [workspace.path(folder)], "plugins": [workspace.path("plugins")]});
    answer(workspace, "pillar_roots", &roots("pillar"));
    answer(workspace, "file_roots", &roots("states"));
    answer(workspace, "state_top_saltenv", &Value::Null);
    answer(workspace, "top_file_merging_strategy", &json!("merge"));
    answer(workspace, "saltenv", &json!({"branch.node1.example": "plugins"}));
    answer(workspace, "pillar.show_pillar", &json!({"loopback-static-routes": {}}));
    let run = run_with_master(workspace, &[&["salt-setup", "--out", "out"], more].concat());
    assert_eq!(run.code, 0, "{run:#?}");
}

#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn minions_that_read_only_the_top_file_of_the_plugins_have_the_state() {
    let sites = PLUGIN_TOPS.map(|plugin_top| site(TOPS[3], plugin_top));
    let all = || [json!({"saltenv": "plugins"}), json!({"state_top_saltenv": "plugins"})].into_iter().chain(options());
    let mut questions: Vec<(&Workspace, Value)> =
        sites.iter().flat_map(|site| all().map(move |options| (site, options))).collect();
    // With this strategy, no new top file is made.
    questions.retain(|(site, options)| {
        options["top_file_merging_strategy"] != "same" || site.path("plugins/top.sls").exists()
    });
    let files = |site: &Workspace| ["pillar", "states", "plugins"].map(|root| tree(&site.path(root)));
    let untouched = sites.each_ref().map(files);
    let before = ask(&questions);
    sites.iter().for_each(|site| setup_of_master(site, &[]));
    for (((site, options), mut before), after) in questions.iter().zip(before).zip(ask(&questions)) {
        before.states.push(OURS.map(str::to_owned));
        before.states.sort();
        assert_eq!(after, before, "{options} {:#?}", site.tree("plugins")["top.sls"]);
    }
    sites.iter().for_each(|site| setup_of_master(site, &["--undo"]));
    assert_eq!(sites.each_ref().map(files), untouched);
}

/// The package of the conductor was erased, and `salt-setup` was not undone.
#[test]
#[ignore = "needs Salt: tests/run.sh"]
fn a_missing_state_fails_alone() {
    let site = site(TOPS[2], None);
    setup(&site, &[]);
    std::fs::remove_dir_all(site.path("plugins/loopback_static_routes")).expect("removed");
    let verdict = ask(&[(&site, json!({}))]).remove(0);
    let states = [["base", "loopback_static_routes", "loopback-static-routes-missing"], ["base", "users", "users"]];
    assert_eq!((verdict.errors, verdict.states), (Vec::new(), states.map(|state| state.map(str::to_owned)).into()));
}
