//! Files, links and edits of others in the output folder.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::identities;
use crate::common::published::{AUTHORITY, Act, ROUTE_FILE_R2, generate, published, without_r2};
use crate::common::{Workspace, tree};

#[test]
fn edits_by_hand_are_reverted() {
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

/// The edits change an artefact, but neither its size nor its modification time.
#[test]
fn edits_that_keep_size_and_time_are_reverted() {
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
fn files_outside_the_manifest_are_not_changed() {
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
fn a_link_in_place_of_a_folder_is_not_followed() {
    let workspace = published();
    std::fs::rename(workspace.path("out/routers/r2"), workspace.path("moved")).expect("moves");
    symlink(workspace.path("moved"), workspace.path("out/routers/r2")).expect("links");
    let before = tree(&workspace.path("moved"));
    let run = generate(&workspace, &AUTHORITY.replace("198.51.100.0/24", "203.0.113.0/24"), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("routers/r2/n1/route-kni254"), "{}", run.stderr);
    assert_eq!(tree(&workspace.path("moved")), before);
    assert!(!workspace.path("out/.journal.json").exists(), "the journal is left");
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

/// The link is either ignored, or the run is refused as a whole.
#[test]
fn a_link_in_place_of_a_removed_folder_does_not_stop_a_run_halfway() {
    let workspace = published();
    std::fs::rename(workspace.path("out/routers/r2"), workspace.path("moved")).expect("moves");
    symlink(workspace.path("moved"), workspace.path("out/routers/r2")).expect("links");
    let (moved, out) = (identities(&workspace.path("moved")), workspace.tree("out"));
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(identities(&workspace.path("moved")), moved);
    match run.code {
        0 => assert!(!workspace.path("out/.journal.json").exists(), "the journal is left"),
        code => {
            assert_eq!(code, 3, "{}", run.stderr);
            assert_eq!(workspace.tree("out"), out, "the refused run published: {}", run.stderr);
        }
    }
}

#[test]
fn a_socket_in_place_of_an_artefact_is_replaced() {
    let workspace = published();
    let right = workspace.tree("out");
    std::fs::remove_file(workspace.path(ROUTE_FILE_R2)).expect("there");
    let _socket = UnixListener::bind(workspace.path(ROUTE_FILE_R2)).expect("binds");
    let run = generate(&workspace, AUTHORITY, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(workspace.tree("out"), right);
}

#[test]
fn a_folder_in_place_of_an_artefact_is_refused_before_any_change() {
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
    assert_eq!(paths(&after), paths(&before), "the run replaced or added files");
    // The folder stays when the artefact is removed.
    let run = generate(&workspace, &without_r2(), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(workspace.read(&format!("{ROUTE_FILE_R2}/notes.txt")), "mine");
}
