//! Modes that were changed by hand, and files that the run may not read.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use serde_json::{Value, json};

use super::identities;
use crate::common::published::{AUTHORITY, ROUTE_FILE_R2, generate, published};
use crate::common::{LOCK, Run, Workspace, modes};

const STRANGER: u32 = 12345;

fn set_mode(workspace: &Workspace, path: &str, mode: u32) {
    fs::set_permissions(workspace.path(path), fs::Permissions::from_mode(mode)).expect("ours");
}

fn outcome(run: &Run) -> Value {
    serde_json::from_str::<Value>(&run.stdout).expect("JSON")["outcome"].clone()
}

/// Publishes without the privilege of root to ignore modes and owners.
fn unprivileged(workspace: &Workspace, options: &[&str]) -> Run {
    let arguments = [&["generate", "authority.yaml", "--out", "out"], options].concat();
    Run::of(workspace.unprivileged(&arguments).output().expect("runs"))
}

#[test]
fn the_mode_of_a_file_is_corrected() {
    for path in
        ["routers/r2/n1/route-kni254", "pillar/loopback_static_routes/r2.sls", "pillar/top.sls", "manifest.json"]
    {
        for mode in [0o600, 0o666, 0o755, 0o4644] {
            let workspace = published();
            let (right, content) = (modes(&workspace.path("out")), workspace.tree("out"));
            set_mode(&workspace, &format!("out/{path}"), mode);
            let before = (modes(&workspace.path("out")), identities(&workspace.path("out")));
            let check = generate(&workspace, AUTHORITY, &["--check", "--json"]);
            assert_eq!((check.code, outcome(&check)["up-to-date"].as_bool()), (1, Some(false)), "{path} {mode:o}");
            assert_eq!((modes(&workspace.path("out")), identities(&workspace.path("out"))), before, "--check wrote");
            let run = generate(&workspace, AUTHORITY, &["--json"]);
            assert_eq!(run.code, 0, "{path} {mode:o}: {}", run.stderr);
            assert_eq!((modes(&workspace.path("out")), workspace.tree("out")), (right, content), "{path} {mode:o}");
            let changed = if path == "manifest.json" { json!([]) } else { json!([path]) };
            assert_eq!(outcome(&run)["changed"], changed);
            // The document did not change, so it need not be pushed.
            assert_eq!(outcome(&run)["changed-minions"], json!([]));
            assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 0, "{path} {mode:o}");
        }
    }
}

#[test]
fn the_mode_of_a_folder_is_corrected() {
    for path in ["routers", "routers/r1", "routers/r1/n2", "pillar", "pillar/loopback_static_routes"] {
        for mode in [0o000, 0o700, 0o775, 0o1777] {
            let workspace = published();
            let (right, content) = (modes(&workspace.path("out")), workspace.tree("out"));
            set_mode(&workspace, &format!("out/{path}"), mode);
            let check = unprivileged(&workspace, &["--check", "--json"]);
            assert_eq!((check.code, outcome(&check)["up-to-date"].as_bool()), (1, Some(false)), "{path} {mode:o}");
            assert_eq!(outcome(&check)["corrected-modes"], json!([path]));
            let now = fs::metadata(workspace.path("out").join(path)).expect("there").mode() & 0o7777;
            assert_eq!(now, mode, "--check changed it");
            let run = unprivileged(&workspace, &["--json"]);
            assert_eq!(run.code, 0, "{path} {mode:o}: {}", run.stderr);
            assert_eq!((modes(&workspace.path("out")), workspace.tree("out")), (right, content), "{path} {mode:o}");
            let outcome = outcome(&run);
            assert_eq!((&outcome["corrected-modes"], &outcome["changed"]), (&json!([path]), &json!([])));
            assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 0, "{path} {mode:o}");
        }
    }
}

#[test]
fn the_modes_of_a_held_node_are_corrected() {
    let held = AUTHORITY.replace("{address: 198.51.100.0/24}", "{address: nonsense}");
    let workspace = published();
    assert_eq!(generate(&workspace, &held, &[]).code, 1);
    let (right, content) = (modes(&workspace.path("out")), workspace.tree("out"));
    set_mode(&workspace, ROUTE_FILE_R2, 0o600);
    set_mode(&workspace, "out/routers/r2/n1", 0o700);
    let expected = json!(["routers/r2/n1", "routers/r2/n1/route-kni254"]);
    let check = generate(&workspace, &held, &["--check", "--json"]);
    assert_eq!((&outcome(&check)["corrected-modes"], &outcome(&check)["up-to-date"]), (&expected, &json!(false)));
    assert_ne!(modes(&workspace.path("out")), right);
    let run = generate(&workspace, &held, &["--json"]);
    assert_eq!((run.code, &outcome(&run)["corrected-modes"]), (1, &expected), "{}", run.stderr);
    assert_eq!((modes(&workspace.path("out")), workspace.tree("out")), (right, content));
}

