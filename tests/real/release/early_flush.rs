//! A run that stages so much that it flushes files while it writes others.

use crate::common::{Workspace, tree};
use crate::instructions::authority;
use crate::parts::packaged;
use crate::strace::{self, Event, Threads};

/// 90 MB of artefacts.
const SIZE: &str = "--routers 1500 --services 5000";

/// Runs the program under strace. Returns its exit code, or `None` if it was killed.
fn generate(workspace: &Workspace, out: &str, options: &[&str]) -> Option<i32> {
    let status = strace::strace(&workspace.path("trace"), Threads::All, options)
        .arg(packaged("loopback-static-routes"))
        .args(["generate", "authority.json", "--out", out, "--quiet"])
        .current_dir(workspace.path(""))
        .status();
    status.expect("strace runs").code()
}

/// Each flush is the first one of its thread.
#[test]
#[ignore = "needs strace and the packages of a release: tests/long.sh"]
fn a_run_killed_or_refused_at_a_flush_leaves_whole_artefacts() {
    let workspace = Workspace::on_disk();
    authority(&workspace, "authority.json", SIZE);
    let logging = strace::logging("syncfs");
    assert_eq!(generate(&workspace, "right", &logging.each_ref().map(String::as_str)), Some(0));
    let trace = workspace.read("trace");
    let flushes = trace.lines().filter(|line| line.contains("syncfs(")).count();
    // One before the renames, and one after them.
    assert!(flushes > 2, "only {flushes} flushes:\n{trace}");
    let right = tree(&workspace.path("right"));

    let kill = strace::inject("syncfs", Event::Kill, 1);
    assert_eq!(generate(&workspace, "out", &["-e", &kill]), None);
    let is_hidden = |path: &String| path.split('/').any(|name| name.starts_with('.'));
    assert!(tree(&workspace.path("out")).keys().all(is_hidden), "a run published files that it had not flushed");
    assert_eq!(generate(&workspace, "out", &["-e", "trace=none"]), Some(0));
    assert!(tree(&workspace.path("out")) == right, "the next run gives something else");

    // The flush before the renames is refused too.
    let refuse = strace::inject("syncfs", Event::Error("EIO"), 1);
    assert_eq!(generate(&workspace, "refused", &["-e", &refuse]), Some(3));
    assert!(!workspace.path("refused").exists(), "a refused first run leaves its folder");
}
