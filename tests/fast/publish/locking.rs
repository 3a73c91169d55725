//! The lock of the output folder: what it is, and what a run does if others tamper with it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::fs::{FlockOperation, flock};
use rustix::io::ioctl_fionread;

use super::identities;
use crate::common::published::{AUTHORITY, generate, published};
use crate::common::{LOCK, Run, Workspace, wait};

/// Takes a free lock, and creates its file if it is missing. The lock ends when it is dropped.
fn held(path: &Path) -> File {
    let file = match path.is_dir() {
        true => File::open(path),
        false => File::options().read(true).write(true).create(true).truncate(false).open(path),
    };
    let file = file.expect("opens");
    flock(&file, FlockOperation::NonBlockingLockExclusive).expect("it is free");
    file
}

/// Starts a run, and returns when it waits for the lock.
fn waiting(workspace: &Workspace, arguments: &[&str]) -> Child {
    let mut run = workspace.command(arguments).stderr(Stdio::piped()).spawn().expect("runs");
    let mut printed = String::new();
    // A byte at a time, so that nothing after the line is lost.
    BufReader::with_capacity(1, run.stderr.as_mut().expect("piped")).read_line(&mut printed).expect("text");
    assert!(printed.contains("waiting for it"), "{printed}");
    run
}

fn ended(run: Child) -> Run {
    Run::of(run.wait_with_output().expect("ends"))
}

const WAIT: [&str; 6] = ["generate", "authority.yaml", "--out", "out", "--wait", "600"];

#[test]
fn a_run_that_waited_publishes_the_newest_configuration() {
    let workspace = published();
    let lock = held(&workspace.path("out").join(LOCK));
    let version = |metric: usize| AUTHORITY.replace("metric: 5", &format!("metric: {metric}"));
    workspace.write("authority.yaml", &version(6));
    let run = waiting(&workspace, &WAIT);
    workspace.write("authority.yaml", &version(7));
    drop(lock);
    let run = ended(run);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 7\n"));
}

/// The settings decide which files are read, so they are a part of the configuration.
#[test]
fn a_run_that_waited_searches_folders_by_the_newest_settings() {
    let workspace = published();
    let lock = held(&workspace.path("out").join(LOCK));
    workspace.write("net/a.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    workspace.write("net/b.yaml", &AUTHORITY.replace("metric: 5", "metric: 7"));
    let settings = "net/.loopback-static-routes.toml";
    workspace.write(settings, "exclude = ['b.yaml']\n");
    let run = waiting(&workspace, &["generate", "net", "--out", "out", "--wait", "600"]);
    workspace.write(settings, "exclude = ['a.yaml']\n");
    drop(lock);
    let run = ended(run);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 7\n"));
}

/// The text may come from a program that takes its time.
#[test]
fn a_run_that_reads_standard_input_does_not_hold_the_lock() {
    let workspace = published();
    let arguments = ["generate", "-", "--out", "out", "--wait", "600"];
    let mut command = workspace.command(&arguments);
    let mut slow = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let mut pipe = slow.stdin.take().expect("piped");
    let text = AUTHORITY.replace("metric: 5", "metric: 7");
    let (start, rest) = text.split_at(text.len() / 2);
    pipe.write_all(start.as_bytes()).expect("the pipe has room");
    wait::until("it reads", || ioctl_fionread(&pipe).expect("a pipe") == 0, String::new);
    let run = generate(&workspace, &AUTHORITY.replace("metric: 5", "metric: 6"), &["--wait", "0"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    pipe.write_all(rest.as_bytes()).expect("it reads");
    drop(pipe);
    let run = ended(slow);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 7\n"));
}

#[test]
fn only_the_owner_of_the_folder_can_open_the_lock() {
    let workspace = published();
    let lock = workspace.path("out").join(LOCK);
    let mode = || fs::metadata(&lock).expect("there").permissions().mode() & 0o7777;
    assert_eq!((mode(), fs::read(&lock).expect("ours")), (0o600, Vec::new()));
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o644)).expect("ours");
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 0);
    assert_eq!(mode(), 0o644, "--check changed a mode");
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(mode(), 0o600);
}

