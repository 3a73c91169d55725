//! A run of `generate` that is killed, or whose system calls fail: every artefact is whole, and the next run converges.
//!
//! strace counts the calls of each thread separately. So each call is tried alone, and each position twice: in the main
//! thread, and in the thread that reaches it first. Some calls are left out this way: the first `openat`s and `unlinkat`s
//! of the writing thread, where the main thread makes as many before. Killing the run there has the same effect as
//! killing it one call earlier or later, and both are tried.

mod killed;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use crate::common::{PROGRAM, Workspace, sample, tree};
use crate::strace::{self, Event, Threads};

/// Every call by which the program changes a file system, and `openat`, which makes files.
const CALLS: &[&str] = &["openat", "mkdirat", "fchmodat", "fchmod", "write", "fsync", "syncfs", "renameat", "unlinkat"];

type Tree = BTreeMap<String, String>;

/// Two authorities, of which the new one changes, adds and removes nodes and leaves some as they are; what each gives in an empty
/// folder; and the folder that the new one is published to.
struct Change {
    workspace: Workspace,
    start: Tree,
    old: Tree,
    new: Tree,
}

impl Change {
    /// From what the old authority gave. `more` routers change besides.
    fn new(more: usize) -> Self {
        Self::from(more, |workspace| copy(&workspace.path("old"), &workspace.path("start")))
    }

    /// From an empty folder.
    fn first_run() -> Self {
        Self::from(0, |workspace| std::fs::create_dir(workspace.path("start")).expect("makes"))
    }

    /// From what the old authority gave, with a file edited that is put right by the main thread, before any other: the journal
    /// is then the main thread's too.
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

    /// Publishes the new authority, with this option of strace. Returns the exit code, or `None` if it was killed.
    fn interrupted(&self, threads: Threads, injection: &str) -> Option<i32> {
        self.traced(threads, &["-e", injection])
    }

    /// How often a thread makes a call when nothing interrupts the run.
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
            // With one thread that writes, a position is the same call in each run.
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

    /// Every artefact is as it was or as it is to be; what else there is, is hidden.
    fn assert_whole(&self, context: &str) -> Tree {
        let now = tree(&self.workspace.path("out"));
        for (path, text) in &now {
            let hidden = Path::new(path).file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let is_folder = path.ends_with('/');
            let whole = self.start.get(path) == Some(text) || self.new.get(path) == Some(text);
            assert!(hidden || is_folder || whole, "{context}: {path} is neither old nor new:\n{text}");
        }
        for path in self.start.keys().filter(|path| self.new.contains_key(*path)) {
            assert!(now.contains_key(path), "{context}: {path} is gone");
        }
        if now.get("manifest.json") == self.new.get("manifest.json") {
            let missing: Vec<_> = self.new.iter().filter(|(path, text)| now.get(*path) != Some(text)).collect();
            assert!(missing.is_empty(), "{context}: the manifest is there before {missing:?}");
        }
        now
    }

    /// From what was left behind, a run with either authority gives what it gives in an empty folder, and nothing besides.
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
                    assert_eq!(self.interrupted(threads, &injection), None, "{context}: it was not killed");
                    self.assert_whole(&context);
                    self.assert_converges(&context);
                }
                positions += count;
            }
        }
        sample::record("`generate` killed at a system call, positions", positions);
        positions
    }

    /// Makes positions of these calls return this error. Returns how many positions there are, and how many runs failed.
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
                        // The call does not matter, or was repeated.
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
