//! The peers in a minion's pillar: the conductors of its router.

use loopback_static_routes::contract::peers::{self, Role};
use serde_json::{Value, json};

use crate::common::Workspace;
use crate::common::published::generate;

/// Returns an authority of two routers. The first has its plugin off.
fn authority(of_authority: &str, of_router: &str) -> String {
    format!(
        "authority:
  conductor-address: {of_authority}
  router:
  - {{name: r1, conductor-address: {of_router}, node: {{name: n, asset-id: r1}}, loopback-static-routes: {{enabled: false}},
     static-hostname-mapping: [{{hostname: mapped.example.com, ip-address: [198.51.100.7, '2001:db8::7']}}]}}
  - {{name: r2, node: {{name: n, asset-id: r2}}, loopback-static-routes: {{static-route: {{address: 192.0.2.0/24}}}}}}
"
    )
}

/// Returns the hosts in the pillar of a minion.
fn hosts(workspace: &Workspace, minion: &str) -> Vec<String> {
    let text = workspace.read(&format!("out/pillar/loopback_static_routes/{minion}.sls"));
    let pillar: Value = serde_json::from_str(text.strip_prefix("#!json\n").expect("the renderer")).expect("JSON");
    let document = peers::parse(pillar["loopback-static-routes-peers"].to_string().as_bytes()).expect("valid");
    assert_eq!(document.deadline_seconds, None);
    for peer in &document.peers {
        assert_eq!((peer.role, peer.port), (Role::Conductor, 930), "{text}");
    }
    document.peers.into_iter().map(|peer| peer.host).collect()
}

#[test]
fn the_pillar_of_a_minion_has_the_conductors_of_its_router() {
    for (of_authority, of_router, expected) in [
        ("[]", "[]", [&[][..], &[]]),
        ("192.0.2.10", "[]", [&["192.0.2.10"], &["192.0.2.10"]]),
        ("[192.0.2.10]", "[192.0.2.11]", [&["192.0.2.11"], &["192.0.2.10"]]),
        // Sorted as text, each once.
        ("[192.0.2.9/32, 192.0.2.10, 192.0.2.9]", "[]", [&["192.0.2.10", "192.0.2.9"], &["192.0.2.10", "192.0.2.9"]]),
        ("[East.example.com., east.example.com]", "[]", [&["east.example.com"], &["east.example.com"]]),
        // Only one router maps the name.
        ("[mapped.example.com]", "[]", [&["198.51.100.7", "mapped.example.com"], &["mapped.example.com"]]),
        // Neither a single IPv4 address nor a host name.
        (
            "['2001:db8::1', 192.0.2.0/24, 192.0.2.1/24, 300.1.1.1, '{{ 7*7 }}', \"a\\nb\", '<conductor>']",
            "[]",
            [&[], &[]],
        ),
        ("['2001:db8::1', 192.0.2.10]", "['2001:db8::2']", [&[], &["192.0.2.10"]]),
    ] {
        let workspace = Workspace::new();
        let run = generate(&workspace, &authority(of_authority, of_router), &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!([hosts(&workspace, "r1"), hosts(&workspace, "r2")], expected, "{of_authority} {of_router}");
    }
}

#[test]
fn the_order_of_conductors_has_no_effect() {
    let trees = ["[192.0.2.10, east.example.com]", "[east.example.com, 192.0.2.10]"].map(|conductors| {
        let workspace = Workspace::new();
        generate(&workspace, &authority(conductors, "[]"), &[]);
        workspace.tree("out")
    });
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn another_conductor_changes_only_the_documents_of_its_routers() {
    let workspace = Workspace::new();
    assert_eq!(generate(&workspace, &authority("192.0.2.10", "192.0.2.11"), &[]).code, 0);
    let changed = authority("192.0.2.12", "192.0.2.11");
    assert_eq!(generate(&workspace, &changed, &["--check"]).code, 1);
    let run = generate(&workspace, &changed, &["--check", "--diff"]);
    assert!(
        run.stdout.contains("+{\"role\": \"conductor\", \"host\": \"192.0.2.12\", \"port\": 930}"),
        "{}",
        run.stdout
    );
    let run = generate(&workspace, &changed, &["--json"]);
    assert_eq!(run.code, 0);
    let summary: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(summary["outcome"]["changed"], json!(["pillar/loopback_static_routes/r2.sls"]));
    assert_eq!(summary["outcome"]["changed-minions"], json!(["r2"]));
    assert_eq!(generate(&workspace, &changed, &["--check"]).code, 0);
    assert_eq!(hosts(&workspace, "r2"), ["192.0.2.12"]);
}
