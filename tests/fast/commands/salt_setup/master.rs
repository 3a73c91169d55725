//! `salt-setup` asks the master for its roots. A stand-in answers in place of Salt, and
//! `tests/real/push.rs` asks a real one.

use serde_json::{Value, json};

use crate::common::master::{answer, run_with_master};
use crate::common::{Run, Workspace, tree};

/// A master with two roots for each of pillars and states. The second ones have the top files.
fn site() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("out/manifest.json", r#"{"format-version": 1, "artefacts": {}}"#);
    workspace.write("etc/master", "");
    for root in ["pillar", "states"] {
        workspace.write(&format!("{root}/first/other.sls"), "a: 1\n");
        workspace.write(&format!("{root}/second/top.sls"), "base:\n  '*': [other]\n");
    }
    workspace.write("plugins/loopback_static_routes/init.sls", "");
    let roots = |kind: &str| {
        let of = |name: &str| workspace.path(&format!("{kind}/{name}"));
        json!({"base": [of("first"), of("second")], "plugins": [workspace.path("plugins")]})
    };
    answer(&workspace, "pillar_roots", &roots("pillar"));
    answer(&workspace, "file_roots", &roots("states"));
    answer(&workspace, "state_top_saltenv", &Value::Null);
    answer(&workspace, "top_file_merging_strategy", &json!("merge"));
    answer(&workspace, "saltenv", &json!({"web1": null, "web2": "base", "web3": false}));
    answer(&workspace, "pillar.show_pillar", &json!({"other": 1, "loopback-static-routes": {}}));
    workspace
}

fn run(workspace: &Workspace, more: &[&str]) -> Run {
    let out: &[&str] = if more.contains(&"--out") { &[] } else { &["--out", "out"] };
    run_with_master(workspace, &[&["salt-setup"][..], out, more].concat())
}

/// Returns the lines of a run that were changes.
fn changes(workspace: &Workspace, run: &Run) -> Vec<String> {
    let folder = format!("{}/", workspace.path("").display().to_string().trim_end_matches('/'));
    let is_change = |line: &&str| ["write ", "edit ", "remove ", "nothing "].iter().any(|verb| line.starts_with(verb));
    run.stdout.lines().filter(is_change).map(|line| line.replace(&folder, "")).collect()
}

#[test]
fn the_roots_of_the_master_are_connected_and_disconnected() {
    for options in [&[][..], &["--salt-config", "etc"]] {
        let workspace = site();
        let all = |more: &[&str]| run(&workspace, &[options, more].concat());
        let before = [tree(&workspace.path("pillar")), tree(&workspace.path("states"))];
        assert_eq!(all(&["--check"]).code, 1);
        assert_eq!([tree(&workspace.path("pillar")), tree(&workspace.path("states"))], before);
        let first = all(&[]);
        assert_eq!((first.code, first.stderr.as_str()), (0, ""), "{first:#?}");
        let expected = [
            "write pillar/second/loopback_static_routes.sls",
            "edit pillar/second/top.sls",
            "write states/second/loopback_static_routes.sls",
            "edit states/second/top.sls",
        ];
        assert_eq!(changes(&workspace, &first), expected);
        let found = format!(
            "Salt master: etc\npillar root of base: {}\nfile root of base: {}\n",
            workspace.path("pillar/second").display(),
            workspace.path("states/second").display()
        );
        assert!(first.stdout.starts_with(&found), "{first:#?}");
        let stub = workspace.read("states/second/loopback_static_routes.sls");
        assert!(stub.contains("include:\n  - plugins: loopback_static_routes\n"), "{stub}");
        let top = workspace.read("states/second/top.sls");
        assert!(top.contains("  '.*(?#loopback-static-routes)':\n    - match: pcre\n"), "{top}");
        let again = all(&["--check"]);
        assert_eq!((again.code, changes(&workspace, &again)), (0, vec!["nothing to do".to_owned()]), "{again:#?}");
        let undone = all(&["--undo"]);
        // The state needs the pillar, so it leaves first.
        let expected = [
            "remove states/second/loopback_static_routes.sls",
            "edit states/second/top.sls",
            "remove pillar/second/loopback_static_routes.sls",
            "edit pillar/second/top.sls",
        ];
        assert_eq!((undone.code, changes(&workspace, &undone)), (0, expected.map(str::to_owned).into()), "{undone:#?}");
        assert_eq!([tree(&workspace.path("pillar")), tree(&workspace.path("states"))], before);
    }
}

