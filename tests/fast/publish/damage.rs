//! Damaged manifests and journals, and what a killed run leaves.

use super::identities;
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
    let before = identities(&workspace.path("out"));
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(identities(&workspace.path("out")), before);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(workspace.tree("out"), right);
}
