//! A run that is killed, or refused by the system, at any call that writes: every artefact is whole, and the next run converges.
//!
//! strace does it to the real program. It counts each call of each thread for itself, so there is no position "among all calls":
//! each call is gone through alone, and each position twice, for the main thread and for whichever thread reaches it first. What
//! that leaves out are the writing thread's first `openat`s and `unlinkat`s, where the main thread makes as many before it: to be
//! killed there is to be killed at the call before or after, which are both tried.

mod common;

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Workspace, modes, tree};

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

fn router(name: &str, block: &str) -> String {
    format!("    - {{name: {name}, node: [{{name: n1, asset-id: {name}.a}}], loopback-static-routes: {block}}}\n")
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

    /// Publishes the new authority, with strace doing this to a call. The exit code; `None`: it was killed.
    fn interrupted(&self, threads: &[&str], injection: &str) -> Option<i32> {
        let options = ["-o", "/dev/null", "-e", &format!("inject={injection}")];
        self.traced(threads, &options)
    }

    /// How often a thread makes a call when nothing happens to it: the thread that makes it most often.
    fn positions(&self, threads: &[&str], call: &str) -> usize {
        let code = self.traced(threads, &["-o", "trace", "-e", &format!("trace={call}"), "-e", "signal=none"]);
        assert_eq!(code, Some(0), "{call}");
        let mut counts = BTreeMap::<String, usize>::new();
        let begins = format!("{call}(");
        for line in self.workspace.read("trace").lines().filter(|line| line.contains(&begins)) {
            // With -f each line begins with the thread.
            let thread = if threads.is_empty() { "main" } else { line.split(' ').next().unwrap_or_default() };
            *counts.entry(thread.to_owned()).or_default() += 1;
        }
        counts.into_values().max().unwrap_or(0)
    }

    /// Publishes the new authority under strace. Not with `--seccomp-bpf`: strace 6.1 then kills at the first position only.
    fn traced(&self, threads: &[&str], options: &[&str]) -> Option<i32> {
        self.put_back("start");
        let status = Command::new("strace")
            .args(threads)
            .arg("-qq")
            .args(options)
            .args([common::PROGRAM, "generate", "new.yaml", "--out", "out", "-q"])
            .current_dir(self.workspace.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            // One thread that writes, so that a position is the same call in each run.
            .env("RAYON_NUM_THREADS", "1")
            .stderr(Stdio::null())
            .status()
            .expect("strace runs: apt-get install strace");
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

    /// Kills at each position of each of these calls. How many positions there were.
    fn kill_everywhere(&self, calls: &[&str]) -> usize {
        let mut killed = 0;
        for call in calls {
            for threads in [&["-f"][..], &[]] {
                let positions = self.positions(threads, call);
                for position in 1..=positions {
                    let injection = format!("{call}:signal=SIGKILL:when={position}");
                    let context = format!("{injection} of {positions} {threads:?}");
                    assert_eq!(self.interrupted(threads, &injection), None, "{context}: it was not killed");
                    self.assert_whole(&context);
                    self.assert_converges(&context);
                }
                killed += positions;
            }
        }
        killed
    }

    /// Refuses, with this error, each position of each of these calls. How many failures that gave.
    fn refuse_everywhere(&self, error: &str, calls: &[&str]) -> usize {
        let mut refused = 0;
        for call in calls {
            for threads in [&["-f"][..], &[]] {
                // The loader makes do without any one of the files that it opens first.
                let patience = if *call == "openat" { 8 } else { 3 };
                let mut unharmed = 0;
                for position in 1.. {
                    let injection = format!("{call}:error={error}:when={position}");
                    let context = format!("{injection} {threads:?}");
                    let code = self.interrupted(threads, &injection);
                    let now = self.assert_whole(&context);
                    match code {
                        // Either the position was not reached, or the call does not matter: a few positions on tell which.
                        Some(0) => {
                            assert_eq!(now, self.new, "{context}: said that all is done");
                            unharmed += 1;
                            if unharmed > patience {
                                break;
                            }
                        }
                        Some(3) => {
                            refused += 1;
                            unharmed = 0;
                            self.assert_converges(&context);
                        }
                        // The program was not even loaded.
                        Some(127) => {}
                        other => panic!("{context}: {other:?}"),
                    }
                }
            }
        }
        refused
    }
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

/// strace must be there and allowed, or the tests below would see no interruption and say that all is well.
fn assert_strace_works() {
    let output = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "-e", "inject=exit_group:signal=SIGKILL:when=1", "true"])
        .output()
        .expect("strace runs: apt-get install strace");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code().is_none(),
        "strace cannot trace here (apt-get install strace; is ptrace permitted?): {said}"
    );
}

#[test]
fn killed_at_any_call() {
    assert_strace_works();
    let killed = Change::new(0).kill_everywhere(CALLS);
    assert!(killed > 100, "only {killed} positions");
}

#[test]
fn killed_at_any_call_of_a_first_run() {
    assert_strace_works();
    let killed = Change::first_run().kill_everywhere(&["mkdirat", "write", "fsync", "renameat"]);
    assert!(killed > 70, "only {killed} positions");
}

