//! The promises of `docs/publishing.md`, each by name.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::published::{AUTHORITY, Act, ROUTE_FILE_R2, generate, published, without_r2};
use crate::common::{Workspace, modes, tree};
use serde_json::Value;

/// What tells whether a file was written again.
fn identities(folder: &Path) -> Vec<(String, u64, i64, i64)> {
    let mut identities: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("readable"))
        .map(|entry| {
            let metadata = entry.metadata().expect("there");
            (entry.path().display().to_string(), metadata.ino(), metadata.mtime_nsec(), metadata.ctime_nsec())
        })
        .collect();
    identities.sort();
    identities
}

#[test]
fn writes_exactly_these_files() {
    let workspace = published();
    let tree = workspace.tree("out");
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    let expected = [
        "manifest.json",
        "pillar/loopback_static_routes/r1%2En1.sls",
        "pillar/loopback_static_routes/r1%2En2.sls",
        "pillar/loopback_static_routes/r2.sls",
        "pillar/top.sls",
        "routers/r1/n1/route-kni254",
        "routers/r1/n2/route-kni254",
        "routers/r2/n1/route-kni254",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let status = Command::new("sh")
        .args(["-c", "umask 077; exec \"$0\" generate authority.yaml --out out -q", crate::common::PROGRAM])
        .current_dir(workspace.path(""))
        .status()
        .expect("sh runs");
    assert!(status.success());
    for (path, mode) in modes(&workspace.path("out")) {
        let is_folder = workspace.path("out").join(&path).is_dir();
        assert_eq!(mode, if is_folder { 0o755 } else { 0o644 }, "{path}");
    }
}

#[test]
fn a_second_run_writes_nothing() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    let run = generate(&workspace, AUTHORITY, &["--json"]);
    assert_eq!(run.code, 0);
    let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(summary["outcome"]["up-to-date"], true);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn only_what_changes_is_written() {
    let workspace = published();
    let before = identities(&workspace.path("out/routers/r1"));
    let changed = AUTHORITY.replace("198.51.100.0/24", "203.0.113.0/24");
    let run = generate(&workspace, &changed, &["--json"]);
    assert_eq!(run.code, 0);
    let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let expected = serde_json::json!(["pillar/loopback_static_routes/r2.sls", "routers/r2/n1/route-kni254"]);
    assert_eq!(summary["outcome"]["changed"], expected);
    assert_eq!(summary["outcome"]["changed-minions"], serde_json::json!(["r2"]));
    assert_eq!(identities(&workspace.path("out/routers/r1")), before);
}

#[test]
fn edits_by_hand_are_undone() {
    let workspace = published();
    let right = workspace.tree("out");
    workspace.write(ROUTE_FILE_R2, "192.0.2.0/24 via 192.0.2.1\n");
    std::fs::remove_file(workspace.path("out/pillar/top.sls")).expect("there");
    workspace.write("elsewhere", "not ours");
    let pillar = workspace.path("out/pillar/loopback_static_routes/r2.sls");
    std::fs::remove_file(&pillar).expect("there");
    symlink(workspace.path("elsewhere"), &pillar).expect("links");
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(workspace.tree("out"), right);
    assert!(!pillar.is_symlink());
    assert_eq!(workspace.read("elsewhere"), "not ours");
}

#[test]
fn a_link_in_the_place_of_a_folder_is_not_followed() {
    let workspace = published();
    std::fs::rename(workspace.path("out/routers/r2"), workspace.path("moved")).expect("moves");
    symlink(workspace.path("moved"), workspace.path("out/routers/r2")).expect("links");
    let before = tree(&workspace.path("moved"));
    let run = generate(&workspace, &AUTHORITY.replace("198.51.100.0/24", "203.0.113.0/24"), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("routers/r2/n1/route-kni254"), "{}", run.stderr);
    assert_eq!(tree(&workspace.path("moved")), before);
    assert!(!workspace.path("out/.journal.json").exists(), "nothing is left behind");
}

#[test]
fn files_that_no_manifest_lists_are_left_alone() {
    let workspace = published();
    workspace.write("out/notes.txt", "mine");
    workspace.write("out/routers/r2/n1/notes.txt", "mine");
    workspace.write("out/routers/r9/n1/route-kni254", "mine");
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let tree = workspace.tree("out");
    for path in ["notes.txt", "routers/r2/n1/notes.txt", "routers/r9/n1/route-kni254"] {
        assert_eq!(tree[path], "mine");
    }
    assert!(!tree.contains_key("routers/r2/n1/route-kni254"));
    assert!(!tree.contains_key("pillar/loopback_static_routes/r2.sls"));
}

#[test]
fn a_router_that_is_gone_leaves_no_folder() {
    let workspace = published();
    assert_eq!(generate(&workspace, &without_r2(), &[]).code, 0);
    assert!(!workspace.path("out/routers/r2").exists());
    let fresh = Workspace::new();
    assert_eq!(generate(&fresh, &without_r2(), &[]).code, 0);
    assert_eq!(workspace.tree("out"), fresh.tree("out"), "as if it had never been there");
}

#[test]
fn a_router_with_errors_keeps_what_it_has() {
    let workspace = published();
    let before = workspace.tree("out");
    let bad = AUTHORITY.replace("{address: 198.51.100.0/24}", "{address: nonsense}").replace("metric: 5", "metric: 6");
    let run = generate(&workspace, &bad, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("invalid-static-route"), "{}", run.stderr);
    let after = workspace.tree("out");
    for path in ["routers/r2/n1/route-kni254", "pillar/loopback_static_routes/r2.sls"] {
        assert_eq!(after[path], before[path]);
    }
    assert!(after["routers/r1/n1/route-kni254"].ends_with("metric 6\n"));
    let manifest: Value = serde_json::from_str(&after["manifest.json"]).expect("JSON");
    assert_eq!(manifest["routers"]["r2"]["nodes"]["n1"], "held");
    assert!(manifest["artefacts"]["routers/r2/n1/route-kni254"].is_object(), "still ours");
}

#[test]
fn a_router_whose_block_is_unreadable_keeps_what_it_has() {
    let workspace = published();
    let before = workspace.tree("out");
    let bad = AUTHORITY.replace("{static-route: [{address: 198.51.100.0/24}, {address: 192.0.2.1}]}", "everything");
    assert_eq!(generate(&workspace, &bad, &[]).code, 1);
    assert_eq!(workspace.tree("out")["routers/r2/n1/route-kni254"], before["routers/r2/n1/route-kni254"]);
}

#[test]
fn an_unreadable_configuration_changes_nothing() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    for (authority, code) in
        [("authority: {service: []}", 1), ("authority: {router: [", 1), ("", 1), ("{\"router\": 5}", 1)]
    {
        let run = generate(&workspace, authority, &[]);
        assert_eq!(run.code, code, "{authority}: {}", run.stderr);
        assert_eq!(identities(&workspace.path("out")), before, "{authority}");
    }
    let run = workspace.run(&["generate", "missing.yaml", "--out", "out"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("missing.yaml"), "{}", run.stderr);
    std::fs::create_dir(workspace.path("empty")).expect("makes");
    assert_eq!(workspace.run(&["generate", "empty", "--out", "out"]).code, 1);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn more_than_half_of_the_nodes_are_not_removed_by_accident() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    let start = AUTHORITY.find("    - name: r1").expect("there");
    let end = AUTHORITY.find("    - name: r2").expect("there");
    let without_r1 = format!("{}{}", &AUTHORITY[..start], &AUTHORITY[end..]);
    let run = generate(&workspace, &without_r1, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("2 of 3") && run.stderr.contains("--allow-removals"), "{}", run.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(generate(&workspace, &without_r1, &["--allow-removals"]).code, 0);
    assert!(!workspace.path("out/routers/r1").exists());
}

#[test]
fn turning_the_plugin_off_is_no_accident() {
    let workspace = published();
    let off = AUTHORITY
        .replace("{learn-from-services: true", "{enabled: false, learn-from-services: true")
        .replace("{static-route:", "{enabled: false, static-route:");
    let run = generate(&workspace, &off, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path("out/routers").exists());
    assert!(workspace.read("out/pillar/loopback_static_routes/r2.sls").contains("\"enabled\": false"));
}

#[test]
fn a_manifest_that_is_damaged_or_hostile_is_refused() {
    for (manifest, word) in [
        ("{\"format-version\": 1, \"artef", "damaged"),
        ("{\"format-version\": 2, \"artefacts\": {}}", "format version"),
        ("{\"format-version\": 1, \"artefacts\": {\"../victim\": {\"size\": 1, \"sha256\": \"\"}}}", "../victim"),
        ("{\"format-version\": 1, \"artefacts\": {\"/etc/passwd\": {\"size\": 1, \"sha256\": \"\"}}}", "/etc/passwd"),
        (
            "{\"format-version\": 1, \"artefacts\": {\"routers/../../victim\": {\"size\": 1, \"sha256\": \"\"}}}",
            "victim",
        ),
    ] {
        let workspace = published();
        workspace.write("victim", "precious");
        workspace.write("out/manifest.json", manifest);
        let before = identities(&workspace.path("out"));
        let run = generate(&workspace, &without_r2(), &[]);
        assert_eq!(run.code, 3, "{manifest}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{}", run.stderr);
        assert_eq!(identities(&workspace.path("out")), before);
        assert_eq!(workspace.read("victim"), "precious");
    }
}

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
fn two_runs_at_once_do_not_mix() {
    let workspace = published();
    let mut holder = Command::new("flock")
        .args(["out", "sh", "-c", "echo held; read line"])
        .current_dir(workspace.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("flock runs");
    let mut held = [0; 5];
    std::io::Read::read_exact(holder.stdout.as_mut().expect("piped"), &mut held).expect("it holds the lock");

    let changed = AUTHORITY.replace("metric: 5", "metric: 6");
    let before = identities(&workspace.path("out"));
    let refused = generate(&workspace, &changed, &["--wait", "0"]);
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(refused.stderr.contains("another run holds"), "{}", refused.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(
        generate(&workspace, &changed, &["--check", "--wait", "0"]).code,
        3,
        "nor is a half-written folder read"
    );

    let arguments = ["generate", "authority.yaml", "--out", "out", "--wait", "600"];
    let mut waiting = workspace.command(&arguments).stderr(Stdio::piped()).spawn().expect("runs");
    let mut printed = String::new();
    BufReader::new(waiting.stderr.as_mut().expect("piped")).read_line(&mut printed).expect("text");
    assert!(printed.contains("waiting for it"), "{printed}");
    assert_eq!(identities(&workspace.path("out")), before);
    assert!(waiting.try_wait().expect("a child").is_none(), "it does not wait");
    drop(holder.stdin.take());
    assert!(waiting.wait_with_output().expect("ends").status.success());
    assert!(workspace.read("out/routers/r1/n1/route-kni254").ends_with("metric 6\n"));
    holder.wait().expect("ends");
}

#[test]
fn a_minion_that_moves_to_another_router_takes_its_document_along() {
    let workspace = published();
    let moved = AUTHORITY.replace("asset-id: r2", "asset-id: spare").replace("asset-id: r1.n2", "asset-id: r2");
    let run = generate(&workspace, &moved, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(workspace.read("out/pillar/loopback_static_routes/r2.sls").contains("\"router\": \"r1\""));
    // The same while its former router is held.
    let workspace = published();
    let held = moved.replace("198.51.100.0/24", "nonsense");
    assert_eq!(generate(&workspace, &held, &[]).code, 1);
    assert!(workspace.read("out/pillar/loopback_static_routes/r2.sls").contains("\"router\": \"r1\""));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let arguments = ["generate", "authority.yaml", "--out", "out", "--diff"];
    let output = workspace.command(&arguments).stdout(writer).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(workspace.path("out/manifest.json").exists());
}

/// Half is not more than half.
#[test]
fn half_of_the_nodes_may_go() {
    let workspace = published();
    let four =
        AUTHORITY.replace("[{name: n1, asset-id: r2}]", "[{name: n1, asset-id: r2}, {name: n2, asset-id: r2.n2}]");
    assert_eq!(generate(&workspace, &four, &[]).code, 0);
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path("out/routers/r2").exists());
}

/// A block that is left out is not one that is turned off.
#[test]
fn blocks_that_vanish_are_an_accident() {
    let workspace = published();
    let before = identities(&workspace.path("out"));
    let without_blocks = AUTHORITY.replace("loopback-static-routes:", "description:");
    let run = generate(&workspace, &without_blocks, &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("3 of 3"), "{}", run.stderr);
    assert_eq!(identities(&workspace.path("out")), before);
}

#[test]
fn a_journal_that_is_damaged_or_hostile_is_refused() {
    for journal in [
        "{\"format-version\": 1, \"pa",
        "{\"format-version\": 2, \"paths\": {}}",
        "{\"format-version\": 1, \"paths\": {\"routers/../../victim\": {}}}",
    ] {
        let workspace = published();
        workspace.write("victim", "precious");
        workspace.write("out/.journal.json", journal);
        let before = identities(&workspace.path("out"));
        let run = generate(&workspace, &without_r2(), &[]);
        assert_eq!(run.code, 3, "{journal}: {}", run.stderr);
        assert!(run.stderr.contains(".journal.json is damaged"), "{}", run.stderr);
        assert_eq!(identities(&workspace.path("out")), before);
        assert_eq!(workspace.read("victim"), "precious");
    }
}

#[test]
fn check_does_not_clear_away_after_a_killed_run() {
    let workspace = published();
    let right = workspace.tree("out");
    let new = "routers/r9/n1/route-kni254";
    workspace.write("out/.journal.json", &format!("{{\"format-version\": 1, \"paths\": {{\"{new}\": {{}}}}}}"));
    workspace.write(&format!("out/{new}"), "of the killed run");
    workspace.write("out/routers/r2/n1/.route-kni254.new", "of the killed run");
    let before = identities(&workspace.path("out"));
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(workspace.tree("out"), right);
}

#[test]
fn a_link_is_not_followed_at_any_level() {
    for folder in ["routers", "routers/r2", "routers/r2/n1", "pillar", "pillar/loopback_static_routes"] {
        let workspace = published();
        std::fs::rename(workspace.path("out").join(folder), workspace.path("moved")).expect("moves");
        symlink(workspace.path("moved"), workspace.path("out").join(folder)).expect("links");
        let before = (identities(&workspace.path("moved")), workspace.tree("out"));
        for authority in
            [AUTHORITY, &AUTHORITY.replace("metric: 5", "metric: 6").replace("198.51.100.0", "203.0.113.0")]
        {
            let run = generate(&workspace, authority, &[]);
            assert_eq!(run.code, 3, "{folder}: {}", run.stderr);
            assert_eq!((identities(&workspace.path("moved")), workspace.tree("out")), before, "{folder}");
        }
    }
}

/// Either it is none of ours, or the run is refused; not both.
#[test]
fn a_link_in_the_place_of_a_folder_that_goes_does_not_stop_a_run_half_way() {
    let workspace = published();
    std::fs::rename(workspace.path("out/routers/r2"), workspace.path("moved")).expect("moves");
    symlink(workspace.path("moved"), workspace.path("out/routers/r2")).expect("links");
    let (moved, out) = (identities(&workspace.path("moved")), workspace.tree("out"));
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(identities(&workspace.path("moved")), moved);
    match run.code {
        0 => assert!(!workspace.path("out/.journal.json").exists(), "done is done"),
        code => {
            assert_eq!(code, 3, "{}", run.stderr);
            assert_eq!(workspace.tree("out"), out, "refused, and yet published: {}", run.stderr);
        }
    }
}

#[test]
fn a_socket_in_the_place_of_an_artefact_is_replaced() {
    let workspace = published();
    let right = workspace.tree("out");
    std::fs::remove_file(workspace.path(ROUTE_FILE_R2)).expect("there");
    let _socket = UnixListener::bind(workspace.path(ROUTE_FILE_R2)).expect("binds");
    let run = generate(&workspace, AUTHORITY, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(workspace.tree("out"), right);
}

#[test]
fn runs_at_the_same_time_leave_the_result_of_one() {
    let workspace = published();
    workspace.write("a.yaml", &AUTHORITY.replace("metric: 5", "metric: 6"));
    workspace.write("b.yaml", &without_r2());
    let runs: Vec<_> = ["a", "b", "a", "b", "a", "b"]
        .map(|which| {
            let arguments = ["generate", &format!("{which}.yaml"), "--out", "out", "-q"];
            workspace.command(&arguments).stderr(Stdio::piped()).spawn().expect("runs")
        })
        .into();
    for run in runs {
        let output = run.wait_with_output().expect("ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let alone = ["a", "b"].map(|which| {
        let run = workspace.run(&["generate", &format!("{which}.yaml"), "--out", which, "-q"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        workspace.tree(which)
    });
    assert!(alone.contains(&workspace.tree("out")), "a mixture: {:#?}", workspace.tree("out"));
}

#[test]
fn the_longest_wait_is_accepted() {
    let workspace = published();
    let run = generate(&workspace, AUTHORITY, &["--wait", &u64::MAX.to_string()]);
    assert!([0, 2].contains(&run.code), "{}: {}", run.code, run.stderr);
}

#[test]
fn the_example_can_be_checked() {
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
fn the_summary_of_the_example_is_json() {
    let run = Workspace::new().run(&["generate", "--example", "--out", "out", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let summary = serde_json::from_str::<Value>(&run.stdout);
    assert!(summary.is_ok(), "{:?}", summary.err());
}

#[test]
fn a_folder_in_the_place_of_an_artefact_is_refused_before_anything_is_changed() {
    let workspace = published();
    std::fs::remove_file(workspace.path(ROUTE_FILE_R2)).expect("there");
    workspace.write(&format!("{ROUTE_FILE_R2}/notes.txt"), "mine");
    let before = identities(&workspace.path("out"));
    let run = generate(&workspace, &AUTHORITY.replace("metric: 5", "metric: 6"), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(ROUTE_FILE_R2), "{}", run.stderr);
    let after = identities(&workspace.path("out"));
    let paths =
        |identities: &[(String, u64, i64, i64)]| identities.iter().map(|i| (i.0.clone(), i.1)).collect::<Vec<_>>();
    assert_eq!(paths(&after), paths(&before), "no file was replaced, and none is left over");
    // Where the artefact goes, the folder stays.
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(workspace.read(&format!("{ROUTE_FILE_R2}/notes.txt")), "mine");
}

#[test]
fn the_folder_itself_can_be_entered_whatever_the_umask() {
    let workspace = Workspace::new();
    workspace.write("authority.yaml", AUTHORITY);
    let status = Command::new("sh")
        .args(["-c", "umask 077; exec \"$0\" generate authority.yaml --out new -q", crate::common::PROGRAM])
        .current_dir(workspace.path(""))
        .status()
        .expect("sh runs");
    assert!(status.success());
    let mode = |path: &str| std::fs::metadata(workspace.path(path)).expect("there").permissions().mode() & 0o7777;
    assert_eq!(mode("new"), 0o755);
    // A folder that was there keeps the mode that it was given.
    std::fs::set_permissions(workspace.path("new"), std::fs::Permissions::from_mode(0o750)).expect("ours");
    assert_eq!(workspace.run(&["generate", "authority.yaml", "--out", "new", "-q"]).code, 0);
    assert_eq!(mode("new"), 0o750);
}

/// Whatever a hand does to an artefact without changing its size or the time of its last modification.
#[test]
fn edits_that_keep_size_and_time_are_undone() {
    let one = "out/routers/r1/n1/route-kni254";
    let other = "out/routers/r2/n1/route-kni254";
    let disguise = |workspace: &Workspace, edit: Act<'_>| {
        let times = std::fs::metadata(workspace.path(one)).expect("there").modified().expect("known");
        edit(workspace);
        let file = std::fs::File::options().write(true).open(workspace.path(one)).expect("opens");
        file.set_modified(times).expect("ours");
    };
    let reversed = |workspace: &Workspace| workspace.read(one).chars().rev().collect::<String>();
    let edits: [(&str, Act<'_>); 5] = [
        ("written over", &|workspace| workspace.write(one, &reversed(workspace))),
        ("replaced", &|workspace| {
            workspace.write("out/new", &reversed(workspace));
            std::fs::rename(workspace.path("out/new"), workspace.path(one)).expect("renames");
        }),
        ("exchanged", &|workspace| {
            for (from, to) in [(one, "out/kept"), (other, one), ("out/kept", other)] {
                std::fs::rename(workspace.path(from), workspace.path(to)).expect("renames");
            }
        }),
        ("in exchanged folders", &|workspace| {
            for (from, to) in [
                ("out/routers/r1/n1", "out/kept"),
                ("out/routers/r2/n1", "out/routers/r1/n1"),
                ("out/kept", "out/routers/r2/n1"),
            ] {
                std::fs::rename(workspace.path(from), workspace.path(to)).expect("renames");
            }
        }),
        ("a link to another", &|workspace| {
            std::fs::remove_file(workspace.path(one)).expect("ours");
            std::fs::hard_link(workspace.path(other), workspace.path(one)).expect("links");
        }),
    ];
    for (how, edit) in edits {
        let workspace = published();
        let right = workspace.tree("out");
        disguise(&workspace, edit);
        assert_ne!(workspace.tree("out"), right, "{how}");
        let check = generate(&workspace, AUTHORITY, &["--check", "-q"]);
        assert_eq!(check.code, 1, "{how}: {}", check.stderr);
        let run = generate(&workspace, AUTHORITY, &["-q"]);
        assert_eq!((run.code, workspace.tree("out")), (0, right), "{how}: {}", run.stderr);
    }
}

#[test]
fn check_keeps_no_stamps() {
    let workspace = published();
    std::fs::remove_file(workspace.path("out/.stamps.json")).expect("there");
    let run = generate(&workspace, AUTHORITY, &["--check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!workspace.path("out/.stamps.json").exists());
}
