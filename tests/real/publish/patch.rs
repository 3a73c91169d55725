//! The diff of `generate --check --diff`, applied by `patch`.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::common::published::{AUTHORITY, ROUTE_FILE_R2, generate, published, without_r2};
use crate::common::{Workspace, modes};

/// Checks that `patch -p1` with the output of `--check --diff` gives the same artefacts as a run.
fn assert_patch_applies(workspace: &Workspace, authority: &str) {
    let copied = Command::new("cp").args(["-rp", "out", "old"]).current_dir(workspace.path("")).status();
    assert!(copied.expect("cp runs").success());
    let run = generate(workspace, authority, &["--check", "--diff", "--allow-removals"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    workspace.write("change.diff", &run.stdout);
    assert_eq!(workspace.tree("old"), workspace.tree("out"), "--check changed a file");
    let patched = Command::new("patch")
        .args(["-p1", "-s", "-E", "-i", "../change.diff"])
        .current_dir(workspace.path("old"))
        .output()
        .expect("patch runs: apt-get install patch");
    assert!(patched.status.success(), "{}", String::from_utf8_lossy(&patched.stdout));
    assert_eq!(generate(workspace, authority, &["--allow-removals"]).code, 0);
    let (mut patched, mut written) = (workspace.tree("old"), workspace.tree("out"));
    patched.remove("manifest.json");
    written.remove("manifest.json");
    assert_eq!(patched, written, "from\n{}", run.stdout);
    for (path, mode) in modes(&workspace.path("out")).into_iter().filter(|(path, _)| patched.contains_key(path)) {
        assert_eq!(modes(&workspace.path("old"))[&path], mode, "{path}");
    }
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn patch_applies_the_diff() {
    let workspace = published();
    // Two artefacts are edited by hand: one without the line feed at its end, and one emptied.
    workspace.write(ROUTE_FILE_R2, "192.0.2.0/24 via 192.0.2.1");
    workspace.write("out/pillar/top.sls", "");
    let changed = AUTHORITY.replace("metric: 5", "metric: 7").replace("name: n2", "name: n3");
    // One has another mode, and one another mode only.
    for path in [ROUTE_FILE_R2, "out/pillar/loopback_static_routes/r2.sls"] {
        std::fs::set_permissions(workspace.path(path), PermissionsExt::from_mode(0o600)).expect("ours");
    }
    assert_patch_applies(&workspace, &changed);
    let workspace = published();
    assert_patch_applies(&workspace, &without_r2());
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn patch_applies_the_diff_for_any_minion_id() {
    for minion in ["r'2", "r\\u00fc2", "r%2", "r 2"] {
        let workspace = published();
        assert_patch_applies(&workspace, &AUTHORITY.replace("asset-id: r2", &format!("asset-id: \"{minion}\"")));
    }
}
