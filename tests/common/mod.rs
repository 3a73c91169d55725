//! A folder in which the program runs, and helpers that inspect the results.
#![allow(dead_code, reason = "each test binary compiles its own copy and uses a part")]

pub(crate) mod cases;
pub(crate) mod compared;
pub(crate) mod fixing;
pub(crate) mod fleets;
pub(crate) mod formats;
pub(crate) mod hostile;
pub(crate) mod html;
pub(crate) mod in_process;
pub(crate) mod large_file;
pub(crate) mod master;
pub(crate) mod ownership;
pub(crate) mod page;
pub(crate) mod planned;
pub(crate) mod published;
pub(crate) mod random;
pub(crate) mod router;
pub(crate) mod sample;
pub(crate) mod site;
pub(crate) mod tops;
pub(crate) mod twin;
pub(crate) mod units;
pub(crate) mod wait;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_loopback-static-routes");

/// A folder that is removed when dropped.
pub(crate) struct Workspace(tempfile::TempDir);

/// The exit code and the output of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Returns a folder in memory where the system has one. Tests that publish hundreds of times
    /// would wait for the disk.
    pub(crate) fn in_memory() -> Self {
        tempfile::tempdir_in("/dev/shm").map_or_else(|_| Self::new(), Self)
    }

    /// Returns a folder on the disk of the repository. `/tmp` may be in memory, where a run keeps
    /// no stamps.
    pub(crate) fn on_disk() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder"))
    }

    /// Returns a path in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and creates its parent folders.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("inside the folder")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Returns the program with these arguments, in the folder and with a minimal environment.
    pub(crate) fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.0.path()).env_clear().env("LC_ALL", "C");
        command
    }

    /// Returns the program, as [`Self::command`] does, without the privilege of root to ignore
    /// modes and owners.
    pub(crate) fn unprivileged(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        if std::fs::metadata("/proc/self").expect("mounted").uid() != 0 {
            return self.command(arguments);
        }
        // setpriv(1) of util-linux.
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-all", "--inh-caps=-all", "--", PROGRAM]).args(arguments);
        command.current_dir(self.0.path()).env_clear().env("LC_ALL", "C");
        command
    }

    pub(crate) fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Run {
        Run::of(self.command(arguments).output().expect("the program can be run"))
    }

    /// Returns the text of the published files below a folder, by path, as [`tree`] does.
    pub(crate) fn tree(&self, folder: &str) -> BTreeMap<String, String> {
        tree(&self.path(folder))
    }
}

impl Run {
    /// Returns true if standard error has this finding, as the format `concise` prints it:
    /// `FILE:LINE:COLUMN: severity[code]: message`, or the start of it.
    pub(crate) fn reports(&self, finding: &str) -> bool {
        let (place, title) = finding.split_once(": ").expect("a place and a title");
        let is_there = |line: &str| line.trim_start().strip_prefix("--> ").is_some_and(|at| at.contains(place));
        self.stderr.split("\n\n").any(|found| {
            let mut lines = found.lines().skip_while(|line| !line.starts_with(title));
            lines.next().is_some() && lines.any(is_there)
        })
    }

    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints text");
        Self { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The file that a run keeps for the next one. It describes files by inode and time, so it differs
/// in each folder.
pub(crate) const STAMPS: &str = ".stamps.json";

/// The empty file that a run locks in its output folder.
pub(crate) const LOCK: &str = ".lock";

/// Returns the text of all files below a folder except [`STAMPS`] and [`LOCK`], by path.
///
/// An empty folder is included, as its path and a `/`. A symbolic link is shown by its target, so
/// it never looks like the file to which it points.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut tree = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).min_depth(1) {
        let entry = entry.expect("readable");
        let path = entry.path().strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        if [STAMPS, LOCK].contains(&&*path) {
            continue;
        }
        if entry.file_type().is_dir() {
            if std::fs::read_dir(entry.path()).expect("readable").next().is_none() {
                tree.insert(path + "/", String::new());
            }
        } else if entry.file_type().is_symlink() {
            let target = std::fs::read_link(entry.path()).expect("a link");
            tree.insert(path, format!("-> {}", target.display()));
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("{path}: {error}"));
            tree.insert(path, text);
        }
    }
    tree
}

/// Reads a file of the repository.
#[track_caller]
pub(crate) fn repository_file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file with the generator of large authorities. `cargo test` builds it with the tests.
#[track_caller]
pub(crate) fn write_large_authority(workspace: &Workspace, name: &str, options: &str) {
    let test = std::env::current_exe().expect("a path");
    let profile = test.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let status = Command::new(profile.join("examples/large-authority"))
        .args(options.split_whitespace())
        .args(["-o", name])
        .current_dir(workspace.path(""))
        .status()
        .expect("cargo test builds the generator");
    assert!(status.success(), "{options}");
}

/// The options of a large authority, at a size that a test can afford.
pub(crate) const LARGE: &str = "--routers 300 --services 200 --internal 30 --limited 40";

/// Returns the permissions of everything below a folder, by path.
pub(crate) fn modes(root: &Path) -> BTreeMap<String, u32> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter().map(|entry| entry.expect("readable"));
    entries
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            (path, entry.metadata().expect("there").permissions().mode() & 0o7777)
        })
        .collect()
}
