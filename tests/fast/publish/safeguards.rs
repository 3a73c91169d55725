//! Artefacts that survive errors.

use serde_json::Value;

use super::identities;
use crate::common::published::{AUTHORITY, generate, published};

#[test]
fn a_router_with_errors_keeps_its_artefacts() {
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
    assert!(manifest["artefacts"]["routers/r2/n1/route-kni254"].is_object(), "the artefact is not in the manifest");
}

#[test]
fn a_router_with_an_unreadable_block_keeps_its_artefacts() {
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