/// The owner of a folder decides about its mode.
#[test]
fn the_folder_of_another_user_keeps_its_mode() {
    let workspace = published();
    if chown(workspace.path("out/routers/r1"), Some(STRANGER), None).is_err() {
        return; // Only root can give a folder away.
    }
    set_mode(&workspace, "out/routers/r1", 0o777);
    for options in [&["--check"][..], &[]] {
        let run = unprivileged(&workspace, options);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    // Root corrects it.
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(fs::metadata(workspace.path("out/routers/r1")).expect("there").mode() & 0o7777, 0o755);
}

#[test]
fn a_diff_shows_a_change_of_the_mode() {
    let workspace = published();
    set_mode(&workspace, ROUTE_FILE_R2, 0o600);
    let path = "routers/r2/n1/route-kni254";
    let expected = format!("diff --git a/{path} b/{path}\nold mode 100600\nnew mode 100644\n");
    let run = generate(&workspace, AUTHORITY, &["--check", "--diff"]);
    assert_eq!((run.code, run.stdout), (1, expected.clone()));
    workspace.write(ROUTE_FILE_R2, "edited\n");
    let run = generate(&workspace, AUTHORITY, &["--check", "--diff"]);
    assert!(run.stdout.starts_with(&format!("{expected}--- a/{path}\n+++ b/{path}\n@@ ")), "{}", run.stdout);
}

#[test]
fn a_file_that_the_run_may_not_read_is_replaced() {
    for path in ["out/pillar/top.sls", "out/pillar/loopback_static_routes/r2.sls", ROUTE_FILE_R2] {
        for is_strangers in [false, true] {
            let workspace = published();
            let (right, content) = (modes(&workspace.path("out")), workspace.tree("out"));
            set_mode(&workspace, path, if is_strangers { 0o600 } else { 0 });
            if is_strangers && chown(workspace.path(path), Some(STRANGER), None).is_err() {
                continue; // Only root can give a file away.
            }
            let check = unprivileged(&workspace, &["--check"]);
            assert_eq!(check.code, 1, "{path}: {}", check.stderr);
            let run = unprivileged(&workspace, &[]);
            assert_eq!(run.code, 0, "{path}: {}", run.stderr);
            assert_eq!((modes(&workspace.path("out")), workspace.tree("out")), (right, content), "{path}");
        }
    }
}

/// The manifest and the lock are opened before anything is replaced.
#[test]
fn a_file_of_the_run_itself_that_its_owner_may_not_open_is_corrected() {
    for path in ["out/manifest.json", "out/.lock"] {
        for mode in [0o000, 0o200, 0o044] {
            let workspace = published();
            let (right, content) = (modes(&workspace.path("out")), workspace.tree("out"));
            set_mode(&workspace, path, mode);
            let before = modes(&workspace.path("out"));
            let _ = unprivileged(&workspace, &["--check"]);
            assert_eq!(modes(&workspace.path("out")), before, "{path}: --check changed a mode");
            let run = unprivileged(&workspace, &[]);
            assert_eq!(run.code, 0, "{path} {mode:o}: {}", run.stderr);
            assert_eq!((modes(&workspace.path("out")), workspace.tree("out")), (right, content), "{path} {mode:o}");
        }
    }
}

#[test]
fn a_file_that_the_run_may_neither_read_nor_replace_stops_it() {
    let workspace = published();
    set_mode(&workspace, ROUTE_FILE_R2, 0o600);
    let folder = workspace.path(ROUTE_FILE_R2).parent().expect("a folder").to_owned();
    if [&folder, &workspace.path(ROUTE_FILE_R2)].into_iter().any(|path| chown(path, Some(STRANGER), None).is_err()) {
        return; // Only root can give files away.
    }
    let before = identities(&workspace.path("out"));
    let run = unprivileged(&workspace, &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(ROUTE_FILE_R2) || run.stderr.contains(".route-kni254.new"), "{}", run.stderr);
    let names =
        |identities: &[(String, u64, i64, i64)]| identities.iter().map(|i| (i.0.clone(), i.1)).collect::<Vec<_>>();
    assert_eq!(names(&identities(&workspace.path("out"))), names(&before));
}

/// Another user may check what everybody may read.
#[test]
fn check_works_without_the_permission_to_lock() {
    let workspace = published();
    for path in ["out", &format!("out/{LOCK}")] {
        if chown(workspace.path(path), Some(STRANGER), None).is_err() {
            return; // Only root can give files away.
        }
    }
    let check = unprivileged(&workspace, &["--check"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
    let run = unprivileged(&workspace, &[]);
    assert!(
        run.code == 3 && run.stderr.contains("cannot open out/.lock: only its owner may open it"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_missing_file_of_a_held_node_is_reported() {
    let held = AUTHORITY.replace("{address: 198.51.100.0/24}", "{address: nonsense}");
    let workspace = published();
    let right = workspace.tree("out");
    let path = "routers/r2/n1/route-kni254";
    fs::remove_file(workspace.path(ROUTE_FILE_R2)).expect("there");
    for options in [&["--check"][..], &["--quiet"], &[], &[]] {
        let run = generate(&workspace, &held, options);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let message = format!("error: {path} of the held node r2/n1 is missing");
        assert!(run.stderr.contains(&message), "{options:?}: {}", run.stderr);
        let run = generate(&workspace, &held, &[options, &["--json"]].concat());
        assert_eq!(outcome(&run)["missing"], json!([{"node": "r2/n1", "path": path}]), "{options:?}");
    }
    // The correction publishes it again.
    let run = generate(&workspace, AUTHORITY, &["--json"]);
    assert_eq!((run.code, &outcome(&run)["missing"], workspace.tree("out")), (0, &json!([]), right));
    // A node that was never published misses nothing.
    let new = held.replace("name: r2", "name: r3");
    let run = generate(&workspace, &new, &["--json", "--allow-removals"]);
    assert_eq!(outcome(&run)["missing"], json!([]));
}
