//! Runs of `generate` that are killed, or whose system calls fail. Every artefact stays whole, and
//! the next run converges.
//!
//! strace counts the calls of each thread separately. So each call is tried alone, and each
//! position twice: in the main thread, and in the thread that reaches it first. This leaves out the
//! first `openat`s and `unlinkat`s of the writing thread, where the main thread makes as many
//! before. A run killed there equals one killed at the call before or after, and both are tried.

mod killed;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use crate::common::{PROGRAM, Workspace, sample, tree};
use crate::strace::{self, Event, Threads};

/// The calls by which the program changes a file system, and `openat`, which creates files.
const CALLS: &[&str] = &["openat", "mkdirat", "fchmodat", "fchmod", "write", "fsync", "syncfs", "renameat", "unlinkat"];

type Tree = BTreeMap<String, String>;

/// Two authorities, their results in an empty folder, and the folder before the change.
///
/// The new authority changes, adds and removes nodes, and leaves some unchanged.
struct Change {
    workspace: Workspace,
    start: Tree,
    old: Tree,
    new: Tree,
}

impl Change {
    /// Starts from the result of the old authority. `more` further routers change.
    fn new(more: usize) -> Self {
        Self::from(more, |workspace| copy(&workspace.path("old"), &workspace.path("start")))
    }

    /// Starts from an empty folder.
    fn first_run() -> Self {
        Self::from(0, |workspace| std::fs::create_dir(workspace.path("start")).expect("makes"))
    }

    /// Starts from the result of the old authority, with an edited file. The main thread repairs
    /// the file first, so it also writes the journal.
    fn by_the_main_thread(more: usize) -> Self {
        Self::from(more, |workspace| {
            copy(&workspace.path("old"), &workspace.path("start"));
            workspace.write("start/pillar/top.sls", "edited by hand\n");
        })
    }

