//! Files, folders and standard input as sources.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use super::{LEARNED, ROUTER, SERVICE, generate, routes};
use crate::common::Workspace;

#[test]
fn a_folder_of_fragments_in_several_syntaxes_is_read_as_one_authority() {
    let workspace = Workspace::new();
    workspace.write("authority/routers/r1.yaml", ROUTER);
    workspace.write("authority/services.txt", SERVICE);
    workspace.write(
        "authority/more.JSON",
        r#"{"service": {"name": "ntp", "address": "192.0.2.2", "accessPolicy": {"source": "_internal_"}}}"#,
    );
    workspace.write("authority/README.md", "not a configuration");
    workspace.write("authority/.hidden.yaml", "not: [a configuration");
    workspace.write("authority/.git/config.yaml", "not: [a configuration");
    workspace.write("outside.yaml", "not: [a configuration");
    symlink("../outside.yaml", workspace.path("authority/link.yaml")).expect("links");
    symlink("services.txt", workspace.path("authority/again.txt")).expect("links");
    symlink(".", workspace.path("authority/loop")).expect("links");
    symlink("nowhere.yaml", workspace.path("authority/dangling.yaml")).expect("links");
    let run = generate(&workspace, &["authority"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), [LEARNED[0], "192.0.2.2/32 via 169.254.127.126 dev kni254 metric 5"]);
}

#[test]
fn a_folder_with_nothing_to_read_is_an_error() {
    let workspace = Workspace::new();
    workspace.write("authority/README.md", "nothing");
    let run = generate(&workspace, &["authority"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("empty-folder"), "{}", run.stderr);
}

#[test]
fn notes_in_a_folder_are_reported_and_do_not_stop_a_run() {
    let workspace = Workspace::new();
    workspace.write("authority/a.yaml", ROUTER);
    workspace.write("authority/b.txt", SERVICE);
    workspace.write("authority/notes.txt", "Ask Ann about the branch in Berlin.\nservice windows are on Sunday\n");
    workspace.write("authority/tenants.cfg", "tenant staff\n    description people\nexit\n");
    workspace.write("authority/empty.json", "{}");
    workspace.write("authority/comment.txt", "# nothing yet\n");
    let run = generate(&workspace, &["authority"]);
    assert!(run.reports("authority/notes.txt:2:17: warning[unread-text]"), "{}", run.stderr);
    for name in ["empty.json", "comment.txt"] {
        assert!(run.reports(&format!("authority/{name}:1:1: warning[nothing-read]")), "{name}: {}", run.stderr);
    }
    let skipped = "1 file without configuration skipped: authority/tenants.cfg";
    assert!(run.stderr.contains(skipped), "{}", run.stderr);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn standard_input_can_be_one_of_the_sources() {
    let workspace = Workspace::new();
    workspace.write("router.yaml", ROUTER);
    let mut program = workspace
        .command(&["generate", "router.yaml", "-", "--out", "out"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    program.stdin.take().expect("piped").write_all(SERVICE.as_bytes()).expect("reads");
    assert!(program.wait_with_output().expect("ends").status.success());
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn an_option_sets_the_syntax() {
    let workspace = Workspace::new();
    workspace.write(
        "a",
        "{router: [{name: r1, node: [{name: n1}], loopback-static-routes: {static-route: [{address: 192.0.2.1}]}}]}",
    );
    assert_eq!(generate(&workspace, &["a"]).code, 1, "the text looks like JSON");
    assert_eq!(generate(&workspace, &["a", "--input-format", "yaml"]).code, 0);
}
