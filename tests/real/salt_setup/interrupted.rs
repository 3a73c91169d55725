//! Runs that are killed at a system call, or whose call fails: the top file is the old one or the
//! new one, and the SLS file is there if the top file names it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::sample::positions;
use crate::common::{PROGRAM, Workspace, modes, tree};
use crate::strace::{self, Event, Threads};

const TOP: &str = "# mine\nbase:\n  '*':\n    - users\n";

/// The calls that change files.
const CALLS: [&str; 7] = ["openat", "write", "fchmod", "fsync", "renameat", "linkat", "unlinkat"];

/// The roots.
const ROOTS: [&str; 2] = ["pillar", "states"];

const CONNECT: [&str; 7] =
    ["salt-setup", "--out", "out", "--pillar-root", "roots/pillar", "--file-root", "roots/states"];

/// The roots before and after a run: the text of each file, by path.
struct Change {
    before: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
    arguments: Vec<&'static str>,
}

/// Writes files in place of all others.
fn reset(workspace: &Workspace, files: &BTreeMap<String, String>) {
    let _ = std::fs::remove_dir_all(workspace.path("roots"));
    for root in ROOTS {
        std::fs::create_dir_all(workspace.path(&format!("roots/{root}"))).expect("created");
    }
    for (name, text) in files {
        workspace.write(&format!("roots/{name}"), text);
    }
}

/// Runs the program with these options of strace, which writes to `log`.
fn trace(workspace: &Workspace, options: &[&str], arguments: &[&str]) {
    let run = strace::strace(&workspace.path("log"), Threads::Main, options)
        .arg(PROGRAM)
        .args(arguments)
        .current_dir(workspace.path(""))
        .output()
        .expect("strace runs");
    assert!(run.status.success(), "{run:?}");
}

/// Returns the files of the roots, without empty folders.
fn files(workspace: &Workspace) -> BTreeMap<String, String> {
    tree(&workspace.path("roots")).into_iter().filter(|(name, _)| !name.ends_with('/')).collect()
}

impl Change {
    /// Tries an event at calls of the run. Returns the number of positions.
    fn interrupt(&self, workspace: &Workspace, event: Event<'_>) -> usize {
        let mut tried = 0;
        for call in CALLS {
            reset(workspace, &self.before);
            let options = strace::logging(call);
            trace(workspace, &options.each_ref().map(String::as_str), &self.arguments);
            let count = strace::count(&workspace.read("log"), call, Threads::Main);
            for position in positions(count, call) {
                reset(workspace, &self.before);
                let injection = strace::inject(call, event, position);
                let _ = strace::strace(Path::new("/dev/null"), Threads::Main, &["-e", &injection])
                    .arg(PROGRAM)
                    .args(&self.arguments)
                    .current_dir(workspace.path(""))
                    .output()
                    .expect("strace runs");
                self.check(workspace, &format!("{event:?} at {call} {position} of {count}"));
                tried += 1;
            }
        }
        tried
    }

    /// Checks the state after an interrupted run, and that a further run completes it.
    fn check(&self, workspace: &Workspace, context: &str) {
        let found = files(workspace);
        for root in ROOTS {
            for name in ["top.sls", "loopback_static_routes.sls"].map(|name| format!("{root}/{name}")) {
                let present = found.get(&name);
                let is_whole = present == self.before.get(&name) || present == self.after.get(&name);
                assert!(is_whole, "{context}: {found:#?}");
            }
            let top = found.get(&format!("{root}/top.sls"));
            let is_named = top.is_some_and(|top| top.contains("- loopback_static_routes"));
            let has_file = found.contains_key(&format!("{root}/loopback_static_routes.sls"));
            assert!(!is_named || has_file, "{context}: {found:#?}");
        }
        for (path, mode) in modes(&workspace.path("roots")) {
            assert!(!path.ends_with(".sls") || mode == 0o644, "{context}: {path} {mode:o}");
        }
        let run = workspace.run(&self.arguments);
        assert_eq!(run.code, 0, "{context}: {run:#?}");
        assert_eq!(files(workspace), self.after, "{context}: a temporary file is left");
    }
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn an_interrupted_run_leaves_whole_files_and_no_name_of_a_missing_one() {
    let workspace = Workspace::in_memory();
    workspace.write("out/manifest.json", "{}");
    let undo = [&CONNECT[..], &["--undo"]].concat();
    let mut tried = 0;
    for top in [None, Some(TOP)] {
        let tops = ROOTS.iter().filter_map(|root| Some((format!("{root}/top.sls"), top?.to_owned())));
        let before: BTreeMap<String, String> = tops.collect();
        reset(&workspace, &before);
        assert_eq!(workspace.run(&CONNECT).code, 0);
        let after = files(&workspace);
        assert_eq!(after.len(), 4);
        let forth = Change { before: before.clone(), after: after.clone(), arguments: CONNECT.into() };
        let back = Change { before: after, after: before, arguments: undo.clone() };
        for change in [forth, back] {
            for event in [Event::Kill, Event::Error("ENOSPC")] {
                tried += change.interrupt(&workspace, event);
            }
        }
    }
    assert!(tried > 60, "only {tried} positions");
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn a_file_has_its_mode_and_its_bytes_before_its_name() {
    let workspace = Workspace::in_memory();
    workspace.write("out/manifest.json", "{}");
    workspace.write("pillar/top.sls", TOP);
    let options = ["-e", "trace=fchmod,fsync,renameat,linkat", "-e", "signal=none"];
    trace(&workspace, &options, &["salt-setup", "--out", "out", "--pillar-root", "pillar"]);
    let log = workspace.read("log");
    let calls: Vec<&str> = log.lines().filter_map(|line| line.split('(').next()).collect();
    // The SLS file is new, and the top file is replaced. The second flush is that of the folder.
    let expected = ["fchmod", "fsync", "linkat", "fsync", "fchmod", "fsync", "renameat", "fsync"];
    assert_eq!(calls, expected, "{log}");
}