#[test]
fn an_undo_also_disconnects_a_root_of_an_earlier_run() {
    let workspace = site();
    let before = tree(&workspace.path("pillar"));
    let earlier = run(&workspace, &["--pillar-root", "pillar/first"]);
    assert_eq!((earlier.code, earlier.stdout.lines().count()), (0, 2), "{earlier:#?}");
    assert_eq!(run(&workspace, &["--salt-config", "etc", "--pillar-root", "pillar/second"]).code, 0);
    let undone = run(&workspace, &["--undo"]);
    assert_eq!(undone.code, 0, "{undone:#?}");
    assert_eq!(tree(&workspace.path("pillar")), before);
}

#[test]
fn options_without_a_master_ask_nobody() {
    let workspace = site();
    let connected = run(&workspace, &["--pillar-root", "pillar/first", "--file-root", "states/first"]);
    let expected = [
        "write pillar/first/loopback_static_routes.sls",
        "edit pillar/first/top.sls",
        "write states/first/loopback_static_routes.sls",
        "edit states/first/top.sls",
    ];
    assert_eq!((connected.code, changes(&workspace, &connected)), (0, expected.map(str::to_owned).into()));
    assert!(!workspace.path("etc/asked").exists());
}

/// Changes the answers of the master so that the setup must fail.
type Make<'m> = &'m dyn Fn(&Workspace);

