//! `salt-setup`: the file and the stanza are added and removed, and everything else stays.
//! `tests/real/chain.rs` shows that a real Salt accepts the result.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use crate::common::{Run, Workspace, tree};

const USERS: &str = "# mine\nbase:\n    '*':\n        - users   # all\n";

fn setup() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("out/pillar/loopback_static_routes/x.sls", "#!json\n{}\n");
    workspace.write("pillar/users.sls", "a: 1\n");
    workspace
}

fn run(workspace: &Workspace, more: &[&str]) -> Run {
    workspace.run(&[&["salt-setup", "--out", "out", "--pillar-root", "pillar"][..], more].concat())
}

#[test]
fn undo_restores_every_file() {
    for top in [None, Some(USERS)] {
        let workspace = setup();
        if let Some(top) = top {
            workspace.write("pillar/top.sls", top);
            std::fs::set_permissions(workspace.path("pillar/top.sls"), std::fs::Permissions::from_mode(0o640))
                .expect("ours");
        }
        let before = tree(&workspace.path("pillar"));
        assert_eq!(run(&workspace, &["--check"]).code, 1);
        assert_eq!(tree(&workspace.path("pillar")), before, "--check changed a file");
        let first = run(&workspace, &[]);
        assert_eq!(first.code, 0, "{first:#?}");
        assert!(first.stdout.starts_with("write pillar/loopback_static_routes.sls\n"), "{first:#?}");
        let out = std::fs::canonicalize(workspace.path("out")).expect("there");
        let finder = workspace.read("pillar/loopback_static_routes.sls");
        assert!(
            finder.starts_with("#!py\n") && finder.contains(&format!("PUBLISHED = \"{}\"\n", out.display())),
            "{finder}"
        );
        let text = workspace.read("pillar/top.sls");
        assert!(text.contains("- match: pcre") && text.contains("- loopback_static_routes\n"), "{text}");
        if top.is_some() {
            assert_eq!(std::fs::metadata(workspace.path("pillar/top.sls")).expect("there").mode() & 0o777, 0o640);
        }
        let after = tree(&workspace.path("pillar"));
        for more in [&["--check"][..], &[]] {
            let again = run(&workspace, more);
            assert_eq!((again.code, again.stdout.as_str()), (0, "nothing to do\n"));
        }
        assert_eq!(tree(&workspace.path("pillar")), after);
        assert_eq!(run(&workspace, &["--undo", "--check"]).code, 1);
        assert_eq!(run(&workspace, &["--undo"]).code, 0);
        assert_eq!(tree(&workspace.path("pillar")), before);
        assert_eq!(run(&workspace, &["--undo"]).stdout, "nothing to do\n");
    }
}

/// Changes a workspace so that the setup must fail.
type Make<'m> = &'m dyn Fn(&Workspace);

#[test]
fn foreign_files_are_refused_and_not_changed() {
    let cases: [(&str, Make<'_>, i32, &str); 6] = [
        (
            "unsupported renderer",
            &|w| w.write("pillar/top.sls", "#!py\n"),
            1,
            "pillar/top.sls:1: unsupported renderer \"#!py\"",
        ),
        ("no environment", &|w| w.write("pillar/top.sls", "dev:\n  '*': [a]\n"), 1, "missing environment base"),
        ("a folder", &|w| w.write("pillar/loopback_static_routes/mine.sls", "a: 1\n"), 1, "this is not a file that"),
        (
            "a link",
            &|w| symlink("/nowhere", w.path("pillar/loopback_static_routes")).expect("linked"),
            1,
            "this is not a file that",
        ),
        ("no pillar root", &|w| std::fs::remove_dir_all(w.path("pillar")).expect("removed"), 3, "cannot find pillar"),
        ("no output", &|w| std::fs::remove_dir_all(w.path("out")).expect("removed"), 3, "cannot find out"),
    ];
    for (name, make, code, expected) in cases {
        let workspace = setup();
        make(&workspace);
        let before = tree(&workspace.path(""));
        let said = run(&workspace, &[]);
        assert_eq!(said.code, code, "{name}: {said:#?}");
        assert!(said.stderr.contains(expected), "{name}: {said:#?}");
        assert_eq!(tree(&workspace.path("")), before, "{name}");
    }
}

#[test]
fn a_linked_top_file_is_edited_at_its_target() {
    let workspace = setup();
    workspace.write("git/top.sls", USERS);
    symlink("../git/top.sls", workspace.path("pillar/top.sls")).expect("linked");
    assert_eq!(run(&workspace, &[]).code, 0);
    assert!(workspace.path("pillar/top.sls").is_symlink());
    assert!(workspace.read("git/top.sls").contains("loopback_static_routes"));
    assert_eq!(run(&workspace, &["--undo"]).code, 0);
    assert_eq!(workspace.read("git/top.sls"), USERS);
}
