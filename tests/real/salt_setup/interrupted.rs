//! Runs that are killed at a system call, or whose call fails: the top file is the old one or the
//! new one, and the SLS file is there if the top file names it.

use std::path::Path;

use crate::common::sample::positions;
use crate::common::{PROGRAM, Workspace, modes, tree};
use crate::strace::{self, Event, Threads};

const TOP: &str = "# mine\nbase:\n  '*':\n    - users\n";

/// The calls that change files.
const CALLS: [&str; 7] = ["openat", "write", "fchmod", "fsync", "renameat", "linkat", "unlinkat"];

/// A pillar root before and after a run.
struct Change {
    before: Vec<(&'static str, String)>,
    after: Vec<(&'static str, String)>,
    arguments: Vec<&'static str>,
}

/// Writes files in place of all others.
fn reset(workspace: &Workspace, files: &[(&'static str, String)]) {
    let _ = std::fs::remove_dir_all(workspace.path("pillar"));
    std::fs::create_dir(workspace.path("pillar")).expect("created");
    for (name, text) in files {
        workspace.write(&format!("pillar/{name}"), text);
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

fn files(workspace: &Workspace) -> Vec<(String, String)> {
    let visible = tree(&workspace.path("pillar")).into_iter().filter(|(name, _)| !name.starts_with('.'));
    visible.collect()
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
        let text = |files: &[(&'static str, String)], name| {
            files.iter().find(|(file, _)| *file == name).map(|(_, text)| text.clone())
        };
        let present = |name: &str| found.iter().find(|(file, _)| file == name).map(|(_, text)| text.clone());
        for name in ["top.sls", "loopback_static_routes.sls"] {
            let is_whole = present(name) == text(&self.before, name) || present(name) == text(&self.after, name);
            assert!(is_whole, "{context}: {found:#?}");
        }
        let is_named = present("top.sls").is_some_and(|top| top.contains("- loopback_static_routes"));
        assert!(!is_named || present("loopback_static_routes.sls").is_some(), "{context}: {found:#?}");
        for (path, mode) in modes(&workspace.path("pillar")) {
            assert!(path.starts_with('.') || mode == 0o644, "{context}: {path} {mode:o}");
        }
        let run = workspace.run(&self.arguments);
        assert_eq!(run.code, 0, "{context}: {run:#?}");
        let after: Vec<(String, String)> =
            self.after.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
        let found: Vec<(String, String)> = tree(&workspace.path("pillar")).into_iter().collect();
        assert_eq!(found, after, "{context}: a temporary file is left");
    }
}

#[test]
#[ignore = "needs strace: tests/run.sh"]
fn an_interrupted_run_leaves_whole_files_and_no_name_of_a_missing_one() {
    let workspace = Workspace::in_memory();
    workspace.write("out/manifest.json", "{}");
    let connect = vec!["salt-setup", "--out", "out", "--pillar-root", "pillar"];
    let undo = [&connect[..], &["--undo"]].concat();
    let mut tried = 0;
    for top in [None, Some(TOP)] {
        let before: Vec<(&str, String)> = top.map(|text| ("top.sls", text.to_owned())).into_iter().collect();
        reset(&workspace, &before);
        assert_eq!(workspace.run(&connect).code, 0);
        let after: Vec<(&str, String)> = ["loopback_static_routes.sls", "top.sls"]
            .map(|name| (name, workspace.read(&format!("pillar/{name}"))))
            .into();
        let forth = Change { before: before.clone(), after: after.clone(), arguments: connect.clone() };
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
