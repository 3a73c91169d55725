//! `salt-setup`: the file and the stanza are added and removed, and everything else stays.
//! `tests/real/chain.rs` shows that a real Salt accepts the result.

mod master;
mod mutants;
mod tops;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::process::Command;

use crate::common::{PROGRAM, Run, Workspace, tree};

const USERS: &str = "# mine\nbase:\n    '*':\n        - users   # all\n";

fn setup() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("out/pillar/loopback_static_routes/x.sls", "#!json\n{}\n");
    workspace.write("pillar/users.sls", "a: 1\n");
    workspace
}

fn run(workspace: &Workspace, more: &[&str]) -> Run {
    workspace.run(
        &[
            &["salt-setup", "--pillar-root", "pillar"][..],
            if more.contains(&"--out") { &[] } else { &["--out", "out"] },
            more,
        ]
        .concat(),
    )
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

/// Salt compiles the SLS file with Python, which keeps the result.
#[test]
fn undo_removes_what_python_compiled() {
    const FOLDER: &str = "pillar/__pycache__";
    for other in [None, Some("other.cpython-36.pyc")] {
        let workspace = setup();
        assert_eq!(run(&workspace, &[]).code, 0);
        for name in ["loopback_static_routes.cpython-36.pyc", "loopback_static_routes.cpython-311.pyc"] {
            workspace.write(&format!("{FOLDER}/{name}"), "");
        }
        if let Some(other) = other {
            workspace.write(&format!("{FOLDER}/{other}"), "");
        }
        assert_eq!(run(&workspace, &["--undo"]).code, 0);
        let left: Vec<String> = workspace.tree("pillar").into_keys().filter(|path| path.starts_with("__")).collect();
        assert_eq!(left, other.map(|other| format!("__pycache__/{other}")).into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn foreign_files_are_refused_and_not_changed() {
    let cases: [(&str, Make<'_>, i32, &str); 10] = [
        (
            "unsupported renderer",
            &|w| w.write("pillar/top.sls", "#!py\n"),
            1,
            "pillar/top.sls:1:1: unsupported renderer \"#!py\"",
        ),
        ("no environment", &|w| w.write("pillar/top.sls", "dev:\n  '*': [a]\n"), 1, "missing environment base"),
        ("a folder", &|w| w.write("pillar/loopback_static_routes/mine.sls", "a: 1\n"), 1, "this is not a file that"),
        (
            "a link",
            &|w| symlink("/nowhere", w.path("pillar/loopback_static_routes")).expect("linked"),
            1,
            "this is not a file that",
        ),
        (
            "a link to a copy of our file",
            &|w| {
                w.write("mine.sls", include_str!("../../../../pillar/loopback_static_routes.sls"));
                symlink("../mine.sls", w.path("pillar/loopback_static_routes.sls")).expect("linked");
            },
            1,
            "this is not a file that",
        ),
        (
            "a file that quotes ours",
            &|w| {
                let ours = include_str!("../../../../pillar/loopback_static_routes.sls");
                w.write("pillar/loopback_static_routes.sls", &format!("#!py\n# mine\n{ours}"));
            },
            1,
            "this is not a file that",
        ),
        (
            "a link to nothing",
            &|w| symlink("../git/top.sls", w.path("pillar/top.sls")).expect("linked"),
            1,
            "pillar/top.sls: this is a symbolic link to a missing file",
        ),
        (
            "a folder in place of the top file",
            &|w| w.write("pillar/top.sls/x", ""),
            1,
            "pillar/top.sls: this is not a regular file",
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

/// Undo removes its own lines alone, whatever the user did to the others in the meantime.
#[test]
fn undo_keeps_the_lines_of_the_user() {
    let made = "# loopback-static-routes: 'loopback-static-routes salt-setup' made this file.\nbase:\n";
    let end = "  # loopback-static-routes: end.\n";
    // The file before, an edit after the setup, and the file after the undo.
    let cases: [(Option<&str>, &str, &str, Option<&str>); 12] = [
        (None, "", "", None),
        (None, end, "  # loopback-static-routes: end.\n  'web*':\n    - web\n", Some("base:\n  'web*':\n    - web\n")),
        (
            None,
            end,
            "  # loopback-static-routes: end.\ndev:\n  'web*':\n    - web\n",
            Some("dev:\n  'web*':\n    - web\n"),
        ),
        (None, end, "  # loopback-static-routes: end.\n# mine\n", Some("# mine\n")),
        (None, made, "# mine\nbase:\n", Some("# mine\nbase:\n")),
        (Some(""), "", "", Some("")),
        (
            Some(""),
            end,
            "  # loopback-static-routes: end.\n  'web*':\n    - web\n",
            Some("base:\n  'web*':\n    - web\n"),
        ),
        (Some("# mine"), "", "", Some("# mine")),
        (Some("base:\n"), "", "", Some("base:\n")),
        (Some("base:"), "", "", Some("base:")),
        (Some("base:\n  '*': [users]"), "[users]", "[users, web]\n", Some("base:\n  '*': [users, web]\n")),
        (
            Some(USERS),
            "# mine\n",
            "{% set all = '*' %}\n# mine\n",
            Some("{% set all = '*' %}\n# mine\nbase:\n    '*':\n        - users   # all\n"),
        ),
    ];
    for (before, find, replace, expected) in cases {
        let workspace = setup();
        if let Some(before) = before {
            workspace.write("pillar/top.sls", before);
        }
        assert_eq!(run(&workspace, &[]).code, 0, "{before:?}");
        let text = workspace.read("pillar/top.sls");
        assert!(text.contains(find), "{text}");
        workspace.write("pillar/top.sls", &text.replacen(find, replace, 1));
        for _ in 0..2 {
            let undone = run(&workspace, &["--undo"]);
            assert_eq!(undone.code, 0, "{before:?} {replace:?}: {undone:#?}");
            let left = std::fs::read_to_string(workspace.path("pillar/top.sls")).ok();
            assert_eq!(left.as_deref(), expected, "{before:?} {replace:?}");
            assert!(!workspace.path("pillar/loopback_static_routes.sls").exists());
        }
    }
}

#[test]
fn undo_is_refused_if_the_lines_of_the_user_need_the_stanza() {
    let cases = [
        (
            "  # loopback-static-routes: end.\n",
            "  # loopback-static-routes: end.\n    - users\n",
            "3:1: the stanza cannot be removed safely",
        ),
        ("  # loopback-static-routes: end.\n", "", "3:1: the stanza is incomplete"),
        (
            "    - match: pcre\n",
            "    - match: pcre\n    - users\n",
            "3:1: the lines between the two comments were edited",
        ),
        (
            "    - users",
            "    - users\n    - loopback_static_routes",
            "10:7: the file still names loopback_static_routes",
        ),
        ("# mine\n", "#!mako|yaml\n", "3:1: the stanza cannot be removed safely"),
    ];
    for (find, replace, expected) in cases {
        let workspace = setup();
        workspace.write("pillar/top.sls", "# mine\nbase:\n  '*':\n    - users\n");
        assert_eq!(run(&workspace, &[]).code, 0);
        let text = workspace.read("pillar/top.sls");
        assert!(text.contains(find), "{text}");
        workspace.write("pillar/top.sls", &text.replacen(find, replace, 1));
        let before = tree(&workspace.path("pillar"));
        let undone = run(&workspace, &["--undo"]);
        assert_eq!(undone.code, 1, "{replace:?}: {undone:#?}");
        assert!(undone.stderr.contains(&format!("pillar/top.sls:{expected}")), "{replace:?}: {undone:#?}");
        assert_eq!(tree(&workspace.path("pillar")), before, "{replace:?}");
    }
}

/// Another environment has its own SLS files.
#[test]
fn undo_leaves_an_entry_of_another_environment() {
    for (top, code) in [
        ("base:\n  '*':\n    - users\nplugins:\n  'r*':\n    - loopback_static_routes\n", 0),
        ("plugins:\n  'r*': &a\n    - loopback_static_routes\nbase:\n  '*': *a\n", 1),
        ("base:\n  '*':\n    - users\ninclude:\n  - loopback_static_routes\n", 1),
    ] {
        let workspace = setup();
        workspace.write("pillar/top.sls", top);
        let connected = run(&workspace, &[]);
        let before = tree(&workspace.path("pillar"));
        let undone = run(&workspace, &["--undo"]);
        assert_eq!(undone.code, code, "{top}: {connected:#?} {undone:#?}");
        if code == 0 {
            assert_eq!(workspace.read("pillar/top.sls"), top);
        } else {
            assert_eq!(tree(&workspace.path("pillar")), before);
        }
    }
}

#[test]
fn a_linked_top_file_is_not_removed() {
    let workspace = setup();
    assert_eq!(run(&workspace, &[]).code, 0);
    std::fs::create_dir(workspace.path("git")).expect("created");
    std::fs::rename(workspace.path("pillar/top.sls"), workspace.path("git/top.sls")).expect("moved");
    symlink("../git/top.sls", workspace.path("pillar/top.sls")).expect("linked");
    assert_eq!(run(&workspace, &["--undo"]).code, 0);
    assert!(workspace.path("pillar/top.sls").is_symlink());
    assert_eq!(workspace.read("git/top.sls"), "");
}

/// The lines of an error can be added by hand. The setup accepts them then.
#[test]
fn lines_that_are_added_by_hand_are_accepted_with_a_warning() {
    let workspace = setup();
    let top = "{% if true %}\nbase:\n  '*':\n    - users\n{% endif %}\n";
    workspace.write("pillar/top.sls", top);
    let refused = run(&workspace, &[]);
    let lines: Vec<&str> = refused.stderr.lines().skip_while(|line| !line.starts_with("    #")).collect();
    assert_eq!(lines.len(), 5, "{refused:#?}");
    let lines: Vec<&str> = lines.iter().map(|line| &line[2..]).collect();
    let by_hand = top.replace("base:\n", &format!("base:\n{}\n", lines.join("\n")));
    workspace.write("pillar/top.sls", &by_hand);
    let accepted = run(&workspace, &[]);
    assert_eq!((accepted.code, accepted.stdout.as_str()), (0, "write pillar/loopback_static_routes.sls\n"));
    let warning = "warning: pillar/top.sls:2:1: the environment base is inside the block `if` of line 1";
    assert!(accepted.stderr.starts_with(warning), "{accepted:#?}");
    assert_eq!(workspace.read("pillar/top.sls"), by_hand);
    assert_eq!(run(&workspace, &["--undo"]).code, 0);
    assert_eq!(workspace.read("pillar/top.sls"), top);
}

#[test]
fn a_setup_that_fails_restores_the_sls_file() {
    for other in [None, Some("other")] {
        let workspace = setup();
        if let Some(other) = other {
            workspace.write(&format!("{other}/x"), "");
            assert_eq!(run(&workspace, &["--out", other]).code, 0);
        }
        let comment = "# a long top file\n".repeat(2000);
        workspace.write("pillar/top.sls", &format!("{comment}{USERS}"));
        let files = tree(&workspace.path("pillar"));
        // The largest file that may be written has 4 or 8 KB. The SLS file is smaller.
        let script = "trap '' 25; ulimit -f 8; exec \"$0\" salt-setup --out out --pillar-root pillar";
        let command = Command::new("sh").args(["-c", script, PROGRAM]).current_dir(workspace.path("")).output();
        let failed = Run::of(command.expect("a shell"));
        assert_eq!((failed.code, failed.stdout.as_str()), (3, ""), "{failed:#?}");
        assert!(failed.stderr.contains("File too large"), "{failed:#?}");
        assert_eq!(tree(&workspace.path("pillar")), files);
    }
}

#[test]
fn the_owner_of_the_top_file_stays() {
    let workspace = setup();
    workspace.write("pillar/top.sls", USERS);
    let path = workspace.path("pillar/top.sls");
    if std::os::unix::fs::chown(&path, Some(1234), Some(2345)).is_err() {
        return; // Only root can give files away.
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o604)).expect("ours");
    for more in [&[][..], &["--undo"]] {
        assert_eq!(run(&workspace, more).code, 0);
        let there = std::fs::metadata(&path).expect("there");
        assert_eq!((there.uid(), there.gid(), there.mode() & 0o7777), (1234, 2345, 0o604));
    }
}
