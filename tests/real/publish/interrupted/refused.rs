//! Runs in which a system call fails.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use super::{CALLS, Change};
use crate::common::{PROGRAM, tree};
use crate::strace::{self, Event, Threads};

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_refused_at_any_call_leaves_whole_artefacts() {
    let change = Change::new(0);
    for error in ["ENOSPC", "EIO", "EROFS"] {
        let (positions, failed) = change.refuse_at(error, CALLS);
        assert!(positions > 100 && failed > 5, "{error}: {failed} failed at {positions} positions");
    }
}

/// `openat` creates the temporary files. Before that, the main thread calls it to load the program
/// and to read the configuration.
#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_refused_at_any_file_it_creates_leaves_whole_artefacts() {
    let (positions, failed) = Change::by_the_main_thread(8).refuse_at("ENOSPC", &["openat"]);
    assert!(positions > 40 && failed > 5, "{failed} failed at {positions} positions");
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_refused_at_any_file_it_opens_leaves_whole_artefacts() {
    let (positions, failed) = Change::new(0).refuse_at("EIO", &["openat2"]);
    assert!(positions > 40 && failed > 5, "{failed} failed at {positions} positions");
}

/// Everything that needs room is written before the first rename: also the manifest.
#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_full_disk_leaves_everything_as_it_was() {
    let change = Change::new(0);
    let mut failed = 0;
    for threads in [Threads::All, Threads::Main] {
        for position in 1..=change.calls(threads, "write") {
            let injection = strace::inject("write", Event::Error("ENOSPC"), position);
            let code = change.interrupted(threads, &injection);
            if code != Some(0) {
                failed += 1;
                assert_eq!(code, Some(3), "{injection}, {threads:?}");
                assert_eq!(tree(&change.workspace.path("out")), change.old, "{injection}, {threads:?}");
            }
        }
    }
    assert!(failed > 5, "only {failed} writes");
}

/// "If a run fails before step 3, it removes its temporary files." Until then it renames only the
/// journal.
#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_flush_that_fails_before_the_first_rename_leaves_everything_as_it_was() {
    let mut tried = 0;
    for (more, call, error) in [(0, "fsync", "EIO"), (20, "fsync", "EIO"), (20, "syncfs", "ENOSPC")] {
        let change = Change::new(more);
        for threads in [Threads::All, Threads::Main] {
            for position in 1..=change.calls(threads, call) {
                let injection = strace::inject(call, Event::Error(error), position);
                let options = ["-e", &format!("trace=renameat,{call}"), "-e", &injection];
                let code = change.traced(threads, &options);
                let trace = change.workspace.read("trace");
                let is_early = !trace.lines().any(|line| line.contains("renameat(") && !line.contains(".journal.json"));
                if is_early && code != Some(0) {
                    tried += 1;
                    assert_eq!(code, Some(3), "{injection}, {threads:?}");
                    assert_eq!(tree(&change.workspace.path("out")), change.old, "{injection}, {threads:?}");
                }
            }
        }
    }
    assert!(tried > 5, "only {tried} flushes");
}

/// Kernels before 5.6 lack `openat2`, and some containers forbid it.
#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_without_openat2_writes_the_same_and_follows_no_link() {
    let change = Change::new(0);
    for error in ["ENOSYS", "EPERM"] {
        let injection = format!("inject=openat2:error={error}");
        assert_eq!(change.interrupted(Threads::All, &injection), Some(0), "{injection}");
        assert_eq!(tree(&change.workspace.path("out")), change.new, "{injection}");
    }
    // The run would write to `changed`, which is a link.
    let change = Change::new(0);
    let (folder, moved) = (change.workspace.path("start/routers/changed"), change.workspace.path("moved"));
    std::fs::rename(&folder, &moved).expect("moves");
    symlink(&moved, &folder).expect("links");
    let before = tree(&moved);
    let options = ["-e", "trace=openat2", "-e", "inject=openat2:error=ENOSYS"];
    let status = strace::strace(Path::new("/dev/null"), Threads::All, &options)
        .args([PROGRAM, "generate", "new.yaml", "--out", "start", "-q"])
        .current_dir(change.workspace.path(""))
        .stderr(Stdio::null())
        .status()
        .expect("strace runs");
    assert_eq!(status.code(), Some(3));
    assert_eq!(tree(&moved), before);
    assert!(!change.workspace.path("start/.journal.json").exists(), "the journal is left");
}
