//! `generate`: its options and output. The tests of the written files are in `tests/fast/publish`.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::published::{AUTHORITY, generate, published, without_r2};
use crate::common::{PROGRAM, Workspace, write_large_authority};
use crate::publish::identities;

#[test]
fn check_writes_nothing() {
    let workspace = Workspace::new();
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert!(!workspace.path("out").exists());
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 0);
    let before = identities(&workspace.path("out"));
    assert_eq!(generate(&workspace, &without_r2(), &["--check"]).code, 1);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn check_writes_no_stamps() {
    let workspace = published();
    // There are none if the folder is in memory.
    let _ = std::fs::remove_file(workspace.path("out/.stamps.json"));
    let run = generate(&workspace, AUTHORITY, &["--check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path("out/.stamps.json").exists());
}

#[test]
fn check_works_on_the_example() {
    let workspace = Workspace::new();
    let arguments = ["generate", "--example", "--out", "out"];
    let check = [&arguments[..], &["--check"]].concat();
    let run = workspace.run(&check);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!workspace.path("out").exists());
    assert_eq!(workspace.run(&arguments).code, 0);
    assert_eq!(workspace.run(&check).code, 0);
}

#[test]
fn the_example_prints_one_file_of_each_kind_and_shows_all_on_request() {
    let workspace = Workspace::new();
    let run = workspace.run(&["generate", "--example"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let files: Vec<&str> = run.stdout.lines().filter_map(|line| line.strip_prefix("==> ")).collect();
    let [route_file, document] = files[..] else { panic!("{}", run.stdout) };
    assert!(route_file.ends_with("/route-kni254 <==") && document.ends_with(".sls <=="), "{}", run.stdout);
    assert!(run.stdout.lines().count() < 40, "{}", run.stdout);
    let run = workspace.run(&["generate", "--example", "--show", "--out", "all"]);
    assert_eq!(run.stdout.matches("==> all/").count(), workspace.tree("all").len(), "{}", run.stdout);
}

#[test]
fn the_summary_of_the_example_is_json() {
    let run = Workspace::new().run(&["generate", "--example", "--out", "out", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let summary = serde_json::from_str::<Value>(&run.stdout);
    assert!(summary.is_ok(), "{:?}", summary.err());
}

#[test]
fn a_closed_output_pipe_is_not_a_failure() {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let arguments = ["generate", "authority.yaml", "--out", "out", "--diff"];
    let output = workspace.command(&arguments).stdout(writer).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(workspace.path("out/manifest.json").exists());
}

#[test]
fn a_terminal_sees_progress_and_a_pipe_does_not() {
    let workspace = Workspace::in_memory();
    let options = "--routers 1200 --interfaces 1 --services 20 --internal 5 --limited 5";
    write_large_authority(&workspace, "authority.json", options);
    let run = workspace.run(&["generate", "authority.json", "--out", "out"]);
    assert!(!run.stderr.contains('\u{1b}'), "a control sequence in a pipe");
    // script(1) of util-linux gives the program a terminal.
    let command = format!("{} generate authority.json --out out --check", PROGRAM);
    let output = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(workspace.path(""))
        .stdin(Stdio::null())
        .env("TERM", "xterm")
        .output()
        .expect("script runs (util-linux)");
    let seen = String::from_utf8_lossy(&output.stdout);
    assert!(seen.contains("/1200 routers"), "{seen}");
}

#[test]
fn a_finding_of_many_routers_appears_once() {
    let workspace = Workspace::new();
    type Start = fn(usize) -> String;
    let cases: [(&str, Start); 4] = [
        ("unsafe-name", |index| format!("{{name: a/{index}, node: {{name: n1, asset-id: m{index}}}")),
        ("unusual-name", |index| format!("{{name: a.{index}, node: {{name: n1, asset-id: m{index}}}")),
        ("invalid-asset-id", |index| format!("{{name: r{index}, node: {{name: n1, asset-id: m/{index}}}")),
        ("no-asset-id", |index| format!("{{name: r{index}, node: {{name: n1}}")),
    ];
    for (code, start) in cases {
        let router = |index| {
            format!("- {}, loopback-static-routes: {{static-route: [{{address: 192.0.2.1}}]}}}}\n", start(index))
        };
        workspace.write("a.yaml", &format!("router:\n{}", (0..300).map(router).collect::<String>()));
        let run = workspace.run(&["generate", "a.yaml", "--out", "out", "--check"]);
        assert_eq!(run.stderr.matches(&format!("[{code}]")).count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains("same in 299 more"), "{}", run.stderr);
        assert!(run.stderr.lines().count() < 15, "{}", run.stderr);
    }
}
