//! Damaged manifests and journals, and what a killed run leaves.

use std::os::unix::fs::symlink;

use super::identities;
use crate::common::Workspace;
use crate::common::published::{AUTHORITY, generate, published, without_r2};

#[test]
fn a_damaged_or_hostile_manifest_is_refused() {
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
fn a_damaged_or_hostile_journal_is_refused() {
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
fn check_does_not_clean_up_after_a_killed_run() {
    let workspace = published();
    let right = workspace.tree("out");
    let new = "routers/r9/n1/route-kni254";
    workspace.write("out/.journal.json", &format!("{{\"format-version\": 1, \"paths\": {{\"{new}\": {{}}}}}}"));
    workspace.write(&format!("out/{new}"), "of the killed run");
    workspace.write("out/routers/r2/n1/.route-kni254.new", "of the killed run");
    workspace.write("out/routers/.r9.new/n1/route-kni254", "of the killed run");
    let before = identities(&workspace.path("out"));
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(workspace.tree("out"), right);
}

/// Whatever has the temporary name of a new folder, a run publishes nothing of it, and follows no
/// link.
#[test]
fn a_new_folder_has_only_files_of_its_run() {
    let of_killed = |workspace: &Workspace, folder: &str| {
        workspace.write(&format!("out/{folder}/r1/n1/route-kni254"), "of the killed run");
        workspace.write(&format!("out/{folder}/deep/er/file"), "of the killed run");
    };
    let link = |workspace: &Workspace, folder: &str| {
        workspace.write("elsewhere/r1/n1/route-kni254", "precious");
        symlink(workspace.path("elsewhere"), workspace.path("out").join(folder)).expect("linked");
    };
    let file = |workspace: &Workspace, folder: &str| workspace.write(&format!("out/{folder}"), "a file");
    let right = published().tree("out");
    for make in [&of_killed as &dyn Fn(&Workspace, &str), &link, &file] {
        let workspace = published();
        std::fs::remove_dir_all(workspace.path("out/routers")).expect("there");
        std::fs::remove_dir_all(workspace.path("out/pillar/loopback_static_routes")).expect("there");
        make(&workspace, ".routers.new");
        workspace.write("out/pillar/.loopback_static_routes.new/r1%2Ea.sls", "of the killed run");
        let run = generate(&workspace, AUTHORITY, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(workspace.tree("out"), right);
        let elsewhere = workspace.path("elsewhere/r1/n1/route-kni254");
        assert!(!elsewhere.exists() || workspace.read("elsewhere/r1/n1/route-kni254") == "precious");
    }
}

/// If a step fails, a first run leaves nothing, and a later one leaves what was there.
#[test]
fn a_failure_leaves_no_new_folder() {
    let workspace = published();
    std::fs::remove_dir_all(workspace.path("out/routers")).expect("there");
    // The staged manifest is refused after the artefacts are staged.
    std::fs::create_dir_all(workspace.path("out/.manifest.json.new/x")).expect("made");
    let before = workspace.tree("out");
    let run = generate(&workspace, AUTHORITY, &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(workspace.tree("out"), before);
}
