//! Publishing, seen by other programs: `patch` applies the diff, and strace sees what is read.

use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::Value;

use crate::common::Workspace;
use crate::common::published::{AUTHORITY, Act, ROUTE_FILE_R2, generate, published, without_r2};
use crate::strace::{Threads, strace};

/// What `--check --diff` prints makes, given to `patch -p1` in a copy of the folder, the artefacts that a run makes.
fn assert_patch_applies(workspace: &Workspace, authority: &str) {
    let copied = Command::new("cp").args(["-r", "out", "old"]).current_dir(workspace.path("")).status();
    assert!(copied.expect("cp runs").success());
    let run = generate(workspace, authority, &["--check", "--diff", "--allow-removals"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    workspace.write("change.diff", &run.stdout);
    assert_eq!(workspace.tree("old"), workspace.tree("out"), "--check wrote nothing");
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
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn the_diff_is_one_that_patch_applies() {
    let workspace = published();
    // Edited by hand: without the line feed at the end, and emptied.
    workspace.write(ROUTE_FILE_R2, "192.0.2.0/24 via 192.0.2.1");
    workspace.write("out/pillar/top.sls", "");
    let changed = AUTHORITY.replace("metric: 5", "metric: 7").replace("name: n2", "name: n3");
    assert_patch_applies(&workspace, &changed);
    let workspace = published();
    assert_patch_applies(&workspace, &without_r2());
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn the_diff_is_one_that_patch_applies_whatever_the_minion_is_called() {
    for minion in ["r'2", "r\\u00fc2", "r%2", "r 2"] {
        let workspace = published();
        assert_patch_applies(&workspace, &AUTHORITY.replace("asset-id: r2", &format!("asset-id: \"{minion}\"")));
    }
}

/// The artefacts that a run opens to read, as strace sees it.
fn read_by_a_run(workspace: &Workspace) -> Vec<String> {
    let output = strace(&workspace.path("trace"), Threads::All, &["-e", "trace=openat2"])
        .args([crate::common::PROGRAM, "generate", "authority.yaml", "--out", "out", "-q"])
        .current_dir(workspace.path(""))
        .output()
        .expect("strace runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = workspace.read("trace");
    let opened = trace.lines().filter(|line| !line.contains("O_PATH") && !line.contains("O_DIRECTORY"));
    let mut opened: Vec<String> = opened.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect();
    opened.retain(|path| path.starts_with("routers/") || path.starts_with("pillar/"));
    opened.sort();
    opened
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn untouched_artefacts_are_not_read_again() {
    let workspace = published();
    assert_eq!(read_by_a_run(&workspace), [""; 0]);
    let file = workspace.path("out/routers/r1/n1/route-kni254");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("ours");
    assert_eq!(read_by_a_run(&workspace), ["routers/r1/n1/route-kni254"], "something was done to it");
    assert_eq!(read_by_a_run(&workspace), [""; 0], "and it was found right");
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn stamps_that_are_gone_damaged_or_of_another_folder_cost_reading_and_nothing_else() {
    let copy = |workspace: &Workspace| {
        let status =
            Command::new("cp").args(["-a", "out", "copy"]).current_dir(workspace.path("")).status().expect("cp runs");
        assert!(status.success());
        std::fs::remove_dir_all(workspace.path("out")).expect("ours");
        std::fs::rename(workspace.path("copy"), workspace.path("out")).expect("renames");
    };
    let stamps = "out/.stamps.json";
    let losses: [(&str, Act<'_>); 6] = [
        ("gone", &|workspace| std::fs::remove_file(workspace.path(stamps)).expect("there")),
        ("damaged", &|workspace| workspace.write(stamps, "{\"format-version\": 1, \"artefacts\": {\"pil")),
        ("another version's", &|workspace| workspace.write(stamps, "{\"format-version\": 99, \"artefacts\": {}}")),
        ("a link", &|workspace| {
            std::fs::rename(workspace.path(stamps), workspace.path("elsewhere")).expect("renames");
            symlink(workspace.path("elsewhere"), workspace.path(stamps)).expect("links");
        }),
        ("made by hand", &|workspace| {
            let text = workspace.read(stamps).replace("\"fingerprint\":\"", "\"fingerprint\":\"0");
            workspace.write(stamps, &text);
        }),
        ("of another folder", &copy),
    ];
    for (how, lose) in losses {
        let workspace = published();
        let right = workspace.tree("out");
        lose(&workspace);
        let run = generate(&workspace, AUTHORITY, &["--json"]);
        let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(summary["outcome"]["up-to-date"], true, "{how}: {}", run.stderr);
        assert_eq!(workspace.tree("out"), right, "{how}");
        assert_eq!(read_by_a_run(&workspace), [""; 0], "{how}: they are there again");
    }
}