/// Everybody can open the folder, and so lock it.
#[test]
fn a_lock_on_the_folder_keeps_no_run_out() {
    let workspace = published();
    let _lock = held(&workspace.path("out"));
    for options in [&["--check", "--wait", "0"][..], &["--wait", "0"]] {
        let run = generate(&workspace, AUTHORITY, options);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    // Nor the first run into a folder.
    fs::create_dir(workspace.path("new")).expect("made");
    let _lock = held(&workspace.path("new"));
    let run = workspace.run(&["generate", "authority.yaml", "--out", "new", "--wait", "0"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// An earlier version locked the folder, and left no lock file.
#[test]
fn a_run_waits_for_one_of_an_earlier_version() {
    let workspace = published();
    fs::remove_file(workspace.path("out").join(LOCK)).expect("there");
    let before = identities(&workspace.path("out"));
    let lock = held(&workspace.path("out"));
    let changed = AUTHORITY.replace("metric: 5", "metric: 6");
    let run = generate(&workspace, &changed, &["--wait", "0"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("another run holds"), "{}", run.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
    let run = waiting(&workspace, &WAIT);
    drop(lock);
    assert_eq!(ended(run).code, 0);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 6\n"));
    assert!(workspace.path("out").join(LOCK).exists());
}

#[test]
fn a_folder_that_replaces_the_one_that_a_run_waits_for_gets_the_files() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    for replacement in ["an empty folder", "no folder"] {
        let lock = held(&workspace.path("out").join(LOCK));
        let run = waiting(&workspace, &WAIT);
        fs::rename(workspace.path("out"), workspace.path("moved")).expect("renames");
        if replacement == "an empty folder" {
            fs::create_dir(workspace.path("out")).expect("made");
        }
        drop(lock);
        let run = ended(run);
        assert_eq!(run.code, 0, "{replacement}: {}", run.stderr);
        assert_eq!(workspace.tree("out"), workspace.tree("moved"), "{replacement}");
        fs::remove_dir_all(workspace.path("out")).expect("ours");
        fs::rename(workspace.path("moved"), workspace.path("out")).expect("renames");
    }
    let names = |identities: Vec<(String, u64, i64, i64)>| identities.into_iter().skip(1).collect::<Vec<_>>();
    assert_eq!(names(identities(&workspace.path("out"))), names(before), "the old folder was written to");
}

#[test]
fn a_lock_file_that_replaces_the_one_that_a_run_waits_for_counts() {
    let workspace = published();
    let path = workspace.path("out").join(LOCK);
    let first = held(&path);
    workspace.write("authority.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    let mut run = waiting(&workspace, &WAIT);
    fs::remove_file(&path).expect("there");
    let second = held(&path);
    let before = workspace.tree("out");
    drop(first);
    // The run opens the second file when it has the lock of the first one.
    let inode = fs::metadata(&path).expect("there").ino();
    let opened = format!("/proc/{}/fd", run.id());
    let opened = || fs::read_dir(&opened).expect("runs").filter_map(|entry| fs::metadata(entry.ok()?.path()).ok());
    wait::until("it opens the second", || opened().any(|file| file.ino() == inode), String::new);
    assert!(run.try_wait().expect("a child").is_none(), "the run did not wait");
    assert_eq!(workspace.tree("out"), before);
    drop(second);
    assert_eq!(ended(run).code, 0);
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 6\n"));
}

/// `--check` waits too, and then sees what the other run published.
#[test]
fn check_waits_for_a_run_and_reads_the_configuration_after_it() {
    let workspace = published();
    let lock = held(&workspace.path("out").join(LOCK));
    let run = waiting(&workspace, &[&WAIT[..], &["--check"]].concat());
    workspace.write("authority.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    drop(lock);
    let run = ended(run);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn check_creates_neither_the_folder_nor_the_lock() {
    let workspace = Workspace::new();
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert!(!workspace.path("out").exists());
    fs::create_dir(workspace.path("out")).expect("made");
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(fs::read_dir(workspace.path("out")).expect("there").count(), 0);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    // A folder that an earlier version published has no lock file.
    fs::remove_file(workspace.path("out").join(LOCK)).expect("there");
    let before = identities(&workspace.path("out"));
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 0);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn anything_but_a_file_in_the_place_of_the_lock_is_refused_and_stays() {
    type Make = fn(&Path);
    let cases: [(&str, Make); 3] = [
        ("symbolic link", |path| symlink("../elsewhere", path).expect("links")),
        ("folder", |path| fs::create_dir(path).expect("made")),
        ("regular file", |path| assert!(Command::new("mkfifo").arg(path).status().expect("coreutils").success())),
    ];
    for (what, make) in cases {
        let workspace = published();
        workspace.write("elsewhere", "precious");
        let path = workspace.path("out").join(LOCK);
        fs::remove_file(&path).expect("there");
        make(&path);
        let before = identities(&workspace.path("out"));
        for options in [&["--check"][..], &[]] {
            let run = generate(&workspace, &AUTHORITY.replace("metric: 5", "metric: 6"), options);
            assert_eq!(run.code, 3, "{what}: {}", run.stderr);
            assert!(run.stderr.contains(LOCK) && run.stderr.contains(what), "{what}: {}", run.stderr);
        }
        assert_eq!(identities(&workspace.path("out")), before, "{what}");
        assert_eq!(workspace.read("elsewhere"), "precious");
    }
}

#[test]
fn a_first_run_that_publishes_nothing_leaves_nothing() {
    let workspace = Workspace::new();
    for (authority, code) in [("authority: {service: []}", 1), ("", 1)] {
        let run = generate(&workspace, authority, &[]);
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(!workspace.path("out").exists(), "{authority}");
    }
    let run = workspace.run(&["generate", "missing.yaml", "--out", "a/b/out"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(!workspace.path("a").exists());
    // The user's own folders stay.
    fs::create_dir_all(workspace.path("a/b/out")).expect("made");
    assert_eq!(workspace.run(&["generate", "missing.yaml", "--out", "a/b/out"]).code, 3);
    assert_eq!(fs::read_dir(workspace.path("a/b/out")).expect("there").count(), 0);
}