#[test]
fn a_master_with_which_it_cannot_work_is_refused_and_nothing_changes() {
    let cases: [(&[&str], Make<'_>, i32, &str); 10] = [
        (
            &["--salt-config", "etc", "--pillar-root", "pillar"],
            &|_| (),
            1,
            "pillar: this is not among the pillar_roots of",
        ),
        (&["--salt-config", "etc", "--file-root", "states"], &|_| (), 1, "states: this is not among the file_roots of"),
        (&["--salt-config", "missing"], &|_| (), 3, "no configuration of a Salt master in missing; name its folder"),
        (
            &[],
            &|w| answer(w, "pillar_roots", &json!({"dev": ["/a"]})),
            1,
            "the master has no pillar_roots of the environment base",
        ),
        (
            &[],
            &|w| answer(w, "file_roots", &json!({"base": []})),
            1,
            "the master has no file_roots of the environment base",
        ),
        (
            &[],
            &|w| std::fs::remove_dir_all(w.path("plugins")).expect("removed"),
            1,
            "no state loopback_static_routes in the file_roots",
        ),
        (
            &[],
            &|w| std::fs::remove_file(w.path("etc/pillar_roots.json")).expect("removed"),
            3,
            "salt-run gives no answer: 'config.get' is not available.\n  to connect",
        ),
        (&[], &|w| answer(w, "file_roots", &json!({"base": "/srv/salt"})), 3, "salt-run gives no answer"),
        (&[], &|w| w.write("etc/fails", ""), 3, "name them with --pillar-root and --file-root"),
        (
            &[],
            &|w| w.write("states/second/top.sls", "base: {'*': [other]}\n"),
            1,
            "states/second/top.sls:1:5: unexpected text",
        ),
    ];
    for (options, make, code, expected) in cases {
        let workspace = site();
        make(&workspace);
        let before = [tree(&workspace.path("pillar")), tree(&workspace.path("states"))];
        let refused = run(&workspace, options);
        assert!(refused.code == code && refused.stderr.contains(expected), "{expected}: {refused:#?}");
        assert_eq!([tree(&workspace.path("pillar")), tree(&workspace.path("states"))], before, "{expected}");
    }
}

#[test]
fn a_key_that_does_not_arrive_is_an_error() {
    let workspace = site();
    answer(&workspace, "pillar.show_pillar", &json!({"other": 1}));
    for _ in 0..2 {
        let lacking = run(&workspace, &[]);
        assert_eq!(lacking.code, 1, "{lacking:#?}");
        assert!(lacking.stderr.contains("lacks the key loopback-static-routes"), "{lacking:#?}");
        assert!(lacking.stderr.contains("`salt-run -c etc pillar.show_pillar MINION`"), "{lacking:#?}");
    }
    answer(&workspace, "pillar.show_pillar", &json!("a traceback"));
    assert_eq!(run(&workspace, &[]).code, 3);
    assert_eq!(run(&workspace, &["--undo"]).code, 0);
}

#[test]
fn a_minion_with_a_document_is_asked_for() {
    let workspace = site();
    let generated = workspace.run(&["generate", "--example", "--quiet", "--out", "published"]);
    assert_eq!(generated.code, 0, "{generated:#?}");
    let connected = run(&workspace, &["--out", "published"]);
    assert_eq!(connected.code, 0, "{connected:#?}");
    let asked = workspace.read("etc/asked");
    let last = asked.lines().last().expect("asked");
    assert!(last.starts_with("-c etc pillar.show_pillar --out=json minion=\""), "{asked}");
}

#[test]
fn without_a_master_the_default_root_is_named() {
    let workspace = site();
    std::fs::remove_file(workspace.path("etc/master")).expect("removed");
    let said = run(&workspace, &["--check"]).stderr;
    assert!(
        said.starts_with("note: no configuration of a Salt master in etc; name its folder with --salt-config, or"),
        "{said}"
    );
    assert!(said.contains("without them, it is /srv/pillar\n"), "{said}");
}

/// A minion that reads only the top file of the plugins needs a stanza there.
#[test]
fn the_top_file_of_the_plugins_is_connected_if_nothing_else_is_read() {
    const PLUGINS: &str = "plugins:\n  '*':\n    - other\n";
    let pinned = |workspace: &Workspace| answer(workspace, "saltenv", &json!({"web1": null, "r1": "plugins"}));
    let only = |workspace: &Workspace| answer(workspace, "state_top_saltenv", &json!("plugins"));
    let cases: [(Make<'_>, Option<&str>, &str); 3] = [
        (&pinned, Some(PLUGINS), "note: 1 minion is pinned to the environment plugins, for example \"r1\"\n"),
        (&pinned, None, "note: 1 minion is pinned to the environment plugins, for example \"r1\"\n"),
        (&only, Some(PLUGINS), ""),
    ];
    for (make, top, expected) in cases {
        let workspace = site();
        if let Some(top) = top {
            workspace.write("plugins/top.sls", top);
        }
        let before = ["pillar", "states", "plugins"].map(|root| tree(&workspace.path(root)));
        // A run before the minion was pinned.
        assert_eq!(run(&workspace, &[]).code, 0);
        make(&workspace);
        let checked = run(&workspace, &["--check"]);
        assert_eq!((checked.code, checked.stderr.as_str()), (1, expected), "{checked:#?}");
        let connected = run(&workspace, &[]);
        assert_eq!((connected.code, changes(&workspace, &connected)), (0, vec!["edit plugins/top.sls".to_owned()]));
        let text = workspace.read("plugins/top.sls");
        assert!(text.contains("plugins:\n  # loopback-static-routes: begin."), "{text}");
        assert_eq!(run(&workspace, &["--check"]).code, 0);
        let undone = run(&workspace, &["--undo"]);
        assert_eq!((undone.code, undone.stderr.as_str()), (0, ""), "{undone:#?}");
        assert_eq!(["pillar", "states", "plugins"].map(|root| tree(&workspace.path(root))), before);
    }
}

#[test]
fn a_master_that_does_not_run_is_connected_nevertheless() {
    let workspace = site();
    std::fs::remove_file(workspace.path("etc/saltenv.json")).expect("removed");
    let connected = run(&workspace, &[]);
    let expected = "note: it is not known if minions are pinned to the environment plugins: salt gives no answer: Salt request timed out.\n";
    assert_eq!((connected.code, connected.stderr.as_str()), (0, expected), "{connected:#?}");
    assert!(!workspace.path("plugins/top.sls").exists());
}

/// Without a top file of the plugins, Salt reads the section `plugins:` of the user's one.
#[test]
fn a_new_top_file_hides_no_section_of_another_one() {
    let workspace = site();
    answer(&workspace, "top_file_merging_strategy", &json!("same"));
    answer(&workspace, "saltenv", &json!({"r1": "plugins", "r2": "plugins"}));
    let connected = run(&workspace, &[]);
    let expected = "note: 2 minions are pinned to the environment plugins, for example \"r1\"\n\
                    warning: the state is not in their highstate, because plugins has no top.sls\n";
    assert!(connected.code == 0 && connected.stderr.starts_with(expected), "{connected:#?}");
    assert!(!workspace.path("plugins/top.sls").exists());
    workspace.write("plugins/top.sls", "plugins:\n  '*':\n    - other\n");
    assert_eq!(changes(&workspace, &run(&workspace, &[])), ["edit plugins/top.sls"]);
}