    fn from(more: usize, make_start: impl FnOnce(&Workspace)) -> Self {
        let authority = |metric: usize, others: &[(&str, &str)]| {
            let block = format!("{{metric: {metric}, static-route: [{{address: 192.0.2.1}}]}}");
            let mut text = String::from("authority:\n  router:\n");
            text += &router("same", "{static-route: [{address: 192.0.2.1}]}");
            text += &router("changed", &block);
            text.extend((0..more).map(|n| router(&format!("more{n}"), &block)));
            text.extend(others.iter().map(|(name, block)| router(name, block)));
            text
        };
        let on = "{static-route: [{address: 198.51.100.0/24}]}";
        let workspace = Workspace::in_memory();
        workspace.write("old.yaml", &authority(5, &[("gone", on), ("off", on)]));
        workspace.write("new.yaml", &authority(6, &[("added", on), ("off", "{enabled: false}")]));
        let publish = |which: &str| {
            let run = workspace.run(&["generate", &format!("{which}.yaml"), "--out", which, "-q"]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            tree(&workspace.path(which))
        };
        let (old, new) = (publish("old"), publish("new"));
        make_start(&workspace);
        let start = tree(&workspace.path("start"));
        Self { workspace, start, old, new }
    }

    /// Publishes the new authority, with this option of strace. Returns the exit code, or `None` if
    /// the run was killed.
    fn interrupted(&self, threads: Threads, injection: &str) -> Option<i32> {
        self.traced(threads, &["-e", injection])
    }

    /// Returns how often a thread makes a call in a run without interruption.
    fn calls(&self, threads: Threads, call: &str) -> usize {
        let options = strace::logging(call);
        assert_eq!(self.traced(threads, &options.each_ref().map(String::as_str)), Some(0), "{call}");
        strace::count(&self.workspace.read("trace"), call, threads)
    }

    /// Publishes the new authority under strace.
    fn traced(&self, threads: Threads, options: &[&str]) -> Option<i32> {
        self.put_back("start");
        let status = strace::strace(&self.workspace.path("trace"), threads, options)
            .args([PROGRAM, "generate", "new.yaml", "--out", "out", "-q"])
            .current_dir(self.workspace.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            // With one writing thread, a position is the same call in each run.
            .env("RAYON_NUM_THREADS", "1")
            .stderr(Stdio::null())
            .status()
            .expect("strace runs");
        status.code()
    }

    /// Makes `out` a copy of a folder.
    fn put_back(&self, folder: &str) {
        let out = self.workspace.path("out");
        let _ = std::fs::remove_dir_all(&out);
        copy(&self.workspace.path(folder), &out);
    }

    /// Checks that every artefact is the old one or the new one. Other files must be hidden.
    fn assert_whole(&self, context: &str) -> Tree {
        let now = tree(&self.workspace.path("out"));
        for (path, text) in &now {
            let hidden = path.split('/').any(|name| name.starts_with('.'));
            let is_folder = path.ends_with('/');
            let whole = self.start.get(path) == Some(text) || self.new.get(path) == Some(text);
            assert!(hidden || is_folder || whole, "{context}: {path} is neither old nor new:\n{text}");
        }
        for path in self.start.keys().filter(|path| self.new.contains_key(*path)) {
            assert!(now.contains_key(path), "{context}: {path} is missing");
        }
        if now.get("manifest.json") == self.new.get("manifest.json") {
            let missing: Vec<_> = self.new.iter().filter(|(path, text)| now.get(*path) != Some(text)).collect();
            assert!(missing.is_empty(), "{context}: the manifest was written before {missing:?}");
        }
        now
    }

    /// Checks that a next run with either authority gives the same files as in an empty folder.
    fn assert_converges(&self, context: &str) {
        let left = self.workspace.path("left");
        let _ = std::fs::remove_dir_all(&left);
        copy(&self.workspace.path("out"), &left);
        for (authority, expected) in [("new.yaml", &self.new), ("old.yaml", &self.old)] {
            self.put_back("left");
            let run = self.workspace.run(&["generate", authority, "--out", "out", "-q", "--allow-removals"]);
            assert_eq!(run.code, 0, "{context}: {}", run.stderr);
            assert_eq!(&tree(&self.workspace.path("out")), expected, "{context}, then {authority}");
        }
    }

    /// Kills the run at positions of these calls. Returns how many positions there are.
    fn kill_at(&self, calls: &[&str]) -> usize {
        let mut positions = 0;
        for call in calls {
            for threads in [Threads::All, Threads::Main] {
                let count = self.calls(threads, call);
                for position in sample::positions(count, call) {
                    let injection = strace::inject(call, Event::Kill, position);
                    let context = format!("{injection} of {count}, {threads:?}");
                    assert_eq!(self.interrupted(threads, &injection), None, "{context}: the run was not killed");
                    self.assert_whole(&context);
                    self.assert_converges(&context);
                }
                positions += count;
            }
        }
        sample::record("`generate` killed at a system call, positions", positions);
        positions
    }

    /// Makes these calls fail at their positions. Returns how many positions there are, and how
    /// many runs failed.
    fn refuse_at(&self, error: &str, calls: &[&str]) -> (usize, usize) {
        let (mut positions, mut failed) = (0, 0);
        for call in calls {
            for threads in [Threads::All, Threads::Main] {
                let count = self.calls(threads, call);
                for position in sample::positions(count, &format!("{call} {error}")) {
                    let injection = strace::inject(call, Event::Error(error), position);
                    let context = format!("{injection} of {count}, {threads:?}");
                    let code = self.interrupted(threads, &injection);
                    let now = self.assert_whole(&context);
                    match code {
                        // The program ignores the failure, or repeats the call.
                        Some(0) => assert_eq!(now, self.new, "{context}: reported success"),
                        Some(3) => {
                            failed += 1;
                            self.assert_converges(&context);
                        }
                        // The program was not even loaded.
                        Some(127) => {}
                        other => panic!("{context}: {other:?}"),
                    }
                }
                positions += count;
            }
        }
        sample::record(&format!("`generate` refused with {error} at a system call, positions"), positions);
        (positions, failed)
    }
}

fn router(name: &str, block: &str) -> String {
    format!("    - {{name: {name}, node: [{{name: n1, asset-id: {name}.a}}], loopback-static-routes: {block}}}\n")
}

/// Copies a folder, with its modes.
fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("readable");
        let to = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir(&to).expect("makes");
            std::fs::set_permissions(&to, entry.metadata().expect("there").permissions()).expect("ours");
        } else {
            std::fs::copy(entry.path(), &to).expect("copies");
        }
    }
}
