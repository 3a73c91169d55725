//! The stamps, with which a run does not read untouched artefacts again. strace logs the reads.
//!
//! These tests need a repository on ext4, XFS or Btrfs.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::stopped::Stopped;
use crate::common::published::{AUTHORITY, Act, ROUTE_FILE_R2, generate, published_in};
use crate::common::{STAMPS, Workspace};
use crate::strace::{Threads, strace};

/// Runs the program, and returns the artefacts that it opens to read.
fn read_by_a_run(workspace: &Workspace) -> Vec<String> {
    let output = strace(&workspace.path("trace"), Threads::All, &["-e", "trace=openat2"])
        .args([crate::common::PROGRAM, "generate", "authority.yaml", "--out", "out", "-q"])
        .current_dir(workspace.path(""))
        .output()
        .expect("strace runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = workspace.read("trace");
    let opened = trace.lines().filter(|line| !line.contains("O_PATH") && !line.contains("O_DIRECTORY"));
    let mut opened: Vec<String> = opened.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect();
    opened.retain(|path| path.starts_with("routers/") || path.starts_with("pillar/"));
    opened.sort();
    opened
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn untouched_artefacts_are_not_read_again() {
    let workspace = published_in(Workspace::on_disk());
    assert_eq!(read_by_a_run(&workspace), [""; 0]);
    let file = workspace.path("out/routers/r1/n1/route-kni254");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("ours");
    assert_eq!(read_by_a_run(&workspace), ["routers/r1/n1/route-kni254"], "a changed file must be read");
    assert_eq!(read_by_a_run(&workspace), [""; 0], "a correct file must be read only once");
}

/// Others could hide their edits with stamps that they may write.
#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn stamps_that_others_may_write_are_ignored() {
    let workspace = published_in(Workspace::on_disk());
    fs::set_permissions(workspace.path("out").join(STAMPS), PermissionsExt::from_mode(0o666)).expect("ours");
    assert_eq!(read_by_a_run(&workspace).len(), 7);
    assert_eq!(read_by_a_run(&workspace), [""; 0], "the stamps are not written again");
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn missing_or_damaged_stamps_do_not_change_the_result() {
    let copy = |workspace: &Workspace| {
        let status =
            Command::new("cp").args(["-a", "out", "copy"]).current_dir(workspace.path("")).status().expect("cp runs");
        assert!(status.success());
        fs::remove_dir_all(workspace.path("out")).expect("ours");
        fs::rename(workspace.path("copy"), workspace.path("out")).expect("renames");
    };
    let stamps = "out/.stamps.json";
    let losses: [(&str, Act<'_>); 6] = [
        ("missing", &|workspace| fs::remove_file(workspace.path(stamps)).expect("there")),
        ("damaged", &|workspace| workspace.write(stamps, "{\"format-version\": 1, \"artefacts\": {\"pil")),
        ("of another version", &|workspace| workspace.write(stamps, "{\"format-version\": 99, \"artefacts\": {}}")),
        ("a link", &|workspace| {
            fs::rename(workspace.path(stamps), workspace.path("elsewhere")).expect("renames");
            symlink(workspace.path("elsewhere"), workspace.path(stamps)).expect("links");
        }),
        ("edited by hand", &|workspace| {
            let text = workspace.read(stamps).replace("\"fingerprint\":\"", "\"fingerprint\":\"0");
            workspace.write(stamps, &text);
        }),
        ("of another folder", &copy),
    ];
    for (how, lose) in losses {
        let workspace = published_in(Workspace::on_disk());
        let right = workspace.tree("out");
        lose(&workspace);
        let run = generate(&workspace, AUTHORITY, &["--json"]);
        let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(summary["outcome"]["up-to-date"], true, "{how}: {}", run.stderr);
        assert_eq!(workspace.tree("out"), right, "{how}");
        assert_eq!(read_by_a_run(&workspace), [""; 0], "{how}: the stamps are not written again");
    }
}

/// A process that has mapped a file into its memory.
struct Mapping {
    process: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Mapping {
    fn new(workspace: &Workspace, file: &str) -> Self {
        let program = "import mmap, sys\n\
            file = open(sys.argv[1], 'r+b')\n\
            memory = mmap.mmap(file.fileno(), 0)\n\
            for line in sys.stdin: memory[-2] = int(line); print('stored', flush=True)\n";
        let mut process = Command::new("python3")
            .args(["-c", program])
            .arg(workspace.path(file))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let requests = process.stdin.take().expect("piped");
        let replies = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, requests, replies }
    }

    /// Stores a byte in the place of the last but one of the file.
    fn store(&mut self, byte: u8) {
        writeln!(self.requests, "{byte}").expect("runs");
        let mut reply = String::new();
        self.replies.read_line(&mut reply).expect("text");
        assert_eq!(reply, "stored\n");
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A store changes the times of a file only if it is the first one since the page was written to
/// the disk. In memory, it changes none.
#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn a_store_through_a_mapping_is_corrected() {
    for (place, workspace) in [("disk", Workspace::on_disk()), ("memory", Workspace::in_memory())] {
        for has_stamps in [true, false] {
            let context = format!("on {place}, with stamps: {has_stamps}");
            generate(&workspace, AUTHORITY, &[]);
            let right = workspace.read(ROUTE_FILE_R2);
            let last = right.as_bytes()[right.len() - 2];
            let mut mapping = Mapping::new(&workspace, ROUTE_FILE_R2);
            mapping.store(last);
            if !has_stamps {
                let _ = fs::remove_file(workspace.path("out").join(STAMPS));
            }
            for _ in 0..2 {
                let run = generate(&workspace, AUTHORITY, &[]);
                assert_eq!(run.code, 0, "{context}: {}", run.stderr);
            }
            mapping.store(last ^ 1);
            assert_ne!(workspace.read(ROUTE_FILE_R2), right, "{context}");
            assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1, "{context}");
            assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0, "{context}");
            assert_eq!(workspace.read(ROUTE_FILE_R2), right, "{context}");
        }
    }
}

/// The run has compared or renamed the file, and takes the stamps later. The edit keeps the size of
/// the file, and its time of modification.
#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn an_edit_before_the_stamps_are_taken_is_corrected() {
    let changed = AUTHORITY.replace("198.51.100.0/24", "203.0.113.0/24");
    // The run removes three temporary files of earlier runs. Before and after it writes a file to
    // learn the time, it removes that one. It learns the time before it compares the files, and
    // again before it takes the stamps. Its third rename is that of the manifest.
    for (what, authority, call, position) in
        [("compared", AUTHORITY, "unlinkat", 6), ("renamed", &changed, "renameat", 3)]
    {
        let workspace = published_in(Workspace::on_disk());
        fs::remove_file(workspace.path("out").join(STAMPS)).expect("there");
        workspace.write("authority.yaml", authority);
        let run = Stopped::at(&workspace, call, position, &["authority.yaml", "--out", "out"]);
        let right = workspace.read(ROUTE_FILE_R2);
        assert_eq!(right.contains("203.0.113.0/24"), what == "renamed", "the run stopped too early");
        let file = File::options().write(true).open(workspace.path(ROUTE_FILE_R2)).expect("opens");
        let time = file.metadata().expect("there").modified().expect("known");
        workspace.write(ROUTE_FILE_R2, &right.chars().rev().collect::<String>());
        file.set_modified(time).expect("ours");
        let run = run.resume();
        assert_eq!(run.code, 0, "{what}: {}", run.stderr);
        assert_eq!(generate(&workspace, authority, &["--check"]).code, 1, "{what}: the edit was missed");
        assert_eq!(generate(&workspace, authority, &[]).code, 0, "{what}");
        assert_eq!(workspace.read(ROUTE_FILE_R2), right, "{what}");
    }
}

#[test]
#[ignore = "needs strace and patch: tests/run.sh"]
fn a_run_keeps_no_stamps_where_times_cannot_be_trusted() {
    let workspace = published_in(Workspace::in_memory());
    let stamps = workspace.path("out").join(STAMPS);
    assert!(!stamps.exists());
    // Those of an earlier version, or of a folder that was moved.
    workspace.write("out/.stamps.json", "{}");
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert!(!stamps.exists());
}
