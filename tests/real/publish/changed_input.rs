//! A large file that changes between reading and the places of its findings.

use std::fs;

use super::stopped::Stopped;
use crate::common::Workspace;
use crate::common::large_file::authority;

/// The number of bytes that a thread reads at a time.
const WINDOW: usize = 1 << 19;

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn the_findings_and_the_routes_are_of_one_text() {
    let workspace = Workspace::new();
    let (old, new) = (authority(Some(900)), authority(Some(5)));
    workspace.write("f.json", &old);
    // The first call after the windows reads the text for the places.
    let run = Stopped::at(&workspace, "pread64", old.len().div_ceil(WINDOW) + 1, &["f.json", "--out", "out"]);
    workspace.write("new.json", &new);
    fs::rename(workspace.path("new.json"), workspace.path("f.json")).expect("replaced");
    let run = run.resume();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("f.json:7:") && !run.stderr.contains("f.json:902:"), "{}", run.stderr);
    let published = workspace.tree("out");
    let has_routes = |router: &str| published.contains_key(&format!("routers/{router}/n/route-kni254"));
    assert!(has_routes("r900") && !has_routes("r5"));
}
