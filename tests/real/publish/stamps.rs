//! The stamps, with which a run does not read untouched artefacts again. strace logs the reads.

use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::Value;

use crate::common::Workspace;
use crate::common::published::{AUTHORITY, Act, generate, published};
use crate::strace::{Threads, strace};

/// Runs the program, and returns the artefacts that it opens to read.
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
    assert_eq!(read_by_a_run(&workspace), ["routers/r1/n1/route-kni254"], "a changed file must be read");
    assert_eq!(read_by_a_run(&workspace), [""; 0], "a correct file must be read only once");
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn missing_or_damaged_stamps_do_not_change_the_result() {
    let copy = |workspace: &Workspace| {
        let status =
            Command::new("cp").args(["-a", "out", "copy"]).current_dir(workspace.path("")).status().expect("cp runs");
        assert!(status.success());
        std::fs::remove_dir_all(workspace.path("out")).expect("ours");
        std::fs::rename(workspace.path("copy"), workspace.path("out")).expect("renames");
    };
    let stamps = "out/.stamps.json";
    let losses: [(&str, Act<'_>); 6] = [
        ("missing", &|workspace| std::fs::remove_file(workspace.path(stamps)).expect("there")),
        ("damaged", &|workspace| workspace.write(stamps, "{\"format-version\": 1, \"artefacts\": {\"pil")),
        ("of another version", &|workspace| workspace.write(stamps, "{\"format-version\": 99, \"artefacts\": {}}")),
        ("a link", &|workspace| {
            std::fs::rename(workspace.path(stamps), workspace.path("elsewhere")).expect("renames");
            symlink(workspace.path("elsewhere"), workspace.path(stamps)).expect("links");
        }),
        ("edited by hand", &|workspace| {
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
        assert_eq!(read_by_a_run(&workspace), [""; 0], "{how}: the stamps are not written again");
    }
}
