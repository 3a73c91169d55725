//! A run that is killed, or refused by the system, at any call that writes: every artefact is whole, and the next run converges.
//!
//! strace does it to the real program. It counts the calls of each thread for itself, so each position is tried twice: for the
//! main thread alone, and for whichever thread comes first.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Workspace, tree};

/// Every call by which the program changes a file system, and `openat`, which makes files.
const CALLS: &[&str] = &["openat", "mkdirat", "fchmodat", "fchmod", "write", "fsync", "syncfs", "renameat", "unlinkat"];

type Tree = BTreeMap<String, String>;

/// An authority before and after a commit that changes, adds and removes nodes and leaves some as they are.
struct Change {
    workspace: Workspace,
    old: Tree,
    new: Tree,
}

fn router(name: &str, block: &str) -> String {
    format!("    - {{name: {name}, node: [{{name: n1, asset-id: {name}.a}}], loopback-static-routes: {block}}}\n")
}

impl Change {
    /// `more` routers change besides.
    fn new(more: usize) -> Self {
        let authority = |metric: usize, others: &[(&str, &str)]| {
            let mut text = String::from("authority:\n  router:\n");
            text += &router("same", "{static-route: [{address: 192.0.2.1}]}");
            text += &router("changed", &format!("{{metric: {metric}, static-route: [{{address: 192.0.2.1}}]}}"));
            text.extend((0..more).map(|n| {
                router(&format!("more{n}"), &format!("{{metric: {metric}, static-route: [{{address: 192.0.2.1}}]}}"))
            }));
            text.extend(others.iter().map(|(name, block)| router(name, block)));
            text
        };
        let on = "{static-route: [{address: 198.51.100.0/24}]}";
        let workspace = Workspace::new();
        workspace.write("old.yaml", &authority(5, &[("gone", on), ("off", on)]));
        workspace.write("new.yaml", &authority(6, &[("added", on), ("off", "{enabled: false}")]));
        let publish = |which: &str| {
            let run = workspace.run(&["generate", &format!("{which}.yaml"), "--out", which, "-q"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            tree(&workspace.path(which))
        };
        let (old, new) = (publish("old"), publish("new"));
        Self { workspace, old, new }
    }

    /// Publishes the new authority over the old one, with strace doing this to it. The exit code; `None`: it was killed.
    fn interrupted(&self, threads: &[&str], injection: &str) -> Option<i32> {
        let out = self.workspace.path("out");
        let _ = std::fs::remove_dir_all(&out);
        copy(&self.workspace.path("old"), &out);
        let status = Command::new("strace")
            .args(threads)
            .args(["-qq", "-o", "/dev/null", "-e", &format!("inject={injection}")])
            .args([common::PROGRAM, "generate", "new.yaml", "--out", "out", "-q"])
            .current_dir(self.workspace.path(""))
            .env("RAYON_NUM_THREADS", "1")
            .stderr(Stdio::null())
            .status()
            .expect("strace runs: apt-get install strace");
        status.code()
    }

    /// Every artefact is the old one or the new one; what else there is, is hidden.
    fn assert_whole(&self, context: &str) -> Tree {
        let now = tree(&self.workspace.path("out"));
        for (path, text) in &now {
            let hidden = Path::new(path).file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let is_folder = path.ends_with('/');
            let whole = self.old.get(path) == Some(text) || self.new.get(path) == Some(text);
            assert!(hidden || is_folder || whole, "{context}: {path} is neither old nor new:\n{text}");
        }
        for path in self.old.keys().filter(|path| self.new.contains_key(*path)) {
            assert!(now.contains_key(path), "{context}: {path} is gone");
        }
        now
    }

    fn assert_converges(&self, authority: &str, expected: &Tree, context: &str) {
        let run = self.workspace.run(&["generate", authority, "--out", "out", "-q", "--allow-removals"]);
        assert_eq!(run.code, 0, "{context}: {}", run.stderr);
        assert_eq!(&tree(&self.workspace.path("out")), expected, "{context}, then {authority}");
        let check = self.workspace.run(&["generate", authority, "--out", "out", "-q", "--check"]);
        assert_eq!(check.code, 0, "{context}: {}", check.stderr);
    }

    /// Kills at each position of each of these calls. How many positions there were.
    fn kill_everywhere(&self, calls: &[&str]) -> usize {
        let mut killed = 0;
        for call in calls {
            for threads in [&["-f"][..], &[]] {
                for position in 1.. {
                    let injection = format!("{call}:signal=SIGKILL:when={position}");
                    let context = format!("{injection} {threads:?}");
                    if let Some(code) = self.interrupted(threads, &injection) {
                        assert_eq!(code, 0, "{context}");
                        break;
                    }
                    killed += 1;
                    self.assert_whole(&context);
                    self.assert_converges("new.yaml", &self.new, &context);
                    assert_eq!(self.interrupted(threads, &injection), None, "{context}: again");
                    self.assert_converges("old.yaml", &self.old, &context);
                }
            }
        }
        killed
    }
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").args([from, to]).status().expect("cp runs");
    assert!(status.success());
}

/// strace must be there and allowed, or the tests below would see no interruption and say that all is well.
fn assert_strace_works() {
    let output = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "-e", "inject=exit_group:signal=SIGKILL:when=1", "true"])
        .output()
        .expect("strace runs: apt-get install strace");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_none(), "strace cannot trace here (is ptrace permitted?): {said}");
}

#[test]
fn killed_at_any_call() {
    assert_strace_works();
    let killed = Change::new(0).kill_everywhere(CALLS);
    assert!(killed > 60, "only {killed} positions");
}

#[test]
fn killed_at_any_flush_and_rename_of_a_large_change() {
    assert_strace_works();
    let killed = Change::new(20).kill_everywhere(&["syncfs", "fsync"]);
    assert!(killed > 8, "only {killed} positions");
}

#[test]
fn refused_at_any_call() {
    assert_strace_works();
    let change = Change::new(0);
    let mut refused = 0;
    for error in ["ENOSPC", "EIO", "EROFS"] {
        for call in CALLS {
            for threads in [&["-f"][..], &[]] {
                let mut unharmed = 0;
                for position in 1.. {
                    let injection = format!("{call}:error={error}:when={position}");
                    let context = format!("{injection} {threads:?}");
                    let code = change.interrupted(threads, &injection);
                    let now = change.assert_whole(&context);
                    match code {
                        // Either the position was not reached, or the call does not matter: a few positions on tell which.
                        Some(0) => {
                            assert_eq!(now, change.new, "{context}: said that all is done");
                            unharmed += 1;
                            if unharmed > 3 {
                                break;
                            }
                        }
                        Some(3) => {
                            refused += 1;
                            change.assert_converges("new.yaml", &change.new, &context);
                        }
                        // The program was not even loaded.
                        Some(127) => {}
                        other => panic!("{context}: {other:?}"),
                    }
                }
            }
        }
    }
    assert!(refused > 100, "only {refused} positions");
}

#[test]
fn a_disk_that_is_full_leaves_all_as_it_was() {
    assert_strace_works();
    let change = Change::new(0);
    for position in 1..=3 {
        let injection = format!("write:error=ENOSPC:when={position}");
        assert_eq!(change.interrupted(&["-f"], &injection), Some(3));
        assert_eq!(tree(&change.workspace.path("out")), change.old, "{injection}");
    }
}
