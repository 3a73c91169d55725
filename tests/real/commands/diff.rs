//! `diff` against a revision of a real git repository.

use crate::common::compared::OLD;
use crate::common::{Run, Workspace};
use crate::parts::git;

#[test]
#[ignore = "needs git: tests/run.sh"]
fn a_git_revision_is_read_like_its_files() {
    let workspace = Workspace::new();
    let fragments =
        [("a b.yaml", OLD), ("[x]*.yaml", "service: []\n"), (".hidden.yaml", "router: ["), ("notes.md", "x")];
    for (name, text) in fragments {
        workspace.write(&format!("fragments/{name}"), text);
    }
    git(&workspace.path("."), &["init", "--quiet"]);
    git(&workspace.path("."), &["add", "."]);
    git(&workspace.path("."), &["commit", "--quiet", "--message=x"]);
    let command = |arguments: &[&str]| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Run::of(workspace.command(arguments).env("PATH", path).output().expect("the program can be run"))
    };
    let same = command(&["diff", "--base", "HEAD", "fragments"]);
    assert_eq!((same.code, same.stdout.as_str()), (0, "no route changes on any of 3 nodes\n"), "{}", same.stderr);
    workspace.write("fragments/a b.yaml", &OLD.replace("metric: 9", "metric: 10"));
    for config in ["fragments", "fragments/a b.yaml"] {
        let changed = command(&["diff", "--base", "HEAD", config]);
        assert_eq!(changed.code, 1, "{}", changed.stderr);
        assert!(changed.stdout.contains("hub/n1"), "{}", changed.stdout);
    }
    let unknown = command(&["diff", "--base", "no-such", "fragments"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("unknown revision \"no-such\""), "{}", unknown.stderr);
    let option = command(&["diff", "--base=--output=x", "fragments"]);
    assert_eq!(option.code, 2, "{}", option.stderr);
}
