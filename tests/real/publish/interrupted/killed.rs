//! Runs that are killed at a system call.

use std::path::Path;

use super::{CALLS, Change, router};
use crate::common::{LOCK, PROGRAM, Workspace, modes};
use crate::strace::{self, Event, Threads};

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_killed_at_any_call_leaves_whole_artefacts() {
    let positions = Change::new(0).kill_at(CALLS);
    assert!(positions > 100, "only {positions} positions");
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_first_run_killed_at_any_call_leaves_whole_artefacts() {
    let positions = Change::first_run().kill_at(&["mkdirat", "write", "fsync", "renameat"]);
    assert!(positions > 70, "only {positions} positions");
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_large_change_killed_at_any_flush_and_rename_leaves_whole_artefacts() {
    let positions = Change::new(20).kill_at(&["syncfs", "fsync", "renameat"]);
    assert!(positions > 90, "only {positions} positions");
}

/// A second call sets the mode of a folder. A run that is killed between the two leaves a folder
/// with the mode of the umask. The Salt master runs as another user and could not enter it.
#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_folder_of_a_killed_run_gets_its_mode() {
    let workspace = Workspace::in_memory();
    workspace.write("authority.yaml", &format!("authority:\n  router:\n{}", router("r1", "{default-route: true}")));
    let mut killed = 0;
    for position in 1.. {
        let _ = std::fs::remove_dir_all(workspace.path("out"));
        let injection = strace::inject("fchmodat", Event::Kill, position);
        let status = strace::strace(Path::new("/dev/null"), Threads::All, &["-e", &injection])
            .args(["sh", "-c", "umask 077; exec \"$0\" generate authority.yaml --out out -q", PROGRAM])
            .current_dir(workspace.path(""))
            .env("RAYON_NUM_THREADS", "1")
            .status()
            .expect("strace runs");
        if status.success() {
            break;
        }
        killed += 1;
        let run = workspace.run(&["generate", "authority.yaml", "--out", "out", "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for (path, mode) in modes(&workspace.path("out")) {
            let folder = workspace.path("out").join(&path).is_dir();
            let file = if path == LOCK { 0o600 } else { 0o644 };
            assert_eq!(mode, if folder { 0o755 } else { file }, "{path}, killed at fchmodat {position}");
        }
    }
    assert!(killed > 2, "only {killed} positions");
}
