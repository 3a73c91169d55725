//! The artefacts of a run: their paths, modes and content.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::Value;

use super::identities;
use crate::common::published::{AUTHORITY, generate, published, without_r2};
use crate::common::{LOCK, PROGRAM, Workspace, modes};

#[test]
fn a_run_writes_a_manifest_the_pillar_and_a_route_file_for_each_node() {
    let workspace = published();
    let tree = workspace.tree("out");
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    let expected = [
        "manifest.json",
        "pillar/loopback_static_routes/r1%2En1.sls",
        "pillar/loopback_static_routes/r1%2En2.sls",
        "pillar/loopback_static_routes/r2.sls",
        "pillar/top.sls",
        "routers/r1/n1/route-kni254",
        "routers/r1/n2/route-kni254",
        "routers/r2/n1/route-kni254",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let status = Command::new("sh")
        .args(["-c", "umask 077; exec \"$0\" generate authority.yaml --out out -q", PROGRAM])
        .current_dir(workspace.path(""))
        .status()
        .expect("sh runs");
    assert!(status.success());
    for (path, mode) in modes(&workspace.path("out")) {
        let is_folder = workspace.path("out").join(&path).is_dir();
        let expected = if path == LOCK { 0o600 } else { 0o644 };
        assert_eq!(mode, if is_folder { 0o755 } else { expected }, "{path}");
    }
}

#[test]
fn the_modes_of_a_new_output_folder_and_its_parents_do_not_depend_on_the_umask() {
    let workspace = Workspace::new();
    std::fs::create_dir(workspace.path("there")).expect("made");
    workspace.write("authority.yaml", AUTHORITY);
    let status = Command::new("sh")
        .args(["-c", "umask 077; exec \"$0\" generate authority.yaml --out there/on/the/way/../new -q", PROGRAM])
        .current_dir(workspace.path(""))
        .status()
        .expect("sh runs");
    assert!(status.success());
    let mode = |path: &str| std::fs::metadata(workspace.path(path)).expect("there").permissions().mode() & 0o7777;
    for path in ["there/on", "there/on/the", "there/on/the/way", "there/on/the/new"] {
        assert_eq!(mode(path), 0o755, "{path}");
    }
    // An existing folder keeps its mode.
    for path in ["there", "there/on/the/new"] {
        std::fs::set_permissions(workspace.path(path), std::fs::Permissions::from_mode(0o750)).expect("ours");
        assert_eq!(workspace.run(&["generate", "authority.yaml", "--out", "there/on/the/new", "-q"]).code, 0);
        assert_eq!(mode(path), 0o750);
    }
}

#[test]
fn a_second_run_writes_nothing() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    let run = generate(&workspace, AUTHORITY, &["--json"]);
    assert_eq!(run.code, 0);
    let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(summary["outcome"]["up-to-date"], true);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn only_what_changes_is_written() {
    let workspace = published();
    let before = identities(&workspace.path("out/routers/r1"));
    let changed = AUTHORITY.replace("198.51.100.0/24", "203.0.113.0/24");
    let run = generate(&workspace, &changed, &["--json"]);
    assert_eq!(run.code, 0);
    let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = serde_json::json!(["pillar/loopback_static_routes/r2.sls", "routers/r2/n1/route-kni254"]);
    assert_eq!(summary["outcome"]["changed"], expected);
    assert_eq!(summary["outcome"]["changed-minions"], serde_json::json!(["r2"]));
    assert_eq!(identities(&workspace.path("out/routers/r1")), before);
}

#[test]
fn a_removed_router_leaves_no_folder() {
    let workspace = published();
    assert_eq!(generate(&workspace, &without_r2(), &[]).code, 0);
    assert!(!workspace.path("out/routers/r2").exists());
    let fresh = Workspace::new();
    assert_eq!(generate(&fresh, &without_r2(), &[]).code, 0);
    assert_eq!(workspace.tree("out"), fresh.tree("out"), "the result differs from that of a new folder");
}

#[test]
fn a_minion_that_moves_to_another_router_gets_the_document_of_that_router() {
    let workspace = published();
    let moved = AUTHORITY.replace("asset-id: r2", "asset-id: spare").replace("asset-id: r1.n2", "asset-id: r2");
    let run = generate(&workspace, &moved, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(workspace.read("out/pillar/loopback_static_routes/r2.sls").contains("\"router\": \"r1\""));
    // The result is the same while the former router is held.
    let workspace = published();
    let held = moved.replace("198.51.100.0/24", "nonsense");
    assert_eq!(generate(&workspace, &held, &[]).code, 1);
    assert!(workspace.read("out/pillar/loopback_static_routes/r2.sls").contains("\"router\": \"r1\""));
}