#[test]
fn killed_at_any_flush_and_rename_of_a_large_change() {
    assert_strace_works();
    let killed = Change::new(20).kill_everywhere(&["syncfs", "fsync", "renameat"]);
    assert!(killed > 90, "only {killed} positions");
}

#[test]
fn refused_at_any_call() {
    assert_strace_works();
    let change = Change::new(0);
    let refused: usize = ["ENOSPC", "EIO", "EROFS"].map(|error| change.refuse_everywhere(error, CALLS)).iter().sum();
    assert!(refused > 100, "only {refused} positions");
}

/// `openat` makes the temporaries, and the main thread calls it too before: to load the program and to read the configuration. An
/// error hits each thread's own call at a position, so what that hides of the other thread's calls is one position.
#[test]
fn refused_at_any_file_that_is_made() {
    assert_strace_works();
    let refused = Change::by_the_main_thread(8).refuse_everywhere("ENOSPC", &["openat"]);
    assert!(refused > 40, "only {refused} positions");
}

#[test]
fn refused_at_any_file_that_is_opened() {
    assert_strace_works();
    let refused = Change::new(0).refuse_everywhere("EIO", &["openat2"]);
    assert!(refused > 40, "only {refused} positions");
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

/// "A failure before 3 takes back what was written": the journal's two flushes by the thread that writes, and that of the first
/// temporary by the main thread, all come before the first rename of an artefact.
#[test]
fn a_flush_that_fails_before_the_first_rename_leaves_all_as_it_was() {
    assert_strace_works();
    let mut failures = Vec::new();
    for (more, threads, injection) in [
        (0, &["-f"][..], "fsync:error=EIO:when=1"),
        (0, &["-f"], "fsync:error=EIO:when=2"),
        (0, &[], "fsync:error=EIO:when=1"),
        (20, &[], "syncfs:error=ENOSPC:when=1"),
    ] {
        let change = Change::new(more);
        assert_eq!(change.interrupted(threads, injection), Some(3), "{injection}");
        let left = tree(&change.workspace.path("out"));
        let besides: Vec<_> = left.keys().filter(|path| !change.old.contains_key(*path)).cloned().collect();
        if left != change.old {
            failures.push(format!("{injection} {threads:?} leaves behind {besides:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The mode of a folder is set by a second call. A run that is killed between the two leaves a folder with the umask's mode, and
/// the Salt master, as another user, could not enter it.
#[test]
fn a_folder_that_a_killed_run_made_gets_its_mode() {
    assert_strace_works();
    let workspace = Workspace::in_memory();
    workspace.write("authority.yaml", &format!("authority:\n  router:\n{}", router("r1", "{default-route: true}")));
    let mut killed = 0;
    for position in 1.. {
        let _ = std::fs::remove_dir_all(workspace.path("out"));
        let inject = format!(
            "umask 077; exec strace -f -qq -o /dev/null -e inject=fchmodat:signal=SIGKILL:when={position} \
             \"$0\" generate authority.yaml --out out -q"
        );
        let status = Command::new("sh")
            .args(["-c", &inject, common::PROGRAM])
            .current_dir(workspace.path(""))
            .env("RAYON_NUM_THREADS", "1")
            .status()
            .expect("sh runs");
        if status.success() {
            break;
        }
        killed += 1;
        let run = workspace.run(&["generate", "authority.yaml", "--out", "out", "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for (path, mode) in modes(&workspace.path("out")) {
            let folder = workspace.path("out").join(&path).is_dir();
            assert_eq!(mode, if folder { 0o755 } else { 0o644 }, "{path}, killed at fchmodat {position}");
        }
    }
    assert!(killed > 2, "only {killed} positions");
}

/// Kernels before 5.6 lack `openat2`, and some containers forbid it.
#[test]
fn without_openat2_all_is_the_same() {
    assert_strace_works();
    let change = Change::new(0);
    for error in ["ENOSYS", "EPERM"] {
        let injection = format!("openat2:error={error}");
        assert_eq!(change.interrupted(&["-f"], &injection), Some(0), "{injection}");
        assert_eq!(tree(&change.workspace.path("out")), change.new, "{injection}");
    }
    // No link is followed either: `changed` is to be written to.
    let change = Change::new(0);
    let (folder, moved) = (change.workspace.path("start/routers/changed"), change.workspace.path("moved"));
    std::fs::rename(&folder, &moved).expect("moves");
    symlink(&moved, &folder).expect("links");
    let before = tree(&moved);
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=openat2", "-e", "inject=openat2:error=ENOSYS"])
        .args([common::PROGRAM, "generate", "new.yaml", "--out", "start", "-q"])
        .current_dir(change.workspace.path(""))
        .stderr(Stdio::null())
        .status()
        .expect("strace runs");
    assert_eq!(status.code(), Some(3));
    assert_eq!(tree(&moved), before);
    assert!(!change.workspace.path("start/.journal.json").exists(), "nothing is left behind");
}
