//! Sources that are empty, that have conflicts of a merge, or that change while they are read.

use std::io::Write as _;
use std::process::Stdio;

use super::compressed::gzip;
use super::{LEARNED, ROUTER, SERVICE, generate, routes};
use crate::common::Workspace;

/// Returns a workspace that has published the routes of an authority.
fn published() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("authority/a.yaml", ROUTER);
    workspace.write("authority/b.txt", SERVICE);
    assert_eq!(generate(&workspace, &["authority"]).code, 0);
    workspace
}

#[test]
fn an_empty_source_publishes_nothing_and_is_the_only_finding() {
    for (name, bytes) in [
        ("empty.yaml", &b""[..]),
        ("empty.json", b""),
        ("blank.txt", b" \t\r\n\n"),
        ("mark.xml", b"\xef\xbb\xbf"),
        ("mark.pcli", b"\xef\xbb\xbf\r\n"),
        ("zeros.json", &[0; 64]),
        ("compressed.gz", &gzip(b"\n")),
    ] {
        let workspace = published();
        std::fs::write(workspace.path("authority").join(name), bytes).expect("written");
        std::fs::write(workspace.path(name), bytes).expect("written");
        for (input, file) in [("authority", format!("authority/{name}")), (name, name.to_owned())] {
            let run = workspace.run(&["validate", "--no-settings", "--format", "concise", input]);
            let expected = format!("{file}:1:1: error[empty-source]: {file} is empty");
            let is_only =
                |line: &str| line.starts_with(&expected) || line.contains("warning") || line.contains("notice");
            assert!(run.stdout.contains(&expected) && run.stdout.lines().all(is_only), "{}", run.stdout);
            let run = generate(&workspace, &[input]);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert_eq!(routes(&workspace), LEARNED, "{name}");
        }
    }
}

#[test]
fn empty_standard_input_is_named() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&["validate", "--no-settings", "-"]);
    let output = command.stdin(Stdio::null()).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("error[empty-source]: <stdin> is empty"));
}

#[test]
fn a_conflict_publishes_nothing_and_is_the_only_finding_of_its_source() {
    let conflict = "<<<<<<< HEAD\n=======\n>>>>>>> other\n";
    for (name, before, after) in [
        ("c.json", "{\"router\": [\n", "]}"),
        ("c.yaml", "router:\n", "# loopback-static-routes: ignore[no-routes]\n"),
        ("c.txt", "router r2\n    # loopback-static-routes: ignore[no-routes]\n", "    nodes\n"),
        ("c.cfg", "config authority router r2 name r2\n", ""),
        ("c.pcli", "admin@node1.conductor1 (authority)# router r2\n", "x"),
        ("c.xml", "<authority>\n", "</authority>"),
    ] {
        for line_end in ["\n", "\r\n"] {
            let workspace = published();
            let text = [before, conflict, after].concat().replace('\n', line_end);
            workspace.write(&format!("authority/{name}"), &text);
            let run = workspace.run(&["validate", "--no-settings", "--format", "concise", "authority"]);
            let place = format!("authority/{name}:");
            let of_source: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with(&place)).collect();
            assert!(matches!(of_source[..], [found] if found.contains("error[merge-conflict]")), "{}", run.stdout);
            let run = generate(&workspace, &["authority"]);
            assert_eq!(run.code, 1, "{}", run.stderr);
            assert_eq!(routes(&workspace), LEARNED, "{name}");
        }
    }
}

#[test]
fn the_settings_are_not_searched_for_markers() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", ROUTER);
    let settings = "[[ignore]]\ncodes = ['no-routes']\npaths = ['a.yaml', \"\"\"\n=======\n\"\"\"]\n";
    workspace.write(".loopback-static-routes.toml", settings);
    let run = workspace.run(&["validate", "a.yaml"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn pipes_are_read_to_their_end() {
    let workspace = Workspace::new();
    workspace.write("router.yaml", ROUTER);
    let fifo = workspace.path("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(made.success());
    let writer = std::thread::spawn(move || std::fs::write(fifo, SERVICE).expect("written"));
    let run = generate(&workspace, &["router.yaml", "fifo"]);
    writer.join().expect("ends");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
    let file = std::fs::File::open(workspace.path("router.yaml")).expect("opens");
    for input in [Stdio::piped(), file.into()] {
        let mut command = workspace.command(&["validate", "--no-settings", "/dev/stdin"]);
        let mut program = command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("runs");
        if let Some(mut pipe) = program.stdin.take() {
            pipe.write_all(ROUTER.as_bytes()).expect("reads");
        }
        assert_eq!(program.wait().expect("ends").code(), Some(0));
    }
}
