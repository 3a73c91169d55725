//! The revision beside the documents.

use crate::common::published::{AUTHORITY, generate, published};

const FILE: &str = "out/pillar/loopback_static_routes_revision.sls";

#[test]
fn a_revision_is_published_beside_the_documents() {
    let workspace = published();
    let before = workspace.tree("out");
    for revision in ["0", "41", "42", "9007199254740991"] {
        let run = generate(&workspace, AUTHORITY, &["--revision", revision]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let expected = format!("#!json\n{{\"loopback-static-routes-revision\":{revision}}}\n");
        assert_eq!(workspace.read(FILE), expected);
        assert_eq!(generate(&workspace, AUTHORITY, &["--revision", revision, "--check"]).code, 0, "{revision}");
    }
    // Another revision alone changes no document, so a push has nothing to deliver.
    let run = generate(&workspace, AUTHORITY, &["--revision", "43", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(summary["outcome"]["changed-minions"], serde_json::json!([]), "{summary}");
    // A check with another revision, or without one, finds a difference, and a run removes it.
    assert_eq!(generate(&workspace, AUTHORITY, &["--revision", "44", "--check"]).code, 1);
    assert_eq!(generate(&workspace, AUTHORITY, &["--check"]).code, 1);
    assert_eq!(generate(&workspace, AUTHORITY, &[]).code, 0);
    assert_eq!(workspace.tree("out"), before);
}

#[test]
fn a_run_that_publishes_nothing_keeps_the_revision() {
    let workspace = published();
    assert_eq!(generate(&workspace, AUTHORITY, &["--revision", "7"]).code, 0);
    let before = workspace.read(FILE);
    assert_eq!(generate(&workspace, "authority: {router: [", &["--revision", "8"]).code, 1);
    assert_eq!(workspace.read(FILE), before);
}

#[test]
fn a_revision_is_a_number() {
    let workspace = published();
    for revision in ["-1", "1.5", "v1", "", "9007199254740992"] {
        let run = generate(&workspace, AUTHORITY, &[&format!("--revision={revision}")]);
        assert_eq!(run.code, 2, "{revision}: {}", run.stderr);
    }
}
