//! The lock of the output folder, with other users, and during a run.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;

use super::stopped::Stopped;
use crate::common::published::{AUTHORITY, Act, generate, published};
use crate::common::{LOCK, PROGRAM, Run, Workspace};

const STRANGER: u32 = 12345;

#[test]
#[ignore = "needs root: tests/run.sh"]
fn the_lock_of_a_stranger_is_refused() {
    let workspace = published();
    let lock = workspace.path("out").join(LOCK);
    chown(&lock, Some(STRANGER), None).expect("root runs the tests");
    let before = workspace.tree("out");
    for options in [&["--check"][..], &[]] {
        let run = generate(&workspace, &AUTHORITY.replace("metric: 5", "metric: 6"), options);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(run.stderr.contains("it belongs to user 12345"), "{}", run.stderr);
    }
    assert_eq!((workspace.tree("out"), lock.exists()), (before, true));
    // The lock of the folder's owner is not a stranger's.
    chown(workspace.path("out"), Some(STRANGER), None).expect("root runs the tests");
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
}

/// Otherwise, root would lock the owner out.
#[test]
#[ignore = "needs root: tests/run.sh"]
fn a_lock_that_root_creates_belongs_to_the_owner_of_the_folder() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("out")).expect("made");
    chown(workspace.path("out"), Some(STRANGER), Some(STRANGER)).expect("root runs the tests");
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    let lock = |path: &str| {
        let lock = fs::metadata(workspace.path(path).join(LOCK)).expect("there");
        (lock.uid(), lock.gid(), lock.mode() & 0o7777)
    };
    assert_eq!(lock("out"), (STRANGER, STRANGER, 0o600));
    // The same is true of a folder that got another owner later.
    chown(workspace.path("out"), Some(STRANGER + 1), None).expect("root runs the tests");
    chown(workspace.path("out").join(LOCK), Some(0), None).expect("root runs the tests");
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(lock("out"), (STRANGER + 1, STRANGER, 0o600));
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_run_that_loses_its_lock_or_folder_publishes_nothing() {
    let losses: [(&str, Act<'_>); 4] = [
        ("the lock is removed", &|workspace| fs::remove_file(workspace.path("out").join(LOCK)).expect("there")),
        ("the lock is replaced", &|workspace| {
            fs::remove_file(workspace.path("out").join(LOCK)).expect("there");
            workspace.write("out/.lock", "");
        }),
        ("the folder is removed", &|workspace| {
            fs::rename(workspace.path("out"), workspace.path("moved")).expect("renames");
        }),
        ("the folder is replaced", &|workspace| {
            fs::rename(workspace.path("out"), workspace.path("moved")).expect("renames");
            fs::create_dir(workspace.path("out")).expect("made");
        }),
    ];
    for (what, lose) in losses {
        let workspace = published();
        let before = workspace.tree("out");
        workspace.write("authority.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
        let run = Stopped::at(&workspace, "fsync", 1, &["authority.yaml", "--out", "out"]);
        lose(&workspace);
        let run = run.resume();
        assert_eq!(run.code, 3, "{what}: {}", run.stderr);
        assert!(run.stderr.contains("another program replaced out or its lock file"), "{what}: {}", run.stderr);
        let folder = if workspace.path("moved").exists() { "moved" } else { "out" };
        assert_eq!(workspace.tree(folder), before, "{what}");
        let _ = fs::remove_dir(workspace.path("out"));
        let _ = fs::rename(workspace.path("moved"), workspace.path("out"));
        assert_eq!(generate(&workspace, &AUTHORITY.replace("metric: 5", "metric: 6"), &[]).code, 0, "{what}");
    }
}

/// A run without changes writes nothing.
#[test]
#[ignore = "needs root: tests/run.sh"]
fn a_run_without_changes_works_on_a_read_only_file_system() {
    let workspace = published();
    let before = workspace.tree("out");
    let generate = || {
        let script =
            "mount --bind out out && mount -o remount,bind,ro out && exec \"$0\" generate authority.yaml --out out";
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", script, PROGRAM]).current_dir(workspace.path(""));
        Run::of(command.output().expect("util-linux"))
    };
    let run = generate();
    assert_eq!(run.code, 0, "{}", run.stderr);
    workspace.write("authority.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    let run = generate();
    assert!(run.code == 3 && run.stderr.contains("Read-only file system"), "{}", run.stderr);
    assert_eq!(workspace.tree("out"), before);
}
